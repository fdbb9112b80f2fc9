#!/usr/bin/env bash
# Runs a command with an X server of its own, which has no screen, and returns the command's exit code.
# usage: build/linux/with-xvfb.sh COMMAND [ARGUMENT...]
#
# Not xvfb-run: that guesses a display number and lets the server reset itself between two clients, which fails the
# second of two tests that open a window. Here the server picks a free number and tells it once it accepts clients.
set -euo pipefail

log=$(mktemp)
exec {display}< <(exec Xvfb -displayfd 3 -noreset -nolisten tcp -screen 0 1920x1080x24 3>&1 >"$log" 2>&1)
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if ! read -r -t 30 number <&"$display"; then
	echo "with-xvfb: Xvfb did not start: $(tail -n 1 "$log")" >&2
	exit 69
fi
unset WAYLAND_DISPLAY
DISPLAY=:$number "$@"
