/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle who`: what a word means on this machine. Every interface that has
 * the name, the address or the MAC is an answer; "nsid:N" is a namespace by
 * the id that the caller's own has given it, and no id is given by asking.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include "see/inner.h"

static int add(struct isle_who *w, const struct isle_snap_link *l, const struct isle_snap_ns *ns)
{
	if (!isle_arena_grow(w->arena, &w->matches, w->n, &w->cap, sizeof(*w->matches)))
		return -ENOMEM;
	w->matches[w->n++] = (struct isle_who_match){ .link = l, .ns = ns };
	return 0;
}

static void add_named(struct isle_snap_link *l, void *arg)
{
	struct isle_who *w = arg;

	w->bad |= add(w, l, l->ns) != 0;
}

/* "02:42:ac:11:00:02", of any length that a link address has. */
static size_t parse_mac(const char *s, uint8_t mac[32])
{
	size_t n = 0;

	for (; n < 32; s += 3) {
		char *end;

		if (strspn(s, "0123456789abcdefABCDEF") != 2)
			return 0;
		mac[n++] = (uint8_t)strtoul((char[]){ s[0], s[1], 0 }, &end, 16);
		if (!s[2])
			return n >= 4 ? n : 0;
		if (s[2] != ':' && s[2] != '-')
			return 0;
	}
	return 0;
}

static bool has_ip(const struct isle_snap_link *l, const struct isle_ip *ip)
{
	for (size_t i = 0; i < l->n_addresses; i++)
		if (isle_ip_equal(&l->addresses[i].ip, ip))
			return true;
	return false;
}

static void add_all(struct isle_who *w, const struct isle_ip *ip, const uint8_t *mac, size_t n_mac)
{
	for (size_t n = 0; n < w->snap->n_nss; n++)
		for (size_t i = 0; i < w->snap->nss[n].n_links; i++) {
			const struct isle_snap_link *l = &w->snap->nss[n].links[i];

			if ((ip && has_ip(l, ip)) || (n_mac && l->n_mac == n_mac && !memcmp(l->mac, mac, n_mac)))
				w->bad |= add(w, l, l->ns) != 0;
		}
}

struct named_id { struct isle_who *who; int id; };

static void by_name(const struct isle_netns_item *item, void *arg)
{
	const struct named_id *wanted = arg;
	struct isle_who *w = wanted->who;

	for (size_t i = 0; item->id == wanted->id && !w->n && i < w->snap->n_nss; i++)
		if (isle_see_is_called(&w->snap->nss[i], item->name))
			w->bad |= add(w, NULL, &w->snap->nss[i]) != 0;
}

/* By what the links here say; else by the names, whose ids the kernel tells. */
static int find_nsid(struct isle_who *w, const char *digits, struct isle_diag *diag)
{
	struct named_id wanted = { .who = w };
	struct isle_nsid_item item;
	uint64_t id;

	if (!isle_str_u64(digits, strlen(digits), &id) || id > INT32_MAX) {
		isle_reject(diag, NULL, "'%s' is no id of a namespace", digits);
		isle_hint(diag, "nsid:N, where `ip link` shows link-netnsid N");
		return -EINVAL;
	}
	wanted.id = (int)id;
	for (size_t n = 0; n < w->snap->n_nss; n++)
		for (size_t i = 0; w->snap->nss[n].own && i < w->snap->nss[n].n_links && !w->n; i++) {
			const struct isle_snap_link *l = &w->snap->nss[n].links[i];

			if (l->link_nsid == wanted.id && l->link_ns)
				w->bad |= add(w, NULL, l->link_ns) != 0;
		}
	if (!w->n)
		isle_each_netns(true, by_name, &wanted, NULL);
	if (w->n || w->bad)
		return 0;
	if (isle_nsid_get(wanted.id, -1, &item, NULL)) {
		isle_reject(diag, NULL, "this namespace has given the id %d to nobody", wanted.id);
		isle_hint(diag, "'isle netns list-id' lists the ids");
	} else {
		isle_reject(diag, NULL, "the namespace with the id %d is none of those that can be seen and named", wanted.id);
	}
	return -ENOENT;
}

/* Of an address that nobody has: on whose subnet it would be. */
static void hint_subnet(const struct isle_who *w, const struct isle_ip *ip, struct isle_diag *diag)
{
	char net[ISLE_IP_TEXT];

	for (size_t n = 0; n < w->snap->n_nss; n++)
		for (size_t i = 0; i < w->snap->nss[n].n_addresses; i++) {
			const struct isle_snap_address *a = &w->snap->nss[n].addresses[i];
			const struct isle_ip subnet = isle_ip_network(&a->ip);

			if (a->ip.len && isle_ip_contains(&subnet, ip) && !isle_see_is_lo(a->link)) {
				isle_hint(diag, "it is in %s, where %s is", isle_ip_text(&subnet, true, net), isle_see_of(a->link, w->arena));
				return;
			}
		}
}

static int refuse(const struct isle_who *w, const struct isle_ip *ip, struct isle_diag *diag)
{
	const char *word = isle_plain(w->arena, w->word);

	if (ip) {
		isle_reject(diag, NULL, "no interface that can be seen has the address %s", word ? word : "");
		hint_subnet(w, ip, diag);
	} else {
		isle_reject(diag, NULL, "no interface that can be seen has the name or MAC '%s'", word ? word : "");
		isle_hint(diag, "'isle map' shows all interfaces");
	}
	return -ENOENT;
}

static int find(struct isle_who *w, struct isle_diag *diag)
{
	struct isle_ip ip;
	uint8_t mac[32];
	bool has_len, is_ip;
	size_t n_mac;

	if (!strncmp(w->word, "nsid:", 5))
		return find_nsid(w, w->word + 5, diag);
	isle_see_each_named(w->snap, w->word, add_named, w);
	is_ip = isle_ip_parse(w->word, strlen(w->word), &ip, &has_len);
	n_mac = parse_mac(w->word, mac);
	if (!w->n && is_ip)
		add_all(w, &ip, NULL, 0);
	if (!w->n && n_mac)
		add_all(w, NULL, mac, n_mac);
	return w->n || w->bad ? 0 : refuse(w, is_ip ? &ip : NULL, diag);
}

const struct isle_snap_ns *isle_who_behind(const struct isle_who_match *m)
{
	const struct isle_snap_link *l = m->link;

	/* what is plugged into a machine's or a lab's switch belongs to whoever is at its other end */
	return l && l->peer && l->peer->ns != l->ns && (l->ns->owner == ISLE_OWNER_MACHINE || l->ns->owner == ISLE_OWNER_FABRIC)
		       ? l->peer->ns : m->ns;
}

/* What FIND finds, in the form that is asked for. */
static int answer(struct isle_who *w, int (*fn)(struct isle_who *, struct isle_diag *), enum isle_map_form form, char **ret,
		  struct isle_diag *diag)
{
	isle_auto(buf) struct isle_buf out = { 0 };
	char *s = NULL;
	int r = form != ISLE_MAP_TEXT && form != ISLE_MAP_JSON ? isle_reject(diag, NULL, "the answer is text or JSON")
		: w->arena				       ? fn(w, diag)
							       : -ENOMEM;

	if (!r && !w->bad)
		r = form == ISLE_MAP_JSON ? isle_who_json(w, &out) : isle_who_text(w, &out);
	if (!r && !w->bad)
		s = isle_buf_steal(&out);
	isle_arena_free(w->arena);
	if (r == -ENOMEM || (!r && !s))
		return isle_fail(diag, ENOMEM, NULL, "cannot tell about '%s'", w->word);
	if (!r)
		*ret = s;
	return r;
}

static const struct isle_map_options no_options;

int isle_who(const struct isle_machine *m, const char *what, enum isle_map_form form, const struct isle_map_options *o, char **ret,
	     struct isle_diag *diag)
{
	struct isle_who w = { .snap = m->snap, .word = what, .options = o ? o : &no_options, .arena = isle_arena_new() };

	return answer(&w, find, form, ret, diag);
}

static int find_interface(struct isle_who *w, struct isle_diag *diag)
{
	const char *word = isle_plain(w->arena, w->word);

	if (isle_see_each_named(w->snap, w->word, add_named, w) || w->bad)
		return 0;
	isle_reject(diag, NULL, "there is no interface '%s' in any namespace that can be seen", word ? word : "");
	isle_hint(diag, "NAMESPACE:NAME; 'isle map' shows them");
	return -ENOENT;
}

int isle_interface(const struct isle_machine *m, const char *what, enum isle_map_form form, const struct isle_map_options *o, char **ret,
		   struct isle_diag *diag)
{
	struct isle_who w = { .snap = m->snap, .word = what, .options = o ? o : &no_options, .arena = isle_arena_new(), .detail = true };

	return answer(&w, find_interface, form, ret, diag);
}
