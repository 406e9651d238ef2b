/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what leaves the program. Data goes to stdout, everything said about it
 * to stderr, all problems at once and at the end. Colours and progress are for
 * terminals only; a line of progress appears after half a second of work.
 */
#include <sys/resource.h>
#include "cli/cli.h"

int cli_wrong(struct cli *c, const char *fmt, ...)
{
	isle_auto(free) char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	isle_reject(c->diag, NULL, "%s", s ? s : fmt);
	return c->command && c->command->program ? CLI_EXEC_FAILED : CLI_WRONG;
}

int cli_failed(const struct cli *c)
{
	return c->command && c->command->program ? CLI_EXEC_FAILED : CLI_FAILED;
}

static bool color(const char *when, int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when && !strcmp(when, "always"))
		return true;
	if (when && !strcmp(when, "never"))
		return false;
	return isatty(fd) && !(no && *no) && term && strcmp(term, "dumb");
}

void cli_more_descriptors(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
}

void cli_setup(struct cli *c)
{
	const char *when = c->opt[OPT_COLOR];

	c->json = c->opt[OPT_JSON];
	c->color_out = color(when, STDOUT_FILENO);
	c->color_err = color(when, STDERR_FILENO);
}

void cli_show(struct cli *c)
{
	const struct isle_diag_rec *r;

	isle_diag_sort(c->diag);
	for (r = c->shown ? isle_diag_next(c->shown) : isle_diag_first(c->diag); r; r = isle_diag_next(r)) {
		isle_auto(free) char *s = isle_diag_text(r, c->color_err);

		fputs(s ? s : "isle: error: out of memory\n", stderr);
		c->shown = r;
	}
}

int cli_finish(struct cli *c, int status)
{
	cli_progress_end(c);
	if (fflush(stdout) || ferror(stdout)) {
		isle_fail(c->diag, errno, NULL, "write to standard output");
		status = status ? status : cli_failed(c);
	}
	cli_show(c);
	isle_diag_free(c->diag);
	isle_lab_free(c->lab);
	free(c->many);
	return status;
}

int cli_json(struct cli *c, json_t *object)
{
	json_t *all = json_pack("{s:i}", "version", 1);
	int r = -1;

	if (all && object && !json_object_update(all, object))
		r = json_dumpf(all, stdout, JSON_INDENT(2)) || putchar('\n') == EOF;
	json_decref(all);
	json_decref(object);
	if (!r)
		return CLI_OK;
	isle_fail(c->diag, ENOMEM, NULL, "write JSON");
	return CLI_FAILED;
}

static double seconds_since(const struct timespec *t)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - t->tv_sec) + (double)(now.tv_nsec - t->tv_nsec) / 1e9;
}

bool cli_progress_wanted(void)
{
	return isatty(STDERR_FILENO);
}

void cli_progress(uint32_t done, uint32_t total, void *arg)
{
	struct cli *c = arg;

	if (!c->progress_shown && seconds_since(&c->begin) < 0.5)
		return;
	c->progress_shown = true;
	fprintf(stderr, "\r\033[Kisle: %s: %u of %u", c->command->name, done, total);
}

void cli_progress_end(struct cli *c)
{
	if (c->progress_shown)
		fputs("\r\033[K", stderr);
	c->progress_shown = false;
}

bool cli_utf8(void)
{
	const char *s = getenv("LC_ALL");

	if (!s || !*s)
		s = getenv("LC_CTYPE");
	if (!s || !*s)
		s = getenv("LANG");
	return s && (strcasestr(s, "utf-8") || strcasestr(s, "utf8"));
}

void cli_when(int64_t since, const struct cli *c, char buf[CLI_WHEN_MAX])
{
	time_t t = (time_t)since;
	struct tm tm;

	buf[0] = '\0';
	if (localtime_r(&t, &tm))
		strftime(buf, CLI_WHEN_MAX, c->json ? "%Y-%m-%dT%H:%M:%S%z" : "%Y-%m-%d %H:%M:%S", &tm);
}

void cli_title(const char *s, struct cli *c)
{
	printf(c->color_out ? "\033[1m%s\033[m" : "%s", s);
}
