/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a change that `up` would make, the other way round: what was done by
 * hand. Words go on after the name of a host, an interface or "the fabric". Of
 * an interface that is gone or down nothing is told, nor of what the kernel
 * took along with it: its state says it.
 */
#include "converge/drift.h"

static const struct isle_host *host_of(const struct isle_drifts *all, uint32_t ns)
{
	return ns == ISLE_NS_FABRIC || ns == ISLE_NS_MACHINE ? NULL : all->lab->hosts[ns - 1];
}

static const struct isle_iface *iface_of(const struct isle_host *h, const char *name)
{
	for (size_t i = 0; h && name && i < h->n_ifaces; i++)
		if (!strcmp(h->ifaces[i]->name, name))
			return h->ifaces[i];
	return NULL;
}

/* Whose port in the fabric it is; NULL: a switch, or of a link between switches. */
static const struct isle_iface *owner_of(const struct isle_drifts *all, const char *port)
{
	for (size_t i = 0; i < all->lab->n_hosts; i++)
		for (size_t k = 0; k < all->lab->hosts[i]->n_ifaces; k++)
			if (!strcmp(all->lab->hosts[i]->ifaces[k]->port, port))
				return all->lab->hosts[i]->ifaces[k];
	return NULL;
}

static const struct isle_snap_link *live_of(const struct isle_drifts *all, uint32_t ns, const char *name)
{
	const struct isle_snap_ns *live = ns < all->view->n_nss ? all->view->nss[ns] : NULL;

	return live ? isle_snap_link_named(live, name) : NULL;
}

static void set_anew(struct isle_drifts *all, const struct isle_iface *iface)
{
	if (isle_arena_grow(all->arena, &all->anew, all->n_anew, &all->cap_anew, sizeof(*all->anew)))
		all->anew[all->n_anew++] = iface;
	else
		all->no_memory = true;
}

static bool is_anew(const struct isle_drifts *all, const struct isle_iface *iface)
{
	for (size_t i = 0; i < all->n_anew; i++)
		if (all->anew[i] == iface)
			return true;
	return false;
}

/* Could it have what it lacks? With one that is down go IPv6 addresses and all routes. */
static bool has_state(const struct isle_drifts *all, const struct isle_iface *iface)
{
	const struct isle_snap_link *live = live_of(all, ISLE_NS_HOST(iface->host->index), iface->name);

	return live && live->flags & IFF_UP && !is_anew(all, iface);
}

static void say_options(struct isle_drifts *all, const struct isle_step *s, const struct isle_host *h, const struct isle_iface *iface,
			const struct isle_snap_link *live)
{
	struct isle_link_value wanted, has;
	struct isle_settings made;

	isle_kind_settings(s, &made);
	for (size_t at = 0; isle_link_other(made.kind, made.v, made.n, live->data, &at, &wanted, &has);) {
		isle_auto(buf) struct isle_buf words = { 0 };

		isle_buf_printf(&words, has.option ? "has %s " : "has no %s", wanted.option->name);
		if (has.option)
			isle_link_print(&has, &words);
		isle_buf_puts(&words, ", not ");
		isle_link_print(&wanted, &words);
		if (words.bad)
			all->no_memory = true;
		else
			isle_drift_note(all, ISLE_DRIFT_LINK, h, iface, "%s", words.s);
	}
}

/* One that would have to be made anew, and is there all the same. */
static void say_other(struct isle_drifts *all, const struct isle_step *s, const struct isle_made *made, bool is_pair)
{
	const struct isle_snap_link *live = live_of(all, made->ns, made->name);
	const struct isle_host *h = host_of(all, made->ns);
	const struct isle_iface *iface = iface_of(h, made->name);

	if (iface)
		set_anew(all, iface);
	if (!live && !h)
		isle_drift_note(all, ISLE_DRIFT_LINK, h, NULL, "lacks %s", made->name);
	if (!live || (h && !iface))
		return;
	if (!live->kind || strcmp(live->kind, made->type))
		isle_drift_note(all, ISLE_DRIFT_LINK, h, iface, "is of type %s, not %s", live->kind ? live->kind : "none", made->type);
	else if (is_pair)
		isle_drift_note(all, ISLE_DRIFT_LINK, h, iface, "has something else at its other end");
	else if (iface && isle_kind_of(s)->settings)
		say_options(all, s, h, iface, live);
}

