#!/usr/bin/env bash
# Builds the simulated headset, an OpenXR runtime, and its manifest:
#   OUTDIR/openxr/libspacetime_sim.so    OUTDIR/openxr/spacetime_sim.json
# A program finds it by XR_RUNTIME_JSON=OUTDIR/openxr/spacetime_sim.json.
# usage: build/linux/simruntime.sh [OUTDIR]      OUTDIR is bin unless given; CFLAGS may add flags
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
out=${1:-$root/bin}/openxr
mkdir -p "$out"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror -fvisibility=hidden -fPIC ${CFLAGS:-}"

# shellcheck disable=SC2016 # the inner shell expands it
for source in "$root"/xr/simruntime/runtime/*.c; do
	printf '%s\0%s\0' "$source" "$work/$(basename "$source" .c).o"
done | FLAGS=$flags xargs -0 -n 2 -P "$(nproc)" sh -c 'gcc $FLAGS -c "$1" -o "$2"' compile

# nodelete: the loader unloads a runtime with its instance, and a script and the counts of calls
# must outlive a lost instance. The new library replaces the old by a rename, so that a program
# which has the old one mapped keeps it whole.
echo '{ global: xrNegotiateLoaderRuntimeInterface; local: *; };' >"$work/versions"
# shellcheck disable=SC2086
gcc $flags -shared -Wl,--version-script="$work/versions" -Wl,-z,nodelete -Wl,-z,defs -Wl,--as-needed \
	-o "$out/.libspacetime_sim.so.new" "$work"/*.o -lm -ldl -lpthread
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
