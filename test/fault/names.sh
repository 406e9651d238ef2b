#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Single namespaces, `isle ns add` and `delete`, `isle netns add`, `attach` and
# `delete`, spoiled at every state-changing call. Afterwards a bundle is whole,
# or nothing of it is left. So with a name in /run/netns, but that a kill, or a
# file that may not be removed, can leave the empty file: as with ip's own.
. test/fault/lib.sh
own_world
clean_state=$(outside)
dir=/run/isle/.ns/fault
name=/run/netns/fault

take_down()
{
	isle ns delete fault >/dev/null 2>&1 || :
	while umount -l /run/netns 2>/dev/null; do :; done
	rm -rf /run/netns
}

# No failure of a tool that lib.sh would end the test for.
pinned()
{
	[ "$(stat -f -c %T "$1" 2>/dev/null)" = nsfs ]
}

# ---- Bundles: TYPES as the directory lists them

bundle_is_whole()
{
	local type
	[ "$(ls $dir 2>&1 | tr '\n' ' ')" = "$types" ] || return 1
	for type in $types; do pinned $dir/"$type" || return 1; done
	isle ns enter fault true
}

bundle_deleted()
{
	isle ns delete fault >"$T/out" 2>&1 || { wrong "cannot be deleted: $(cat "$T/out")"; return; }
	gone all
}

# Were it only half there, `ns list` and `ns enter` would find it all the same.
bundle_or_nothing()
{
	if isle ns enter fault true >"$T/out" 2>&1 || [ -n "$(ls -A $dir 2>/dev/null)" ]; then
		bundle_is_whole >"$T/out" 2>&1 || { wrong "there, but not whole: $(cat "$T/out")"; return; }
		[ "$doing" = add ] || [ "$1" != 0 ] || { wrong 'not deleted, but status 0'; return; }
		bundle_deleted
		return
	fi
	[ "$doing" != add ] || [ "$1" != 0 ] || { wrong 'not there, but status 0'; return; }
	# EBUSY: somebody uses it, which is no matter for words
	if [ "$doing" = delete ] && ! is_signal && [ -e "$(site)" ]; then
		[ -s "$T/spoiled" ] || [ "$how" = EBUSY ] || wrong 'something stays without a word'
		gone gc
	else
		gone "$(leavings)"
	fi
}

sweep_bundle()
{
	types=$1
	judge()
	{
		bundle_or_nothing "$1"
	}
	doing=add
	prepare()
	{
		:
	}
	sweep "$(program)" ns add fault "${@:2}"
	doing=delete
	prepare_with=("${@:2}")
	prepare()
	{
		isle ns add fault "${prepare_with[@]}"
	}
	[ -z "$delete" ] || every=$delete sweep "$(program)" ns delete fault
}

every=4 delete=2
sweep_bundle 'mnt net uts ' --net --uts --mount --hostname fault
every=10 delete=
sweep_bundle 'cgroup ipc mnt net time user uts ' -n -u -m -i -U -C -T
sweep_bundle 'net uts ' -n -u --target $$

# ---- Names. BEFORE: whether /run/netns is there, a mount, from the beginning

directory_as_before()
{
	isle netns add fault && isle netns delete fault
}

# Afterwards that is what every next name needs: mounted once, shared, whatever happened on the way.
directory_is_fine()
{
	isle netns add other >"$T/out" 2>&1 || { wrong "no other name can be made: $(cat "$T/out")"; return; }
	pinned /run/netns/other || wrong 'the other name leads nowhere'
	isle netns delete other >"$T/out" 2>&1 || wrong "the other name cannot be deleted: $(cat "$T/out")"
	if [ "$call $how" = 'mount EINVAL' ]; then
		# how the kernel says that the directory is no mount yet; if that is a lie, there are two afterwards
		take_down
		[ -z "$before" ] || directory_as_before
		return
	fi
	[ "$(awk '$5 == "/run/netns" && / shared:/' /proc/self/mountinfo | wc -l)" = 1 ] || wrong '/run/netns is not mounted once, and shared'
	[ "$(grep -c ' /run/netns[ /]' /proc/self/mountinfo)" = 1 ] || wrong 'something is mounted in /run/netns'
	[ -z "$(ls -A /run/netns)" ] || wrong 'a name is left'
	[ "$before" ] || take_down
	no_process || wrong 'a process is left'
}

name_deleted()
{
	isle netns delete fault >"$T/out" 2>&1 || { wrong "cannot be deleted: $(cat "$T/out")"; return; }
	[ ! -e $name ] || wrong 'deleted, but still there'
}

file_may_stay()
{
	is_signal || is_removal
}

name_or_nothing()
{
	if pinned $name; then
		isle netns exec fault true >"$T/out" 2>&1 || { wrong "there, but not whole: $(cat "$T/out")"; return; }
		[ "$doing" != delete ] || [ "$1" != 0 ] || wrong 'not deleted, but status 0'
		name_deleted
	elif [ -e $name ]; then
		[ "$1" != 0 ] || wrong 'an empty file, but status 0'
		file_may_stay || wrong 'an empty file is left'
		name_deleted
	elif [ "$doing" = add ] && [ "$1" = 0 ]; then
		wrong 'not there, but status 0'
	fi
	directory_is_fine
}

judge()
{
	name_or_nothing "$1"
}

prepare()
{
	:
}
doing=add before='' every=3
sweep "$(program)" netns add fault
before=yes
directory_as_before
every=2
sweep "$(program)" netns attach fault $$
prepare()
{
	isle netns add fault
}
doing=delete every=2
sweep "$(program)" netns delete fault
