package main

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// brightHeader is what the files of stellarium-data 0.22 begin with, but for level
// and brightness.
func brightHeader(level, brightest int32) starHeader {
	return starHeader{Magic: starFileMagic, Minor: 8, Level: level, BrightestMmag: brightest, SpanMmag: 12_800, MagSteps: 256}
}

// TestParseStar holds records of stellarium-data 0.22 against the Hipparcos
// Catalogue (ESA SP-1200, 1997): places moved to J2000.0 by its own motions,
// which Barnard's and Kapteyn's star, where the data has other motions, miss by a
// few tenths of an arcsecond; parallaxes of van Leeuwen 2007 for the first three.
func TestParseStar(t *testing.T) {
	for _, tt := range []struct {
		name            string
		level           int32
		brightest       int32
		zone            int
		record          string
		hip             uint32
		raDeg, decDeg   float64
		tolMas          float64
		parallaxMas     float64
		v, bv           float64
		vError, bvError float64
	}{
		{"Sirius", 0, -2000, 14, "5d7e0000772e9be34e6af6cc100b420127e6ffff8bc7ffff21940000", 32349, 101.287155, -16.716116, 5, 379.21, -1.44, 0.009, 0.03, 0.02},
		{"Vega", 0, -2000, 2, "7e640100ae4310a9eb86e81b102895003f0a0000500c0000df320000", 91262, 279.234735, 38.783692, 5, 130.23, 0.03, -0.001, 0.03, 0.02},
		{"Spica", 0, -2000, 10, "c2ff000036e1b0401429621a083b3306ddfdffff90feffff1a050000", 65474, 201.298247, -11.161322, 10, 13.06, 0.98, -0.235, 0.03, 0.02},
		{"Denebola", 0, -2000, 11, "20e1000077ca34f8d67273ed1352e0025becffff55fbffff83230000", 57632, 177.264907, 14.572060, 10, 90.91, 2.14, 0.09, 0.03, 0.02},
		{"Fomalhaut", 0, -2000, 0, "d8ba0100e29e2bd76ad783e3143f4303ec0d0000a7f9ffffb5320000", 113368, 344.412694, -29.622236, 10, 129.81, 1.17, 0.145, 0.03, 0.02},
		{"Acrux, component A", 0, -2000, 8, "2eed000117e798a7934308cb0b416905d0fdfffffdfefffff9030000", 60718, 186.649566, -63.099092, 10, 10.17, 1.28, -0.15, 0.03, 0.02},
		{"Lalande 21185", 1, 6000, 46, "13d3000057de1ebc39dea2e8401d711751e5ffff8640ffff60990000", 54035, 165.834142, 35.969880, 100, 392.64, 7.49, 1.502, 0.03, 0.02},
		{"Barnard's Star", 2, 7500, 100, "815701003025f5359b98e5d34228461849deffff89950100d9d50000", 87937, 269.452079, 4.693391, 500, 547.45, 9.54, 1.57, 0.03, 0.02},
		{"Kapteyn's Star", 2, 7500, 203, "7a5e000045348c9b78e7d429411b6217f00a01002d18ffff4f630000", 24186, 77.919096, -45.018417, 500, 254.23, 8.86, 1.543, 0.03, 0.02},
	} {
		record, err := hex.DecodeString(tt.record)
		if err != nil {
			t.Fatal(err)
		}
		sphere, extent := zones(int(tt.level))
		got := parseStar(record, brightHeader(tt.level, tt.brightest), sphere[tt.zone], extent)
		eastMas := (got.RARad - mgl64.DegToRad(tt.raDeg)) * math.Cos(got.DecRad) / masRad
		northMas := (got.DecRad - mgl64.DegToRad(tt.decDeg)) / masRad
		if math.Hypot(eastMas, northMas) > tt.tolMas {
			t.Errorf("%s: %.1f mas east and %.1f north of its place, want within %g", tt.name, eastMas, northMas, tt.tolMas)
		}
		if got.HIP != tt.hip || math.Abs(got.ParallaxArcsec-tt.parallaxMas/1000) > 1e-9 {
			t.Errorf("%s: HIP %d, parallax %g, want %d, %g mas", tt.name, got.HIP, got.ParallaxArcsec, tt.hip, tt.parallaxMas)
		}
		if math.Abs(float64(got.Magnitude)-tt.v) > tt.vError || math.Abs(float64(got.BV)-tt.bv) > tt.bvError {
			t.Errorf("%s: V %g, B-V %g, want %g, %g", tt.name, got.Magnitude, got.BV, tt.v, tt.bv)
		}
	}
}

