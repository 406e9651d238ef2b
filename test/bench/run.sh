#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# `make bench ROWS="up100 start" RUNS=3 JSON=file`; see doc/bench.md. Debian's python3, whatever else is in PATH.
exec /usr/bin/python3 "$(dirname "$0")/run.py" ${JSON:+--json "$JSON"} "$@"
