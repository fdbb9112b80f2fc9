// Europa: ice, cracked all over, stained brown-red along the cracks and where it broke
// up; few craters.
//
// Places: IAU Gazetteer of Planetary Nomenclature, longitudes to the west as there. The
// trailing face, about 270 W, is darker and redder: McEwen 1986, J. Geophys. Res.
// 91:8077. Lines, of 500 to 5000 km, in pairs about a pale middle, and cycloids of 100 km
// to an arc: Greeley et al. 2000, J. Geophys. Res. 105:22559; Hoppa et al. 1999, Science
// 285:1899. Colours: Geissler et al. 1998, Icarus 135:107.

// Mottled ground: latitude, longitude to the west, half-axes to east and north in degrees.
const int regions = 9;
const vec4 mottled[regions] = vec4[](
	vec4(10.0, 255.0, 18.0, 15.0), vec4(-50.0, 294.0, 22.0, 11.0), vec4(0.0, 145.0, 14.0, 12.0), vec4(20.0, 320.0, 17.0, 13.0), // Dyfed, Moytura, Powys, Annwn
	vec4(-14.6, 208.5, 13.0, 11.0), vec4(-10.0, 75.0, 20.0, 13.0), vec4(9.7, 272.7, 6.0, 5.0), vec4(30.0, 210.0, 20.0, 9.0), vec4(-30.0, 270.0, 24.0, 12.0)); // Argadnel, Tara, Conamara

const int lines = 110;

// lineae is how much of cracks lies at p: brown margins, the pale middle between them.
// Each runs along a part of a circle, near a great one; some are cycloids.
vec2 lineae(vec3 p, float bend) {
	vec2 sum = vec2(0.0);
	for (int i = 0; i < times(lines); i++) {
		uvec3 h = lattice(ivec3(i, 17, 3), seed + 30u);
		vec3 middle = normalize(unit(h) * 2.0 - 1.0), kind = unit(hash(h + 1u)), way = unit(hash(h + 2u));
		vec3 pole = normalize(cross(middle, way - 0.5));
		float along = dot(p, cross(pole, middle)), wide = kind.z * kind.z * kind.z;
		float across = dot(p, pole) + 0.05 * bend * (kind.x - 0.5) + 0.7 * (way.y - 0.5) * along * along;
		if (kind.y > 0.7) across += 0.018 * abs(sin(along * mix(15.0, 26.0, kind.x))); // arcs with cusps
		float width = mix(0.0038, 0.0125, wide), soft = max(1.0, footprint / width);
		float reach = mix(0.16, 0.80, way.x * way.x + 0.3 * wide);
		float share = step(0.0, dot(p, middle)) * (1.0 - smoothstep(0.75 * reach, reach, abs(along))) / soft;
		float d = abs(across) / (width * soft * mix(0.4, 1.0, share));
		sum.x = max(sum.x, share * mix(0.45, 1.0, kind.x) * exp2(-1.6 * d * d));
		sum.y = max(sum.y, share * exp2(-50.0 * d * d) * step(0.02, wide));
	}
	return sum;
}

// net is a web of fine cracks: families of parallel ones, each present in places.
float net(vec3 p, float wobble, float scale) {
	float sum = 0.0;
	for (int i = 0; i < times(5); i++) {
		uvec3 h = lattice(ivec3(i, 5, int(scale)), seed + 40u);
		float x = dot(p, normalize(unit(h) * 2.0 - 1.0)) * scale + wobble * (1.0 + 0.3 * float(i));
		vec3 own = unit(lattice(ivec3(int(floor(x)), i, 7), seed + 41u));
		float d = abs(fract(x) - 0.2 - 0.6 * own.x), soft = max(0.045, 1.2 * scale * footprint);
		float there = smoothstep(-0.2, 0.5, sin(dot(p, own * 9.0 - 4.5) + 6.28 * own.z)) * step(0.4, own.y);
		sum = max(sum, there * (1.0 - smoothstep(0.0, soft, d)) * (0.045 / soft));
	}
	return sum;
}

