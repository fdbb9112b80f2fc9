package simruntime_test

import (
	"context"
	"fmt"
	"os"

	"github.com/spacetime-vr/spacetime/xr/simruntime"
)

// A program is run on a script that comes with the package, in stepped time.
func ExampleRun() {
	verdict, err := simruntime.Run(context.Background(), "look-around", "hello_xr", []string{"-g", "OpenGL"},
		simruntime.Options{Clock: "stepped", Stderr: os.Stderr})
	if err != nil {
		fmt.Println(err) // there was no run
		return
	}
	if !verdict.OK {
		fmt.Println(verdict.Failures)
	}
}
