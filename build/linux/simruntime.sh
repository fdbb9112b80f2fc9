#!/usr/bin/env bash
# Builds the simulated headset, an OpenXR runtime, and its manifest:
#   OUTDIR/openxr/libspacetime_sim.so    OUTDIR/openxr/spacetime_sim.json
# A program finds it by XR_RUNTIME_JSON=OUTDIR/openxr/spacetime_sim.json.
# usage: build/linux/simruntime.sh [OUTDIR]      OUTDIR is bin unless given; CFLAGS may add flags
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
out=${1:-$root/bin}/openxr
mkdir -p "$out"

versions=$(mktemp)
trap 'rm -f "$versions"' EXIT
echo '{ global: xrNegotiateLoaderRuntimeInterface; local: *; };' >"$versions"

# nodelete: the loader unloads a runtime with its instance, and a script and the counts of calls
# must outlive a lost instance. The new library replaces the old by a rename, so that a program
# which has the old one mapped keeps it whole.
# shellcheck disable=SC2086
gcc -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror -fvisibility=hidden -fPIC -shared ${CFLAGS:-} \
	-Wl,--version-script="$versions" -Wl,-z,nodelete -Wl,-z,defs -Wl,--as-needed \
	-o "$out/.libspacetime_sim.so.new" "$root"/xr/simruntime/runtime/*.c -lm -ldl -lpthread
mv "$out/.libspacetime_sim.so.new" "$out/libspacetime_sim.so"

cat >"$out/spacetime_sim.json" <<'JSON'
{
    "file_format_version": "1.0.0",
    "runtime": {
        "name": "SpaceTime simulated headset",
        "library_path": "./libspacetime_sim.so"
    }
}
JSON