// TestFaces has a star in each face of the icosahedron, in one of its outer parts,
// which tells the faces and their first corners apart. Places are those of the
// Hipparcos Catalogue (ESA SP-1200, 1997) moved to J2000.0.
func TestFaces(t *testing.T) {
	sphere, extent := zones(1)
	for _, tt := range []struct {
		zone          int
		record        string
		hip           uint32
		raDeg, decDeg float64
	}{
		{0, "93070000771c71bc8a12892e36010c1597feffff4dfeffff3e020000", 1939, 6.123538, -2.219065},
		{5, "451b0000d9465d1c21e49b301500e30259020000ecffffffc6020000", 6981, 22.470264, 18.355669},
		{10, "837801005c70fa0fb27adb080d008a0826000000f4ffffff05020000", 96387, 293.951268, 36.944539},
		{12, "7b8e0100621507c9da95a4d01e00800cc3000000a0070000b30b0000", 102011, 310.074558, 60.505265},
		{17, "e56e0100be3213ed8ca2eb274200b41501000000a5ffffffb4000000", 93925, 286.878505, -28.636800},
		{22, "96890100e8455be69c718fef36020417d4ffffff76feffff69020000", 100758, 306.427187, -2.800378},
		{24, "a3410100f39676d84539f9071703de02fcffffff8300000034050000", 82339, 252.365292, -15.667970},
		{29, "ebf600002a9d80cffbaa13ef300250139cffffffe0fdffffda030000", 63211, 194.282480, 46.176789},
		{34, "dc550100695efff67589395a370040140e000000c5ffffff66010000", 87516, 268.205098, -34.114833},
		{36, "ff51010003214a4fd6d63f0d45003015eaffffffbdffffffec000000", 86527, 265.243942, -32.214464},
		{41, "53ca0000b439cfead9444db220029c0c10fcffff5e01000011060000", 51795, 158.740415, -23.176248},
		{46, "8ecc0000a8e61c9c5c1266d343003c18d5ffffff34ffffff91010000", 52366, 160.546948, 31.696998},
		{48, "4b340000184b7f20cea90326380040147402000042000000f9010000", 13387, 43.079273, -62.909583},
		{53, "468100003368e8da8c5bac2726000410920b00001feeffff200f0000", 33094, 103.391429, -28.539794},
		{58, "959c00004ed8ffd03836943a0d01ae07adffffff57ffffff74010000", 40085, 122.819163, 9.821230},
		{60, "ecbe0000f6cbfc2720a08dcf3b00b415b3000000e1feffffd5020000", 48876, 149.531796, 8.313979},
		{65, "5a34000079fc9821eabd0b162b006a14be0f00009ff8ffffb6250000", 13402, 43.133870, -12.769714},
		{70, "a72d0000b0f3c4bb81c986011500de02d0fdffffe4fdffff82040000", 11687, 37.688346, 0.255749},
		{72, "074f000013f3fce951eacceb45035d16edffffff7bffffff26020000", 20231, 65.041448, 31.953175},
		{77, "04240000e03c68fc14fcb3cf0f0006088d0000008effffff93010000", 9220, 29.638474, 61.697789},
	} {
		record, err := hex.DecodeString(tt.record)
		if err != nil {
			t.Fatal(err)
		}
		got := parseStar(record, brightHeader(1, 6000), sphere[tt.zone], extent)
		east := (got.RARad - mgl64.DegToRad(tt.raDeg)) * math.Cos(got.DecRad)
		north := got.DecRad - mgl64.DegToRad(tt.decDeg)
		if got.HIP != tt.hip || !(math.Hypot(east, north) < 10*masRad) {
			t.Errorf("zone %d: HIP %d is %.1f mas east and %.1f north of its place", tt.zone, got.HIP, east/masRad, north/masRad)
		}
	}
}

