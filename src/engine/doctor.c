/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what this machine allows, found by trying in a child's fresh namespaces
 * rather than by reading versions: a backported or patched kernel is judged by
 * what it does. One row per question; nothing of the machine is changed.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include "nl/nl.h"
#include "ns/ns.h"
#include "outside/firewall.h"
#include "outside/uplink.h"
#include "outside/uplink_user.h"

struct exam {
	struct isle_arena *arena;
	struct isle_finding *list;
	size_t n, cap;
	bool no_memory;
	bool root;		/* CAP_SYS_ADMIN */
};

static void say(struct exam *e, const char *what, int level, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
static void say(struct exam *e, const char *what, int level, const char *hint, const char *fmt, ...)
{
	struct isle_finding *f;
	char text[512];
	va_list ap;

	if (!isle_arena_grow(e->arena, &e->list, e->n, &e->cap, sizeof(*e->list))) {
		e->no_memory = true;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	f = &e->list[e->n++];
	*f = (struct isle_finding){ .what = what, .level = level, .words = isle_arena_strdup(e->arena, text),
				    .hint = hint ? isle_arena_strdup(e->arena, hint) : NULL };
}

/* FN in a child that has namespaces of its own (FLAGS); its -errno, or 0. */
static int try_in_child(int flags, int (*fn)(const char *arg), const char *arg)
{
	pid_t pid = isle_ns_clone_deaf(0, NULL, NULL);
	int status, failed;

	if (pid == 0) {
		int r = flags && unshare(flags) < 0 ? -errno : fn ? fn(arg) : 0;

		_exit(r < 0 ? (-r < 255 ? -r : 255) : 0);
	}
	failed = pid < 0 ? pid : isle_ns_reap(pid, &status);
	if (failed)
		return failed;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

static void see_kernel(struct exam *e)
{
	struct utsname u;

	if (uname(&u) == 0)
		say(e, "kernel", 0, NULL, "%s %s %s", u.sysname, u.release, u.machine);
}

static void see_rights(struct exam *e)
{
	if (e->root)
		say(e, "rights", 0, NULL, "CAP_SYS_ADMIN: labs live in " ISLE_RUN_DIR);
	else
		say(e, "rights", 1, NULL, "no CAP_SYS_ADMIN: labs live in a user namespace, kept by a small process");
}

static void see_userns(struct exam *e)
{
	struct isle_diag *d = isle_diag_new();
	const struct isle_diag_rec *r;
	int err = try_in_child(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID, NULL, NULL);

	if (err == 0) {
		say(e, "user namespaces", 0, NULL, "allowed");
	} else {
		isle_userns_blame(-err, d);
		r = d ? isle_diag_first(d) : NULL;
		say(e, "user namespaces", e->root ? 1 : 2, r ? r->hint : NULL, "refused: %s", r && r->msg ? r->msg : strerror(-err));
	}
	isle_diag_free(d);
}

static int make_link(const char *kind)
{
	uint8_t buf[512];
	struct isle_nlmsg m;
	struct isle_nl nl;
	size_t info;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return r;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
	isle_nlmsg_put_str(&m, IFLA_IFNAME, "probe0");
	info = isle_nlmsg_nest(&m, IFLA_LINKINFO);
	isle_nlmsg_put_str(&m, IFLA_INFO_KIND, kind);
	isle_nlmsg_unnest(&m, info);
	isle_nlmsg_end(&m);
	r = isle_nl_talk(&nl, &m, NULL);
	isle_nl_close(&nl);
	return r;
}

static int make_nft(const char *arg)
{
	uint8_t buf[512];
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_NETFILTER);

	(void)arg;
	if (r < 0)
		return r;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nft_batch_begin(&m);
	isle_nft_table_add(&m, "probe", "probe");
	isle_nft_nat_chain_add(&m, "probe", "probe");
	isle_nft_batch_end(&m);
	r = isle_nl_talk(&nl, &m, NULL);
	isle_nl_close(&nl);
	return r;
}

static int mount_overlay(const char *arg)
{
	(void)arg;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("tmpfs", "/tmp", "tmpfs", 0, NULL) < 0)
		return -errno;
	return mount("overlay", "/mnt", "overlay", MS_RDONLY, "lowerdir=/tmp:/etc") < 0 ? -errno : 0;
}

static int move_mount_away(const char *arg)
{
	(void)arg;
	/* OPEN_TREE_CLONE; recursive, because of less than all a user namespace may take no copy: mounts would come to light */
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, "/", 1 | O_CLOEXEC | AT_RECURSIVE);

	return fd < 0 ? -errno : 0;
}

/* Things to be tried in namespaces of one's own, and what isle wants them for. */
static const struct {
	const char *what, *hint;
	int level, flags;
	int (*fn)(const char *arg);
	const char *arg;
} tries[] = {
	{ "veth pairs", "modprobe veth (CONFIG_VETH): links need it", 2, CLONE_NEWNET, make_link, "veth" },
	{ "Linux bridge", "modprobe bridge (CONFIG_BRIDGE): networks need it", 2, CLONE_NEWNET, make_link, "bridge" },
	{ "nf_tables NAT", "modprobe nf_tables nft_chain_nat (CONFIG_NF_TABLES, CONFIG_NFT_NAT): the uplink of `up` needs it", 1,
	  CLONE_NEWNET, make_nft, NULL },
	{ "mount calls", "needs Linux 5.2: open_tree(2), move_mount(2)", 2, CLONE_NEWNS, move_mount_away, NULL },
	{ "overlay", "modprobe overlay (CONFIG_OVERLAY_FS): without it every entry of a host's /etc is bound by itself, and "
		     "what the machine replaces there stays old inside", 1, CLONE_NEWNS, mount_overlay, NULL },
};

