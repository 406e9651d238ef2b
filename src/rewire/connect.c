/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `connect` between plain namespaces: a pair with an end in each, or one
 * end in a namespace and the other a port of a bridge (one that there is: HOST
 * or NS:br0). Each end has our mark as one more name, the same on both, so that
 * `disconnect` knows the wire as ours. Nothing else is set: it is the pair that
 * `ip link add` makes, with the kernel's own defaults.
 */
#include "rewire/connect.h"
#include "rewire/lab.h"

int isle_connect_mtu(const char *text, uint32_t *ret, struct isle_diag *d)
{
	uint64_t n;

	if (!isle_str_u64(text, strlen(text), &n) || n < 68 || n > 65535)
		return isle_reject(d, NULL, "mtu is from 68 to 65535, not '%.64s'", text);
	*ret = (uint32_t)n;
	return 0;
}

static int take_keys(const struct isle_wish *wish, uint32_t *ret_mtu, struct isle_diag *d)
{
	int r = 0;

	for (size_t i = 0; !r && i < wish->n_keys; i++) {
		const struct isle_key_value *k = &wish->keys[i];

		if (strcmp(k->key, "mtu")) {
			isle_reject(d, NULL, "a pair of plain namespaces has no option '%.64s'", k->key);
			isle_hint(d, "it has: mtu");
			return -EINVAL;
		}
		r = isle_connect_mtu(k->value, ret_mtu, d);
	}
	return r;
}

static bool is_bridge(const struct isle_snap_link *l)
{
	return isle_str_eq(l->kind, "bridge");
}

/* The bridge that END is, if it names one that there is; *RET NULL: it is a place for a new interface. */
static int find_bridge(struct isle_rewire *w, int end, struct isle_snap_link **ret, struct isle_diag *d)
{
	const struct isle_place *p = w->place[end];
	struct isle_snap_link *l = *p->ifname ? isle_snap_link_named(w->in[end], p->ifname) : NULL;

	*ret = NULL;
	if (l && is_bridge(l)) {
		*ret = l;
		return 0;
	}
	if (p->kind != ISLE_PLACE_DEVICE)
		return 0;
	isle_reject(d, NULL, "%s of the machine is no bridge", p->ifname);
	isle_hint(d, l && !l->kind ? "on a network card: `isle connect A %s macvlan`" : "`isle bridge addbr NAME` makes one", p->ifname);
	return -EINVAL;
}

/* A bridge's port is called after its wire; NTH of its two ends. */
static int port_name(struct isle_rewire *w, int end, int nth, char ret[IFNAMSIZ], struct isle_diag *d)
{
	const char *id = w->mark + strlen(ISLE_WIRE_MARK);

	for (int i = nth; i < 10; i += 2) {
		snprintf(ret, IFNAMSIZ, "p%.6s", id + i);
		if (!isle_snap_link_named(w->in[end], ret))
			return 0;
	}
	return isle_fail(d, EEXIST, NULL, "no name is free for a port of %s", w->place[end]->ifname);
}

static int end_name(struct isle_rewire *w, int end, int nth, const struct isle_snap_link *bridge, char ret[IFNAMSIZ], struct isle_diag *d)
{
	return bridge ? port_name(w, end, nth, ret, d) : isle_rewire_ifname(w, end, w->place[end]->ifname, ret, d);
}

