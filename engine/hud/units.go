package hud

import (
	"math"
	"strconv"
	"time"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// lightMS is the speed of light, exact by the definition of the metre.
const lightMS = 299_792_458.0

// lightYearM is a Julian year of light, IAU 1976.
const lightYearM = lightMS * 365.25 * 86400

// AppendLength appends a distance in metres as people say it: m, km, AU or ly,
// with as many decimals as leave four figures or more.
func AppendLength(dst []byte, m float64) []byte {
	switch a := math.Abs(m); {
	case !(a < math.Inf(1)):
		return append(dst, '-')
	case a < 999.5:
		return append(appendNumber(dst, m, 0), " m"...)
	case a < 1e10: // ten million kilometres: beyond, they are counted by nobody
		return append(appendFigures(dst, m/1e3), " km"...)
	case a < lightYearM/20:
		return append(appendFigures(dst, m/astro.AUM), " AU"...)
	}
	return append(appendFigures(dst, m/lightYearM), " ly"...)
}

// AppendSpeed appends a speed in metres a second as m/s, km/s or shares of that of
// light.
func AppendSpeed(dst []byte, ms float64) []byte {
	switch a := math.Abs(ms); {
	case !(a < math.Inf(1)):
		return append(dst, '-')
	case a < 9.95:
		return append(appendNumber(dst, ms, 1), " m/s"...)
	case a < 999.5:
		return append(appendNumber(dst, ms, 0), " m/s"...)
	case a < lightMS/100:
		return append(appendFigures(dst, ms/1e3), " km/s"...)
	}
	return append(appendFigures(dst, ms/lightMS), " c"...)
}

// AppendDelay appends a time in seconds, in its two largest units.
func AppendDelay(dst []byte, s float64) []byte {
	const minute, hour, day, year = 60, 3600, 86400, 365.25 * 86400
	switch s = math.Abs(s); {
	case !(s < math.Inf(1)):
		return append(dst, '-')
	case s < 9.995:
		return append(appendNumber(dst, s, 2), " s"...)
	case s < minute:
		return append(appendNumber(dst, math.Min(s, 59.9), 1), " s"...)
	case s < hour:
		return appendPair(dst, s, 1, 60, " min ", " s")
	case s < day:
		return appendPair(dst, s, minute, 60, " h ", " min")
	case s < year:
		return appendPair(dst, s, hour, 24, " d ", " h")
	default:
		return append(appendFigures(dst, s/year), " years"...)
	}
}

// appendPair appends s seconds as so many large units of n small ones each.
func appendPair(dst []byte, s, small float64, n int64, large, end string) []byte {
	count := int64(s / small)
	dst = append(strconv.AppendInt(dst, count/n, 10), large...)
	return append(appendPadded(dst, int(count%n)), end...)
}

// appendFigures appends v with four figures or, from a thousand on, all before the
// point.
func appendFigures(dst []byte, v float64) []byte {
	switch a := math.Abs(v); {
	case a < 9.9995:
		return appendNumber(dst, v, 3)
	case a < 99.995:
		return appendNumber(dst, v, 2)
	case a < 999.95:
		return appendNumber(dst, v, 1)
	}
	return appendNumber(dst, v, 0)
}

// minus is the sign that is as wide as a plus.
const minus = "−"

// appendNumber appends v with so many decimals, its thousands apart from 10 000 on.
func appendNumber(dst []byte, v float64, decimals int) []byte {
	if v < 0 {
		dst, v = append(dst, minus...), -v
	}
	if v >= 1e15 {
		return strconv.AppendFloat(dst, v, 'e', 3, 64)
	}
	var room [32]byte
	digits := strconv.AppendFloat(room[:0], v, 'f', decimals, 64)
	whole := len(digits)
	if decimals > 0 {
		whole -= decimals + 1
	}
	for i, d := range digits {
		if left := whole - i; i > 0 && whole > 4 && left > 0 && left%3 == 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, d)
	}
	return dst
}

var months = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

// AppendDay appends the day of t, UTC: 22 November 2026.
func AppendDay(dst []byte, t astro.Time) []byte {
	year, month, day := t.UTC().Date()
	dst = append(strconv.AppendInt(dst, int64(day), 10), ' ')
	dst = append(append(dst, months[month-1]...), ' ')
	return strconv.AppendInt(dst, int64(year), 10)
}

// AppendClock appends the time of day of t, UTC: 21:04:33.
func AppendClock(dst []byte, t astro.Time) []byte {
	hour, minute, second := t.UTC().Clock()
	dst = append(appendPadded(dst, hour), ':')
	dst = append(appendPadded(dst, minute), ':')
	return appendPadded(dst, second)
}

// AppendDate appends t as it is typed: 2026-11-22 21:04:33.
func AppendDate(dst []byte, t astro.Time) []byte {
	return t.UTC().AppendFormat(dst, time.DateTime)
}

func appendPadded(dst []byte, v int) []byte {
	if v < 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(v), 10)
}

// AppendRate appends how fast time runs: paused, real time, or the factor.
func AppendRate(dst []byte, rate float64, paused bool) []byte {
	switch a := math.Abs(rate); {
	case paused:
		return append(dst, "paused"...)
	case rate == 1:
		return append(dst, "real time"...)
	case a < 10 && a != math.Round(a):
		return appendNumber(append(dst, "× "...), rate, 2)
	default:
		return appendNumber(append(dst, "× "...), rate, 0)
	}
}

// AppendAngle appends an angle in radians in degrees.
func AppendAngle(dst []byte, rad float64) []byte {
	deg := rad * 180 / math.Pi
	switch a := math.Abs(deg); {
	case a < 0.995:
		return append(appendNumber(dst, deg, 3), "°"...)
	case a < 9.95:
		return append(appendNumber(dst, deg, 1), "°"...)
	}
	return append(appendNumber(dst, deg, 0), "°"...)
}
