/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle ns run`: the options of unshare(1), read into those of
 * isle_ns_start().
 */
#include <signal.h>
#include "cli/cli.h"

struct values {				/* what the options point to */
	uid_t uid, map_user;
	gid_t gid, map_group;
	struct isle_ns_map users, groups;
	int64_t monotonic, boottime;
};

static void types(const struct cli *c, struct isle_ns_run_options *o)
{
	static const enum cli_opt imply_user[] = { OPT_MAP_USER, OPT_MAP_GROUP, OPT_MAP_ROOT, OPT_MAP_CURRENT, OPT_MAP_AUTO,
						   OPT_MAP_USERS, OPT_MAP_GROUPS };

	for (int t = 0; t < ISLE_NS_TYPES; t++) {
		const char *file = c->opt[OPT_NS + t];

		o->types |= file ? ISLE_NS_BIT(t) : 0;
		o->keep[t] = file && *file ? file : NULL;
	}
	for (size_t i = 0; i < ISLE_COUNT(imply_user); i++)
		o->types |= c->opt[imply_user[i]] ? ISLE_NS_BIT(ISLE_NS_USER) : 0;
	if (c->opt[OPT_MOUNT_PROC]) {
		o->types |= ISLE_NS_BIT(ISLE_NS_MNT);
		o->mount_proc = *c->opt[OPT_MOUNT_PROC] ? c->opt[OPT_MOUNT_PROC] : "/proc";
	}
}

/* "OUTER,INNER,COUNT", or "INNER:OUTER:COUNT" as later unshares have it. */
static bool is_range(const char *s, struct isle_ns_map *ret)
{
	const char sep = strchr(s, ':') ? ':' : ',';
	uint64_t n[3] = { 0 };

	for (int i = 0; i < 3; i++) {
		const char *end = i < 2 ? strchr(s, sep) : s + strlen(s);

		if (!end || !isle_str_u64(s, (size_t)(end - s), &n[i]) || n[i] > UINT32_MAX)
			return false;
		s = end + 1;
	}
	*ret = (struct isle_ns_map){ .inner = (uint32_t)n[sep == ','], .outer = (uint32_t)n[sep == ':'], .count = (uint32_t)n[2] };
	return n[2] > 0 && n[0] + n[2] <= UINT32_MAX && n[1] + n[2] <= UINT32_MAX;
}

static int range(struct cli *c, enum cli_opt id, const char *file, struct isle_ns_map *value, const struct isle_ns_map **ret)
{
	const char *s = c->opt[id];

	if (!s && !c->opt[OPT_MAP_AUTO])
		return 0;
	*ret = value;
	if (!s || !strcmp(s, "auto"))
		return isle_ns_subids(file, value, c->diag) < 0 ? CLI_EXEC_FAILED : 0;
	if (is_range(s, value))
		return 0;
	cli_wrong(c, "option '--%s': '%s' is no range of ids", cli_option_name(c, id), s);
	isle_hint(c->diag, "the first one outside, the first one inside, and how many: 100000,0,65536; or auto, as %s says", file);
	return CLI_EXEC_FAILED;
}

static int maps(struct cli *c, struct values *v, struct isle_ns_run_options *o)
{
	int status;

	if (c->opt[OPT_MAP_ROOT] || c->opt[OPT_MAP_CURRENT]) {
		v->map_user = c->opt[OPT_MAP_ROOT] ? 0 : geteuid();
		v->map_group = c->opt[OPT_MAP_ROOT] ? 0 : getegid();
		o->map_user = &v->map_user;
		o->map_group = &v->map_group;
	}
	status = cli_user(c, OPT_MAP_USER, &v->map_user, &o->map_user);
	if (!status)
		status = cli_group(c, OPT_MAP_GROUP, &v->map_group, &o->map_group);
	if (!status)
		status = range(c, OPT_MAP_USERS, "/etc/subuid", &v->users, &o->users);
	return status ? status : range(c, OPT_MAP_GROUPS, "/etc/subgid", &v->groups, &o->groups);
}

static int choices(struct cli *c, struct isle_ns_run_options *o)
{
	static const char *const how[] = { "private", "slave", "shared", "unchanged", NULL }, *const rule[] = { "allow", "deny", NULL };
	unsigned p = ISLE_NS_PRIVATE, g = 0;
	int status = cli_choice(c, OPT_PROPAGATION, how, &p);

	o->propagation = p;
	if (!status)
		status = cli_choice(c, OPT_SETGROUPS, rule, &g);
	if (!status && c->opt[OPT_SETGROUPS])
		o->setgroups = g ? ISLE_NS_SETGROUPS_DENY : ISLE_NS_SETGROUPS_ALLOW;
	if (!status && c->opt[OPT_KILL_CHILD])
		o->kill_child = SIGKILL;
	return status || !c->opt[OPT_KILL_CHILD] || !*c->opt[OPT_KILL_CHILD] ? status : cli_signal(c, OPT_KILL_CHILD, &o->kill_child);
}

static int read_options(struct cli *c, struct values *v, struct isle_ns_run_options *o)
{
	int status;

	types(c, o);
	o->fork = c->opt[OPT_FORK];
	o->keep_caps = c->opt[OPT_KEEP_CAPS];
	o->root = c->opt[OPT_ROOT];
	o->wd = c->opt[OPT_WD];
	status = maps(c, v, o);
	if (!status)
		status = choices(c, o);
	if (!status)
		status = cli_user(c, OPT_SETUID, &v->uid, &o->uid);
	if (!status)
		status = cli_group(c, OPT_SETGID, &v->gid, &o->gid);
	if (!status)
		status = cli_seconds(c, OPT_MONOTONIC, &v->monotonic, &o->monotonic);
	return status ? status : cli_seconds(c, OPT_BOOTTIME, &v->boottime, &o->boottime);
}

int cmd_ns_run(struct cli *c)
{
	struct isle_ns_run_options o = { .propagation = ISLE_NS_PRIVATE };
	struct values v;
	int status = read_options(c, &v, &o);

	if (status)
		return status;
	fflush(stdout);
	if (isle_ns_start(&o, c->n_args ? c->args : NULL, &status, c->diag) < 0 && c->n_args)
		cli_hint_command(c, c->args[0], status);
	return status;
}
