/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: plain namespaces being changed, by the executor that labs are changed
 * with. One or two ends are looked at first, in a snapshot of just these; then
 * steps are put together; then a forked process does them or undoes them. What
 * is made is written down before (journal.c), so that a kill in the middle
 * leaves nothing that nobody knows of. Interface indexes are chosen here: the
 * next that is free, as the kernel itself would.
 */
#include <fcntl.h>
#include <net/if.h>
#include <sys/random.h>
#include "rewire/rewire.h"
#include "engine/signals.h"
#include "kinds/kinds.h"
#include "ns/ns.h"
#include "outside/wire.h"
#include "tree/rundir.h"
#include "tree/visit.h"

enum { MSG_BYTES = 16384 };

bool isle_rewire_commands(const struct isle_rewire_options *o)
{
	return o && o->commands;
}

static void name_end(struct isle_rewire *w, int end)
{
	const struct isle_place *p = w->place[end];

	w->host[end].name = isle_rewire_commands(w->options) ? p->path : p->word;
	w->host[end].index = (size_t)end;
	w->hosts[end] = &w->host[end];
	w->ns[end] = p->own ? ISLE_NS_MACHINE : ISLE_NS_HOST(end);
}

static bool is_same_ns(const struct isle_place *a, const struct isle_place *b)
{
	dev_t dev[2];
	ino_t ino[2];

	return isle_ns_id(a->net, &dev[0], &ino[0]) == 0 && isle_ns_id(b->net, &dev[1], &ino[1]) == 0 && ino[0] == ino[1];
}

static void hint_privilege(int r, struct isle_diag *d)
{
	if (r == -EPERM)
		isle_hint(d, "run it as root; or all of it in a user namespace of your own: `unshare -Urnm`, then a tmpfs on /run");
}

static int look(struct isle_rewire *w, unsigned parts, struct isle_diag *d)
{
	const int n = w->place[1] && !is_same_ns(w->place[0], w->place[1]) ? 2 : 1;
	int fds[2] = { w->place[0]->net, n > 1 ? w->place[1]->net : -1 };
	const char *labels[2] = { w->place[0]->word, n > 1 ? w->place[1]->word : NULL };
	dev_t dev;
	ino_t ino;
	int r = isle_snap_take_of(fds, labels, (size_t)n, parts, &w->snap, d);

	for (int i = 0; !r && i < 2 && w->place[i]; i++) {
		r = isle_ns_id(w->place[i]->net, &dev, &ino);
		w->in[i] = r ? NULL : isle_snap_ns_of(w->snap, ino);
		if (!r && w->in[i] && !w->in[i]->unseen)
			continue;
		r = isle_fail(d, r ? -r : w->in[i] ? w->in[i]->unseen : ESRCH, NULL, "cannot look into %s", w->place[i]->word);
		hint_privilege(r, d);
	}
	return r;
}

static uint32_t above(const struct isle_snap_ns *ns)
{
	return ns->n_links ? (uint32_t)ns->links[ns->n_links - 1].ifindex + 1 : 2;
}

static int make_mark(struct isle_rewire *w, struct isle_diag *d)
{
	uint64_t id;

	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		return isle_fail(d, errno, NULL, "cannot get random bytes");
	snprintf(w->mark, sizeof(w->mark), ISLE_WIRE_MARK "%016llx", (unsigned long long)id);
	return 0;
}

int isle_rewire_begin(struct isle_rewire *w, const struct isle_place *a, const struct isle_place *b, unsigned parts,
		      const struct isle_rewire_options *o, struct isle_diag *d)
{
	int r;

	memset(w, 0, sizeof(*w));
	w->place[0] = a;
	w->place[1] = b;
	w->options = o;
	w->names.name = "";
	w->names.hosts = w->hosts;
	w->names.n_hosts = b ? 2 : 1;
	name_end(w, 0);
	if (b)
		name_end(w, 1);
	/* one namespace is named once */
	if (b && !b->own && is_same_ns(a, b))
		w->ns[1] = w->ns[0];
	w->changes = isle_changes_new(&w->names);
	if (!w->changes)
		return isle_fail(d, ENOMEM, NULL, "changing %s", a->word);
	r = make_mark(w, d);
	if (!r)
		r = look(w, parts, d);
	if (r)
		return r;
	w->next[0] = above(w->in[0]);
	w->next[1] = b ? above(w->in[1]) : 0;
	/* the ends of a pair must differ, or the kernel takes a second to notice the carrier */
	if (b && w->next[1] == w->next[0])
		w->next[1]++;
	return 0;
}

