/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: changes of interfaces for people: one that comes or goes, its MTU, its
 * options, and of a switch's port what it is at the other end of.
 */
#include "converge/show.h"

void isle_show_veth(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_step *s = &change->step;

	if (s->removes && s->ns == ISLE_NS_FABRIC)
		return;
	if (s->removes)
		isle_buf_printf(&l->text, "- interface %s of %s", s->veth.name, isle_show_ns(l, s->ns));
	else if (s->ns == ISLE_NS_FABRIC)
		isle_buf_printf(&l->text, "+ link between switches, %s to %s", s->veth.that_name, s->veth.name);
	else if (s->veth.that_master_name)
		isle_buf_printf(&l->text, "+ interface %s of %s, on %s", s->veth.name, isle_show_ns(l, s->ns), s->veth.that_master_name);
	else
		isle_buf_printf(&l->text, "+ link %s of %s -- %s of %s", s->veth.name, isle_show_ns(l, s->ns), s->veth.that_name,
				isle_show_ns(l, s->veth.that_ns));
	isle_show_end(l, change);
}

/* The interface at the other end of a switch's port, as people call it. */
static const char *port_name(const struct isle_show *l, uint32_t ns, const char *name, const char **ret_host)
{
	const struct isle_lab *lab = l->c->lab;

	*ret_host = isle_show_ns(l, ns);
	for (size_t i = 0; ns == ISLE_NS_FABRIC && i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++)
			if (!strcmp(lab->hosts[i]->ifaces[k]->port, name)) {
				*ret_host = lab->hosts[i]->name;
				return lab->hosts[i]->ifaces[k]->name;
			}
	return name;
}

/* Both ends of a pair have one MTU: it is told of the host's. */
static bool is_told_of_host(const struct isle_show *l, const struct isle_step *port, const char *host, const char *name)
{
	const struct isle_changes *c = l->c->changes;

	for (size_t i = 0; port->ns == ISLE_NS_FABRIC && port->link.mtu && i < c->n; i++) {
		const struct isle_step *s = &c->list[i].step;

		if (s->kind == ISLE_STEP_LINK && s->ns != ISLE_NS_FABRIC && s->link.mtu == port->link.mtu && !strcmp(s->link.name, name) &&
		    !strcmp(isle_show_ns(l, s->ns), host))
			return true;
	}
	return false;
}

void isle_show_link(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_step *s = &change->step;
	const char *host, *name = port_name(l, s->ns, s->link.name, &host);
	const uint8_t *mac = s->link.mac;

	/* what is born is born so */
	if (!change->has_undo || is_told_of_host(l, s, host, name))
		return;
	if (s->link.mtu)
		isle_buf_printf(&l->text, "~ mtu of %s of %s: %s, becomes %u", name, host, change->was, s->link.mtu);
	else if (mac)
		isle_buf_printf(&l->text, "~ mac of %s of %s: %s, becomes %02x:%02x:%02x:%02x:%02x:%02x", name, host, change->was, mac[0],
				mac[1], mac[2], mac[3], mac[4], mac[5]);
	else if (s->link.master)
		isle_buf_printf(&l->text, "~ %s of %s goes to %s", name, host, s->link.master_name ? s->link.master_name : "its switch");
	else if (s->link.keep_state)
		isle_buf_printf(&l->text, "~ %s of %s makes no link-local addresses", name, host);
	else
		isle_buf_printf(&l->text, "~ %s of %s goes %s", name, host, s->link.up ? "up" : "down");
	isle_show_end(l, change);
}

/* An interface as such, or the port of a switch that has it at its other end. */
static void put_whose(struct isle_show *l, const struct isle_step *s, const char *name, bool is_port)
{
	const char *host;

	if (is_port)
		name = port_name(l, s->ns, name, &host);
	else
		host = isle_show_ns(l, s->ns);
	isle_buf_printf(&l->text, " of %s%s of %s", is_port ? "the port of " : "", name, host);
}

static const struct isle_link_value *value_of(const struct isle_step *s, const struct isle_option *o)
{
	for (size_t i = 0; i < s->adjust.n; i++)
		if (s->adjust.v[i].option == o)
			return &s->adjust.v[i];
	return NULL;
}

