#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The rules of the house that a machine can check: who may include whom, setns()
# only where namespaces are entered, SPDX and DOC on top, no file over 500 lines.
# The tables are here, the reading is in layers.awk: one process for all files.
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
gc:     base nl ns live engine change
api:    base nl links ns schema lab plan kinds contain ovsdb live see engine change ping gc isle
netns:  base isle
cli:    base netns isle
'
# Sub-headers that one other folder may include as well.
extra='schema:lab/doc.h see:live/snap.h plan:kinds/step.h ping:engine/visit.h api:engine/where.h api:engine/state.h
gc:live/snap.h gc:engine/bundle.h gc:engine/names.h gc:engine/nic.h gc:engine/ovs.h gc:engine/rundir.h gc:engine/state.h gc:engine/uplink.h gc:engine/wire.h
change:kinds/step.h change:live/snap.h change:engine/build.h change:engine/etc.h change:engine/file.h change:engine/inside.h
change:engine/names.h change:engine/ovs.h
change:lab/edit.h change:engine/where.h change:engine/wire.h change:engine/uplink.h
change:engine/attach.h
change:engine/record.h change:engine/rundir.h change:engine/signals.h change:engine/state.h change:engine/visit.h'

# Files that carry no SPDX line: data of tests have no room for comments. Which folders may call setns().
silent='^LICENSE|\.(md|err|json)$|^test/fuzz/corpus/|^test/[^/]*/golden/|^test/bogus/.*\.yaml$|^\.gitignore$'
enter='^(ns|engine|change|ping)$'

git ls-files --cached --others --exclude-standard | while IFS= read -r f; do [ -f "$f" ] && printf '%s\n' "$f"; done |
	xargs -d '\n' awk -v allowed="$allowed" -v extra="$extra" -v silent="$silent" -v enter="$enter" -f tools/layers.awk || exit 1
echo 'layers: ok'
