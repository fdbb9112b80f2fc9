#!/usr/bin/env bash
# Installs the Debian packages that a purpose needs and that this machine lacks.
# When nothing is missing it prints nothing and touches neither apt nor the network.
# usage: build/linux/deps.sh PURPOSE...      purposes: build run test threats windows wine catalogue earth
set -euo pipefail

# purpose, package, and how to tell that it is there when it did not come by dpkg.
# docs/dependencies.md has the reason for each; build/checks holds the two together.
table='
build     gcc                   command:gcc
build     libc6-dev             header:stdlib.h
build     pkg-config            command:pkg-config
build     libgl-dev             header:GL/gl.h
build     libegl-dev            header:EGL/egl.h
build     libx11-dev            header:X11/Xlib.h
build     libxcursor-dev        header:X11/Xcursor/Xcursor.h
build     libxrandr-dev         header:X11/extensions/Xrandr.h
build     libxinerama-dev       header:X11/extensions/Xinerama.h
build     libxi-dev             header:X11/extensions/XInput2.h
build     libxxf86vm-dev        header:X11/extensions/xf86vmode.h
build     libopenxr-dev         header:openxr/openxr.h
run       libopenxr-loader1     library:libopenxr_loader.so.1
run       libgl1                library:libGL.so.1
run       libegl1               library:libEGL.so.1
run       libgl1-mesa-dri       driver:swrast_dri.so
test      xvfb                  command:Xvfb
test      xdotool               command:xdotool
test      openssl               command:openssl
test      libopenxr-utils       command:hello_xr
test      openxr-layer-corevalidation file:/usr/share/openxr/1/api_layers/explicit.d/XrApiLayer_core_validation.json
threats   chromium              command:chromium
threats   curl                  command:curl
threats   iproute2              command:ip
threats   tcpdump               command:tcpdump
threats   testssl.sh            command:testssl
windows   gcc-mingw-w64-x86-64  command:x86_64-w64-mingw32-gcc
wine      wine                  command:wine
wine      xvfb                  command:Xvfb
catalogue stellarium-data       file:/usr/share/stellarium/stars/default/stars_0_0v0_8.cat
earth     stellarium-data       file:/usr/share/stellarium/data/base_locations.bin.gz
earth     r-cran-maps           file:/usr/lib/R/site-library/maps/mapdata/world.L
earth     ferret-datasets       file:/usr/share/ferret-vis/data/etopo5.cdf
earth     python-cartopy-data   file:/usr/share/cartopy/data/raster/natural_earth/50-natural-earth-1-downsampled.png
'

die() {
	echo "deps: $*" >&2
	exit 69
}

# found KIND NAME: is it on this machine, however it came here?
found() {
	case $1 in
	command) command -v "$2" >/dev/null ;;
	header) echo "#include <$2>" | gcc -E -x c - >/dev/null 2>&1 ;;
	library) [[ $(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null) == *"$2"* ]] ;;
	driver) compgen -G "/usr/lib*/dri/$2" >/dev/null || compgen -G "/usr/lib/*/dri/$2" >/dev/null ;;
	file) [[ -e $2 ]] ;;
	*) die "no such probe: $1" ;;
	esac
}

installed() {
	[[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# missing PURPOSE...: the packages that these purposes need and this machine lacks.
missing() {
	local purpose package probe
	while read -r purpose package probe; do
		[[ -n $purpose && " $* " == *" $purpose "* ]] || continue
		installed "$package" || found "${probe%%:*}" "${probe#*:}" || echo "$package"
	done <<<"$table"
}

install() {
	local root=() log
	command -v apt-get >/dev/null || die "there is no apt-get here: install what these Debian packages hold, then run again: $*"
	if ((EUID != 0)); then
		command -v sudo >/dev/null || die "neither root nor sudo: ask an administrator for: apt-get install --no-install-recommends $*"
		root=(sudo)
	fi
	echo "deps: installing $*"
	log=$(mktemp)
	# An unreachable third-party source fails the update and need not matter: the installation tells.
	"${root[@]}" apt-get update -qq >"$log" 2>&1 || true
	if ! "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		-o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1; then
		tail -n 5 "$log" >&2
		die "apt-get could not install $* (its whole output: $log)"
	fi
	rm -f "$log"
}

for purpose in "$@"; do
	[[ $table == *$'\n'"$purpose "* ]] || die "no such purpose: $purpose"
done
mapfile -t packages < <(missing "$@")
((${#packages[@]} == 0)) || install "${packages[@]}"
