// Pluto: the heart of nitrogen ice, the dark belt along the equator, tan uplands, a
// yellow-red cap.
//
// Places and shapes: Stern et al. 2015, Science 350:aad1815, and the map of Schenk et
// al. 2018, Icarus 314:400; longitudes to the east, north as in scene/astro, the pole
// of rotation. Colours: Olkin et al. 2017, AJ 154:258; Grundy et al. 2016, Science
// 351:aad9189. Albedos, 0.1 to 1: Buratti et al. 2017, Icarus 287:207. Cells: McKinnon
// et al. 2016, Nature 534:82. South of 38 S nothing was seen: it is drawn as the
// ground that the Sun last left.

const float radiusKm = 1188.3;

// Dark ground: latitude, longitude, half-axes to east and north in degrees.
const vec4 dark[14] = vec4[](
	vec4(-4.0, 140.0, 17.0, 10.5), vec4(-9.0, 120.0, 22.0, 12.0), vec4(-7.0, 95.0, 22.0, 12.5), vec4(-3.0, 70.0, 20.0, 11.0), vec4(1.0, 48.0, 16.0, 8.5), vec4(3.0, 28.0, 14.0, 6.0), vec4(-14.0, 152.0, 9.0, 6.5), // Belton Regio, or Cthulhu
	vec4(-18.0, 208.0, 8.0, 6.0), vec4(-7.0, 233.0, 9.0, 8.0), vec4(-2.0, 254.0, 8.0, 8.5), vec4(-3.0, 279.0, 10.0, 8.0), vec4(-5.0, 304.0, 9.0, 7.0), vec4(1.0, 328.0, 10.0, 7.5), vec4(0.0, 352.0, 9.0, 6.0)); // maculae to its west

// lobe is how deep p lies in an ellipse: 1 in its middle, 0 on its edge.
float lobe(vec3 p, vec4 e) { return 1.0 - length(offset(p, e.x, e.y) / radians(e.zw)); }

Ground ground(vec3 p) {
	float n[5];
	for (int i = 0; i < 5; i++) n[i] = fbm(p, i == 0 ? 2.6 : i == 1 ? 9.0 : i == 2 ? 32.0 : i == 3 ? 1.5 : 26.0, i == 0 ? 8 : 5, 0.58, footprint, seed + 10u + uint(i));
	vec3 q = warp(p, 2.8, 0.10, seed + 30u);
	float rough = 0.45 * n[0] + 0.40 * n[1] + 0.22 * n[2];
	float lat = degrees(asin(clamp(p.z, -1.0, 1.0)));

	// Uplands: tan, paler to the north; the cap.
	vec3 c = mix(vec3(0.50, 0.375, 0.255), vec3(0.60, 0.53, 0.42), smoothstep(5.0, 40.0, lat + 9.0 * n[0]));
	c = mix(c, vec3(0.40, 0.305, 0.21), (1.0 - smoothstep(-34.0, -22.0, lat + 8.0 * n[0])) * 0.6);
	c = mix(c, vec3(0.60, 0.46, 0.285), smoothstep(56.0, 72.0, lat + 10.0 * n[3] + 5.0 * n[1]));
	c *= 1.0 + 0.24 * n[0] + 0.26 * n[1] + 0.18 * n[2];

	// Dark ground. Its edge is ragged, its inside is near black with rusty patches.
	float belt = -1.0;
	for (int i = 0; i < times(14); i++) belt = max(belt, lobe(q, dark[i]));
	float tholin = smoothstep(-0.12, 0.14, belt + 0.75 * rough);
	c = mix(c, vec3(0.30, 0.19, 0.12), 0.7 * smoothstep(-0.75, -0.05, belt + rough));
	c = mix(c, vec3(0.105, 0.058, 0.037) * (1.0 + 0.45 * n[1] + 0.2 * n[2]), 0.95 * tholin);

	// The heart. Its western lobe, Sputnik Planitia, is a plain with a sharp edge; the
	// eastern one is frost on pitted uplands, and thins out.
	float west = max(lobe(p, vec4(28.0, 177.0, 17.0, 17.5)), lobe(p, vec4(8.0, 176.0, 11.5, 17.0)));
	west = max(west, lobe(p, vec4(17.0, 185.0, 13.0, 18.0)));
	float planitia = smoothstep(-0.012, 0.022, west + 0.16 * n[1] + 0.10 * n[0] + 0.08 * n[2]);
	float east = max(lobe(p, vec4(17.0, 203.0, 20.0, 19.0)), max(lobe(p, vec4(0.0, 193.0, 14.0, 14.0)), lobe(p, vec4(-11.0, 185.0, 7.0, 9.0))));
	float frost = smoothstep(-0.08, 0.25, east + 0.8 * rough) * (1.0 - 0.6 * tholin);
	c = mix(c, vec3(0.82, 0.745, 0.615) * (1.0 + 0.10 * n[1] + 0.08 * n[2]), 0.88 * frost);
	vec3 cell = cells(warp(p, 30.0, 0.004, seed + 20u) * 34.0, seed + 21u);
	float trough = (1.0 - smoothstep(0.0, 0.16, cell.y - cell.x)) * seen(34.0 * 2.5, footprint) * smoothstep(0.05, 0.2, west);
	vec3 ice = mix(vec3(0.90, 0.845, 0.735), vec3(0.80, 0.73, 0.60), smoothstep(0.1, 0.5, n[3] + 0.4 * n[0])) * (1.0 - 0.16 * trough + 0.04 * (cell.z - 0.5) + 0.03 * n[2]);
	c = mix(c, ice, planitia);

	// Water-ice mountains stand along the western shore of the plain, 3 km deep.
	vec2 pits = craters(p, 0.10, 7, 0.5, footprint, seed + 1u);
	float shore = smoothstep(-0.20, -0.05, west) * (1.0 - planitia) * smoothstep(0.0, 0.2, -offset(p, 20.0, 178.0).x + 0.15);
	float old = (1.0 - planitia) * (1.0 - 0.75 * frost);
	c *= 1.0 + 0.25 * pits.y * old;
	float height = pits.x * old + (0.004 * n[0] + 0.0022 * n[1]) * (1.0 - planitia) + 0.0018 * shore * n[2] + 0.0012 * frost * n[4] * (1.0 - planitia);
	height -= (3.0 / radiusKm) * planitia + 0.00012 * trough;
	return bare(c, height + crater(p, 46.0, 134.0, 12.0, 0.25)); // Burney
}
