/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the page that a forked process reports through. It is written with
 * plain stores and vsnprintf() only, so a child of a threaded program may use
 * it, and it outlives the child however that ended. The place and the words of
 * a step are added in the parent, which has the model and a heap.
 */
#include <sys/mman.h>
#include "kinds/kinds.h"
#include "tree/tree.h"

struct isle_shared *isle_shared_new(void)
{
	struct isle_shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED)
		return NULL;
	s->step = -1;
	return s;
}

void isle_shared_free(struct isle_shared *s)
{
	if (s)
		munmap(s, sizeof(*s));
}

int isle_shared_fail(struct isle_shared *s, int errnum, int64_t step, const char *fmt, ...)
{
	va_list ap;

	if (s->errnum)
		return -errnum;
	s->step = step;
	va_start(ap, fmt);
	vsnprintf(s->msg, sizeof(s->msg), fmt, ap);
	va_end(ap);
	s->errnum = errnum;
	return -errnum;
}

void isle_shared_hint(struct isle_shared *s, const char *fmt, ...)
{
	va_list ap;

	if (s->hint[0])
		return;
	va_start(ap, fmt);
	vsnprintf(s->hint, sizeof(s->hint), fmt, ap);
	va_end(ap);
}

void isle_shared_left(struct isle_shared *s, const char *fmt, ...)
{
	va_list ap;

	if (s->left[0])
		return;
	va_start(ap, fmt);
	vsnprintf(s->left, sizeof(s->left), fmt, ap);
	va_end(ap);
}

void isle_shared_lacks(struct isle_shared *s, const struct isle_step *step, int r)
{
	const char *lacks = isle_kind_of(step)->lacks;
	char words[128];

	if (r == -EOPNOTSUPP && lacks)
		isle_shared_hint(s, "this kernel lacks %s", lacks);
	if (step->kind != ISLE_STEP_WIRE || r != -EOPNOTSUPP)
		return;
	isle_link_lacks(step->wire.kind, words, sizeof(words));
	if (strstr(s->kernel, "nknown device type"))
		isle_shared_hint(s, "%s", words);
	else
		isle_shared_hint(s, "this kernel knows %s, but not all that is asked of it", step->wire.kind->what);
}

int isle_shared_gone(struct isle_shared *s, const struct isle_tree *tree)
{
	/* no tree: what was visited is no lab */
	if (!s->errnum || tree->dir < 0 || !isle_tree_has_gone(tree))
		return -s->errnum;
	s->errnum = 0;
	s->ours = true;
	s->kernel[0] = s->hint[0] = s->left[0] = '\0';
	return isle_shared_fail(s, ENOENT, -1, "lab %s went down meanwhile", tree->lab);
}

/* The option that STEP asks for and a kernel may be built without, if one is. */
static bool find_lacking(const struct isle_step *step, struct isle_link_value *ret)
{
	struct isle_settings all;

	if (!isle_kind_settings(step, &all))
		return false;
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].option->config && all.v[i].n != all.v[i].option->dflt_n) {
			*ret = all.v[i];
			return true;
		}
	return false;
}

int isle_shared_report(const struct isle_shared *s, const struct isle_plan *plan, struct isle_diag *d)
{
	const struct isle_step *step = s->step >= 0 ? &plan->steps[s->step] : NULL;
	const struct isle_loc *loc = step ? step->loc : s->loc;
	struct isle_link_value asked;
	const bool lacks = step && s->errnum == EOPNOTSUPP && !s->hint[0] && !s->kernel[0] && find_lacking(step, &asked);
	char words[256];
	int r;

	if (lacks && asked.loc.src)
		loc = &asked.loc;
	if (s->ours)
		r = isle_reject(d, loc, "%s", s->msg);
	else
		r = isle_fail(d, s->errnum, loc, "%s", s->msg);
	if (step)
		isle_wrap(d, r, "%s", isle_kind_describe(step, plan->lab, words, sizeof(words)));
	if (s->kernel[0])
		isle_diag_kernel(d, s->kernel);
	if (s->hint[0])
		isle_hint(d, "%s", s->hint);
	else if (lacks)
		isle_hint(d, "this kernel is built without %s, which '%s' needs", asked.option->config, asked.option->name);
	if (s->left[0])
		isle_hint(d, "%s", s->left);
	return -s->errnum;
}
