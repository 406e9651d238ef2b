#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The real ip in a sandbox: knows options before the word netns only, cases write them after it, too.
if [[ ${1-} = netns && ${2-} = -* ]]; then
	shift
	options=()
	while [[ ${1-} = -* ]]; do
		options+=("$1")
		case $1 in
		--) shift; break ;;
		-n | -ne* | -b | -ba* | -f | -fa* | -rc* | -l*) [ $# = 1 ] || { options+=("$2"); shift; } ;;
		esac
		shift
	done
	set -- "${options[@]}" netns "$@"
fi
exec @IP@ "$@"
