// Command spacectl is the operator's command line: it asks the running program
// how it does and changes what it shows, over its HTTP API. It draws nothing and
// links no C, so that it runs where there is no GL.
//
// It finds the program by the instance file that the program writes for its
// user, or by --url and --token-file.
package main

import (
	"io"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

func main() {
	os.Exit(run(os.Args[1:], &console{os.Stdout, os.Stderr, time.Sleep}))
}

// console is what a command has around it, or what stands for it in a test.
type console struct {
	out  io.Writer
	err  io.Writer
	wait func(time.Duration)
}

// grammar is the command line.
type grammar struct {
	Status  statusCommand  `cmd:"" help:"Say how the running program does and what it shows."`
	Scenes  scenesCommand  `cmd:"" help:"List the scenes."`
	Scene   sceneCommand   `cmd:"" help:"Load a scene."`
	Time    timeCommand    `cmd:"" help:"Set the simulated date and how it runs."`
	Camera  cameraCommand  `cmd:"" help:"Move the ship and turn it."`
	Shot    shotCommand    `cmd:"" help:"Save a picture of what is drawn now."`
	LAN     lanCommand     `cmd:"" name:"lan" help:"Let other machines on the network ask, or none."`
	Certs   certsCommand   `cmd:"" help:"The certificates by which other machines trust this one."`
	Version versionCommand `cmd:"" help:"Print the versions of this and of the running program."`

	connection
}

const description = `Operate the running SpaceTime VR.

Examples:
  spacectl status
  spacectl scene saturn --at 2026-11-22T00:00:00Z
  spacectl camera --body saturn --distance "600000 km" --angle 30deg
  spacectl shot -o saturn.png`

// run runs the command line args and returns the exit code.
func run(args []string, c *console) int {
	return exit.Tell(c.err, "spacectl", execute(args, c))
}

func execute(args []string, c *console) error {
	var g grammar
	line, err := exit.Parse(&g, args, c.out, c.err, kong.Name("spacectl"), kong.Description(description),
		kong.Bind(c, &g.connection), kong.WithHyphenPrefixedParameters(true))
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	return line.Run()
}
