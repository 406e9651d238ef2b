# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	docker's socket ── fake: says what is in $T/answer
#	web: a process ── lab0 ── lan ── client
#
# A container is found through its engine, is another process when it was
# started again, and may be gone; here the engine is a few lines. The real ones
# are in test/peers.
. test/kernel/lib.sh
need root veth bridge python3

cat >"$T/engine.py" <<'PY'
import http.server, os, socketserver, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = open(sys.argv[2], "rb").read()
        self.send_response(200 if self.path.endswith("/web/json") else 404)
        self.end_headers()
        self.wfile.write(body if self.path.endswith("/web/json") else b'{"message":"No such container"}')
    def address_string(self):
        return "-"
    def log_message(self, *args):
        pass

socketserver.UnixStreamServer(sys.argv[1], Handler).serve_forever()
PY
state()
{
	printf '{"State": {"Status": "%s", "Pid": %s}}' "$1" "$2" >"$T/answer"
}
start()
{
	unshare -n sleep 1000 &
	pid=$!
	eventually elsewhere "$pid"
	nsenter -t "$pid" -n ip link add eth0 type veth peer name eth1
	state running "$pid"
}
state created 0
python3 "$T/engine.py" /run/docker.sock "$T/answer" &
eventually test -S /run/docker.sock

file=doc/labs/containers.yaml
fails isle up $file
grep -qF "'web': the docker container web does not run (created)" "$T/out"
grep -q 'hint: start it: docker start web' "$T/out"
grep -q 'docker:web .80 -- lan' "$T/out"
start
isle up $file
isle ping >/dev/null
same "$(nsenter -t "$pid" -n ip -o -4 address show lab0 | awk '{ print $4 }')" 10.80.0.80/24
isle exec client -- ping -c 1 -W 5 web >/dev/null
old=$pid

kill "$old"
state exited 0
says 'docker:web is gone, or does not run' isle show containers
start
says 'docker:web has another network now, without these links' isle show containers
not nsenter -t "$pid" -n ip link show dev lab0
isle up $file >/dev/null
isle ping >/dev/null
nsenter -t "$pid" -n ip link show dev lab0 >/dev/null
isle down containers
not nsenter -t "$pid" -n ip link show dev lab0
nsenter -t "$pid" -n ip link show dev eth0 >/dev/null
kill -0 "$pid"

# no other engine's, and no other name
sed 's/docker:web/docker:wbe/' $file >"$T/wbe.yaml"
fails isle up "$T/wbe.yaml"
grep -q "'wbe': docker has no container wbe" "$T/out"