static void see_tries(struct exam *e)
{
	for (size_t i = 0; i < ISLE_COUNT(tries); i++) {
		int r = try_in_child(tries[i].flags | (e->root ? 0 : CLONE_NEWUSER), tries[i].fn, tries[i].arg);

		if (r == 0)
			say(e, tries[i].what, 0, NULL, "works");
		else
			say(e, tries[i].what, tries[i].level, tries[i].hint, "refused: %s", strerror(-r));
	}
}

/* A kind that is refused for what it lacks is one that is known. */
static void see_kinds(struct exam *e)
{
	isle_auto(buf) struct isle_buf has = { 0 }, lacks = { 0 }, modules = { 0 };
	const struct isle_link_kind *kind;

	for (size_t i = 0; (kind = isle_link_kind_at(i)); i++) {
		int r;

		if (!kind->in_file)
			continue;
		if (kind->is_tun)
			r = access("/dev/net/tun", F_OK) < 0 ? -EOPNOTSUPP : 0;
		else
			r = try_in_child(CLONE_NEWNET | (e->root ? 0 : CLONE_NEWUSER), make_link, kind->name);
		if (r == -EOPNOTSUPP && !(modules.s && strstr(modules.s, kind->module)))
			isle_buf_printf(&modules, "%s%s", modules.n ? " " : "modprobe ", kind->module);
		isle_buf_printf(r == -EOPNOTSUPP ? &lacks : &has, "%s%s", (r == -EOPNOTSUPP ? lacks.n : has.n) ? ", " : "", kind->name);
	}
	say(e, "kinds of links", 0, lacks.n && modules.s ? modules.s : NULL, "%s%s%s", has.n ? has.s : "none", lacks.n ? "; not: " : "",
	    lacks.n ? lacks.s : "");
	e->no_memory |= has.bad || lacks.bad || modules.bad;
}

static void see_limits(struct exam *e)
{
	static const struct { const char *path, *what; uint64_t least; const char *hint; } limits[] = {
		{ "user/max_net_namespaces", "network namespaces", 1100, "sysctl user.max_net_namespaces: a host needs one" },
		{ "user/max_user_namespaces", "user namespace limit", 8, "sysctl user.max_user_namespaces" },
		{ "fs/mount-max", "mounts", 20000, "sysctl fs.mount-max: a host needs three" },
		{ "net/ipv4/neigh/default/gc_thresh3", "IPv4 neighbours", 1024, "shared by all namespaces: large labs fill it" },
	};

	for (size_t i = 0; i < ISLE_COUNT(limits); i++) {
		char text[32];
		uint64_t v;

		if (isle_sysctl_read(limits[i].path, text, sizeof(text)) < 0 || !isle_str_u64(text, strlen(text), &v))
			continue;	/* not shown to this caller */
		say(e, limits[i].what, v < limits[i].least, v < limits[i].least ? limits[i].hint : NULL, "at most %llu",
		    (unsigned long long)v);
	}
}

static void see_way_out(struct exam *e)
{
	struct isle_diag *d = isle_diag_new();
	struct isle_lab none = { 0 };
	const struct isle_diag_rec *r;
	struct isle_forward_view v;

	if (isle_uplink_user_check(&none, NULL, d) == 0) {
		say(e, "way out of run and rootless labs", 0, NULL, "pasta or slirp4netns, and /dev/net/tun");
	} else {
		r = d ? isle_diag_first(d) : NULL;
		say(e, "way out of run and rootless labs", 1, r ? r->hint : NULL, "none: %s%s%s", r && r->msg ? r->msg : "",
		    r && !r->ours ? ": " : "", r && !r->ours ? strerror(r->errnum) : "");
	}
	if (e->root && isle_firewall_look(&v, NULL) == 0) {
		const char *hook = v.other[0][0] ? v.other[0] : v.docker_drops[0] || v.legacy_drops ? "FORWARD policy DROP" : NULL;
		bool docker = !v.other[0][0] && (v.docker_nft[0] || v.docker_legacy);

		if (!hook)
			say(e, "way out of up", 0, NULL, "no firewall drops forwarded packets");
		else
			say(e, "way out of up", docker ? 0 : 1, docker ? NULL : "`up` refuses an uplink here; `run` has its own way out",
			    "%s%s", hook, docker ? "; isle adds its rules to DOCKER-USER" : "");
	}
	isle_diag_free(d);
}

int isle_doctor(struct isle_arena *arena, struct isle_finding **ret, size_t *ret_n, struct isle_diag *d)
{
	struct exam e = { .arena = arena, .root = isle_cap_has(CAP_SYS_ADMIN) };

	see_kernel(&e);
	see_rights(&e);
	see_userns(&e);
	see_tries(&e);
	see_kinds(&e);
	see_limits(&e);
	see_way_out(&e);
	if (e.no_memory)
		return isle_fail(d, ENOMEM, NULL, "looking at what this machine allows");
	*ret = e.list;
	*ret_n = e.n;
	return 0;
}
