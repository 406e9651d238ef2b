# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Commands of two words and values that may be left out, as people type them.
. test/kernel/lib.sh

# the group by itself lists its verbs: as an answer to --help, else as an error
for words in 'ns --help' 'help ns' 'ns -h'; do
	# shellcheck disable=SC2086 # words
	isle $words >"$T/list" 2>"$T/err"
	same "$(cat "$T/err")" ''
	for verb in run add enter list delete; do
		grep -q "^  $verb  *[a-z]" "$T/list"
	done
done
fails=2 fails isle ns
same "$(cat "$T/out")" "$(isle help ns)"
same "$(isle help ns run)" "$(isle ns run --help)"
same "$(isle ns run --help | head -n 1)" 'Usage: isle ns run [OPTION…] [--] [CMD [ARG…]]'
isle help | grep -q '^  ns  .*: run, add, delete, enter'
# near, and not there at all
fails=2 fails isle ns rum
says "did you mean 'ns run'?" isle ns rum
says "did you mean 'ns delete'?" isle ns delet x
says "'isle help ns' lists the commands" isle ns something-else
says "no command 'run2'" isle run2
fails=2 fails isle help ns nothing
fails=2 fails isle help ns run more
fails=2 fails isle help check more
says "'isle ns --help' lists the options" isle ns --nothing
# common options on either side of either word
says "given twice" isle --color=never ns --color=never run true
isle --color=never ns run --help >/dev/null
# a value only after '=': the next word is the command
for o in --net -n --net --user; do
	says "no-such-program" isle ns run $o no-such-program
done
says "lacks its value" isle ns run --net= true
says "takes no value" isle ns run --fork=1 true
# the letter: none for run, glued to it for enter
says "no option '-F'" isle ns run -nF true
says "cannot open /no/such" isle ns enter -n/no/such true
says "cannot open u" isle ns enter -mu true
# the first word that is no option begins the command
says "-n" isle ns enter --net=/proc/self/ns/net echo -n --x -- -n

# completion
same "$(isle complete -- n | grep -c '^ns	')" 1
same "$(isle complete -- ns '' | cut -f 1 | sort | tr '\n' ' ')" 'add delete enter list run '
same "$(isle complete -- ns r | cut -f 1)" run
isle complete -- ns run --map- | grep -q '^--map-root-user	'
isle complete -- ns enter --pres | grep -q '^--preserve-credentials	'
same "$(isle complete -- ns nothing '')" ''
isle complete -- ns run -n '' | grep -q '^:programs'
