package scene

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Length is a distance in metres. As text it carries its unit: "400 km",
// "1.2e6km", "9.5 au", "250m".
type Length float64

// Angle is an angle in radians. As text it carries its unit: "30deg", "-0.5°",
// "1rad".
type Angle float64

var lengthUnits = []unit{{"km", 1e3}, {"au", astro.AUM}, {"m", 1}}

var angleUnits = []unit{{"deg", math.Pi / 180}, {"°", math.Pi / 180}, {"rad", 1}}

type unit struct {
	name string
	si   float64
}

// UnmarshalText reads a number with its unit.
func (l *Length) UnmarshalText(text []byte) error {
	v, err := parseQuantity(string(text), lengthUnits, `a distance such as "400 km" or "9.5 au"`)
	*l = Length(v)
	return err
}

// UnmarshalText reads a number with its unit.
func (a *Angle) UnmarshalText(text []byte) error {
	v, err := parseQuantity(string(text), angleUnits, `an angle such as "30deg"`)
	*a = Angle(v)
	return err
}

func parseQuantity(text string, units []unit, want string) (float64, error) {
	s := strings.ToLower(strings.TrimSpace(text))
	for _, u := range units {
		number, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || math.IsInf(v*u.si, 0) || math.IsNaN(v) {
			break
		}
		return v * u.si, nil
	}
	return 0, fmt.Errorf("%q is not %s", text, want)
}
