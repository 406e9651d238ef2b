/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: rules of policy routing and neighbours whose MAC is written, found in
 * the snapshot by what they are. Rules that no step wants go, if they are the
 * lab's or made by hand, as routes do (match.c). Of neighbours only the
 * lab's own go: a MAC that somebody else has fixed hurts nobody.
 */
#include <linux/fib_rules.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include "diff/diff.h"

static const uint8_t actions[] = {
	[ISLE_RULE_LOOKUP] = FR_ACT_TO_TBL,
	[ISLE_RULE_BLACKHOLE] = FR_ACT_BLACKHOLE,
	[ISLE_RULE_UNREACHABLE] = FR_ACT_UNREACHABLE,
	[ISLE_RULE_PROHIBIT] = FR_ACT_PROHIBIT,
};

static bool is_rule(const struct isle_step *s, const struct isle_snap_rule *r)
{
	const struct isle_rule *want = s->rule.rule;

	if (r->family != s->rule.family || r->priority != want->priority || r->action != actions[want->action] || r->more || r->l3mdev)
		return false;
	if (want->action == ISLE_RULE_LOOKUP && r->table != want->table)
		return false;
	return r->inverted == want->inverted && !isle_ip_cmp(&r->from, &want->from) && !isle_ip_cmp(&r->to, &want->to) &&
	       isle_str_eq(r->iif, want->iif) && isle_str_eq(r->oif, want->oif) && r->mark == (want->has_mark ? want->mark : 0) &&
	       r->mask == (want->has_mark ? UINT32_MAX : 0);
}

static bool is_neighbour(const struct isle_step *s, const struct isle_snap_neighbour *n)
{
	return n->state & NUD_PERMANENT && n->n_mac == 6 && !memcmp(n->mac, s->neigh.mac, 6) && isle_ip_equal(&n->ip, &s->neigh.ip);
}

static void match_rule(struct isle_differ *d, size_t i)
{
	struct isle_room *room = &d->rooms[d->steps[i].ns];

	for (size_t k = 0; room->live && k < room->live->n_rules && !d->met[i]; k++)
		if (!room->rules[k] && is_rule(&d->steps[i], &room->live->rules[k])) {
			room->rules[k] = i + 1;
			d->met[i] = true;
		}
}

static void match_neighbour(struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i];
	struct isle_room *room = &d->rooms[s->ns];
	const struct isle_snap_link *link = isle_differ_link_at(d, s->ns, s->neigh.ifindex);
	const struct isle_port *p = link ? isle_differ_port_of(d, link) : NULL;

	if (!link)
		return;
	for (size_t k = 0; k < room->live->n_neighbours; k++) {
		const struct isle_snap_neighbour *n = &room->live->neighbours[k];

		if (n->link != link || !isle_ip_equal(&n->ip, &s->neigh.ip))
			continue;
		/* with an interface that is switched off the kernel drops them */
		d->again[i] = is_neighbour(s, n) && (room->links[link - room->live->links] == ISLE_ENDS || (p && p->flushed));
		if (d->again[i])
			return;
		room->neighbours[k] = i + 1;
		d->met[i] = is_neighbour(s, n);
	}
}

void isle_differ_match_rules(struct isle_differ *d)
{
	for (size_t i = 0; i < d->n_steps; i++)
		if (d->steps[i].kind == ISLE_STEP_RULE)
			match_rule(d, i);
		else if (d->steps[i].kind == ISLE_STEP_NEIGH)
			match_neighbour(d, i);
}

static bool had_rule(const struct isle_differ *d, uint32_t ns, const struct isle_snap_rule *r)
{
	for (size_t k = 0; k < d->in->n_owned; k++) {
		const struct isle_plan *plan = d->in->owned[k];

		for (size_t i = 0; i < plan->n_steps; i++)
			if (plan->steps[i].kind == ISLE_STEP_RULE && is_rule(&plan->steps[i], r) &&
			    isle_differ_ns(d, plan->lab, plan->steps[i].ns) == ns)
				return true;
	}
	return false;
}

static bool had_neighbour(const struct isle_differ *d, uint32_t ns, const struct isle_snap_neighbour *n)
{
	for (size_t k = 0; k < d->in->n_owned; k++) {
		const struct isle_plan *plan = d->in->owned[k];

		for (size_t i = 0; i < plan->n_steps; i++)
			if (plan->steps[i].kind == ISLE_STEP_NEIGH && is_neighbour(&plan->steps[i], n) &&
			    !strcmp(plan->steps[i].neigh.dev, n->link->name) && isle_differ_ns(d, plan->lab, plan->steps[i].ns) == ns)
				return true;
	}
	return false;
}

