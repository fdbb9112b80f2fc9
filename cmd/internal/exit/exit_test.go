package exit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestCodes has the numbers of sysexits.h (FreeBSD's manual page sysexits(3))
// and the three of every shell.
func TestCodes(t *testing.T) {
	want := map[string]int{
		"OK": 0, "Failure": 1, "Usage": 2,
		"BadData": 65, "NoInput": 66, "Unavailable": 69, "Crash": 70, "IO": 74, "PortTaken": 75, "NotPermitted": 77, "Config": 78, "Interrupted": 130,
	}
	declared := constants(t)
	if len(declared) != len(want) {
		t.Errorf("exit.go declares %d constants, want %d", len(declared), len(want))
	}
	for name, code := range declared {
		if want[name] != code {
			t.Errorf("%s = %d, want %d", name, code, want[name])
		}
		if !slices.ContainsFunc(Table, func(c Code) bool { return c.Code == code }) {
			t.Errorf("%s (%d) is not in Table", name, code)
		}
	}
}

// constants reads exit.go, so that a new constant without a row in Table is
// found.
func constants(t *testing.T) map[string]int {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "exit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
				found[spec.Names[0].Name], err = strconv.Atoi(literal.Value)
			}
		}
		return err == nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTable(t *testing.T) {
	rising := slices.IsSortedFunc(Table, func(a, b Code) int { return a.Code - b.Code })
	unique := slices.CompactFunc(slices.Clone(Table), func(a, b Code) bool { return a.Code == b.Code })
	if !rising || len(unique) != len(Table) {
		t.Errorf("codes must rise and be there once: %v", Table)
	}
	for _, c := range Table {
		if c.Name == "" || c.Meaning == "" {
			t.Errorf("code %d lacks a name or a meaning", c.Code)
		}
	}
}

func TestREADME(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := markdown(Table); readmeTable(string(readme)) != want {
		t.Errorf("the README's exit codes are not package exit's, which are:\n%s", want)
	}
}

func TestREADMETable(t *testing.T) {
	table := markdown([]Code{{0, "ok", "done"}, {2, "usage", "wrong"}})
	for _, tt := range []struct{ name, readme, want string }{
		{"as it is", "# Exit codes\n\n" + table + "\nmore\n", table},
		{"at the end", table, table},
		{"a row changed", strings.Replace(table, "done", "over", 1) + "\n", strings.Replace(table, "done", "over", 1)},
		{"none", "# Exit codes\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := readmeTable(tt.readme); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

const tableHead = "| code | name | meaning |\n|---:|---|---|\n"

func markdown(table []Code) string {
	var b strings.Builder
	b.WriteString(tableHead)
	for _, c := range table {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", c.Code, c.Name, c.Meaning)
	}
	return b.String()
}

// readmeTable returns the table of exit codes in a README, to the first line
// that is no row.
func readmeTable(readme string) string {
	start := strings.Index(readme, tableHead)
	if start < 0 {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(readme[start:]) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		b.WriteString(line)
	}
	return b.String()
}
