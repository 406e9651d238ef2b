/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the section `hosts`. Each name has its place where it is first met, in
 * a range or by itself. A host is defaults, its range's entry, its own entry,
 * each lying over the one before. A range's entry is read once; its hosts are
 * copies that share what it points to.
 */
#include "labfile/doc_parts.h"

struct entry {			/* a range, or one name */
	struct isle_node *key, *node;
	struct isle_range range;
	struct isle_doc_host host;	/* of a range: as read, with defaults beneath */
};
struct slot {			/* a host to be */
	const char *name;
	struct entry *range, *single;
};
struct hosts {
	struct isle_set *set;
	struct isle_node *defaults;
	struct isle_list slots;		/* struct slot * */
	struct isle_map by_name;
};

static struct slot *slot_of(struct hosts *h, const char *name)
{
	struct slot *slot = isle_map_get(&h->by_name, name), **row;

	if (slot)
		return slot;
	slot = isle_arena_alloc(h->set->arena, sizeof(*slot));
	h->set->nomem |= !slot;
	row = slot ? isle_list_push(h->set, &h->slots) : NULL;
	if (!row)
		return NULL;
	if (isle_map_put(&h->by_name, name, slot) < 0) {
		h->set->nomem = true;
		h->slots.n--;
		return NULL;
	}
	slot->name = name;
	*row = slot;
	return slot;
}

static void take_name(struct hosts *h, struct entry *e, const char *name)
{
	struct slot *slot = slot_of(h, name);

	if (slot && !e->range.written)
		slot->single = e;
	else if (slot && !slot->range)
		slot->range = e;
	else if (slot && !e->key->bad)
		isle_set_reject(h->set, e->key, 0, 0,
				isle_set_text(h->set, "the other one, %s, is on line %u", slot->range->key->text,
					      slot->range->key->loc.line),
				"%s is in two ranges", name);
}

static struct entry *entry_new(struct hosts *h, struct isle_pair *pair)
{
	struct entry *e = isle_arena_alloc(h->set->arena, sizeof(*e));
	struct isle_node *key = pair->key;
	const char *why, *hint;

	if (!e) {
		h->set->nomem = true;
		return NULL;
	}
	*e = (struct entry){ .key = key, .node = pair->value };
	if (!isle_range_parse(h->set->arena, key->text, key->n_text, ISLE_NAME_MAX, &e->range, &why, &hint)) {
		isle_set_reject(h->set, key, 0, 0, hint ? hint : key->n_text > ISLE_NAME_MAX ? "names are never shortened" : NULL,
				"'%.80s' cannot be a name: %s", key->text, why);
		e = NULL;
	}
	return e;
}

static void take_entry(struct hosts *h, struct isle_pair *pair)
{
	struct entry *e = entry_new(h, pair);

	if (!e) {	/* its keys are looked at all the same */
		struct isle_doc_host unused = { 0 };
		isle_set_table(h->set, &isle_table_host, isle_set_merge(h->set, h->defaults, pair->value), &unused);
		return;
	}
	if (!isle_set_names(h->set, e->key, e->range.count))
		return;
	if (e->range.written) {
		e->node = isle_set_merge(h->set, h->defaults, e->node);
		isle_set_table(h->set, &isle_table_host, e->node, &e->host);
	}
	for (uint64_t i = 0; i < e->range.count && !h->set->nomem; i++) {
		char *name = isle_range_name(h->set->arena, &e->range, i);
		if (name)
			take_name(h, e, name);
		else
			h->set->nomem = true;
	}
}

static void make_host(struct hosts *h, const struct slot *slot, struct isle_doc_host *host)
{
	struct isle_node *beneath = slot->range ? slot->range->node : h->defaults;

	if (slot->single)
		isle_set_table(h->set, &isle_table_host, isle_set_merge(h->set, beneath, slot->single->node), host);
	else
		*host = slot->range->host;
	host->name = (struct isle_word){ slot->name, (slot->single ? slot->single : slot->range)->key->loc };
}

void isle_doc_read_hosts(struct isle_set *set, const struct isle_top *top, struct isle_doc *doc)
{
	struct hosts h = { .set = set, .defaults = top->defaults.hosts, .slots.elem = sizeof(struct slot *) };
	struct isle_node *all = top->written.hosts;

	if (h.defaults)
		isle_set_table(set, &isle_table_host, h.defaults, &doc->host_defaults);
	if (!isle_doc_is_section(set, "hosts", all))
		return;
	for (size_t i = 0; i < all->n; i++)
		take_entry(&h, &all->pairs[i]);
	doc->hosts = isle_arena_alloc(set->arena, h.slots.n * sizeof(*doc->hosts));
	if (!doc->hosts)
		set->nomem = true;
	for (size_t i = 0; doc->hosts && i < h.slots.n; i++)
		make_host(&h, ((struct slot **)h.slots.v)[i], &doc->hosts[doc->n_hosts++]);
	isle_map_done(&h.by_name);
}
