#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The real ip in a sandbox: knows options before the word netns only, cases write them after it, too.
options=()

# Is $1 an option of ip, or the beginning of one? `value`: it takes one.
is_option()
{
	local word=${1/#--/-}
	value=
	case $1 in
	-- | -4 | -6 | -0 | -M | -B | -echo | -color=* | -c=*) return 0 ;;
	esac
	for option in -loops= -family= -human-readable -iec -stats -statistics -details -resolve -oneline -timestamp -tshort -Version -force \
		-batch= -brief -json -pretty -rcvbuf= -color -help -netns= -Numeric -all; do
		case ${option%=} in "$word"*)
			case $option in *=) value=1 ;; esac
			return 0
			;;
		esac
	done
	return 1
}

# Takes options off $words, and their values.
take_options()
{
	while [[ ${words[0]-} = -* ]] && is_option "${words[0]}"; do
		options+=("${words[0]}")
		words=("${words[@]:1}")
		[ "${options[-1]}" != -- ] || return
		[ ! "$value" ] || [ ${#words[@]} = 0 ] || { options+=("${words[0]}"); words=("${words[@]:1}"); }
	done
}

words=("$@")
take_options
if [[ ${words[0]-} = netns && ${words[1]-} = -?* ]]; then
	words=("${words[@]:1}")
	take_options
	words=(netns "${words[@]}")
fi
exec @IP@ "${options[@]}" "${words[@]}"
