#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Does every source compile against musl's headers? (Debian's musl-tools has no
# libfyaml and jansson to link with, but their headers serve.) Skips with 77.
set -u
cd "$(dirname "$0")/.." || exit 1
command -v musl-gcc >/dev/null || { echo 'musl-gcc is not installed (musl-tools)'; exit 77; }
# the kernel's headers and the two libraries', without glibc's beside them
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
ln -s /usr/include/linux /usr/include/asm-generic /usr/include/libfyaml.h /usr/include/jansson*.h "$dir"
ln -s "/usr/include/$(cc -dumpmachine)/asm" "$dir/asm"
failed=0
for f in src/*/*.c; do
	musl-gcc -std=gnu17 -Wall -Wextra -Wshadow -Werror -D_GNU_SOURCE -DISLE_VERSION='""' -Iinclude -Isrc -isystem "$dir" \
		-fsyntax-only "$f" || failed=1
done
exit $failed
