# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The text of each step from what sandbox.sh kept of it, into files SIDE/N.
# Numbers that differ from run to run become labels: inodes of namespaces, pids
# (labels="PID=NAME PID=NAME"), peer groups. Of mounts: those below /run and
# /etc, /sys and the pinned namespaces.

# Of the step before: its namespaces may be gone and their inodes used again.
function forget(    key, i, n, words, pair)
{
	for (key in label)
		delete label[key]
	for (key in groups)
		delete groups[key]
	namespaces = n_groups = 0
	n = split(labels, words, " ")
	for (i = 1; i <= n; i++) {
		split(words[i], pair, "=")
		label[pair[1]] = "<" pair[2] ">"
	}
	label[own] = "<own>"
}

function plain(line,    out, digits)
{
	out = ""
	while (match(line, /[0-9]+/)) {
		digits = substr(line, RSTART, RLENGTH)
		# inodes of namespaces: from 0xf0000000 on
		if (!(digits in label) && length(digits) == 10 && digits + 0 >= 4026531840 && digits + 0 <= 4294967295)
			label[digits] = "<ns" ++namespaces ">"
		out = out substr(line, 1, RSTART - 1) (digits in label ? label[digits] : digits)
		line = substr(line, RSTART + RLENGTH)
	}
	return out line
}

function group(word,    parts)
{
	split(word, parts, ":")
	if (!(parts[2] in groups))
		groups[parts[2]] = "<group" ++n_groups ">"
	return parts[1] ":" groups[parts[2]]
}

function mount_line(    i, propagation)
{
	if ($5 !~ /^\/(run|etc)(\/|$)/ && $5 != "/sys" && $0 !~ / - nsfs /)
		return
	propagation = ""
	for (i = 7; $i != "-"; i++)
		propagation = propagation " " group($i)
	print plain($5 " " $(i + 1) " " $4 " " $6 propagation " from " $(i + 2)) >out
}

FNR == 1 {
	if (part == "status") {
		if (out != "")
			close(out)
		out = side "/" n
		forget()
	} else
		print "--- " part >out
}
part == "mounts" { mount_line(); next }
# the shell about a command that a signal ended
part == "stderr" && /^[^ ]*: line [0-9]+: +[0-9]+ / { next }
# the library that ip was built with is the machine's
part == "stdout" && /^ip utility, iproute2-/ { sub(/, libbpf .*/, "") }
{ print (part == "status" ? $0 : plain($0)) >out }
