// The Earth: coasts, heights, ice, deserts, forests and cities where they are, from
// the map that build/coast draws; finer than its texels, noise. Weather is made up:
// where there is much and what shape it has is the climate's, which cloud is where
// goes with the seed.
//
// Colours are albedos below the air, not relative ones: what true-colour images have
// after correction for it (MODIS, Schaaf et al. 2002, Remote Sensing of Environment
// 83:135), for bright sand 0.45 in the red, rainforest 0.03, snow 0.85, and clear
// ocean water 0.02 in the blue (Morel & Maritorena 2001, J. Geophys. Res. 106:7163)
// with a little skylight in it.

uniform sampler2D coast; // distance to the coast, height, cover of the land, lights: render/earth.go

const float earthKM = 6371.0;

// Chart is what the map has of a place.
struct Chart {
	float inlandKM; // distance to the coast, below 0 in water
	float heightKM; // below 0 in the sea, as far as 0.6
	float green;    // 0 desert, to 1 forest
	float ice;      // 0 to 1
	float lights;   // 0 to 1
};

Chart chartAt(vec3 p) {
	vec2 at = vec2(0.5 + atan(p.y, p.x) * (0.5 / 3.14159265), 0.5 - asin(clamp(p.z, -1.0, 1.0)) / 3.14159265);
	float lod = log2(max(footprint * float(textureSize(coast, 0).y) / 3.14159265, 1.0));
	vec4 texel = textureLod(coast, at, lod) * 255.0;
	Chart c;
	c.inlandKM = (texel.r - 128.0) * 2.0;
	float root = (texel.g - 128.0) / 128.0;
	c.heightKM = root > 0.0 ? 6.6 * root * root : -0.6 * root * root;
	c.green = clamp((texel.b - 48.0) / 207.0, 0.0, 1.0);
	c.ice = clamp(1.0 - texel.b / 40.0, 0.0, 1.0);
	c.lights = texel.a * texel.a / 65025.0;
	return c;
}

// landColour is the ground's: warmth in °C, the mean of the year.
vec3 landColour(vec3 p, Chart c, float warmth, float rough, float patches) {
	float green = c.green + 0.22 * patches * smoothstep(0.05, 0.35, c.green);
	green = clamp(green + 0.2 * smoothstep(0.15, 0.4, green) * smoothstep(21.0, 12.0, warmth), 0.0, 1.0); // fields, where it is mild
	// Sand is pale in the Sahara and in Arabia, red in Australia and in the Kalahari,
	// grey brown in the middle of Asia and in America; between sands lie plains of rock.
	float red = max(oval(p, -25.0, 132.0, 24.0, 14.0, 0.4), 0.6 * oval(p, -23.0, 20.0, 9.0, 9.0, 0.5));
	float pale = oval(p, 23.0, 16.0, 42.0, 16.0, 0.3);
	vec3 sand = mix(mix(vec3(0.30, 0.235, 0.165), vec3(0.43, 0.315, 0.195), pale), vec3(0.31, 0.155, 0.083), red);
	vec3 stone = mix(vec3(0.20, 0.155, 0.115), vec3(0.21, 0.11, 0.065), red);
	vec3 desert = mix(sand, stone, 0.7 * smoothstep(0.0, 0.9, 0.6 * patches + 0.4 * rough + 0.9 * c.heightKM - 0.45));
	vec3 steppe = mix(vec3(0.115, 0.100, 0.068), vec3(0.150, 0.125, 0.060), smoothstep(8.0, 22.0, warmth));
	vec3 meadow = mix(vec3(0.058, 0.064, 0.038), vec3(0.068, 0.078, 0.030), smoothstep(8.0, 22.0, warmth));
	vec3 forest = mix(vec3(0.026, 0.037, 0.022), vec3(0.036, 0.054, 0.022), smoothstep(-2.0, 9.0, warmth));
	forest = mix(forest, vec3(0.022, 0.042, 0.014), smoothstep(16.0, 24.0, warmth));
	vec3 land = mix(desert, steppe, smoothstep(0.08, 0.36, green));
	land = mix(land, meadow, smoothstep(0.36, 0.66, green));
	land = mix(land, forest, smoothstep(0.60, 0.92, green));
	land = mix(land, vec3(0.085, 0.075, 0.055), smoothstep(-4.0, -9.0, warmth) * smoothstep(0.9, 0.5, green)); // tundra
	float high = smoothstep(2.8, 4.3, c.heightKM);
	land = mix(land, vec3(0.185, 0.150, 0.112) * (1.0 + 0.3 * patches), high * smoothstep(0.8, 0.4, green));
	return land * (1.0 + 0.22 * rough + 0.10 * patches);
}

