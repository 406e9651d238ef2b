/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle holders`: what keeps a namespace alive, a line for each holder with
 * what would free it. Lines wait until the namespace is complete, so that
 * columns fit; where there is none, the reasons that cannot be seen are named.
 */
#include "cli/nslist.h"

enum { WHAT_MAX = 4096, COMMAND_MAX = 40 };

struct holders {
	struct cli *cli;
	json_t *list, *now;	/* namespaces; holders of the current one */
	struct { const char *kind; char *held, *advice; } *lines;
	size_t n, cap;
	size_t n_namespaces;
	bool bad;
	struct isle_arena *arena;
	struct isle_ns_info info;	/* of the lines; strings in the arena */
	const char *name;	/* its first one */
	bool open;		/* .info is set, not printed yet */
};

static char *describe(struct isle_arena *a, const struct isle_holder *h)
{
	const char *type = isle_ns_type_name(h->ns_type);
	const unsigned long long id = h->ns;
	char command[COMMAND_MAX + 4], what[WHAT_MAX];

	ns_plain(h->command, COMMAND_MAX, command, sizeof(command));
	ns_plain(h->what ? h->what : h->name, WHAT_MAX, what, sizeof(what));
	switch (h->kind) {
	case ISLE_HOLDER_DESCRIPTOR:
		return isle_arena_printf(a, "descriptor %d of pid %d %s", h->fd, h->pid, command);
	case ISLE_HOLDER_SOCKET:
		return isle_arena_printf(a, "%s%sdescriptor %d of pid %d %s", what, *what ? ", " : "", h->fd, h->pid, command);
	case ISLE_HOLDER_MOUNT:
		if (h->here)
			return isle_arena_printf(a, "%s", what);
		if (!h->pid)
			return isle_arena_printf(a, "%s in mnt:[%llu], nobody in it", what, id);
		return isle_arena_printf(a, "%s in mnt:[%llu] of pid %d %s", what, id, h->pid, command);
	case ISLE_HOLDER_CHILD:
	case ISLE_HOLDER_OWNED:
		return isle_arena_printf(a, "%s:[%llu] %s", type, id, what);
	case ISLE_HOLDER_CHILDREN:
		return isle_arena_printf(a, "the next ones of %s%d %s", h->tid ? "thread " : "pid ", h->tid ? h->tid : h->pid, command);
	case ISLE_HOLDER_THREAD:
		return isle_arena_printf(a, "thread %d of pid %d %s", h->tid, h->pid, command);
	default:
		return isle_arena_printf(a, "pid %d %s", h->pid, command);
	}
}

static void line(struct holders *hs, const struct isle_holder *h)
{
	if (!isle_arena_grow(hs->arena, &hs->lines, hs->n, &hs->cap, sizeof(*hs->lines))) {
		hs->bad = true;
		return;
	}
	hs->lines[hs->n].kind = isle_holder_kind_name(h->kind);
	hs->lines[hs->n].held = describe(hs->arena, h);
	hs->lines[hs->n].advice = isle_arena_strdup(hs->arena, h->advice);
	hs->bad |= !hs->lines[hs->n].held || !hs->lines[hs->n].advice;
	hs->n += !hs->bad;
}

static void print(struct holders *hs)
{
	const struct isle_ns_info *i = &hs->info;
	const char *type = isle_ns_type_name(i->type);
	char title[WHAT_MAX + 64], name[WHAT_MAX];
	size_t width = 0;

	if (!hs->open)
		return;
	ns_plain(i->n_names ? i->names[0] : "", sizeof(name), name, sizeof(name));
	snprintf(title, sizeof(title), type ? "%s%s:[%llu]%s%s\n" : "%s%s%llu%s%s\n", hs->n_namespaces++ ? "\n" : "",
		 type ? type : "", (unsigned long long)i->id, *name ? " " : "", name);
	cli_title(title, hs->cli);
	for (size_t k = 0; k < hs->n; k++)
		if (strlen(hs->lines[k].held) > width && strlen(hs->lines[k].held) <= 60)
			width = strlen(hs->lines[k].held);
	for (size_t k = 0; k < hs->n; k++)
		printf("  %-10s  %-*s  %s\n", hs->lines[k].kind, (int)width, hs->lines[k].held, hs->lines[k].advice);
	if (!hs->n)
		puts("  not visible to any process: nothing that can be seen here holds it. Either it is gone, or only\n"
		     "  the kernel knows who does: a descriptor or socket in flight between processes (SCM_RIGHTS), a\n"
		     "  mount that was unmounted lazily while in use, or somebody outside of what /proc shows here.");
	hs->n = hs->cap = 0;
	hs->lines = NULL;
	hs->open = false;
}

static json_t *holder_json(const struct isle_holder *h)
{
	const bool is_ns = h->kind == ISLE_HOLDER_CHILD || h->kind == ISLE_HOLDER_OWNED;

	return json_pack("{s:s, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o}", "kind", isle_holder_kind_name(h->kind),
			 "pid", h->pid ? json_integer(h->pid) : NULL, "tid", h->tid ? json_integer(h->tid) : NULL,
			 "command", ns_text(h->command), "fd", h->fd >= 0 ? json_integer(h->fd) : NULL,
			 h->kind == ISLE_HOLDER_SOCKET ? "protocol" : "path", ns_text(h->what),
			 "mount_namespace", h->kind == ISLE_HOLDER_MOUNT ? json_integer((json_int_t)h->ns) : NULL,
			 "here", h->kind == ISLE_HOLDER_MOUNT ? json_boolean(h->here) : NULL,
			 "namespace", is_ns ? json_sprintf("%s:[%llu]", isle_ns_type_name(h->ns_type), (unsigned long long)h->ns) : NULL,
			 "name", ns_text(h->name), "free", ns_text(h->advice));
}

static void begin_json(struct holders *hs, const struct isle_ns_info *i)
{
	json_t *names = json_array();

	for (size_t k = 0; k < i->n_names; k++)
		json_array_append_new(names, ns_text(i->names[k]));
	hs->now = json_array();
	json_array_append_new(hs->list, json_pack("{s:o*, s:I, s:o, s:o}", "type",
						  isle_ns_type_name(i->type) ? json_string(isle_ns_type_name(i->type)) : NULL, "id",
						  (json_int_t)i->id, "names", names, "holders", hs->now));
}

static void begin(struct holders *hs, const struct isle_ns_info *i)
{
	print(hs);
	hs->info = *i;
	hs->open = true;
	hs->name = i->n_names ? isle_arena_strdup(hs->arena, i->names[0]) : NULL;
	hs->info.names = &hs->name;
	hs->info.n_names = hs->name != NULL;
}

static void each(const struct isle_ns_info *i, const struct isle_holder *h, void *arg)
{
	struct holders *hs = arg;

	/* this program itself goes away by itself */
	if (h && h->pid == getpid() && h->kind != ISLE_HOLDER_MOUNT)
		return;
	if (hs->list && !h)
		begin_json(hs, i);
	else if (hs->list)
		json_array_append_new(hs->now, holder_json(h));
	else if (!h)
		begin(hs, i);
	else
		line(hs, h);
}

int cmd_holders(struct cli *c)
{
	struct holders hs = { .cli = c, .list = c->json ? json_array() : NULL, .arena = isle_arena_new() };
	struct isle_unseen unseen;
	unsigned types = 0;
	int r = c->opt[OPT_TYPE] ? ns_types(c, c->opt[OPT_TYPE], &types) : CLI_OK;

	if (!r && hs.arena)
		r = isle_each_holder(c->args[0], types, ISLE_HOLDER_ALL, each, &hs, &unseen, c->diag) ? CLI_FAILED : CLI_OK;
	if (!hs.arena || hs.bad) {
		isle_fail(c->diag, ENOMEM, NULL, "cannot tell who uses %s", c->args[0]);
		r = CLI_FAILED;
	}
	if (!r && c->json)
		r = cli_json(c, json_pack("{s:O, s:o}", "namespaces", hs.list, "unseen", ns_unseen_json(&unseen)));
	if (!r && !c->json)
		print(&hs);
	if (!r)
		ns_unseen(c, &unseen);
	json_decref(hs.list);
	isle_arena_free(hs.arena);
	return r;
}
