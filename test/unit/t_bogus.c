/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: test/bogus/NAME.yaml must be refused, or warned of, with exactly the
 * text of NAME.err. The same files go through the program in `make
 * check-bogus`; here they go through the library, also under sanitizers.
 */
#include "unit.h"

#include "lab/lab.h"

#include <glob.h>

static char *slurp(const char *path, size_t *ret_n)
{
	FILE *f = fopen(path, "rb");
	char *text;
	long n;

	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	n = ftell(f);
	rewind(f);
	text = calloc(1, (size_t)n + 1);
	assert_non_null(text);
	*ret_n = fread(text, 1, (size_t)n, f);
	fclose(f);
	return text;
}

/* What loading the file says. */
static char *said(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	struct isle_diag *diag = isle_diag_new();
	struct isle_buf out = { 0 };
	struct isle_lab *lab = NULL;
	size_t n;
	isle_auto(free) char *text = slurp(path, &n);
	int rc = isle_lab_load(text, n, name, &lab, diag);

	assert_int_equal(rc, isle_diag_errors(diag) ? -EINVAL : 0);
	for (const struct isle_diag_rec *r = isle_diag_first(diag); r; r = r->next)
		isle_diag_show(r, false, &out);
	isle_diag_free(diag);
	isle_lab_free(lab);
	return isle_buf_steal(&out);
}

static void test_bogus(void **state)
{
	size_t failed = 0, n;
	glob_t files;

	(void)state;
	assert_int_equal(glob("test/bogus/*.yaml", 0, NULL, &files), 0);
	assert_true(files.gl_pathc > 40);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char err[300];
		snprintf(err, sizeof(err), "%.*serr", (int)strlen(files.gl_pathv[i]) - 4, files.gl_pathv[i]);
		isle_auto(free) char *want = slurp(err, &n);
		isle_auto(free) char *got = said(files.gl_pathv[i]);
		if (want && strcmp(want, got) == 0)
			continue;
		print_error("%s: wanted\n%s-- but it says\n%s", files.gl_pathv[i], want ? want : "(no .err file)\n", got);
		failed++;
	}
	globfree(&files);
	assert_int_equal(failed, 0);
}

UNIT_MAIN(T(test_bogus))
