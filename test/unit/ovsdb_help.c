/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: ovsdb_help.h. */
#include "ovsdb_help.h"

#include <sys/socket.h>

struct line line_begin(int wait_ms)
{
	struct line l = { .d = isle_diag_new() };
	int pair[2];

	assert_non_null(l.d);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(isle_ovsdb_open_fd(pair[0], "db.sock", wait_ms, &l.db, l.d), 0);
	l.other = pair[1];
	return l;
}

void line_end(struct line *l)
{
	isle_ovsdb_close(l->db);
	isle_diag_free(l->d);
	if (l->other >= 0)
		close(l->other);
}

void line_say(const struct line *l, const char *text)
{
	assert_int_equal(send(l->other, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

const char *line_heard(const struct line *l)
{
	static char text[4096];
	ssize_t n = recv(l->other, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

const char *line_words(const struct line *l)
{
	const struct isle_diag_rec *r = isle_diag_first(l->d);

	return r ? r->msg : "";
}
