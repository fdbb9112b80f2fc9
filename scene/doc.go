// Package scene is the world as values: what the state of a flight is, what
// may change it, how it ages, and the words that all other packages share.
//
// # Frames of reference
//
// Positions are heliocentric, on ICRF axes, in metres as float64: one unit in
// the last place at Neptune is a millimetre. A ship's position is counted from
// the centre of a body (its frame), so that the last place is as small as the
// ship is near to that body.
//
// Ship axes are x right, y up, z backward, as in OpenGL and OpenXR; a
// quaternion named Orientation turns ship axes into ICRF axes.
//
// # Time
//
// The simulation ticks at [TickRate]. State belongs to a tick and is what is
// hashed and replayed. What is drawn is that state carried analytically to the
// instant at which the picture will be seen ([World.Carry]), so that motion is
// even on a display of any rate.
package scene
