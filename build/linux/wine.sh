#!/usr/bin/env bash
# Runs a Windows program under Wine and returns its exit code. Without a DISPLAY it gets an X server without a screen.
# usage: build/linux/wine.sh PROGRAM.exe [ARGUMENT...]
# tests: GOOS=windows CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc go test -exec "$PWD/build/linux/wine.sh" ./PACKAGE
#
# Its Windows is a folder in the user's cache, made at the first run: seconds and about 700 MB, most of it Wine's own
# libraries, which Debian's Wine copies. There the programs keep their files, under drive_c/users/NAME/AppData.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/spacetime-wine
export WINEPREFIX=$cache/prefix WINEARCH=win64 WINEDEBUG=${WINEDEBUG:--all}
# No offer to fetch .NET or a browser, and no entries in the desktop's menus.
export WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe='

die() {
	echo "wine: $*" >&2
	exit 69
}

need() {
	command -v "$1" >/dev/null || die "there is no $1: install it by build/linux/deps.sh wine windows"
}

# make_windows makes the folder. Last comes the library that Go's runtime cannot start without, which Wine has from
# 8.13 on; Go looks for it among the system's alone, not beside the program.
make_windows() {
	local log=$cache/wineboot.log
	env -u DISPLAY wine wineboot -i </dev/null >"$log" 2>&1 || die "Wine could not make $WINEPREFIX: see $log"
	[[ ! -e $random ]] || return 0
	need x86_64-w64-mingw32-gcc
	x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -Werror -shared -s -x c -o "$random.new" - -ladvapi32 <<'C'
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size)
{
	/* RtlGenRandom counts in 32 bits. */
	for (SIZE_T at = 0, n; at < size; at += n) {
		n = size - at < MAXLONG ? size - at : MAXLONG;
		if (!RtlGenRandom(data + at, (ULONG)n)) return FALSE;
	}
	return TRUE;
}
C
	mv "$random.new" "$random"
}
random=$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll

if (($# == 0)); then
	echo "usage: build/linux/wine.sh PROGRAM.exe [ARGUMENT...]" >&2
	exit 2
fi
[[ -e $1 ]] || die "there is no $1: make windows builds bin/spacetime.exe and bin/spacectl.exe"
need wine
mkdir -p "$cache"
(
	flock 9
	# Wine's server outlives this and must not keep the lock.
	[[ -e $random ]] || make_windows 9>&-
) 9>"$cache/lock"

[[ -z ${DISPLAY:-} ]] || exec wine "$@"
# Wine's desktop is a process of its own and complains when its screen goes first. It stays where another program
# still runs under Wine.
# shellcheck disable=SC2016
exec "$here/with-xvfb.sh" bash -c 'code=0; wine "$@" || code=$?; timeout 5 wineserver -w || true; exit $code' wine "$@"
