/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: changes for people: one line for each thing that comes (+), goes (-) or
 * is set (~), with its place in the file or what somebody changed by hand; who
 * loses what on the way; what is left alone. Details that follow from another
 * line (names of ports, waiting) are left out. And the same as `ip` lines.
 */
#include "converge/show.h"

#define PLACE_COLUMN 64

const char *isle_show_ns(const struct isle_show *l, uint32_t ns)
{
	return ns == ISLE_NS_FABRIC ? "the fabric" : l->c->names.hosts[ns - 1]->name;
}

void isle_conversion_line(struct isle_buf *out, const char *text, enum isle_change_why why, const struct isle_loc *loc)
{
	if (why == ISLE_WHY_DRIFT)
		isle_buf_printf(out, "%-*s  changed by hand\n", PLACE_COLUMN, text);
	else if (loc && loc->src)
		isle_buf_printf(out, "%-*s  %s:%u\n", PLACE_COLUMN, text, strcmp(loc->src->name, "-") ? loc->src->name : "<stdin>",
				loc->line);
	else
		isle_buf_printf(out, "%s\n", text);
}

void isle_show_end(struct isle_show *l, const struct isle_change *change)
{
	char *text = isle_buf_steal(&l->text);

	if (text)
		isle_conversion_line(l->out, text, change->why, change->step.removes ? NULL : change->step.loc);
	else
		l->out->bad = true;
	free(text);
}

static bool is_linklocal(const struct isle_ip *ip)
{
	return ip->family == AF_INET6 && ip->b[0] == 0xfe && (ip->b[1] & 0xc0) == 0x80;
}

static void show_address(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_step *s = &change->step;
	char text[ISLE_IP_TEXT];

	if (is_linklocal(&s->address.ip) && !change->has_undo)
		return;
	isle_buf_printf(&l->text, "%c address %s on %s of %s", s->removes ? '-' : '+', isle_ip_text(&s->address.ip, true, text),
			s->address.dev, isle_show_ns(l, s->ns));
	isle_show_end(l, change);
}

static void show_route(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_step *s = &change->step;
	const struct isle_route *route = s->route.route;
	char text[ISLE_IP_TEXT];

	isle_buf_printf(&l->text, "%c route %s%s", s->removes ? '-' : '+', isle_route_word(route->type),
			route->dst.len ? isle_ip_text(&route->dst, true, text) : "default");
	for (size_t i = 0; i < route->n_hops; i++) {
		isle_buf_puts(&l->text, i ? "," : "");
		if (route->hops[i].via.family)
			isle_buf_printf(&l->text, " via %s", isle_ip_text(&route->hops[i].via, false, text));
		else if (route->hops[i].dev)
			isle_buf_printf(&l->text, " dev %s", route->hops[i].dev->name);
	}
	isle_buf_printf(&l->text, " in %s", isle_show_ns(l, s->ns));
	isle_show_end(l, change);
}

static void show_neighbour(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_step *s = &change->step;
	char text[ISLE_IP_TEXT];

	isle_buf_printf(&l->text, "%c neighbour %s on %s of %s", s->removes ? '-' : '+', isle_ip_text(&s->neigh.ip, false, text),
			s->neigh.dev, isle_show_ns(l, s->ns));
	isle_show_end(l, change);
}

static void show_change(struct isle_show *l, const struct isle_change *change)
{
	const struct isle_step *s = &change->step;

	/* what goes for a moment is counted below */
	if (change->silent || change->again)
		return;
	switch (s->kind) {
	case ISLE_STEP_NETNS:
		if (!s->netns.host)
			return;
		isle_buf_printf(&l->text, "%c host %s%s%s", s->removes ? '-' : '+', s->netns.host->name,
				s->netns.host->attach ? ", attached to " : "", s->netns.host->attach ? isle_host_whose(s->netns.host) : "");
		isle_show_end(l, change);
		break;
	case ISLE_STEP_BRIDGE:
		isle_buf_printf(&l->text, "%c switch %s", s->removes ? '-' : '+', s->bridge.name);
		isle_show_end(l, change);
		break;
	case ISLE_STEP_VETH:
		isle_show_veth(l, change);
		break;
	case ISLE_STEP_WIRE:
	case ISLE_STEP_TUN:
		isle_show_wire(l, change);
		break;
	case ISLE_STEP_FDB:
		isle_show_fdb(l, change);
		break;
	case ISLE_STEP_ADJUST:
		isle_show_adjust(l, change);
		break;
	case ISLE_STEP_VLAN:
		isle_show_vlan(l, change);
		break;
	case ISLE_STEP_WIREGUARD:
		isle_show_wireguard(l, change);
		break;
	case ISLE_STEP_PEER:
		isle_show_peer(l, change);
		break;
	case ISLE_STEP_LINK:
		isle_show_link(l, change);
		break;
	case ISLE_STEP_ADDRESS:
		show_address(l, change);
		break;
	case ISLE_STEP_ROUTE:
		show_route(l, change);
		break;
	case ISLE_STEP_RULE:
		isle_buf_printf(&l->text, "%c %srule %u of %s", s->removes ? '-' : '+', s->rule.family == AF_INET6 ? "IPv6 " : "",
				s->rule.rule->priority, isle_show_ns(l, s->ns));
		isle_show_end(l, change);
		break;
	case ISLE_STEP_NEIGH:
		show_neighbour(l, change);
		break;
	case ISLE_STEP_SYSCTL:
		if (!change->has_undo && !s->loc)
			return;
		isle_buf_printf(&l->text, "~ %s of %s: %s%s%s", s->sysctl.path, isle_show_ns(l, s->ns), change->was ? change->was : "",
				change->was ? ", becomes " : "", s->sysctl.value);
		isle_show_end(l, change);
		break;
	default:
		break;
	}
}