/* Each end may be a bridge's port; if one is, it is "that". */
static int add_pair(struct isle_rewire *w, int this, int that, uint32_t mtu, struct isle_snap_link *bridges[2], struct isle_diag *d)
{
	const struct isle_snap_link *bridge = bridges[that];
	char names[2][IFNAMSIZ];
	struct isle_change *c;
	int r = end_name(w, this, 0, bridges[this], names[0], d);
	const uint8_t *mac = r ? NULL : isle_rewire_made(w, this, names[0]);

	if (!r)
		r = end_name(w, that, 1, bridge, names[1], d);
	if (r)
		return r;
	c = isle_rewire_add(w, ISLE_STEP_VETH, this);
	if (!c)
		return -ENOMEM;
	/* kernels before 6.13 want that one to be free where the request is sent, too; and both differ */
	if (w->next[that] < w->next[this])
		w->next[that] = w->next[this] + 1;
	c->step.veth.that_mac = isle_rewire_made(w, that, names[1]);
	c->step.veth.mac = mac;
	c->step.veth.name = w->made[0].name;
	c->step.veth.that_name = w->made[1].name;
	c->step.veth.ifindex = w->next[this];
	c->step.veth.that_ifindex = w->next[that];
	/* for people to whom numbers say nothing */
	if (isle_rewire_commands(w->options)) {
		c->step.veth.mac = c->step.veth.that_mac = NULL;
		c->step.veth.ifindex = c->step.veth.that_ifindex = 0;
	}
	c->step.veth.that_ns = w->ns[that];
	c->step.veth.mtu = c->step.veth.that_mtu = mtu;
	if (bridge) {
		c->step.veth.that_master = (uint32_t)bridge->ifindex;
		c->step.veth.that_master_name = bridge->name;
		c->step.veth.that_up = true;
	}
	c->undo = isle_step_removal(&c->step);
	c->has_undo = true;
	return 0;
}

void isle_connect_mark(struct isle_rewire *w, int end, const char *name, const char *mark)
{
	/* what is made by hand is not isle's */
	struct isle_change *c = isle_rewire_commands(w->options) ? NULL : isle_rewire_add(w, ISLE_STEP_ALTNAME, end);

	if (!c)
		return;
	c->step.altname.ifindex = w->next[end];
	c->step.altname.name = name;
	c->step.altname.altname = mark;
}

static void up(struct isle_rewire *w, int end, const char *name, enum isle_step_kind kind, const struct isle_snap_link *master)
{
	struct isle_change *c = isle_rewire_add(w, kind, end);

	if (!c)
		return;
	c->step.link.ifindex = w->next[end];
	c->step.link.name = name;
	c->step.link.up = true;
	if (master) {
		c->step.link.master = (uint32_t)master->ifindex;
		c->step.link.master_name = master->name;
	}
}

void isle_connect_up(struct isle_rewire *w, int end, const char *name, enum isle_step_kind kind)
{
	up(w, end, name, kind, NULL);
}

int isle_connect_address(struct isle_rewire *w, int end, const char *name, const char *text, struct isle_diag *d)
{
	const struct isle_snap_ns *ns = w->in[end];
	struct isle_change *c;
	struct isle_ip ip;

	if (isle_parse_new_address(text, &ip, d))
		return -EINVAL;
	for (size_t i = 0; i < ns->n_addresses; i++)
		if (isle_ip_equal(&ns->addresses[i].ip, &ip)) {
			isle_reject(d, NULL, "%s is taken: %s:%s has it already", text, isle_rewire_name(w, end),
				    ns->addresses[i].link->name);
			return -EEXIST;
		}
	c = isle_rewire_add(w, ISLE_STEP_ADDRESS, end);
	if (c) {
		c->step.address.ifindex = w->next[end];
		c->step.address.dev = name;
		c->step.address.ip = ip;
	}
	return 0;
}

/* In one namespace a name is given once: there the second end has a mark like it. */
static const char *second_mark(struct isle_rewire *w)
{
	const char *mark = w->in[0] == w->in[1] ? isle_arena_printf(w->changes->arena, "%s.2", w->mark) : w->mark;

	w->changes->no_memory |= !mark;
	return mark;
}

/* As `ip link add` and brctl leave it. */
static void warn_down(const struct isle_place *p, const struct isle_snap_link *bridge, struct isle_diag *d)
{
	if (!bridge || bridge->flags & IFF_UP)
		return;
	isle_warn(d, NULL, "%s is down: nothing goes through it", bridge->name);
	isle_hint(d, "`isle link up %s:%s`", isle_place_is_bare(p) ? "host" : p->word, p->ifname);
}

