// Package render draws the world with OpenGL 4.1 core: stars, bodies, rings,
// the Sun and its glare, in linear light, for all views of a frame at once.
//
// All of it runs on the thread of the frame, with the context current.
//
// # From metres to pixels
//
// Positions are float64 metres until the eye has been subtracted from them;
// only then do they become float32 ([viewpoint]). No matrix on the GPU holds a
// translation. A body is not a mesh: a quad in the plane of its silhouette is
// drawn, and each pixel meets the ellipsoid exactly (bodyblock.go), so that a limb
// is as smooth from a low orbit as from another planet.
//
// Depth is reversed and infinite, 32-bit float, where glClipControl exists, and
// logarithmic where it does not.
//
// # From light to screen values
//
// One unit of linear light is a white Lambert surface, facing the Sun, at some
// distance from it: the one exposure of a frame ([exposure]). As a photographer would,
// it is chosen for the lit part of what fills the picture, bodies and rings, or else for
// the target, before they are drawn (subject.go). Bodies scatter light by their
// own laws and, as points, have the magnitudes that planets were measured to have
// (photometry.go). Stars and planets that are points would be ten thousand times
// too faint at that exposure, in a picture as on Apollo's film. They get a fixed
// gain over the truth ([skyGain]), as an eye that has adapted to the dark would:
// ratios among them are true up to the brightest star ([starlike]), the ratio to
// lit surfaces is not. The player may expose otherwise; all light goes with it.
//
// The light of all views is gathered in RGBA16F, multisampled where that costs
// little; limbs, rings and points smooth their own edges. A last pass
// resolves the samples weighted by their tone, maps the tone by a fixed filmic
// curve and encodes sRGB, straight into the images of the display (tonemap.go).
//
// # Air
//
// Ten bodies have air ([atmospheres]), drawn after Hillaire 2020, "A Scalable and
// Production Ready Sky and Atmosphere Rendering Technique", Computer Graphics Forum
// 39(4), doi:10.1111/cgf.14050. What a ray of sunlight loses, what is scattered more
// than once and what lights the ground are tables of each air, drawn when it is first
// in view. What the air shows along a line of sight is a table of each frame
// (airsky.frag), which the disc looks up, to redden the light of the ground and to
// veil it (bodies.frag), and the rings of quads beyond the limb, or about an eye
// within the air (air.vert). A table holds because all that matters of a line of
// sight is how far it passes from the centre and its azimuth from the Sun's; it is
// split where that jumps, at the ground and at the level of the eye, and so has no
// seam as the eye crosses the top of the air. To march through the air for each pixel
// would cost llvmpipe 25 ns a step and pixel, 90 ms for a whole view.
//
// In-scattered light is exposed like surfaces: by the irradiance of a white surface
// that faces the Sun. Bodies keep the brightness that they were measured to have: of
// it the air gives its part and the surface the rest.
//
// # Stereo
//
// All views are drawn in one pass where possible ([Stereo]): into the layers of
// an array, by gl_Layer, or side by side, cut by gl_ClipDistance. Each item is
// then drawn by as many instances as there are views. Shaders know of it only
// by shaders/common.glsl.
//
// # Eclipses
//
// For each body the few others are found that may stand before its Sun
// ([shadows]); where a pixel of it or of its rings lies, each leaves a share of the
// Sun's disc (penumbra.go), and the Earth lets in light that its air bends
// (refraction.go). Air is lit by what is left in the mean of a line of sight
// (airshade.glsl). Exposure and magnitudes go with it. When a body hides the Sun
// from the eye, its corona shows (corona.go).
//
// # Passes
//
// What is drawn is a list of [pass] values, in the order of [Renderer.passes]:
// first what a headset's lenses hide, at depth 1 (0 where it is logarithmic), so
// that all else is rejected there and stays black; then the Milky Way, constellations
// and stars, the corona, then bodies, their air and their rings together, far to near,
// then bodies that are points, orbits, and the Sun's glare. Stars come early, since all that follows covers or
// dims them, to a fraction of a pixel. Labels are written on the finished picture,
// and a panel covers all (panel.go, sheet.go).
//
// # Depth for a headset
//
// Where the display gave depth images, the pass that makes the picture fills them
// too: 1 at [engine.NearM], 0 at infinity, of one sample of each pixel, since a
// mean of two surfaces would be neither. Rings, stars and points leave none; a panel
// leaves its own. What
// lenses hide is at infinity there, so that a compositor that moves the picture by
// its depth draws no black rim into view.
//
// # State
//
// Every GL call of a frame goes through [state], which drops what would change
// nothing and counts the rest. Uniforms travel in one buffer, uploaded once a
// frame ([uniforms]).
package render
