package main

import "testing"

func TestHanging(t *testing.T) {
	for _, tt := range []struct {
		lead, text string
		width      int
		want       string
	}{
		{"V1  ", "on a pipe nothing is broken, however long it is", 0, "V1  on a pipe nothing is broken, however long it is"},
		{"V1  ", "twenty columns of it", 24, "V1  twenty columns of it"},
		{"V1  ", "a name at the end, here", 24, "V1  a name at the end,\n    here"},
		{"V1  ", "the blank falls at its end", 24, "V1  the blank falls at\n    its end"},
		{"V1  ", "3D:D4:42:8F:22:D4:A6:9F:3A:7C", 24, "V1  3D:D4:42:8F:22:D4:\n    A6:9F:3A:7C"},
		{"V1  ", "abcdefghijklmnopqrstuvwxyz", 24, "V1  abcdefghijklmnopqrst\n    uvwxyz"},
		{"V1  ", "ä ×60 ▁▂▃▄▅▆▇█▁▂▃▄▅▆▇█ ü", 24, "V1  ä ×60\n    ▁▂▃▄▅▆▇█▁▂▃▄▅▆▇█ ü"},
		{"V1  ", "where there is no room nothing is broken", 23, "V1  where there is no room nothing is broken"},
		{"V1  ", "two\nlines \x1b[31m", 80, "V1  two lines  [31m"},
		{"V1  ", "", 80, "V1  "},
	} {
		if got := hanging(tt.lead, tt.text, tt.width); got != tt.want {
			t.Errorf("%q on %d columns:\n%s\nwant\n%s", tt.text, tt.width, got, tt.want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 views", 1: "1 view", 2: "2 views"} {
		if got := count(n, "view"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
