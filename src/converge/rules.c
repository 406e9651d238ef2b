/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the rules of nftables that hosts have from files of the user's, in a lab
 * that is up. The lab's tree has a copy of what was loaded (build/rules.c): if
 * the file says otherwise by now, or is another, the new text takes the place of
 * the old one in one transaction of nft's; to undo it the old one is loaded.
 */
#include <fcntl.h>
#include <sched.h>
#include "build/build.h"
#include "converge/conversion.h"
#include "tree/file.h"

enum { RULES_MAX = 16 << 20 };

struct one {
	const struct isle_host *host;	/* of the lab to be */
	struct isle_rules to, back;
	const char *tables;		/* that the rules it has made, "FAMILY NAME" a line (build/rules.c); NULL: none */
	bool comes;			/* the host has none yet, or is none */
	bool by_hand;			/* the file says what it said */
};
struct isle_rule_changes {
	struct isle_arena *arena;
	const struct isle_lab *lab;
	struct one *list;
	size_t n, cap;
};

static int read_text(struct isle_rule_changes *c, int dir, const char *path, const char **ret)
{
	isle_auto(free) char *text = NULL;
	int r = isle_file_read(dir, path, RULES_MAX, &text, NULL);

	if (r)
		return r;
	*ret = isle_arena_strdup(c->arena, text);
	return *ret ? 0 : -ENOMEM;
}

static int compare(struct isle_rule_changes *c, const struct isle_tree *tree, const struct isle_host *h, const struct isle_host *was,
		   const struct isle_view *view, bool unsure, bool differs, struct isle_diag *d)
{
	struct one one = { .host = h, .to = { .host = h->name, .path = h->nft }, .back = { .host = h->name, .path = was ? was->nft : NULL } };
	const char *path = isle_arena_printf(c->arena, ISLE_RULES_DIR "/%s", h->name);
	const char *others = isle_arena_printf(c->arena, ISLE_RULES_DIR "/%s.others", h->name);
	const bool is_live = view->nss[ISLE_NS_HOST(h->index)];
	int r = !is_live ? -ENOENT : path && others ? read_text(c, tree->dir, path, &one.back.text) : -ENOMEM;

	if (r && r != -ENOENT)
		return isle_fail(d, -r, NULL, "cannot read the rules that %s has", h->name);
	one.comes = r == -ENOENT;
	if (one.comes)
		one.back.path = NULL;
	else if (!one.back.path)
		one.back.path = "its rules";
	path = isle_arena_printf(c->arena, ISLE_RULES_DIR "/%s.tables", h->name);
	r = one.comes ? 0 : path ? read_text(c, tree->dir, path, &one.tables) : -ENOMEM;
	if (r && r != -ENOENT)
		return isle_fail(d, -r, NULL, "cannot read which tables the rules of %s made", h->name);
	r = h->nft ? read_text(c, AT_FDCWD, h->nft, &one.to.text) : 0;
	if (r)
		return isle_fail(d, -r, &h->nft_loc, "nftables rules of '%s': %s", h->name, h->nft);
	one.by_hand = differs && isle_str_eq(one.to.text, one.back.text);
	if (isle_str_eq(one.to.text, one.back.text) && !(unsure && (h->nft || !one.comes)) && !one.by_hand &&
	    !(is_live && faccessat(tree->dir, others, F_OK, AT_SYMLINK_NOFOLLOW) == 0))
		return 0;
	if (!isle_arena_grow(c->arena, &c->list, c->n, &c->cap, sizeof(*c->list)))
		return isle_fail(d, ENOMEM, NULL, "comparing lab %s", c->lab->name);
	c->list[c->n++] = one;
	return 0;
}

int isle_rule_changes_new(const struct isle_tree *tree, const struct isle_lab *lab, const struct isle_lab *was, const struct isle_view *view,
			  bool unsure, struct isle_rule_changes **ret, struct isle_diag *d)
{
	struct isle_arena *a = isle_arena_new();
	struct isle_rule_changes *c = a ? isle_arena_alloc(a, sizeof(*c)) : NULL;
	const bool *differs = NULL;
	int r = isle_nft_check_files(lab, d);

	if (!c) {
		isle_arena_free(a);
		return isle_fail(d, ENOMEM, NULL, "comparing lab %s", lab->name);
	}
	c->arena = a;
	c->lab = lab;
	if (!r)
		r = isle_rules_find_changed(tree, lab, a, &differs, d);
	for (size_t i = 0; i < lab->n_hosts && !r; i++)
		r = compare(c, tree, lab->hosts[i], isle_lab_host(was, lab->hosts[i]->name), view, unsure, differs && differs[i], d);
	if (r)
		isle_rule_changes_free(c);
	else
		*ret = c;
	return r;
}

