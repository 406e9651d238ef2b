#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A first lab, from file to network and back to nothing, told to a newcomer.
# Rootless for an ordinary user. Leaves nothing behind, whatever happens.
set -eu
cd "$(dirname "$0")/.."
isle=${ISLE:-./isle}
file=doc/labs/002-cities.yaml
lab=cities

bold='' dim='' off=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m') dim=$(printf '\033[2m') off=$(printf '\033[m')
fi
say()
{
	printf '\n%s%s%s\n' "$dim" "$*" "$off"
}
# Show the command as one would type it, then do it.
try()
{
	printf '%s$ isle %s%s\n' "$bold" "$*" "$off"
	"$isle" "$@"
}

if "$isle" ls 2>/dev/null | grep -qw "$lab"; then
	echo "a lab called $lab is up already: isle down $lab, then try again" >&2
	exit 1
fi
up=''
trap '[ -z "$up" ] || "$isle" down $lab >/dev/null 2>&1 || :' EXIT
trap 'exit 130' INT TERM

say 'A lab file. Two hosts on one switch:'
grep -v '^#' $file
say 'Bring it up:'
up=yes
try up $file
say 'What it looks like:'
try show $lab
say 'Can one reach the other? By name, with the ping you know, from inside beijing:'
if command -v ping >/dev/null; then
	try exec beijing -- ping -c 1 shanghai
fi
say 'And everybody everybody:'
try ping
say 'Take it down. Nothing is left:'
try down $lab
up=''
try ls
say 'More labs: doc/labs. Next: isle init, isle explain networks, man isle.'
