/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: all that a builder needs, made before the fork: the steps, the texts of
 * the files, a buffer for requests, the page to report through.
 */
#include "build/attach.h"
#include "build/etc.h"
#include "engine/engine.h"
#include "ns/ns.h"
#include "outside/nic.h"
#include "outside/uplink.h"
#include "ovs/ovs.h"
#include "tree/record.h"

#define BUFFER_BYTES (32 * 1024)	/* many requests; the largest (a route with many hops) is a few KB */

static uint64_t own_mnt_age(void)
{
	isle_auto(close) int mnt = isle_ns_self("mnt");

	return mnt < 0 ? 0 : isle_ns_age(mnt);
}

int isle_job_new(const struct isle_lab *lab, struct isle_job **ret, struct isle_diag *d)
{
	struct isle_job *job = calloc(1, sizeof(*job));
	struct isle_plan *plan = NULL;
	int r;

	if (!job)
		return isle_fail(d, ENOMEM, NULL, "cannot prepare lab %s", lab->name);
	job->lab = lab;
	job->mnt_age = own_mnt_age();
	r = isle_plan_build(lab, &plan, d);
	job->plan = plan;
	if (!r)
		r = isle_attached_open(lab, false, &job->attached, d);
	if (!r)
		r = isle_etc_new(lab, &job->etc, d);
	if (!r)
		r = isle_record_make(lab, 0, &job->record, &job->record_len, d);
	if (!r)
		r = isle_uplink_prepare(lab, &job->uplink, d);
	if (!r)
		r = isle_nics_prepare(lab, &job->nics, d);
	if (!r)
		r = isle_ovs_prepare(lab, &job->ovs, d);
	if (!r) {
		job->shared = isle_shared_new();
		job->msg_size = BUFFER_BYTES;
		job->msg = malloc(job->msg_size);
		if (!job->shared || !job->msg)
			r = isle_fail(d, ENOMEM, NULL, "cannot prepare lab %s", lab->name);
	}
	if (r) {
		isle_job_free(job);
		return r;
	}
	job->shared->total = (uint32_t)plan->n_steps;
	*ret = job;
	return 0;
}

void isle_job_free(struct isle_job *job)
{
	if (!job)
		return;
	isle_plan_free((struct isle_plan *)job->plan);
	isle_uplink_work_free(job->uplink);
	isle_nics_free(job->nics);
	free(job->ovs);
	isle_attached_free(job->attached);
	isle_etc_free(job->etc);
	isle_shared_free(job->shared);
	free(job->record);
	free(job->msg);
	free(job);
}
