#!/usr/bin/env bash
# Prints the linker flags that stamp version, commit and date into a program. Run at the top of the checkout.
#
# A clean checkout is dated by its commit, so that the same source gives the same program; else it is today's (UTC),
# which links once a day and not at every make.
set -euo pipefail

version=devel commit=unknown date=$(date -u +%Y-%m-%d)
if [[ -e .git ]] && commit=$(git rev-parse --verify --quiet HEAD); then
	version=$(git describe --tags --always --dirty)
	[[ $version == *-dirty ]] || date=$(TZ=UTC0 git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd)
fi
package=github.com/spacetime-vr/spacetime/engine
echo "-X $package.Version=$version -X $package.Commit=${commit:-unknown} -X $package.BuildDate=$date"
