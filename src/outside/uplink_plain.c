/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the way out of a namespace that is of no lab: made, recorded and undone
 * by what does it for labs (uplink*.c, journal.c), of which the namespace looks
 * like one with one host. Its journal is called after the inode number, "net."
 * before it, which no lab's name can be. The pair outlives a killed maker here,
 * so a wire's journal (wire.c) stands beside it until all is done.
 */
#include <fcntl.h>
#include "kinds/kinds.h"
#include "ns/ns.h"
#include "outside/uplink.h"
#include "outside/wire.h"
#include "tree/rundir.h"
#include "tree/visit.h"

#define PREFIX "net."
enum { MSG_BYTES = 65536 };

bool isle_uplink_is_plain(const char *lab)
{
	return !strncmp(lab, PREFIX, strlen(PREFIX));
}

static void name_of(const struct isle_uplink_plain *p, char ret[ISLE_NAME_MAX])
{
	snprintf(ret, ISLE_NAME_MAX, PREFIX "%llu", (unsigned long long)p->ino);
}

/* What is wrong with the subnets, in words of the command. */
static int say(const struct isle_diag *own, struct isle_diag *d)
{
	const struct isle_diag_rec *r = isle_diag_first(own);

	isle_reject(d, NULL, "%s", r ? r->msg : "that subnet cannot be");
	if (r && r->hint && !strchr(r->hint, '`'))
		isle_hint(d, "%s", r->hint);
	return -EINVAL;
}

/* As a lab with one host, called like the namespace. NAME must outlive it. */
static int load(const struct isle_uplink_plain *p, const char *name, struct isle_lab **ret, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf text = { 0 };
	struct isle_diag *own = isle_diag_new();
	struct isle_lab *lab = NULL;
	int r;

	isle_buf_printf(&text, "{lab: net%llu, hosts: {ns: {forward: false, uplink: {kind: nat", (unsigned long long)p->ino);
	for (size_t i = 0; i < p->n_subnets; i++)
		isle_buf_printf(&text, "%s\"%.64s\"", i ? ", " : ", subnet: [", p->subnets[i]);
	isle_buf_printf(&text, "%s}}}}", p->n_subnets ? "]" : "");
	r = text.s && own ? isle_lab_load(text.s, text.n, "-", &lab, own) : -ENOMEM;
	if (r == -ENOMEM)
		isle_fail(d, ENOMEM, NULL, "planning the uplink of %s", p->word);
	else if (r)
		say(own, d);
	isle_diag_free(own);
	if (r) {
		isle_lab_free(lab);
		return r;
	}
	lab->name = name;
	lab->hosts[0]->name = p->word;
	lab->hosts[0]->loc.src = lab->hosts[0]->uplink.loc.src = NULL;
	lab->hosts[0]->uplink.iface->name = p->ifname;
	*ret = lab;
	return 0;
}

struct make { struct isle_job *job; int run, machine; };

static int make(void *arg)
{
	const struct make *m = arg;

	return isle_uplink_make(m->job, m->run, m->machine, -1);
}

static const struct isle_step *pair_of(const struct isle_plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].kind == ISLE_STEP_VETH)
			return &plan->steps[i];
	return NULL;
}

/* What is to be made is written down before; both journals are undone if it fails. */
static int record_and_make(struct isle_job *job, const struct isle_uplink_plain *p, int run, struct isle_diag *d)
{
	const struct isle_tree no_lab = { .lab = "", .keeper_fd = -1, .user = -1, .dir = -1 };
	const struct isle_step *pair = pair_of(job->uplink->plan);
	isle_auto(close) int machine = isle_ns_self("net");
	struct make m = { job, run, machine };
	char journal[ISLE_WIRE_NAME_MAX];
	dev_t dev;
	ino_t own = 0;
	int r = machine < 0 ? machine : isle_ns_id(machine, &dev, &own);

	if (r || !pair)
		return isle_fail(d, r ? -r : EINVAL, NULL, "preparing the uplink of %s", p->word);
	const struct isle_wire_end ends[] = { { p->word, p->ino, pair->veth.name, pair->veth.mac, NULL },
					      { "", own, pair->veth.that_name, pair->veth.that_mac, NULL } };

	r = isle_wire_journal(run, "add an uplink", ends, ISLE_COUNT(ends), job->lab->name, journal, d);
	if (r)
		return r;
	r = isle_visit(&no_lab, job->shared, make, &m);
	if (!r) {
		unlinkat(run, journal, 0);
		return 0;
	}
	job->shared->loc = NULL;
	isle_shared_report(job->shared, NULL, d);
	isle_wrap(d, r, "cannot add an uplink to %s", p->word);
	isle_wire_undo(run, journal, d);
	return r;
}

