/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the uplink of `up` as root, in the worker, last before the lab is
 * published. First the journal, then pairs, addresses and routes, then our
 * table, Docker's chain and forwarding. A failure is undone at once by the
 * parent, a kill by the next `up`, `down` or `gc`, all from the journal.
 */
#include <sched.h>
#include "build/build.h"
#include "outside/ports.h"
#include "outside/uplink.h"

#define BATCH_BYTES 65536

int isle_uplink_leave(const struct isle_job *job, int machine_net)
{
	if (setns(machine_net, CLONE_NEWNET) < 0)
		return isle_shared_fail(job->shared, errno, -1, "going back to the machine's network");
	return 0;
}

/* Ends with us there. */
static int make_in_host(const struct isle_job *job, const struct isle_host *host, int machine_net, int tree_dir, uint32_t *ret_index)
{
	const struct isle_plan *plan = job->uplink->plan;
	struct isle_nl nl;
	int r = isle_uplink_enter(job, host, tree_dir);

	if (r < 0)
		return r;
	r = isle_nl_open(&nl, NETLINK_ROUTE);
	if (r < 0)
		return isle_shared_fail(job->shared, -r, -1, "opening a netlink socket in %s", host->name);
	for (size_t i = 0; r == 0 && i < plan->n_steps; i++) {
		if (plan->steps[i].ns != ISLE_NS_HOST(host->index))
			continue;
		r = isle_uplink_take(job, &nl, &plan->steps[i], *ret_index, machine_net);
		/* the kernel heeds the index asked for one end only if the other has one too, and that is the machine's */
		if (r == 0 && plan->steps[i].kind == ISLE_STEP_VETH)
			r = isle_uplink_index(&nl, host->uplink.iface->name, ret_index);
	}
	isle_nl_close(&nl);
	return r ? r : isle_uplink_masquerade(job, host);
}

static int make_on_machine(const struct isle_job *job, const struct isle_host *host, int machine_net, uint32_t *ret_index)
{
	const struct isle_plan *plan = job->uplink->plan;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r == 0)
		r = isle_uplink_index(&nl, host->uplink.port, ret_index);
	if (r < 0)
		return isle_shared_fail(job->shared, -r, -1, "finding the device %s on the machine", host->uplink.port);
	for (size_t i = 0; r == 0 && i < plan->n_steps; i++)
		if (plan->steps[i].ns == ISLE_NS_MACHINE && plan->steps[i].loc == &host->uplink.loc)
			r = isle_uplink_take(job, &nl, &plan->steps[i], *ret_index, machine_net);
	isle_nl_close(&nl);
	return r;
}

static int wait_for(const struct isle_job *job, uint32_t index, const char *name)
{
	int r = isle_carrier_wait(index, 0);

	return r < 0 ? isle_shared_fail(job->shared, -r, -1, "waiting for the carrier of %s", name) : 0;
}

int isle_uplink_make_pair(const struct isle_job *job, const struct isle_host *host, int machine_net, int tree_dir)
{
	uint32_t in_host = 0, on_machine = 0;
	int r;

	job->shared->loc = &host->uplink.loc;
	r = make_in_host(job, host, machine_net, tree_dir, &in_host);
	if (r == 0)
		r = isle_uplink_leave(job, machine_net);
	if (r == 0)
		r = make_on_machine(job, host, machine_net, &on_machine);
	/* each end is told of it by itself */
	if (r == 0)
		r = wait_for(job, on_machine, host->uplink.port);
	if (r == 0)
		r = isle_uplink_enter(job, host, tree_dir);
	if (r == 0)
		r = wait_for(job, in_host, host->uplink.iface->name);
	return r ? r : isle_uplink_leave(job, machine_net);
}

void isle_uplink_begin_table(struct isle_nl *nl, struct isle_nlmsg *m, const char *table, const char *mark)
{
	const bool is_ours = isle_nft_table_is(nl, table, mark) == 1;

	isle_nft_batch_begin(m);
	if (is_ours)
		isle_nft_table_del(m, table);
}

