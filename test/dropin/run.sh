#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The differential test of the drop-in: each case of cases/*.case once with the
# real ip and once with isle, each in a sandbox of its own; what differs is
# shown. README.md explains the cases. test/dropin/run.sh [WORD]: only cases
# whose file or title has that text. SHOW=1: what ip did, too. SELF=1: ip
# against itself, which must show nothing. Exit 0: as listed, 1: something
# differs, 77: no ip to compare with.
# shellcheck disable=SC2128,SC2178 # title, a, b: texts, read as the first element of an array
set -u
cd "$(dirname "$0")/../.." || exit 1
top=$PWD
here=$top/test/dropin
ISLE=${ISLE:-$top/isle}
case $ISLE in /*) ;; *) ISLE=$top/$ISLE ;; esac
reasons=doc/design/ip-netns-differences.md
jobs=${JOBS:-$(nproc)}
PATH=$PATH:/usr/sbin:/sbin
real=$(command -v ip) || { echo 'no ip to compare with'; exit 77; }
version=$("$real" -V)
case $version in *iproute2-6.1.0*) ;; *) echo "isle netns is as ip of iproute2 6.1.0, this is: $version"; exit 77 ;; esac

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
# callers without privilege go there, too
chmod 755 "$tmp"
mkdir "$tmp/ip" "$tmp/isle"
install -m 755 "$ISLE" "$tmp/program" || exit 1
sed "s|@IP@|$real|" "$here/ip-wrapper.sh" >"$tmp/ip/reorder"

# What `ip` is in the sandboxes of side $1: with $2, a pattern, among its words $3, else $4. A script, and for the steps themselves
# a function, which saves each of them the start of a shell.
ip_is()
{
	printf '#!/bin/sh\ncase " $* " in\n%s) exec %s "$@" ;;\n*) exec %s "$@" ;;\nesac\n' "${@:2}" >"$tmp/$1/ip"
	printf 'ip()\n{\ncase " $* " in\n%s) %s "$@" ;;\n*) %s "$@" ;;\nesac\n}\n' "${@:2}" >"$tmp/$1/function"
}
ip_is ip "*' netns -'*" "$tmp/ip/reorder" "$real"
# a batch is one of netns, says the word or not
if [ "${SELF:-}" ]; then cp "$tmp"/ip/* "$tmp/isle/"; else ip_is isle "*' netns '*" "$tmp/program" "$tmp/program netns"; fi
chmod 755 "$tmp"/*/*

# One folder a case: `case` (its lines), `title`. All are made at once.
awk -v tmp="$tmp" -v want="${1:-}" '
	{ sub(/\r$/, "") }
	/^case / {
		file = FILENAME
		sub(/.*\//, "", file)
		title = file ":" FNR " " substr($0, 6)
		wanted = want == "" || index(title, want)
		if (wanted) titles[++n] = title
		next
	}
	wanted && !/^[ \t]*(#|$)/ { sub(/^[ \t]+/, ""); lines[n] = lines[n] $0 "\n" }
	END {
		for (i = 1; i <= n; i++)
			dirs = dirs " " sprintf("%s/case.%03d/ip %s/case.%03d/isle", tmp, i, tmp, i)
		if (n) system("mkdir -p" dirs)
		for (i = 1; i <= n; i++) {
			dir = sprintf("%s/case.%03d/", tmp, i)
			print titles[i] >(dir "title")
			close(dir "title")
			if (!lines[i]) continue
			printf "%s", lines[i] >(dir "case")
			close(dir "case")
		}
	}
' "$here"/cases/*.case

root=
[ "$(id -u) $(awk '{print $1, $3}' /proc/self/uid_map)" != '0 0 4294967295' ] || root=1

# Both sides of the case in folder $1, then the verdict.
run_case()
{
	local dir=$1 title lines side rc raw
	local world=(unshare --net --mount --pid --fork --kill-child --mount-proc)
	mapfile -t title <"$dir/title"
	# a title alone is no case
	[ -e "$dir/case" ] || { echo "DIFFERS $title: has no lines" >"$dir/verdict"; return; }
	mapfile -t lines <"$dir/case"
	case ${lines[0]} in
	'world userns') world+=(--user --map-root-user) ;;
	'world root') [ "$root" ] || { : >"$dir/skipped"; return; } ;;
	esac
	for side in ip isle; do
		rc=0
		timeout -k 5 "${CASE_TIMEOUT:-120}" "${world[@]}" bash "$here/sandbox.sh" "$dir" "$side" "$tmp/$side" "$real" \
			</dev/null >"$dir/$side/log" 2>&1 || rc=$?
		if [ $rc != 0 ]; then
			echo "BROKEN  $title: the sandbox for $side ended with $rc"
			tail -n 5 "$dir/$side/log" | sed 's/^/        /'
		fi
	done >"$dir/verdict"
	[ -s "$dir/verdict" ] || { normal && compare >"$dir/verdict"; }
}