// TestTriangles: a level's triangles cover the sphere once, and each point's
// own triangle is the one of the level above that it was cut from.
func TestTriangles(t *testing.T) {
	for level := range 4 {
		sphere := triangles(level)
		if want := 20 << (2 * level); len(sphere) != want {
			t.Errorf("level %d: %d triangles, want %d", level, len(sphere), want)
		}
		var area float64
		for _, triangle := range sphere {
			area += solidAngle(triangle)
		}
		if math.Abs(area-4*math.Pi) > 1e-9 {
			t.Errorf("level %d: area %.12f, want 4π", level, area)
		}
	}
}

// solidAngle is positive for a triangle that is anticlockwise from outside (Van
// Oosterom & Strackee 1983).
func solidAngle(t triangle) float64 {
	triple := t[0].Dot(t[1].Cross(t[2]))
	return 2 * math.Atan2(triple, 1+t[0].Dot(t[1])+t[1].Dot(t[2])+t[2].Dot(t[0]))
}

func TestZoneAxes(t *testing.T) {
	sphere, extent := zones(2)
	for i, z := range sphere {
		axes := mgl64.Mat3FromCols(z.east, z.north, z.centre)
		gram := axes.Transpose().Mul3(axes).Sub(mgl64.Ident3())
		if slices.ContainsFunc(gram[:], func(e float64) bool { return math.Abs(e) > 1e-12 }) || axes.Det() < 0 {
			t.Errorf("zone %d: axes are not orthonormal and right-handed", i)
		}
		if z.east[2] != 0 || z.north[2] <= 0 {
			t.Errorf("zone %d: east %v and north %v point elsewhere", i, z.east, z.north)
		}
	}
	if extent < 0.1 || extent > 0.2 {
		t.Errorf("corners reach %g, want a quarter of the 0.65 of the icosahedron", extent)
	}
}

// starFile writes the stars into zone 0 of a level 0 file, or as near to it as
// the format allows; the test's stars are within it.
func starFile(stars ...astro.Star) []byte {
	header := brightHeader(0, -2000)
	counts := make([]uint32, 20)
	counts[0] = uint32(len(stars))
	file, _ := binary.Append(nil, binary.LittleEndian, header)
	file, _ = binary.Append(file, binary.LittleEndian, counts)
	sphere, extent := zones(0)
	for _, star := range stars {
		file = append(file, starRecord(star, sphere[0], extent)...)
	}
	return file
}

func starRecord(star astro.Star, z zone, extent float64) []byte {
	direction := mgl64.SphericalToCartesian(1, math.Pi/2-star.DecRad, star.RARad)
	depth := direction.Dot(z.centre)
	at := func(axis mgl64.Vec3) uint32 {
		return uint32(int32(math.Round(direction.Dot(axis) / depth / extent * fullScale)))
	}
	record := make([]byte, starBytes)
	le := binary.LittleEndian
	le.PutUint32(record, star.HIP)
	le.PutUint32(record[4:], at(z.east))
	le.PutUint32(record[8:], at(z.north))
	record[12] = byte(math.Round((float64(star.BV) + 0.5) * 127 / 4))
	record[13] = byte(math.Floor((float64(star.Magnitude) + 2) / 0.05))
	le.PutUint32(record[24:], uint32(math.Round(star.ParallaxArcsec*1e5)))
	return record
}

