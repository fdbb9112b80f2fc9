package main

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"net/http"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// pictureTimeout is how long a screenshot may take: the program gives up after 30
// seconds in which the frame spared no time for it.
const pictureTimeout = 40 * time.Second

// takePicture takes a screenshot, waits for it, and looks at it.
func (l *load) takePicture(ctx context.Context) {
	c := l.callers[auth.Operator][0]
	a := c.want(ctx, []int{http.StatusAccepted}, http.MethodPost, "/api/v1/screenshots", "")
	if a == nil {
		return
	}
	path := a.header.Get("Location")
	for began := time.Now(); time.Since(began) < pictureTimeout && ctx.Err() == nil; pause(ctx, 200*time.Millisecond) {
		a := c.want(ctx, []int{http.StatusOK, http.StatusAccepted, http.StatusGatewayTimeout}, http.MethodGet, path, "")
		if a != nil && a.status == http.StatusGatewayTimeout {
			l.count.refused()
			return
		}
		if a != nil && a.status == http.StatusOK {
			if err := check(a.body); err != nil {
				l.count.surprised(err.Error())
				return
			}
			l.count.did("screenshots")
			return
		}
	}
	if ctx.Err() == nil {
		l.count.surprised("a screenshot that never came")
	}
}

// check decodes a picture and measures it.
func check(picture []byte) error {
	decoded, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return fmt.Errorf("screenshot: %w", err)
	}
	if size := decoded.Bounds().Size(); size.X != 320 || size.Y != 180 {
		return fmt.Errorf("screenshot: it measures %v", size)
	}
	return nil
}