static void say_made(struct isle_drifts *all, const struct isle_step *s, const struct isle_made *made, size_t n)
{
	/* a host's port is told of the host alone */
	if (n == 2 && made[0].ns != ISLE_NS_FABRIC && made[1].ns == ISLE_NS_FABRIC)
		n = 1;
	for (size_t i = 0; i < n; i++)
		say_other(all, s, &made[i], n == 2 || s->kind == ISLE_STEP_VETH);
}

/* What it is a port of instead. */
static const char *master_of(const struct isle_drifts *all, const struct isle_change *c)
{
	const struct isle_snap_ns *live = all->view->nss[c->step.ns];
	const struct isle_snap_link *master = c->undo.link.no_master ? NULL : isle_snap_link_at(live, (int)c->undo.link.master);

	return master ? master->name : "nothing";
}

static void say_host_link(struct isle_drifts *all, const struct isle_change *c, const struct isle_iface *iface)
{
	const struct isle_step *s = &c->step;
	const uint8_t *mac = s->link.mac;

	if (s->link.mtu)
		isle_drift_note(all, ISLE_DRIFT_LINK, iface->host, iface, "has mtu %s, not %u", c->was, s->link.mtu);
	else if (mac)
		isle_drift_note(all, ISLE_DRIFT_LINK, iface->host, iface, "has MAC %s, not %02x:%02x:%02x:%02x:%02x:%02x", c->was, mac[0],
				mac[1], mac[2], mac[3], mac[4], mac[5]);
	else if (s->link.master)
		isle_drift_note(all, ISLE_DRIFT_LINK, iface->host, iface, "is a port of %s, not of %s", master_of(all, c),
				s->link.master_name);
	else if (s->link.no_linklocal)
		isle_drift_note(all, ISLE_DRIFT_LINK, iface->host, iface, "makes link-local addresses by itself");
}

/* At the other end of a host's interface. */
static void say_port(struct isle_drifts *all, const struct isle_change *c, const struct isle_iface *iface)
{
	const struct isle_step *s = &c->step;

	if (s->link.mtu)
		isle_drift_note(all, ISLE_DRIFT_LINK, iface->host, iface, "has mtu %s at its switch, not %u", c->was, s->link.mtu);
	else if (s->link.master)
		isle_drift_note(all, ISLE_DRIFT_LINK, iface->host, iface, "is on switch %s, not on %s", master_of(all, c),
				s->link.master_name);
	else if (!s->link.keep_state)
		isle_drift_note(all, ISLE_DRIFT_LINK, iface->host, iface, "is %s at its switch", s->link.up ? "down" : "up");
}

static void say_switch(struct isle_drifts *all, const struct isle_change *c)
{
	const struct isle_step *s = &c->step;

	if (s->link.mtu)
		isle_drift_note(all, ISLE_DRIFT_LINK, NULL, NULL, "has %s with mtu %s, not %u", s->link.name, c->was, s->link.mtu);
	else if (s->link.master)
		isle_drift_note(all, ISLE_DRIFT_LINK, NULL, NULL, "has %s as a port of %s, not of %s", s->link.name, master_of(all, c),
				s->link.master_name);
	else if (!s->link.keep_state)
		isle_drift_note(all, ISLE_DRIFT_LINK, NULL, NULL, "has %s %s", s->link.name, s->link.up ? "down" : "up");
}

static void say_link(struct isle_drifts *all, const struct isle_change *c)
{
	const struct isle_step *s = &c->step;
	const bool is_port = s->ns == ISLE_NS_FABRIC;
	const struct isle_iface *iface = is_port ? owner_of(all, s->link.name) : iface_of(host_of(all, s->ns), s->link.name);

	/* what is made anew is made so */
	if (!c->has_undo || s->link.new_name)
		return;
	if (is_port && iface)
		say_port(all, c, iface);
	else if (is_port)
		say_switch(all, c);
	else if (iface)
		say_host_link(all, c, iface);
}

