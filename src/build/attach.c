/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: hosts with somebody else's network. It is found before anything is
 * touched, by what where.c knows of names, and opened; from then on it is that
 * namespace and no other, whatever becomes of the name or the process. The lab
 * pins it like those it makes, and has its interfaces there: pairs whose other
 * ends are in namespaces of the lab, which end with these, or in another such
 * network (outside/pair.h). Nothing else of it is touched, so that nothing has to
 * be given back. The machine itself (`host`) is one of these: it is the network
 * of who calls, as with uplinks.
 */
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "build/attach.h"
#include "ns/ns.h"
#include "where/where.h"

struct finder {
	const struct isle_lab *lab;
	struct isle_attached *found;
	dev_t own_dev;			/* the caller's own network */
	ino_t own_ino;
	bool up;
	struct isle_diag *d;
};

/* What where.c said, at the host's place. */
static int say(const struct isle_host *h, struct isle_diag *said, int r, struct isle_diag *d)
{
	const struct isle_diag_rec *rec = isle_diag_first(said);

	if (!rec)
		return isle_fail(d, -r, &h->attach_loc, "'%s': cannot find %s", h->name, h->attach);
	if (rec->ours)
		isle_reject(d, &h->attach_loc, "'%s': %s", h->name, rec->msg);
	else
		isle_fail(d, rec->errnum, &h->attach_loc, "'%s': %s", h->name, rec->msg);
	if (rec->hint)
		isle_hint(d, "%s", rec->hint);
	else if (!strncmp(h->attach, "netns:", 6))
		isle_hint(d, "`isle netns list` shows the names that there are");
	else
		isle_hint(d, "start it first, or see with `isle ns list -t net` what there is");
	return r;
}

static int open_one(const struct isle_host *h, int *ret, struct isle_diag *d)
{
	struct isle_diag *said;
	struct isle_where *w;
	int r;

	if (isle_host_is_machine(h)) {
		*ret = isle_ns_self("net");
		return *ret < 0 ? isle_fail(d, -*ret, &h->attach_loc, "'%s': cannot open the machine's network", h->name) : 0;
	}
	said = isle_diag_new();
	w = said ? malloc(sizeof(*w)) : NULL;
	if (!w) {
		isle_diag_free(said);
		return isle_fail(d, ENOMEM, &h->attach_loc, "'%s': cannot find %s", h->name, h->attach);
	}
	r = isle_where_open(h->attach, ISLE_NS_BIT(ISLE_NS_NET), w, said);
	if (r) {
		say(h, said, r, d);
	} else {
		*ret = w->set.fd[ISLE_NS_NET];
		w->set.fd[ISLE_NS_NET] = -1;
		isle_where_close(w);
	}
	isle_diag_free(said);
	free(w);
	return r;
}

/* Another host of the lab with the same network, under whatever word. */
static const struct isle_host *find_same(const struct finder *f, size_t nth, dev_t dev, ino_t ino)
{
	dev_t other_dev;
	ino_t other_ino;

	for (size_t i = 0; i < nth; i++)
		if (f->found->net[i] >= 0 && !isle_ns_id(f->found->net[i], &other_dev, &other_ino) && other_dev == dev && other_ino == ino)
			return f->lab->hosts[i];
	return NULL;
}

static int check_whose(const struct finder *f, const struct isle_host *h, int net)
{
	isle_auto(close) int owner = ioctl(net, NS_GET_USERNS);
	const int owner_error = owner < 0 ? errno : 0;
	const struct isle_host *same;
	dev_t dev;
	ino_t ino;
	int r = isle_ns_id(net, &dev, &ino);

	if (r)
		return isle_fail(f->d, -r, &h->attach_loc, "'%s': cannot look at the network of %s", h->name, isle_host_whose(h));
	if (!isle_host_is_machine(h) && dev == f->own_dev && ino == f->own_ino) {
		r = isle_reject(f->d, &h->attach_loc, "'%s': %s has the machine's network, and none of its own", h->name, h->attach);
		isle_hint(f->d, "links into the machine itself are written `attach: host`; a way out is `uplink: nat`");
		return r;
	}
	same = find_same(f, h->index, dev, ino);
	if (same) {
		r = isle_reject(f->d, &h->attach_loc, "'%s' and '%s' have the same network: %s, %s", same->name, h->name,
				isle_host_whose(same), isle_host_whose(h));
		isle_hint(f->d, "one host can have all the links");
		return r;
	}
	if (owner_error != EPERM)
		return 0;
	r = isle_reject(f->d, &h->attach_loc, "'%s': the network of %s belongs to a user namespace that is not ours", h->name, isle_host_whose(h));
	isle_hint(f->d, "call isle as root of the machine, outside of user namespaces");
	return r;
}

static int find_all(struct finder *f)
{
	isle_auto(close) int own = isle_ns_self("net");
	int all = 0;

	if (own >= 0)
		isle_ns_id(own, &f->own_dev, &f->own_ino);
	for (size_t i = 0; i < f->lab->n_hosts; i++) {
		const struct isle_host *h = f->lab->hosts[i];
		int *net = &f->found->net[i], r;

		if (!h->attach)
			continue;
		r = open_one(h, net, f->d);
		if (!r)
			r = check_whose(f, h, *net);
		if (!r)
			r = isle_attach_look(h, *net, f->up, f->d);
		all = all ? all : r;
	}
	return all;
}