static void show_option(struct isle_show *l, const struct isle_change *change, const struct isle_option *o)
{
	const struct isle_link_value *to = value_of(&change->step, o), *from = value_of(&change->undo, o);

	if (to && from && isle_link_value_equal(to, from))
		return;
	isle_buf_printf(&l->text, "~ %s", o->name);
	put_whose(l, &change->step, change->step.adjust.name, change->step.adjust.kind->is_port);
	isle_buf_puts(&l->text, ": ");
	if (from)
		isle_link_print(from, &l->text);
	else
		isle_buf_puts(&l->text, "none");
	isle_buf_puts(&l->text, ", becomes ");
	if (to)
		isle_link_print(to, &l->text);
	else
		isle_buf_puts(&l->text, "none");
	isle_show_end(l, change);
}

void isle_show_adjust(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_link_kind *kind = change->step.adjust.kind;

	for (size_t i = 0; i < kind->n; i++)
		if (value_of(&change->step, &kind->options[i]) || value_of(&change->undo, &kind->options[i]))
			show_option(l, change, &kind->options[i]);
}

void isle_show_vlan(struct isle_show *l, const struct isle_change *change)
{
	isle_buf_puts(&l->text, "~ VLANs");
	put_whose(l, &change->step, change->step.vlan.name, true);
	isle_buf_printf(&l->text, ": %s, becomes %s", change->was, change->becomes);
	isle_show_end(l, change);
}

/* One that the record's file had there, or whatever there was. */
void isle_show_wire(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_step *s = &change->step;

	isle_buf_printf(&l->text, "+ %s %s of %s", s->wire.kind->name, s->wire.called ? s->wire.called : s->wire.name,
			isle_show_ns(l, s->wire.that_ns));
	if (s->wire.lower_name)
		isle_buf_printf(&l->text, " on %s", s->wire.lower_name);
	isle_show_end(l, change);
}

void isle_show_fdb(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_step *s = &change->step;
	char text[ISLE_IP_TEXT];

	/* of a new one it is told with it */
	if (!change->has_undo)
		return;
	isle_buf_printf(&l->text, "%c remote %s of %s of %s", s->removes ? '-' : '+', isle_ip_text(&s->fdb.ip, false, text), s->fdb.dev,
			isle_show_ns(l, s->ns));
	isle_show_end(l, change);
}

static unsigned long long number_of(const struct isle_step *s, const struct isle_option *o)
{
	for (size_t i = 0; i < s->wireguard.n_options; i++)
		if (s->wireguard.options[i].option == o)
			return s->wireguard.options[i].n;
	return o->dflt_n;
}

/* A key is never shown, but that it is another. */
void isle_show_wireguard(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_step *s = &change->step, *was = &change->undo;
	const struct isle_link_kind *kind = isle_link_kind_find("wireguard");

	if (!change->has_undo)
		return;
	for (size_t i = 0; i < kind->n; i++) {
		const struct isle_option *o = &kind->options[i];
		const unsigned long long from = number_of(was, o), to = number_of(s, o);

		if (o->flags & ISLE_OPTION_SECRET ? s->wireguard.keeps_key : from == to)
			continue;
		isle_buf_printf(&l->text, "~ %s of %s of %s", o->name, s->wireguard.name, isle_show_ns(l, s->ns));
		if (o->flags & ISLE_OPTION_SECRET)
			isle_buf_puts(&l->text, " becomes another");
		else
			isle_buf_printf(&l->text, ": %llu, becomes %llu", from, to);
		isle_show_end(l, change);
	}
}

void isle_show_peer(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_step *s = &change->step;
	const struct isle_peer *p = s->peer.peer;
	char key[ISLE_LINK_KEY_TEXT];

	if (!change->has_undo)
		return;
	isle_buf_printf(&l->text, "%c peer ", s->removes ? '-' : change->undo.removes ? '+' : '~');
	if (p->iface)
		isle_buf_printf(&l->text, "%s of %s", p->iface->name, p->iface->host->name);
	else
		isle_buf_puts(&l->text, isle_link_key_text(p->key, key));
	isle_buf_printf(&l->text, " of %s of %s", s->peer.name, isle_show_ns(l, s->ns));
	isle_show_end(l, change);
}
