#!/usr/bin/env bash
# Runs a command on one of two machines that share a network, and returns the command's exit code. Needs root.
# usage: build/linux/lan.sh COMMAND [ARGUMENT...]
#
# The machines are network namespaces, which see nothing but each other and themselves. The command is at 10.213.0.2,
# and at each address of 10.213.128.0/17 that it cares to use; LAN_OTHER names the namespace of the other, at
# 10.213.0.1:
#   ip netns exec "$LAN_OTHER" spacetime ...
set -euo pipefail

((EUID == 0)) || exec sudo -E "PATH=$PATH" "$0" "$@"
command -v ip >/dev/null || {
	echo "lan: there is no ip: install iproute2" >&2
	exit 69
}

here=spacetime-here-$$ other=spacetime-other-$$
trap 'ip netns del "$here" 2>/dev/null || true; ip netns del "$other" 2>/dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

ip netns add "$here"
ip netns add "$other"
ip link add lan0 netns "$here" type veth peer name lan0 netns "$other"
ip -n "$other" address add 10.213.0.1/16 dev lan0
ip -n "$here" address add 10.213.0.2/16 dev lan0
for machine in "$here" "$other"; do
	ip -n "$machine" link set lo up
	ip -n "$machine" link set lan0 up
done
ip -n "$here" route add local 10.213.128.0/17 dev lo
LAN_OTHER=$other ip netns exec "$here" "$@"
