package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// printTable prints names and what they are in two columns.
func printTable(w io.Writer, rows [][2]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintf(t, "%s\t%s\n", exit.OneLine(row[0]), exit.OneLine(row[1]))
	}
	return t.Flush()
}

// printJSON prints v on one line.
func printJSON(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) }

// printList prints a whole list: as the API's page that has all of it, or as a
// table with the titles of its columns, if they have any.
func printList[T any](w io.Writer, asJSON bool, items []T, titles []string, row func(T) []string) error {
	if asJSON {
		return printJSON(w, api.Page[T]{Items: append([]T{}, items...)})
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if titles != nil {
		fmt.Fprintln(t, strings.Join(titles, "\t"))
	}
	for _, item := range items {
		cells := row(item)
		for i := range cells {
			cells[i] = exit.OneLine(cells[i])
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	return t.Flush()
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
