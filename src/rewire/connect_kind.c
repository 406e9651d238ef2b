/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: an interface of a kind in a plain namespace, as `ip link add [link B]
 * type KIND` makes it; its options are the rows of links/. It is born where it
 * belongs, also if what it is on is elsewhere. Whose MAC is not its own, or who
 * is on something elsewhere, is born with a random name, by which a journal
 * knows it until it has our mark.
 */
#include "rewire/connect.h"
#include "rewire/lab.h"

static void put_options(const struct isle_link_kind *kind, struct isle_buf *out)
{
	isle_buf_puts(out, "mtu");
	for (size_t i = 0; i < kind->n; i++)
		isle_buf_printf(out, ", %s", kind->options[i].name);
}

static int no_option(const struct isle_wish *wish, const char *key, struct isle_diag *d)
{
	const char *near = isle_link_option_near(wish->kind, key);
	isle_auto(buf) struct isle_buf all = { 0 };

	isle_reject(d, NULL, "%s has no option '%.64s'", wish->kind->what, key);
	put_options(wish->kind, &all);
	if (near)
		isle_hint(d, "did you mean '%s'?", near);
	else
		isle_hint(d, "it has: %s", all.s ? all.s : "mtu");
	return -EINVAL;
}

const struct isle_link_value *isle_kind_end_option(const struct isle_kind_end *e, const char *name)
{
	for (size_t i = 0; i < e->n_options; i++)
		if (!strcmp(e->options[i].option->name, name))
			return &e->options[i];
	return NULL;
}

/* What only the live system knows: the index of an interface, a key in a file. */
static int look_up(struct isle_rewire *w, int end, struct isle_link_value *v, struct isle_diag *d)
{
	struct isle_snap_link *l;
	int r = 0;

	if (v->option->type == ISLE_OPTION_LINK) {
		r = isle_rewire_link(w, end, v->text, &l, d);
		v->n = r ? 0 : (uint64_t)l->ifindex;
	} else if (v->option->type == ISLE_OPTION_KEY) {
		r = isle_wireguard_read_key(v, isle_rewire_name(w, end), d);
	}
	return r;
}

/* One value of O's, the N bytes at TEXT. */
static int take_value(struct isle_rewire *w, const struct isle_option *o, const char *text, size_t n, struct isle_kind_end *e, struct isle_diag *d)
{
	struct isle_link_wrong wrong;
	int r;

	if (e->n_options == ISLE_COUNT(e->options))
		return isle_reject(d, NULL, "these are too many options");
	r = isle_link_parse(w->changes->arena, o, text, n, &e->options[e->n_options], &wrong);
	if (r == -ENOMEM)
		return isle_fail(d, ENOMEM, NULL, "reading '%s'", o->name);
	if (r) {
		isle_reject(d, NULL, "%s %s", o->name, wrong.why);
		if (*wrong.hint)
			isle_hint(d, "%s", wrong.hint);
		return r;
	}
	return look_up(w, e->end, &e->options[e->n_options++], d);
}

int isle_kind_end_key(struct isle_rewire *w, const struct isle_wish *wish, const struct isle_key_value *k, struct isle_kind_end *e,
		      struct isle_diag *d)
{
	const struct isle_option *o = isle_link_option(wish->kind, k->key);
	const char *text = k->value, *comma;
	int r = 0;

	if (!strcmp(k->key, "mtu"))
		return isle_connect_mtu(k->value, &e->mtu, d);
	if (!o)
		return no_option(wish, k->key, d);
	if (isle_kind_end_option(e, k->key))
		return isle_reject(d, NULL, "'%s' is said twice", k->key);
	for (; o->flags & ISLE_OPTION_LIST && (comma = strchr(text, ',')) && !r; text = comma + 1)
		r = take_value(w, o, text, (size_t)(comma - text), e, d);
	return r ? r : take_value(w, o, text, strlen(text), e, d);
}

int isle_kind_end_check(const struct isle_wish *wish, const struct isle_kind_end *e, struct isle_diag *d)
{
	for (size_t i = 0; i < wish->kind->n; i++) {
		const struct isle_option *o = &wish->kind->options[i];

		if (!(o->flags & ISLE_OPTION_REQUIRED) || isle_kind_end_option(e, o->name))
			continue;
		isle_reject(d, NULL, "%s needs '%s'", wish->kind->what, o->name);
		isle_hint(d, "%s=…: %s", o->name, o->help);
		return -EINVAL;
	}
	if (isle_kind_end_option(e, "group") && isle_link_option(wish->kind, "dev") && !isle_kind_end_option(e, "dev")) {
		isle_reject(d, NULL, "'group' needs 'dev'");
		isle_hint(d, "the interface that the group is joined on");
		return -EINVAL;
	}
	return 0;
}