// seaColour is the water's. Pure water absorbs red; over banks of coral sand it is
// turquoise, off great rivers and in narrow seas it is green.
vec3 seaColour(vec3 p, Chart c, float lat, float patches) {
	vec3 water = mix(vec3(0.0045, 0.0135, 0.044), vec3(0.0075, 0.0190, 0.037), smoothstep(30.0, 55.0, lat));
	float depthM = -1000.0 * min(c.heightKM, 0.0);
	float shelf = exp(-depthM / 70.0) * smoothstep(-250.0, 0.0, c.inlandKM);
	water = mix(water, vec3(0.011, 0.030, 0.041), shelf * (0.75 + 0.5 * patches));
	float banks = oval(p, 24.0, -77.3, 3.4, 3.0, 0.35); // of the Bahamas
	banks = max(banks, oval(p, 22.0, -82.5, 4.0, 0.9, 0.5)); // Gulf of Batabanó
	banks = max(banks, 0.55 * oval(p, -18.5, 147.8, 4.0, 6.0, 0.5)); // Great Barrier Reef
	banks = max(banks, 0.5 * oval(p, 22.0, -89.0, 2.8, 1.6, 0.5)); // Campeche
	banks = max(banks, 0.5 * oval(p, 25.0, 52.5, 3.5, 3.0, 0.5)); // the Gulf
	banks = max(banks, 0.5 * oval(p, -10.0, 142.5, 3.0, 2.0, 0.5)); // Torres Strait
	banks = max(banks, 0.22 * smoothstep(32.0, 22.0, lat));
	float shallow = exp(-depthM / 14.0) * banks;
	return mix(water, vec3(0.055, 0.190, 0.225), clamp(shallow * (0.85 + 0.6 * patches), 0.0, 0.9));
}

// floes is how much of the sea is frozen: to 75° N, but to 80° N where the Atlantic
// is warm, and to 66° S: between the summer's and the winter's edge.
float floes(vec3 p, float latDeg, float patches) {
	float north = latDeg - 74.5 - 5.0 * oval(p, 74.0, 20.0, 75.0, 12.0, 0.6);
	float south = -latDeg - 66.0 - 2.5 * oval(p, -70.0, 100.0, 100.0, 30.0, 0.6);
	return smoothstep(-1.5, 2.5, max(north, south) + 4.0 * patches);
}

// turned is q turned about the axis c by an angle.
vec3 turned(vec3 q, vec3 c, float angle) {
	float s = sin(angle), k = cos(angle);
	return q * k + cross(c, q) * s + c * dot(c, q) * (1.0 - k);
}

