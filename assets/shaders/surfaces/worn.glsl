// Old ground, from which most small worlds are made: craters on craters by
// N(>D) ~ D^-2, over low hills.

struct Worn {
	float height; // radii of the body
	float shade;  // 1 in the mean, about
	float rough;  // noise, -1 to 1
};

// worn is ground whose widest craters have a radius of largest (radii of the body),
// a share of it filled with them; fresh is how bright young ones are, patchy how
// much the shade varies.
Worn worn(vec3 p, float largest, float density, float fresh, float patchy) {
	vec2 wide = craters(p, largest, 4, density, footprint, seed + 1u);
	vec2 narrow = craters(octaveTurn * p, largest / 13.0, 4, min(1.2 * density, 1.0), footprint, seed + 7u);
	float rough = fbm(p, 6.0, 8, 0.6, footprint, seed + 3u);
	float broad = fbm(warp(p, 2.0, 0.15, seed + 5u), 1.6, 6, 0.6, footprint, seed + 4u);
	float shade = 1.0 + patchy * (broad + 0.5 * rough) + fresh * (wide.y + 0.8 * narrow.y);
	return Worn(wide.x + narrow.x + 0.004 * rough, shade, rough);
}

// named is the relief of a crater that has a name (diameter in km, radius of the body
// in km), with a peak in its middle.
float named(vec3 p, float latDeg, float lonDeg, float diameterKm, float bodyKm, float sharp) {
	float radius = 0.5 * diameterKm / bodyKm, t = away(p, place(latDeg, lonDeg)) / radius;
	return radius * (bowl(t, sharp) + 0.3 * sharp * smoothstep(0.22, 0.0, t));
}

// cliffs is 1 on the walls of cracks that run through a region, 0 elsewhere.
float cliffs(vec3 p, float frequency, float width, uint salt) {
	vec3 q = warp(p, 2.5, 0.12, salt);
	float line = abs(noise(q * frequency, salt + 2u)) / frequency;
	float other = abs(noise(octaveTurn * q * (1.7 * frequency), salt + 3u)) / frequency;
	float w = max(width, 0.7 * footprint);
	return min(width / w, 1.0) * max(1.0 - smoothstep(0.5 * w, w, line), 0.7 - 0.7 * smoothstep(0.4 * w, 0.8 * w, other));
}
