/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: links between two networks that are both somebody else's. No namespace
 * of the lab takes them along, so they are written down in /run/isle/.pairs.LAB
 * before the first is made, in the form of any wire's journal (wire.c): the name
 * and the MAC of each end, and the namespace that it was made in. While the lab
 * changes, the journal tells of those that were and of those that come.
 */
#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>
#include "ns/ns.h"
#include "outside/pair.h"
#include "outside/uplink.h"
#include "outside/wire.h"

static void name_of(const char *lab, char ret[ISLE_NAME_MAX + 16])
{
	snprintf(ret, ISLE_NAME_MAX + 16, ISLE_PAIRS_PREFIX "%s", lab);
}

static size_t count(const struct isle_lab *lab)
{
	size_t n = 0;

	for (size_t i = 0; i < lab->n_links; i++)
		n += isle_link_is_far(lab->links[i]);
	return n;
}

bool isle_lab_has_pairs(const struct isle_lab *lab)
{
	return count(lab);
}

int isle_pairs_refuse(const struct isle_lab *lab, struct isle_diag *d)
{
	int all = 0;

	for (size_t i = 0; i < lab->n_links; i++) {
		const struct isle_link *l = lab->links[i];

		if (!isle_link_is_far(l))
			continue;
		all = isle_reject(d, &l->loc, "a link of '%s' with '%s' is between networks of others, and would outlive `run`",
				  l->iface[0]->host->name, l->iface[1]->host->name);
		isle_hint(d, "`isle up`, whose `down` takes it away; or a network that joins them");
	}
	return all;
}

static int put_end(const struct isle_iface *f, const struct isle_attached *attached, struct isle_wire_end *ret)
{
	dev_t dev;

	*ret = (struct isle_wire_end){
		.ns = isle_host_is_machine(f->host) ? "" : f->host->attach, .name = f->name, .mac = f->mac,
	};
	return isle_ns_id(attached->net[f->host->index], &dev, &ret->ino);
}

int isle_pairs_text(const struct isle_lab *lab, const struct isle_attached *attached, char **ret, struct isle_diag *d)
{
	isle_auto(free) struct isle_wire_end *ends = calloc(2 * count(lab) + 1, sizeof(*ends));
	size_t n = 0;
	int r = ends ? 0 : -ENOMEM;

	*ret = NULL;
	for (size_t i = 0; !r && i < lab->n_links; i++)
		for (int k = 0; !r && k < 2 && isle_link_is_far(lab->links[i]); k++)
			r = put_end(lab->links[i]->iface[k], attached, &ends[n++]);
	if (!r && n && !(*ret = isle_wire_text("", ends, n, NULL)))
		r = -ENOMEM;
	return r ? isle_fail(d, -r, NULL, "looking at the links between networks of others in lab %s", lab->name) : 0;
}

int isle_pairs_join(const char *a, const char *b, char **ret, struct isle_diag *d)
{
	json_t *to = json_loads(a ? a : "{\"links\":[]}", 0, NULL), *from = json_loads(b ? b : "{\"links\":[]}", 0, NULL);

	*ret = NULL;
	if (to && from && json_array_extend(json_object_get(to, "links"), json_object_get(from, "links")) == 0)
		*ret = json_dumps(to, JSON_COMPACT);
	json_decref(to);
	json_decref(from);
	return *ret ? 0 : isle_fail(d, ENOMEM, NULL, "putting together which links there are between networks of others");
}

int isle_pairs_read(int run, const char *lab, char **ret, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX + 16];
	isle_auto(close) int fd = -1;
	json_t *j;

	*ret = NULL;
	name_of(lab, name);
	fd = openat(run, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	j = fd < 0 ? NULL : json_loadfd(fd, 0, NULL);
	if (j)
		*ret = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	return *ret ? 0 : isle_fail(d, EBADMSG, NULL, "reading " ISLE_RUN_DIR "/%s", name);
}

int isle_pairs_write(int run, const char *lab, const char *text, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX + 16], fresh[ISLE_NAME_MAX + 24];
	int r = 0;

	name_of(lab, name);
	snprintf(fresh, sizeof(fresh), "%s.new", name);
	if (!text) {
		r = unlinkat(run, name, 0) < 0 && errno != ENOENT ? -errno : 0;
	} else {
		/* of a writer that was killed */
		unlinkat(run, fresh, 0);
		r = isle_journal_put(run, fresh, text);
		if (!r && renameat(run, fresh, run, name) < 0)
			r = -errno;
	}
	return r ? isle_fail(d, -r, NULL, "cannot write down in " ISLE_RUN_DIR " which links there are between networks of others") : 0;
}

int isle_pairs_undo(int run, const char *lab, struct isle_diag *d)
{
	char name[ISLE_NAME_MAX + 16];

	name_of(lab, name);
	return isle_wire_undo(run, name, d);
}

bool isle_pairs_are_left(int run, const char *lab)
{
	char name[ISLE_NAME_MAX + 16];

	name_of(lab, name);
	return faccessat(run, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}