// storms winds q up about the lows of middle latitudes, and returns how much cloud
// their fronts bring at p and how much the dry air behind these takes. A low turns
// with its hemisphere; its front trails from the centre by the east to the equator,
// as a spiral that winds in.
float storms(inout vec3 q, vec3 p) {
	float hemisphere = p.z < 0.0 ? -1.0 : 1.0, sum = 0.0;
	if (abs(p.z) < 0.25) return 0.0;
	for (int i = 0; i < times(9); i++) {
		vec3 chance = unit(hash(uvec3(uint(i), p.z < 0.0 ? 1u : 2u, seed + 77u)));
		float lon = (float(i) + 0.1 + 0.8 * chance.x) * (6.2831853 / 9.0);
		float lat = hemisphere * radians(mix(44.0, 60.0, chance.y));
		float radius = mix(0.08, 0.17, chance.z);
		vec3 c = vec3(cos(lat) * vec2(cos(lon), sin(lon)), sin(lat));
		float f = length(p - c) / radius;
		if (f > 3.4) continue;
		float near = 1.0 - smoothstep(1.0, 3.4, f);
		vec3 east = vec3(-sin(lon), cos(lon), 0.0);
		vec2 o = vec2(dot(p, east), hemisphere * dot(p, cross(c, east)));
		float off = atan(o.y, o.x) + 0.2 + 1.6 * log(f + 0.03);
		off -= 6.2831853 * floor(off * (0.5 / 3.14159265) + 0.5);
		float front = off > 0.0 ? exp(-off * off * 2.2) : exp(-off * off * 22.0);
		float dry = exp(-(off + 0.9) * (off + 0.9) * 3.0);
		float strength = 0.45 + 0.75 * fract(29.0 * chance.x);
		sum += strength * near * (front - 0.8 * dry * smoothstep(0.1, 0.5, f));
		q = turned(q, c, -hemisphere * (0.6 + 1.7 * strength) * near / (0.4 + f));
	}
	return sum;
}

// overcast is how much of the sky is cloud, in the mean of the year, 0 to 1: by
// latitude as satellites have it (ISCCP, Rossow & Schiffer 1999, Bull. Am. Met. Soc.
// 80:2261), less over deserts, more off the west coasts where cold water wells up.
float overcast(vec3 p, Chart c, float latDeg, float wobble) {
	float lat = abs(latDeg + 3.0 * wobble);
	float calm = latDeg - 6.0 - 7.0 * wobble; // the doldrums lie north of the equator
	float sky = 0.43 + (0.20 + 0.14 * wobble) * exp(-calm * calm / 36.0);
	sky += 0.22 * smoothstep(26.0, 50.0, lat) + (latDeg < 0.0 ? 0.08 : 0.0) * smoothstep(38.0, 58.0, lat);
	sky -= 0.32 * smoothstep(64.0, 80.0, lat);
	sky += 0.10 * oval(p, -2.0, 120.0, 32.0, 12.0, 0.6); // islands of the warm pool
	float land = smoothstep(-150.0, 150.0, c.inlandKM);
	float dry = mix(1.0, smoothstep(-0.05, 0.75, c.green), 1.0 - smoothstep(45.0, 60.0, lat));
	return sky * mix(1.0, 0.32 + 0.66 * dry, land) - 0.08 * land;
}

// decks is the stratocumulus of cold currents: off California, Peru, Namibia, the
// Canaries and Australia (Klein & Hartmann 1993, J. Climate 6:1587).
float decks(vec3 p) {
	float deck = oval(p, 27.0, -129.0, 11.0, 7.0, 0.9);
	deck = max(deck, oval(p, -19.0, -85.0, 12.0, 10.0, 0.9));
	deck = max(deck, oval(p, -15.0, 3.0, 10.0, 9.0, 0.9));
	deck = max(deck, 0.8 * oval(p, 27.0, -23.0, 7.0, 6.0, 0.9));
	return max(deck, 0.8 * oval(p, -30.0, 105.0, 8.0, 6.0, 0.9));
}

