# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# An interactive shell below `run`: job control, ^Z and ^C, and the terminal is
# the caller's again afterwards.
. test/kernel/lib.sh
need root python3

cat >"$T/lab.yaml" <<'END'
lab: lab
links: [a -- b]
END
cat >"$T/console.py" <<'END'
import os, pty, re, select, sys, time

isle = sys.argv[1:]
patience = float(os.environ.get('ISLE_TEST_PATIENCE', 20))

def wait(pattern):
    data, end = b'', time.time() + patience
    while not re.search(pattern, data):
        if not select.select([fd], [], [], max(0, end - time.time()))[0]:
            sys.exit('no %r in %r' % (pattern, data))
        data += os.read(fd, 4096)
    return data

def send(text, pattern):
    os.write(fd, text)
    return wait(pattern)

def running(name):
    is_so(name, lambda state, pgrp, tpgid: state == 'S' and pgrp == tpgid)

def stopped(name):
    is_so(name, lambda state, pgrp, tpgid: state == 'T')

# what a shell prints comes before it hands the terminal over, so the kernel is asked
def is_so(name, wanted):
    end = time.time() + patience
    while time.time() < end:
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                stat = open('/proc/%s/stat' % pid).read()
                args = open('/proc/%s/cmdline' % pid).read().replace('\0', ' ')
            except OSError:
                continue
            fields = stat.rsplit(')', 1)[1].split()
            if args.strip() == name and wanted(fields[0], fields[2], fields[5]):
                return
        time.sleep(0.02)
    sys.exit('%s does not come to be so' % name)

pid, fd = pty.fork()
if pid == 0:
    os.environ.update(PS1='OUT> ', TERM='dumb', HISTFILE='')
    os.execvp('bash', ['bash', '--norc', '--noprofile', '--noediting', '-i'])
wait(rb'OUT> ')
for host in [], ['a']:
    # a shell with job control of its own
    run = ' '.join(isle + host + ['--']).encode()
    banner = send(b"PS1='IN> ' " + run + b' bash --norc --noprofile --noediting -i\n', rb'\nIN> |\rIN> ')
    assert b'no job control' not in banner, banner
    os.write(fd, b'sleep 1000\n')
    running('sleep 1000')
    send(b'\x1a', rb'Stopped[^$]*IN> ')
    send(b'bg; echo b$((1+1))\n', rb'b2\r\nIN> ')
    os.write(fd, b'fg\n')
    wait(rb'sleep 1000\r\n')
    running('sleep 1000')
    send(b'\x03', rb'IN> ')
    send(b'echo s$?\n', rb's130\r\nIN> ')
    send(b'exit 9\n', rb'OUT> ')
    send(b'echo s$?\n', rb's9\r\nOUT> ')

    # a plain command is stopped and continued with isle itself
    os.write(fd, run + b' sleep 1001\n')
    running('sleep 1001')
    send(b'\x1a', rb'Stopped[^$]*OUT> ')
    stopped('sleep 1001')
    os.write(fd, b'fg\n')
    running('sleep 1001')
    send(b'\x03', rb'OUT> ')
    send(b'echo s$?\n', rb's130\r\nOUT> ')

    # ^C is the command's to handle
    os.write(fd, run + b" sh -c 'trap \"echo caught\" INT; sleep 1002; exit 6'\n")
    running('sleep 1002')
    send(b'\x03', rb'caught[^$]*OUT> ')
    send(b'echo s$?\n', rb's6\r\nOUT> ')

    # the terminal after a shell that took it: a script that goes on can read from it
    os.write(fd, b"bash -c '" + run + b" bash --norc --noediting -i; read x; echo got $x'\n")
    wait(rb'[#$] ')
    send(b'exit\n', rb'exit\r\n')
    send(b'hello\n', rb'got hello\r\nOUT> ')
END
python3 "$T/console.py" "$ISLE" run -f "$T/lab.yaml"
