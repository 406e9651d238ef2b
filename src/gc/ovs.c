/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what labs with a shared switch left in the machine's Open vSwitch: rows
 * with our marks, of labs that are not up or of another boot, and the journals of
 * such labs, which are there also when the database cannot be reached. One
 * thing per lab. It is looked at again, under the lock of /run/isle, before it goes.
 */
#include <dirent.h>
#include <fcntl.h>
#include "gc/inner.h"
#include "ns/ns.h"
#include "ovs/ovs.h"
#include "tree/names.h"
#include "tree/rundir.h"

struct look { struct isle_sweep *s; int run; };

static int remove_rows(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);

	if (run < 0 && run != -ENOENT)
		return run;
	if (run >= 0 && isle_mount_is_point(run, f->key))
		return isle_ovs_unshare(run, NULL, true, s->d);
	return isle_ovs_unshare(run, f->key, true, s->d);
}

static int found(const char *lab, void *arg)
{
	struct look *l = arg;
	struct isle_leaving f = {
		.item = { .kind = "ovs", .owner = "isle", .ours = true, .why = "the lab is not up",
			  .then = "removes its bridges and ports from the machine's Open vSwitch" },
		.remove = remove_rows,
	};

	for (size_t i = 0; i < l->s->n; i++)
		if (l->s->found[i].remove == remove_rows && !strcmp(l->s->found[i].key, lab))
			return 0;
	f.key = isle_arena_strdup(l->s->arena, lab);
	f.item.name = f.key;
	return isle_sweep_found(l->s, &f);
}

static int each_journal(struct look *l)
{
	int own = openat(l->run, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *dir = own < 0 ? NULL : fdopendir(own);
	const size_t n = strlen(ISLE_OVS_JOURNAL);

	if (!dir) {
		isle_auto_close(&own);
		return isle_fail(l->s->d, errno, NULL, "cannot read " ISLE_RUN_DIR);
	}
	for (const struct dirent *e; !r && (e = readdir(dir));)
		if (!strncmp(e->d_name, ISLE_OVS_JOURNAL, n) && isle_name_is_valid(e->d_name + n) &&
		    !isle_mount_is_point(l->run, e->d_name + n))
			r = found(e->d_name + n, l);
	closedir(dir);
	return r;
}

int isle_sweep_ovs(struct isle_sweep *s)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);
	struct look l = { .s = s, .run = run };
	int r = run < 0 ? 0 : each_journal(&l);

	if (run < 0 && run != -ENOENT)
		return run;
	return r ? r : isle_ovs_each_stale(run, found, &l, s->d);
}