// clouds is their opacity at p.
float clouds(vec3 p, Chart c, float latDeg) {
	vec3 broad = noise3(p * 2.1, seed + 11u);
	vec3 q = p;
	float fronts = storms(q, p);
	float sky = overcast(p, c, latDeg, broad.x);
	// Winds blow along the parallels, and draw out what they carry; convection is
	// less drawn out.
	vec3 drift = 0.08 * noise3(q * 5.5, seed + 12u) + 0.025 * noise3(q * 14.0, seed + 13u);
	vec3 puffs = mix(p, q, 0.3) + 0.3 * drift;
	q = vec3(q.xy, 1.5 * q.z) + 0.15 * broad + drift;
	float mass = fbm(q, 4.4, 8, 0.62, footprint, seed + 14u);
	float tufts = fbm(puffs, 38.0, 5, 0.8, footprint, seed + 15u);
	float thick = 1.25 * mass + 0.5 * tufts + 2.1 * (sky - 0.5) + fronts;
	float cloud = (1.0 - exp(-2.8 * pow(max(thick + 0.14, 0.0), 1.6))) * (0.84 + 0.16 * smoothstep(-0.4, 0.4, tufts));
	// Veils of ice, drawn out thin.
	float veil = ridged(q + 0.06 * broad.yzx, 6.0, 5, 0.6, footprint, seed + 16u);
	cloud = max(cloud, 0.4 * smoothstep(0.42, 0.95, veil + 0.9 * (sky - 0.5)) * smoothstep(-0.9, 0.1, thick));
	// Low cumulus of the trades and over rainforests, of which a texel shows the mean.
	float sea = smoothstep(30.0, -90.0, c.inlandKM);
	float warm = smoothstep(36.0, 24.0, abs(latDeg)) * max(0.8 * sea, (1.0 - sea) * smoothstep(0.4, 0.9, c.green));
	cloud = max(cloud, 0.55 * warm * smoothstep(0.1, 0.9, tufts + 0.9 * mass + 0.5 * broad.z + 0.1));
	float deck = decks(normalize(p + 0.10 * broad.zxy + 1.3 * drift)) * sea;
	if (deck > 0.0) {
		deck = smoothstep(0.25, 1.0, deck + 1.0 * mass + 0.3 * tufts);
		vec3 cell = cells(warp(p, 30.0, 0.006, seed + 18u) * 90.0, seed + 17u);
		float closed = smoothstep(0.0, 0.4, cell.y - cell.x) * mix(0.6, 1.0, cell.z);
		cloud = max(cloud, deck * (0.60 + 0.25 * tufts) * mix(0.75, closed, 0.6 * seen(180.0, footprint)));
	}
	return clamp(cloud, 0.0, 0.97);
}

Ground ground(vec3 p) {
	Chart c = chartAt(p);
	float latDeg = degrees(asin(clamp(p.z, -1.0, 1.0))), lat = abs(latDeg);
	float patches = fbm(p + 0.03 * noise3(p * 16.0, seed + 5u), 13.0, 7, 0.75, footprint, seed + 1u);
	float rough = 2.0 * ridged(p, 40.0, 6, 0.55, footprint, seed + 2u) - 1.0;
	// Coasts are as ragged below a texel of the map as above.
	if (abs(c.inlandKM) < 40.0) c.inlandKM += 9.0 * fbm(p, 220.0, 4, 0.6, footprint, seed + 3u);
	float blurKM = max(0.7 * footprint * earthKM, 0.5);
	float land = smoothstep(-blurKM, blurKM, c.inlandKM);

	float mountains = smoothstep(0.3, 2.5, c.heightKM);
	float heightKM = max(c.heightKM, 0.0) + mountains * 0.9 * rough;
	float warmth = 28.0 - 42.0 * pow(abs(p.z), 2.3) - 6.0 * max(heightKM, 0.0);
	vec3 ground = landColour(p, c, warmth, mountains * rough, patches);
	float snow = smoothstep(-17.0, -22.0, warmth + 3.0 * patches);
	snow = max(snow, c.ice * smoothstep(-0.2, 0.3, c.ice - 0.25 + 0.5 * patches));
	ground = mix(ground, vec3(0.80, 0.83, 0.86) * (1.0 + 0.04 * patches), snow);

	float frozen = floes(p, latDeg, patches) * (1.0 - land);
	vec3 sea = mix(seaColour(p, c, lat, patches), vec3(0.60, 0.65, 0.69), frozen * (0.75 + 0.35 * rough));
	float cities = pow(c.lights, 0.7) * clamp(1.0 + 1.1 * fbm(p, 500.0, 3, 0.7, footprint, seed + 4u), 0.0, 2.0);

	Ground g = bare(mix(sea, ground, land), land * heightKM / earthKM);
	g.water = (1.0 - land) * (1.0 - frozen);
	g.cloud = clouds(p, c, latDeg);
	g.lights = cities * land * (1.0 - snow);
	return g;
}
