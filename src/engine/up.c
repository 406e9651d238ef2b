/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: up: from a model to a lab that is there. Whatever can be known is
 * checked before anything is touched. As root: the worker builds, the lab's
 * directory in /run/isle is made and locked, the worker publishes (of two for
 * one lab the first wins), then the names in /run/netns are made. A lab that is up
 * already is changed in place: change/ does that.
 */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include "engine/publish.h"
#include "ns/ns.h"
#include "outside/nic.h"
#include "outside/outside.h"
#include "outside/pair.h"
#include "outside/ports.h"
#include "outside/uplink.h"
#include "ovs/ovs.h"
#include "tree/names.h"
#include "tree/rundir.h"
#include "tree/state.h"

int isle_names_mend(const struct isle_lab *lab, struct isle_diag *d)
{
	isle_auto(unlock) int run = isle_rundir_lock(d);

	if (run < 0)
		return 0;
	if (isle_mount_is_point(run, lab->name))
		return isle_names_make(lab, run, d);
	/* Somebody has taken it down again, and could not take /run/isle away while we held it. */
	isle_rundir_drop(run);
	return 0;
}

static int lock_dir(const struct isle_lab *lab, int run, int *ret_labdir, struct isle_diag *d)
{
	isle_auto(close) int dir = openat(run, lab->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir < 0)
		return isle_fail(d, errno, NULL, "cannot open %s/%s", ISLE_RUN_DIR, lab->name);
	if (flock(dir, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? isle_lab_is_busy(lab->name, d) :
					      isle_fail(d, errno, NULL, "cannot lock %s/%s", ISLE_RUN_DIR, lab->name);
	*ret_labdir = isle_steal_fd(&dir);
	return 0;
}

/* *ret_labdir: the lab's directory, locked. */
static int reserve(const struct isle_lab *lab, int run, int *ret_labdir, struct isle_diag *d)
{
	bool made;
	int r;

	if (isle_mount_is_point(run, lab->name))	/* since we looked */
		return isle_lab_is_busy(lab->name, d);
	made = mkdirat(run, lab->name, 0755) == 0;
	if (!made && errno != EEXIST)
		return isle_fail(d, errno, NULL, "cannot make %s/%s", ISLE_RUN_DIR, lab->name);
	r = lock_dir(lab, run, ret_labdir, d);
	if (r && made)
		unlinkat(run, lab->name, AT_REMOVEDIR);
	return r;
}

/* Take back what was made for nothing; the lab's directory only if it is RESERVED by us. */
static void release(const struct isle_lab *lab, bool reserved)
{
	isle_auto(unlock) int run = isle_rundir_lock(NULL);

	if (run < 0)
		return;
	if (reserved && !isle_mount_is_point(run, lab->name))
		unlinkat(run, lab->name, AT_REMOVEDIR);
	isle_rundir_drop(run);
}

/* Of a lab whose directory nobody has locked: else they are just being made. */
static int undo_pairs(const struct isle_lab *lab, int run, struct isle_diag *d)
{
	isle_auto(unlock) int dir = openat(run, lab->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return dir >= 0 && flock(dir, LOCK_EX | LOCK_NB) < 0 ? 0 : isle_pairs_undo(run, lab->name, d);
}

/* Under the lock of /run/isle, since other labs' journals may be concerned. */
static int undo_outside(const struct isle_lab *lab, struct isle_diag *d)
{
	isle_auto(unlock) int run = isle_rundir_lock(d);
	int r = run < 0 ? run : isle_uplink_undo(run, lab->name, d), one;

	/* Since we looked it may have come up. */
	if (run < 0 || isle_mount_is_point(run, lab->name))
		return r;
	one = isle_nics_undo(run, lab->name, d);
	r = r ? r : one;
	one = undo_pairs(lab, run, d);
	r = r ? r : one;
	one = isle_ovs_unshare(run, lab->name, false, d);
	return r ? r : one;
}

static int check_switches(struct isle_lab *lab, struct isle_diag *d)
{
	isle_auto(unlock) int run = -1;
	int r = isle_ovs_check(lab, true, d);

	if (!r)
		run = isle_rundir_lock(d);
	return r ? r : run < 0 ? run : isle_ovs_check_shared(lab, run, d);
}

/* Where the lab appears: made at the last moment, so that a kill while it is built leaves no mount of ours. */
struct place {
	const struct isle_lab *lab;
	int run, labdir;		/* both locked until the lab is there */
	struct isle_diag *d;
};

static int make_place(void *arg, pid_t worker)
{
	struct place *p = arg;
	int r;

	p->run = isle_rundir_make(p->d);
	if (p->run < 0)
		return p->run;
	r = p->labdir < 0 ? reserve(p->lab, p->run, &p->labdir, p->d) : 0;
	if (!r)
		r = isle_ports_recheck(p->lab, p->run, p->d);
	if (!r)
		r = isle_uplink_recheck(p->lab, NULL, 0, p->d);
	return r ? r : isle_ovs_share(p->lab, worker, p->run, p->d);
}

/* What no namespace of the lab takes along is written down before it is made: then the place is there before anything is. */
static int write_pairs(struct place *p, const struct isle_job *job)
{
	isle_auto(unlock) int run = -1;
	isle_auto(free) char *text = NULL;
	int r = isle_pairs_text(p->lab, job->attached, &text, p->d);

	if (r || !text)
		return r;
	run = isle_rundir_make(p->d);
	r = run < 0 ? run : reserve(p->lab, run, &p->labdir, p->d);
	if (!r)
		r = isle_pairs_undo(run, p->lab->name, p->d);
	return r ? r : isle_pairs_write(run, p->lab->name, text, p->d);
}

static int build(struct isle_lab *lab, struct place *place, const struct isle_up_options *o, struct isle_diag *d)
{
	struct isle_job *job = NULL;
	int r = undo_outside(lab, d);	/* of a life that ended badly */

	if (!r && lab->has_uplink)
		r = isle_uplink_check(lab, true, d);
	for (size_t i = 0; !r && i < lab->n_hosts; i++)
		for (size_t k = 0; !r && k < lab->hosts[i]->n_ifaces; k++)
			if (isle_iface_is_nic(lab->hosts[i]->ifaces[k]))
				r = isle_nic_check(lab->hosts[i]->ifaces[k], d);
	if (!r)
		r = check_switches(lab, d);
	if (!r)
		r = isle_job_new(lab, &job, d);
	if (!r)
		r = isle_uplink_plan_machine(job, d);
	if (!r)
		r = isle_nics_look(job, d);
	if (!r)
		r = write_pairs(place, job);
	if (!r)
		r = isle_publish(job, make_place, place, o, d);
	isle_job_free(job);
	return r;
}

static int up_root(struct isle_lab *lab, const struct isle_up_options *o, struct isle_diag *d)
{
	struct place place = { .lab = lab, .run = -1, .labdir = -1, .d = d };
	int hold = isle_rundir_hold(d), r;
	bool reserved;

	r = hold < 0 ? hold : build(lab, &place, o, d);
	reserved = place.labdir >= 0;
	isle_auto_unlock(&place.labdir);
	isle_auto_unlock(&place.run);
	if (r && reserved)
		undo_outside(lab, d);
	isle_auto_unlock(&hold);
	if (!r)
		return isle_names_mend(lab, d);
	release(lab, reserved);
	return r;
}

static int up_rootless(struct isle_lab *lab, const struct isle_site *site, const struct isle_up_options *o, struct isle_diag *d)
{
	isle_auto(unlock) int dir = -1;
	struct isle_job *job = NULL;
	int r;

	r = lab->has_uplink ? isle_uplink_check(lab, false, d) : 0;
	if (!r)
		r = isle_ovs_check(lab, false, d);
	if (!r)
		r = isle_job_new(lab, &job, d);
	if (r)
		return r;
	dir = isle_site_make(site, d);
	r = dir < 0 ? dir : isle_keeper_up(job, site, o, d);
	isle_job_free(job);
	isle_auto_unlock(&dir);
	dir = -1;
	if (r)
		isle_site_drop(site);
	return r;
}

int isle_bring_up(struct isle_lab *lab, const struct isle_site *site, const struct isle_up_options *o, struct isle_diag *d)
{
	int r;

	r = isle_lab_check_files(lab, d);
	if (!r)
		r = isle_lab_check_outside(lab, !site->rootless, d);
	if (r)
		return r;
	if (site->rootless)
		return up_rootless(lab, site, o, d);
	r = isle_names_check(lab, d);
	if (!r)
		r = isle_lab_check_machine(lab, NULL, 0, d);
	return r ? r : up_root(lab, o, d);
}