struct loss { size_t links, addresses, routes; bool goes; };

static void count_losses(const struct isle_conversion *c, struct loss *losses)
{
	for (size_t i = 0; i < c->changes->n; i++) {
		const struct isle_step *s = &c->changes->list[i].step;

		if (s->ns == ISLE_NS_FABRIC)
			continue;
		if (s->removes && s->kind == ISLE_STEP_ADDRESS)
			losses[s->ns].addresses++;
		else if (s->removes && s->kind == ISLE_STEP_ROUTE)
			losses[s->ns].routes++;
		else if (s->kind == ISLE_STEP_LINK && !s->link.keep_state && !s->link.up && c->changes->list[i].has_undo)
			losses[s->ns].links++;
	}
	for (size_t i = 0; i < c->changes->n_ends; i++)
		if (c->changes->ends[i].step.kind == ISLE_STEP_NETNS)
			losses[c->changes->ends[i].step.ns].goes = true;
}

static void show_count(struct isle_buf *out, size_t n, const char *what, const char *whats, bool *said)
{
	if (!n)
		return;
	isle_buf_printf(out, "%s%zu %s", *said ? ", " : "", n, n == 1 ? what : whats);
	*said = true;
}

/* The blast radius: who loses something, if only for a moment. */
static void show_losses(struct isle_show *l)
{
	const struct isle_conversion *c = l->c;
	struct loss *losses = calloc(c->names.n_hosts + 1, sizeof(*losses));

	if (!losses) {
		l->out->bad = true;
		return;
	}
	count_losses(c, losses);
	for (size_t i = 1; i <= c->names.n_hosts; i++) {
		const struct loss *loss = &losses[i];
		bool said = false;

		if (!loss->goes && !loss->links && !loss->addresses && !loss->routes)
			continue;
		isle_buf_printf(l->out, "%s loses ", c->names.hosts[i - 1]->name);
		if (loss->goes)
			isle_buf_puts(l->out, c->names.hosts[i - 1]->attach ? "all its links" : "everything, and the processes in it end");
		show_count(l->out, loss->goes ? 0 : loss->links, "interface", "interfaces", &said);
		show_count(l->out, loss->goes ? 0 : loss->addresses, "address", "addresses", &said);
		show_count(l->out, loss->goes ? 0 : loss->routes, "route", "routes", &said);
		isle_buf_puts(l->out, "\n");
	}
	free(losses);
}

int isle_conversion_show(const struct isle_conversion *c, struct isle_buf *out)
{
	struct isle_show l = { .c = c, .out = out };
	const size_t n_files = isle_files_n(c->files), before = out->n;

	for (size_t i = c->changes->n_ends; i-- > 0;)
		show_change(&l, &c->changes->ends[i]);
	for (size_t i = 0; i < c->changes->n; i++)
		show_change(&l, &c->changes->list[i]);
	isle_rule_changes_show(c->rules, out);
	isle_uplinks_show(c, out);
	isle_ovs_diff_show(c->ovs, out);
	isle_files_show_own(c->files, out);
	isle_files_show_fresh(c->files, out);
	if (n_files)
		isle_buf_printf(out, "~ names and nameservers that %zu host%s see%s\n", n_files, n_files == 1 ? "" : "s",
				n_files == 1 ? "s" : "");
	if (out->n == before && c->n_was > 1)
		isle_buf_puts(out, "~ what is left of a change that was begun\n");
	if (out->n == before && !isle_conversion_is_empty(c))
		isle_buf_puts(out, "~ the record of the lab\n");
	show_losses(&l);
	for (size_t i = 0; i < c->changes->n_lefts && out->n > before; i++)
		isle_buf_printf(out, "  in %s, %s\n", isle_show_ns(&l, c->changes->lefts[i].ns), c->changes->lefts[i].words);
	isle_buf_done(&l.text);
	return out->bad ? -ENOMEM : 0;
}

/* `ip` finds namespaces in /run/netns, where the fabric of a lab that is up has no name. */
static void put_fabric(const struct isle_conversion *c, const char *lines, struct isle_buf *out)
{
	char name[ISLE_NAME_MAX + 8];
	const bool named = c->live->fds[0] >= 0 && snprintf(name, sizeof(name), "%s.fabric", c->lab->name) > 0 && strstr(lines, name);

	if (named)
		isle_buf_printf(out, "ln -s " ISLE_RUN_DIR "/%s/fabric " ISLE_NETNS_DIR "/%s\n", c->lab->name, name);
	isle_buf_puts(out, lines);
	if (named)
		isle_buf_printf(out, "rm " ISLE_NETNS_DIR "/%s\n", name);
}

int isle_conversion_commands(const struct isle_conversion *c, struct isle_buf *out)
{
	isle_auto(buf) struct isle_buf lines = { 0 };

	for (size_t i = 0; i < c->changes->n; i++)
		isle_kind_command(&c->changes->list[i].step, &c->names, &lines);
	for (size_t i = 0; i < c->changes->n_ends; i++)
		isle_kind_command(&c->changes->ends[i].step, &c->names, &lines);
	isle_rule_changes_commands(c->rules, &lines);
	isle_uplinks_commands(c, &lines);
	isle_ovs_diff_commands(c->ovs, &lines);
	if (lines.n)
		put_fabric(c, lines.s, out);
	return out->bad || lines.bad ? -ENOMEM : 0;
}