Ground ground(vec3 p) {
	float n[5];
	for (int i = 0; i < 5; i++) n[i] = fbm(p, i == 0 ? 1.6 : i == 1 ? 4.5 : i == 2 ? 14.0 : i == 3 ? 3.0 : 60.0, i == 3 ? 1 : i == 4 ? 3 : 5, 0.6, footprint, seed + 10u + uint(i));
	vec3 q = p + 0.02 * vec3(n[1], n[3], -n[1]);

	// Ice: whiter on the leading face and to the poles, stained on the trailing one.
	float trailing = smoothstep(-0.5, 0.9, p.y + 0.3 * n[0]);
	vec3 c = mix(vec3(0.79, 0.765, 0.71), vec3(0.58, 0.485, 0.37), trailing * (1.0 - 0.45 * smoothstep(0.5, 0.9, abs(p.z))));
	c *= 1.0 + 0.12 * n[1] + 0.12 * n[2] + 0.04 * n[4];

	// Mottled ground: ice in broken pieces, matrix brown.
	float region = -1.0;
	for (int i = 0; i < times(regions); i++)
		region = max(region, 1.0 - length(offset(q, mottled[i].x, -mottled[i].y) / radians(mottled[i].zw)));
	float mottle = smoothstep(-0.15, 0.55, region + 0.6 * n[0] + 0.12 * trailing) * smoothstep(-0.40, 0.40, n[2] + 0.6 * n[1]);
	mottle = max(mottle, 0.75 * smoothstep(0.18, 0.65, n[1] + 0.6 * n[2]) * (1.0 - smoothstep(0.5, 0.95, abs(p.z))));
	c = mix(c, vec3(0.42, 0.30, 0.195) * (1.0 + 0.2 * n[4]), 0.72 * mottle);

	vec2 wide = lineae(p, n[3]);
	float fine = max(net(p, 0.35 * n[3], 11.0), 0.75 * net(octaveTurn * p, 0.5 * n[3], 31.0));
	c = mix(c, vec3(0.46, 0.325, 0.21), 0.72 * fine);
	c = mix(c, vec3(0.37, 0.235, 0.14), 0.85 * wide.x);
	c = mix(c, vec3(0.66, 0.59, 0.49), 0.55 * wide.y);

	// Agenor Linea is bright. Pwyll is young: a dark floor in white rays; Callanish and
	// Tyre are rings.
	vec2 agenor = degrees(offset(q, -43.0, -208.2)) * vec2(1.0 / 22.0, 1.0);
	c = mix(c, vec3(0.83, 0.80, 0.74), 0.8 * (1.0 - smoothstep(0.6, 1.0, abs(agenor.x))) * (1.0 - smoothstep(0.3, 0.8, abs(agenor.y + 2.0 * agenor.x * agenor.x))));
	float pwyll = degrees(away(p, place(-25.2, -271.4)));
	c = mix(c, vec3(0.86, 0.84, 0.80), max(0.7 * rays(p, -25.2, -271.4, 1.1, 17.0, footprint, seed + 50u), 0.6 * (1.0 - smoothstep(1.0, 6.0, pwyll + 2.0 * n[2]))));
	c = mix(c, vec3(0.40, 0.29, 0.20), 0.8 * (1.0 - smoothstep(0.7, 1.1, pwyll)));
	float tyre = degrees(away(q, place(33.6, -146.6))), callanish = degrees(away(q, place(-16.7, -334.5)));
	c = mix(c, vec3(0.48, 0.36, 0.25), 0.5 * (1.0 - smoothstep(1.5, 2.9, min(tyre, callanish))) * (0.6 + 0.4 * cos(5.0 * min(tyre, callanish))));

	vec2 few = craters(p, 0.02, 3, 0.05, footprint, seed + 1u);
	float height = few.x + 0.00012 * n[2] + 0.00025 * fine + 0.0003 * wide.x - 0.0002 * wide.y + 0.0002 * mottle * n[4];
	return bare(c * (1.0 + 0.1 * few.y), height);
}
