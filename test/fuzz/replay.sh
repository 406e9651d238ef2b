#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Feed a fuzz target, built without the fuzzer, every input kept for it and every lab file there is.
set -eu
shopt -s nullglob
name=$(basename "$1" -replay)
exec "$1" "test/fuzz/corpus/$name"/* doc/labs/*.yaml test/bogus/*.yaml
