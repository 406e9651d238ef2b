# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The real podman of an ordinary user: storage in his home, state in his runtime
# directory, containers in a user namespace. They are his; root does not see them.
. test/peers/lib.sh
need podman conmon runc busybox newuidmap userns

private /etc/containers
private /dev/shm
chmod 1777 /dev/shm
make_user
mkdir "$P/home"
chown $test_uid:$test_uid "$P/home"
chmod 755 "$P"
install -m 755 "$BUILD/test/peers/who" "$T/who"
cat >/etc/containers/containers.conf <<X
[containers]
default_ulimits = []
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
X
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >/etc/containers/policy.json
bb "$P/bb"
tar -C "$P/bb" -c . >"$P/bb.tar"

# not as_user: newuidmap needs the bounding set
user()
{
	setpriv --reuid $test_uid --regid $test_uid --clear-groups \
		env -i HOME="$P/home" USER=tester PATH="$PATH" XDG_RUNTIME_DIR="$test_run" NO_COLOR=1 "$@"
}
says "podman has no storage at $P/home/.local/share/containers/storage" user "$T/who" podman:web
user podman --storage-driver vfs import -q "$P/bb.tar" bb >/dev/null 2>>"$P/log"
user podman --storage-driver vfs run -d --name web --network none bb sleep 1000 >/dev/null 2>>"$P/log" ||
	skip 'rootless podman starts no container here'
pid=$(user podman --storage-driver vfs inspect --format '{{.State.Pid}}' web)
[ "$pid" ]
same "$(user "$T/who" podman:web)" "$pid"
same "$(user "$T/who" -l)" "podman web $pid"
# the way into the container leads through its user namespace
same "$(user "$T/isle" exec podman:web -- ip -br link)" "$(nsenter --net="/proc/$pid/ns/net" ip -br link)"

# root gives it links like any other, by its process: he does not see its name
cat >"$T/his.yaml" <<X
lab: his
links: [a 10.2.0.1/24 -- pid:$pid 10.2.0.2/24]
X
isle up "$T/his.yaml" >/dev/null
isle ping >/dev/null
user podman --storage-driver vfs exec web ip address show lab0 2>>"$P/log" | grep -F 10.2.0.2/24 >/dev/null
isle down his >/dev/null
same "$(nsenter --net="/proc/$pid/ns/net" ip -br link | awk '{ print $1 }' | ours)" lo
kill -0 "$pid"

says 'did you mean podman:web?' user "$T/who" podman:wbe
says 'containers of a user are seen by that user' who podman:web
user podman --storage-driver vfs stop -t 0 web >/dev/null 2>&1
says 'the podman container web does not run' user "$T/who" podman:web