// zoneZero is a place in the middle of it.
func zoneZero() (raRad, decRad float64) {
	sphere, _ := zones(0)
	return rightAscension(sphere[0].centre), math.Asin(sphere[0].centre[2])
}

func TestParseStars(t *testing.T) {
	ra, dec := zoneZero()
	want := []astro.Star{
		{HIP: 5, RARad: ra, DecRad: dec, ParallaxArcsec: 0.1, Magnitude: 1.02, BV: 64*4./127/2 - 0.5},
		{HIP: 0xffffff, RARad: ra + 0.1, DecRad: dec - 0.2, ParallaxArcsec: 0, Magnitude: -1.98, BV: -0.5},
	}
	got, err := parseStars(starFile(want...))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d stars, want %d", len(got), len(want))
	}
	for i := range want {
		expectStar(t, got[i], want[i])
	}
}

// expectStar allows the roundings of Stellarium's format.
func expectStar(t *testing.T, got, want astro.Star) {
	t.Helper()
	for _, tt := range []struct {
		what           string
		got, want, tol float64
	}{
		{"right ascension", got.RARad, want.RARad, 1e-9},
		{"declination", got.DecRad, want.DecRad, 1e-9},
		{"motion in right ascension", got.PMRARadPerYear, want.PMRARadPerYear, 1e-15},
		{"motion in declination", got.PMDecRadPerYear, want.PMDecRadPerYear, 1e-15},
		{"parallax", got.ParallaxArcsec, want.ParallaxArcsec, 1e-9},
		{"radial velocity", got.RadialVelocityKmS, want.RadialVelocityKmS, 0},
		{"magnitude", float64(got.Magnitude), float64(want.Magnitude), 1e-4},
		{"B-V", float64(got.BV), float64(want.BV), 0.016},
	} {
		if !(math.Abs(tt.got-tt.want) <= tt.tol) {
			t.Errorf("HIP %d: %s %.12g, want %.12g", want.HIP, tt.what, tt.got, tt.want)
		}
	}
	if got.HIP != want.HIP || got.Name != want.Name {
		t.Errorf("HIP %d %q, want %d %q", got.HIP, got.Name, want.HIP, want.Name)
	}
}

func TestParseStarsRefuses(t *testing.T) {
	file := starFile(astro.Star{HIP: 1})
	altered := func(at int, b byte) []byte {
		file := bytes.Clone(file)
		file[at] = b
		return file
	}
	for _, tt := range []struct {
		name, want string
		file       []byte
	}{
		{"empty", "too short for a header", nil},
		{"other file", "magic", altered(0, 'x')},
		{"other record type", "type 1 version 0.8", altered(4, 1)},
		{"other version", "version 0.9", altered(12, 9)},
		{"below the icosahedron", "level -1", bytes.Join([][]byte{file[:16], {0xff, 0xff, 0xff, 0xff}, file[20:]}, nil)},
		{"too deep", "level 8", altered(16, 8)},
		{"no steps", "0 magnitude steps", altered(29, 0)},
		{"no zones", "too short for 20 zones", file[:40]},
		{"cut short", "27 bytes of records: want 28 for 1 stars", file[:len(file)-1]},
		{"longer", "29 bytes of records: want 28 for 1 stars", append(bytes.Clone(file), 0)},
		{"absurd counts", "want 120259084316 for 4294967297 stars", bytes.Join([][]byte{file[:36], {0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1}, file[45:]}, nil)},
	} {
		if _, err := parseStars(tt.file); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

func TestCornersAreDistinctUnitVectors(t *testing.T) {
	for i, corner := range corners {
		if math.Abs(corner.Len()-1) > 1e-12 || slices.Contains(corners[:i], corner) {
			t.Errorf("corner %d is %v", i, corner)
		}
	}
}
