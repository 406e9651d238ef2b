/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what labs with a shared switch left in the machine's Open vSwitch: rows
 * with our marks, of labs that are not up or of another boot (and of another
 * /run/isle, which are shown, and go if they are named), and the journals of
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

/* LAB@ELSEWHERE */
static int remove_others(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);
	const char *at = strchr(f->key, '@');
	char lab[ISLE_NAME_MAX];

	if (run < 0 && run != -ENOENT)
		return run;
	snprintf(lab, sizeof(lab), "%.*s", (int)(at - f->key), f->key);
	return isle_ovs_drop(run, lab, at + 1, s->d);
}

static int found(const char *lab, const char *elsewhere, void *arg)
{
	struct look *l = arg;
	struct isle_leaving f = elsewhere ? (struct isle_leaving){
		.item = { .kind = "ovs", .owner = "isle", .why = "made from another /run/isle of this machine, where the lab may be up",
			  .then = "removes its bridges and ports from the machine's Open vSwitch" },
		.remove = remove_others,
	} : (struct isle_leaving){
		.item = { .kind = "ovs", .owner = "isle", .ours = true, .why = "the lab is not up",
			  .then = "removes its bridges and ports from the machine's Open vSwitch" },
		.remove = remove_rows,
	};

	f.key = isle_arena_printf(l->s->arena, "%s%s%s", lab, elsewhere ? "@" : "", elsewhere ? elsewhere : "");
	for (size_t i = 0; f.key && i < l->s->n; i++)
		if (l->s->found[i].remove == f.remove && !strcmp(l->s->found[i].key, f.key))
			return 0;
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
			r = found(e->d_name + n, NULL, l);
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
	return r ? r : isle_ovs_each_left(run, found, &l, s->d);
}
