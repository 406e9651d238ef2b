/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `set` on a plain namespace: mtu, mac and state of an interface, sysctls
 * of the namespace. All of it is as it was if one of them is refused.
 */
#include "rewire/lab.h"
#include "rewire/rewire.h"
#include "ns/ns.h"
#include "outside/uplink.h"
#include "plan/plan.h"

enum { VALUE_MAX = 256 };

static int no_key(const char *key, const char *what, const char *has, struct isle_diag *d)
{
	isle_reject(d, NULL, "%s has no key '%.64s'", what, key);
	isle_hint(d, "it has: %s", has);
	return -EINVAL;
}

static bool parse_mac(const char *s, uint8_t ret[6])
{
	unsigned b[6];
	char end;

	if (strlen(s) != 17 || sscanf(s, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &end) != 6)
		return false;
	for (int i = 0; i < 6; i++)
		ret[i] = (uint8_t)b[i];
	return !(ret[0] & 1);
}

static int set_link(struct isle_rewire *w, struct isle_snap_link *l, const struct isle_key_value *k, struct isle_diag *d)
{
	struct isle_change *c = isle_rewire_add(w, ISLE_STEP_LINK, 0);
	uint8_t *mac = isle_arena_alloc(w->changes->arena, 6);
	uint64_t n;

	if (!c || !mac)
		return isle_fail(d, ENOMEM, NULL, "setting %s", l->name);
	c->step.link.name = l->name;
	c->step.link.ifindex = (uint32_t)l->ifindex;
	c->step.link.keep_state = true;
	c->undo = c->step;
	c->has_undo = true;
	if (!strcmp(k->key, "mtu")) {
		if (!isle_str_u64(k->value, strlen(k->value), &n) || n < 68 || n > 65535)
			return isle_reject(d, NULL, "mtu is from 68 to 65535, not '%.64s'", k->value);
		c->step.link.mtu = (uint32_t)n;
		c->undo.link.mtu = l->mtu;
	} else if (!strcmp(k->key, "mac")) {
		if (!parse_mac(k->value, mac))
			return isle_reject(d, NULL, "mac is 02:00:00:00:00:01, unicast, not '%.64s'", k->value);
		c->step.link.mac = mac;
		c->undo.link.mac = l->mac;
	} else if (!strcmp(k->key, "state")) {
		if (strcmp(k->value, "up") && strcmp(k->value, "down"))
			return isle_reject(d, NULL, "state is up or down, not '%.64s'", k->value);
		c->step.link.keep_state = c->undo.link.keep_state = false;
		c->step.link.up = !strcmp(k->value, "up");
		c->undo.link.up = l->flags & IFF_UP;
	} else {
		return no_key(k->key, "an interface of a plain namespace", "mtu, mac, state", d);
	}
	return 0;
}

struct look { const char *path; char value[VALUE_MAX]; };

static int read_it(void *arg)
{
	struct look *l = arg;

	return isle_sysctl_read(l->path, l->value, sizeof(l->value));
}

static int set_sysctl(struct isle_rewire *w, const struct isle_key_value *k, struct isle_diag *d)
{
	struct look *l = isle_arena_alloc(w->changes->arena, sizeof(*l));
	struct isle_change *c;
	int r, value = 0;

	if (strncmp(k->key, "sysctl.", 7))
		return no_key(k->key, "a plain namespace", "sysctl.NAME; its interfaces have more: NS:IF", d);
	if (!l)
		return isle_fail(d, ENOMEM, NULL, "setting %s", k->key);
	r = isle_plan_sysctl_path(w->changes->arena, k->key + 7, &l->path);
	if (r)
		return isle_reject(d, NULL, "'%.64s' is no sysctl of a network namespace", k->key + 7);
	r = isle_ns_call(w->place[0]->net, read_it, l, &value, d);
	if (!r && value)
		r = isle_fail(d, -value, NULL, "reading %s of %s", k->key + 7, isle_rewire_name(w, 0));
	c = r ? NULL : isle_rewire_add(w, ISLE_STEP_SYSCTL, 0);
	if (!c)
		return r;
	c->step.sysctl.path = l->path;
	c->step.sysctl.value = k->value;
	c->undo = c->step;
	c->undo.sysctl.value = l->value;
	c->has_undo = true;
	return 0;
}

static int set_plain(const struct isle_place *p, const struct isle_key_value *k, size_t n, const struct isle_rewire_options *o,
		     char **ret_said, struct isle_diag *d)
{
	isle_auto(rewire) struct isle_rewire w = { 0 };
	isle_auto(buf) struct isle_buf said = { 0 };
	struct isle_snap_link *l = NULL;
	int r = isle_rewire_begin(&w, p, NULL, 0, o, d);

	if (!r && *p->ifname)
		r = isle_rewire_link(&w, 0, p->ifname, &l, d);
	for (size_t i = 0; !r && i < n; i++) {
		if (!*k[i].value)
			r = isle_reject(d, NULL, "'%.64s=' needs a value: a plain namespace has no default to go back to", k[i].key);
		else
			r = l ? set_link(&w, l, &k[i], d) : set_sysctl(&w, &k[i], d);
		isle_buf_printf(&said, " %s=%s", k[i].key, k[i].value);
	}
	if (!r)
		r = isle_rewire_do(&w, "set it", ret_said, d);
	return r ? r : isle_rewire_say(o, ret_said, d, "%s%s%s has%s", isle_rewire_name(&w, 0), l ? ":" : "", l ? l->name : "", said.s);
}

int isle_set(const char *end, const struct isle_key_value *k, size_t n, const struct isle_rewire_options *o, char **ret_said,
	     struct isle_diag *d)
{
	isle_auto(pair) struct isle_pair pair = { .a.net = -1, .b.net = -1 };
	int r = isle_pair_find(end, NULL, o, &pair, d);

	if (r)
		return r;
	return pair.is_lab ? isle_lab_set(&pair, k, n, o, ret_said, d) : set_plain(&pair.a, k, n, o, ret_said, d);
}
