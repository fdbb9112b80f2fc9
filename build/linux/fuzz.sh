#!/usr/bin/env bash
# Fuzzes every target of the module in turn. Run at the top of the checkout.
# usage: build/linux/fuzz.sh TIME      for each target, as in 30s
set -euo pipefail

while IFS=: read -r file target; do
	echo "== $file $target"
	go test -run='^$' -fuzz="^$target\$" -fuzztime="$1" "./$(dirname "$file")" </dev/null
done < <(grep -roP --include='*_test.go' '^func \KFuzz\w+(?=\()' . | sed 's|^\./||' | sort)
