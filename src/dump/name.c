/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: names for hosts and networks that a lab file takes: letters, digits, `-`
 * and `_`, beginning with a letter, no word of the file's own, and no two that
 * differ only in case. A name that is fine stays as it is; from another one what
 * is not allowed is left out, and a number is put behind if it is taken.
 */
#include <strings.h>
#include "schema/schema.h"
#include "dump/inner.h"

#define HOST_MAX 63u
#define NETWORK_MAX 15u

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_part(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

static bool is_taken(const struct isle_dump *d, size_t n_hosts, size_t n_nets, const char *name)
{
	for (size_t i = 0; i < n_hosts; i++)
		if (!strcasecmp(d->hosts[i].name, name))
			return true;
	for (size_t i = 0; i < n_nets; i++)
		if (!strcasecmp(d->nets[i]->name, name))
			return true;
	return false;
}

/* What is allowed of NAME, in at most MAX bytes. */
static void clean(const char *name, char letter, size_t max, char *ret)
{
	size_t n = 0;

	for (; *name && n < max; name++) {
		char c = is_part(*name) ? *name : '-';

		if (c == '-' && (!n || ret[n - 1] == '-'))
			continue;
		if (!n && !is_letter(c))
			ret[n++] = letter;
		if (n < max)
			ret[n++] = c;
	}
	while (n && ret[n - 1] == '-')
		n--;
	if (!n)
		ret[n++] = letter;
	ret[n] = '\0';
}

static const char *unique(struct isle_dump *d, size_t n_hosts, size_t n_nets, const char *name, char letter, size_t max)
{
	char base[HOST_MAX + 1], text[HOST_MAX + 1];

	clean(name, letter, max, base);
	snprintf(text, sizeof(text), "%s", base);
	for (unsigned i = 2; !isle_name_is(text, strlen(text), max, NULL) || is_taken(d, n_hosts, n_nets, text); i++)
		snprintf(text, sizeof(text), "%.*s%s%u", (int)(max - 8), base, strlen(base) && is_letter(base[strlen(base) - 1]) ? "" : "_", i);
	return strcmp(text, name) ? isle_dump_words(d, "%s", text) : name;
}

void isle_dump_name(struct isle_dump *d)
{
	for (size_t i = 0; i < d->n_hosts; i++) {
		struct isle_dump_host *h = &d->hosts[i];
		const char *name = unique(d, i, 0, h->name, 'h', HOST_MAX);

		if (name != h->name && !h->was)
			h->was = h->name;
		h->name = name;
	}
	for (size_t i = 0; i < d->n_nets; i++) {
		struct isle_dump_net *n = d->nets[i];
		const char *name = unique(d, d->n_hosts, i, n->name, 'n', NETWORK_MAX);

		if (name != n->name)
			isle_dump_note(d, n, "%s", n->name);
		n->name = name;
	}
}
