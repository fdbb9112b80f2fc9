package astro

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Time is an instant in barycentric dynamical time (TDB): nanoseconds since
// J2000.0, which is 2000-01-01T12:00:00 TDB. TDB and terrestrial time (TT) count
// as the same; they differ by less than 2 ms.
type Time int64

// J2000 is the epoch of catalogues, JD 2451545.0 TDB.
const J2000 Time = 0

const (
	j2000JD     = 2451545.0
	dayNS       = 86_400e9
	daysCentury = 36_525.0
)

// The range in which the models hold: 1800-01-01 to 2100-01-01, in UTC as in
// TDB.
var (
	MinTime = fromTDB(time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC))
	MaxTime = FromUTC(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
)

// ErrRange says that a date lies outside of the models' range.
var ErrRange = errors.New("the date is outside of the range that the models hold for, 1800-01-01 to 2100-01-01")

// InRange tells whether the models hold at t.
func (t Time) InRange() bool { return t >= MinTime && t <= MaxTime }

// Days returns the days of 86 400 s since J2000.0.
func (t Time) Days() float64 { return float64(t) / dayNS }

// Centuries returns the Julian centuries since J2000.0.
func (t Time) Centuries() float64 { return t.Days() / daysCentury }

// JulianDate returns the Julian date, TDB, to some 40 microseconds.
func (t Time) JulianDate() float64 { return j2000JD + t.Days() }

// FromJulianDate returns the instant of a Julian date in TDB. A date that is no
// number or out of range is ErrRange.
func FromJulianDate(jd float64) (Time, error) {
	days := jd - j2000JD
	if !(math.Abs(days) < 250*366) { // beyond, nanoseconds would overflow
		return 0, ErrRange
	}
	t := Time(math.Round(days * dayNS))
	if !t.InRange() {
		return 0, ErrRange
	}
	return t, nil
}

// j2000Civil is J2000.0 as a clock that keeps TDB would show it.
var j2000Civil = time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)

// FromUTC returns the instant of a civil date. Before 1972, when leap seconds
// began, UTC means UT1. After the last leap second that was announced none is
// assumed. Dates further than 250 years from 2000 count as that.
//
// TDB is ahead of UTC by an amount that is constant over each day, so that dates
// come back as they were.
func FromUTC(civil time.Time) Time {
	reading := fromTDB(civil)
	return reading + aheadOfUTC(dayOf(reading))
}

// fromTDB takes civil for the reading of a clock that keeps TDB.
func fromTDB(civil time.Time) Time {
	const limit = 250 * 366 * 86_400 // seconds; 292 years is the end of Time
	seconds := max(-limit, min(limit, civil.Unix()-j2000Civil.Unix()))
	return Time(seconds*1e9 + int64(civil.Nanosecond()))
}

// UTC returns the civil date of t, as FromUTC understands it. An instant of a
// leap second is named as if it were in the second after.
func (t Time) UTC() time.Time {
	day := dayOf(t) + 1 // UTC may be ahead of TDB, by 7 s at most
	for t < midnight(day)+aheadOfUTC(day) {
		day--
	}
	return (t - aheadOfUTC(day)).tdb()
}

// dayOf returns the days from 2000-01-01 to the date of a clock's reading.
func dayOf(reading Time) int64 {
	day := int64((reading - midnight(0)) / dayNS)
	if reading < midnight(day) {
		day--
	}
	return day
}

// midnight is the reading with which a day begins.
func midnight(day int64) Time { return Time(day)*dayNS - dayNS/2 }

// tdb is what a clock that keeps TDB shows at t.
func (t Time) tdb() time.Time { return j2000Civil.Add(time.Duration(t)) }

// Add returns t and d.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// String returns the civil date, RFC 3339, to the second.
func (t Time) String() string { return t.UTC().Round(time.Second).Format(time.RFC3339) }

// MarshalText writes t as String does, to the nanosecond.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.UTC().Format(time.RFC3339Nano)), nil }

// UnmarshalText reads what ParseTime reads.
func (t *Time) UnmarshalText(text []byte) error {
	parsed, err := ParseTime(string(text))
	if err == nil {
		*t = parsed
	}
	return err
}

