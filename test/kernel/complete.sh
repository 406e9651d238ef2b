# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   /run/netns: web, db      lab one: web ---- h1      a container of machined: box
#
# Completion: what `isle complete` answers, with live names; then bash, zsh and
# fish themselves, typed at on a terminal, where they are installed.
# long: shells do most of it
. test/kernel/lib.sh
need root veth ip
before=$(machine_state)
candidates()
{
	isle complete -- "$@" | cut -f 1 | sort | paste -sd ' '
}

# nothing there: no name, no word of complaint
for w in docker: podman: lxc: machine: nobody: x; do
	same "$(timeout 10 "$ISLE" complete -- exec "$w" 2>&1)" ''
done
same "$(isle complete -- netns delete '' 2>&1)" ''
same "$(isle complete -- ns enter '' 2>&1)" ''

ip netns add web
ip netns add db
ip netns add -dash
sleep 1000 &
pid=$!
mkdir -p /run/systemd/machines
printf 'NAME=box\nLEADER=%s\n' $pid >/run/systemd/machines/box
printf 'lab: one\nlinks: [web -- h1]\n' >"$T/one.yaml"
isle up "$T/one.yaml" >/dev/null

# commands, groups, verbs; every verb of ip's usage is one
candidates n | grep -qx 'netns ns'
candidates ns '' | grep -qw 'enter'
for verb in $( (isle netns help 2>&1 || :) | sed -n 's/.*ip.* netns \([a-z-]*\).*/\1/p'); do
	[ "$(candidates netns "$verb" | wc -w)" -ge 1 ] || die "netns $verb is not completed"
done
for o in -all -netns -json -pretty -names -batch -force -Version; do
	same "$(candidates netns "$o")" "$o"
	same "$(candidates netns "-$o")" "-$o"
	same "$(candidates "$o" netns li)" "$([ "$o" = -netns ] || [ "$o" = -batch ] || echo list list-id)"
done
# names, where ip wants one; prefixes of verbs are verbs
for verb in delete del exec set pids '-json pids'; do
	# shellcheck disable=SC2086 # words
	same "$(candidates netns $verb w)" "web web.one"
done
same "$(candidates -n w)" 'web web.one'
same "$(candidates -n d)" db
same "$(candidates netns -n d)" db
same "$(candidates -n db netns delete we)" 'web web.one'
same "$(candidates netns exec web '')" :programs
same "$(candidates netns -all exec '')" :programs
same "$(candidates -all netns exec '')" :programs
same "$(candidates netns -all delete '')" ''
same "$(candidates netns -batch '')" :files
same "$(candidates netns set web '')" auto
same "$(candidates netns list-id target-nsid '')" ''

# what is live, and how it is changed: places and their interfaces, kinds, keys and their values
ip link add br7 type bridge
ip link add v7 type veth peer name v8
ip link set v7 master br7
same "$(candidates connect we)" web.one
same "$(candidates connect web.one:)" 'web.one:eth0 web.one:lo'
same "$(candidates connect h1 br)" br7
same "$(candidates connect h1 db v)" 'veth vlan vxlan'
same "$(candidates connect h1 db vxlan id=3 lea)" 'learning='
same "$(candidates connect h1 db vxlan learning=)" 'learning= learning=false learning=true'
same "$(candidates link add h1 vlan link=e)" 'link=eth0'
same "$(candidates link up h1:e)" h1:eth0
same "$(candidates host add x forw)" 'forward='
same "$(candidates host add x forward=t)" 'forward=true'
same "$(candidates set h1:eth0 state=)" 'state=down state=up'
same "$(candidates set h1 sysctl.)" 'sysctl.net.'
same "$(candidates route add h1 de)" default
same "$(candidates route add h1 default b)" blackhole
same "$(candidates wait h1 t)" tcp/
same "$(candidates bridge delif br7 v)" v7
same "$(candidates bridge addif br7 v)" 'v7 v8'
same "$(candidates bridge stp br7 '')" 'off on'
same "$(candidates addr add h1:eth0 '')" ''
ip link del v7
ip link del br7
same "$(candidates netns add w)" ''
same "$(candidates netns list w)" ''
same "$(candidates netns pids web --)" '--fds --threads'
same "$(candidates netns identify --)" --all-names
same "$(candidates netns delete -)" -dash
# processes, with what they run
isle complete -- netns identify "$pid" | grep -qx "$pid	sleep"
# others' numbers may begin so
offers()
{
	isle complete -- "${@:2}" | cut -f 1 | grep -x -- "$1" >/dev/null || die "'${*:2}' does not offer $1"
}
offers "$pid" netns attach new "$pid"
offers "$pid" ns enter --target "$pid"
offers "$pid" ns list -p "$pid"

