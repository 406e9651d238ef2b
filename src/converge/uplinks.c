/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the way out of a lab that is up: which uplinks and published ports come,
 * go and change, said and done. Inside hosts they are steps like all others; on
 * the machine it is outside/uplink_change.c that does them, under the lock of
 * /run/isle. An uplink whose subnet the file leaves open keeps the one it got.
 * A user's labs have their way out by programs below the lab's keeper, which are
 * ended and started (outside/outlet_change.c); nothing of the machine changes.
 */
#include "converge/conversion.h"
#include "outside/outlet.h"
#include "outside/ports.h"
#include "outside/uplink.h"
#include "tree/record.h"
#include "tree/rundir.h"
#include "tree/state.h"

static bool same_families(const struct isle_uplink *a, const struct isle_uplink *b)
{
	if (a->kind != b->kind || a->n_subnets != b->n_subnets)
		return false;
	for (size_t i = 0; i < a->n_subnets; i++)
		if (a->subnets[i].family != b->subnets[i].family)
			return false;
	return true;
}

static bool same_subnets(const struct isle_uplink *a, const struct isle_uplink *b)
{
	if (!same_families(a, b))
		return false;
	for (size_t i = 0; i < a->n_subnets; i++)
		if (isle_ip_cmp(&a->subnets[i], &b->subnets[i]))
			return false;
	return true;
}

static bool has_port(const struct isle_host *h, const struct isle_published *p)
{
	for (size_t i = 0; i < h->n_ports; i++)
		if (h->ports[i].udp == p->udp && h->ports[i].from == p->from && h->ports[i].to == p->to)
			return true;
	return false;
}

static const struct isle_host *host_with_uplink(const struct isle_lab *lab, const char *name)
{
	const struct isle_host *h = isle_lab_host(lab, name);

	return h && h->uplink.kind != ISLE_UPLINK_NONE ? h : NULL;
}

static void move(struct isle_host *h, const struct isle_conversion *c)
{
	for (size_t i = 0; i < c->n_was; i++) {
		const struct isle_host *was = host_with_uplink(c->was[i], h->name);

		if (!was || !same_families(&h->uplink, &was->uplink))
			continue;
		for (size_t k = 0; k < h->uplink.n_subnets; k++)
			isle_uplink_move(h, k, &was->uplink.subnets[k]);
		return;
	}
}

/* ---- What is to be done */

int isle_uplinks_choose(struct isle_conversion *c, struct isle_diag *d)
{
	for (size_t i = 0; i < c->lab->n_hosts; i++)
		if (!c->lab->hosts[i]->uplink.written)
			move(c->lab->hosts[i], c);
	return isle_uplink_check_change(c->lab, c->was, c->n_was, !c->tree->rootless, d);
}

static bool stands(const struct isle_host *h, void *arg)
{
	const struct isle_conversion *c = arg;
	const struct isle_snap_ns *ns = c->live->view.nss[ISLE_NS_HOST(h->index)];

	return ns && isle_snap_link_named(ns, h->uplink.iface->name);
}

int isle_uplinks_compare(struct isle_conversion *c, struct isle_diag *d)
{
	if (c->tree->rootless)
		return isle_outlet_change_new(c->tree, c->was, c->n_was, c->lab, stands, c, &c->outlets, d);
	c->table_differs = isle_uplink_table_is_changed(c->lab, c->tree->dir);
	return isle_uplink_change_new(c->was[0], c->lab, c->n_was > 1 || c->table_differs, stands, c, &c->outside, d);
}

int isle_uplinks_begin(const struct isle_conversion *c, int *ret_run, struct isle_diag *d)
{
	isle_auto(unlock) int run = isle_rundir_lock(d);
	int r;

	if (run < 0)
		return run;
	if (isle_tree_has_gone(c->tree))
		return isle_lab_is_busy(c->lab->name, d);
	r = isle_ports_recheck(c->lab, run, d);
	if (!r)
		r = isle_uplink_recheck(c->lab, c->was, c->n_was, d);
	if (!r)
		r = isle_uplink_change_begin(c->outside, run, d);
	if (!r)
		*ret_run = isle_steal_fd(&run);
	return r;
}

void isle_uplinks_forget(const struct isle_conversion *c, int run)
{
	/* with the intent there, nobody knows how far it came */
	if (!isle_tree_has_intent(c->tree) && !isle_tree_has_gone(c->tree))
		isle_uplink_change_forget(c->outside, run);
}

