/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: moving NICs of the machine into a lab. What they are is recorded as the
 * kernel's own messages (addresses, routes), which are sent again later. The
 * worker moves them when all else is there; until the lab is published it moves
 * them back itself if something fails, for a virtual one would end with its
 * namespace.
 */
#include <fcntl.h>
#include <jansson.h>
#include <sched.h>
#include "ns/ns.h"
#include "outside/nic.h"
#include "outside/uplink.h"

#define ANSWER_BYTES 16384

int isle_nics_prepare(const struct isle_lab *lab, struct isle_nics **ret, struct isle_diag *d)
{
	struct isle_nics *n;
	int r;

	*ret = NULL;
	if (!lab->has_nic)
		return 0;
	n = calloc(1, sizeof(*n));
	if (!n)
		return isle_fail(d, ENOMEM, NULL, "preparing the NICs of %s", lab->name);
	r = isle_plan_nics(lab, &n->plan, d);
	if (r)
		isle_nics_free(n);
	else
		*ret = n;
	return r;
}

void isle_nics_free(struct isle_nics *n)
{
	if (!n)
		return;
	isle_plan_free(n->plan);
	free(n->journal);
	free(n);
}

/* ---- Checks */

int isle_nics_refuse(const struct isle_lab *lab, struct isle_diag *d)
{
	int all = 0;

	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++) {
			const struct isle_iface *f = lab->hosts[i]->ifaces[k];

			if (!isle_iface_is_nic(f))
				continue;
			all = isle_reject(d, &f->loc, "%s of '%s' is the machine's %s: `run` moves no NIC", f->name, f->host->name,
					  f->machine_lower);
			isle_hint(d, "`isle up`, whose `down` brings it home; or `macvlan:%s`, which leaves it where it is", f->machine_lower);
		}
	return all;
}

static int refuse(const struct isle_iface *f, const char *why, struct isle_diag *d)
{
	return isle_reject(d, &f->loc, "%s cannot be moved to another namespace: %s", f->machine_lower, why);
}

static const char *why_bound(const char *name, const struct nlmsghdr *h, const struct isle_nlattrs *a)
{
	const unsigned flags = ((const struct ifinfomsg *)NLMSG_DATA(h))->ifi_flags;
	struct isle_nlattrs info;

	if (flags & IFF_LOOPBACK)
		return "it is the loopback";
	isle_nl_nested(a->a[IFLA_LINKINFO], &info);
	return isle_link_is_bound(flags, isle_nla_str(info.a[IFLA_INFO_KIND]), name, a) ? "the kernel keeps it where it was made" : NULL;
}

static int check_way_out(const struct isle_iface *f, struct isle_diag *d)
{
	struct isle_machine_routes routes = { 0 };
	int r = isle_machine_routes_read(&routes, d);

	for (int v = 0; !r && v < 2; v++)
		for (size_t i = 0; !r && i < routes.n_dev[v]; i++)
			if (!strcmp(routes.dev[v][i], f->machine_lower)) {
				r = isle_reject(d, &f->loc, "%s is the machine's way out: moved to '%s' it would cut the machine off",
						f->machine_lower, f->host->name);
				isle_hint(d, "give the machine another default route first; or `macvlan:%s`, which shares it", f->machine_lower);
			}
	isle_machine_routes_done(&routes);
	return r;
}

int isle_nic_check(const struct isle_iface *f, struct isle_diag *d)
{
	uint8_t answer[ANSWER_BYTES];
	const struct nlmsghdr *h;
	struct isle_nlattrs a;
	const char *why = NULL;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (!r)
		r = isle_nl_get_link(&nl, IFLA_IFNAME, f->machine_lower, answer, sizeof(answer), &h);
	if (!r) {
		isle_nl_attrs_of(h, sizeof(struct ifinfomsg), &a);
		why = why_bound(f->machine_lower, h, &a);
	}
	isle_nl_close(&nl);
	if (r == -ENODEV) {
		r = isle_reject(d, &f->loc, "%s of '%s' is %s, and the machine has no such interface", f->name, f->host->name,
				f->machine_lower);
		isle_hint(d, "`ip link` lists those it has");
		return r;
	}
	if (r)
		return isle_fail(d, -r, &f->loc, "looking at %s of the machine", f->machine_lower);
	if (!why)
		return check_way_out(f, d);
	r = refuse(f, why, d);
	isle_hint(d, "`isle show` says of each interface whether it can be moved");
	return r;
}

/* ---- Recording, in the parent */

struct record { uint32_t ifindex; uint16_t type; json_t *list; bool no_memory; };

