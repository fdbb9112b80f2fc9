package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// TestCompletion completes command lines with the shell itself where there is one.
func TestCompletion(t *testing.T) {
	lines := map[string]string{ // the last word is what is completed
		"use":                    "users",
		"users re":               "remove",
		"--json audit ver":       "verify",
		"users add ben --role m": "maintainer",
		"scene time --a":         "--at",
		"keys add --role tele":   "telemetry",
		"completion fi":          "fish",
	}
	if _, err := exec.LookPath("bash"); err == nil {
		script := spacectl("completion", "bash").out
		for line, want := range lines {
			words := append([]string{"-c", script + `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _spacectl; echo "${COMPREPLY[*]}"`, "bash", "spacectl"}, strings.Fields(line)...)
			if got, err := exec.Command("bash", words...).CombinedOutput(); err != nil || strings.TrimSpace(string(got)) != want {
				t.Errorf("bash: %q gives %q, %v, want %q", line, got, err, want)
			}
		}
	}
	if _, err := exec.LookPath("fish"); err == nil {
		script := spacectl("completion", "fish").out
		for line, want := range lines {
			got, err := exec.Command("fish", "--no-config", "-c", script+"complete -C 'spacectl "+line+"'").CombinedOutput()
			if err != nil || !slices.Contains(strings.Fields(string(got)), want) {
				t.Errorf("fish: %q gives %q, %v, want %q", line, got, err, want)
			}
		}
	}
}

// TestCompletionKnowsAll: no command is left out of any script.
func TestCompletionKnowsAll(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		r := spacectl("completion", shell)
		r.want(t, exit.OK, "")
		for _, path := range leaves(t) {
			if !strings.Contains(r.out, path) {
				t.Errorf("%s: nothing of %s", shell, path)
			}
		}
	}
}
