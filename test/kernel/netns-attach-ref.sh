#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# `isle netns attach NAME REF`, where ip has no use for the word: pid:N and paths
# (containers: test/peers). Words that ip knows stay numbers.
. test/kernel/lib.sh

unshare --net sleep 1000 &
pid=$!
is_elsewhere()
{
	[ "$(readlink /proc/self/ns/net)" != "$(readlink "/proc/$pid/ns/net")" ]
}
eventually is_elsewhere
id=$(stat -L -c %i "/proc/$pid/ns/net")

isle netns attach by-pid "pid:$pid"
isle netns attach by-path "/proc/$pid/ns/net"
isle netns attach by-name /run/netns/by-pid
for name in by-pid by-path by-name; do
	same "$(stat -c %i /run/netns/$name)" "$id"
done

kill "$pid"
wait "$pid" || :
before=$(ls /run/netns)
fails=1 fails isle netns attach gone "pid:$pid"
fails=1 fails isle netns attach gone /nonexistent
fails=1 fails isle netns attach gone "/proc/$$/ns/uts"
fails=1 fails isle netns attach by-pid "pid:$$"
says 'Cannot create namespace file "/run/netns/by-pid": File exists' isle netns attach by-pid "pid:$$"
says 'Invalid PID: docker' isle netns attach gone docker
says 'systemctl status docker' isle netns attach gone docker:web
same "$(ls /run/netns)" "$before"
