/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a step needs, if anything, of what is live.
 */
#include <linux/if_link.h>
#include "diff/diff.h"

static void link_state(struct isle_differ *d, const struct isle_step *s, const struct isle_snap_link *live, struct isle_port *p)
{
	struct isle_step to = *s, back = { .kind = ISLE_STEP_LINK, .ns = s->ns, .loc = s->loc };
	const bool is_up = live->flags & IFF_UP;
	const uint32_t master = live->master ? (uint32_t)live->master->ifindex : 0;

	back.link.name = s->link.name;
	back.link.ifindex = s->link.ifindex;
	back.link.up = is_up;
	if (s->link.master && s->link.master == master) {
		to.link.master = 0;
	} else if (s->link.master) {
		back.link.master = master;
		back.link.no_master = !master;
	}
	if (!to.link.master && s->link.up == is_up)
		return;
	isle_differ_emit(d, &to, &back);
	d->rooms[s->ns].disturbed |= is_up;
	if (p)
		p->touched = true;
}

static void emit_parameter(struct isle_differ *d, const struct isle_step *from, const char *path, const char *value, bool always)
{
	const char *now = isle_differ_parameter(d, from->ns, path);
	struct isle_step to = { .kind = ISLE_STEP_SYSCTL, .ns = from->ns, .loc = from->loc }, back;
	struct isle_change *change;

	if (!now || (!always && !strcmp(now, value)))
		return;
	to.sysctl.path = path;
	to.sysctl.value = value;
	back = to;
	back.sysctl.value = now;
	change = isle_differ_emit(d, &to, &back);
	if (!change)
		return;
	change->was = now;
	/* said again, for a parameter of the whole host takes it along */
	change->silent = !strcmp(now, value);
	d->rooms[from->ns].tuned = true;
}

static void link_settings(struct isle_differ *d, const struct isle_step *s, const struct isle_snap_link *live)
{
	struct isle_arena *a = d->out->arena;
	struct isle_step to = { .kind = ISLE_STEP_LINK, .ns = s->ns, .loc = s->loc }, back;
	struct isle_change *change;

	if (s->link.no_rp_filter)
		emit_parameter(d, s, isle_arena_printf(a, "net/ipv4/conf/%s/rp_filter", s->link.name), "0", false);
	if (s->link.no_forward)
		emit_parameter(d, s, isle_arena_printf(a, "net/ipv4/conf/%s/forwarding", s->link.name), "0", d->rooms[s->ns].tuned);
	if (!s->link.no_linklocal || live->addrgenmode == IN6_ADDR_GEN_MODE_NONE || d->in->view->no_ipv6)
		return;
	to.link.name = s->link.name;
	to.link.ifindex = s->link.ifindex;
	to.link.keep_state = true;
	back = to;
	to.link.no_linklocal = true;
	back.link.addrgenmode = &live->addrgenmode;
	change = isle_changes_add(d->out, &to, &back);
	if (change)
		change->why = ISLE_WHY_DRIFT;
}

static void link_step(struct isle_differ *d, const struct isle_step *s)
{
	const struct isle_snap_link *live = isle_differ_link_at(d, s->ns, s->link.ifindex);
	struct isle_port *p = live ? isle_differ_port_of(d, live) : NULL;

	if (!live)
		isle_differ_emit(d, s, NULL);
	else if (s->link.keep_state)
		link_settings(d, s, live);
	else
		link_state(d, s, live, p);
}

static void altname_step(struct isle_differ *d, const struct isle_step *s)
{
	const struct isle_snap_link *live = isle_differ_link_at(d, s->ns, s->altname.ifindex);
	const struct isle_step removal = isle_step_removal(s);
	struct isle_change *change;

	for (size_t i = 0; live && i < live->n_altnames; i++)
		if (!strcmp(live->altnames[i], s->altname.altname))
			return;
	change = isle_differ_emit(d, s, live ? &removal : NULL);
	if (change)
		change->silent = true;
}

/* The kernel keeps milliseconds in its ticks (proc_dointvec_ms_jiffies) and shows them rounded up to one, 10 ms at most. */
static bool is_rounded(const char *path, const char *now, const char *value)
{
	const size_t n = strlen(path);
	unsigned long have, want;
	char *end;

	if (!(n > 3 && !strcmp(path + n - 3, "_ms")) && !(n > 9 && !strcmp(path + n - 9, "_interval")))
		return false;
	have = strtoul(now, &end, 10);
	if (end == now || *end)
		return false;
	want = strtoul(value, &end, 10);
	return end != value && !*end && have >= want && have - want < 10;
}

static void parameter_step(struct isle_differ *d, const struct isle_step *s)
{
	const char *now = d->rooms[s->ns].live ? isle_differ_parameter(d, s->ns, s->sysctl.path) : NULL;
	struct isle_step back = *s;
	struct isle_change *change;

	if (now && (!strcmp(now, s->sysctl.value) || is_rounded(s->sysctl.path, now, s->sysctl.value)))
		return;
	/* where there is none, one that may be missing is not looked for again */
	if (!now && s->sysctl.optional && d->rooms[s->ns].live)
		return;
	back.sysctl.value = now;
	change = isle_differ_emit(d, s, now ? &back : NULL);
	if (change)
		change->was = now;
	d->rooms[s->ns].tuned = true;
}