void isle_rule_changes_free(struct isle_rule_changes *c)
{
	if (c)
		isle_arena_free(c->arena);
}

size_t isle_rule_changes_n(const struct isle_rule_changes *c)
{
	return c ? c->n : 0;
}

void isle_rule_changes_show(const struct isle_rule_changes *c, struct isle_buf *out)
{
	for (size_t i = 0; i < isle_rule_changes_n(c); i++) {
		const struct one *one = &c->list[i];
		isle_auto(buf) struct isle_buf text = { 0 };

		isle_buf_printf(&text, "%c rules of %s%s%s", !one->to.path ? '-' : one->comes ? '+' : '~', one->host->name,
				one->to.path ? ", " : "", one->to.path ? one->to.path : "");
		isle_conversion_line(out, text.s ? text.s : "", one->by_hand ? ISLE_WHY_DRIFT : ISLE_WHY_FILE, one->to.path ? &one->host->nft_loc : NULL);
	}
}

/* In the order in which they are deleted. */
static void delete_tables(const struct isle_rule_changes *c, const struct one *one, struct isle_buf *out)
{
	const char *line = one->tables ? one->tables : "";

	while (*(line += strspn(line, "\n"))) {
		const size_t n = strcspn(line, "\n");

		isle_buf_printf(out, "ip netns exec %s.%s nft delete table %.*s\n", one->host->name, c->lab->name, (int)n, line);
		line += n;
	}
}

void isle_rule_changes_commands(const struct isle_rule_changes *c, struct isle_buf *out)
{
	for (size_t i = 0; i < isle_rule_changes_n(c); i++) {
		const struct one *one = &c->list[i];
		const struct isle_step step = { .kind = ISLE_STEP_NFT, .ns = ISLE_NS_HOST(one->host->index), .nft.path = one->to.path };

		delete_tables(c, one, out);
		if (one->to.path)
			isle_kind_command(&step, c->lab, out);
	}
}

/* ---- in the child */

static int load(const struct isle_rules *rules, int tree, char words[ISLE_NFT_WORDS])
{
	char path[ISLE_NAME_MAX + 8];
	isle_auto(close) int fd = -1;

	snprintf(path, sizeof(path), "net/%s", rules->host);
	snprintf(words, ISLE_NFT_WORDS, "cannot enter %s", rules->host);
	fd = openat(tree, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		return -errno;
	return isle_rules_load(rules, words);
}

static void undo_before(const struct isle_rule_changes *c, size_t n, int tree, struct isle_shared *s)
{
	char words[ISLE_NFT_WORDS];

	while (n-- > 0) {
		int r = load(&c->list[n].back, tree, words);

		/* a host that is new goes with what it has */
		if (r && !c->list[n].comes)
			isle_shared_left(s, "and the rules of %s could not be given back (%s): `isle up` again mends what is left",
					 c->list[n].host->name, words);
	}
}

int isle_rule_changes_do(const struct isle_rule_changes *c, int tree, struct isle_shared *s)
{
	char words[ISLE_NFT_WORDS];

	for (size_t i = 0; i < isle_rule_changes_n(c); i++) {
		int r = load(&c->list[i].to, tree, words);

		if (!r)
			continue;
		s->loc = c->list[i].to.path ? &c->list[i].host->nft_loc : NULL;
		s->ours = r == -EINVAL;
		isle_shared_fail(s, -r, -1, "loading the rules of %s: %s", c->list[i].host->name, words);
		undo_before(c, i + 1, tree, s);
		return r;
	}
	return 0;
}

void isle_rule_changes_undo(const struct isle_rule_changes *c, int tree, struct isle_shared *s)
{
	undo_before(c, isle_rule_changes_n(c), tree, s);
}
