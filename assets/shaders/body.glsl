// A body as it is uploaded; it mirrors bodyBlock in render/bodyblock.go. "Scaled"
// are body-fixed axes with each semi-axis as its own unit: there the body is
// the unit sphere.

struct BodyView {
	vec4 centre;   // of the body, metres from the eye; w: the Sun's direction along side, scaled axes
	vec4 plane;    // centre of the silhouette; w: distance of the eye, scaled
	vec4 across;   // semi-axes of the silhouette, metres; w: its radius, scaled
	vec4 along;    // ; w: how far the quad reaches beyond, in semi-axes
	vec4 toEye;    // unit vector to the eye, scaled axes; w: the Sun's direction along it
	vec4 side;     // unit vector that across is made from, scaled axes; w: the Sun's along the other
};

struct Body {
	BodyView views[2];
	vec4 radii;    // semi-axes, metres; w: opacity
	vec4 sun;      // unit vector to the Sun, body-fixed; w: the Sun's angular radius
	vec4 colour;   // linear RGB of the surface where it faces the Sun
	vec4 ring;     // inner and outer radius, metres; what dust scatters of its light; w: row of the profile, or -1
	vec4 ringLight;// linear RGB of an opaque ring of brightness 1; w: of a white one
	vec4 axisX;    // body-fixed x and y axes, ICRF; w: share of light scattered as by the Moon
	vec4 axisY;    // w: row of the belts, or -1
	vec4 ground;   // how much of the surface's maps shows; light of albedo 1; their texel, radii; frostSeason
	vec4 air;      // row of the air or -1; its top in radii; what a white surface shows; how much is drawn beyond the limb
};

layout(std140) uniform Bodies {
	Body bodies[48];
};

// nearer is how many times the depth of the silhouette's plane is exceeded by no
// point of the body, a little more for rounding: the body's nearest point is at
// s - 1 from the eye, the plane at s - 1/s.
float nearer(BodyView b) { return 1.0001 * (1.0 + 1.0 / b.plane.w); }

uniform sampler1DArray ringProfiles;

// ringAt is, at radius r (metres), averaged over blur (metres): the share of
// light that a ring takes from a ray that falls in straight, its brightness, and how
// much of it is dust.
vec3 ringAt(vec4 ring, float r, float blur) {
	float width = ring.y - ring.x;
	float lod = log2(max(blur / width * float(textureSize(ringProfiles, 0).x), 1.0));
	vec3 texel = textureLod(ringProfiles, vec2((r - ring.x) / width, ring.w), lod).rgb;
	return vec3(texel.r, texel.gb / max(texel.r, 1e-9));
}

// thickness is the optical depth of a ring of that opacity.
float thickness(float opacity) {
	return opacity < 1e-3 ? opacity : -log(max(1.0 - opacity, 1e-4)); // few digits are left of 1 - opacity
}
