package main

import (
	"strings"
	"testing"
)

func TestPrintEvents(t *testing.T) {
	const events = ":\n\nid: 1\nevent: log\ndata: {\"line\":\"level=INFO msg=\\u001b[31mred\"}\n\nid: 2\nevent: log\ndata: {\"line\":\"two\"}\n\n"
	for _, tt := range []struct {
		asJSON bool
		want   string
	}{
		{false, "level=INFO msg= [31mred\ntwo\n"},
		{true, "{\"line\":\"level=INFO msg=\\u001b[31mred\"}\n{\"line\":\"two\"}\n"},
	} {
		var out strings.Builder
		if err := printEvents(&out, strings.NewReader(events), tt.asJSON); err != nil || out.String() != tt.want {
			t.Errorf("JSON %v: %q, %v", tt.asJSON, out.String(), err)
		}
	}
	if err := printEvents(&strings.Builder{}, strings.NewReader("data: {\n"), false); err == nil {
		t.Error("a line that is no JSON is printed")
	}
}
