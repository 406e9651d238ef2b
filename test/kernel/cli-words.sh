# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The words of the program: help and manual are what the table says, unknown
# words are refused with a hint and the right status, files are told from names.
# long: hundreds of runs that print a line
. test/kernel/lib.sh
cd "$T"
commands=$(isle help | sed -n "s/^  \([a-z][a-z]*\)  .*/\1/p" | grep -vx netns)	# answers as ip does
[ "$(wc -w <<<"$commands")" -ge 15 ]

for c in $commands; do
	isle "$c" --help >"$T/help"
	head -n 1 "$T/help" | grep -q "^Usage: isle $c\b"
	# the same options in help, completion and (checked below) the manual
	while read -r option; do
		isle complete -- "$c" -- | cut -f 1 | grep -qx -- "$option" || die "completion of $c lacks $option"
	done < <(sed -n 's/^ *\(-[a-z], \)\{0,1\}\(--[a-z-]*\).*/\2/p' "$T/help")
	same "$(isle help "$c")" "$(cat "$T/help")"
done
# commands of two words are one line of the list, with a help of their own, also where they are completed
isle --help >"$T/help"
for group in $(isle man commands | sed -n 's/^\.SS "isle \([a-z]*\) [a-z-]*[ "].*/\1/p' | sort -u); do
	isle help "$group" >/dev/null 2>&1 || continue
	case $group in netns) continue ;; esac
	[ "$(grep -c "^  $group  *[a-zA-Z]" "$T/help")" = 1 ] || die "isle --help has not one line for '$group'"
done
not grep -q ' : ' "$T/help"
same "$(isle complete -- '' | grep -c "	.")" "$(isle complete -- '' | wc -l)"
(cd "$TOP" && tools/check-help.sh)

# status 2, or 125 where the status is somebody else's command's
says "did you mean 'schema'?" isle schem
fails=2 fails isle schem
fails=2 fails isle
fails=2 fails isle ls --frob
says "did you mean '--json'?" isle ls --jsn
fails=2 fails isle ls more
fails=2 fails isle check --strict=yes x.yaml
fails=2 fails isle down --grace
fails=2 fails isle down --grace 2 x
says "'2' is no time" isle down --grace 2 x
fails=2 fails isle plan --full --commands x.yaml
fails=125 fails isle run --frob
fails=125 fails isle run
fails=125 fails isle run true
says 'isle run h1 -- ping' isle run h1 ping
fails=2 fails isle ls --color=sometimes
fails=125 fails isle exec --color=sometimes
says '--color=never' isle ls --color=sometimes
says 'isle explain' isle explain frobnicate
fails=125 fails isle exec
fails=125 fails isle exec nobody
fails=125 fails isle shell
# the program's options are not isle's
says 'no host nobody' isle exec nobody ls --color=never

# a version, and nothing else
isle --version | grep -qxE 'isle [0-9]+\.[0-9]+\.[0-9]+'
same "$(isle -V)" "$(isle --version)"

# a file is what looks like one, whatever lies in the directory
echo 'links: [a -- b]' >lab.yaml
cp lab.yaml plain
fails=2 fails isle check plain
says './plain' isle check plain
isle check ./plain
isle check
isle check - < <(echo 'lab: x')
fails=2 fails isle check nothere.yaml
fails=2 fails isle down nothere.yaml
rm lab.yaml
fails=2 fails isle up
says 'isle init' isle up
says 'isle ls' isle down

# init never writes over a file, and its labs are the examples
isle init
fails=1 fails isle init
isle check --strict
for name in $(isle complete -- init ''); do
	rm lab.yaml
	isle init "$name"
	isle check
	not grep -q SPDX lab.yaml
done
rm lab.yaml
fails=2 fails isle init 0000
ln -s nowhere lab.yaml
fails=1 fails isle init
[ ! -e nowhere ]

# a full disk is a failure
fails=1 fails sh -c "'$ISLE' schema >/dev/full"
