/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: JSON in the form of ip's writer, bytes and blanks alike: one array of
 * flat objects; -pretty indents the members, not the objects. Names go out as
 * they are but for seven escapes, so that what a script reads back is the
 * name that the kernel has.
 */
#include "netns/netns.h"

static void comma(struct netns_json *j)
{
	if (j->more)
		putchar(',');
	j->more = true;
}

static void line(const struct netns_json *j)
{
	if (!j->pretty)
		return;
	putchar('\n');
	for (unsigned i = 0; i < j->depth; i++)
		fputs("    ", stdout);
}

static void text(const char *s)
{
	static const char from[] = "\t\n\r\f\b\\\"", to[] = "tnrfb\\\"";

	putchar('"');
	for (; *s; s++) {
		const char *p = strchr(from, *s);

		if (p)
			putchar('\\');
		putchar(p ? to[p - from] : *s);
	}
	putchar('"');
}

void netns_json_begin(struct netns_json *j, bool pretty)
{
	*j = (struct netns_json) { .depth = 1, .pretty = pretty };
	fputs(pretty ? "[ " : "[", stdout);
}

void netns_json_end(struct netns_json *j)
{
	fputs(j->pretty && j->more ? " ]\n" : "]\n", stdout);
	j->depth--;
}

void netns_json_open(struct netns_json *j)
{
	comma(j);
	putchar('{');
	j->depth++;
	j->more = false;
}

void netns_json_close(struct netns_json *j)
{
	j->depth--;
	if (j->more)
		line(j);
	putchar('}');
	j->more = true;
}

static void key(struct netns_json *j, const char *name)
{
	comma(j);
	line(j);
	text(name);
	fputs(j->pretty ? ": " : ":", stdout);
}

void netns_json_string(struct netns_json *j, const char *name, const char *value)
{
	key(j, name);
	text(value);
}

void netns_json_int(struct netns_json *j, const char *name, int value)
{
	key(j, name);
	printf("%d", value);
}
