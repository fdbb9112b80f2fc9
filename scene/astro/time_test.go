package astro

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestJulianDates(t *testing.T) {
	for _, tt := range []struct {
		jd  float64
		tdb string
	}{
		// Meeus 1998, Astronomical Algorithms, chapter 7.
		{2451545.0, "2000-01-01T12:00:00Z"},
		{2451179.5, "1999-01-01T00:00:00Z"},
		{2446822.5, "1987-01-27T00:00:00Z"},
		{2446966.0, "1987-06-19T12:00:00Z"},
		{2447187.5, "1988-01-27T00:00:00Z"},
		{2415020.5, "1900-01-01T00:00:00Z"},
		{2436116.31, "1957-10-04T19:26:24Z"},
		{2488069.5, "2100-01-01T00:00:00Z"},
		{2378496.5, "1800-01-01T00:00:00Z"},
	} {
		got, err := FromJulianDate(tt.jd)
		want, err2 := ParseTDB(tt.tdb)
		if err != nil || err2 != nil {
			t.Errorf("%v, %s: %v, %v", tt.jd, tt.tdb, err, err2)
			continue
		}
		// A Julian date in 64 bits resolves 40 µs.
		if d := time.Duration(got - want).Abs(); d > 40*time.Microsecond {
			t.Errorf("JD %v is %v from %s", tt.jd, d, tt.tdb)
		}
		if back := want.JulianDate(); math.Abs(back-tt.jd) > 1e-9 {
			t.Errorf("%s is JD %.10f, want %v", tt.tdb, back, tt.jd)
		}
		if c := want.Centuries(); math.Abs(c-(tt.jd-2451545)/36525) > 1e-12 {
			t.Errorf("%s is %v centuries since J2000.0", tt.tdb, c)
		}
	}
}

func TestJulianDatesOutOfRange(t *testing.T) {
	for _, jd := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, -1, 2378496.499, 2488069.501, 1e300, -1e300, 2451545 + 300*366} {
		if got, err := FromJulianDate(jd); !errors.Is(err, ErrRange) {
			t.Errorf("JD %v: %v, %v, want ErrRange", jd, got, err)
		}
	}
}

// TAI-UTC by IERS Bulletin C; TT-TAI is 32.184 s.
func TestLeapSeconds(t *testing.T) {
	for seconds, date := range map[int]string{
		10: "1972-01-01", 11: "1972-07-01", 12: "1973-01-01", 13: "1974-01-01", 14: "1975-01-01", 15: "1976-01-01", 16: "1977-01-01",
		17: "1978-01-01", 18: "1979-01-01", 19: "1980-01-01", 20: "1981-07-01", 21: "1982-07-01", 22: "1983-07-01", 23: "1985-07-01",
		24: "1988-01-01", 25: "1990-01-01", 26: "1991-01-01", 27: "1992-07-01", 28: "1993-07-01", 29: "1994-07-01", 30: "1996-01-01",
		31: "1997-07-01", 32: "1999-01-01", 33: "2006-01-01", 34: "2009-01-01", 35: "2012-07-01", 36: "2015-07-01", 37: "2017-01-01",
	} {
		midnight, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		want := time.Duration(seconds)*time.Second + 32184*time.Millisecond
		if got := aheadOf(midnight); got != want {
			t.Errorf("TT-UTC on %s is %v, want %v", date, got, want)
		}
		if seconds == 10 {
			continue
		}
		before := midnight.Add(-time.Nanosecond)
		if got := aheadOf(before); got != want-time.Second {
			t.Errorf("TT-UTC just before %s is %v, want %v", date, got, want-time.Second)
		}
		// UTC has a second there that clocks of 86 400 s have not.
		if gap := FromUTC(midnight) - FromUTC(before); gap != 1e9+1 {
			t.Errorf("%s begins %v after the last nanosecond of the day before", date, time.Duration(gap))
		}
	}
	for _, date := range []string{"2024-06-01", "2050-01-01", "2099-12-31"} {
		d, _ := time.Parse(time.DateOnly, date)
		if got := aheadOf(d); got != 69184*time.Millisecond {
			t.Errorf("TT-UTC on %s is %v, want that after the last leap second", date, got)
		}
	}
}

// aheadOf is TDB-UTC at a date.
func aheadOf(date time.Time) time.Duration {
	return time.Duration(FromUTC(date)) - date.Sub(time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC))
}