static void add_rename(struct isle_rewire *w, int end, const char *from, const char *to)
{
	struct isle_change *c = isle_rewire_add(w, ISLE_STEP_LINK, end);

	if (!c)
		return;
	c->step.link.ifindex = w->next[end];
	c->step.link.name = from;
	c->step.link.new_name = to;
	c->step.link.keep_state = true;
}

static struct isle_change *add_wire(struct isle_rewire *w, const struct isle_wish *wish, struct isle_kind_end *e)
{
	const bool is_tun = wish->kind->is_tun;
	struct isle_change *c = isle_rewire_add(w, is_tun ? ISLE_STEP_TUN : ISLE_STEP_WIRE, e->lower ? e->lower_end : e->end);

	if (!c)
		return NULL;
	c->step.wire.kind = wish->kind;
	c->step.wire.that_ns = w->ns[e->end];
	c->step.wire.options = e->options;
	c->step.wire.n_options = (uint32_t)e->n_options;
	c->step.wire.mtu = e->mtu;
	if (e->lower) {
		c->step.wire.lower = (uint32_t)e->lower->ifindex;
		c->step.wire.lower_name = e->lower->name;
	}
	return c;
}

int isle_kind_end_make(struct isle_rewire *w, const struct isle_wish *wish, struct isle_kind_end *e, struct isle_diag *d)
{
	const bool by_hand = isle_rewire_commands(w->options);
	const bool elsewhere = e->lower && w->ns[e->lower_end] != w->ns[e->end];
	const bool by_mac = wish->kind->mac == ISLE_MAC_OWN && !elsewhere;
	char name[IFNAMSIZ];
	struct isle_change *c;
	int r = isle_rewire_ifname(w, e->end, w->place[e->end]->ifname, name, d);

	if (r)
		return r;
	/* kernels before 6.13 want its name and index to be free where the request is sent, too */
	if (elsewhere && w->next[e->end] < w->next[e->lower_end])
		w->next[e->end] = w->next[e->lower_end];
	c = add_wire(w, wish, e);
	if (!c)
		return -ENOMEM;
	if (by_mac)
		c->step.wire.mac = isle_rewire_made(w, e->end, name);
	else
		c->step.wire.name = isle_rewire_born(w, e->end, name);
	e->name = c->step.wire.called = w->made[w->n_made - 1].name;
	if (by_hand || by_mac)
		c->step.wire.name = e->name;
	if (by_hand)
		c->step.wire.mac = NULL;
	else
		c->step.wire.ifindex = isle_rewire_index(w, e->end);
	c->undo = isle_step_removal(&c->step);
	c->undo.ns = c->step.wire.that_ns;	/* of a tap, too */
	c->has_undo = true;
	isle_connect_mark(w, e->end, c->step.wire.name, w->mark);
	if (c->step.wire.name != e->name)
		add_rename(w, e->end, w->made[w->n_made - 1].born, e->name);
	return 0;
}

/* One that is by itself: `disconnect` need not look for another end. */
static void stand_alone(struct isle_rewire *w)
{
	strcat(w->mark, ISLE_WIRE_ALONE);
}

/* What it is on: the interface that B names, or of A's own the one that `link` does. */
static int find_lower(struct isle_rewire *w, const struct isle_wish *wish, const char *link, struct isle_kind_end *e, struct isle_diag *d)
{
	const struct isle_place *b = w->place[1];
	const char *ifname = b ? b->ifname : link;
	struct isle_snap_link *l;
	int r;

	if (!ifname || !*ifname) {
		isle_reject(d, NULL, "%s is on another interface: which one?", wish->kind->what);
		if (b)
			isle_hint(d, "name it: %s:IF", b->word);
		else
			isle_hint(d, "link=IF, one of the same namespace; `isle connect A NS:IF %s` for another's", wish->kind->name);
		return -EINVAL;
	}
	e->lower_end = b != NULL;
	r = isle_rewire_link(w, e->lower_end, ifname, &l, d);
	e->lower = r ? NULL : l;
	return r;
}

static int add_keys(struct isle_rewire *w, const struct isle_wish *wish, struct isle_kind_end *e, const char **ret_link, struct isle_diag *d)
{
	int r = 0;

	for (size_t i = 0; !r && i < wish->n_keys; i++) {
		if (!strcmp(wish->keys[i].key, "link") && wish->kind->lower && !w->place[1])
			*ret_link = wish->keys[i].value;
		else
			r = isle_kind_end_key(w, wish, &wish->keys[i], e, d);
	}
	return r ? r : isle_kind_end_check(wish, e, d);
}