// ParseTime reads a civil date, RFC 3339 or shortened ("2026-11-22",
// "2026-11-22T12:30Z"; without a zone it is UTC), or a Julian date in TDB
// ("jd2461366.5"). A date out of range is ErrRange.
func ParseTime(text string) (Time, error) { return parseTime(text, FromUTC) }

// ParseTDB is ParseTime for dates whose clock shows TDB.
func ParseTDB(text string) (Time, error) { return parseTime(text, fromTDB) }

var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly}

func parseTime(text string, fromCivil func(time.Time) Time) (Time, error) {
	if jd, ok := strings.CutPrefix(strings.ToLower(text), "jd"); ok {
		days, err := strconv.ParseFloat(strings.TrimSpace(jd), 64)
		if err != nil {
			return 0, fmt.Errorf("%q is not a Julian date such as jd2461366.5", shorten(text))
		}
		return FromJulianDate(days)
	}
	for _, layout := range layouts {
		civil, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if t := fromCivil(civil); t.InRange() {
			return t, nil
		}
		return 0, ErrRange
	}
	return 0, fmt.Errorf("%q is not a date such as 2026-11-22T00:00:00Z or jd2461366.5", shorten(text))
}

// leapDays are the days since 2000-01-01 from which TAI-UTC has been one second
// more than before: from 1972-01-01 on 10 s, from 2017-01-01 on 37 s.
//
// Source: IERS Bulletin C (none announced since 2017).
var leapDays = [...]int64{
	-10227, -10045, -9861, -9496, -9131, -8766, -8400, -8035, -7670, -7305, // 1972-01, 1972-07, 1973-01 to 1980-01
	-6758, -6393, -6028, -5297, -4383, -3652, -3287, -2740, -2375, -2010, // 1981-07, -82, -83, -85; 1988-01, -90, -91; 1992-07, -93, -94
	-1461, -914, -365, 2192, 3288, 4565, 5660, 6210, // 1996-01, 1997-07, 1999-01, 2006-01, 2009-01, 2012-07, 2015-07, 2017-01
}

// aheadOfUTC is TT-UTC over a day.
func aheadOfUTC(day int64) Time {
	if day < leapDays[0] {
		return Time(math.Round(DeltaT(2000+float64(day)/365.25) * 1e9))
	}
	leaps := len(leapDays)
	for day < leapDays[leaps-1] {
		leaps--
	}
	return 32_184e6 + Time(9+leaps)*1e9
}

// DeltaT returns TT-UT1 in seconds in a decimal year between 1800 and 2150; of
// other years that of the nearer end, where the polynomials run away.
//
// Source: polynomials of Espenak & Meeus 2006, NASA/TP-2006-214141.
func DeltaT(year float64) float64 {
	year = max(1800, min(year, 2150))
	for i := range deltaTs {
		if p := &deltaTs[i]; year < p.until {
			return polynomial(year-p.from, p.c[:]...)
		}
	}
	u := (year - 1820) / 100
	return -20 + 32*u*u - 0.5628*(2150-year)
}

// deltaTs are the polynomials of DeltaT in year - from.
var deltaTs = [...]struct {
	until, from float64
	c           [8]float64
}{
	{1860, 1800, [8]float64{13.72, -0.332447, 0.0068612, 0.0041116, -0.00037436, 0.0000121272, -0.0000001699, 0.000000000875}},
	{1900, 1860, [8]float64{7.62, 0.5737, -0.251754, 0.01680668, -0.0004473624, 1 / 233174.0}},
	{1920, 1900, [8]float64{-2.79, 1.494119, -0.0598939, 0.0061966, -0.000197}},
	{1941, 1920, [8]float64{21.20, 0.84493, -0.076100, 0.0020936}},
	{1961, 1950, [8]float64{29.07, 0.407, -1 / 233.0, 1 / 2547.0}},
	{1986, 1975, [8]float64{45.45, 1.067, -1 / 260.0, -1 / 718.0}},
	{2005, 2000, [8]float64{63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599}},
	{2050, 2000, [8]float64{62.92, 0.32217, 0.005589}},
}

// polynomial evaluates c[0] + c[1]·x + c[2]·x² …
func polynomial(x float64, c ...float64) float64 {
	sum := 0.0
	for i := len(c) - 1; i >= 0; i-- {
		sum = sum*x + c[i]
	}
	return sum
}
