/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: labs that are up, for readers: finding them by name, the model each was
 * brought up from, what a file would make different. Changes nothing.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include "converge/converge.h"
#include "engine/engine.h"
#include "ns/ns.h"
#include "ping/ping.h"
#include "tree/state.h"

struct isle_live {
	struct isle_tree tree;
	struct isle_record *record;
	struct isle_lab *lab;
};

int isle_host_find(const char *name, char ret_host[ISLE_HOST_MAX], char ret_lab[ISLE_HOST_MAX], struct isle_diag *diag)
{
	struct isle_host_ns ns;
	int r = isle_host_open(name, &ns, diag);

	if (r < 0)
		return r;
	snprintf(ret_host, ISLE_HOST_MAX, "%s", ns.host);
	snprintf(ret_lab, ISLE_HOST_MAX, "%s", ns.lab);
	isle_host_close(&ns);
	return 0;
}

/* FN for each name with its tree opened; a lab that went down meanwhile is left out. */
static int each(int (*fn)(const struct isle_site *, const char *, void *), void *arg, struct isle_diag *diag)
{
	struct isle_arena *a = isle_arena_new();
	struct isle_site site;
	char **names = NULL;
	size_t n = 0;
	int r = a ? isle_site_find(&site, diag) : isle_fail(diag, ENOMEM, NULL, "list the labs");

	if (r >= 0)
		r = isle_tree_list(&site, a, &names, &n, diag);
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = fn(&site, names[i], arg);
	isle_arena_free(a);
	return r;
}