static const struct isle_link_value *value_of(const struct isle_step *s, const struct isle_option *o)
{
	for (size_t i = 0; i < s->adjust.n; i++)
		if (s->adjust.v[i].option == o)
			return &s->adjust.v[i];
	return NULL;
}

/* "cost 5%s, not 17" with WHERE in between; false: it is as it should be. */
static bool put_option(const struct isle_change *c, const struct isle_option *o, const char *where, struct isle_buf *out)
{
	const struct isle_link_value *to = value_of(&c->step, o), *from = value_of(&c->undo, o);

	if ((!to && !from) || (to && from && isle_link_value_equal(to, from)))
		return false;
	isle_buf_printf(out, "%s ", o->name);
	if (from)
		isle_link_print(from, out);
	else
		isle_buf_puts(out, "none");
	isle_buf_printf(out, "%s, not ", where);
	if (to)
		isle_link_print(to, out);
	else
		isle_buf_puts(out, "none");
	return true;
}

static void say_adjust(struct isle_drifts *all, const struct isle_change *c)
{
	const struct isle_step *s = &c->step;
	const bool is_port = s->adjust.kind->is_port;
	const struct isle_iface *iface = s->ns == ISLE_NS_FABRIC ? owner_of(all, s->adjust.name) : iface_of(host_of(all, s->ns), s->adjust.name);

	for (size_t i = 0; i < s->adjust.kind->n; i++) {
		isle_auto(buf) struct isle_buf words = { 0 };

		if (!put_option(c, &s->adjust.kind->options[i], iface && is_port ? " at its switch" : "", &words))
			continue;
		if (words.bad)
			all->no_memory = true;
		else if (iface)
			isle_drift_note(all, ISLE_DRIFT_LINK, iface->host, iface, "has %s", words.s);
		else
			isle_drift_note(all, ISLE_DRIFT_LINK, host_of(all, s->ns), NULL, "has %s with %s", s->adjust.name, words.s);
	}
}

static void say_vlans(struct isle_drifts *all, const struct isle_change *c)
{
	const struct isle_iface *iface = owner_of(all, c->step.vlan.name);

	if (iface)
		isle_drift_note(all, ISLE_DRIFT_LINK, iface->host, iface, "has VLANs %s at its switch, not %s", c->was, c->becomes);
	else
		isle_drift_note(all, ISLE_DRIFT_LINK, NULL, NULL, "has %s with VLANs %s, not %s", c->step.vlan.name, c->was, c->becomes);
}

static void say_end(struct isle_drifts *all, const struct isle_change *c)
{
	const struct isle_iface *iface = iface_of(host_of(all, c->step.ns), c->step.fdb.dev);
	char text[ISLE_IP_TEXT];

	if (iface && c->has_undo && has_state(all, iface))
		isle_drift_note(all, ISLE_DRIFT_LINK, iface->host, iface, "lacks its remote %s", isle_ip_text(&c->step.fdb.ip, false, text));
}

static void say_address(struct isle_drifts *all, const struct isle_step *s)
{
	const struct isle_host *h = host_of(all, s->ns);
	const struct isle_iface *iface = iface_of(h, s->address.dev);
	char text[ISLE_IP_TEXT];

	isle_ip_text(&s->address.ip, true, text);
	if (s->removes && iface)
		isle_drift_note(all, ISLE_DRIFT_ADDRESS, h, iface, "has %s as well", text);
	else if (s->removes)
		isle_drift_note(all, ISLE_DRIFT_ADDRESS, h, NULL, "has %s on %s as well", text, s->address.dev);
	else if (iface && has_state(all, iface))
		isle_drift_note(all, ISLE_DRIFT_ADDRESS, h, iface, "lacks %s", text);
}

/* Can it be there, as its ways are? */
static bool has_ways(const struct isle_drifts *all, const struct isle_step *s)
{
	const struct isle_host *h = host_of(all, s->ns);

	for (size_t i = 0; i < s->route.route->n_hops; i++) {
		const struct isle_iface *dev = isle_plan_hop_iface(h, &s->route.route->hops[i]);

		if (!dev || !has_state(all, dev))
			return false;
	}
	return true;
}

