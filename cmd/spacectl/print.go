package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// printTable prints names and what they are in two columns.
func printTable(w io.Writer, rows [][2]string) error {
	all := make([][]string, len(rows))
	for i := range rows {
		all[i] = rows[i][:]
	}
	return printRows(w, all)
}

// printRows prints rows, all of as many cells, with columns as wide as need be. On
// a terminal the last is broken to what room there is.
func printRows(w io.Writer, rows [][]string) error {
	widths := map[int]int{}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		lead, last := "", len(row)-1
		for i, cell := range row[:last] {
			lead += fmt.Sprintf("%-*s  ", widths[i], exit.OneLine(cell))
		}
		if _, err := fmt.Fprintln(w, hanging(lead, row[last], columns(w))); err != nil {
			return err
		}
	}
	return nil
}

// columns is how wide the terminal is that w writes to; 0 where it is none.
func columns(w io.Writer) int {
	width, _, _ := terminalSize(w)
	return width
}

// leastRoom is the fewest columns in which text is still broken well.
const leastRoom = 20

// hanging puts text behind lead, and breaks it to lines of at most width columns
// that all begin where the first does: at blanks, or else behind a colon or a slash,
// as fingerprints and paths have them. Where width leaves no room for that, as 0
// does, nothing is broken.
func hanging(lead, text string, width int) string {
	left, before := []rune(exit.OneLine(text)), utf8.RuneCountInString(lead)
	room := width - before
	if room < leastRoom {
		return lead + string(left)
	}
	var lines []string
	for len(left) > room {
		line := string(left[:room+1]) // the blank may be beyond
		if end := strings.LastIndexByte(line, ' '); end > 0 {
			line = line[:end+1]
		} else {
			line = string(left[:room])
			line = line[:cmp.Or(strings.LastIndexAny(line, ":/")+1, len(line))]
		}
		left = left[utf8.RuneCountInString(line):]
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lead + strings.Join(append(lines, string(left)), "\n"+strings.Repeat(" ", before))
}

// count writes a number of things.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprint(n, " ", thing)
}

// printJSON prints v on one line.
func printJSON(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) }

// printList prints a whole list: as the API's page that has all of it, or as a
// table with the titles of its columns, if they have any.
func printList[T any](w io.Writer, asJSON bool, items []T, titles []string, row func(T) []string) error {
	if asJSON {
		return printJSON(w, api.Page[T]{Items: append([]T{}, items...)})
	}
	var rows [][]string
	if titles != nil {
		rows = append(rows, titles)
	}
	for _, item := range items {
		rows = append(rows, row(item))
	}
	return printRows(w, rows)
}

// printDone prints what a change answered, as it came, or a line for people.
func printDone(con *console, n *connection, v any, format string, args ...any) error {
	if n.JSON {
		return printJSON(con.out, v)
	}
	_, err := fmt.Fprintln(con.out, exit.OneLine(fmt.Sprintf(format, args...)))
	return err
}

// at writes a time for a table: UTC, to the second.
func at(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}
