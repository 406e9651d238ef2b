/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle monitor`: a line for each event, at once, into a pipe too. What ends
 * it is one descriptor: signals, and that nobody reads our output any more.
 */
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include "cli/watch.h"

struct monitor {
	enum isle_map_form form;
	uint64_t left;			/* events; 0: no limit */
};

int watch_count(struct cli *c, uint64_t *ret)
{
	const char *s = c->opt[OPT_COUNT_OF];

	if (!s || (isle_str_u64(s, strlen(s), ret) && *ret))
		return CLI_OK;
	return cli_wrong(c, "'--%s %s': a number from 1 is needed", cli_option_name(c, OPT_COUNT_OF), s);
}

int watch_stop(struct cli *c, int *ret)
{
	isle_auto(close) int all = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event e = { .events = EPOLLIN };
	sigset_t signals;
	int fd;

	cli_more_descriptors();
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* open until the end of the program */
	fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (all < 0 || fd < 0 || epoll_ctl(all, EPOLL_CTL_ADD, fd, &e) < 0) {
		isle_fail(c->diag, errno, NULL, "cannot wait for signals");
		return CLI_FAILED;
	}
	/* EPOLLERR and EPOLLHUP come unasked; a file has none */
	e.events = 0;
	epoll_ctl(all, EPOLL_CTL_ADD, STDOUT_FILENO, &e);
	*ret = isle_steal_fd(&all);
	return CLI_OK;
}

static bool print(const struct isle_watch_event *e, void *arg)
{
	struct monitor *m = arg;
	isle_auto(free) char *line = NULL;

	if (isle_watch_line(e, m->form, &line) < 0)
		return true;
	fputs(line, stdout);
	return !m->left || --m->left;
}

int cmd_monitor(struct cli *c)
{
	const unsigned parts = ISLE_WATCH_ADDRESSES | ISLE_WATCH_ROUTES | (c->opt[OPT_NEIGHBOURS] ? ISLE_WATCH_NEIGHBOURS : 0);
	struct monitor m = { .form = c->json ? ISLE_MAP_JSON : ISLE_MAP_TEXT };
	isle_auto(close) int stop = -1;
	struct isle_watch *w = NULL;
	int r = watch_count(c, &m.left);

	if (!r)
		r = watch_stop(c, &stop);
	if (r)
		return r;
	r = isle_watch_open(parts, stop, &w, c->diag);
	while (!r && !ferror(stdout)) {
		r = isle_watch_wait(w, -1, print, &m, c->diag);
		fflush(stdout);
	}
	isle_watch_close(w);
	return r < 0 ? CLI_FAILED : CLI_OK;
}
