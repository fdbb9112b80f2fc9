package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// whereCommand is `spacetime where`.
type whereCommand struct {
	Body  *astro.Body `arg:"" optional:"" help:"The body to find, such as saturn."`
	From  astro.Body  `default:"earth" help:"The body to look from."`
	At    string      `placeholder:"TIME" help:"Date instead of now: 2026-11-22T00:00:00Z, jd2461366.5 (TDB)."`
	Scale string      `enum:"utc,tdb" default:"utc" help:"Time scale of the date: ${enum}."`
	JSON  bool        `name:"json" help:"Print one JSON object."`
	Batch string      `placeholder:"FILE" help:"Answer JSON lines {\"body\":…,\"from\":…,\"jd_tdb\":…} from a file, - for standard input, with one line each."`
}

func (c *whereCommand) Help() string {
	return "Example: spacetime where mars --at 2026-11-22T00:00:00Z --json"
}

func (c *whereCommand) Validate() error {
	if (c.Body == nil) == (c.Batch == "") {
		return errors.New("give either a body or --batch")
	}
	if c.Batch != "" && c.At != "" {
		return errors.New("--batch has a date on each line, and takes no --at")
	}
	return nil
}

func (c *whereCommand) Run(io *stdio) error {
	if c.Batch != "" {
		return c.batch(io)
	}
	t, err := parseDate(c.At, c.Scale)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	o, err := observe(*c.Body, c.From, t)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	if c.JSON {
		return json.NewEncoder(io.out).Encode(o)
	}
	return printObservation(io.out, &o)
}

func observe(body, from astro.Body, t astro.Time) (astro.Observation, error) {
	switch {
	case body == from:
		return astro.Observation{}, fmt.Errorf("%s seen from itself has no direction", body)
	case !t.InRange():
		return astro.Observation{}, astro.ErrRange
	}
	return astro.Observe(body, from, t), nil
}

// parseDate reads a date given in a scale; a Julian date is always TDB.
func parseDate(text, scale string) (astro.Time, error) {
	if text == "now" || text == "" {
		return astro.FromUTC(time.Now()), nil
	}
	if scale == "tdb" {
		return astro.ParseTDB(text)
	}
	return astro.ParseTime(text)
}

func printObservation(w io.Writer, o *astro.Observation) error {
	_, err := fmt.Fprintf(w, "%s from %s at %s (JD %.6f TDB)\n"+
		"  distance            %.6g km (light takes %.6g s)\n"+
		"  right ascension     %.6f°\n"+
		"  declination         %+.6f°\n"+
		"  angular diameter    %.4g″\n"+
		"  phase angle         %.3f°\n"+
		"  position            %.3f %.3f %.3f km (ICRF)\n"+
		"  velocity            %.6f %.6f %.6f km/s\n"+
		"  model               %s %s\n",
		o.Body, o.From, o.TimeUTC, o.JDTDB, o.DistanceKm, o.LightTimeS, o.RADeg, o.DecDeg,
		o.AngularDiameterArcsec, o.PhaseAngleDeg,
		o.PositionKm[0], o.PositionKm[1], o.PositionKm[2],
		o.VelocityKmS[0], o.VelocityKmS[1], o.VelocityKmS[2],
		o.Model, accuracyText(o))
	return err
}

// accuracyText says how far the direction may be off.
func accuracyText(o *astro.Observation) string {
	if o.AccuracyArcsec == nil {
		return "(approximate)"
	}
	return fmt.Sprintf("(to about %.2f″)", *o.AccuracyArcsec)
}

// batch answers every line with one line, in order: an observation, or an
// object with the error and the line's number. After any error it ends with 65.
func (c *whereCommand) batch(std *stdio) error {
	in := std.in
	if c.Batch != "-" {
		f, err := os.Open(c.Batch)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	out := bufio.NewWriter(std.out)
	wrong, err := answerLines(in, out)
	if err = errors.Join(err, out.Flush()); err != nil {
		return err
	}
	if wrong > 0 {
		return exit.With(exit.BadData, fmt.Errorf("%d lines have no answer; each says why", wrong))
	}
	return nil
}

// maxLine bounds a line of a batch, in bytes.
const maxLine = 64 << 10

func answerLines(r io.Reader, w io.Writer) (wrong int, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	enc := json.NewEncoder(w)
	for n := 1; lines.Scan(); n++ {
		var answer any
		o, err := answerLine(lines.Bytes())
		if answer = o; err != nil {
			wrong++
			answer = map[string]any{"line": n, "error": err.Error()}
		}
		if err := enc.Encode(answer); err != nil {
			return wrong, err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return wrong, exit.With(exit.BadData, fmt.Errorf("a line is longer than %d bytes", maxLine))
	}
	return wrong, lines.Err()
}

func answerLine(line []byte) (astro.Observation, error) {
	q := struct {
		Body *astro.Body `json:"body"`
		From *astro.Body `json:"from"`
		JD   *float64    `json:"jd_tdb"`
	}{}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		return astro.Observation{}, fmt.Errorf("not an object with body, from and jd_tdb: %w", err)
	}
	if d.More() {
		return astro.Observation{}, errors.New("more than one value on the line")
	}
	if q.Body == nil || q.JD == nil {
		return astro.Observation{}, errors.New("body and jd_tdb are needed")
	}
	from := astro.Earth
	if q.From != nil {
		from = *q.From
	}
	t, err := astro.FromJulianDate(*q.JD)
	if err != nil {
		return astro.Observation{}, err
	}
	return observe(*q.Body, from, t)
}