# The steps' files of both sides, from what sandbox.sh has kept.
normal()
{
	mapfile -d '' raw <"$dir/ip/raw"
	mapfile -d '' -O ${#raw[@]} raw <"$dir/isle/raw"
	awk -f "$here/normal.awk" "${raw[@]}"
}

# Step by step; `differs STATUS REASON` after a step: it is wanted. Uses run_case's variables.
compare()
{
	local i n=0 step a b reason
	for ((i = 0; i < ${#lines[@]}; i++)); do
		case ${lines[i]} in '$ '*) ;; *) continue ;; esac
		n=$((n + 1))
		step=${lines[i]}
		mapfile -d '' a <"$dir/ip/$n"
		mapfile -d '' b <"$dir/isle/$n"
		case ${lines[i + 1]-} in 'differs '*)
			reason=${lines[i + 1]#differs }
			wanted
			continue
			;;
		esac
		if [ "$a" = "$b" ]; then
			echo same
		else
			echo "DIFFERS $title"
			echo "        $step"
			diff -U 1 --label ip --label isle "$dir/ip/$n" "$dir/isle/$n" | sed '1,2d; /^@@/d; s/^/        /'
		fi
	done
}

# The verdict on a step that the case says is wanted to differ.
wanted()
{
	local status=${reason%% *}
	reason=${reason#* }
	if [ "$a" = "$b" ]; then
		echo "DIFFERS $title: no longer, but the case says so"
	elif ! grep -qF -- "$reason" $reasons 2>/dev/null; then
		echo "DIFFERS $title: $reasons does not explain: $reason"
	elif ! grep -qx "status $status" "$dir/isle/$n"; then
		echo "DIFFERS $title: as listed, but not with status $status"
	else
		echo "listed  $title: $reason"
		return
	fi
	echo "        $step"
}

worker()
{
	local i
	for ((i = $1; i < ${#cases[@]}; i += jobs)); do
		run_case "${cases[i]}"
	done
}

shopt -s nullglob
cases=("$tmp"/case.*)
for ((w = 0; w < jobs; w++)); do
	worker "$w" &
done
wait

[ -z "${SHOW:-}" ] || for d in "${cases[@]}"; do
	echo "=== $(<"$d/title")"
	for ((i = 1; ; i++)); do
		[ -e "$d/ip/$i" ] || break
		sed '/^--- \(files\|mounts\)/Q' "$d/ip/$i"
	done
	[ ! -s "$d/ip/log" ] || tail -n 5 "$d/ip/log" | sed 's/^/log: /'
done
cat "$tmp"/case.*/verdict 2>/dev/null | grep -vx same
count()
{
	cat "$tmp"/case.*/verdict 2>/dev/null | grep -c "^$1"
}
same=$(count 'same$')
differ=$(($(count DIFFERS) + $(count BROKEN)))
skipped=("$tmp"/case.*/skipped)
[ ${#skipped[@]} = 0 ] || echo "${#skipped[@]} cases not tried: they need root on the machine"
listed=$(count listed)
echo "$same same, $differ differ, $listed differ as listed"
# nothing compared is nothing shown
[ "$differ" = 0 ] && [ $((same + listed)) != 0 ]