static struct isle_step neighbour_step(uint32_t ns, const struct isle_snap_neighbour *n)
{
	struct isle_step step = { .kind = ISLE_STEP_NEIGH, .ns = ns };

	step.neigh.ifindex = (uint32_t)n->link->ifindex;
	step.neigh.dev = n->link->name;
	step.neigh.ip = n->ip;
	memcpy(step.neigh.mac, n->mac, 6);
	return step;
}

static void remove_rule(struct isle_differ *d, uint32_t ns, const struct isle_snap_rule *r)
{
	struct isle_rule *rule = isle_arena_alloc(d->out->arena, sizeof(*rule));
	struct isle_step back = { .kind = ISLE_STEP_RULE, .ns = ns }, away;
	struct isle_change *change;

	if (!rule) {
		d->out->no_memory = true;
		return;
	}
	*rule = (struct isle_rule) {
		.inverted = r->inverted, .from = r->from, .to = r->to, .iif = r->iif, .oif = r->oif, .has_mark = r->mask,
		.mark = r->mark, .priority = r->priority, .table = r->action == FR_ACT_TO_TBL ? r->table : 0,
	};
	while (rule->action < ISLE_RULE_PROHIBIT && actions[rule->action] != r->action)
		rule->action++;
	back.rule.rule = rule;
	back.rule.family = r->family;
	back.rule.by_hand = r->proto == RTPROT_UNSPEC;
	away = isle_step_removal(&back);
	change = isle_changes_add(d->out, &away, &back);
	if (change)
		change->why = had_rule(d, ns, r) ? ISLE_WHY_FILE : ISLE_WHY_DRIFT;
}

/* Not the kernel's own, nor a daemon's, nor one with conditions that a step cannot have. */
static bool is_removable(const struct isle_differ *d, uint32_t ns, const struct isle_snap_rule *r)
{
	if (r->more || r->l3mdev || (r->mask && r->mask != UINT32_MAX) || r->action == FR_ACT_GOTO || r->action == FR_ACT_NOP)
		return false;
	/* as isle writes it, or as `ip rule` does */
	if (r->proto != RTPROT_STATIC && r->proto != RTPROT_UNSPEC)
		return false;
	return !isle_diff_is_foreign(d->in, ns) || had_rule(d, ns, r);
}

void isle_differ_remove_rules(struct isle_differ *d, uint32_t ns)
{
	const struct isle_room *room = &d->rooms[ns];

	for (size_t k = room->live->n_rules; k-- > 0;)
		if (!room->rules[k] && is_removable(d, ns, &room->live->rules[k]))
			remove_rule(d, ns, &room->live->rules[k]);
	for (size_t k = room->live->n_neighbours; k-- > 0;) {
		const struct isle_snap_neighbour *n = &room->live->neighbours[k];
		const struct isle_step back = neighbour_step(ns, n), away = isle_step_removal(&back);

		if (!room->neighbours[k] && room->links[n->link - room->live->links] != ISLE_ENDS && had_neighbour(d, ns, n))
			isle_changes_add(d->out, &away, &back);
	}
}

void isle_differ_neighbour(struct isle_differ *d, size_t i)
{
	const struct isle_step *s = &d->steps[i];
	const struct isle_room *room = &d->rooms[s->ns];
	struct isle_step back = isle_step_removal(s);

	for (size_t k = 0; room->live && k < room->live->n_neighbours; k++)
		if (room->neighbours[k] == i + 1 && room->live->neighbours[k].state & NUD_PERMANENT)
			back = neighbour_step(s->ns, &room->live->neighbours[k]);
	isle_differ_emit(d, s, room->live ? &back : NULL);
}

void isle_differ_repair_neighbours(struct isle_differ *d, uint32_t ns)
{
	const struct isle_snap_ns *live = d->rooms[ns].live;

	for (size_t k = 0; k < live->n_neighbours; k++) {
		const struct isle_step step = neighbour_step(ns, &live->neighbours[k]);

		if (live->neighbours[k].state & NUD_PERMANENT && live->neighbours[k].n_mac == 6)
			isle_changes_repair(d->out, &step);
	}
}