static int add_wire(struct isle_rewire *w, const struct isle_wish *wish, uint32_t mtu, struct isle_diag *d)
{
	struct isle_snap_link *bridge[2] = { NULL, NULL };
	int that, this, r = find_bridge(w, 1, &bridge[1], d);

	if (!r)
		r = find_bridge(w, 0, &bridge[0], d);
	if (!r && bridge[0] && bridge[0] == bridge[1])
		r = isle_reject(d, NULL, "%s is at both ends: frames would go round for ever", bridge[0]->name);
	if (!r && bridge[0] && bridge[1] && wish->n_addresses)
		r = isle_reject(d, NULL, "%s and %s are bridges: a wire between them has no addresses", bridge[0]->name, bridge[1]->name);
	that = bridge[0] && !bridge[1] ? 0 : 1;
	this = !that;
	if (!r)
		r = add_pair(w, this, that, mtu, bridge, d);
	if (r)
		return r;
	isle_connect_mark(w, this, w->made[0].name, w->mark);
	isle_connect_mark(w, that, w->made[1].name, second_mark(w));
	for (size_t i = 0; !r && i < wish->n_addresses; i++) {
		/* in turn A's and B's; a bridge's port has none */
		const int end = bridge[that] || i % 2 == (size_t)this ? this : that;

		r = isle_connect_address(w, end, w->made[end == that].name, wish->addresses[i], d);
	}
	if (!bridge[that])
		isle_connect_up(w, that, w->made[1].name, ISLE_STEP_LINK);
	up(w, this, w->made[0].name, ISLE_STEP_LINK, bridge[this]);
	isle_connect_up(w, this, w->made[0].name, ISLE_STEP_CARRIER);
	for (int i = 0; i < 2 && !r; i++)
		warn_down(w->place[i], bridge[i], d);
	return r;
}

/* The end of the wire that was made as number NTH, with the bridge that has it, if one has. */
static void put_end(const struct isle_rewire *w, int nth, struct isle_buf *out)
{
	const struct isle_place *p = w->place[w->made[nth].end];
	const struct isle_snap_link *l = *p->ifname ? isle_snap_link_named(w->in[w->made[nth].end], p->ifname) : NULL;

	if (l)
		isle_buf_printf(out, "%s%s%s, by its port %s", p->word, isle_place_is_bare(p) ? "" : ":", isle_place_is_bare(p) ? "" : p->ifname,
				w->made[nth].name);
	else
		isle_buf_printf(out, "%s:%s", p->word, w->made[nth].name);
}

static int connect_plain(const struct isle_wish *wish, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	const struct isle_place *a = &wish->pair->a, *b = wish->pair->has_b ? &wish->pair->b : NULL;
	isle_auto(rewire) struct isle_rewire w = { 0 };
	struct isle_buf ends[2] = { { 0 }, { 0 } };
	uint32_t mtu = 0;
	char what[160];
	int r = wish->kind ? 0 : take_keys(wish, &mtu, d);

	if (b)
		snprintf(what, sizeof(what), "connect %.48s and %.48s", a->word, b->word);
	else
		snprintf(what, sizeof(what), "add %s to %.48s", wish->kind->what, a->word);
	if (!r)
		r = isle_rewire_begin(&w, a, b, ISLE_SNAP_ADDRESSES, o, d);
	if (!r)
		r = wish->kind ? isle_connect_kind(&w, wish, d) : add_wire(&w, wish, mtu, d);
	if (!r)
		r = isle_rewire_do(&w, what, ret_said, d);
	if (r)
		return r;
	if (wish->kind)
		return isle_connect_kind_say(&w, wish, ret_said, d);
	put_end(&w, 0, &ends[0]);
	put_end(&w, 1, &ends[1]);
	r = ends[0].s && ends[1].s ? isle_rewire_say(o, ret_said, d, "connected %s to %s", ends[0].s, ends[1].s) : -ENOMEM;
	isle_buf_done(&ends[0]);
	isle_buf_done(&ends[1]);
	return r;
}

