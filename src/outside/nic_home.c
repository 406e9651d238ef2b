/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: NICs on their way home, by the journal alone. They are known by our
 * altname, never by a name or an index, which may be another's by now. What the
 * kernel told of one is sent to it again: first addresses, then routes, those
 * without a gateway before the others. The altname goes last, and the journal
 * after it, so whoever is killed in between leaves all of it to the next.
 */
#include <fcntl.h>
#include <jansson.h>
#include <linux/if_addr.h>
#include "ns/ns.h"
#include "outside/nic.h"
#include "outside/uplink.h"

#define ANSWER_BYTES 16384
#define TRAVEL_MS 5000		/* the kernel ends namespaces behind everybody's back */

static const char *str(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

static uint32_t num(const json_t *j, const char *key)
{
	return (uint32_t)json_integer_value(json_object_get(j, key));
}

static void journal_name(char ret[ISLE_NAME_MAX + 16], const char *lab)
{
	snprintf(ret, ISLE_NAME_MAX + 16, ISLE_NIC_PREFIX "%s", lab);
}

bool isle_nics_are_left(int run, const char *lab)
{
	char name[ISLE_NAME_MAX + 16];

	journal_name(name, lab);
	return faccessat(run, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* -ENOENT, unsaid: there is none. */
static int journal_read(int run, const char *lab, json_t **ret, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX + 16];
	isle_auto(close) int fd = -1;
	json_error_t e;

	journal_name(name, lab);
	fd = openat(run, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? -ENOENT : isle_fail(d, errno, NULL, "reading " ISLE_RUN_DIR "/%s", name);
	*ret = json_loadfd(fd, 0, &e);
	if (*ret)
		return 0;
	isle_reject(d, NULL, ISLE_RUN_DIR "/%s, which has what the NICs of lab %s were, is damaged: %s", name, lab, e.text);
	isle_hint(d, "they have an altname that begins with isle:%s; give them addresses by hand, and remove the file", lab);
	return -EBADMSG;
}

/* ---- Out of the lab */

struct move { const char *name, *altname; int machine; bool taken; char kernel[ISLE_NL_EXTACK]; };	/* taken: its name, at home */

static int find(struct isle_nl *nl, const char *altname, uint32_t *ret)
{
	uint8_t answer[ANSWER_BYTES];
	const struct nlmsghdr *h;
	int r = isle_nl_get_link(nl, IFLA_ALT_IFNAME, altname, answer, sizeof(answer), &h);

	if (!r)
		*ret = (uint32_t)((const struct ifinfomsg *)NLMSG_DATA(h))->ifi_index;
	return r;
}

static int move_home(void *arg)
{
	struct move *mv = arg;
	struct isle_nl nl;
	uint32_t ifindex;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r)
		return r;
	r = find(&nl, mv->altname, &ifindex);
	/* the kernel would find that out between moving and renaming it */
	if (!r && mv->taken)
		r = -EEXIST;
	if (!r) {
		r = isle_nl_move_link(&nl, ifindex, mv->machine, mv->name);
		memcpy(mv->kernel, nl.extack, sizeof(mv->kernel));
	}
	isle_nl_close(&nl);
	return r == -ENODEV ? 0 : r;
}

static int home(const struct isle_tree *tree, const json_t *nic, int machine, struct isle_diag *d)
{
	struct move mv = { .name = str(nic, "name"), .altname = str(nic, "altname"), .machine = machine };
	char path[ISLE_NAME_MAX + 8];
	isle_auto(close) int net = -1;
	int r, value = 0;

	snprintf(path, sizeof(path), "net/%.64s", str(nic, "host"));
	mv.taken = if_nametoindex(mv.name);
	net = openat(tree->dir, path, O_RDONLY | O_CLOEXEC);
	if (net < 0)
		return isle_fail(d, errno, NULL, "cannot open host %s of lab %s", str(nic, "host"), tree->lab);
	r = isle_ns_call(net, move_home, &mv, &value, d);
	if (r || !value)
		return r;
	isle_fail(d, -value, NULL, "cannot bring %s home from %s", mv.name, str(nic, "host"));
	if (mv.kernel[0])
		isle_diag_kernel(d, mv.kernel);
	isle_hint(d, "lab %s is still up; make room for it, and `isle down %s` again", tree->lab, tree->lab);
	return value;
}

int isle_nics_home(int run, const struct isle_tree *tree, struct isle_diag *d)
{
	isle_auto(close) int machine = isle_ns_self("net");
	const json_t *nic;
	json_t *j;
	size_t i;
	int r = journal_read(run, tree->lab, &j, d), one;

	if (r)
		return r == -ENOENT ? 0 : r;
	json_array_foreach(json_object_get(j, "nics"), i, nic) {
		one = machine < 0 ? isle_fail(d, -machine, NULL, "cannot open the machine's network") : home(tree, nic, machine, d);
		r = r ? r : one;
	}
	json_decref(j);
	return r ? r : isle_nics_undo(run, tree->lab, d);
}

/* ---- At home */

static size_t unhex(const char *hex, uint8_t *ret, size_t cap)
{
	size_t n = strlen(hex) / 2;
	unsigned byte;

	for (size_t i = 0; i < n && n <= cap; i++) {
		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return 0;
		ret[i] = (uint8_t)byte;
	}
	return n <= cap ? n : 0;
}

static bool is_direct(const uint8_t *body, size_t n)
{
	struct isle_nlattrs a;

	isle_nl_attrs(body + sizeof(struct rtmsg), n - sizeof(struct rtmsg), &a);
	return !a.a[RTA_GATEWAY] && !a.a[RTA_VIA];
}

/* As it was told, for the index that it has now. */
static int tell(struct isle_nl *nl, uint16_t type, uint8_t *body, size_t n, uint32_t ifindex)
{
	struct ifaddrmsg *ifa = (struct ifaddrmsg *)body;
	struct isle_nlmsg m;
	uint8_t buf[4096];
	struct isle_nlattrs a;
	void *at;
	int r;

	if (type == RTM_NEWADDR) {
		ifa->ifa_index = ifindex;
	} else {
		isle_nl_attrs(body + sizeof(struct rtmsg), n - sizeof(struct rtmsg), &a);
		if (isle_nla_len(a.a[RTA_OIF]) == sizeof(ifindex))
			memcpy((uint8_t *)(uintptr_t)isle_nla_data(a.a[RTA_OIF]), &ifindex, sizeof(ifindex));
		((struct rtmsg *)body)->rtm_flags &= RTNH_F_ONLINK;	/* the others are its state */
	}
	isle_nlmsg_init(&m, buf, sizeof(buf));
	at = isle_nlmsg_begin(&m, type, NLM_F_CREATE | (type == RTM_NEWADDR ? NLM_F_REPLACE : 0), n);
	if (at)
		memcpy(at, body, n);
	isle_nlmsg_end(&m);
	r = isle_nl_talk(nl, &m, NULL);
	return r == -EEXIST ? 0 : r;
}

static int tell_all(struct isle_nl *nl, const json_t *nic, const char *what, uint16_t type, uint32_t ifindex, int direct, struct isle_diag *d)
{
	const size_t least = type == RTM_NEWADDR ? sizeof(struct ifaddrmsg) : sizeof(struct rtmsg);
	_Alignas(8) uint8_t body[2048];
	const json_t *one;
	int all = 0, r;
	size_t i;

	json_array_foreach(json_object_get(nic, what), i, one) {
		const size_t n = unhex(json_string_value(one) ? json_string_value(one) : "", body, sizeof(body));

		if (n < least || (direct >= 0 && is_direct(body, n) != direct))
			continue;
		r = tell(nl, type, body, n, ifindex);
		if (!r)
			continue;
		all = isle_fail(d, -r, NULL, "giving %s back one of its %s", str(nic, "name"), what);
		isle_diag_kernel(d, nl->extack);
	}
	return all;
}

static int set_genmode(struct isle_nl *nl, uint32_t ifindex, uint8_t mode)
{
	struct ifinfomsg *ifi;
	struct isle_nlmsg m;
	uint8_t buf[128];

	isle_nlmsg_init(&m, buf, sizeof(buf));
	ifi = isle_nlmsg_begin(&m, RTM_SETLINK, 0, sizeof(*ifi));
	if (ifi)
		ifi->ifi_index = (int)ifindex;
	size_t spec = isle_nlmsg_nest(&m, IFLA_AF_SPEC), inet6 = isle_nlmsg_nest(&m, AF_INET6);
	isle_nlmsg_put_u8(&m, IFLA_INET6_ADDR_GEN_MODE, mode);
	isle_nlmsg_unnest(&m, inet6);
	isle_nlmsg_unnest(&m, spec);
	isle_nlmsg_end(&m);
	return isle_nl_talk(nl, &m, NULL);
}

/* Down: only then a name or a MAC can be set everywhere. */
static int set_back(struct isle_nl *nl, const json_t *nic, uint32_t ifindex)
{
	const char *name = str(nic, "name"), *mac = str(nic, "mac");
	const uint32_t mtu = num(nic, "mtu"), master = num(nic, "master");
	unsigned b[6];
	int r = isle_nl_set_link(nl, ifindex, 0, IFF_UP, IFLA_IFNAME, name, strlen(name) + 1);

	if (!r && sscanf(mac, "%2x:%2x:%2x:%2x:%2x:%2x:", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) == 6) {
		const uint8_t bytes[6] = { (uint8_t)b[0], (uint8_t)b[1], (uint8_t)b[2], (uint8_t)b[3], (uint8_t)b[4], (uint8_t)b[5] };

		if (strlen(mac) == 18)
			r = isle_nl_set_link(nl, ifindex, 0, 0, IFLA_ADDRESS, bytes, sizeof(bytes));
	}
	if (!r && mtu)
		r = isle_nl_set_link(nl, ifindex, 0, 0, IFLA_MTU, &mtu, sizeof(mtu));
	if (!r && access("/proc/sys/net/ipv6", F_OK) == 0 && mtu >= 1280)
		r = set_genmode(nl, ifindex, (uint8_t)num(nic, "addrgenmode"));
	if (!r && master)
		r = isle_nl_set_link(nl, ifindex, 0, 0, IFLA_MASTER, &master, sizeof(master));
	if (!r && json_is_true(json_object_get(nic, "up")))
		r = isle_nl_set_link(nl, ifindex, IFF_UP, IFF_UP, 0, NULL, 0);
	return r;
}

/* It may be on its way. A virtual one has ended with its namespace, and one that never was marked never left. */
static int wait_for(struct isle_nl *nl, const json_t *nic, uint32_t *ret)
{
	struct isle_nl events;
	uint8_t buf[ANSWER_BYTES];
	unsigned there;
	size_t n;
	int r = find(nl, str(nic, "altname"), ret);

	there = if_nametoindex(str(nic, "name"));
	if (r != -ENODEV || json_is_true(json_object_get(nic, "virtual")) || there)
		return r;
	r = isle_nl_open(&events, NETLINK_ROUTE);
	if (r)
		return r;
	r = isle_nl_join(&events, RTNLGRP_LINK);
	while (!r) {
		r = find(nl, str(nic, "altname"), ret);
		if (r != -ENODEV)
			break;
		r = isle_nl_event(&events, buf, sizeof(buf), TRAVEL_MS, &n);
		r = r == -ENOBUFS ? 0 : r;
	}
	isle_nl_close(&events);
	return r;
}

static int restore(struct isle_nl *nl, const char *lab, const json_t *nic, struct isle_diag *d)
{
	const char *name = str(nic, "name");
	uint32_t ifindex;
	int r = wait_for(nl, nic, &ifindex), one;

	if (r == -ENODEV)
		return 0;
	if (r) {
		isle_fail(d, -r, NULL, "%s, which was in lab %s, is not back", name, lab);
		isle_hint(d, "what keeps its namespace is listed by `isle holders`; when it is back, `isle gc` gives it its addresses");
		return r;
	}
	r = set_back(nl, nic, ifindex);
	if (r) {
		isle_fail(d, -r, NULL, "setting %s of the machine back to what it was", name);
		isle_diag_kernel(d, nl->extack);
		return r;
	}
	r = tell_all(nl, nic, "addresses", RTM_NEWADDR, ifindex, -1, d);
	for (int direct = 1; direct >= 0; direct--) {
		one = tell_all(nl, nic, "routes", RTM_NEWROUTE, ifindex, direct, d);
		r = r ? r : one;
	}
	one = isle_nl_set_altname(nl, ifindex, false, str(nic, "altname"));
	return r ? r : one ? isle_fail(d, -one, NULL, "taking our name from %s", name) : 0;
}

int isle_nics_undo(int run, const char *lab, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX + 16];
	const json_t *nic;
	struct isle_nl nl;
	json_t *j;
	size_t i;
	int r = journal_read(run, lab, &j, d), one;

	if (r)
		return r == -ENOENT ? 0 : r;
	r = isle_nl_open(&nl, NETLINK_ROUTE);
	if (r) {
		json_decref(j);
		return isle_fail(d, -r, NULL, "opening a netlink socket to give NICs back what they had");
	}
	json_array_foreach(json_object_get(j, "nics"), i, nic) {
		one = restore(&nl, lab, nic, d);
		r = r ? r : one;
	}
	isle_nl_close(&nl);
	json_decref(j);
	journal_name(name, lab);
	if (!r && unlinkat(run, name, 0) < 0 && errno != ENOENT)
		r = isle_fail(d, errno, NULL, "removing " ISLE_RUN_DIR "/%s", name);
	return r;
}
