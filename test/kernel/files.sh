# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   a ---- b      a has a directory of the user's at /etc/daemon, both a /run/daemon of their own
#
# files and private: what a host has of its own in its file system.
. test/kernel/lib.sh
need root veth

labs=$T/labs
mkdir -p "$labs/conf/sub" "$labs/odd:name, too"
echo one >"$labs/conf/one.conf"
echo deep >"$labs/conf/sub/deep.conf"
echo odd >"$labs/odd:name, too/odd.conf"
echo plain >"$labs/plain.conf"
chmod 640 "$labs/conf/one.conf"
chown 1234:1234 "$labs/conf/one.conf"
cat >"$labs/lab.yaml" <<'END'
lab: lab
links: [a -- b]
hosts:
  a:
    files:
      /etc/daemon: ./conf
      /etc/plain.conf: plain.conf
      /var/lib/isle-test/odd: "odd:name, too"
      /run/isle-test/plain.conf: plain.conf
      /usr/bin/isle-test: plain.conf
    private: [/run/daemon, /run/daemon/inner, /var/run/other, /tmp]
  b: {private: [/run/daemon]}
END
state()
{
	(cd "$labs" && find . -printf '%p %m %U %G %s\n' | sort && find . -type f -print0 | sort -z | xargs -0 cksum)
}

# $@: how to run something in a host
check()
{
	same "$("$@" a -- cat /etc/daemon/one.conf /etc/daemon/sub/deep.conf)" 'one
deep'
	same "$("$@" a -- cat /var/lib/isle-test/odd/odd.conf)" odd
	same "$("$@" a -- cat /etc/plain.conf /run/isle-test/plain.conf /usr/bin/isle-test)" 'plain
plain
plain'
	same "$("$@" a -- ls -A /run/daemon /run/other)" '/run/daemon:
inner

/run/other:'
	# the rest is there as ever
	"$@" a -- test -x /usr/bin/env -a -d /run -a -d /var/lib
	not "$@" b -- test -e /etc/daemon
	not "$@" b -- test -e /run/other
}

before=$(state)
machine=$(machine_state)
mkdir /run/daemon
chmod 1770 /run/daemon
chown 1234:1234 /run/daemon
echo machine >/run/daemon/pid
with=$(machine_state)
(cd / && isle up "$labs/lab.yaml")
check isle exec
same "$(isle exec a -- stat -c '%a %u %g' /etc/daemon/one.conf /run/daemon /tmp)" '640 1234 1234
1770 1234 1234
1777 0 0'
# written, replaced and removed inside, nothing of it outside, and the other host has its own
isle exec a -- sh -c 'echo more >>/etc/daemon/one.conf; mv /etc/daemon/sub/deep.conf /etc/daemon/sub/moved.conf; chown 77 /etc/daemon/sub
	echo new >/etc/plain.new; mv /etc/plain.new /etc/plain.conf; echo 1 >/run/daemon/pid; echo 1 >/run/isle-test/pid'
same "$(isle exec a -- cat /etc/daemon/one.conf /etc/daemon/sub/moved.conf /etc/plain.conf /run/daemon/pid)" 'one
more
deep
new
1'
isle exec b -- sh -c 'echo 2 >/run/daemon/pid'
same "$(isle exec a -- cat /run/daemon/pid) $(isle exec b -- cat /run/daemon/pid) $(cat /run/daemon/pid)" '1 2 machine'
# sockets in a private directory can be connected to, and those of the machine still
isle exec a -- python3 -c '
import socket
s = socket.socket(socket.AF_UNIX); s.bind("/run/daemon/sock"); s.listen()
c = socket.socket(socket.AF_UNIX); c.connect("/run/daemon/sock")'
isle down lab
same "$before" "$(state)"
unchanged_since "$with"
rm -r /run/daemon
unchanged_since "$machine"

# without any of it on the machine, and for one command
check isle run -f "$labs/lab.yaml"
same "$before" "$(state)"
unchanged_since "$machine"

# what is wrong is said at its place before anything is made
cat >"$labs/wrong.yaml" <<'END'
links: [a -- b]
hosts:
  a:
    files:
      /etc/one: ./nowhere
      /etc/passwd: ./conf
      /etc/two: /dev/null
      /nowhere/three: ./conf
    private: [/etc/group]
END
fails=2 fails isle check "$labs/wrong.yaml"
fails=1 fails isle up "$labs/wrong.yaml"
same "$(grep error: "$T/out" | sed "s|$labs|DIR|g")" "DIR/wrong.yaml:5:7: error: /etc/one of 'a': DIR/nowhere: No such file or directory
DIR/wrong.yaml:6:7: error: /etc/passwd of 'a': on this machine it is a file, and it is to be a directory
DIR/wrong.yaml:7:7: error: /etc/two of 'a': /dev/null is neither a file nor a directory
DIR/wrong.yaml:8:7: error: /nowhere/three of 'a': there is no /nowhere on this machine
DIR/wrong.yaml:9:15: error: /etc/group of 'a': on this machine it is a file, and it is to be a directory"
fails isle run -f "$labs/wrong.yaml" -- true
unchanged_since "$machine"

# a link that somebody else has put in the way is not followed
ln -s /var/lib /run/link
chown -h 1234 /run/link
cat >"$labs/link.yaml" <<'END'
links: [a -- b]
hosts: {a: {private: [/run/link/x]}}
END
isle up "$labs/link.yaml"
says "cannot put /run/link/x into the mounts of a: Too many levels of symbolic links" isle exec a -- true
says "is not root's" isle exec a -- true
isle exec b -- true
isle down link
rm /run/link

# the same for an ordinary user, whose files are below a home of his own
need userns
as_user true
cp -r "$labs" "$T/home/labs"
chown -R "$test_uid:$test_uid" "$T/home/labs"
labs=$T/home/labs
check as_user isle run -f "$labs/lab.yaml"
as_user isle up "$labs/lab.yaml"
check as_user isle exec
as_user isle exec a -- sh -c 'echo more >>/etc/daemon/one.conf; rm -r /etc/daemon/sub'
as_user isle down lab
same "$(cat "$labs/conf/one.conf" "$labs/conf/sub/deep.conf")" 'one
deep'
