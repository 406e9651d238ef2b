# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A standard stream that is closed is not handed out as something else and stays
# closed for a command; where all are open, isle needs no /dev/null.
. test/kernel/lib.sh

cp "$ISLE" "$T/isle"
export T
# shellcheck disable=SC2016 # for the other shell
without_dev()
{
	unshare -m sh -c 'mount -t tmpfs dev /dev; '"$1"
}
without_dev '"$T/isle" netns list && "$T/isle" ls'
not without_dev 'exec "$T/isle" ls >&-'
ip netns add red
# shellcheck disable=SC2016 # for the other shell
isle exec red -- sh -c '[ ! -e /proc/$$/fd/0 ] && [ -e /proc/$$/fd/1 ] && [ ! -e /proc/$$/fd/2 ]' 0<&- 2>&-
