/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: ports of the machine that lead to hosts of a lab. As root they are rules
 * in the lab's table on the machine, and gone with it; `run` and rootless labs
 * have pasta listen. Either way a port that somebody else has is refused before
 * anything is made: rules would take it from a program that listens, and of two
 * labs the second would have nothing.
 */
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include "outside/ports.h"
#include "outside/uplink.h"

static const char *proto(const struct isle_published *p)
{
	return p->udp ? "udp" : "tcp";
}

/* -EADDRINUSE: somebody listens. */
static int try_port(const struct isle_published *p, int family)
{
	const int on = 1;
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(p->from) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(p->from) };
	isle_auto(close) int fd = socket(family, (p->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return 0;	/* no such family: nobody listens by it */
	if (!p->udp)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	return bind(fd, family == AF_INET ? (struct sockaddr *)&in : (struct sockaddr *)&in6, family == AF_INET ? sizeof(in) : sizeof(in6)) < 0 ?
		       -errno : 0;
}

static bool has_family(const struct isle_host *h, uint8_t family)
{
	for (size_t i = 0; i < h->uplink.n_subnets; i++)
		if (h->uplink.subnets[i].family == family)
			return true;
	return false;
}

static int check_free(const struct isle_host *h, const struct isle_published *p, bool as_root_up, struct isle_diag *d)
{
	int r = has_family(h, AF_INET) ? try_port(p, AF_INET) : 0;

	if (!r && has_family(h, AF_INET6))
		r = try_port(p, AF_INET6);
	if (r == -EADDRINUSE) {
		isle_reject(d, &p->loc, "port %s/%u of the machine is in use", proto(p), p->from);
		isle_hint(d, "`ss -lntup` tells by whom; any other port will do");
		return r;
	}
	if (r != -EACCES || as_root_up)
		return 0;
	isle_reject(d, &p->loc, "port %s/%u of the machine is for root", proto(p), p->from);
	isle_hint(d, "ports from 1024 up are for all (sysctl net.ipv4.ip_unprivileged_port_start)");
	return r;
}

bool isle_ports_lead(const struct isle_lab *lab, const struct isle_published *p)
{
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ports; k++)
			if (lab->hosts[i]->ports[k].udp == p->udp && lab->hosts[i]->ports[k].from == p->from)
				return true;
	return false;
}

static bool led_already(struct isle_lab *const *before, size_t n, const struct isle_published *p)
{
	for (size_t i = 0; i < n; i++)
		if (isle_ports_lead(before[i], p))
			return true;
	return false;
}

int isle_ports_check(const struct isle_lab *lab, struct isle_lab *const *before, size_t n, bool as_root_up, struct isle_diag *d)
{
	int all = 0;

	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ports; k++) {
			const struct isle_published *p = &lab->hosts[i]->ports[k];
			int r = led_already(before, n, p) ? 0 : check_free(lab->hosts[i], p, as_root_up, d);

			all = all ? all : r;
		}
	return all;
}

/* ---- labs that are up already, by their journals */

static int check_journal(const struct isle_lab *lab, const json_t *journal, struct isle_diag *d)
{
	const json_t *ports = json_object_get(journal, "ports"), *taken;
	const char *other = json_string_value(json_object_get(journal, "lab"));
	char text[16];
	size_t j;

	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ports; k++) {
			const struct isle_published *p = &lab->hosts[i]->ports[k];

			snprintf(text, sizeof(text), "%s/%u", proto(p), p->from);
			json_array_foreach(ports, j, taken) {
				if (!isle_str_eq(json_string_value(taken), text))
					continue;
				isle_reject(d, &p->loc, "port %s of the machine leads to lab %s", text, other ? other : "?");
				return -EADDRINUSE;
			}
		}
	return 0;
}

int isle_ports_recheck(const struct isle_lab *lab, int run, struct isle_diag *d)
{
	DIR *all = fdopendir(openat(run, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	const struct dirent *e;
	int r = 0;

	while (all && !r && (e = readdir(all))) {
		isle_auto(close) int fd = -1;
		json_t *j;

		if (strncmp(e->d_name, ISLE_JOURNAL_PREFIX, strlen(ISLE_JOURNAL_PREFIX)) ||
		    !strcmp(e->d_name + strlen(ISLE_JOURNAL_PREFIX), lab->name))
			continue;
		fd = openat(run, e->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		j = fd < 0 ? NULL : json_loadfd(fd, 0, NULL);
		r = j ? check_journal(lab, j, d) : 0;
		json_decref(j);
	}
	if (all)
		closedir(all);
	return r;
}

json_t *isle_ports_json(const struct isle_lab *lab)
{
	json_t *ports = json_array();
	char text[16];

	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ports; k++) {
			snprintf(text, sizeof(text), "%s/%u", proto(&lab->hosts[i]->ports[k]), lab->hosts[i]->ports[k].from);
			json_array_append_new(ports, json_string(text));
		}
	return ports;
}

/* ---- in the builder */

bool isle_ports_are_wanted(const struct isle_lab *lab)
{
	for (size_t i = 0; i < lab->n_hosts; i++)
		if (lab->hosts[i]->n_ports)
			return true;
	return false;
}

static void add_port(struct isle_nlmsg *m, const char *table, const struct isle_uplink *u, const struct isle_published *p)
{
	for (size_t i = 0; i < u->n_subnets; i++) {
		struct isle_nft_port port = { .udp = p->udp, .from = p->from, .to = p->to };

		isle_ip_host(&u->subnets[i], u->subnets[i].len + 1u == isle_ip_bits(&u->subnets[i]) ? 1 : 2, &port.host);
		isle_nft_forward_port(m, table, &port);
	}
}

void isle_ports_rules(struct isle_nlmsg *m, const struct isle_lab *lab, const char *table, const char *postrouting)
{
	if (!isle_ports_are_wanted(lab))
		return;
	isle_nft_port_chains_add(m, table);
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];

		for (size_t k = 0; k < h->n_ports; k++)
			add_port(m, table, &h->uplink, &h->ports[k]);
		for (size_t k = 0; h->n_ports && k < h->uplink.n_subnets; k++)
			isle_nft_hairpin(m, table, postrouting, &h->uplink.subnets[k], h->uplink.port);
		if (h->n_ports)
			isle_nft_guard_loopback(m, table, h->uplink.port);
	}
}

bool isle_ports_have_localnet(const struct isle_host *h)
{
	return h->n_ports && has_family(h, AF_INET);
}

int isle_ports_localnet(const struct isle_job *job)
{
	char path[96];
	int r = 0;

	for (size_t i = 0; r == 0 && i < job->lab->n_hosts; i++) {
		const struct isle_host *h = job->lab->hosts[i];

		if (!isle_ports_have_localnet(h))
			continue;
		snprintf(path, sizeof(path), "net/ipv4/conf/%s/route_localnet", h->uplink.port);
		r = isle_sysctl_write(path, "1");
		if (r < 0)
			return isle_shared_fail(job->shared, -r, -1, "setting the machine's sysctl %s to 1", path);
	}
	return 0;
}
