/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: undoing an uplink by its journal. Idempotent; touches a thing only if it
 * still is as we made it: a link with our altname, a table with our comment, a
 * sysctl with our value. A sysctl that another lab came to rely on is handed
 * over to that lab's journal instead of being put back. The journal itself goes
 * last, so that a killed undo is taken up again by `down` or `gc`.
 */
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include "nl/nl.h"
#include "outside/uplink.h"
#include "tree/file.h"

int isle_journal_read(int dir, const char *name, json_t **ret, struct isle_diag *d)
{
	isle_auto(close) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	json_error_t e;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0)
		return isle_fail(d, errno, NULL, "reading the uplink journal " ISLE_RUN_DIR "/%s", name);
	*ret = json_loadfd(fd, 0, &e);
	if (*ret)
		return 0;
	isle_reject(d, NULL, "the uplink journal " ISLE_RUN_DIR "/%s is damaged: %s", name, e.text);
	isle_hint(d, "what it was about can be removed by hand: nft table inet isle-%s and interfaces isle…; then the journal",
		  name + strlen(ISLE_JOURNAL_PREFIX));
	return -EBADMSG;
}

static const char *str(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

/* Asked for by the altname alone: a device that lost it, or never had it, is not ours. -ENODEV. */
static int find_link(struct isle_nl *nl, const char *altname, int *ret_index)
{
	uint8_t answer[16384];
	const struct nlmsghdr *h;
	int r = isle_nl_get_link(nl, IFLA_ALT_IFNAME, altname, answer, sizeof(answer), &h);

	if (r == 0)
		*ret_index = ((const struct ifinfomsg *)(h + 1))->ifi_index;
	return r;
}

bool isle_uplink_stands(int dir, const char *lab)
{
	char name[ISLE_NAME_MAX + 16];
	bool stands = true;		/* in doubt it stays */
	struct isle_nl nl;
	json_t *j;
	int index;

	isle_journal_name(name, lab);
	if (isle_journal_read(dir, name, &j, NULL))
		return stands;
	if (isle_nl_open(&nl, NETLINK_ROUTE) == 0) {
		stands = find_link(&nl, str(json_array_get(json_object_get(j, "links"), 0), "altname"), &index) != -ENODEV;
		isle_nl_close(&nl);
	}
	json_decref(j);
	return stands;
}

static int undo_link(struct isle_nl *nl, const char *name, const char *altname, struct isle_diag *d)
{
	int index, r = find_link(nl, altname, &index);

	if (r == 0)
		r = isle_nl_delete_link(nl, (uint32_t)index);
	if (r == 0 || r == -ENODEV)
		return 0;
	isle_fail(d, -r, NULL, "removing the uplink device %s", name);
	isle_diag_kernel(d, nl->extack);
	return r;
}

int isle_uplink_drop_pair(const char *name, const char *altname, struct isle_diag *d)
{
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return isle_fail(d, -r, NULL, "opening a netlink socket to remove uplink devices");
	r = undo_link(&nl, name, altname, d);
	isle_nl_close(&nl);
	return r;
}

bool isle_uplink_has_pair(const struct isle_lab *lab, const struct isle_host *host)
{
	char altname[ISLE_ALTNAME_MAX];
	struct isle_nl nl;
	int index, r = isle_nl_open(&nl, NETLINK_ROUTE);

	isle_plan_uplink_altname(altname, lab, host);
	if (r == 0) {
		r = find_link(&nl, altname, &index);
		isle_nl_close(&nl);
	}
	return r == 0;
}

static int undo_links(const json_t *j, struct isle_diag *d)
{
	struct isle_nl nl;
	json_t *link;
	size_t i;
	int r = isle_nl_open(&nl, NETLINK_ROUTE), all = 0;

	if (r < 0)
		return isle_fail(d, -r, NULL, "opening a netlink socket to remove uplink devices");
	json_array_foreach(json_object_get(j, "links"), i, link) {
		r = undo_link(&nl, str(link, "name"), str(link, "altname"), d);
		all = all ? all : r;
	}
	isle_nl_close(&nl);
	return all;
}

int isle_uplink_drop_table(struct isle_nl *nl, const char *table, const char *mark)
{
	struct isle_nlmsg m;
	uint8_t buf[512];
	int r = isle_nft_table_is(nl, table, mark);

	if (r == 1) {
		isle_nlmsg_init(&m, buf, sizeof(buf));
		isle_nft_batch_begin(&m);
		isle_nft_table_del(&m, table);
		isle_nft_batch_end(&m);
		r = isle_nl_talk(nl, &m, NULL);
	}
	return r == -ENOENT ? 0 : r;
}

static int undo_table(const char *table, const char *mark, struct isle_diag *d)
{
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_NETFILTER);

	if (r < 0)
		return isle_fail(d, -r, NULL, "opening a netfilter socket to remove nft table %s", table);
	r = isle_uplink_drop_table(&nl, table, mark);
	if (r < 0) {
		isle_fail(d, -r, NULL, "removing nft table %s", table);
		isle_diag_kernel(d, nl.extack);
	}
	isle_nl_close(&nl);
	return r;
}

