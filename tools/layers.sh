#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The rules of the house that a machine can check: who may include whom, setns()
# only where namespaces are entered, SPDX and DOC on top, no file over 500 lines.
set -u
cd "$(dirname "$0")/.." || exit 1

# layer: the folders below it that it may include. Public in a folder is only
# FOLDER/FOLDER.h; everything else in it is its own. `isle` is include/isle.h.
allowed='
base:   isle
nl:     base
ns:     base nl
links:  base nl
schema: base
lab:    base schema links
kinds:  base nl links lab
plan:   base links lab kinds
contain: base ns
ovsdb:  base
live:   base nl links ns contain ovsdb
see:    base nl links ns schema lab live
engine: base nl links ns lab plan kinds contain ovsdb live
change: base nl links ns lab plan kinds contain ovsdb live engine
ping:   base nl ns lab engine
api:    base nl links ns schema lab plan kinds contain ovsdb live see engine change ping isle
netns:  base isle
cli:    base netns isle
'
# Sub-headers that one other folder may include as well.
extra='schema:lab/doc.h see:live/snap.h plan:kinds/step.h ping:engine/visit.h api:engine/where.h
change:kinds/step.h change:live/snap.h change:engine/build.h change:engine/etc.h change:engine/file.h change:engine/inside.h
change:engine/names.h
change:lab/edit.h change:engine/where.h change:engine/wire.h change:engine/uplink.h
change:engine/record.h change:engine/rundir.h change:engine/state.h change:engine/visit.h'
extra=${extra//$'\n'/ }
bad=0

complain()
{
	echo "$*" >&2
	bad=1
}

may_include()
{
	local layer=$1 header=$2 from=${2%%/*}
	case $header in
	isle.h | isle-*.h) from=isle ;;
	"$layer"/*) return 0 ;;
	"$from/$from.h") ;;
	*/*) case " $extra " in *" $layer:$header "*) return 0 ;; esac; return 1 ;;
	# without a folder: beside the file that includes it
	*) return 0 ;;
	esac
	grep -Eq "^$layer:(.* )?$from( |\$)" <<<"$allowed"
}

for f in src/*/*.[ch]; do
	layer=${f#src/}
	layer=${layer%%/*}
	grep -q "^$layer:" <<<"$allowed" || complain "$f: the folder $layer is not in the table of tools/layers.sh"
	while IFS=: read -r line header; do
		may_include "$layer" "$header" || complain "$f:$line: $layer may not include $header (tools/layers.sh)"
	done < <(grep -nE '^[ \t]*#[ \t]*include[ \t]*("|<isle\.h>)' "$f" | sed -E 's/^([0-9]+):[^"<]*["<]([^">]*).*/\1:\2/')
	case $layer in
	ns | engine | change | ping) ;;
	*) if grep -nE '\bsetns\(' "$f" >&2; then complain "$f: only ns, engine, change and ping enter namespaces"; fi ;;
	esac
done

# Everything that is source, whoever it was written for; data files of tests have no room for comments.
while read -r f; do
	case $f in
	LICENSE* | *.md | *.err | *.json | test/fuzz/corpus/* | test/*/golden/* | test/bogus/*.yaml | .gitignore) ;;
	*) head -n 3 "$f" | grep -q 'SPDX-License-Identifier: LGPL-2.1-or-later' || complain "$f: no SPDX line on top" ;;
	esac
	case $f in
	src/*.[ch] | include/*.h | test/*.[ch])
		[ "$(wc -l <"$f")" -le 500 ] || complain "$f: over 500 lines; split it at the seam"
		;;
	esac
	# the theory of a private header is on top of its .c
	case $f in
	src/*.h) [ ! -e "${f%.h}.c" ] || continue ;;
	src/*.c | include/*.h | test/unit/*.[ch]) ;;
	*) continue ;;
	esac
	sed -n '2,3p' "$f" | grep -Eq '^(/| )\* DOC: ' || complain "$f: no DOC: block after the SPDX line"
done < <(git ls-files --cached --others --exclude-standard | while read -r f; do [ -f "$f" ] && echo "$f"; done)

[ $bad = 0 ] && echo 'layers: ok'
exit $bad
