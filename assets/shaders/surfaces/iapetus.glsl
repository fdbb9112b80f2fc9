// Iapetus: one face as dark as coal, the other of ice, and a ridge along the equator.
//
// The dark face leads, about 90 W; its edge is where ice left warm ground: Spencer &
// Denk 2010, Science 327:432, figure 1. Albedos and colours: Denk et al. 2010, Science
// 327:435 (0.04, reddish, to 0.6). The ridge, up to 20 km high: Porco et al. 2005,
// Science 307:1237; Giese et al. 2008, Icarus 193:359. Basins: IAU Gazetteer.

const float radiusKm = 734.5;

// Basins: latitude, longitude to the west, diameter in degrees.
const vec3 basins[7] = vec3[](
	vec3(16.9, 28.4, 45.2), vec3(-40.5, 264.7, 39.3), vec3(-45.6, 233.0, 34.7), vec3(33.6, 82.3, 33.1), // Turgis, Engelier, Gerin, Falsaron
	vec3(-22.0, 170.0, 16.0), vec3(35.4, 228.8, 7.5), vec3(-51.0, 139.0, 9.0)); // two without a name among them

Ground ground(vec3 p) {
	vec3 q = warp(p, 5.0, 0.03, seed + 5u);
	float large = 0.0;
	for (int i = 0; i < times(7); i++) large += crater(q, basins[i].x, -basins[i].y, basins[i].z, 0.16);
	vec2 pits = craters(p, 0.16, 8, 0.85, footprint, seed + 1u);
	float n[3];
	for (int i = 0; i < 3; i++) n[i] = fbm(p, i == 0 ? 2.2 : i == 1 ? 9.0 : 30.0, i == 0 ? 7 : 5, 0.6, footprint, seed + 10u + uint(i));

	// Dark where it was warm: towards the apex, less so towards the poles, and on crater
	// floors of low latitudes for a way beyond; bright on high ground near the edge.
	float lead = -p.y;
	float warm = lead + 0.20 - 1.05 * p.z * p.z + 0.36 * n[0] + 0.22 * n[1] + 0.08 * n[2] - 14.0 * clamp(pits.x, -0.008, 0.008);
	float dark = smoothstep(-0.05, 0.05, warm);
	float floors = smoothstep(0.0012, 0.004, -pits.x - 0.002 * n[1]) * (1.0 - smoothstep(0.2, 0.55, abs(p.z))) * smoothstep(-0.75, -0.1, warm);
	dark = max(dark, 0.85 * floors);
	vec3 bright = mix(vec3(0.60, 0.555, 0.48), vec3(0.66, 0.645, 0.61), smoothstep(0.4, 0.9, abs(p.z))) * (1.0 + 0.20 * n[1] + 0.16 * n[2] + 0.10 * n[0] + 0.12 * pits.y);
	vec3 coal = vec3(0.062, 0.044, 0.031) * (1.0 + 0.45 * n[1] + 0.35 * n[2] + 0.6 * pits.y);

	// The ridge: over the dark face, from 20 W on; beyond it, white mountains to 220 W.
	float west = mod(degrees(atan(-p.y, p.x)), 360.0), lat = degrees(asin(clamp(p.z, -1.0, 1.0)));
	float along = smoothstep(15.0, 35.0, west) * (1.0 - smoothstep(180.0, 222.0, west));
	float crest = max(1.0 - abs(lat + 0.35 * n[1]) / 2.4, 0.0) * along * clamp(0.7 + 1.1 * n[1] + 0.8 * n[0], 0.1, 1.0);
	float whole = smoothstep(0.0, 0.30, crest);
	bright *= 1.0 + 0.15 * whole;
	float height = large + pits.x * (1.0 - 0.6 * whole) + 0.004 * n[0] + 16.0 / radiusKm * crest;
	return bare(mix(bright, coal, dark), height);
}