int isle_uplinks_end(const struct isle_conversion *c, struct isle_diag *d)
{
	isle_auto(unlock) int run = isle_rundir_lock(d);

	if (run < 0)
		return run;
	return isle_tree_has_gone(c->tree) ? isle_lab_is_busy(c->lab->name, d) : isle_uplink_change_end(c->outside, run, d);
}

/* ---- What is said */

static void say_subnets(struct isle_buf *out, const struct isle_uplink *u)
{
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < u->n_subnets; i++)
		isle_buf_printf(out, "%s%s", i ? " and " : "", isle_ip_text(&u->subnets[i], true, text));
}

static void put(struct isle_buf *out, struct isle_buf *text, enum isle_change_why why, const struct isle_loc *loc)
{
	isle_conversion_line(out, text->s ? text->s : "", why, loc);
	isle_buf_done(text);
	*text = (struct isle_buf){ 0 };
}

static void show_uplink(struct isle_buf *out, const struct isle_host *h, const struct isle_host *before, bool made)
{
	isle_auto(buf) struct isle_buf text = { 0 };

	if (!before || made) {
		isle_buf_printf(&text, "+ uplink of %s, ", h->name);
		say_subnets(&text, &h->uplink);
	} else if (!same_subnets(&h->uplink, &before->uplink)) {
		isle_buf_printf(&text, "~ uplink of %s: ", h->name);
		say_subnets(&text, &before->uplink);
		isle_buf_puts(&text, ", becomes ");
		say_subnets(&text, &h->uplink);
	} else if (isle_uplink_is_gateway(h) != isle_uplink_is_gateway(before)) {
		isle_buf_printf(&text, "~ uplink of %s: for others behind it %s", h->name, isle_uplink_is_gateway(h) ? "too" : "no more");
	} else {
		return;
	}
	put(out, &text, before && made ? ISLE_WHY_DRIFT : ISLE_WHY_FILE, &h->uplink.loc);
}

/* Those of A that B has not; B may be NULL. */
static void show_ports(struct isle_buf *out, char sign, const struct isle_host *a, const struct isle_host *b)
{
	isle_auto(buf) struct isle_buf text = { 0 };

	for (size_t i = 0; i < a->n_ports; i++) {
		const struct isle_published *p = &a->ports[i];

		if (b && has_port(b, p))
			continue;
		isle_buf_printf(&text, "%c port %s/%u of the machine, to port %u of %s", sign, p->udp ? "udp" : "tcp", p->from, p->to, a->name);
		put(out, &text, ISLE_WHY_FILE, sign == '+' ? &p->loc : NULL);
	}
}

/* What is as it was, and has to be made all the same. */
static bool is_mended(const struct isle_conversion *c, const struct isle_host *h)
{
	return c->outside ? c->outside->makes[h->index] : c->outlets->starts[h->index] && !c->outlets->breaks[h->index];
}

void isle_uplinks_show(const struct isle_conversion *c, struct isle_buf *out)
{
	const struct isle_lab *was = c->was[0], *lab = c->lab;

	if (!c->outside && !c->outlets)
		return;
	for (size_t i = 0; i < was->n_hosts; i++) {
		const struct isle_host *h = was->hosts[i], *now = host_with_uplink(lab, h->name);

		show_ports(out, '-', h, now);
		if (h->uplink.kind != ISLE_UPLINK_NONE && !now)
			isle_buf_printf(out, "- uplink of %s\n", h->name);
	}
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i], *before = host_with_uplink(was, h->name);

		if (h->uplink.kind == ISLE_UPLINK_NONE)
			continue;
		show_uplink(out, h, before, is_mended(c, h));
		show_ports(out, '+', h, before);
		if (c->outlets && c->outlets->breaks[i])
			isle_buf_printf(out, "  connections of %s to the outside break: its way out is started anew\n", h->name);
	}
	if (c->table_differs) {
		isle_auto(buf) struct isle_buf text = { 0 };

		isle_buf_printf(&text, "~ nft table isle-%s of the machine", lab->name);
		put(out, &text, ISLE_WHY_DRIFT, NULL);
	}
}

void isle_uplinks_commands(const struct isle_conversion *c, struct isle_buf *out)
{
	if (c->outside)
		isle_plan_uplink_changes(c->was[0], c->lab, c->outside->makes, out);
	if (c->outlets)
		isle_outlet_change_commands(c->outlets, out);
}
