package render

import (
	"fmt"

	"github.com/spacetime-vr/spacetime/engine"
)

// Stereo says how two views are drawn.
type Stereo string

// The ways to draw two views.
const (
	StereoAuto  Stereo = "auto"     // what is best here
	StereoLayer Stereo = "layer"    // at once, by gl_Layer into two layers
	StereoWide  Stereo = "wide"     // at once, side by side, cut by gl_ClipDistance
	StereoTwice Stereo = "two-pass" // one after the other
)

// chooseStereo settles for a way: on a graphics processor layers, else wide.
// Software renderers take the views one after the other, since nothing is gained
// there by submitting once: on llvmpipe Saturn in two views of 1280 by 720
// pixels takes 24 ms in two passes, 27 ms in layers or wide (BenchmarkStereo).
func (d *device) chooseStereo(wish Stereo) (Stereo, error) {
	layers := d.has(extLayerARB) || d.has(extLayerAMD)
	switch wish {
	case StereoAuto, "":
		switch {
		case d.Software:
			return StereoTwice, nil
		case layers:
			return StereoLayer, nil
		}
		return StereoWide, nil
	case StereoLayer:
		if !layers {
			return "", engine.Unavailable(fmt.Errorf("stereo %q needs %s or %s; choose %q", wish, extLayerARB, extLayerAMD, StereoAuto))
		}
		return wish, nil
	case StereoWide, StereoTwice:
		return wish, nil
	}
	return "", fmt.Errorf("unknown stereo %q; it may be %q, %q, %q or %q", wish, StereoAuto, StereoLayer, StereoWide, StereoTwice)
}

// shaderHeader is what goes before every shader: the version, the extensions in
// use, and what distinguishes this configuration.
func (d *device) shaderHeader() string {
	header := "#version 410 core\n"
	switch {
	case d.Stereo != StereoLayer:
	case d.has(extLayerARB):
		header += "#extension " + extLayerARB + " : require\n#define STEREO_LAYER\n"
	default:
		header += "#extension " + extLayerAMD + " : require\n#define STEREO_LAYER\n"
	}
	if d.Stereo == StereoWide {
		header += "#define STEREO_WIDE\n"
	}
	if d.has(extConservativeDepth) {
		header += "#extension " + extConservativeDepth + " : require\n#define CONSERVATIVE_DEPTH\n"
	}
	if !d.ClipZero {
		header += "#define LOG_DEPTH\n"
	}
	return header
}
