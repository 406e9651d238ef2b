#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The rules of the house that a machine can check: who may include whom, setns()
# only where namespaces are entered, SPDX and DOC on top, no file over 500 lines.
# The tables are here, the reading is in layers.awk: one process for all files.
set -u
cd "$(dirname "$0")/.." || exit 1

# layer: the folders below it that it may include. Public in a folder is only
# FOLDER/FOLDER.h; everything else in it is its own, but to those who have it with
# a slash. `isle` is include/isle.h.
allowed='
base:   isle
nl:     base
ns:     base nl
links:  base nl
schema: base
labfile: base schema links
lab:    base schema links labfile/
kinds:  base nl links lab
plan:   base links lab kinds
contain: base ns
ovsdb:  base
live:   base nl links ns contain ovsdb
see:    base nl links ns live
dump:   base nl links schema lab live see/
watch:  base nl ns live see/
tree:   base ns lab plan kinds
enter:  base ns lab tree/
where:  base ns contain live tree/ enter
build:  base nl links ns lab plan kinds tree/ enter/ where/
outside: base nl links ns lab plan kinds tree/ where/ build/
ovs:    base nl links ns lab plan kinds ovsdb tree/ build/ outside/
engine: base nl links ns lab plan kinds contain live tree/ enter/ where/ build/ outside/ ovs/
change: base nl ns lab plan kinds build engine
diff:   base nl links lab plan kinds change ovs
converge: base nl links ns lab plan kinds ovsdb tree/ enter/ build/ outside/ ovs engine/ change diff
rewire: base nl links ns lab plan kinds contain tree/ where outside/ engine/ change
ping:   base nl ns lab tree/ engine
gc:     base nl ns live tree/ where/ outside/ ovs engine converge
api:    base nl links ns schema lab plan kinds contain ovsdb live see dump watch tree/ enter where/ outside ovs engine converge ping gc isle
netns:  base isle
cli:    base netns isle
'
# Sub-headers that one other folder may include as well.
extra='see:live/snap.h dump:live/snap.h watch:live/snap.h plan:kinds/step.h change:kinds/step.h gc:live/snap.h diff:live/snap.h rewire:live/snap.h rewire:lab/edit.h'

# Files that carry no SPDX line: data of tests have no room for comments. Which folders may call setns().
silent='^LICENSE|\.(md|err|json)$|^test/fuzz/corpus/|^test/[^/]*/golden/|^test/bogus/.*\.yaml$|^\.gitignore$'
enter='^(ns|tree|enter|where|build|outside|ovs|engine|change|converge|rewire|ping)$'

git ls-files --cached --others --exclude-standard | while IFS= read -r f; do [ -f "$f" ] && printf '%s\n' "$f"; done |
	xargs -d '\n' awk -v allowed="$allowed" -v extra="$extra" -v silent="$silent" -v enter="$enter" -f tools/layers.awk || exit 1
echo 'layers: ok'
