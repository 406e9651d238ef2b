# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Reads the sources for tools/layers.sh, whose tables are the variables
# `allowed`, `extra`, `silent` and `enter`. Ends with 1 if a rule is broken.

function complain(words)
{
	print words >"/dev/stderr"
	bad = 1
}

function exists(file,    line, there)
{
	there = (getline line <file) >= 0
	close(file)
	return there
}

# Public in a folder is only FOLDER/FOLDER.h, but to whom the table opens all of it, with a slash; what has no folder is beside the file that includes it.
function may_include(layer, header,    from)
{
	if (header ~ /^isle(-[a-z]*)?\.h$/)
		return index(below[layer], " isle ")
	if (header !~ "/" || index(header, layer "/") == 1)
		return 1
	from = header
	sub("/.*", "", from)
	if (index(below[layer], " " from "/ "))
		return 1
	if (header != from "/" from ".h")
		return (layer ":" header) in more
	return index(below[layer], " " from " ")
}

# What is asked of a file as a whole; called when the next one begins.
function finish()
{
	if (file == "")
		return
	if (!spdx && file !~ silent)
		complain(file ": no SPDX line on top")
	if (file ~ /^(src\/.*\.[ch]|include\/.*\.h|test\/.*\.[ch])$/ && lines > 500)
		complain(file ": over 500 lines; split it at the seam")
	# the theory of a private header is on top of its .c
	if (file ~ /^(src\/.*\.c|include\/.*\.h|test\/unit\/.*\.[ch])$/ ||
	    (file ~ /^src\/.*\.h$/ && !exists(substr(file, 1, length(file) - 1) "c")))
		if (!doc)
			complain(file ": no DOC: block after the SPDX line")
}

function begin()
{
	finish()
	file = FILENAME
	spdx = doc = 0
	layer = ""
	if (file !~ /^src\/[^\/]*\/[^\/]*\.[ch]$/)
		return
	split(file, parts, "/")
	layer = parts[2]
	if (!(layer in below))
		complain(file ": the folder " layer " is not in the table of tools/layers.sh")
}

BEGIN {
	n = split(allowed, rows, "\n")
	for (i = 1; i <= n; i++)
		if (split(rows[i], row, ":[ \t]*") == 2)
			below[row[1]] = " " row[2] " "
	n = split(extra, rows, "[ \t\n]+")
	for (i = 1; i <= n; i++)
		more[rows[i]] = 1
}
FNR == 1 { begin() }
{ lines = FNR }
FNR <= 3 && /SPDX-License-Identifier: LGPL-2.1-or-later/ { spdx = 1 }
(FNR == 2 || FNR == 3) && /^(\/| )\* DOC: / { doc = 1 }
layer != "" && /^[ \t]*#[ \t]*include[ \t]*("|<isle\.h>)/ {
	header = $0
	sub(/^[^"<]*["<]/, "", header)
	sub(/[">].*/, "", header)
	if (!may_include(layer, header))
		complain(file ":" FNR ": " layer " may not include " header " (tools/layers.sh)")
}
layer != "" && layer !~ enter && /(^|[^A-Za-z0-9_])setns\(/ {
	complain(file ":" FNR ": setns() in a folder that does not enter namespaces (tools/layers.sh)")
}
END {
	finish()
	exit bad
}
