/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: neighbours, so that `ping` leaves a lab as it found it, and because the
 * kernel's table is one for all namespaces: entries that pile up would make
 * later pings fail. What was there before is remembered once per host; after a
 * wave everything else that is dynamic goes. Permanent entries are people's.
 */
#include <linux/neighbour.h>
#include <sys/mman.h>
#include "ping/inner.h"

enum { CLEAN_ROUNDS = 64 };

struct seen {
	struct isle_ping_job *job;
	uint32_t host;
	struct isle_nlmsg *out;		/* deletions; NULL: remember instead */
};

static int grow(struct isle_ping_job *j)
{
	size_t cap = j->cap_knowns ? 2 * j->cap_knowns : 4096;
	void *more = mmap(NULL, cap * sizeof(*j->knowns), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (more == MAP_FAILED)
		return -errno;
	if (j->cap_knowns) {
		memcpy(more, j->knowns, j->n_knowns * sizeof(*j->knowns));
		munmap(j->knowns, j->cap_knowns * sizeof(*j->knowns));
	}
	j->knowns = more;
	j->cap_knowns = cap;
	return 0;
}

static int remember(struct isle_ping_job *j, const struct isle_known *k)
{
	int r = j->n_knowns == j->cap_knowns ? grow(j) : 0;

	if (r < 0)
		return r;
	j->knowns[j->n_knowns++] = *k;
	j->hosts[k->host].n_known++;
	return 0;
}

static bool is_known(const struct isle_ping_job *j, const struct isle_known *k)
{
	const struct isle_ping_host *h = &j->hosts[k->host];

	for (size_t i = h->known; i < h->known + h->n_known; i++)
		if (!memcmp(&j->knowns[i], k, sizeof(*k)))
			return true;
	return false;
}

bool isle_neigh_is_known(const struct isle_ping_job *j, uint32_t host, const struct isle_ip *ip)
{
	const struct isle_ping_host *h = &j->hosts[host];

	for (size_t i = h->known; i < h->known + h->n_known; i++)
		if (j->knowns[i].len * 8 == isle_ip_bits(ip) && !memcmp(j->knowns[i].b, ip->b, j->knowns[i].len))
			return true;
	return false;
}

/* Nobody answered to the address: that is why probes to it were lost, whichever router found out. */
static void explain(struct isle_ping_job *j, const struct isle_known *k)
{
	for (size_t i = 0; i < j->n_at; i++) {
		struct isle_probe *p = &j->probes[j->at[i]];

		if (p->state == ISLE_PROBE_LOST && !p->errnum && isle_ip_bits(&p->ip) == k->len * 8 && !memcmp(p->ip.b, k->b, k->len))
			p->errnum = EHOSTUNREACH;
	}
}

static void put_deletion(struct isle_nlmsg *m, const struct isle_known *k, uint8_t flags)
{
	struct ndmsg *nd = isle_nlmsg_begin(m, RTM_DELNEIGH, NLM_F_ACK, sizeof(*nd));

	if (!nd)
		return;
	nd->ndm_family = k->len == 4 ? AF_INET : AF_INET6;
	nd->ndm_ifindex = (int)k->ifindex;
	nd->ndm_flags = flags & NTF_PROXY;
	isle_nlmsg_put(m, NDA_DST, k->b, k->len);
	isle_nlmsg_end(m);
}

static int each(const struct nlmsghdr *h, void *arg)
{
	struct seen *s = arg;
	struct isle_known k = { .host = s->host };
	const struct ndmsg *nd;
	struct isle_nlattrs t;
	size_t len;

	if (!h || h->nlmsg_type != RTM_NEWNEIGH)
		return 0;
	nd = NLMSG_DATA(h);
	isle_nl_attrs_of(h, sizeof(*nd), &t);
	len = isle_nla_len(t.a[NDA_DST]);
	if ((len != 4 && len != 16) || (nd->ndm_state & NUD_PERMANENT) || (nd->ndm_flags & NTF_PROXY))
		return 0;
	k.ifindex = (uint32_t)nd->ndm_ifindex;
	k.len = (uint32_t)len;
	memcpy(k.b, isle_nla_data(t.a[NDA_DST]), len);
	if (!s->out)
		return is_known(s->job, &k) ? 0 : remember(s->job, &k);
	if (nd->ndm_state & (NUD_INCOMPLETE | NUD_FAILED))
		explain(s->job, &k);
	if (!is_known(s->job, &k) && s->out->cap - s->out->n >= 64)
		put_deletion(s->out, &k, nd->ndm_flags);
	return 0;
}

static int dump(struct seen *s)
{
	uint8_t buf[64];
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_GETNEIGH, 0, sizeof(struct ndmsg));
	isle_nlmsg_end(&m);
	return isle_nl_dump(&s->job->hosts[s->host].nl, &m, each, s);
}

int isle_neigh_remember(struct isle_ping_job *j, uint32_t host)
{
	struct seen s = { .job = j, .host = host };
	int r;

	j->hosts[host].known = j->n_knowns;
	j->hosts[host].n_known = 0;
	r = dump(&s);
	return r < 0 ? isle_shared_fail(j->shared, -r, -1, "list the neighbours of %s", j->lab->hosts[host]->name) : 0;
}

/*
 * Looked at again until nothing is found: an entry that another processor is
 * busy with survives its deletion, and the buffer may have been full.
 */
int isle_neigh_clean(struct isle_ping_job *j, uint32_t host)
{
	uint8_t buf[16384];

	for (int round = 0; round < CLEAN_ROUNDS; round++) {
		struct isle_nlmsg m;
		struct seen s = { .job = j, .host = host, .out = &m };
		int r;

		isle_nlmsg_init(&m, buf, sizeof(buf));
		r = dump(&s);
		if (r < 0)
			return isle_shared_fail(j->shared, -r, -1, "list the neighbours of %s", j->lab->hosts[host]->name);
		if (!m.n)
			break;
		/* one that went by itself meanwhile is refused, and gone */
		isle_nl_talk(&j->hosts[host].nl, &m, NULL);
	}
	return 0;
}
