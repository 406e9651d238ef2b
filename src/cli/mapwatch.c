/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle map --watch`: the map again whenever something has changed on it,
 * once what happens has come to rest. A terminal shows the last drawing alone, as
 * much of it as fits; otherwise each has the time above it, or is a line of JSON.
 */
#include <sys/ioctl.h>
#include "cli/watch.h"

enum { QUIET_MS = 100, LONGEST_MS = 1000 };	/* what comes closer together is one change, for so long at most */

struct watching {
	struct cli *cli;
	enum isle_map_form form;
	struct isle_map_options *options;
	char *last;			/* drawing */
	uint64_t left;			/* drawings; 0: no limit */
	bool heard;
	bool over;
	bool in_place;			/* on a terminal */
};

static bool heard(const struct isle_watch_event *e, void *arg)
{
	(void)e;
	((struct watching *)arg)->heard = true;
	return true;
}

/* The drawing from the top left corner, what was there before wiped out. */
static void in_place(const char *text)
{
	struct winsize size;
	size_t rows = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row ? size.ws_row : 24, n = 0, at = 0;

	for (const char *s = text; *s; s++)
		n += *s == '\n';
	fputs("\033[H", stdout);
	for (; *text && at < (n > rows - 1 ? rows - 2 : n); at++) {
		const int length = (int)strcspn(text, "\n");

		printf("%.*s\033[K\n", length, text);
		text += length + (text[length] == '\n');
	}
	if (at < n)
		printf("(%zu more lines)\033[K\n", n - at);
	fputs("\033[J", stdout);
}

static void below(const char *text)
{
	struct timespec now;
	char clock[16];
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	if (!localtime_r(&now.tv_sec, &tm) || !strftime(clock, sizeof(clock), "%H:%M:%S", &tm))
		clock[0] = '\0';
	printf("-- %s.%03ld\n%s\n", clock, now.tv_nsec / 1000000, text);
}

/* In texts of JSON there is no line break, only between its parts. */
static void one_line(const char *text)
{
	for (; *text; text++)
		putchar(*text == '\n' && text[1] ? ' ' : *text);
}

static void show(struct watching *w, char *text)
{
	if (w->last && !strcmp(w->last, text)) {
		free(text);
		return;
	}
	if (w->form == ISLE_MAP_JSON)
		one_line(text);
	else if (w->in_place)
		in_place(text);
	else
		below(text);
	fflush(stdout);
	free(w->last);
	w->last = text;
	if (w->left && !--w->left)
		w->over = true;
}

/* What was asked for is not there, or not any more; it may come again. */
static char *absent(const struct watching *w, const struct isle_diag *diag)
{
	struct isle_problem p = { .message = "nothing of that name" };
	char *text = NULL;

	if (isle_diag_first(diag))
		isle_diag_read(isle_diag_first(diag), &p);
	if (w->form == ISLE_MAP_JSON) {
		json_t *o = json_pack("{s:i, s:[], s:s}", "version", 1, "namespaces", "absent", p.message);
		isle_auto(free) char *json = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);

		json_decref(o);
		return json && asprintf(&text, "%s\n", json) >= 0 ? text : NULL;
	}
	return asprintf(&text, "%s\n", p.message) < 0 ? NULL : text;
}

static int draw(struct watching *w)
{
	struct isle_diag *diag = w->last ? isle_diag_new() : w->cli->diag;
	char *text = NULL;
	int r;

	w->options->width = map_width();
	r = map_text(w->cli, w->form, w->options, !w->last, &text, diag);
	if (r == -ENOENT && w->last) {
		text = absent(w, diag);
		r = text ? 0 : -ENOMEM;
	}
	if (r && w->last)
		isle_fail(w->cli->diag, -r, NULL, "cannot draw the map again");
	if (w->last)
		isle_diag_free(diag);
	if (!r)
		show(w, text);
	return r;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until something has happened, and then has not for a moment. 1: the end. */
static int wait_for_change(struct watching *w, struct isle_watch *watch)
{
	int64_t end;
	int r = 0;

	for (w->heard = false; !r && !w->heard;)
		r = isle_watch_wait(watch, -1, heard, w, w->cli->diag);
	for (end = now_ms() + LONGEST_MS; !r && w->heard && now_ms() < end;) {
		w->heard = false;
		r = isle_watch_wait(watch, QUIET_MS, heard, w, w->cli->diag);
	}
	return r;
}

int map_watch(struct cli *c, enum isle_map_form form, struct isle_map_options *o)
{
	struct watching w = { .cli = c, .form = form, .options = o, .in_place = form == ISLE_MAP_TEXT && isatty(STDOUT_FILENO) };
	isle_auto(close) int stop = -1;
	struct isle_watch *watch = NULL;
	int r;

	if (form != ISLE_MAP_TEXT && form != ISLE_MAP_JSON)
		return cli_wrong(c, "--watch draws text or JSON");
	r = watch_count(c, &w.left);
	if (!r)
		r = watch_stop(c, &stop);
	if (r)
		return r;
	/* before the first drawing, so that nothing comes between */
	r = isle_watch_open(o->no_addresses ? 0 : ISLE_WATCH_ADDRESSES | (form == ISLE_MAP_JSON ? ISLE_WATCH_ROUTES : 0), stop, &watch, c->diag);
	if (w.in_place && !r)
		fputs("\033[?1049h\033[?7l\033[2J", stdout);
	while (!r) {
		r = draw(&w);
		if (!r && (w.over || ferror(stdout)))
			break;
		if (!r)
			r = wait_for_change(&w, watch);
	}
	if (w.in_place && watch)
		fputs("\033[?7h\033[?1049l", stdout);
	isle_watch_close(watch);
	free(w.last);
	return r < 0 ? CLI_FAILED : CLI_OK;
}