static void say_route(struct isle_drifts *all, const struct isle_step *s)
{
	const struct isle_route *r = s->route.route;
	isle_auto(buf) struct isle_buf words = { 0 };
	char text[ISLE_IP_TEXT];

	if (!s->removes && !has_ways(all, s))
		return;
	isle_buf_printf(&words, "%s%sroute to %s", s->removes ? "has a " : "lacks its ", isle_route_word(r->type),
			r->dst.len ? isle_ip_text(&r->dst, true, text) : "default");
	for (size_t i = 0; i < r->n_hops; i++)
		if (r->hops[i].via.family)
			isle_buf_printf(&words, "%s via %s", i ? "," : "", isle_ip_text(&r->hops[i].via, false, text));
		else if (r->hops[i].dev)
			isle_buf_printf(&words, "%s dev %s", i ? "," : "", r->hops[i].dev->name);
	if (r->table)
		isle_buf_printf(&words, " table %u", r->table);
	if (r->metric && !(r->dst.family == AF_INET6 && r->metric == ISLE_IPV6_METRIC))
		isle_buf_printf(&words, " metric %u", r->metric);
	if (r->mtu)
		isle_buf_printf(&words, " mtu %u", r->mtu);
	if (words.bad)
		all->no_memory = true;
	else
		isle_drift_note(all, ISLE_DRIFT_ROUTE, host_of(all, s->ns), NULL, s->removes ? "%s as well" : "%s", words.s);
}

static void say_neighbour(struct isle_drifts *all, const struct isle_step *s)
{
	const struct isle_iface *iface = iface_of(host_of(all, s->ns), s->neigh.dev);
	char text[ISLE_IP_TEXT];

	if (iface && !s->removes && has_state(all, iface))
		isle_drift_note(all, ISLE_DRIFT_REST, iface->host, iface, "lacks its neighbour %s", isle_ip_text(&s->neigh.ip, false, text));
}

static void say_parameter(struct isle_drifts *all, const struct isle_change *c)
{
	const struct isle_step *s = &c->step;

	/* of an interface that is not there, there is none */
	if (c->was)
		isle_drift_note(all, ISLE_DRIFT_REST, host_of(all, s->ns), NULL, "has %s %s, not %s", s->sysctl.path, c->was, s->sysctl.value);
}

static bool is_gone(const struct isle_drifts *all, uint32_t ns)
{
	return ns < all->view->n_nss && !all->view->nss[ns];
}

void isle_drift_say(struct isle_drifts *all, const struct isle_change *c)
{
	const struct isle_step *s = &c->step;
	struct isle_made made[2];
	const size_t n = isle_kind_makes(s, made);

	if (s->kind == ISLE_STEP_NETNS)
		isle_drift_note(all, ISLE_DRIFT_HOST, host_of(all, s->ns), NULL, "has no namespace");
	if (s->kind == ISLE_STEP_NETNS || is_gone(all, s->ns) || c->silent || c->again)
		return;
	if (n)
		say_made(all, s, made, n);
	else if (s->kind == ISLE_STEP_LINK)
		say_link(all, c);
	else if (s->kind == ISLE_STEP_ADJUST)
		say_adjust(all, c);
	else if (s->kind == ISLE_STEP_VLAN)
		say_vlans(all, c);
	else if (s->kind == ISLE_STEP_FDB)
		say_end(all, c);
	else if (s->kind == ISLE_STEP_ADDRESS)
		say_address(all, s);
	else if (s->kind == ISLE_STEP_ROUTE)
		say_route(all, s);
	else if (s->kind == ISLE_STEP_RULE)
		isle_drift_note(all, ISLE_DRIFT_REST, host_of(all, s->ns), NULL, s->removes ? "has %srule %u as well" : "lacks its %srule %u",
				s->rule.family == AF_INET6 ? "IPv6 " : "", s->rule.rule->priority);
	else if (s->kind == ISLE_STEP_NEIGH)
		say_neighbour(all, s);
	else if (s->kind == ISLE_STEP_SYSCTL)
		say_parameter(all, c);
}
