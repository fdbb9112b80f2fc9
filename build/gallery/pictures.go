package main

import (
	"fmt"
	"strings"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// picture is a view of a sight, in the words of a scene file.
type picture struct {
	name   string
	date   string
	place  string // keys of [place], with commas between
	look   string // of [look]
	layers string // more layers than those of a plain picture
}

// now is the date of pictures for which any would do.
const now = "2026-11-25T00:00:00Z"

// scene is the file that takes the picture.
func (p picture) scene() string {
	lines := func(keys string) string { return strings.ReplaceAll(keys, ", ", "\n") }
	return fmt.Sprintf("spacetime-scene = 1\nslug = %q\ntitle = %q\ntime = %q\npaused = true\n"+
		"layers = [\"stars\", \"milky-way\", \"bodies\", \"air\", \"rings\", \"glare\"%s]\n[place]\n%s\n[look]\n%s\n",
		p.name, p.name, p.date, p.layers, lines(p.place), lines(p.look))
}

// worlds are those that one has to know at a glance.
var worlds = []astro.Body{
	astro.Mercury, astro.Venus, astro.Earth, astro.Moon, astro.Mars, astro.Jupiter, astro.Io, astro.Europa,
	astro.Ganymede, astro.Callisto, astro.Saturn, astro.Titan, astro.Enceladus, astro.Iapetus, astro.Uranus,
	astro.Neptune, astro.Triton, astro.Pluto, astro.Charon, astro.Ceres,
}

func pictures() (list []picture) {
	for _, body := range worlds {
		for _, phase := range []struct {
			name  string
			angle int
		}{{"full", 12}, {"crescent", 125}} {
			distance := 6.2
			if body == astro.Saturn {
				distance = 11
			}
			list = append(list, picture{
				name: body.String() + "-" + phase.name,
				date: now,
				place: fmt.Sprintf("body = %q, distance = \"%.0f km\", angle = \"%ddeg\", position_angle = \"75deg\"",
					body, distance*body.Info().MeanRadiusM/1e3, phase.angle),
				look: fmt.Sprintf("target = %q, up = \"pole\", fov = \"24deg\"", body),
			})
		}
	}
	return append(list, sights...)
}

// sights are what photographs are known of, and what is hard to draw. Dates of
// events are Espenak's (eclipses) and those of the moons' ephemerides.
var sights = []picture{
	{"saturn-closed", "2025-05-06T00:00:00Z", `body = "saturn", distance = "1400000 km", toward = "earth", angle = "0deg"`, `target = "saturn", up = "pole", fov = "14deg"`, ""},
	{"saturn-half", "2021-08-02T00:00:00Z", `body = "saturn", distance = "1400000 km", toward = "earth", angle = "0deg"`, `target = "saturn", up = "pole", fov = "14deg"`, ""},
	{"saturn-open", "2017-10-16T00:00:00Z", `body = "saturn", distance = "1400000 km", toward = "earth", angle = "0deg"`, `target = "saturn", up = "pole", fov = "14deg"`, ""},
	{"saturn-backlit", now, `body = "saturn", distance = "1200000 km", angle = "168deg", position_angle = "10deg"`, `target = "saturn", up = "pole", fov = "20deg"`, ""},
	{"rings-near", now, `body = "saturn", distance = "150000 km", angle = "60deg", position_angle = "20deg"`, `target = "saturn", up = "pole", fov = "60deg"`, ""},
	{"eclipse-egypt", "2027-08-02T10:07:00Z", `body = "earth", distance = "32000 km", angle = "12deg"`, `target = "earth", up = "pole", fov = "26deg"`, ""},
	{"eclipse-moon", "2026-03-03T11:34:00Z", `body = "moon", distance = "12000 km", toward = "earth", angle = "10deg"`, `target = "moon", up = "north", fov = "20deg"`, ""},
	{"eclipse-sun", "2027-08-02T10:07:00Z", `body = "moon", distance = "351060 km", toward = "sun", angle = "180deg"`, `target = "sun", up = "north", fov = "4deg"`, ""},
	{"earth-night", now, `body = "earth", distance = "28000 km", angle = "150deg", position_angle = "80deg"`, `target = "earth", up = "pole", fov = "30deg"`, ""},
	{"earth-limb", now, `body = "earth", altitude = "400 km", angle = "96deg", position_angle = "80deg"`, `target = "sun", up = "zenith", fov = "50deg"`, ""},
	{"earth-100km", now, `body = "earth", altitude = "100 km", angle = "50deg", position_angle = "80deg"`, `target = "earth", up = "north", raise = "62deg", fov = "60deg"`, ""},
	{"earth-glint", "2026-06-21T00:00:00Z", `body = "earth", distance = "26000 km", angle = "35deg", position_angle = "90deg"`, `target = "earth", up = "pole", fov = "32deg"`, ""},
	{"earthrise", "1968-12-24T16:39:39Z", `body = "moon", altitude = "110 km", toward = "earth", angle = "105deg", position_angle = "90deg"`, `target = "earth", up = "zenith", raise = "-2deg", fov = "22deg"`, ""},
	{"moon-from-earth", "2026-11-24T14:53:00Z", `body = "earth", altitude = "20 km", toward = "moon", angle = "10deg"`, `target = "moon", up = "north", fov = "1deg"`, ""},
	{"moon-100km", now, `body = "moon", altitude = "100 km", angle = "70deg", position_angle = "80deg"`, `target = "moon", up = "north", raise = "60deg", fov = "60deg"`, ""},
	{"mars-marineris", "2026-11-25T12:00:00Z", `body = "mars", distance = "9000 km", angle = "35deg", position_angle = "90deg"`, `target = "mars", up = "pole", fov = "40deg"`, ""},
	{"mars-100km", now, `body = "mars", altitude = "100 km", angle = "60deg", position_angle = "80deg"`, `target = "mars", up = "north", raise = "62deg", fov = "60deg"`, ""},
	{"jupiter-near", now, `body = "jupiter", distance = "180000 km", angle = "30deg", position_angle = "80deg"`, `target = "jupiter", up = "pole", fov = "50deg"`, ""},
	{"jupiter-shadows", "2015-01-24T05:30:00Z", `body = "jupiter", distance = "900000 km", angle = "12deg", position_angle = "90deg"`, `target = "jupiter", up = "pole", fov = "11deg"`, ""},
	{"jupiter-spot", "2026-11-25T02:00:00Z", `body = "jupiter", distance = "400000 km", angle = "10deg", position_angle = "75deg"`, `target = "jupiter", up = "pole", fov = "24deg"`, ""},
	{"jupiter-spot-crescent", "2026-11-25T03:30:00Z", `body = "jupiter", distance = "400000 km", angle = "100deg", position_angle = "90deg"`, `target = "jupiter", up = "pole", fov = "24deg"`, ""},
	{"saturn-hexagon", "2017-10-16T00:00:00Z", `body = "saturn", distance = "260000 km", angle = "70deg", position_angle = "0deg"`, `target = "saturn", up = "pole", fov = "28deg"`, ""},
	{"mars-syrtis", "2027-02-19T10:00:00Z", `body = "mars", distance = "19000 km", angle = "12deg", position_angle = "90deg"`, `target = "mars", up = "pole", fov = "25deg"`, ""},
	{"mars-tharsis", "2027-02-19T20:00:00Z", `body = "mars", distance = "19000 km", angle = "12deg", position_angle = "90deg"`, `target = "mars", up = "pole", fov = "25deg"`, ""},
	{"mars-syrtis-crescent", "2027-02-19T10:00:00Z", `body = "mars", distance = "19000 km", angle = "105deg", position_angle = "90deg"`, `target = "mars", up = "pole", fov = "25deg"`, ""},
	{"pluto-heart", "2026-11-30T05:00:00Z", `body = "pluto", distance = "7400 km", angle = "30deg", position_angle = "180deg"`, `target = "pluto", up = "pole", fov = "24deg"`, ""},
	{"pluto-heart-crescent", "2026-11-30T00:00:00Z", `body = "pluto", distance = "7400 km", angle = "100deg", position_angle = "180deg"`, `target = "pluto", up = "pole", fov = "24deg"`, ""},
	{"titan-haze", now, `body = "titan", distance = "9000 km", angle = "160deg", position_angle = "80deg"`, `target = "titan", up = "pole", fov = "45deg"`, ""},
	{"pluto-sky", now, `body = "pluto", altitude = "1200 km", angle = "150deg", position_angle = "80deg"`, `target = "sun", up = "zenith", fov = "70deg"`, ""},
	{"sun-near", now, `body = "sun", distance = "6000000 km"`, `target = "sun", up = "north", fov = "20deg"`, ""},
	{"sun-1au", now, `body = "earth", distance = "900000 km"`, `target = "sun", up = "north", fov = "40deg"`, ""},
	{"milky-way", "2026-07-01T00:00:00Z", `body = "earth", distance = "400000 km", angle = "90deg"`, `ra = "266deg", dec = "-29deg", fov = "90deg"`, ""},
	{"constellations", now, `body = "earth", distance = "400000 km", angle = "90deg"`, `ra = "83deg", dec = "5deg", fov = "60deg"`, `, "constellations", "labels"`},
	{"orbits", now, `body = "sun", distance = "4 au", toward = "earth", angle = "60deg"`, `target = "sun", up = "north", fov = "50deg"`, `, "orbits", "labels"`},
}