# whatever has namespaces: a host whose name two have is named with its lab
for command in exec shell holders 'ns enter' 'ns list'; do
	# shellcheck disable=SC2086 # words
	set -- $command
	same "$(candidates "$@" d)" db
	same "$(candidates "$@" h)" h1
	same "$(candidates "$@" w)" web.one
	same "$(candidates "$@" h1.)" h1.one
	offers "pid:$pid" "$@" "pid:$pid"
	same "$(candidates "$@" machine:)" machine:box
	same "$(candidates "$@" /run/n)" :files
done
# bundles
isle ns add pair --net --uts
for command in 'ns enter' 'ns delete' exec holders; do
	# shellcheck disable=SC2086 # words
	same "$(candidates $command pai)" pair
done
same "$(candidates ns delete w)" ''
isle ns delete pair
same "$(candidates ns delete '')" ''
# the words of options
same "$(candidates holders --type n)" net
same "$(candidates holders --type=n)" net
same "$(candidates ns run --propagation=s)" 'shared slave'
same "$(candidates ns run --mount-proc=)" :files
same "$(candidates ns list --tree=)" 'owner parent'
# told by an option where to go, the first word is the command
same "$(candidates ns enter --target 1 '')" :programs
same "$(candidates ns enter --net=/run/netns/web '')" :programs
same "$(candidates exec web -)" :programs

# The shells. `isle` notes what it was called with, once completion is done.
mkdir "$T/bin"
cat >"$T/bin/isle" <<-END
	#!/bin/sh
	case \$1 in complete) exec "$ISLE" "\$@" ;; esac
	echo "\$*" >>$T/called
END
chmod +x "$T/bin/isle"
export HOME="$T" TERM=xterm ZDOTDIR="$T" XDG_CONFIG_HOME="$T/fish" XDG_DATA_HOME="$T/fish"
cat >"$T/.zshrc" <<-END
	autoload -U compinit
	compinit -u -D
	source $TOP/completion/_isle
	PROMPT='@>'
END
printf 'source %s/completion/isle.bash\nPS1="@>"\n' "$TOP" >"$T/bashrc"
printf 'source %s/completion/isle.fish\nfunction fish_prompt; echo -n "@>"; end; function fish_greeting; end\n' "$TOP" >"$T/fishrc"
type_at()
{
	rm -f "$T/called"
	: >"$T/called"
	cat >"$T/typed" <<-'END'
		isle netn\t del we\t
		isle netns exec d\t tru\t
		isle -n d\t netns
		isle exec machine:b\t true
		isle holders --type=ne\t h\t
		isle ns enter --net=/run/netns/d\t true
	END
	PATH=$T/bin:$PATH timeout 100 python3 test/kernel/keys.py "$T/called" "$@" <"$T/typed"
	grep -q "^netns del web" "$T/called"
	grep -qE '^netns exec db true *$' "$T/called"
	grep -qE '^-n db netns *$' "$T/called"
	grep -qE '^exec machine:box true$' "$T/called"
	grep -qE '^holders --type=net h1 *$' "$T/called"
	grep -qE '^ns enter --net=/run/netns/db true$' "$T/called"
}
tried=
for shell in bash zsh fish; do
	command -v $shell >/dev/null || continue
	tried="$tried $shell"
	case $shell in
	bash) type_at bash --noprofile --rcfile "$T/bashrc" -i ;;
	zsh) type_at zsh -d -i ;;
	fish) type_at fish -i -C "source $T/fishrc" ;;
	esac || { cat "$T/called"; die "$shell"; }
done
echo "typed at:$tried"

isle down one >/dev/null
kill $pid
wait $pid || :
rm -rf /run/systemd /tmp/fish.*
for name in web db -dash; do
	isle netns delete "$name"
done
umount /run/netns
rmdir /run/netns
unchanged_since "$before"
