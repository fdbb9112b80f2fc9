#!/usr/bin/env bash
# Ends with one line when Go is missing or older than go.mod asks for. Run at the top of the checkout.
set -euo pipefail

want=$(awk '$1 == "go" { print $2 }' go.mod)
if ! command -v go >/dev/null; then
	echo "Go is not on PATH: install Go $want or newer from https://go.dev/dl and add its bin folder to PATH" >&2
	exit 69
fi
# Since 1.21 the go command fetches the version that go.mod names, unless GOTOOLCHAIN=local; older ones cannot read go.mod.
have=$(go env GOVERSION 2>/dev/null || true)
have=${have#go}
have=${have%% *}
if [[ -z $have || $(printf '%s\n' "$want" "$have" | sort -V | head -n 1) != "$want" ]]; then
	echo "Go $want or newer is needed, and $(command -v go) is ${have:-too old to read go.mod}: install it from https://go.dev/dl" >&2
	exit 69
fi
