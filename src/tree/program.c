/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: programs of others that a lab needs beside it: where they are, and what
 * they said before they ended.
 */
#include "tree/program.h"

bool isle_program_find(const char *program, char *ret, size_t size)
{
	const char *path = getenv("PATH"), *end;

	if (!path || !*path)
		path = "/usr/local/bin:/usr/bin:/bin";
	for (; *path; path = *end ? end + 1 : end) {
		end = strchrnul(path, ':');
		if (end > path && (size_t)snprintf(ret, size, "%.*s/%s", (int)(end - path), path, program) < size &&
		    access(ret, X_OK) == 0)
			return true;
	}
	return false;
}

void isle_program_words(int fd, char *ret, size_t size)
{
	char buf[2048];
	ssize_t n = pread(fd, buf, sizeof(buf) - 1, 0);
	size_t out = 0;

	buf[n < 0 ? 0 : n] = 0;
	for (char *line = buf, *next; *line; line = next) {
		next = strchrnul(line, '\n');
		if (*next)
			*next++ = 0;
		if (strstr(line, "syslog") || !*line || out + strlen(line) + 3 > size)
			continue;
		out += (size_t)snprintf(ret + out, size - out, "%s%s", out ? "; " : "", line);
	}
	ret[out] = 0;
}
