# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   a 10.0.0.1 ---- b 10.0.0.2      b asks 192.0.2.53
#
# A host's /etc: its own hosts, resolv.conf, nsswitch.conf and hostname over the
# machine's, which here is a copy, so that it can be broken in every way.
. test/kernel/lib.sh
need root bridge veth overlay

cat >"$T/lab.yaml" <<'END'
lab: lab
networks:
  br0: {subnet: 10.0.0.0/24, hosts: [a, b]}
hosts:
  b: {dns: 192.0.2.53}
END
mkdir "$T/etc"
mount -t tmpfs t "$T/etc"
# what programs need of the machine's, no more: copying all takes longer than the test
cp -a /etc/{passwd,group,hosts,protocols,services,ld.so.cache} "$T/etc/" 2>/dev/null || :
cp -aL /etc/alternatives "$T/etc/" 2>/dev/null || :
mount --bind "$T/etc" /etc
etc_state()
{
	find /etc -printf '%p %m %s %i %l\n' | sort
	find /etc -type f -print0 | xargs -0 cksum
}

for resolv in dangling absolute none; do
	rm -f /etc/resolv.conf
	case $resolv in
	dangling) ln -s ../nowhere/stub-resolv.conf /etc/resolv.conf ;;
	absolute) mkdir -p /run/resolver
		echo 'nameserver 127.0.0.53' >/run/resolver/stub.conf
		ln -s /run/resolver/stub.conf /etc/resolv.conf ;;
	esac
	# resolved's way: it answers first, and says no to what it does not know
	echo 'hosts: resolve [!UNAVAIL=return] files dns' >/etc/nsswitch.conf
	before=$(etc_state)
	isle up "$T/lab.yaml"
	same "$(isle exec b -- stat -c %F /etc/resolv.conf)" 'regular file'
	same "$(isle exec b -- grep -v '^#' /etc/resolv.conf)" 'nameserver 192.0.2.53'
	not isle exec a -- grep -q '^nameserver' /etc/resolv.conf
	same "$(isle exec a -- getent hosts b | awk '{print $1}')" 10.0.0.2
	same "$(isle exec a -- cat /etc/hostname)" a
	# writing stays inside, in that host
	isle exec a -- sh -c 'echo x >/etc/new; echo y >>/etc/hosts; rm /etc/passwd'
	same "$(isle exec a -- cat /etc/new)" x
	not isle exec b -- test -e /etc/new
	isle exec b -- test -e /etc/passwd
	same "$before" "$(etc_state)"
	isle down lab
	same "$before" "$(etc_state)"
done

# the machine replaces resolv.conf by rename, as every resolver does
isle up "$T/lab.yaml"
inside=$(isle exec b -- sh -c 'cat /etc/resolv.conf; stat -c %i /etc/resolv.conf')
for _ in 1 2; do
	echo 'nameserver 198.51.100.1' >/etc/resolv.new
	mv /etc/resolv.new /etc/resolv.conf
	same "$inside" "$(isle exec b -- sh -c 'cat /etc/resolv.conf; stat -c %i /etc/resolv.conf')"
done
isle down lab

# a file of /etc is a mount of its own, as in containers: an ordinary user gets no overlay there
need userns
touch "$T/resolv"
mount --bind "$T/resolv" /etc/resolv.conf
same "$(as_user isle run -f "$T/lab.yaml" b -- grep -v '^#' /etc/resolv.conf)" 'nameserver 192.0.2.53'
same "$(as_user isle run -f "$T/lab.yaml" a -- getent hosts b | awk '{print $1}')" 10.0.0.2
same "$(as_user isle run -f "$T/lab.yaml" a -- cat /etc/hostname)" a
as_user isle run -f "$T/lab.yaml" a -- test -s /etc/passwd