static int prepare(struct isle_job *job, struct isle_lab *lab, struct isle_diag *d)
{
	int r = isle_uplink_check(lab, true, d);

	if (!r)
		r = isle_uplink_prepare(lab, &job->uplink, d);
	if (!r)
		r = isle_uplink_plan_machine(job, d);
	if (!r && (!job->shared || !job->msg))
		r = isle_fail(d, ENOMEM, NULL, "preparing an uplink");
	return r;
}

static int add(const struct isle_uplink_plain *p, struct isle_lab *lab, int run, struct isle_diag *d)
{
	struct isle_job job = { .lab = lab, .shared = isle_shared_new(), .plain_net = &p->net, .msg = malloc(MSG_BYTES),
				.msg_size = MSG_BYTES };
	int r = isle_uplink_undo(run, lab->name, d);	/* of a namespace that had the number before */

	if (!r)
		r = prepare(&job, lab, d);
	if (!r)
		r = record_and_make(&job, p, run, d);
	isle_uplink_work_free(job.uplink);
	isle_shared_free(job.shared);
	free(job.msg);
	return r;
}

static bool has_journal(int run, const char *name)
{
	char file[ISLE_NAME_MAX + 16];

	isle_journal_name(file, name);
	return faccessat(run, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int check_there(const struct isle_uplink_plain *p, int run, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX];

	name_of(p, name);
	if (!has_journal(run, name) || !isle_uplink_stands(run, name))
		return 0;
	isle_reject(d, NULL, "%s has an uplink already", p->word);
	isle_hint(d, "`isle uplink del %s` takes it away", p->word);
	return -EEXIST;
}

int isle_uplink_plain_is_there(const struct isle_uplink_plain *p, struct isle_diag *d)
{
	isle_auto(unlock) int run = isle_rundir_lock(d);

	return run == -ENOENT ? 0 : run < 0 ? run : check_there(p, run, d);
}

int isle_uplink_plain_add(const struct isle_uplink_plain *p, char ret_address[ISLE_IP_TEXT], struct isle_diag *d)
{
	isle_auto(unlock) int run = -1;
	struct isle_lab *lab = NULL;
	char name[ISLE_NAME_MAX];
	int r;

	name_of(p, name);
	r = load(p, name, &lab, d);
	if (r)
		return r;
	run = isle_rundir_make(d);
	r = run < 0 ? run : 0;
	if (!r)
		r = check_there(p, run, d);
	if (!r)
		r = add(p, lab, run, d);
	if (!r)
		isle_ip_text(&lab->hosts[0]->uplink.iface->addresses[0], true, ret_address);
	if (run >= 0)
		isle_rundir_drop(run);
	isle_lab_free(lab);
	return r;
}

static int check_made(const struct isle_uplink_plain *p, int run, const char *name, struct isle_diag *d)
{
	if (run < 0 && run != -ENOENT)
		return run;
	if (run >= 0 && has_journal(run, name))
		return 0;
	isle_reject(d, NULL, "%s has no uplink that isle made", p->word);
	return -ENOENT;
}

int isle_uplink_plain_remove(const struct isle_uplink_plain *p, struct isle_diag *d)
{
	isle_auto(unlock) int run = isle_rundir_lock(d);
	char name[ISLE_NAME_MAX];
	int r;

	name_of(p, name);
	r = check_made(p, run, name, d);
	if (r)
		return r;
	r = isle_uplink_undo(run, name, d);
	if (!r)
		isle_rundir_drop_last(run, d);
	return r;
}

static int removal(const struct isle_uplink_plain *p, const struct isle_lab *lab, struct isle_buf *out, struct isle_diag *d)
{
	isle_auto(unlock) int run = isle_rundir_lock(d);
	char name[ISLE_NAME_MAX], table[80];
	int r;

	name_of(p, name);
	r = check_made(p, run, name, d);
	if (r)
		return r;
	isle_uplink_table_name(table, name);
	isle_buf_printf(out, "ip link del %s\nnft delete table inet %s\n", lab->hosts[0]->uplink.port, table);
	return 0;
}

int isle_uplink_plain_commands(const struct isle_uplink_plain *p, bool adds, char **ret_text, struct isle_diag *d)
{
	struct isle_buf out = { 0 };
	struct isle_lab *lab = NULL;
	int r = load(p, "", &lab, d);

	if (r)
		return r;
	r = isle_uplink_check(lab, true, d);
	if (!r)
		r = adds ? isle_plan_uplink_commands(lab, &out) : removal(p, lab, &out, d);
	isle_lab_free(lab);
	*ret_text = r ? NULL : isle_buf_steal(&out);
	if (r)
		isle_buf_done(&out);
	return r;
}
