#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Install the shell completions that exist into DATADIR, each where its shell looks.
set -eu
datadir=$1

put()
{
	[ -e "$1" ] || return 0
	install -D -m644 "$1" "$datadir/$2"
}
put completion/isle.bash bash-completion/completions/isle
put completion/_isle zsh/site-functions/_isle
put completion/isle.fish fish/vendor_completions.d/isle.fish