/* Several other ends of one vxlan are entries of its table. */
static void add_ends(struct isle_rewire *w, const struct isle_kind_end *e)
{
	const bool by_hand = isle_rewire_commands(w->options);
	size_t n = 0;

	for (size_t i = 0; i < e->n_options; i++)
		n += e->options[i].option->flags & ISLE_OPTION_LIST ? 1 : 0;
	for (size_t i = 0; i < e->n_options && n > 1; i++) {
		struct isle_change *c = e->options[i].option->flags & ISLE_OPTION_LIST ? isle_rewire_add(w, ISLE_STEP_FDB, e->end) : NULL;

		if (!c)
			continue;
		c->step.fdb.ifindex = by_hand ? 0 : isle_rewire_index(w, e->end);
		c->step.fdb.dev = e->name;
		c->step.fdb.ip = e->options[i].ip;
	}
}

static int check_one_remote(const struct isle_wish *wish, struct isle_diag *d)
{
	for (size_t i = 0; i < wish->n_keys; i++)
		if (!strcmp(wish->keys[i].key, "remote") && strchr(wish->keys[i].value, ',')) {
			isle_reject(d, NULL, "a %s between two has one remote", wish->kind->name);
			isle_hint(d, "one with several ends: `isle link add %s %s remote=%s`", wish->pair->a.word, wish->kind->name,
				  wish->keys[i].value);
			return -EINVAL;
		}
	return 0;
}

/* A wireguard gets its key, a new one if none was given. */
static int add_wireguard(struct isle_rewire *w, const struct isle_wish *wish, const struct isle_kind_end *e, struct isle_diag *d)
{
	struct isle_wireguard_keys *keys = isle_arena_alloc(w->changes->arena, sizeof(*keys));
	const struct isle_link_value *given = isle_kind_end_option(e, "private-key");
	struct isle_change *c = wish->kind->by_genl ? isle_rewire_add(w, ISLE_STEP_WIREGUARD, e->end) : NULL;

	if (!wish->kind->by_genl)
		return 0;
	if (!c || !keys)
		return isle_fail(d, ENOMEM, NULL, "adding a wireguard");
	keys->given = given != NULL;
	if (given)
		memcpy(keys->private_key, given->b, sizeof(keys->private_key));
	c->step.wireguard.name = e->name;
	c->step.wireguard.options = e->options;
	c->step.wireguard.n_options = e->n_options;
	c->step.wireguard.keys = keys;
	return 0;
}

int isle_connect_kind(struct isle_rewire *w, const struct isle_wish *wish, struct isle_diag *d)
{
	struct isle_kind_end *e = isle_arena_alloc(w->changes->arena, sizeof(*e));
	const char *link = NULL;
	int r;

	if (!e)
		return isle_fail(d, ENOMEM, NULL, "connecting %s", w->place[0]->word);
	if (w->place[1] && !wish->kind->lower) {
		if (wish->kind->is_tunnel) {
			r = check_one_remote(wish, d);
			return r ? r : isle_connect_tunnel(w, wish, d);
		}
		isle_reject(d, NULL, "%s connects nobody: it is an interface by itself", wish->kind->what);
		isle_hint(d, "`isle link add %s %s`", w->place[0]->word, wish->kind->name);
		return -EINVAL;
	}
	r = add_keys(w, wish, e, &link, d);
	if (!r && wish->kind->lower)
		r = find_lower(w, wish, link, e, d);
	stand_alone(w);
	if (!r)
		r = isle_kind_end_make(w, wish, e, d);
	if (!r)
		add_ends(w, e);
	if (!r)
		r = add_wireguard(w, wish, e, d);
	for (size_t i = 0; !r && i < wish->n_addresses; i++)
		r = isle_connect_address(w, 0, e->name, wish->addresses[i], d);
	if (!r)
		isle_connect_up(w, 0, e->name, ISLE_STEP_LINK);
	return r;
}

int isle_connect_kind_say(const struct isle_rewire *w, const struct isle_wish *wish, char **ret_said, struct isle_diag *d)
{
	const char *a = isle_rewire_name(w, 0);

	if (w->n_made > 1)
		return isle_rewire_say(w->options, ret_said, d, "connected %s:%s to %s:%s by %s", a, w->made[0].name, isle_rewire_name(w, 1),
				       w->made[1].name, wish->kind->name);
	if (w->place[1])
		return isle_rewire_say(w->options, ret_said, d, "%s:%s is %s on %s of %s", a, w->made[0].name, wish->kind->what,
				       w->place[1]->ifname, isle_rewire_name(w, 1));
	return isle_rewire_say(w->options, ret_said, d, "%s:%s is %s", a, w->made[0].name, wish->kind->what);
}
