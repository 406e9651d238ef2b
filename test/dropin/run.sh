#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The differential test of the drop-in: each case of cases/*.case once with the
# real ip and once with isle, each in a sandbox of its own; what differs is
# shown. README.md explains the cases. test/dropin/run.sh [WORD]: only cases
# whose file or title has that text. SHOW=1: what ip did, too. SELF=1: ip
# against itself, which must show nothing. Exit 0: as listed, 1: something
# differs, 77: no ip to compare with.
# shellcheck disable=SC2094 # the case is read twice
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
case $version in *iproute2-6.1.*) ;; *) echo "cases are written for ip 6.1, this is $version"; exit 77 ;; esac

if [ -z "${SELF:-}" ] && ! "$ISLE" netns help 2>&1 | grep -q 'netns list'; then
	echo 'this isle has no netns yet'
	exit 77
fi

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
# callers without privilege go there, too
chmod 755 "$tmp"
mkdir "$tmp/ip" "$tmp/isle"
install -m 755 "$ISLE" "$tmp/program" || exit 1
sed "s|@IP@|$real|" "$here/ip-wrapper.sh" >"$tmp/ip/ip"
if [ "${SELF:-}" ]; then
	cp "$tmp/ip/ip" "$tmp/isle/ip"
else
	printf '#!/bin/sh\nexec %s "$@"\n' "$tmp/program" >"$tmp/isle/ip"
fi
chmod 755 "$tmp"/*/ip

# One folder a case: `case` (its lines), `title`.
awk -v tmp="$tmp" -v want="${1:-}" '
	{ sub(/\r$/, "") }
	/^case / {
		if (out) close(out)
		file = FILENAME
		sub(/.*\//, "", file)
		title = file ":" FNR " " substr($0, 6)
		wanted = want == "" || index(title, want)
		if (!wanted) { out = ""; next }
		dir = tmp "/case." sprintf("%03d", ++n)
		system("mkdir " dir)
		print title >(dir "/title")
		close(dir "/title")
		out = dir "/case"
		next
	}
	out && !/^[ \t]*(#|$)/ { sub(/^[ \t]+/, ""); print >out }
' "$here"/cases/*.case

# Both sides of the case in folder $1, then the verdict.
run_case()
{
	local dir=$1 side rc
	# a title alone is no case
	[ -e "$dir/case" ] || { echo "DIFFERS $(<"$dir/title"): has no lines" >"$dir/verdict"; return; }
	local world=(unshare --net --mount --pid --fork --kill-child --mount-proc)
	if grep -q '^world userns$' "$dir/case"; then world+=(--user --map-root-user); fi
	if grep -q '^world root$' "$dir/case" && [ "$(id -u) $(awk '{print $1, $3}' /proc/self/uid_map)" != '0 0 4294967295' ]; then
		: >"$dir/skipped"
		return
	fi
	for side in ip isle; do
		mkdir "$dir/$side"
		rc=0
		timeout -k 5 "${CASE_TIMEOUT:-60}" "${world[@]}" bash "$here/sandbox.sh" "$dir" "$side" "$tmp/$side" "$real" \
			</dev/null >"$dir/$side/log" 2>&1 || rc=$?
		if [ $rc != 0 ]; then
			echo "BROKEN  $(<"$dir/title"): the sandbox for $side ended with $rc"
			tail -n 5 "$dir/$side/log" | sed 's/^/        /'
		fi
	done >"$dir/verdict"
	[ -s "$dir/verdict" ] || compare "$dir" >"$dir/verdict"
}

# Step by step; `differs STATUS REASON` after a step: it is wanted.
compare()
{
	local dir=$1 n=0 line step='' wanted reason
	while IFS= read -r line; do
		case $line in
		'$ '*)
			n=$((n + 1))
			step=${line#'$ '}
			# the line after it says so
			wanted=$(awk -v n=$n '/^\$ / { ++i; next } i == n && /^differs / { print substr($0, 9); exit }' "$dir/case")
			;;
		*) continue ;;
		esac
		if cmp -s "$dir/ip/$n" "$dir/isle/$n"; then
			if [ "$wanted" ]; then
				echo "DIFFERS $(<"$dir/title"): no longer, but the case says so"
				echo "        \$ $step"
			else
				echo same
			fi
		elif [ "$wanted" ]; then
			reason=${wanted#* }
			if ! grep -qF -- "$reason" $reasons 2>/dev/null; then
				echo "DIFFERS $(<"$dir/title"): $reasons does not explain: $reason"
			elif ! grep -qx "status ${wanted%% *}" "$dir/isle/$n"; then
				echo "DIFFERS $(<"$dir/title"): as listed, but not with status ${wanted%% *}"
			else
				echo "listed  $(<"$dir/title"): $reason"
				continue
			fi
		else
			echo "DIFFERS $(<"$dir/title")"
			echo "        \$ $step"
			diff -U 1 --label ip --label isle "$dir/ip/$n" "$dir/isle/$n" | sed '1,2d; /^@@/d; s/^/        /'
		fi
	done <"$dir/case"
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
[ "$same" -gt 0 ] || differ=$((differ + 1))
echo "$same same, $differ differ, $(count listed) differ as listed"
[ "$differ" = 0 ]