/* *RET NULL: a pair. */
static int find_kind(const char *kind, bool has_b, const struct isle_link_kind **ret, struct isle_diag *d)
{
	const struct isle_link_kind *k = kind ? isle_link_kind_find(kind) : NULL;
	const char *near = kind && !k ? isle_link_kind_near(kind) : NULL;

	*ret = NULL;
	if (has_b && (!kind || !strcmp(kind, "veth")))
		return 0;
	if (k && k->in_file) {
		*ret = k;
		return 0;
	}
	if (!k) {
		isle_reject(d, NULL, "'%.64s' is no kind of link", kind ? kind : "");
		isle_hint(d, near ? "did you mean '%s'?" : "without a kind it is a veth pair; `isle explain kind` lists the others", near);
	} else {
		isle_reject(d, NULL, "%s is not made so", k->what);
		isle_hint(d, k->is_nic ? "a NIC is the end of a lab's link: `a -- phys:eth0`" : "a pair has two ends: `isle connect A B`");
	}
	return -EINVAL;
}

/* Of a lab a kind is one more key of the link, or of an interface. */
static int connect_in_lab(const struct isle_wish *wish, const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d)
{
	isle_auto(free) struct isle_key_value *keys = NULL;

	if (isle_pair_is_out(wish->pair) && (!wish->kind || !wish->kind->lower))
		return isle_pair_refuse(wish->pair, d);
	if (wish->pair->swapped) {
		isle_reject(d, NULL, "%s is on %s of the machine: no interface comes there", wish->kind->what, wish->pair->b.ifname);
		isle_hint(d, "`isle connect %s host:%s %s`", wish->pair->a.word, wish->pair->b.ifname, wish->kind->name);
		return -EINVAL;
	}
	if (wish->kind && wish->pair->has_b && !wish->kind->is_tunnel && !wish->kind->lower) {
		isle_reject(d, NULL, "%s connects nobody: it is an interface by itself", wish->kind->what);
		isle_hint(d, "`isle link add %s %s`", wish->pair->a.name, wish->kind->name);
		return -EINVAL;
	}
	if (wish->kind && (!wish->pair->has_b || wish->kind->lower))
		return isle_lab_add_kind(wish->pair, wish->kind, wish->addresses, wish->n_addresses, wish->keys, wish->n_keys, o, ret_said, d);
	keys = calloc(wish->n_keys + 1, sizeof(*keys));
	if (!keys)
		return isle_fail(d, ENOMEM, NULL, "connecting %s", wish->pair->a.word);
	if (wish->n_keys)
		memcpy(keys, wish->keys, wish->n_keys * sizeof(*keys));
	if (wish->kind)
		keys[wish->n_keys] = (struct isle_key_value){ "kind", wish->kind->name };
	return isle_lab_connect(wish->pair, wish->addresses, wish->n_addresses, keys, wish->n_keys + (wish->kind != NULL), o, ret_said, d);
}

int isle_connect(const char *a, const char *b, const char *kind, const char *const *addresses, size_t n_addresses,
		 const struct isle_key_value *keys, size_t n_keys, const struct isle_rewire_options *o, char **ret_said,
		 struct isle_diag *d)
{
	isle_auto(pair) struct isle_pair pair = { .a.net = -1, .b.net = -1 };
	struct isle_wish wish = { .pair = &pair, .addresses = addresses, .n_addresses = n_addresses, .keys = keys, .n_keys = n_keys };
	int r = find_kind(kind, b, &wish.kind, d);

	if (!r)
		r = isle_pair_find(a, b, o, &pair, d);
	if (r)
		return r;
	if (pair.is_lab)
		return connect_in_lab(&wish, o, ret_said, d);
	return connect_plain(&wish, o, ret_said, d);
}
