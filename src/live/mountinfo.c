/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: /proc/PID/mountinfo, a line at a time and in place (proc_pid_mountinfo(5)):
 *
 *   36 35 0:4 net:[4026532252] /run/netns/my\040ns rw shared:2 - nsfs nsfs rw
 *
 * Fields are separated by single spaces; space, tab, newline and backslash in
 * them are octal escapes. Before the "-" there is any number of further fields.
 */
#include <fcntl.h>
#include "live/live.h"

enum { READ_MAX = 64 << 20 };

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

static void unescape(char *s)
{
	char *to = s;

	for (; *s; to++) {
		if (*s == '\\' && s[1] >= '0' && s[1] <= '3' && is_octal(s[2]) && is_octal(s[3])) {
			*to = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*to = *s++;
		}
	}
	*to = 0;
}

/* The next field of the line at *S; NULL: no more. */
static char *field(char **s)
{
	char *begin = *s, *end;

	if (!begin)
		return NULL;
	end = strchr(begin, ' ');
	if (end)
		*end++ = 0;
	*s = end;
	return begin;
}

static bool number(const char *s, size_t n, uint64_t max, uint64_t *ret)
{
	return isle_str_u64(s, n, ret) && *ret <= max;
}

static bool id(const char *s, int *ret)
{
	uint64_t u;

	if (!s || !number(s, strlen(s), INT32_MAX, &u))
		return false;
	*ret = (int)u;
	return true;
}

static bool device(const char *s, struct isle_mount *m)
{
	const char *colon = s ? strchr(s, ':') : NULL;
	uint64_t a, b;

	if (!colon || !number(s, (size_t)(colon - s), UINT32_MAX, &a) || !number(colon + 1, strlen(colon + 1), UINT32_MAX, &b))
		return false;
	m->major = (unsigned)a;
	m->minor = (unsigned)b;
	return true;
}

static int line(char *s, struct isle_mount *m)
{
	char *root, *point, *f;

	if (!id(field(&s), &m->id) || !id(field(&s), &m->parent) || !device(field(&s), m))
		return -EBADMSG;
	root = field(&s);
	point = field(&s);
	while ((f = field(&s)) && strcmp(f, "-"))
		;
	f = f ? field(&s) : NULL;
	if (!root || !point || !f)
		return -EBADMSG;
	unescape(root);
	unescape(point);
	unescape(f);
	m->root = root;
	m->point = point;
	m->fstype = f;
	return 1;
}

int isle_mountinfo_next(char **text, struct isle_mount *ret)
{
	struct isle_mount m;
	char *s = *text, *end;
	int r;

	if (!s || !*s)
		return 0;
	end = strchr(s, '\n');
	if (end)
		*end++ = 0;
	*text = end;
	r = line(s, &m);
	if (r > 0)
		*ret = m;
	return r;
}

bool isle_ns_id_parse(const char *s, enum isle_ns_type *ret_type, uint64_t *ret_id)
{
	const char *colon = strchr(s, ':');
	char name[16];
	uint64_t u;
	size_t n;
	int type;

	if (!colon || (size_t)(colon - s) >= sizeof(name) || colon[1] != '[')
		return false;
	memcpy(name, s, (size_t)(colon - s));
	name[colon - s] = 0;
	type = isle_ns_type_of(name);
	s = colon + 2;
	n = strlen(s);
	if (type < 0 || n < 2 || s[n - 1] != ']' || !isle_str_u64(s, n - 1, &u) || !u)
		return false;
	*ret_type = (enum isle_ns_type)type;
	*ret_id = u;
	return true;
}

char *isle_mountinfo_read(const char *path)
{
	isle_auto(close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0, cap = 16384;
	char *s = fd < 0 ? NULL : malloc(cap);
	ssize_t got;

	while (s && (got = read(fd, s + n, cap - n - 1)) != 0) {
		char *more = s;

		if (got < 0) {
			free(s);
			return NULL;
		}
		n += (size_t)got;
		if (cap - n < 4096) {
			cap *= 2;
			more = cap > READ_MAX ? NULL : realloc(s, cap);
		}
		if (!more)
			free(s);
		s = more;
	}
	if (s)
		s[n] = 0;
	return s;
}