int isle_uplink_make_table(const struct isle_job *job)
{
	const struct isle_uplink_work *w = job->uplink;
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_NETFILTER);

	if (r < 0)
		return isle_shared_fail(job->shared, -r, -1, "opening a netfilter socket");
	isle_nlmsg_init(&m, job->msg, job->msg_size);
	isle_uplink_begin_table(&nl, &m, w->table, w->mark);
	isle_nft_table_add(&m, w->table, w->mark);
	isle_nft_nat_chain_add(&m, w->table, ISLE_UPLINK_CHAIN);
	for (size_t i = 0; i < job->lab->n_hosts; i++) {
		const struct isle_uplink *u = &job->lab->hosts[i]->uplink;

		for (size_t k = 0; k < u->n_subnets; k++)
			isle_nft_masquerade_from(&m, w->table, ISLE_UPLINK_CHAIN, &u->subnets[k], u->port);
	}
	isle_ports_rules(&m, job->lab, w->table, ISLE_UPLINK_CHAIN);
	isle_nft_batch_end(&m);
	r = m.bad ? -EMSGSIZE : isle_nl_talk(&nl, &m, NULL);
	if (r < 0) {
		snprintf(job->shared->kernel, sizeof(job->shared->kernel), "%s", nl.extack);
		isle_shared_fail(job->shared, -r, -1, "making the nft table %s", w->table);
	}
	isle_nl_close(&nl);
	return r;
}

int isle_uplink_open_docker(const struct isle_job *job, const struct isle_host *host)
{
	const struct isle_uplink_work *w = job->uplink;

	for (int i = 0; i < 2; i++) {
		int r = w->docker[i] ? isle_docker_user(w->docker[i], true, host->uplink.port, w->mark) : 0;

		if (r < 0)
			return isle_shared_fail(job->shared, -r, -1, "adding the rules for %s to DOCKER-USER with %s", host->uplink.port,
						w->docker[i]);
	}
	return 0;
}

static int forward(const struct isle_job *job, const char *path, const char *value)
{
	int r = isle_sysctl_write(path, value);

	return r < 0 ? isle_shared_fail(job->shared, -r, -1, "setting the machine's sysctl %s to %s", path, value) : 0;
}

int isle_uplink_forward(const struct isle_job *job)
{
	const struct isle_uplink_work *w = job->uplink;
	char path[96];
	int r = 0;

	for (size_t i = 0; r == 0 && i < job->lab->n_hosts; i++) {
		const struct isle_uplink *u = &job->lab->hosts[i]->uplink;

		for (size_t k = 0; r == 0 && k < u->n_subnets; k++) {
			snprintf(path, sizeof(path), "net/ipv%d/conf/%s/forwarding", u->subnets[k].family == AF_INET ? 4 : 6, u->port);
			r = forward(job, path, "1");
		}
	}
	for (size_t i = 0; r == 0 && i < w->n_sysctls; i++)
		r = forward(job, w->sysctls[i].path, w->sysctls[i].set);
	return r;
}

int isle_uplink_make(const struct isle_job *job, int journal, int machine_net, int tree_dir)
{
	int r;

	if (!job->uplink)
		return 0;
	r = isle_journal_write(journal, job->lab->name, job->uplink->journal);
	if (r < 0)
		return isle_shared_fail(job->shared, -r, -1, "writing the uplink journal in " ISLE_RUN_DIR);
	for (size_t i = 0; r == 0 && i < job->lab->n_hosts; i++)
		if (job->lab->hosts[i]->uplink.kind != ISLE_UPLINK_NONE)
			r = isle_uplink_make_pair(job, job->lab->hosts[i], machine_net, tree_dir);
	if (r == 0)
		r = isle_uplink_leave(job, machine_net);
	if (r == 0)
		r = isle_uplink_make_table(job);
	if (r == 0)
		isle_uplink_note_table(job->uplink->table, tree_dir);
	if (r == 0)
		r = isle_ports_localnet(job);
	for (size_t i = 0; r == 0 && i < job->lab->n_hosts; i++)
		if (job->lab->hosts[i]->uplink.kind != ISLE_UPLINK_NONE)
			r = isle_uplink_open_docker(job, job->lab->hosts[i]);
	if (r == 0)
		r = isle_uplink_forward(job);
	if (r == 0)
		job->shared->loc = NULL;
	return r;
}
