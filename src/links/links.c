/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the table of kinds, and finding in it. There are a few dozen rows of a
 * few options each: they are walked, not indexed.
 */
#include <linux/if_tun.h>
#include "links/rows.h"

#define ISLE_LINK(name) extern IS_ISLE_LINK(name);
#include "links/links.def"
#undef ISLE_LINK

static const struct isle_link_kind *const kinds[] = {
#define ISLE_LINK(name) &isle_link_##name,
#include "links/links.def"
#undef ISLE_LINK
};

const struct isle_option_word isle_link_ttl_words[] = { { "inherit", 0 }, { 0 } };
const struct isle_option_word isle_link_auto_words[] = { { "auto", 0 }, { 0 } };
const struct isle_option_word isle_link_tos_words[] = { { "inherit", 1 }, { 0 } };
const struct isle_option_word isle_link_df_words[] = { { "unset", 0 }, { "set", 1 }, { "inherit", 2 }, { 0 } };

const struct isle_link_kind *isle_link_kind_at(size_t i)
{
	return i < ISLE_COUNT(kinds) ? kinds[i] : NULL;
}

const struct isle_link_kind *isle_link_kind_find(const char *name)
{
	for (size_t i = 0; i < ISLE_COUNT(kinds); i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}

const struct isle_link_kind *isle_link_kind_of(const char *name, const struct nlattr *data)
{
	struct isle_nlattrs t;

	if (!name)
		return NULL;
	if (strcmp(name, "tun") != 0)
		return strcmp(name, "tap") == 0 ? NULL : isle_link_kind_find(name);
	isle_nl_nested(data, &t);
	return isle_link_kind_find(isle_nla_u8(t.a[IFLA_TUN_TYPE], IFF_TUN) == IFF_TAP ? "tap" : "tun");
}

const char *isle_link_kind_near(const char *name)
{
	const char *names[ISLE_COUNT(kinds)];
	size_t n = 0;

	for (size_t i = 0; i < ISLE_COUNT(kinds); i++)
		if (kinds[i]->in_file)
			names[n++] = kinds[i]->name;
	return isle_near_best(name, names, n);
}

const struct isle_option *isle_link_option(const struct isle_link_kind *kind, const char *name)
{
	for (size_t i = 0; i < kind->n; i++)
		if (strcmp(kind->options[i].name, name) == 0)
			return &kind->options[i];
	return NULL;
}

const char *isle_link_option_near(const struct isle_link_kind *kind, const char *name)
{
	const char *best = NULL;
	unsigned least = 0;

	for (size_t i = 0; i < kind->n; i++) {
		const char *near = isle_near_best(name, &kind->options[i].name, 1);
		unsigned d = near ? isle_near_distance(name, near) : 0;

		if (near && (!best || d < least)) {
			best = near;
			least = d;
		}
	}
	return best;
}

/* Does a kind before it have an option of this name? */
static bool is_earlier(size_t kind, const char *name)
{
	for (size_t i = 0; i < kind; i++)
		if (kinds[i]->in_file && isle_link_option(kinds[i], name))
			return true;
	return false;
}

const struct isle_option *isle_link_key_at(size_t nth, const struct isle_link_kind **ret_kind)
{
	for (size_t i = 0; i < ISLE_COUNT(kinds); i++)
		for (size_t k = 0; kinds[i]->in_file && k < kinds[i]->n; k++) {
			if (is_earlier(i, kinds[i]->options[k].name) || nth--)
				continue;
			*ret_kind = kinds[i];
			return &kinds[i]->options[k];
		}
	return NULL;
}

bool isle_link_is_of_one_end(const struct isle_option *o)
{
	return o->type == ISLE_OPTION_LINK || o->type == ISLE_OPTION_KEY || (o->flags & ISLE_OPTION_MULTICAST);
}

uint32_t isle_link_overhead(const struct isle_link_kind *kind, const struct isle_link_value *v, size_t n, bool v6)
{
	uint32_t bytes = kind->overhead + (v6 ? 20u : 0u);

	/* each announced word of a GRE header */
	for (size_t i = 0; i < n; i++)
		if (v[i].option->wire == ISLE_WIRE_GRE && (v[i].n || v[i].option->attr))
			bytes += 4;
	return bytes;
}
