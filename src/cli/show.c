/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle show`: which lab or host is meant, and the state of its links.
 * The model is the record's; what the kernel has now is laid beside it.
 */
#include "cli/show.h"

static int by_address(const void *a, const void *b)
{
	const struct show_state *x = a, *y = b;

	return x->iface < y->iface ? -1 : x->iface > y->iface;
}

bool show_state_of(const struct show *s, const struct isle_iface *iface, enum isle_link_state *ret)
{
	struct show_state key = { .iface = iface };
	const struct show_state *found = s->n_states ? bsearch(&key, s->states, s->n_states, sizeof(key), by_address) : NULL;

	if (found)
		*ret = found->state;
	return found;
}

const char *show_trouble(const struct show *s, const struct isle_iface *iface)
{
	enum isle_link_state state = ISLE_LINK_UP;

	show_state_of(s, iface, &state);
	if (!isle_iface_is_up(iface) && state == ISLE_LINK_UP && s->n_states)
		return "up, the file says down";
	if (!isle_iface_is_up(iface))
		return "down";
	switch (state) {
	case ISLE_LINK_MISSING: return "missing";
	case ISLE_LINK_DOWN: return "down";
	case ISLE_LINK_NO_CARRIER: return "no carrier";
	case ISLE_LINK_UP: break;
	}
	return NULL;
}

static void note(const struct isle_iface *iface, enum isle_link_state state, void *arg)
{
	struct show *s = arg;

	if (s->n_states == s->cap_states) {
		size_t cap = s->cap_states ? 2 * s->cap_states : 64;
		struct show_state *more = realloc(s->states, cap * sizeof(*more));

		if (!more)
			return;
		s->states = more;
		s->cap_states = cap;
	}
	s->states[s->n_states++] = (struct show_state) { iface, state };
}

static bool is_lab(const char *name)
{
	struct isle_live *live = NULL;
	bool is = isle_live_open(name, &live, NULL) >= 0;

	isle_live_close(live);
	return is;
}

/* ARG is HOST[:IF] or HOST.LAB[:IF]. */
static int open_host(struct show *s, const char *arg, struct isle_live **ret)
{
	char host[ISLE_HOST_MAX], lab[ISLE_HOST_MAX];
	char name[2 * ISLE_HOST_MAX];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(arg, ":"), arg);
	if (isle_host_find(name, host, lab, s->cli->diag) < 0 || isle_live_open(lab, ret, s->cli->diag) < 0)
		return CLI_FAILED;
	s->live = *ret;
	s->host = isle_lab_host(isle_live_lab(*ret), host);
	s->iface = strchr(arg, ':') ? strchr(arg, ':') + 1 : NULL;
	if (!s->iface || show_now(s) == 0)
		return 0;
	for (size_t i = 0; i < isle_host_n_ifaces(s->host); i++)
		if (!strcmp(s->iface, isle_iface_name(isle_host_iface_at(s->host, i))))
			return 0;
	isle_reject(s->cli->diag, NULL, "%s has no interface '%s'", name, s->iface);
	return CLI_FAILED;
}

static int open_named(struct show *s, const char *arg, struct isle_live **ret)
{
	char host[ISLE_HOST_MAX], lab[ISLE_HOST_MAX];

	if (!arg || (is_lab(arg) && isle_host_find(arg, host, lab, NULL) < 0))
		return isle_live_open(arg, ret, s->cli->diag) < 0 ? CLI_FAILED : 0;
	if (!is_lab(arg))
		return open_host(s, arg, ret);
	isle_reject(s->cli->diag, NULL, "'%s' is a lab and a host of lab %s", arg, lab);
	isle_hint(s->cli->diag, "%s.%s means the host; run the command with ISLE_LAB=%s and no name for the lab", host, lab, arg);
	return CLI_FAILED;
}

static int draw(struct show *s)
{
	if (s->live && isle_live_links(s->live, note, s, s->cli->diag) < 0)
		return CLI_FAILED;
	if (s->n_states)
		qsort(s->states, s->n_states, sizeof(*s->states), by_address);
	if (s->cli->json)
		return cli_json(s->cli, show_json(s)) || isle_diag_errors(s->cli->diag) ? CLI_FAILED : CLI_OK;
	if (s->host)
		show_host(s);
	else
		show_lab(s);
	if (s->now)
		printf("\n%s", s->now);
	show_drift(s);
	return isle_diag_errors(s->cli->diag) ? CLI_FAILED : CLI_OK;
}

/* NAMESPACE:IF of one that is no host of a lab? */
static bool is_plain_interface(const char *arg)
{
	char host[ISLE_HOST_MAX], lab[ISLE_HOST_MAX], name[2 * ISLE_HOST_MAX];
	const char *colon = strrchr(arg, ':');

	snprintf(name, sizeof(name), "%.*s", colon ? (int)(colon - arg) : 0, arg);
	return colon && isle_host_find(name, host, lab, NULL) == -ENOENT;
}

int cmd_show(struct cli *c)
{
	struct show s = { .cli = c };
	struct isle_live *live = NULL;
	const char *arg = c->args[0];
	int status;

	cli_more_descriptors();
	if (arg && !cli_is_file(arg) && is_plain_interface(arg))
		return show_interface(c, arg);
	if (arg && cli_is_file(arg))
		status = cli_load(c, arg);
	else
		status = open_named(&s, arg, &live);
	s.live = live;
	s.lab = live ? isle_live_lab(live) : c->lab;
	if (!status)
		status = draw(&s);
	free(s.states);
	free(s.now);
	isle_live_close(live);
	return status;
}