static void add_message(struct record *rec, const struct nlmsghdr *h)
{
	const size_t n = h->nlmsg_len - NLMSG_HDRLEN;
	char *hex = malloc(2 * n + 1);

	for (size_t i = 0; hex && i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", ((const uint8_t *)NLMSG_DATA(h))[i]);
	rec->no_memory |= !hex || json_array_append_new(rec->list, json_string(hex)) < 0;
	free(hex);
}

/* Not what the kernel makes by itself of an address or of what is heard. */
static bool is_wanted(const struct record *rec, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);
	const struct rtmsg *rt = NLMSG_DATA(h);
	struct isle_nlattrs a;

	if (h->nlmsg_type != rec->type)
		return false;
	if (rec->type == RTM_NEWADDR)
		return ifa->ifa_index == rec->ifindex;
	if ((rt->rtm_family != AF_INET && rt->rtm_family != AF_INET6) || rt->rtm_protocol == RTPROT_KERNEL || rt->rtm_protocol == RTPROT_RA ||
	    rt->rtm_flags & RTM_F_CLONED)
		return false;
	isle_nl_attrs_of(h, sizeof(*rt), &a);
	return isle_nla_u32(a.a[RTA_OIF], 0) == rec->ifindex;
}

static int on_message(const struct nlmsghdr *h, void *arg)
{
	struct record *rec = arg;

	if (!h)
		json_array_clear(rec->list);
	else if (is_wanted(rec, h))
		add_message(rec, h);
	return rec->no_memory ? -ENOMEM : 0;
}

static int dump(struct isle_nl *nl, uint32_t ifindex, uint16_t get, uint16_t type, size_t header, json_t **ret)
{
	struct record rec = { .ifindex = ifindex, .type = type, .list = json_array() };
	struct isle_nlmsg m;
	uint8_t buf[64];

	*ret = rec.list;
	if (!rec.list)
		return -ENOMEM;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, get, NLM_F_DUMP, header);
	isle_nlmsg_end(&m);
	return isle_nl_dump(nl, &m, on_message, &rec);
}

static json_t *mac_json(const struct nlattr *a)
{
	const uint8_t *b = isle_nla_data(a);
	char text[3 * 32 + 1] = "";

	for (size_t i = 0; i < isle_nla_len(a) && i < 32; i++)
		snprintf(text + 3 * i, 4, "%02x:", b[i]);
	return json_string(text);
}

/* The NIC that STEP moves, as it is; the index goes into the steps. */
static int look_at(struct isle_nl *nl, const struct isle_lab *lab, struct isle_step *step, const char *altname, json_t *list)
{
	uint8_t answer[ANSWER_BYTES];
	const struct nlmsghdr *h;
	struct isle_nlattrs a, info, families, inet6;
	json_t *addresses = NULL, *routes = NULL, *nic;
	const struct ifinfomsg *ifi;
	int r = isle_nl_get_link(nl, IFLA_IFNAME, step->nic.name, answer, sizeof(answer), &h);

	if (r)
		return r;
	ifi = NLMSG_DATA(h);
	step->nic.ifindex = (uint32_t)ifi->ifi_index;
	isle_nl_attrs_of(h, sizeof(*ifi), &a);
	isle_nl_nested(a.a[IFLA_LINKINFO], &info);
	isle_nl_nested(a.a[IFLA_AF_SPEC], &families);
	isle_nl_nested(families.a[AF_INET6], &inet6);
	nic = json_pack("{s:s,s:s,s:s,s:b,s:b,s:I,s:I,s:I,s:o}", "name", step->nic.name, "altname", altname, "host",
			lab->hosts[step->nic.that_ns - 1]->name, "virtual", info.a[IFLA_INFO_KIND] != NULL, "up", !!(ifi->ifi_flags & IFF_UP),
			"mtu", (json_int_t)isle_nla_u32(a.a[IFLA_MTU], 0), "master", (json_int_t)isle_nla_u32(a.a[IFLA_MASTER], 0),
			"addrgenmode", (json_int_t)isle_nla_u8(inet6.a[IFLA_INET6_ADDR_GEN_MODE], 0), "mac", mac_json(a.a[IFLA_ADDRESS]));
	r = dump(nl, step->nic.ifindex, RTM_GETADDR, RTM_NEWADDR, sizeof(struct ifaddrmsg), &addresses);
	if (!r)
		r = dump(nl, step->nic.ifindex, RTM_GETROUTE, RTM_NEWROUTE, sizeof(struct rtmsg), &routes);
	json_object_set_new(nic, "addresses", addresses);
	json_object_set_new(nic, "routes", routes);
	if (json_array_append_new(list, nic) < 0 && !r)
		r = -ENOMEM;
	return r;
}