void isle_rewire_done(struct isle_rewire *w)
{
	isle_changes_free(w->changes);
	isle_snap_free(w->snap);
	w->changes = NULL;
	w->snap = NULL;
}

uint32_t isle_rewire_index(struct isle_rewire *w, int end)
{
	return w->next[end];
}

const char *isle_rewire_name(const struct isle_rewire *w, int end)
{
	return w->place[end]->kind == ISLE_PLACE_DEVICE ? "the machine" : w->place[end]->word;
}

const char *isle_wire_mark(const struct isle_snap_link *l)
{
	for (size_t i = 0; i < l->n_altnames; i++)
		if (!strncmp(l->altnames[i], ISLE_WIRE_MARK, strlen(ISLE_WIRE_MARK)))
			return l->altnames[i];
	return NULL;
}

int isle_rewire_link(struct isle_rewire *w, int end, const char *ifname, struct isle_snap_link **ret, struct isle_diag *d)
{
	*ret = isle_snap_link_named(w->in[end], ifname);
	if (*ret)
		return 0;
	isle_reject(d, NULL, "%s has no interface '%s'", isle_rewire_name(w, end), ifname);
	return -ENOENT;
}

int isle_rewire_ifname(struct isle_rewire *w, int end, const char *wanted, char ret[IFNAMSIZ], struct isle_diag *d)
{
	const bool twice = end && w->in[0] == w->in[1];	/* the other end's new name, too */

	if (*wanted) {
		snprintf(ret, IFNAMSIZ, "%s", wanted);
		if (!isle_snap_link_named(w->in[end], wanted))
			return 0;
		isle_reject(d, NULL, "%s has an interface '%s' already", isle_rewire_name(w, end), wanted);
		isle_hint(d, "name another, or `isle disconnect %s:%s` first", w->place[end]->word, wanted);
		return -EEXIST;
	}
	for (unsigned i = 0; i < 100000; i++) {
		snprintf(ret, IFNAMSIZ, "eth%u", i);
		if (!isle_snap_link_named(w->in[end], ret) && !(twice && w->n_made && !strcmp(w->made[0].name, ret)))
			return 0;
	}
	return isle_fail(d, EEXIST, NULL, "no name is free in %s", isle_rewire_name(w, end));
}

const uint8_t *isle_rewire_made(struct isle_rewire *w, int end, const char *name)
{
	struct isle_rewire_made *m = &w->made[w->n_made++];

	m->end = end;
	snprintf(m->name, sizeof(m->name), "%s", name);
	if (getrandom(m->mac, sizeof(m->mac), 0) != (ssize_t)sizeof(m->mac))
		memcpy(m->mac, w->mark + strlen(ISLE_WIRE_MARK) + (size_t)end * 6, sizeof(m->mac));
	m->mac[0] = (uint8_t)((m->mac[0] & 0xfc) | 2);
	return m->mac;
}

const char *isle_rewire_born(struct isle_rewire *w, int end, const char *name)
{
	struct isle_rewire_made *m = &w->made[w->n_made++];

	m->end = end;
	m->is_born = true;
	snprintf(m->name, sizeof(m->name), "%s", name);
	snprintf(m->born, sizeof(m->born), "isle%.10s%d", w->mark + strlen(ISLE_WIRE_MARK), end);
	return m->born;
}

struct isle_change *isle_rewire_add(struct isle_rewire *w, enum isle_step_kind kind, int end)
{
	const struct isle_step step = { .kind = kind, .ns = w->ns[end] };

	return isle_changes_add(w->changes, &step, NULL);
}

static int open_ns(const struct isle_apply *a, uint32_t ns)
{
	const struct isle_rewire *w = a->arg;

	for (int i = 0; i < 2 && w->place[i]; i++)
		if (w->ns[i] == ns) {
			int fd = fcntl(w->place[i]->net, F_DUPFD_CLOEXEC, 0);

			return fd < 0 ? -errno : fd;
		}
	return -EBADF;
}

static int work(void *arg)
{
	const struct isle_apply *a = arg;
	int r = isle_apply(a);

	return r ? r : isle_apply_ends(a);
}