static bool has_any(const struct isle_lab *lab)
{
	for (size_t i = 0; i < lab->n_hosts; i++)
		if (lab->hosts[i]->attach)
			return true;
	return false;
}

int isle_attached_open(const struct isle_lab *lab, bool up, struct isle_attached **ret, struct isle_diag *d)
{
	struct finder f = { .lab = lab, .up = up, .d = d };
	int r;

	*ret = NULL;
	if (!has_any(lab))
		return 0;
	f.found = calloc(1, sizeof(*f.found));
	if (f.found)
		f.found->net = malloc(2 * lab->n_hosts * sizeof(*f.found->net));
	if (!f.found || !f.found->net) {
		free(f.found);
		return isle_fail(d, ENOMEM, NULL, "cannot prepare lab %s", lab->name);
	}
	f.found->n = lab->n_hosts;
	f.found->was = f.found->net + lab->n_hosts;
	for (size_t i = 0; i < 2 * lab->n_hosts; i++)
		f.found->net[i] = -1;
	r = find_all(&f);
	if (r) {
		isle_attached_free(f.found);
		return r;
	}
	*ret = f.found;
	return 0;
}

void isle_attached_free(struct isle_attached *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < 2 * a->n; i++)
		isle_auto_close(&a->net[i]);
	free(a->net);
	free(a);
}

/* ---- in the tree */

static void path_of(const char *host, char ret[ISLE_NAME_MAX + 16])
{
	snprintf(ret, ISLE_NAME_MAX + 16, ISLE_ATTACH_DIR "/%s", host);
}

bool isle_attach_has(int tree, const char *host)
{
	char path[ISLE_NAME_MAX + 16];

	path_of(host, path);
	return faccessat(tree, path, F_OK, 0) == 0;
}

int isle_attach_mark(const char *host)
{
	char path[ISLE_NAME_MAX + 16];
	isle_auto(close) int fd = -1;

	path_of(host, path);
	if (mkdir(ISLE_ATTACH_DIR, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
	return fd < 0 ? -errno : 0;
}

int isle_attach_unmark(const char *host)
{
	char path[ISLE_NAME_MAX + 16];

	path_of(host, path);
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

/* ---- since then */

static int open_pin(const struct isle_tree *tree, const struct isle_host *h)
{
	char path[ISLE_NAME_MAX + 8];
	int fd;

	snprintf(path, sizeof(path), "net/%s", h->name);
	fd = openat(tree->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

static bool is_same(int a, int b)
{
	dev_t dev, other_dev;
	ino_t ino, other_ino;

	return !isle_ns_id(a, &dev, &ino) && !isle_ns_id(b, &other_dev, &other_ino) && dev == other_dev && ino == other_ino;
}

static int refuse_turn(const struct isle_host *h, bool had, struct isle_diag *d)
{
	isle_reject(d, h->attach ? &h->attach_loc : &h->loc, "'%s' %s, and cannot change that while the lab is up", h->name,
		    had ? "has somebody else's network" : "has a network of its own");
	isle_hint(d, "call it otherwise, so that one host goes and another comes; or `isle down` first");
	return -EBUSY;
}

/* Called from a namespace, that would be the machine, and the links would move there. */
static int refuse_elsewhere(const struct isle_host *h, struct isle_diag *d)
{
	isle_reject(d, &h->attach_loc, "'%s' has the network that the lab was brought up in, and this is another one", h->name);
	isle_hint(d, "call isle from where the lab was brought up, as from outside of its hosts");
	return -EBUSY;
}

int isle_attached_compare(struct isle_attached *a, const struct isle_lab *lab, const struct isle_tree *tree, struct isle_diag *d)
{
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];
		const bool had = isle_attach_has(tree->dir, h->name);
		int pin = open_pin(tree, h);

		/* a new host, or half of one */
		if (pin < 0)
			continue;
		if (had != (h->attach != NULL)) {
			close(pin);
			return refuse_turn(h, had, d);
		}
		if (!a || !h->attach || is_same(pin, a->net[i])) {
			close(pin);
		} else if (isle_host_is_machine(h)) {
			close(pin);
			return refuse_elsewhere(h, d);
		} else {
			a->was[i] = pin;
		}
	}
	return 0;
}

void isle_attach_stale(const struct isle_tree *tree, const struct isle_lab *lab,
		       void (*fn)(const struct isle_host *, const struct isle_iface *, const char *, void *), void *arg)
{
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];
		isle_auto(close) int net = -1, pin = -1;
		char words[128];

		if (!h->attach || isle_host_is_machine(h))
			continue;
		pin = open_pin(tree, h);
		if (open_one(h, &net, NULL))
			snprintf(words, sizeof(words), "%.64s is gone, or does not run", h->attach);
		else if (!is_same(pin, net))
			snprintf(words, sizeof(words), "%.64s has another network now, without these links", h->attach);
		else
			continue;
		fn(h, NULL, words, arg);
	}
}