int isle_nics_look(struct isle_job *job, struct isle_diag *d)
{
	struct isle_nics *n = job->nics;
	json_t *list, *root;
	struct isle_nl nl;
	char boot[37] = "";
	int r;

	if (!n)
		return 0;
	r = isle_nl_open(&nl, NETLINK_ROUTE);
	if (r)
		return isle_fail(d, -r, NULL, "opening a netlink socket to look at NICs");
	isle_boot_id(boot);
	list = json_array();
	for (size_t i = 0; !r && i < n->plan->n_steps; i++) {
		struct isle_step *step = &n->plan->steps[i];

		if (step->kind != ISLE_STEP_NIC)
			continue;
		r = look_at(&nl, job->lab, step, step[-1].altname.altname, list);	/* which goes before each */
		step[-1].altname.ifindex = step->nic.ifindex;
		if (r)
			isle_fail(d, -r, step->loc, "looking at %s of the machine", step->nic.name);
	}
	isle_nl_close(&nl);
	root = json_pack("{s:i,s:s,s:s,s:o}", "version", 1, "lab", job->lab->name, "boot_id", boot, "nics", list);
	n->journal = root ? json_dumps(root, JSON_COMPACT) : NULL;
	json_decref(root);
	return r || n->journal ? r : isle_fail(d, ENOMEM, NULL, "recording the NICs of %s", job->lab->name);
}

/* ---- In the worker */

static int enter(const struct isle_job *job, const struct isle_host *host, int tree_dir)
{
	char path[ISLE_NAME_MAX + 8];
	isle_auto(close) int fd = -1;

	snprintf(path, sizeof(path), "net/%.64s", host->name);
	fd = openat(tree_dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		return isle_shared_fail(job->shared, errno, -1, "entering %s", host->name);
	return 0;
}

/* To MACHINE_NET, from where we are. */
static int send_home(const struct isle_step *step, int machine_net)
{
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (!r)
		r = isle_nl_move_link(&nl, step->nic.new_ifindex, machine_net, step->nic.name);
	isle_nl_close(&nl);
	return r;
}

/* What is not there was not moved. */
void isle_nics_return(const struct isle_job *job, int machine_net, int tree_dir)
{
	for (size_t i = 0; job->nics && i < job->nics->plan->n_steps; i++) {
		const struct isle_step *step = &job->nics->plan->steps[i];

		if (step->kind == ISLE_STEP_NIC && !enter(job, job->lab->hosts[step->nic.that_ns - 1], tree_dir))
			send_home(step, machine_net);
	}
}

/* Each step in its namespace, by a socket made there. */
static int take(const struct isle_job *job, const struct isle_step *step, int machine_net, int tree_dir)
{
	isle_auto(close) int target = -1;
	struct isle_nl nl;
	char path[ISLE_NAME_MAX + 8];
	int r;

	job->shared->loc = step->loc;
	if (step->kind == ISLE_STEP_NIC) {
		snprintf(path, sizeof(path), "net/%.64s", job->lab->hosts[step->nic.that_ns - 1]->name);
		target = openat(tree_dir, path, O_RDONLY | O_CLOEXEC);
		if (target < 0)
			return isle_shared_fail(job->shared, errno, -1, "opening the namespace of a NIC's host");
	}
	if (step->ns != ISLE_NS_MACHINE)
		r = enter(job, job->lab->hosts[step->ns - 1], tree_dir);
	else
		r = setns(machine_net, CLONE_NEWNET) < 0 ? isle_shared_fail(job->shared, errno, -1, "going back to the machine's network") : 0;
	if (r)
		return r;
	r = isle_nl_open(&nl, NETLINK_ROUTE);
	if (r)
		return isle_shared_fail(job->shared, -r, -1, "opening a netlink socket");
	r = isle_uplink_take(job, &nl, step, 0, target);
	isle_nl_close(&nl);
	return r;
}

int isle_nics_make(const struct isle_job *job, int journal, int machine_net, int tree_dir)
{
	char name[ISLE_NAME_MAX + 16];
	int r;

	if (!job->nics)
		return 0;
	snprintf(name, sizeof(name), ISLE_NIC_PREFIX "%s", job->lab->name);
	r = isle_journal_put(journal, name, job->nics->journal);
	if (r)
		return isle_shared_fail(job->shared, -r, -1, "writing down in " ISLE_RUN_DIR " what the NICs are");
	for (size_t i = 0; !r && i < job->nics->plan->n_steps; i++)
		r = take(job, &job->nics->plan->steps[i], machine_net, tree_dir);
	if (r)
		isle_nics_return(job, machine_net, tree_dir);
	else
		job->shared->loc = NULL;
	return r;
}
