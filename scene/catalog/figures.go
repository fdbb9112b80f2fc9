package catalog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Figure is a constellation and the lines that are drawn between its stars.
type Figure struct {
	Abbreviation string      // of the IAU, three letters
	Name         string      // Latin
	Lines        [][2]uint32 // Hipparcos numbers of the ends
}

// The sizes that a file of figures may have: over ten times what 88 take.
const (
	maxFigures    = 1000
	maxFigureLine = 4096
)

var abbreviation = regexp.MustCompile(`^[A-Z][A-Za-z]{2}$`)

// ReadFigures reads constellations, one a line:
//
//	Cas Cassiopeia; 8886-6686-4427-3179-746
//
// After the semicolon stand chains of Hipparcos numbers. Lines that are empty or
// begin with # count for nothing. An error names the line.
func ReadFigures(r io.Reader) ([]Figure, error) {
	var figures []Figure
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxFigureLine)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		f, err := parseFigure(text)
		if err == nil && len(figures) == maxFigures {
			err = fmt.Errorf("more than %d constellations", maxFigures)
		}
		if err != nil {
			return nil, fmt.Errorf("read constellations: line %d: %w", n, err)
		}
		figures = append(figures, f)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read constellations: %w", err)
	}
	return figures, nil
}

func parseFigure(text string) (Figure, error) {
	head, chains, found := strings.Cut(text, "; ")
	short, name, named := strings.Cut(head, " ")
	switch {
	case !found || !named || name == "":
		return Figure{}, errors.New("is not an abbreviation, a name, a semicolon and chains of stars")
	case !abbreviation.MatchString(short):
		return Figure{}, fmt.Errorf("abbreviation %q is not three letters", short)
	case !utf8.ValidString(name):
		return Figure{}, errors.New("the name is not UTF-8")
	}
	f := Figure{Abbreviation: short, Name: name}
	for _, chain := range strings.Fields(chains) {
		if err := f.add(chain); err != nil {
			return Figure{}, err
		}
	}
	return f, nil
}

// add takes in the lines of a chain of stars.
func (f *Figure) add(chain string) error {
	last := uint32(0)
	for i, text := range strings.Split(chain, "-") {
		hip, err := strconv.ParseUint(text, 10, 32)
		if err != nil || hip == 0 {
			return fmt.Errorf("%q is no Hipparcos number", text)
		}
		if i > 0 {
			f.Lines = append(f.Lines, [2]uint32{last, uint32(hip)})
		}
		last = uint32(hip)
	}
	return nil
}
