/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle gc`: what nobody uses any more. It shows; --yes removes. */
#include "cli/nslist.h"

struct list {
	struct cli *cli;
	json_t *json;
	size_t n, ours;
};

enum { TEXT_MAX = 512 };

static void say(const struct isle_gc_item *i, const struct list *l)
{
	const bool acts = l->cli->opt[OPT_YES];
	char name[TEXT_MAX], why[TEXT_MAX];

	ns_plain(i->name, TEXT_MAX - 1, name, sizeof(name));
	ns_plain(i->why, TEXT_MAX - 1, why, sizeof(why));
	printf("%s%s%s ", acts ? i->removed ? "removed " : "left " : "", i->kind, l->cli->color_out ? "\033[1m" : "");
	printf("%s%s (%s): %s\n", name, l->cli->color_out ? "\033[m" : "", i->owner ? i->owner : "not known whose", why);
	if (!acts)
		printf("        %s\n", i->then);
}

static void leaving(const struct isle_gc_item *i, void *arg)
{
	struct list *l = arg;

	l->n++;
	l->ours += i->ours;
	if (l->json)
		json_array_append_new(l->json, json_pack("{s:s, s:o, s:s?, s:b, s:o, s:s, s:b}", "kind", i->kind, "name", ns_text(i->name),
							 "owner", i->owner, "ours", i->ours, "why", ns_text(i->why), "then", i->then,
							 "removed", i->removed));
	else
		say(i, l);
}

/* Of what was only shown, how it goes. */
static void tell_how(const struct list *l)
{
	const bool named = l->cli->n_args;

	if (!l->n) {
		puts("nothing is left behind");
		return;
	}
	if (l->cli->opt[OPT_YES])
		return;
	putchar('\n');
	if (named || l->ours)
		puts(named ? "`isle gc --yes` with these names removes it" : "`isle gc --yes` removes what is isle's");
	if (!named && l->ours < l->n)
		puts("`isle gc --yes NAME…` removes what others left, if it is named");
}

int cmd_gc(struct cli *c)
{
	struct list l = { .cli = c, .json = c->json ? json_array() : NULL };
	struct isle_unseen unseen = { 0 };
	const struct isle_gc_options o = {
		.act = c->opt[OPT_YES], .names = (const char *const *)c->args, .n_names = (size_t)c->n_args, .ret_unseen = &unseen,
	};
	int r = isle_each_leaving(&o, leaving, &l, c->diag);

	if (c->json && cli_json(c, json_pack("{s:o, s:o}", "leavings", l.json, "unseen", ns_unseen_json(&unseen))))
		r = -EIO;
	if (!c->json && r >= 0)
		tell_how(&l);
	if (!c->json)
		ns_unseen(c, &unseen);
	return r < 0 ? CLI_FAILED : CLI_OK;
}
