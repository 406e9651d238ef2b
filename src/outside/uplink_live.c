/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: another way out for a lab that is up, seen from the parent: what is to be
 * made, and the journal. While a lab is between two ways out its journal has
 * what is of either, so that whoever is killed leaves nothing that `down` or
 * `gc` would not find. What forwarding was before the first uplink came stays
 * in it until the last one goes.
 */
#include <jansson.h>
#include "outside/ports.h"
#include "outside/uplink.h"

static bool same_uplink(const struct isle_host *a, const struct isle_host *b)
{
	if (a->uplink.kind != b->uplink.kind || a->uplink.n_subnets != b->uplink.n_subnets || a->n_ports != b->n_ports ||
	    isle_uplink_is_gateway(a) != isle_uplink_is_gateway(b))
		return false;
	for (size_t i = 0; i < a->uplink.n_subnets; i++)
		if (isle_ip_cmp(&a->uplink.subnets[i], &b->uplink.subnets[i]))
			return false;
	for (size_t i = 0; i < a->n_ports; i++)
		if (a->ports[i].udp != b->ports[i].udp || a->ports[i].from != b->ports[i].from || a->ports[i].to != b->ports[i].to)
			return false;
	return true;
}

/* Has B each uplink of A, as it is? */
static bool has_all(const struct isle_lab *b, const struct isle_lab *a)
{
	for (size_t i = 0; i < a->n_hosts; i++) {
		const struct isle_host *h = isle_lab_host(b, a->hosts[i]->name);

		if (a->hosts[i]->uplink.kind != ISLE_UPLINK_NONE && !(h && same_uplink(a->hosts[i], h)))
			return false;
	}
	return true;
}

static bool look(struct isle_uplink_change *c, bool (*stands)(const struct isle_host *, void *), void *arg)
{
	bool any = false;

	for (size_t i = 0; i < c->to->n_hosts; i++) {
		const struct isle_host *h = c->to->hosts[i];

		c->makes[i] = h->uplink.kind != ISLE_UPLINK_NONE && !(stands(h, arg) && isle_uplink_has_pair(c->to, h));
		any |= c->makes[i];
	}
	return any;
}

static int prepare(struct isle_uplink_change *c, struct isle_diag *d)
{
	struct isle_job job = { .lab = c->to };
	int r = isle_uplink_prepare(c->from, &c->was, d);

	if (!r)
		r = isle_uplink_prepare(c->to, &c->will, d);
	job.uplink = c->will;
	return r ? r : isle_uplink_plan_machine(&job, d);
}

int isle_uplink_change_new(const struct isle_lab *from, const struct isle_lab *to, bool unsure, bool (*stands)(const struct isle_host *, void *),
			   void *arg, struct isle_uplink_change **ret, struct isle_diag *d)
{
	struct isle_uplink_change *c = NULL;
	int r;

	*ret = NULL;
	if (!from->has_uplink && !to->has_uplink && !unsure)
		return 0;
	c = calloc(1, sizeof(*c));
	if (c)
		c->makes = calloc(to->n_hosts + 1, sizeof(*c->makes));
	if (!c || !c->makes) {
		isle_uplink_change_free(c);
		return isle_fail(d, ENOMEM, NULL, "comparing the uplinks of lab %s", to->name);
	}
	c->from = from;
	c->to = to;
	if (!look(c, stands, arg) && !unsure && has_all(to, from) && has_all(from, to)) {
		isle_uplink_change_free(c);
		return 0;
	}
	r = prepare(c, d);
	if (r)
		isle_uplink_change_free(c);
	else
		*ret = c;
	return r;
}

void isle_uplink_change_free(struct isle_uplink_change *c)
{
	if (!c)
		return;
	isle_uplink_work_free(c->was);
	isle_uplink_work_free(c->will);
	json_decref(c->journal);
	json_decref(c->between);
	json_decref(c->after);
	free(c->makes);
	free(c);
}

/* ---- the journal */

static bool has_path(const json_t *sysctls, const json_t *path)
{
	const json_t *s;
	size_t i;

	json_array_foreach(sysctls, i, s)
		if (json_equal(json_object_get(s, "path"), path))
			return true;
	return false;
}

static bool has(const json_t *list, const json_t *item)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_equal(one, item))
			return true;
	return false;
}

/* What the lab has changed on the machine so far is told by the old one: now it is as the lab set it. */
static void inherit(json_t *after, const json_t *old)
{
	json_t *all = json_deep_copy(json_object_get(old, "sysctls")), *s;
	size_t i;

	json_array_foreach(json_object_get(after, "sysctls"), i, s)
		if (!has_path(all, json_object_get(s, "path")))
			json_array_append(all, s);
	json_array_foreach(all, i, s)
		json_object_del(json_object_get(after, "relies"), json_string_value(json_object_get(s, "path")));
	json_object_set_new(after, "sysctls", all);
	json_array_foreach(json_object_get(old, "docker_user"), i, s)
		if (!has(json_object_get(after, "docker_user"), s))
			json_array_append(json_object_get(after, "docker_user"), s);
}

static json_t *both(const json_t *after, const json_t *old)
{
	static const char *const lists[] = { "links", "ports" };
	json_t *all = json_deep_copy(after), *one;
	size_t i;

	for (size_t k = 0; k < ISLE_COUNT(lists); k++)
		json_array_foreach(json_object_get(old, lists[k]), i, one)
			if (!has(json_object_get(all, lists[k]), one))
				json_array_append(json_object_get(all, lists[k]), one);
	return all;
}

static int put(int run, const struct isle_uplink_change *c, json_t *j, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX + 16];
	int r;

	isle_journal_name(name, c->to->name);
	r = isle_journal_replace(run, name, j);
	return r ? isle_fail(d, -r, NULL, "writing the uplink journal %s/%s", ISLE_RUN_DIR, name) : 0;
}

int isle_uplink_change_begin(struct isle_uplink_change *c, int run, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX + 16];
	int r;

	isle_journal_name(name, c->to->name);
	r = isle_journal_read(run, name, &c->journal, d);
	if (r && r != -ENOENT)
		return r;
	if (!c->will)
		return 0;
	c->after = json_loads(c->will->journal, 0, NULL);
	if (c->after && c->journal)
		inherit(c->after, c->journal);
	c->between = c->after ? both(c->after, c->journal) : NULL;
	return c->between ? put(run, c, c->between, d) : isle_fail(d, ENOMEM, NULL, "writing the uplink journal of %s", c->to->name);
}

void isle_uplink_change_forget(const struct isle_uplink_change *c, int run)
{
	char name[ISLE_NAME_MAX + 16];

	isle_journal_name(name, c->to->name);
	if (c->between && c->journal)
		put(run, c, c->journal, NULL);
	else if (c->between)
		unlinkat(run, name, 0);
}

static const char *text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

int isle_uplink_change_end(const struct isle_uplink_change *c, int run, struct isle_diag *d)
{
	const json_t *link, *program;
	size_t i, k;
	int r, all = 0;

	if (!c->will)
		return isle_uplink_undo(run, c->to->name, d);
	json_array_foreach(json_object_get(c->between, "links"), i, link) {
		if (has(json_object_get(c->after, "links"), link))
			continue;
		json_array_foreach(json_object_get(c->between, "docker_user"), k, program)
			isle_docker_user(json_string_value(program), false, text(link, "name"), c->will->mark);
		r = isle_uplink_drop_pair(text(link, "name"), text(link, "altname"), d);
		all = all ? all : r;
	}
	return all ? all : put(run, c, c->after, d);
}