func TestUniversalTimeBefore1972(t *testing.T) {
	for _, tt := range []struct {
		date    string
		seconds float64 // TT-UT1 as observed: The Astronomical Almanac, pages K8 and K9
	}{
		{"1880-01-01", -5.4}, {"1900-01-01", -2.7}, {"1920-01-01", 21.2}, {"1940-01-01", 24.3}, {"1960-01-01", 33.2}, {"1971-12-31", 42.2},
	} {
		d, err := time.Parse(time.DateOnly, tt.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := aheadOf(d).Seconds(); math.Abs(got-tt.seconds) > 0.5 {
			t.Errorf("TT-UT1 on %s is %.2f s, want %.1f s ± 0.5 s", tt.date, got, tt.seconds)
		}
	}
}

func TestDeltaT(t *testing.T) {
	for _, tt := range []struct{ year, seconds, tolerance float64 }{
		// Espenak & Meeus 2006, NASA/TP-2006-214141, tables 1 and 2, from observations.
		{1800, 14, 1},
		{1850, 7, 0.5},
		{1900, -3, 0.5},
		{1950, 29, 0.5},
		{1955, 31.1, 0.1},
		{1960, 33.2, 0.1},
		{1965, 35.7, 0.1},
		{1970, 40.2, 0.1},
		{1975, 45.5, 0.1},
		{1980, 50.5, 0.1},
		{1985, 54.3, 0.1},
		{1990, 56.9, 0.1},
		{1995, 60.8, 0.1},
		{2000, 63.8, 0.1},
		{2005, 64.7, 0.2},
		// Their forecasts, section 2.7.
		{2010, 66.7, 0.1},
		{2050, 93, 0.1},
		{2100, 203, 0.5},
	} {
		if got := DeltaT(tt.year); math.Abs(got-tt.seconds) > tt.tolerance {
			t.Errorf("Delta T in %v is %.3f s, want %v s ± %v s", tt.year, got, tt.seconds, tt.tolerance)
		}
	}
	for year := 1800.0; year < 2100; year += 0.01 {
		if step := math.Abs(DeltaT(year+0.01) - DeltaT(year)); step > 0.2 {
			t.Errorf("Delta T jumps by %.3f s at %.2f", step, year)
		}
	}
	for _, year := range []float64{-1e6, -500, 0, 1000, 1700} {
		if got := DeltaT(year); math.Abs(got-DeltaT(1800)) > 1e-9 {
			t.Errorf("Delta T in %v is %g s, want that of 1800, where the polynomials begin", year, got)
		}
	}
}

func TestParseTime(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"2026-11-22T18:30:00Z", "2026-11-22T18:30:00Z"},
		{"2026-11-22T18:30:00.25Z", "2026-11-22T18:30:00.25Z"},
		{"2026-11-22T18:30Z", "2026-11-22T18:30:00Z"},
		{"2026-11-22T18:30:15", "2026-11-22T18:30:15Z"},
		{"2026-11-22T18:30", "2026-11-22T18:30:00Z"},
		{"2026-11-22", "2026-11-22T00:00:00Z"},
		{"2026-11-22T18:30:00+01:00", "2026-11-22T17:30:00Z"},
		{"2026-11-22T18:30-08:00", "2026-11-23T02:30:00Z"},
		{"1800-01-01", "1800-01-01T00:00:00Z"},
		{"2100-01-01", "2100-01-01T00:00:00Z"},
		{"1880-01-01", "1880-01-01T00:00:00Z"},
		{"1919-05-29T13:08:34Z", "1919-05-29T13:08:34Z"},
		{"1972-01-01", "1972-01-01T00:00:00Z"},
		{"2016-12-31T23:59:59.5Z", "2016-12-31T23:59:59.5Z"},
		{"2017-01-01", "2017-01-01T00:00:00Z"},
		{"jd2451545", "2000-01-01T11:58:55.816Z"}, // 64.184 s earlier
		{"JD2451545.5", "2000-01-01T23:58:55.816Z"},
	} {
		at, err := ParseTime(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if text, err := at.MarshalText(); err != nil || string(text) != tt.want {
			t.Errorf("%s is %s (%v), want %s", tt.text, text, err, tt.want)
		}
	}
}

func TestParseTimeRefuses(t *testing.T) {
	for _, text := range []string{
		"", "now", "22.11.2026", "2026-11-22T", "2026-13-01", "2026-02-30", "2026-11-22T25:00Z", "jd", "jdx", "jd 2451545x",
		strings.Repeat("9", 1000), "2026-11-22T00:00:00Zjunk", "\xff", "2026-11-22T18:30:00 Z",
	} {
		at, err := ParseTime(text)
		if err == nil || errors.Is(err, ErrRange) {
			t.Errorf("%.40q: %v, %v, want an error that shows the forms", text, at, err)
			continue
		}
		if !strings.Contains(err.Error(), "jd2461366.5") || len(err.Error()) > 250 {
			t.Errorf("%.40q: the error %q does not help", text, err)
		}
	}
	for _, text := range []string{
		"1799-12-30", "2100-01-02", "9999-12-31T23:59:59Z", "jd0", "jdNaN", "jdInf", "jd1e300", "jd-2451545",
		"1799-12-31T23:00:00Z", "2100-01-01T00:00:00.000000001Z", "0001-01-01", "0500-06-01", "1000-01-01", "1500-01-01", "1700-01-01", "1799-01-01",
	} {
		if at, err := ParseTime(text); !errors.Is(err, ErrRange) {
			t.Errorf("%s: %v, %v, want ErrRange", text, at, err)
		}
	}
	if message := ErrRange.Error(); !strings.Contains(message, "1800") || !strings.Contains(message, "2100") {
		t.Errorf("ErrRange does not name the range: %s", message)
	}
}

