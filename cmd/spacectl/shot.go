package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
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

	screenshotsPath = "/api/v1/screenshots"
)

func (s *shotCommand) Run(con *console, n *connection) error {
	if _, err := os.Lstat(s.Output); err == nil && !s.Force {
		return coded{exit.Usage, fmt.Errorf("%s is there already; --force overwrites it", s.Output)}
	}
	c, err := n.open()
	if err != nil {
		return err
	}
	picture, err := c.takeShot(con.wait)
	if err != nil {
		return err
	}
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return fmt.Errorf("what came is not a picture: %w", err)
	}
	if err := save(s.Output, picture); err != nil {
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
func (c *client) takeShot(wait func(time.Duration)) ([]byte, error) {
	ctx := context.Background()
	asked, err := c.call(ctx, http.MethodPost, screenshotsPath, nil)
	if err != nil {
		return nil, err
	}
	var shot api.Screenshot
	if err := asked.decode(&shot); err != nil {
		return nil, err
	}
	for range shotPolls {
		a, err := c.call(ctx, http.MethodGet, screenshotsPath+"/"+url.PathEscape(shot.ID), nil)
		if err != nil {
			return nil, err
		}
		if a.status == http.StatusOK {
			return a.body, nil
		}
		wait(shotPoll)
	}
	return nil, coded{exit.Unavailable, errors.New("the picture does not come; does the program draw? ask spacectl status")}
}

// save writes the file whole or not at all.
func save(path string, data []byte) error {
	f, err := os.OpenFile(path+"."+rand.Text(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return unwritten(path, err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return unwritten(path, err)
	}
	return nil
}

// unwritten is an error that tells the file that was asked for, not the one on
// the way to it.
func unwritten(path string, err error) error {
	code := exit.IO
	if errors.Is(err, fs.ErrPermission) {
		code = exit.NotPermitted
	}
	var file *fs.PathError
	if errors.As(err, &file) {
		err = file.Err
	}
	return coded{code, fmt.Errorf("write %s: %w", path, err)}
}
