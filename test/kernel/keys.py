# SPDX-License-Identifier: LGPL-2.1-or-later
#
# keys.py OUT SHELL [ARG...]: start SHELL on a terminal and type the lines of
# standard input into it; "\t" is the tab key. A line is typed when the one
# before has made the file OUT grow, the first one when the prompt "@>" is there.
import os
import pty
import select
import sys
import time

out, argv = sys.argv[1], sys.argv[2:]
end = time.monotonic() + 6 * int(os.environ.get("ISLE_TEST_PATIENCE", "60"))
pid, tty = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
screen = b""


def wait(what):
    global screen
    while not what():
        if time.monotonic() > end:
            sys.exit("%s: nothing happened; on the screen: %r" % (argv[0], screen))
        if select.select([tty], [], [], 0.05)[0]:
            try:
                screen += os.read(tty, 65536)
            except OSError:
                sys.exit("%s has ended: %r" % (argv[0], screen))


def size():
    return os.path.getsize(out) if os.path.exists(out) else 0


wait(lambda: b"@>" in screen)
for line in sys.stdin:
    before = size()
    os.write(tty, line.rstrip("\n").replace("\\t", "\t").encode() + b"\r")
    wait(lambda: size() > before)
os.close(tty)
os.waitpid(pid, 0)
