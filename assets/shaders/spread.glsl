// Vertex shaders only: the quad over which the light of a point spreads.
// It covers whole pixels, so that no light is lost at its border, and reaches as
// far as its light is worth drawing.

flat out vec2 spreadCentre;  // pixels, in the target
flat out vec3 spreadLight;   // linear RGB, summed over all pixels
flat out float spreadGlare;  // the share of it in the wide glare

// glareShare grows from nothing for stars that just saturate to its full size
// for the brightest planets.
float glareShare(float light) {
	return 0.05 * smoothstep(-1.0, 1.0, log2(max(light / sky.y, 1e-6)) / 4.0);
}

// spread places the corner, 0 or 1 each way, of the quad round a point whose
// clip position is at. light is linear RGB as it is summed over the pixels in
// the middle of the view.
void spread(vec4 at, vec3 light, vec2 corner, int view) {
	vec2 size = views[view].size.xy;
	// A pixel away from the axis of the view sees less of the sky, by the cube of
	// the cosine: there the same light is more radiance.
	vec4 t = views[view].tangents;
	vec2 ndc = at.xy / at.w;
	vec2 slope = mix(t.xz, t.yw, ndc * 0.5 + 0.5);
	light *= pow(1.0 + dot(slope, slope), 1.5);

	float total = dot(light, vec3(0.2126, 0.7152, 0.0722));
	spreadGlare = glareShare(total);
	float reach = spreadGlare > 0.0 ? 3.3 * sky.w : 3.6 * sky.z;
	vec2 centre = (ndc * 0.5 + 0.5) * size;
	bool hidden = at.w <= 0.0 || any(lessThan(centre, vec2(-reach))) || any(greaterThan(centre, size + reach));
	if (hidden || total < 1e-5) {
		place(vec4(2.0, 2.0, 2.0, 1.0), view);
		return;
	}
	vec2 pixel = mix(floor(centre - reach), ceil(centre + reach), corner);
	spreadCentre = centre + vec2(originX(view), 0.0);
	spreadLight = light;
	place(vec4((pixel / size * 2.0 - 1.0) * at.w, at.z, at.w), view);
}
