// Any world of old rock or dusty ice: craters on craters, in shades of its own
// colour. N(>D) ~ D^-2.

Ground ground(vec3 p) {
	vec2 large = craters(p, 0.16, 5, 0.55, footprint, seed + 1u);
	vec2 small = craters(octaveTurn * p, 0.013, 4, 0.7, footprint, seed + 7u);
	float hills = fbm(p, 2.5, 8, 0.55, footprint, seed + 3u);
	float shade = 1.0 + 0.22 * fbm(warp(p, 2.0, 0.15, seed + 5u), 1.6, 7, 0.6, footprint, seed + 4u);
	shade += 0.30 * large.y + 0.18 * small.y;
	vec3 colour = tint * 0.5 / max(dot(tint, vec3(0.2126, 0.7152, 0.0722)), 0.05) * shade;
	return Ground(colour, large.x + small.x + 0.012 * hills, 0.0, 0.0, 0.0);
}
