/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: going through /run/netns. Ids are asked for in bites: so many files are
 * opened, their questions go out in one sending, the answers are read. A file
 * that cannot be opened has no id, as one that is no namespace.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "nl/nl.h"
#include "ns/named.h"

struct names {
	struct isle_buf text;		/* one after the other, each with its NUL */
	size_t n;
};

static void keep(const struct isle_netns_item *it, void *arg)
{
	struct names *names = arg;

	isle_buf_put(&names->text, it->name, strlen(it->name) + 1);
	names->n++;
}

static int read_names(DIR *dir, void (*fn)(const struct isle_netns_item *, void *), void *arg)
{
	const struct dirent *e;

	for (;;) {
		errno = 0;
		e = readdir(dir);
		if (!e)
			return -errno;
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			fn(&(struct isle_netns_item) { .name = e->d_name, .id = -1 }, arg);
	}
}

typedef void item_fn(const struct isle_netns_item *, void *);

static void tell(const char *name, const struct isle_nsid_answer *a, item_fn *fn, void *arg)
{
	fn(&(struct isle_netns_item) {
		.name = name, .id = a->id, .errnum = a->errnum,
		.refused = a->errnum && a->words[0] != '\n' ? a->words : NULL }, arg);
}

/* As many of the N names as fit into one bite; how many is in *RET_TAKEN. */
static int ask_bite(int dir, struct isle_nl *nl, const char *names, size_t n, size_t *ret_taken, item_fn *fn, void *arg)
{
	struct isle_nsid_answer answers[ISLE_NSID_BITE], opened[ISLE_NSID_BITE];
	int fds[ISLE_NSID_BITE] = { 0 }, failed[ISLE_NSID_BITE];
	size_t taken = 0, n_fds = 0, nth = 0;
	const char *name = names;
	int r;

	for (; taken < n && taken < ISLE_NSID_BITE; taken++, name += strlen(name) + 1) {
		int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

		/* out of descriptors: those that we hold will be closed first */
		if (fd < 0 && errno == EMFILE && n_fds)
			break;
		failed[taken] = fd < 0 ? errno : 0;
		if (fd >= 0)
			fds[n_fds++] = fd;
	}
	r = isle_nsid_ask(nl, fds, n_fds, opened);
	for (size_t i = 0; i < n_fds; i++)
		close(fds[i]);
	for (size_t i = 0; i < taken && r >= 0; i++)
		/* "\n": not the kernel's answer to a question */
		answers[i] = failed[i] ? (struct isle_nsid_answer) { -1, failed[i], "\n" } : opened[nth++];
	name = names;
	for (size_t i = 0; i < taken && r >= 0; i++, name += strlen(name) + 1)
		tell(name, &answers[i], fn, arg);
	*ret_taken = taken;
	return r;
}

static int ask_all(int dir, const struct names *names, item_fn *fn, void *arg, struct isle_diag *diag)
{
	const char *name = names->text.s;
	size_t left = names->n, taken;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return isle_fail(diag, -r, NULL, "Cannot open netlink socket");
	while (left && r >= 0) {
		r = ask_bite(dir, &nl, name, left, &taken, fn, arg);
		if (r < 0)
			isle_fail(diag, -r, NULL, "Cannot talk to rtnetlink");
		for (left -= taken; taken; taken--)
			name += strlen(name) + 1;
	}
	isle_nl_close(&nl);
	return r;
}

/* 0 and *RET, NULL if there is none. */
static int open_dir(DIR **ret, struct isle_diag *diag)
{
	*ret = opendir(ISLE_NETNS_DIR);
	if (*ret || errno == ENOENT)
		return 0;
	return isle_fail(diag, errno, NULL, "Failed to open directory " ISLE_NETNS_DIR);
}

int isle_each_netns(bool ids, item_fn *fn, void *arg, struct isle_diag *diag)
{
	struct names names = { 0 };
	DIR *dir = NULL;
	int r = open_dir(&dir, diag);

	if (r < 0 || !dir)
		return r ? r : -ENOENT;
	r = ids ? read_names(dir, keep, &names) : read_names(dir, fn, arg);
	if (!r && names.text.bad)
		r = -ENOMEM;
	if (r < 0)
		isle_fail(diag, -r, NULL, "Failed to read directory " ISLE_NETNS_DIR);
	else if (ids)
		r = ask_all(dirfd(dir), &names, fn, arg, diag);
	closedir(dir);
	isle_buf_done(&names.text);
	return r;
}

int isle_netns_identify(int fd, void (*fn)(const char *, void *), void *arg, struct isle_diag *diag)
{
	const struct dirent *e;
	struct stat ns, st;
	DIR *dir = NULL;
	int r;

	if (fstat(fd, &ns) < 0)
		return isle_fail(diag, errno, NULL, "Stat of netns failed");
	r = open_dir(&dir, diag);
	if (r < 0 || !dir)
		return r;
	while ((e = readdir(dir)))
		if (fstatat(dirfd(dir), e->d_name, &st, 0) == 0 && st.st_ino == ns.st_ino && st.st_dev == ns.st_dev)
			fn(e->d_name, arg);
	closedir(dir);
	return 0;
}
