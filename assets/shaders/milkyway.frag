// The light of stars too faint and too many to be drawn one by one.

#include "common.glsl"

uniform samplerCube galaxy; // roots of light; build/milkyway

in vec3 direction;

out vec4 radiance;

// unit is the light of a pixel whose texel is 1, against that of a star of
// magnitude 0: 4 times 20 mag/arcsec², in square radians.
const float unit = 4.0 * 1e-8 * 4.25451703e10;

// gain is how much brighter than the stars' measure would have it: eyes add up the
// light of a wide patch of sky, which they do not do with a screen's.
const float gain = 3.5;

// colourless is how much of the colour is lost on eyes in so little light.
const float colourless = 0.5;

void main() {
	vec3 root = texture(galaxy, direction).rgb;
	vec3 light = root * root;
	light = mix(light, vec3(dot(light, vec3(0.2126, 0.7152, 0.0722))), colourless);
	radiance = vec4(light * (gain * unit * views[0].size.w * sky.x / (views[0].size.z * views[0].size.z)), 0.0);
}