static int apply(struct isle_rewire *w, int signals, struct isle_diag *d)
{
	const struct isle_tree no_lab = { .lab = "", .keeper_fd = -1, .user = -1, .dir = -1 };
	struct isle_apply a = { .changes = w->changes, .shared = isle_shared_new(), .open_ns = open_ns, .arg = w,
				.msg = malloc(MSG_BYTES), .msg_size = MSG_BYTES };
	int r = -ENOMEM;

	if (a.shared && a.msg)
		r = isle_visit_heeding(&no_lab, a.shared, work, &a, signals);
	if (r && a.shared && a.shared->errnum) {
		isle_apply_report(&a, d);
		if (!a.shared->hint[0])
			hint_privilege(r, d);
	} else if (r) {
		isle_fail(d, -r, NULL, "cannot change %s", isle_rewire_name(w, 0));
	}
	free(a.msg);
	isle_shared_free(a.shared);
	return r;
}

static int print(const struct isle_rewire *w, char **ret_said, struct isle_diag *d)
{
	struct isle_buf out = { 0 };

	for (size_t i = 0; i < w->changes->n; i++)
		isle_kind_command(&w->changes->list[i].step, &w->names, &out);
	for (size_t i = 0; i < w->changes->n_ends; i++)
		isle_kind_command(&w->changes->ends[i].step, &w->names, &out);
	*ret_said = isle_buf_steal(&out);
	return *ret_said ? 0 : isle_fail(d, ENOMEM, NULL, "printing commands");
}

/* /run/isle, locked: until it is closed nobody takes our journal for one of a killed process. */
static int write_down(const struct isle_rewire *w, const char *what, char ret_name[ISLE_WIRE_NAME_MAX], struct isle_diag *d)
{
	isle_auto(unlock) int run = isle_rundir_make(d);
	struct isle_wire_end ends[2];
	int r;

	if (run < 0)
		return run;
	for (size_t i = 0; i < w->n_made; i++) {
		const struct isle_rewire_made *m = &w->made[i];

		ends[i] = (struct isle_wire_end){ .ns = w->place[m->end]->own ? "" : w->place[m->end]->word,
						  .ino = (ino_t)w->in[m->end]->id, .name = m->is_born ? m->born : m->name,
						  .mac = m->is_born ? NULL : m->mac, .mark = w->mark };
	}
	r = isle_wire_journal(run, what, ends, w->n_made, w->uplink, ret_name, d);
	if (r)
		isle_rundir_drop(run);
	return r ? r : isle_steal_fd(&run);
}

static int do_it(struct isle_rewire *w, const char *what, int signals, struct isle_diag *d)
{
	isle_auto(unlock) int run = -1;
	char journal[ISLE_WIRE_NAME_MAX];
	int r;

	if (w->n_made) {
		run = write_down(w, what, journal, d);
		if (run < 0)
			return isle_wrap(d, run, "cannot %s", what);
	}
	r = apply(w, signals, d);
	/* a single step says it all */
	if (r && w->changes->n > 1)
		isle_wrap(d, r, "cannot %s", what);
	if (run < 0)
		return r;
	/* the executor leaves alone what somebody else may have made; the journal knows */
	if (r)
		isle_wire_undo(run, journal, NULL);
	else
		unlinkat(run, journal, 0);
	isle_rundir_drop(run);
	return r;
}

int isle_rewire_do(struct isle_rewire *w, const char *what, char **ret_said, struct isle_diag *d)
{
	sigset_t mask;
	int signals, r;

	if (w->changes->no_memory)
		return isle_fail(d, ENOMEM, NULL, "cannot %s", what);
	if (isle_rewire_commands(w->options))
		return ret_said ? print(w, ret_said, d) : 0;
	signals = isle_signals_hold(&mask);
	r = do_it(w, what, signals, d);
	isle_signals_release(signals, &mask);
	return r;
}

int isle_rewire_say(const struct isle_rewire_options *o, char **ret_said, struct isle_diag *d, const char *fmt, ...)
{
	struct isle_buf out = { 0 };
	va_list ap;

	if (!ret_said || isle_rewire_commands(o))
		return 0;
	va_start(ap, fmt);
	isle_buf_vprintf(&out, fmt, ap);
	va_end(ap);
	*ret_said = isle_buf_steal(&out);
	return *ret_said ? 0 : isle_fail(d, ENOMEM, NULL, "saying what was done");
}
