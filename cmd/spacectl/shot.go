package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// shotCommand is `spacectl shot`.
type shotCommand struct {
	Output string `short:"o" required:"" type:"path" placeholder:"FILE.png" help:"File to write."`
	Force  bool   `help:"Overwrite the file."`
}

func (*shotCommand) Help() string { return "Example:\n\n  spacectl shot -o saturn.png" }

const (
	// shotPoll is how often to ask whether the picture is there, shotPolls how
	// often at most: a minute, twice what the program waits for a frame.
	shotPoll  = 100 * time.Millisecond
	shotPolls = 600
)

func (s *shotCommand) Run(con *console, n *connection) error {
	if _, err := os.Lstat(s.Output); err == nil && !s.Force {
		return exit.With(exit.Usage, fmt.Errorf("%s is there already; --force overwrites it", s.Output))
	}
	if err := host.CheckWritable(s.Output); err != nil {
		return err
	}
	c, err := n.open(con)
	if err != nil {
		return err
	}
	picture, err := c.takeShot()
	if err != nil {
		return err
	}
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return fmt.Errorf("what came is not a picture: %w", err)
	}
	if err := host.WriteWhole(s.Output, func(w io.Writer) error { _, err := w.Write(picture); return err }); err != nil {
		return err
	}
	if n.JSON {
		return printJSON(con.out, struct {
			File   string `json:"file"`
			Width  int    `json:"width"`
			Height int    `json:"height"`
			Bytes  int    `json:"bytes"`
		}{s.Output, size.Width, size.Height, len(picture)})
	}
	_, err = fmt.Fprintf(con.out, "%s: %d×%d, %d bytes\n", s.Output, size.Width, size.Height, len(picture))
	return err
}

// takeShot asks for a picture and waits until it is there.
func (c *client) takeShot() ([]byte, error) {
	ctx := context.Background()
	shot, _, err := createScreenshot.ask(ctx, c, none)
	if err != nil {
		return nil, err
	}
	for range shotPolls {
		picture, a, err := getScreenshot.ask(ctx, c, none, with{id: shot.ID})
		if err != nil {
			return nil, err
		}
		if a.status == http.StatusOK {
			return picture, nil
		}
		c.wait(ctx, shotPoll)
	}
	return nil, exit.With(exit.Unavailable, errors.New("the picture does not come; does the program draw? ask spacectl status"))
}