// No year may slip into the range.
func TestFarDatesAreOutOfRange(t *testing.T) {
	for year := -20_000; year < 20_000; year++ {
		if year >= 1799 && year <= 2100 {
			continue
		}
		if at := FromUTC(time.Date(year, 7, 1, 0, 0, 0, 0, time.UTC)); at.InRange() {
			t.Fatalf("the year %d counts as %s", year, at)
		}
	}
}

func TestParseTDB(t *testing.T) {
	got, err := ParseTDB("2000-01-01T12:00:00")
	if err != nil || got != J2000 {
		t.Errorf("J2000.0 is %d ns, %v", got, err)
	}
	if got, err := ParseTDB("jd2451545"); err != nil || got != J2000 {
		t.Errorf("JD 2451545 is %d ns, %v", got, err)
	}
}

func TestTimeIsShown(t *testing.T) {
	at, err := ParseTime("2026-11-22T18:30:00.4Z")
	if err != nil {
		t.Fatal(err)
	}
	if got := at.String(); got != "2026-11-22T18:30:00Z" {
		t.Errorf("shown as %s, want seconds", got)
	}
	if got := at.Add(90 * time.Second).String(); got != "2026-11-22T18:31:30Z" {
		t.Errorf("90 s later it is %s", got)
	}
	// Both scales have the whole range: UTC is behind TDB by 13.7 s at its start.
	if MinTime.JulianDate() != 2378496.5 || MaxTime.String() != "2100-01-01T00:00:00Z" {
		t.Errorf("the range is JD %v to %s", MinTime.JulianDate(), MaxTime)
	}
	for _, tt := range []struct {
		at   Time
		want bool
	}{{MinTime, true}, {MaxTime, true}, {J2000, true}, {MinTime - 1, false}, {MaxTime + 1, false}} {
		if tt.at.InRange() != tt.want {
			t.Errorf("%d in range: %v", tt.at, !tt.want)
		}
	}
}

func TestTimeInJSON(t *testing.T) {
	var got struct{ At Time }
	if err := json.Unmarshal([]byte(`{"At":"1969-07-20T20:17:40Z"}`), &got); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if err != nil || string(text) != `{"At":"1969-07-20T20:17:40Z"}` {
		t.Errorf("became %s, %v", text, err)
	}
	was := got.At
	if err := json.Unmarshal([]byte(`{"At":"tomorrow"}`), &got); err == nil || got.At != was {
		t.Errorf("read tomorrow as %v, %v", got.At, err)
	}
}

// Every whole second comes back as it was, all through the range.
func TestUTCComesBack(t *testing.T) {
	const step = 37*24*time.Hour + 5*time.Hour + 7*time.Minute + 11*time.Second
	for date := MinTime.UTC(); date.Year() < 2100; date = date.Add(step) {
		for _, d := range []time.Time{date, date.Truncate(24 * time.Hour), date.Truncate(time.Hour).Add(time.Hour - time.Second), date.Add(123456789)} {
			if d.Year() < 1800 {
				continue
			}
			if got := FromUTC(d).UTC(); !got.Equal(d) {
				t.Fatalf("%s comes back as %s", d.Format(time.RFC3339Nano), got.Format(time.RFC3339Nano))
			}
		}
	}
}

func FuzzParseTime(f *testing.F) {
	for _, seed := range []string{
		"2026-11-22T18:30:00Z", "2026-11-22", "jd2451545.5", "1899-12-31T23:59:59.999999999+14:00", "2016-12-31T23:59:60Z", "JD nan", "0001-01-01",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, parse := range []func(string) (Time, error){ParseTime, ParseTDB} {
			at, err := parse(text)
			if err != nil {
				if at != 0 || len(err.Error()) > 400 {
					t.Errorf("%q: %d and an error of %d bytes", text, at, len(err.Error()))
				}
				continue
			}
			if !at.InRange() {
				t.Fatalf("%q became %d, out of range", text, at)
			}
			written, err := at.MarshalText()
			if err != nil {
				t.Fatal(err)
			}
			back, err := ParseTime(string(written))
			// At midnight and at leap seconds UTC may repeat or lack up to a second.
			if err != nil && at-MinTime > 2e9 && MaxTime-at > 2e9 || err == nil && time.Duration(back-at).Abs() > time.Second {
				t.Errorf("%q is written %s, which is %d, %v, not %d", text, written, back, err, at)
			}
		}
	})
}
