/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: any bytes as a lab file. What is refused is refused in words, at places
 * that exist; what is taken makes a plan, and its long form is a lab file again
 * that makes the same one.
 */
#include "base/base.h"
#include "lab/lab.h"
#include "plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* abort(), because that is what a fuzzer sees; assert() could be compiled out. */
static void must(bool so, const char *what)
{
	if (so)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

static void read_all(const struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf out = { 0 };

	for (const struct isle_diag_rec *r = isle_diag_first(d); r; r = r->next) {
		must(r->msg && *r->msg, "a problem has words");
		must(!r->loc.src || (r->loc.line && r->loc.col && r->loc.len), "a place is a place");
		isle_diag_show(r, true, &out);
	}
}

static struct isle_lab *load(const char *text, size_t len, bool must_load)
{
	struct isle_diag *d = isle_diag_new();
	struct isle_lab *lab = NULL;
	int r = isle_lab_load(text, len, "fuzz.yaml", &lab, d);

	must(r == 0 || r == -EINVAL, "a lab or a refusal");
	must(lab, "the text outlives the words");
	must(!r == !isle_diag_errors(d), "errors in words if and only if refused");
	read_all(d);
	if (r && must_load) {
		isle_auto(buf) struct isle_buf out = { 0 };

		for (const struct isle_diag_rec *p = isle_diag_first(d); p; p = p->next)
			isle_diag_show(p, false, &out);
		fprintf(stderr, "%s\n%s", text, out.s ? out.s : "");
	}
	must(!r || !must_load, "a long form loads");
	isle_diag_free(d);
	if (r == 0)
		return lab;
	isle_lab_free(lab);
	return NULL;
}

static char *commands(const struct isle_lab *lab)
{
	struct isle_diag *d = isle_diag_new();
	struct isle_plan *plan = NULL;
	struct isle_buf out = { 0 };

	must(isle_plan_build(lab, &plan, d) == 0, "a lab has a plan");
	must(isle_plan_commands(plan, &out) == 0, "a plan has commands");
	isle_plan_free(plan);
	isle_diag_free(d);
	return isle_buf_steal(&out);
}

static char *full(const struct isle_lab *lab)
{
	struct isle_buf out = { 0 };

	must(isle_lab_full(lab, &out) == 0, "a lab has a long form");
	return isle_buf_steal(&out);
}

static void same(const char *a, const char *b, const char *what)
{
	if (strcmp(a, b) != 0)
		fprintf(stderr, "--- first\n%s--- second\n%s", a, b);
	must(strcmp(a, b) == 0, what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct isle_lab *lab, *again;

	/* a plan's text grows with the square of a range; two pages hold every construct */
	if (size > 8192)
		return 0;
	lab = load((const char *)data, size, false);
	/* large ones are slow, not different */
	if (lab && lab->n_hosts <= 200) {
		isle_auto(free) char *text = full(lab), *plan = commands(lab);

		again = load(text, strlen(text), true);
		isle_auto(free) char *text2 = full(again), *plan2 = commands(again);

		same(text, text2, "the long form of a long form is itself");
		same(plan, plan2, "a file and its long form make the same network");
		isle_lab_free(again);
	}
	isle_lab_free(lab);
	return 0;
}
