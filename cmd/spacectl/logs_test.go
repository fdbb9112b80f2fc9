package main

import (
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

const logStream = `id: 7
event: log
data: {"time":"2026-11-22T15:04:05.5Z","level":"INFO","msg":"scene\u001b[2J","attrs":{"slug":"saturn","why":"for \"fun\"","n":{"a":1}}}

event: gap
data: {"lost":3}

id: 11
event: log
data: {"time":"2026-11-22T15:04:06Z","level":"WARN","msg":"late"}

`

func TestLogs(t *testing.T) {
	for _, tt := range []struct {
		args string
		want string
	}{
		{"logs", "2026-11-22 15:04:05.500Z INFO  scene [2J n={\"a\":1} slug=saturn why=\"for \\\"fun\\\"\"\n2026-11-22 15:04:06.000Z WARN  late\n"},
		{"logs --level warn", "2026-11-22 15:04:06.000Z WARN  late\n"},
		{"logs --level error", ""},
		{"logs --json --level warn", `{"time":"2026-11-22T15:04:06Z","level":"WARN","msg":"late"}` + "\n"},
	} {
		scriptedServer(t, map[string]scripted{"GET /api/v1/logs": {200, logStream + ": caught up\n\n", nil}})
		r := spacectl(strings.Fields(tt.args)...)
		if r.code != exit.OK || r.out != tt.want || r.err != "spacectl: 3 records came too fast and are left out\n" {
			t.Errorf("%s: %d %q %q, want %q", tt.args, r.code, r.out, r.err, tt.want)
		}
	}
}

func TestLogsErrors(t *testing.T) {
	scriptedServer(t, map[string]scripted{"GET /api/v1/logs": {200, "", nil}})
	spacectl("logs").want(t, exit.IO, "broke off")
	spacectl("logs", "--level", "loud").want(t, exit.Usage, "--level")
	scriptedServer(t, map[string]scripted{"GET /api/v1/logs": problem(403, "the credential lacks a scope: logs:read")})
	spacectl("logs", "-f").want(t, exit.NotPermitted, "the role maintainer has it")
}