int isle_journal_replace(int dir, const char *name, json_t *j)
{
	/* not by json_dumpfd(), which takes no notice of a key that could not be written */
	char *text = json_dumps(j, JSON_COMPACT);
	char tmp[NAME_MAX + 8];
	int r = -ENOMEM;

	snprintf(tmp, sizeof(tmp), "%s.new", name);
	unlinkat(dir, tmp, 0);
	if (text)
		r = isle_file_write(dir, tmp, text, strlen(text), 0600);
	free(text);
	if (!r && renameat(dir, tmp, dir, name) < 0)
		r = -errno;
	if (r)
		unlinkat(dir, tmp, 0);
	return r;
}

/* Does the journal of another lab rely on PATH being SET? Then that one inherits what to put back. */
static bool hand_over(int dir, const char *self, const char *path, const char *before)
{
	DIR *all = fdopendir(openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	const struct dirent *e;
	bool taken = false;

	while (all && !taken && (e = readdir(all))) {
		json_t *j, *used;

		if (strncmp(e->d_name, ISLE_JOURNAL_PREFIX, strlen(ISLE_JOURNAL_PREFIX)) || !strcmp(e->d_name, self) ||
		    isle_journal_read(dir, e->d_name, &j, NULL))
			continue;
		used = json_object_get(json_object_get(j, "relies"), path);
		if (used) {
			json_array_append_new(json_object_get(j, "sysctls"), json_pack("{s:s,s:s,s:s}", "path", path, "before", before,
										       "set", json_string_value(used)));
			json_object_del(json_object_get(j, "relies"), path);
			taken = isle_journal_replace(dir, e->d_name, j) == 0;
		}
		json_decref(j);
	}
	if (all)
		closedir(all);
	return taken;
}

static int undo_sysctls(int dir, const char *self, const json_t *j, struct isle_diag *d)
{
	const json_t *list = json_object_get(j, "sysctls");
	int all = 0, r;

	for (size_t i = json_array_size(list); i-- > 0;) {
		const json_t *s = json_array_get(list, i);
		const char *path = str(s, "path");
		char now[16];

		if (strncmp(path, "net/", 4) || strstr(path, "..") || isle_sysctl_read(path, now, sizeof(now)) < 0 ||
		    strcmp(now, str(s, "set")) || hand_over(dir, self, path, str(s, "before")))
			continue;
		r = isle_sysctl_write(path, str(s, "before"));
		if (r < 0)
			all = isle_fail(d, -r, NULL, "putting sysctl %s back to %s", path, str(s, "before"));
	}
	return all;
}

int isle_uplink_undo(int dir, const char *lab, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX + 16];
	const json_t *program, *link;
	json_t *j;
	size_t i, k;
	int r, all = 0;

	isle_journal_name(name, lab);
	r = isle_journal_read(dir, name, &j, d);
	if (r)
		return r == -ENOENT ? 0 : r;
	json_array_foreach(json_object_get(j, "docker_user"), i, program)
		json_array_foreach(json_object_get(j, "links"), k, link)
			isle_docker_user(json_string_value(program), false, str(link, "name"), str(j, "mark"));
	r = undo_table(str(j, "table"), str(j, "mark"), d);
	all = r;
	r = undo_links(j, d);
	all = all ? all : r;
	r = undo_sysctls(dir, name, j, d);
	all = all ? all : r;
	json_decref(j);
	if (all == 0 && unlinkat(dir, name, 0) < 0 && errno != ENOENT)
		all = isle_fail(d, errno, NULL, "removing the uplink journal %s/%s", ISLE_RUN_DIR, name);
	return all;
}
