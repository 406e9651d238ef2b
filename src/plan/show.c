/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the plan for a person who wants to know what `up` would make: networks,
 * then host by host its interfaces and routes, as the file means them and not
 * as the kernel is asked for them. Each line ends with its place in the file.
 */
#include "plan/plan.h"

#define PLACE_COLUMN 64

struct line {
	struct isle_buf text;
	struct isle_buf *out;
};

static void end(struct line *l, const struct isle_loc *loc)
{
	char *text = isle_buf_steal(&l->text);

	if (!text) {
		l->out->bad = true;
		return;
	}
	if (loc && loc->src)
		isle_buf_printf(l->out, "%-*s  %s:%u\n", PLACE_COLUMN, text,
				strcmp(loc->src->name, "-") ? loc->src->name : "<stdin>", loc->line);
	else
		isle_buf_printf(l->out, "%s\n", text);
	free(text);
}

static void show_network(struct line *l, const struct isle_network *network)
{
	char text[ISLE_IP_TEXT];

	isle_buf_printf(&l->text, "+ network %s", network->name);
	for (size_t i = 0; i < network->segment->n_subnets; i++)
		isle_buf_printf(&l->text, " %s", isle_ip_text(&network->segment->subnets[i], true, text));
	isle_buf_printf(&l->text, ", %zu port%s", network->n_ports, network->n_ports == 1 ? "" : "s");
	end(l, &network->loc);
}

static void show_iface(struct line *l, const struct isle_iface *iface)
{
	char text[ISLE_IP_TEXT];

	isle_buf_printf(&l->text, "+   %s", iface->name);
	if (iface->network)
		isle_buf_printf(&l->text, " on %s", iface->network->name);
	else if (iface->peer)
		isle_buf_printf(&l->text, " to %s:%s", iface->peer->host->name, iface->peer->name);
	if (iface->kind)
		isle_plan_show_kind(iface, &l->text);
	if (iface->master)
		isle_buf_printf(&l->text, " port of %s", iface->master->name);
	for (size_t i = 0; i < iface->n_addresses; i++)
		isle_buf_printf(&l->text, " %s", isle_ip_text(&iface->addresses[i], true, text));
	if (!iface->up || (iface->link && !iface->link->up))
		isle_buf_puts(&l->text, ", down");
	end(l, &iface->loc);
}

static void show_route(struct line *l, const struct isle_route *route)
{
	char text[ISLE_IP_TEXT];

	isle_buf_printf(&l->text, "+   route %s%s", isle_route_word(route->type),
			route->dst.len ? isle_ip_text(&route->dst, true, text) : "default");
	for (size_t i = 0; i < route->n_hops; i++) {
		const struct isle_hop *hop = &route->hops[i];

		isle_buf_puts(&l->text, i ? "," : "");
		if (hop->via.family)
			isle_buf_printf(&l->text, " via %s", isle_ip_text(&hop->via, false, text));
		if (hop->dev)
			isle_buf_printf(&l->text, " dev %s", hop->dev->name);
	}
	end(l, &route->loc);
}

static void show_host(struct line *l, const struct isle_host *host)
{
	isle_buf_printf(&l->text, "+ host %s%s%s%s", host->name, host->attach ? ", attached to " : "", host->attach ? isle_host_whose(host) : "",
			host->forward ? ", forwards" : "");
	end(l, &host->loc);
	for (size_t i = 0; i < host->n_ifaces; i++)
		show_iface(l, host->ifaces[i]);
	for (size_t i = 0; i < host->n_routes; i++)
		show_route(l, &host->routes[i]);
	for (size_t i = 0; i < host->n_sysctls; i++) {
		isle_buf_printf(&l->text, "+   %s = %s", host->sysctls[i].name, host->sysctls[i].value);
		end(l, &host->sysctls[i].loc);
	}
	for (size_t i = 0; i < host->n_rules; i++) {
		isle_buf_printf(&l->text, "+   rule %u", host->rules[i].priority);
		end(l, &host->rules[i].loc);
	}
	for (size_t i = 0; i < host->n_ports; i++) {
		const struct isle_published *p = &host->ports[i];

		isle_buf_printf(&l->text, "+   port %s/%u of the machine leads to its %u", p->udp ? "udp" : "tcp", p->from, p->to);
		end(l, &p->loc);
	}
	if (host->nft) {
		isle_buf_printf(&l->text, "+   nft -f %s", host->nft);
		end(l, &host->nft_loc);
	}
	for (size_t i = 0; i < host->n_owns; i++) {
		const struct isle_own *own = &host->owns[i];

		isle_buf_printf(&l->text, "+   %s is %s", own->path, own->source ? own->source : "private");
		end(l, &own->loc);
	}
}

static void show_link(struct line *l, const struct isle_link *link)
{
	isle_buf_printf(&l->text, "+ link %s -- %s%s", link->network[0]->name, link->network[1]->name, link->up ? "" : ", down");
	end(l, &link->loc);
}

int isle_plan_show(const struct isle_plan *plan, struct isle_buf *out)
{
	const struct isle_lab *lab = plan->lab;
	struct line l = { .out = out };

	for (size_t i = 0; i < lab->n_networks; i++)
		show_network(&l, lab->networks[i]);
	for (size_t i = 0; i < lab->n_links; i++)
		if (lab->links[i]->network[0])
			show_link(&l, lab->links[i]);
	for (size_t i = 0; i < lab->n_hosts; i++)
		show_host(&l, lab->hosts[i]);
	isle_buf_done(&l.text);
	return out->bad ? -ENOMEM : 0;
}
