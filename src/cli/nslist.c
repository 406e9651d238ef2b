/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle ns list`: a line for each namespace, with how many use it in which
 * way. Everything is collected first, because the tree and the filters want to
 * know all of it.
 */
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "cli/nslist.h"

enum { PLAIN_MAX = 256, UNLIMITED = 4096 };

static const char *copy(struct ns_list *l, const char *s)
{
	char *r = s ? isle_arena_strdup(l->arena, s) : NULL;

	l->bad |= s && !r;
	return r;
}

static void collect(const struct isle_ns_info *i, void *arg)
{
	struct ns_list *l = arg;
	const char **names = isle_arena_alloc(l->arena, (i->n_names + 1) * sizeof(*names));
	struct ns_row *row;

	if (!names || !isle_arena_grow(l->arena, &l->rows, l->n, &l->cap, sizeof(*l->rows))) {
		l->bad = true;
		return;
	}
	row = &l->rows[l->n++];
	*row = (struct ns_row){ .info = *i, .above = SIZE_MAX };
	row->info.command = copy(l, i->command);
	row->info.names = names;
	for (size_t k = 0; k < i->n_names; k++)
		names[k] = copy(l, i->names[k]);
}

const char *ns_plain(const char *s, size_t max, char *buf, size_t size)
{
	size_t n = 0, left = s ? strlen(s) : 0;

	if (max > size - 1)
		max = size - 1;
	while (left) {
		bool fit;
		const size_t letter = isle_letter(s, left, &fit);

		if (n + (fit ? letter : 1) > max)
			break;
		memcpy(buf + n, fit ? s : "?", fit ? letter : 1);
		n += fit ? letter : 1;
		s += letter;
		left -= letter;
	}
	buf[n] = 0;
	return buf;
}

json_t *ns_text(const char *s)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	json_t *text = s ? json_string(s) : NULL;

	if (!s || text)
		return text;
	for (; *s; s++)
		isle_buf_put(&b, (unsigned char)*s < 0x80 ? s : "\xef\xbf\xbd", (unsigned char)*s < 0x80 ? 1 : 3);
	return b.bad ? NULL : json_string(b.s);
}

int ns_types(struct cli *c, const char *words, unsigned *ret)
{
	unsigned types = 0;
	char word[16];

	while (*words) {
		size_t n = strcspn(words, ",");
		int type;

		snprintf(word, sizeof(word), "%.*s", (int)(n < sizeof(word) ? n : sizeof(word) - 1), words);
		type = isle_ns_type_of(word);
		if (type < 0) {
			int r = cli_wrong(c, "there is no type '%.*s' of namespaces", (int)n, words);

			isle_hint(c->diag, "the types are cgroup, ipc, mnt, net, pid, time, user, uts");
			return r;
		}
		types |= ISLE_NS_BIT(type);
		words += n + (words[n] == ',');
	}
	*ret = types ? types : ISLE_NS_ALL;
	return CLI_OK;
}

/* Columns of the terminal; far more where there is none. */
static size_t width(void)
{
	struct winsize w;

	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20 ? w.ws_col : UNLIMITED;
}

static const char *count(size_t n, char buf[24])
{
	snprintf(buf, 24, "%zu", n);
	return n ? buf : "-";
}

static int letters(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void ns_head(struct ns_list *l, int id_width)
{
	char head[128];

	if (l->cli->opt[OPT_NO_HEADINGS])
		return;
	snprintf(head, sizeof(head), "%-*s %-6s %-10s %5s %3s %3s %3s %4s %7s NAME, COMMAND\n", id_width, "NS", "TYPE", "OWNER", "PROCS", "THR",
		 "FDS", "MNT", "SOCK", "PID");
	cli_title(head, l->cli);
}

void ns_line(const struct ns_row *row, const char *prefix, int id_width)
{
	const struct isle_ns_info *i = &row->info;
	char n[5][24], id[24], owner[24], pid[24], name[PLAIN_MAX], command[PLAIN_MAX];
	const size_t room = width();
	size_t used = (size_t)id_width + 48;

	snprintf(id, sizeof(id), "%llu", (unsigned long long)i->id);
	snprintf(owner, sizeof(owner), "%llu", (unsigned long long)i->owner);
	snprintf(pid, sizeof(pid), "%d", i->pid);
	printf("%s%-*s %-6s %-10s %5s %3s %3s %3s %4s %7s", prefix, id_width - letters(prefix), id, isle_ns_type_name(i->type),
	       i->owner ? owner : "-", count(i->n[ISLE_HOLDER_PROCESS], n[0]), count(i->n[ISLE_HOLDER_THREAD], n[1]),
	       count(i->n[ISLE_HOLDER_DESCRIPTOR], n[2]), count(i->n[ISLE_HOLDER_MOUNT], n[3]),
	       count(i->n[ISLE_HOLDER_SOCKET], n[4]), i->pid ? pid : "-");
	ns_plain(i->n_names ? i->names[0] : "", room > used ? room - used : 1, name, sizeof(name));
	used += *name ? strlen(name) + 1 : 0;
	ns_plain(i->command, room > used + 1 ? room - used - 1 : 0, command, sizeof(command));
	printf("%s%s%s%s\n", *name ? " " : "", name, *command ? " " : "", command);
}

json_t *ns_unseen_json(const struct isle_unseen *u)
{
	return json_pack("{s:I, s:I, s:I, s:b}", "processes", (json_int_t)u->processes, "mount_namespaces",
			 (json_int_t)u->mount_namespaces, "descriptors", (json_int_t)u->descriptors, "outside", u->outside);
}

void ns_unseen(struct cli *c, const struct isle_unseen *u)
{
	if (!u->processes && !u->mount_namespaces && !u->descriptors)
		return;
	if (u->processes)
		isle_warn(c->diag, NULL, "%zu process%s could not be looked at: there may be more namespaces, and more that hold these",
			  u->processes, u->processes == 1 ? "" : "es");
	else if (u->mount_namespaces)
		isle_warn(c->diag, NULL, "the mounts of %zu mount namespace%s could not be looked at", u->mount_namespaces,
			  u->mount_namespaces == 1 ? "" : "s");
	else
		isle_warn(c->diag, NULL, "%zu descriptor%s could not be looked at", u->descriptors, u->descriptors == 1 ? "" : "s");
	isle_hint(c->diag, geteuid() ? "root sees more" : "it takes CAP_SYS_PTRACE and CAP_SYS_ADMIN in their user namespaces");
}

static json_t *row_json(const struct isle_ns_info *i)
{
	json_t *names = json_array();

	for (size_t k = 0; k < i->n_names; k++)
		json_array_append_new(names, ns_text(i->names[k]));
	return json_pack("{s:s, s:I, s:o*, s:o*, s:o*, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o*, s:o*, s:o*, s:o}",
			 "type", isle_ns_type_name(i->type), "id", (json_int_t)i->id,
			 "owner", i->owner ? json_integer((json_int_t)i->owner) : NULL,
			 "parent", i->parent ? json_integer((json_int_t)i->parent) : NULL,
			 "uid", i->has_uid ? json_integer(i->uid) : NULL, "own", i->own,
			 "processes", (json_int_t)i->n[ISLE_HOLDER_PROCESS], "threads", (json_int_t)i->n[ISLE_HOLDER_THREAD],
			 "for_children", (json_int_t)i->n[ISLE_HOLDER_CHILDREN],
			 "descriptors", (json_int_t)i->n[ISLE_HOLDER_DESCRIPTOR], "mounts", (json_int_t)i->n[ISLE_HOLDER_MOUNT],
			 "sockets", (json_int_t)i->n[ISLE_HOLDER_SOCKET], "children", (json_int_t)i->n[ISLE_HOLDER_CHILD],
			 "owned", (json_int_t)i->n[ISLE_HOLDER_OWNED],
			 "pid", i->pid ? json_integer(i->pid) : NULL, "pid_uid", i->pid ? json_integer(i->pid_uid) : NULL,
			 "command", ns_text(i->command), "names", names);
}

static int print(struct ns_list *l)
{
	json_t *list = l->cli->json ? json_array() : NULL;
	const char *tree = l->cli->opt[OPT_TREE];

	for (size_t i = 0; list && i < l->n; i++)
		if (l->rows[i].shown)
			json_array_append_new(list, row_json(&l->rows[i].info));
	if (list)
		return cli_json(l->cli, json_pack("{s:o, s:o}", "namespaces", list, "unseen", ns_unseen_json(&l->unseen)));
	if (tree) {
		ns_tree(l, !strcmp(tree, "parent"));
		return CLI_OK;
	}
	ns_head(l, 10);
	for (size_t i = 0; i < l->n; i++)
		if (l->rows[i].shown)
			ns_line(&l->rows[i], "", 10);
	return CLI_OK;
}

static void show_id(struct ns_list *l, uint64_t id, unsigned types, bool *ret_found)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->rows[i].info.id == id && types & ISLE_NS_BIT(l->rows[i].info.type))
			*ret_found = l->rows[i].shown = true;
}

/* "net:[4026531833]", as links in /proc say it; REF is then the number. */
static bool is_link(const char **ref, unsigned *types, char digits[24])
{
	const char *open = strchr(*ref, ':');
	char type[16];
	int t;

	snprintf(type, sizeof(type), "%.*s", open ? (int)(open - *ref) : 0, *ref);
	t = isle_ns_type_of(type);
	if (t < 0 || open[1] != '[' || strspn(open + 2, "0123456789") > 20 || strcmp(open + 2 + strspn(open + 2, "0123456789"), "]"))
		return false;
	snprintf(digits, 24, "%.*s", (int)strspn(open + 2, "0123456789"), open + 2);
	*types &= ISLE_NS_BIT(t);
	*ref = digits;
	return true;
}

/* Only the namespaces of REF: an id as lsns takes it or as /proc has it, else a name. */
static int show_ref(struct ns_list *l, const char *ref, unsigned types)
{
	const char *whole = ref;
	char digits[24];
	const bool link = is_link(&ref, &types, digits);
	struct isle_ns_set set;
	bool found = false;
	struct stat st;
	uint64_t id;
	int r;

	if (isle_str_u64(ref, strlen(ref), &id))
		show_id(l, id, types, &found);
	if (found || link)
		return found ? 0 : isle_reject(l->cli->diag, NULL, "there is no such namespace: %s", whole);
	r = isle_ns_open(ref, types, &set, l->cli->diag);
	for (int i = 0; !r && i < ISLE_NS_TYPES; i++)
		if (set.fd[i] >= 0 && fstat(set.fd[i], &st) == 0)
			show_id(l, st.st_ino, types, &found);
	if (!r)
		isle_ns_set_close(&set);
	return r;
}

static int show_refs(struct ns_list *l, unsigned types)
{
	const char *task = l->cli->opt[OPT_TASK];
	char pid[32];
	int r = 0;

	if (task) {
		snprintf(pid, sizeof(pid), "pid:%s", task);
		r = show_ref(l, pid, types);
	}
	for (int i = 0; !r && i < l->cli->n_args; i++)
		r = show_ref(l, l->cli->args[i], types);
	for (size_t i = 0; !task && !l->cli->n_args && i < l->n; i++)
		l->rows[i].shown = types & ISLE_NS_BIT(l->rows[i].info.type);
	return r ? CLI_FAILED : CLI_OK;
}

/* Of all --type. */
static int wanted(struct cli *c, unsigned *ret)
{
	unsigned all = 0, types;

	for (size_t i = 0; i < c->n_many; i++) {
		const int r = ns_types(c, c->many[i], &types);

		if (r)
			return r;
		all |= types;
	}
	*ret = all ? all : ISLE_NS_ALL;
	return CLI_OK;
}

int cmd_ns_list(struct cli *c)
{
	struct ns_list l = { .cli = c, .arena = isle_arena_new() };
	unsigned types = ISLE_NS_ALL, kinds = c->opt[OPT_QUICK] ? 0 : ISLE_HOLDER_ALL;
	int r = wanted(c, &types);

	if (!r && c->opt[OPT_TREE] && *c->opt[OPT_TREE] && strcmp(c->opt[OPT_TREE], "owner") && strcmp(c->opt[OPT_TREE], "parent"))
		r = cli_wrong(c, "a tree is by owner or by parent, not by '%s'", c->opt[OPT_TREE]);
	if (!r && l.arena) {
		/* what a tree stands on may be of another type than what is asked for */
		const unsigned all = types | (c->opt[OPT_TREE] ? ISLE_NS_BIT(ISLE_NS_USER) : 0);

		r = isle_each_ns(all, kinds, collect, &l, &l.unseen, c->diag) ? CLI_FAILED : show_refs(&l, types);
	}
	if (!l.arena || l.bad) {
		isle_fail(c->diag, ENOMEM, NULL, "cannot list the namespaces");
		r = CLI_FAILED;
	}
	if (!r)
		r = print(&l);
	if (!r)
		ns_unseen(c, &l.unseen);
	isle_arena_free(l.arena);
	return r;
}
