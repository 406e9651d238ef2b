/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: lab files: from a path, and as other texts. */
#include <fcntl.h>
#include <sys/stat.h>
#include "lab/lab.h"
#include "plan/plan.h"

enum { FILE_MAX = 16 << 20 };

static int slurp(int fd, struct isle_buf *b)
{
	char chunk[16384];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk)))) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		isle_buf_put(b, chunk, (size_t)n);
		if (b->bad)
			return -ENOMEM;
		if (b->n > FILE_MAX)
			return -EFBIG;
	}
	return 0;
}

int isle_lab_read(const char *path, struct isle_lab **ret, struct isle_diag *diag)
{
	bool in = !strcmp(path, "-");
	isle_auto(buf) struct isle_buf b = { 0 };
	isle_auto(close) int file = -1;
	int r;

	if (!in) {
		file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (file < 0)
			return isle_fail(diag, errno, NULL, "open %s", path);
	}
	r = slurp(in ? STDIN_FILENO : file, &b);
	if (r < 0)
		return isle_fail(diag, -r, NULL, "read %s", in ? "standard input" : path);
	return isle_lab_load(b.s ? b.s : "", b.n, path, ret, diag);
}

static int planned(const struct isle_lab *lab, enum isle_lab_form form, struct isle_buf *b, struct isle_diag *diag)
{
	struct isle_plan *plan;
	int r = isle_plan_build(lab, &plan, diag);

	if (r < 0)
		return r;
	r = form == ISLE_LAB_PLAN ? isle_plan_show(plan, b) : isle_plan_commands(plan, b);
	isle_plan_free(plan);
	return r;
}

int isle_lab_text(const struct isle_lab *lab, enum isle_lab_form form, char **ret, struct isle_diag *diag)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	char *s;
	int r = form == ISLE_LAB_FULL ? isle_lab_full(lab, &b) : planned(lab, form, &b, diag);

	if (r < 0)
		return r;
	s = isle_buf_steal(&b);
	if (!s)
		return isle_fail(diag, ENOMEM, NULL, "write out lab %s", lab->name);
	*ret = s;
	return 0;
}
