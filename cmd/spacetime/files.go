package main

import (
	"context"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// savePicture writes a picture into a PNG file once it is there.
func savePicture(ctx context.Context, p *engine.Pending, path string) error {
	return p.Use(ctx, func(picture *engine.Picture) error { return host.WriteWhole(path, picture.WritePNG) })
}

// checkWritable looks, before the work, whether its results can be written. An
// empty path is none.
func checkWritable(paths ...string) error {
	for _, path := range paths {
		if path == "" {
			continue
		}
		if err := host.CheckWritable(path); err != nil {
			return err
		}
	}
	return nil
}