/* Hosts of a lab without its model: the pins say it. */
static size_t count_hosts(const struct isle_tree *tree)
{
	int fd = openat(tree->dir, "net", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t n = 0;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	for (const struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

struct brief_args {
	void (*fn)(const struct isle_lab_brief *, void *);
	void *arg;
	struct isle_diag *diag;
};

static int brief(const struct isle_site *site, const char *name, void *arg)
{
	const struct brief_args *a = arg;
	struct isle_record *rec = NULL;
	struct isle_tree tree;

	if (isle_tree_open(site, name, &tree, NULL) < 0)
		return 0;
	if (isle_record_read(&tree, &rec, a->diag) >= 0)
		a->fn(&(struct isle_lab_brief) {
			.name = name, .file = rec->file, .since = rec->created,
			.n_hosts = count_hosts(&tree), .rootless = tree.rootless,
			.half_changed = isle_tree_is_half_changed(&tree) }, a->arg);
	isle_record_free(rec);
	isle_tree_close(&tree);
	return 0;
}

int isle_each_lab(void (*fn)(const struct isle_lab_brief *, void *), void *arg, struct isle_diag *diag)
{
	return each(brief, &(struct brief_args) { fn, arg, diag }, diag);
}

struct name_args {
	void (*fn)(const char *, void *);
	void *arg;
};

static int name_of(const struct isle_site *site, const char *name, void *arg)
{
	const struct name_args *a = arg;

	(void)site;
	a->fn(name, a->arg);
	return 0;
}

int isle_each_lab_name(void (*fn)(const char *, void *), void *arg, struct isle_diag *diag)
{
	return each(name_of, &(struct name_args) { fn, arg }, diag);
}

struct only {
	char name[ISLE_NAME_MAX];
	struct isle_buf all;
	size_t n;
};

static void collect(const char *name, void *arg)
{
	struct only *o = arg;

	snprintf(o->name, sizeof(o->name), "%s", name);
	isle_buf_printf(&o->all, "%s%s", o->n++ ? ", " : "", name);
}

/* The lab that is meant when none is named. */
static int only_lab(char ret[ISLE_NAME_MAX], struct isle_diag *diag)
{
	const char *env = getenv("ISLE_LAB");
	struct only o = { 0 };
	int r = 0;

	if (env && *env) {
		snprintf(ret, ISLE_NAME_MAX, "%s", env);
		return 0;
	}
	r = isle_each_lab_name(collect, &o, diag);
	if (r >= 0 && o.n > 1) {
		isle_reject(diag, NULL, "several labs are up: name one");
		isle_hint(diag, "%s", o.all.s ? o.all.s : "'isle ls' lists them");
		r = -ENOTUNIQ;
	} else if (r >= 0 && !o.n) {
		isle_reject(diag, NULL, "no lab is up");
		isle_hint(diag, "'isle up FILE' brings one up");
		r = -ENOENT;
	} else if (r >= 0) {
		memcpy(ret, o.name, sizeof(o.name));
	}
	isle_buf_done(&o.all);
	return r;
}

static int load(struct isle_live *live, const char *name, struct isle_diag *diag)
{
	struct isle_site site;
	int r = isle_site_find(&site, diag);

	if (r >= 0)
		r = isle_tree_open(&site, name, &live->tree, diag);
	if (r < 0) {
		live->tree = (struct isle_tree) { .keeper_fd = -1, .user = -1, .dir = -1 };
		return r;
	}
	r = isle_record_read(&live->tree, &live->record, diag);
	return r < 0 ? r : isle_tree_lab(&live->tree, &live->lab, diag);
}

int isle_live_open(const char *name, struct isle_live **ret, struct isle_diag *diag)
{
	char found[ISLE_NAME_MAX];
	struct isle_live *live;
	int r = name ? 0 : only_lab(found, diag);

	if (r < 0)
		return r;
	live = calloc(1, sizeof(*live));
	if (!live)
		return isle_fail(diag, ENOMEM, NULL, "open lab %s", name ? name : found);
	r = load(live, name ? name : found, diag);
	if (r < 0) {
		isle_live_close(live);
		return r;
	}
	*ret = live;
	return 0;
}

void isle_live_close(struct isle_live *live)
{
	if (!live)
		return;
	isle_tree_close(&live->tree);
	isle_record_free(live->record);
	isle_lab_free(live->lab);
	free(live);
}

const struct isle_lab *isle_live_lab(const struct isle_live *live) { return live->lab; }
const char *isle_live_file(const struct isle_live *live) { return live->record->file; }
int64_t isle_live_since(const struct isle_live *live) { return live->record->created; }
bool isle_live_rootless(const struct isle_live *live) { return live->tree.rootless; }
bool isle_live_half_changed(const struct isle_live *live) { return isle_tree_is_half_changed(&live->tree); }

int isle_live_links(const struct isle_live *live, void (*fn)(const struct isle_iface *, enum isle_link_state, void *),
		    void *arg, struct isle_diag *diag)
{
	return isle_links(&live->tree, live->lab, fn, arg, diag);
}

int isle_live_drift(const struct isle_live *live,
		    void (*fn)(const struct isle_host *, const struct isle_iface *, const char *, void *), void *arg,
		    struct isle_diag *diag)
{
	return isle_drift(&live->tree, live->lab, fn, arg, diag);
}

/*
 * The recorded text is loaded again instead of taking the live model: there,
 * uplinks have the subnets that were free when it came up.
 */
int isle_live_diff(const struct isle_live *live, const struct isle_lab *lab, char **ret, struct isle_diag *diag)
{
	isle_auto(buf) struct isle_buf was = { 0 }, is = { 0 }, out = { 0 };
	const struct isle_record *rec = live->record;
	struct isle_lab *recorded = NULL;
	char *s = NULL;
	/* its warnings were told when it came up */
	int r = isle_lab_load(rec->text, strlen(rec->text), rec->file, &recorded, NULL);

	if (r < 0)
		isle_fail(diag, -r, NULL, "read again what lab %s was brought up from", rec->lab);
	if (r >= 0)
		r = isle_lab_full(recorded, &was);
	if (r >= 0)
		r = isle_lab_full(lab, &is);
	if (r >= 0)
		r = isle_diff(was.s ? was.s : "", is.s ? is.s : "", 0, &out);
	if (r >= 0 && !(s = isle_buf_steal(&out)))
		r = isle_fail(diag, ENOMEM, NULL, "compare lab %s with its file", lab->name);
	isle_lab_free(recorded);
	if (s)
		*ret = s;
	return r < 0 ? r : 0;
}

struct ping_args {
	const struct isle_lab *lab;
	void (*fn)(const struct isle_echo *, void *);
	void *arg;
};

static void echo(const struct isle_ping_result *p, void *arg)
{
	const struct ping_args *a = arg;
	char address[ISLE_IP_TEXT];

	a->fn(&(struct isle_echo) {
		.from = a->lab->hosts[p->from],
		.to = p->to == UINT32_MAX ? NULL : a->lab->hosts[p->to],
		.address = isle_ip_text(&p->address, false, address),
		.ok = p->ok, .rtt_us = p->rtt_us, .errnum = p->errnum }, a->arg);
}

static int no_host(const struct isle_lab *lab, const char *name, struct isle_diag *diag)
{
	const char *near = NULL;
	const char **names = calloc(lab->n_hosts + 1, sizeof(*names));

	for (size_t i = 0; names && i < lab->n_hosts; i++)
		names[i] = lab->hosts[i]->name;
	if (names)
		near = isle_near_best(name, names, lab->n_hosts);
	free(names);
	isle_reject(diag, NULL, "lab %s has no host '%s'", lab->name, name);
	if (near)
		isle_hint(diag, "did you mean '%s'?", near);
	return -ENOENT;
}

static int ping_address(const struct isle_live *live, const struct isle_host *from, const struct isle_ip *ip,
			unsigned timeout_ms, struct ping_args *a, struct isle_diag *diag)
{
	struct isle_ping_result res;
	int r = isle_ping_address(&live->tree, live->lab, from, ip, timeout_ms, &res, diag);

	if (r >= 0)
		echo(&res, a);
	return r;
}

int isle_live_ping(const struct isle_live *live, const char *from, const char *to, unsigned timeout_ms,
		   void (*fn)(const struct isle_echo *, void *), void *arg, struct isle_diag *diag)
{
	struct ping_args a = { live->lab, fn, arg };
	const struct isle_host *src, *dst;
	uint32_t pair[1][2];
	struct isle_ip ip;
	bool has_len;

	if (!timeout_ms)
		timeout_ms = 1000;
	if (!from || !to)
		return isle_ping(&live->tree, live->lab, NULL, 0, timeout_ms, echo, &a, diag);
	src = isle_lab_host(live->lab, from);
	if (!src)
		return no_host(live->lab, from, diag);
	dst = isle_lab_host(live->lab, to);
	if (!dst && isle_ip_parse(to, strlen(to), &ip, &has_len) && !has_len)
		return ping_address(live, src, &ip, timeout_ms, &a, diag);
	if (!dst)
		return no_host(live->lab, to, diag);
	if (!isle_lab_addresses(src, dst, &ip, 1)) {
		isle_reject(diag, NULL, "%s has no address", to);
		return -EADDRNOTAVAIL;
	}
	pair[0][0] = (uint32_t)src->index;
	pair[0][1] = (uint32_t)dst->index;
	return isle_ping(&live->tree, live->lab, pair, 1, timeout_ms, echo, &a, diag);
}

/* Who has no right to the namespace may have it in the user namespace that owns it: a rootless container's. -1: no other one. */
static int owner_of(int net)
{
	isle_auto(close) int fd = isle_cap_has(CAP_SYS_ADMIN) ? -1 : ioctl(net, NS_GET_USERNS);
	isle_auto(close) int own = fd < 0 ? -1 : isle_ns_self("user");
	dev_t dev[2];
	ino_t ino[2];

	if (own < 0 || isle_ns_id(fd, &dev[0], &ino[0]) || isle_ns_id(own, &dev[1], &ino[1]))
		return -1;
	return dev[0] == dev[1] && ino[0] == ino[1] ? -1 : isle_steal_fd(&fd);
}

int isle_ping_from(const char *ref, const char *address, unsigned timeout_ms,
		   void (*fn)(const struct isle_echo *, void *), void *arg, struct isle_diag *diag)
{
	struct isle_host from = { .name = ref }, *hosts[] = { &from };
	const struct isle_lab lab = { .name = ref, .hosts = hosts, .n_hosts = 1 };
	struct ping_args a = { &lab, fn, arg };
	isle_auto(close) int owner = -1;
	struct isle_ping_result res;
	struct isle_ns_set set;
	struct isle_ip ip;
	bool has_len;
	int r = isle_ns_open(ref, ISLE_NS_BIT(ISLE_NS_NET), &set, diag);

	if (r)
		return r;
	if (!isle_ip_parse(address, strlen(address), &ip, &has_len) || has_len) {
		isle_ns_set_close(&set);
		isle_reject(diag, NULL, "'%s' is no address, and %s is no host of a lab, which would know names", address, ref);
		return -ENOENT;
	}
	owner = owner_of(set.fd[ISLE_NS_NET]);
	r = isle_ping_plain(set.fd[ISLE_NS_NET], owner, &from, &ip, timeout_ms ? timeout_ms : 1000, &res, diag);
	isle_ns_set_close(&set);
	if (r >= 0)
		echo(&res, &a);
	return r;
}