static const struct isle_port *port_with(const struct isle_differ *d, uint32_t ns, uint32_t actual)
{
	for (size_t i = 0; i < d->n_ports; i++)
		if (d->ports[i].made.ns == ns && d->ports[i].actual == actual)
			return &d->ports[i];
	return NULL;
}

static bool is_touched(const struct isle_port *p)
{
	return p && (p->touched || (p->peer && p->peer->touched));
}

/* Is the address of a SETTLED step a new one? */
static bool comes(const struct isle_differ *d, const struct isle_step *s)
{
	for (size_t i = 0; i < d->out->n; i++) {
		const struct isle_step *c = &d->out->list[i].step;

		if (c->kind == ISLE_STEP_ADDRESS && !c->removes && c->ns == s->ns && !isle_ip_cmp(&c->address.ip, &s->address.ip))
			return true;
	}
	return false;
}

/* What the step hangs on. */
static const struct isle_port *port_of_step(const struct isle_differ *d, const struct isle_step *s)
{
	if (s->kind == ISLE_STEP_LINK)
		return port_with(d, s->ns, s->link.ifindex);
	if (s->kind == ISLE_STEP_ADDRESS)
		return port_with(d, s->ns, s->address.ifindex);
	if (s->kind == ISLE_STEP_ROUTE && s->route.route->n_hops)
		return port_with(d, s->ns, s->route.ifindexes[0]);
	return NULL;
}

/* Of an uplink that is not there: whoever makes it sees to all of it. */
static bool is_lost(const struct isle_differ *d, const struct isle_step *s)
{
	for (size_t i = 0; i < d->n_ports; i++)
		if (d->ports[i].is_lost && d->ports[i].made.ns == s->ns)
			return true;
	return false;
}

/* It comes with an interface that the change makes anew: nobody has touched it. */
static bool is_born(const struct isle_differ *d, const struct isle_step *s)
{
	const struct isle_port *p = port_of_step(d, s);

	return p && !p->live && !isle_differ_owns(d, &d->steps[p->step]);
}

struct seeing { const struct isle_differ *d; bool born; };

static void see_index(uint32_t ns, uint32_t *index, void *arg)
{
	struct seeing *s = arg;
	const struct isle_port *p = *index ? port_with(s->d, ns, *index) : NULL;

	s->born |= p && !p->live;
}

/* Is it about an interface that is made now? */
static bool is_of_born(const struct isle_differ *d, const struct isle_step *step)
{
	struct seeing s = { .d = d };
	struct isle_step copy = *step;

	isle_kind_indexes(&copy, see_index, &s);
	return s.born;
}

/* Where what it makes is. What is on an interface of the machine is asked for there, and that is no room. */
static uint32_t room_of(const struct isle_step *s)
{
	return s->kind == ISLE_STEP_WIRE ? s->wire.that_ns : s->ns;
}

static void emit_step(struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i], removal = isle_step_removal(s);
	const bool is_new = !d->rooms[room_of(s)].live;
	struct isle_change *change;

	switch (s->kind) {
	case ISLE_STEP_SYSCTL:
		parameter_step(d, s);
		break;
	case ISLE_STEP_LINK:
		link_step(d, s);
		break;
	case ISLE_STEP_ALTNAME:
		altname_step(d, s);
		break;
	case ISLE_STEP_CARRIER:
		if (is_touched(port_with(d, s->ns, s->link.ifindex)))
			isle_differ_emit(d, s, NULL);
		break;
	case ISLE_STEP_SETTLED:
		if (comes(d, s))
			isle_differ_emit(d, s, NULL);
		break;
	case ISLE_STEP_RULE:
		isle_differ_emit(d, s, is_new ? NULL : &removal);
		break;
	case ISLE_STEP_NEIGH:
		isle_differ_neighbour(d, i);
		break;
	case ISLE_STEP_PORT:
		isle_differ_port_step(d, i);
		break;
	case ISLE_STEP_FDB:
		isle_differ_end_step(d, i);
		break;
	case ISLE_STEP_WIREGUARD:
		isle_differ_wireguard_step(d, i);
		break;
	case ISLE_STEP_PEER:
		isle_differ_peer_step(d, i);
		break;
	case ISLE_STEP_NETNS:
		if (is_new)
			isle_differ_emit(d, s, &removal);
		break;
	default:
		/* of a kind that cannot be found again a lab keeps what it came up with (isle_kinds_keep()) */
		if (!isle_kind_of(s)->makes && s->kind != ISLE_STEP_ADDRESS && s->kind != ISLE_STEP_ROUTE) {
			if (is_of_born(d, s))
				isle_differ_emit(d, s, NULL);
			break;
		}
		change = isle_differ_emit(d, s, isle_kind_can_remove(s) && !(is_new && s->kind != ISLE_STEP_VETH) ? &removal : NULL);
		if (change && is_born(d, s))
			change->why = ISLE_WHY_FILE;
	}
}

void isle_differ_step(struct isle_differ *d, size_t i)
{
	const size_t before = d->out->n;

	isle_differ_set_options(d, i, false);
	if (d->met[i] || (i >= d->n_plan && is_lost(d, &d->steps[i])))
		return;
	emit_step(d, i);
	for (size_t k = before; k < d->out->n; k++)
		d->out->list[k].again = d->again[i];
}
