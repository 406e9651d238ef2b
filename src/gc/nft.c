/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: nft tables of isle's in the caller's network namespace whose lab is not
 * up and has no journal any more, which would remove them. Whose they are is
 * said by the mark, their comment "isle lab LAB". A lab of that name that is up
 * in another mount namespace may have made it: then it stays.
 */
#include "gc/inner.h"
#include "outside/uplink.h"
#include "tree/names.h"
#include "tree/rundir.h"

#define MARK "isle lab "

struct tables { struct isle_sweep *s; char **names, **labs; size_t n, cap, cap_labs; };

static int on_table(const struct isle_nft_table *t, void *arg)
{
	struct tables *all = arg;
	const char *lab = t && t->comment && !strncmp(t->comment, MARK, strlen(MARK)) ? t->comment + strlen(MARK) : NULL;

	if (!t)
		all->n = 0;
	if (!lab || !(isle_name_is_valid(lab) || isle_uplink_is_plain(lab)))
		return 0;
	if (!isle_arena_grow(all->s->arena, &all->names, all->n, &all->cap, sizeof(*all->names)) ||
	    !isle_arena_grow(all->s->arena, &all->labs, all->n, &all->cap_labs, sizeof(*all->labs)))
		return -ENOMEM;
	all->names[all->n] = isle_arena_strdup(all->s->arena, t->name);
	all->labs[all->n] = isle_arena_strdup(all->s->arena, lab);
	return all->names[all->n] && all->labs[all->n++] ? 0 : -ENOMEM;
}

/* Under the lock of /run/isle, so that no `up` is making it just now. */
static bool is_stale(struct isle_sweep *s, int run, const char *lab)
{
	return !isle_sweep_is_lab(run, lab) && !isle_sweep_is_up_elsewhere(s, lab);
}

static int delete(struct isle_nl *nl, const char *table)
{
	uint8_t buf[512];
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nft_batch_begin(&m);
	isle_nft_table_del(&m, table);
	isle_nft_batch_end(&m);
	return isle_nl_talk(nl, &m, NULL);
}

static int remove_table(struct isle_sweep *s, const struct isle_leaving *f)
{
	isle_auto(unlock) int run = isle_rundir_lock(s->d);
	char mark[ISLE_NAME_MAX + sizeof(MARK)];
	struct isle_nl nl;
	int r = run < 0 && run != -ENOENT ? run : isle_nl_open(&nl, NETLINK_NETFILTER);

	if (r)
		return isle_fail(s->d, -r, NULL, "cannot remove nft table %s", f->item.name);
	snprintf(mark, sizeof(mark), MARK "%s", f->key);
	r = isle_nft_table_is(&nl, f->item.name, mark);
	if (r == 1 && is_stale(s, run, f->key))
		r = delete(&nl, f->item.name);
	else if (r >= 0)
		r = 1;
	if (r < 0 && r != -ENOENT) {
		isle_fail(s->d, -r, NULL, "cannot remove nft table %s", f->item.name);
		isle_diag_kernel(s->d, nl.extack);
	}
	isle_nl_close(&nl);
	return r == -ENOENT ? 0 : r;
}

static int tell(struct tables *all, int run)
{
	struct isle_sweep *s = all->s;
	int r = 0;

	for (size_t i = 0; i < all->n && !r; i++) {
		const struct isle_leaving f = {
			.item = { .kind = "table", .name = all->names[i], .owner = "isle", .ours = true, .then = "deletes the nft table",
				  .why = isle_arena_printf(s->arena, "%s %s is not up", isle_uplink_is_plain(all->labs[i]) ? "uplink" : "lab",
							   all->labs[i]) },
			.remove = remove_table, .key = all->labs[i],
		};

		if (is_stale(s, run, all->labs[i]))
			r = isle_sweep_found(s, &f);
	}
	return r;
}

int isle_sweep_nft(struct isle_sweep *s)
{
	struct tables all = { .s = s };
	isle_auto(unlock) int run = -1;
	struct isle_nl nl;
	int r;

	/* without nf_tables there are none, and whoever may not ask has none */
	if (!s->snap || isle_nl_open(&nl, NETLINK_NETFILTER))
		return 0;
	r = isle_nft_tables(&nl, on_table, &all);
	isle_nl_close(&nl);
	if (r == -ENOMEM)
		return isle_sweep_no_memory(s);
	if (r || !all.n)
		return 0;
	run = isle_rundir_lock(s->d);
	return run < 0 && run != -ENOENT ? run : tell(&all, run);
}
