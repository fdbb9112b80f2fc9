// Command cover prints what share of its statements each package's tests run,
// from a profile of go test, and ends with 1 when the whole is under -least
// percent. Generated files do not count. It is run at the top of the checkout:
//
//	go run ./build/cover -least 91 dist/cover.out
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

func main() {
	least := flag.Float64("least", 0, "the percentage of statements that must be covered")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: cover [-least PERCENT] PROFILE")
		os.Exit(2)
	}
	if err := run(os.Stdout, os.DirFS("."), flag.Arg(0), *least); err != nil {
		fmt.Fprintln(os.Stderr, "cover:", err)
		os.Exit(1)
	}
}

// run reports on the profile of that name in the checkout.
func run(w io.Writer, checkout fs.FS, profile string, least float64) error {
	module, err := modulePath(checkout)
	if err != nil {
		return err
	}
	file, err := checkout.Open(path.Clean(profile))
	if err != nil {
		return err
	}
	defer file.Close()
	blocks, err := readProfile(file, module)
	if err != nil {
		return fmt.Errorf("%s: %w", profile, err)
	}
	packages, err := sum(blocks, checkout)
	if err != nil {
		return err
	}
	return report(w, packages, least)
}

var moduleLine = regexp.MustCompile(`(?m)^module (\S+)$`)

func modulePath(checkout fs.FS) (string, error) {
	gomod, err := fs.ReadFile(checkout, "go.mod")
	if err != nil {
		return "", err
	}
	m := moduleLine.FindSubmatch(gomod)
	if m == nil {
		return "", fmt.Errorf("go.mod has no module line")
	}
	return string(m[1]), nil
}

// block is a run of statements: its file from the top of the checkout, and
// where it stands in it as the profile writes it.
type block struct{ file, place string }

// count is what is known of statements, of a block or of a package.
type count struct{ statements, covered int }

// readProfile reads the lines "file:place statements runs" under a line with
// the mode. Several test programs may tell of one block; one run is enough.
func readProfile(r io.Reader, module string) (map[block]count, error) {
	blocks := map[block]count{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if strings.HasPrefix(lines.Text(), "mode: ") {
			continue
		}
		var where string
		var statements, runs int
		if _, err := fmt.Sscanf(lines.Text(), "%s %d %d", &where, &statements, &runs); err != nil {
			return nil, fmt.Errorf("line %d is not of a coverage profile: %w", n, err)
		}
		file, place, _ := strings.Cut(strings.TrimPrefix(where, module+"/"), ":")
		c := count{statements, blocks[block{file, place}].covered}
		if runs > 0 {
			c.covered = statements
		}
		blocks[block{file, place}] = c
	}
	return blocks, lines.Err()
}

// generated is Go's own mark (go help generate).
var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// sum adds the blocks up by package, less those of generated files.
func sum(blocks map[block]count, checkout fs.FS) (map[string]count, error) {
	written := map[string]bool{} // by hand
	packages := map[string]count{}
	for b, c := range blocks {
		byHand, known := written[b.file]
		if !known {
			text, err := fs.ReadFile(checkout, b.file)
			if err != nil {
				return nil, err
			}
			byHand = !generated.Match(text)
			written[b.file] = byHand
		}
		if byHand {
			p := packages[path.Dir(b.file)]
			packages[path.Dir(b.file)] = count{p.statements + c.statements, p.covered + c.covered}
		}
	}
	return packages, nil
}

func report(w io.Writer, packages map[string]count, least float64) error {
	var total count
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		c := packages[name]
		fmt.Fprintf(w, "%6.1f %%  %5d of %5d  %s\n", c.percent(), c.covered, c.statements, name)
		total = count{total.statements + c.statements, total.covered + c.covered}
	}
	fmt.Fprintf(w, "%6.1f %%  %5d of %5d  in all\n", total.percent(), total.covered, total.statements)
	if total.percent() < least {
		return fmt.Errorf("%.2f %% of statements are covered, want %g %%", total.percent(), least)
	}
	return nil
}

// percent is 100 where there is nothing to cover.
func (c count) percent() float64 {
	if c.statements == 0 {
		return 100
	}
	return 100 * float64(c.covered) / float64(c.statements)
}
