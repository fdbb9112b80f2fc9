package catalog

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

func TestReadFigures(t *testing.T) {
	got, err := ReadFigures(strings.NewReader("# two\n\nCas Cassiopeia; 8886-6686-4427\nTri Triangulum Australe; 1-2 3-4\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Figure{
		{"Cas", "Cassiopeia", [][2]uint32{{8886, 6686}, {6686, 4427}}},
		{"Tri", "Triangulum Australe", [][2]uint32{{1, 2}, {3, 4}}},
	}
	same := func(a, b Figure) bool {
		return a.Abbreviation == b.Abbreviation && a.Name == b.Name && slices.Equal(a.Lines, b.Lines)
	}
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("got %v", got)
	}
}

func TestReadFiguresRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"Cas Cassiopeia 1-2":                 "line 1: is not an abbreviation, a name, a semicolon and chains of stars",
		"# x\ncas Cassiopeia; 1-2":           `line 2: abbreviation "cas" is not three letters`,
		"Cas Cassiopeia; 1-x":                `line 1: "x" is no Hipparcos number`,
		"Cas Cassiopeia; 0-1":                `line 1: "0" is no Hipparcos number`,
		"Cas Cassiopeia; 1--2":               `line 1: "" is no Hipparcos number`,
		"Cas Cassiopeia; 99999999999":        `line 1: "99999999999" is no Hipparcos number`,
		"Cas Cass\xff; 1-2":                  "line 1: the name is not UTF-8",
		strings.Repeat("x", 5000):            "token too long",
		strings.Repeat("Cas C; 1-2\n", 1001): "line 1001: more than 1000 constellations",
	} {
		if _, err := ReadFigures(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", text, err, want)
		}
	}
	if _, err := ReadFigures(iotest.ErrReader(io.ErrUnexpectedEOF)); err == nil {
		t.Error("a file that cannot be read is no error")
	}
}

func FuzzReadFigures(f *testing.F) {
	f.Add("Cas Cassiopeia; 8886-6686-4427\n")
	f.Fuzz(func(t *testing.T, text string) {
		figures, err := ReadFigures(strings.NewReader(text))
		for _, figure := range figures {
			if err != nil || len(figure.Abbreviation) != 3 || figure.Name == "" {
				t.Errorf("%v with %v", figure, err)
			}
		}
	})
}

// TestShippedFigures: the 88 constellations of the IAU, of stars that are in the
// catalogue, and no line so long that two stars must have been confused.
func TestShippedFigures(t *testing.T) {
	open := func(name string) *os.File {
		f, err := os.Open(filepath.Join("..", "..", "assets", "stars", name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	figures, err := ReadFigures(open("figures.txt"))
	if err != nil || len(figures) != 88 {
		t.Fatalf("%d constellations, %v", len(figures), err)
	}
	stars, err := Read(open("stars.bin"))
	if err != nil {
		t.Fatal(err)
	}
	byHIP := map[uint32]*astro.Star{}
	for i := range stars {
		byHIP[stars[i].HIP] = &stars[i]
	}
	for _, f := range figures {
		if len(f.Lines) == 0 {
			t.Errorf("%s has no line", f.Name)
		}
		for _, line := range f.Lines {
			a, b := byHIP[line[0]], byHIP[line[1]]
			if a == nil || b == nil {
				t.Errorf("%s: a line from %d to %d, and the catalogue lacks one", f.Name, line[0], line[1])
				continue
			}
			from, _ := astro.StarAt(a, astro.J2000)
			to, _ := astro.StarAt(b, astro.J2000)
			if from.Dot(to) < 0.92 { // 23°
				t.Errorf("%s: the line from %d to %d is long", f.Name, line[0], line[1])
			}
		}
	}
}
