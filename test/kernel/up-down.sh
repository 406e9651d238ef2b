# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   beijing .1 ---+
#                 br0   10.0.0.0/24          red .1 ---- blue .2   10.9.0.0/30
#   shanghai .2 --+
#
# A lab comes up whole, is seen by other tools, and goes without a trace.
. test/kernel/lib.sh
need root bridge veth

cat >"$T/cities.yaml" <<'END'
lab: cities
networks:
  br0: {subnet: [10.0.0.0/24, "fd00:1::/64"], hosts: [beijing, shanghai]}
links: [red 10.9.0.1/30 -- blue 10.9.0.2/30]
END
before=$(machine_state)
isle up "$T/cities.yaml"

# what other tools see
same "$(ip netns list | awk '{print $1}' | sort | xargs)" 'beijing.cities blue.cities red.cities shanghai.cities'
ip -n beijing.cities -br address show eth0 | grep -q 'UP .*10.0.0.1/24'
ip -n beijing.cities -br address show lo | grep -q 127.0.0.1
not grep -q tentative <(ip -n beijing.cities address show)
eventually ip netns exec beijing.cities ping -c1 -W1 10.0.0.2
eventually ip netns exec beijing.cities ping -c1 -W1 fd00:1::2
eventually ip netns exec red.cities ping -c1 -W1 10.9.0.2
not ip netns exec red.cities ping -c1 -W1 10.0.0.1
same "$(nsenter --uts=/run/isle/cities/uts/shanghai hostname)" shanghai

# nothing of it in the machine's own network, and /run/isle is not shared with anybody
same "$(ip -o link | link_names | ours)" lo
grep ' /run/isle ' /proc/self/mountinfo | awk '$7 != "-" {exit 1}'

# hosts start from a mount namespace that holds no pin
nsenter --mount=/run/isle/cities/base sh -c 'grep nsfs /proc/self/mountinfo' >"$T/pins" || :
same "$(cat "$T/pins")" ''
nsenter --mount=/run/isle/cities/base cat /run/isle/class/0/hosts >"$T/hosts"
grep -qw '10.0.0.2.*shanghai' "$T/hosts"
says 'hosts: files dns' nsenter --mount=/run/isle/cities/base cat /run/isle/class/0/nsswitch.conf

isle down cities
unchanged_since "$before"
says 'lab cities is not up' isle down cities
fails isle down cities
isle up "$T/cities.yaml"
says 'did you mean cities?' isle down citys
isle down cities
unchanged_since "$before"

# two labs with the same host names side by side; the first to go takes nothing of the other
sed 's/lab: cities/lab: towns/' "$T/cities.yaml" >"$T/towns.yaml"
isle up "$T/cities.yaml"
isle up "$T/towns.yaml"
isle down cities
same "$(ip netns list | wc -l)" 4
eventually ip netns exec beijing.towns ping -c1 -W1 10.0.0.2
isle down towns
unchanged_since "$before"

# umask and a closed-up environment change nothing
(umask 077 && isle up "$T/cities.yaml")
same "$(stat -c %a /run/isle /run/isle/cities /run/netns | xargs)" '755 755 755'
isle down cities
unchanged_since "$before"
