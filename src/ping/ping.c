/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: who reaches whom, asked in process: one child opens raw sockets in all
 * hosts concerned and asks (wave.c). Here the questions are made, in an
 * order that lets neighbours be shared, and the answers told, in the order of
 * the hosts.
 */
#include <sys/mman.h>
#include <sys/random.h>
#include "ping/inner.h"

enum { ADDRESSES_MAX = 64 };

static bool on_link(const struct isle_host *h, const struct isle_ip *ip)
{
	for (size_t i = 0; i < h->n_ifaces; i++)
		for (size_t k = 0; k < h->ifaces[i]->n_addresses; k++) {
			struct isle_ip net = isle_ip_network(&h->ifaces[i]->addresses[k]);

			if (isle_ip_contains(&net, ip))
				return true;
		}
	return false;
}

static void add_probe(struct isle_ping_job *j, uint32_t from, uint32_t to, const struct isle_ip *ip)
{
	j->probes[j->n++] = (struct isle_probe) {
		.from = from, .to = to, .ip = *ip, .routed = !on_link(j->lab->hosts[from], ip),
	};
}

/* The first address of each family that both ends have: at most two probes. */
static void add_pair(struct isle_ping_job *j, uint32_t from, uint32_t to)
{
	const struct isle_host *src = j->lab->hosts[from];
	struct isle_ip all[ADDRESSES_MAX];
	size_t n = isle_lab_addresses(src, j->lab->hosts[to], all, ADDRESSES_MAX);
	bool done[2] = { false, false };

	for (size_t i = 0; i < n && i < ADDRESSES_MAX; i++) {
		bool v6 = all[i].family != AF_INET;

		if (!done[v6] && isle_host_has_family(src, all[i].family))
			add_probe(j, from, to, &all[i]);
		done[v6] = true;
	}
}

static void job_free(struct isle_ping_job *j)
{
	if (j->probes)
		munmap(j->probes, j->map_size);
	free(j->order);
	free(j->at);
	free(j->hosts);
	free(j->ports);
	isle_shared_free(j->shared);
}

static size_t count_ifaces(const struct isle_lab *lab)
{
	size_t n = 0;

	for (size_t i = 0; i < lab->n_hosts; i++)
		n += lab->hosts[i]->n_ifaces;
	return n;
}

/* MAX: how many probes there can be. */
static int job_init(struct isle_ping_job *j, const struct isle_tree *tree, const struct isle_lab *lab, size_t max,
		    unsigned timeout_ms, struct isle_diag *diag)
{
	*j = (struct isle_ping_job) { .tree = tree, .lab = lab, .net = -1, .timeout_ms = timeout_ms };
	j->map_size = (max + 1) * sizeof(*j->probes);
	j->probes = mmap(NULL, j->map_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (j->probes == MAP_FAILED)
		j->probes = NULL;
	j->order = calloc(max + 1, sizeof(*j->order));
	j->at = calloc(max + 1, sizeof(*j->at));
	j->hosts = calloc(lab->n_hosts + 1, sizeof(*j->hosts));
	j->ports = calloc(count_ifaces(lab) + 1, sizeof(*j->ports));
	j->shared = isle_shared_new();
	if (getrandom(&j->nonce, sizeof(j->nonce), GRND_NONBLOCK) < 0)
		j->nonce = (uint64_t)getpid() << 32 ^ isle_icmp_now();
	if (j->probes && j->order && j->at && j->hosts && j->ports && j->shared)
		return 0;
	job_free(j);
	isle_fail(diag, ENOMEM, NULL, "prepare to ping in lab %s", lab->name);
	return -ENOMEM;
}

static int work(struct isle_ping_job *j, bool matrix, struct isle_diag *diag)
{
	struct isle_ping_port *ports = j->ports;
	int r = isle_ping_sort(j, matrix);

	for (size_t i = 0; i < j->lab->n_hosts; i++) {
		j->hosts[i].ports = ports;
		ports += j->lab->hosts[i]->n_ifaces;
	}

	if (r < 0)
		return isle_fail(diag, -r, NULL, "prepare to ping in lab %s", j->lab->name);
	r = isle_visit(j->tree, j->shared, isle_ping_work, j);
	return r < 0 ? isle_shared_report(j->shared, NULL, diag) : 0;
}

static struct isle_ping_result result(const struct isle_probe *p)
{
	bool ok = p->state == ISLE_PROBE_OK;

	return (struct isle_ping_result) {
		.from = p->from, .to = p->to, .address = p->ip, .ok = ok, .rtt_us = ok ? p->rtt_us : 0,
		.errnum = ok ? 0 : p->errnum,
	};
}

static void add_pairs(struct isle_ping_job *j, const uint32_t (*pairs)[2], size_t n_pairs)
{
	for (size_t i = 0; i < n_pairs; i++)
		add_pair(j, pairs[i][0], pairs[i][1]);
	for (uint32_t a = 0; !pairs && a < j->lab->n_hosts; a++)
		for (uint32_t b = 0; b < j->lab->n_hosts; b++)
			if (a != b)
				add_pair(j, a, b);
}

int isle_ping(const struct isle_tree *tree, const struct isle_lab *lab, const uint32_t (*pairs)[2], size_t n_pairs,
	      unsigned timeout_ms, void (*each)(const struct isle_ping_result *, void *), void *arg, struct isle_diag *diag)
{
	size_t n = pairs ? n_pairs : lab->n_hosts * lab->n_hosts;
	struct isle_ping_job j;
	int r = job_init(&j, tree, lab, 2 * n, timeout_ms, diag);

	if (r < 0)
		return r;
	add_pairs(&j, pairs, pairs ? n_pairs : 0);
	r = work(&j, !pairs, diag);
	for (size_t i = 0; r >= 0 && i < j.n; i++) {
		struct isle_ping_result res = result(&j.probes[i]);

		each(&res, arg);
	}
	job_free(&j);
	return r;
}

static int ask_one(struct isle_ping_job *j, uint32_t from, const struct isle_ip *ip, struct isle_ping_result *ret, struct isle_diag *d)
{
	int r;

	add_probe(j, from, UINT32_MAX, ip);
	/* which way it goes is not known */
	j->probes[0].routed = true;
	r = work(j, false, d);
	if (r >= 0)
		*ret = result(&j->probes[0]);
	return r;
}

int isle_ping_address(const struct isle_tree *tree, const struct isle_lab *lab, const struct isle_host *from,
		      const struct isle_ip *ip, unsigned timeout_ms, struct isle_ping_result *ret, struct isle_diag *diag)
{
	struct isle_ping_job j;
	int r = job_init(&j, tree, lab, 1, timeout_ms, diag);

	if (r < 0)
		return r;
	r = ask_one(&j, (uint32_t)from->index, ip, ret, diag);
	job_free(&j);
	return r;
}

int isle_ping_plain(int net, int user, struct isle_host *from, const struct isle_ip *ip, unsigned timeout_ms,
		    struct isle_ping_result *ret, struct isle_diag *diag)
{
	const struct isle_tree none = { .keeper_fd = -1, .user = user, .dir = -1 };
	const struct isle_lab lab = { .name = from->name, .hosts = &from, .n_hosts = 1 };
	struct isle_ping_job j;
	int r = job_init(&j, &none, &lab, 1, timeout_ms, diag);

	if (r < 0)
		return r;
	j.net = net;
	r = ask_one(&j, 0, ip, ret, diag);
	job_free(&j);
	return r;
}
