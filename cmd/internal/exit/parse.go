package exit

import (
	"fmt"
	"io"

	"github.com/alecthomas/kong"
)

// ended is how --help and its like end a parse: all is said already. Inside
// kong it is a panic, because nothing else stops a parse.
type ended int

func (e ended) Error() string { return fmt.Sprint("ended with ", int(e)) }

// Parse parses args into grammar, a pointer to a struct with kong's tags. The
// error may be that --help was answered; [Tell] knows.
func Parse(grammar any, args []string, out, errs io.Writer, options ...kong.Option) (line *kong.Context, err error) {
	options = append(options,
		kong.Writers(out, errs), kong.Exit(func(code int) { panic(ended(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	parser, err := kong.New(grammar, options...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			code, ok := p.(ended)
			if !ok {
				panic(p)
			}
			err = code
		}
	}()
	return parser.Parse(args)
}
