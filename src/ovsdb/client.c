/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the connection. Requests are sent one at a time, and whatever comes is
 * read until the answer to ours is among it: an "echo" is answered, notices
 * nobody asked for are dropped. One clock runs for a whole call. After a
 * failure of the connection itself it is of no more use: what comes next might
 * be the rest of an answer that nobody waits for any more.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "ovsdb/feed.h"
#include "ovsdb/ovsdb.h"

#define DATABASE "Open_vSwitch"

struct isle_ovsdb {
	int fd, wait_ms;
	int64_t deadline;
	json_int_t id;			/* of the last request */
	bool broken;
	char *name;			/* the socket, for messages */
	struct isle_ovsdb_feed feed;
};

/* ---- connecting */

/* A name that is too long for an address is reached through the descriptor of its directory. */
static int connect_to(int dir, const char *path, int64_t deadline)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	isle_auto(close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	isle_auto(close) int file = openat(dir, path, O_PATH | O_CLOEXEC);
	int r;

	if (fd < 0 || file < 0)
		return -errno;
	snprintf(sa.sun_path, sizeof(sa.sun_path), "/proc/self/fd/%d", file);
	/* EAGAIN: as many wait to be accepted as may. */
	while (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (isle_now_ms() >= deadline)
			return -ETIMEDOUT;
		r = poll(NULL, 0, 5);
		if (r < 0 && errno != EINTR)
			return -errno;
	}
	return isle_steal_fd(&fd);
}

int isle_ovsdb_open_fd(int fd, const char *name, int wait_ms, struct isle_ovsdb **ret, struct isle_diag *d)
{
	struct isle_ovsdb *db = calloc(1, sizeof(*db));

	if (db)
		db->name = strdup(name);
	if (!db || !db->name) {
		close(fd);
		free(db);
		return isle_fail(d, ENOMEM, NULL, "cannot talk to Open vSwitch at %s", name);
	}
	db->fd = fd;
	db->wait_ms = wait_ms;
	*ret = db;
	return 0;
}

int isle_ovsdb_open(int dir, const char *path, int wait_ms, struct isle_ovsdb **ret, struct isle_diag *d)
{
	int fd = connect_to(dir, path, isle_now_ms() + wait_ms);

	if (fd >= 0)
		return isle_ovsdb_open_fd(fd, path, wait_ms, ret, d);
	return isle_fail(d, -fd, NULL, "cannot connect to Open vSwitch's database at %s", path);
}

void isle_ovsdb_close(struct isle_ovsdb *db)
{
	if (!db)
		return;
	close(db->fd);
	isle_ovsdb_feed_done(&db->feed);
	free(db->name);
	free(db);
}

void isle_ovsdb_patience(struct isle_ovsdb *db, int wait_ms)
{
	db->wait_ms = wait_ms;
}

/* ---- sending and receiving */

/* MESSAGE is used up; NULL: there was no memory for it. */
static int send_message(struct isle_ovsdb *db, json_t *message)
{
	isle_auto(free) char *text = message ? json_dumps(message, JSON_COMPACT) : NULL;

	json_decref(message);
	return text ? isle_io_send(db->fd, text, strlen(text), db->deadline) : -ENOMEM;
}

static int receive(struct isle_ovsdb *db, json_t **ret)
{
	char bytes[16384];
	ssize_t n;
	int r;

	for (;;) {
		r = isle_ovsdb_feed_take(&db->feed, ret);
		if (r)
			return r < 0 ? r : 0;
		n = isle_io_receive(db->fd, bytes, sizeof(bytes), db->deadline);
		if (n <= 0)
			return n ? (int)n : -ECONNRESET;
		r = isle_ovsdb_feed_put(&db->feed, bytes, (size_t)n);
		if (r < 0)
			return r;
	}
}

static int answer_echo(struct isle_ovsdb *db, json_t *message)
{
	json_t *params = json_object_get(message, "params"), *id = json_object_get(message, "id");

	return send_message(db, json_pack("{s:O?, s:n, s:O?}", "result", params, "error", "id", id));
}

/* The answer to the request of number .id. */
static int await_answer(struct isle_ovsdb *db, json_t **ret)
{
	for (;;) {
		json_t *message = NULL;
		const char *method;
		int r = receive(db, &message);

		if (r < 0)
			return r;
		method = json_string_value(json_object_get(message, "method"));
		if (!method && json_is_integer(json_object_get(message, "id")) &&
		    json_integer_value(json_object_get(message, "id")) == db->id) {
			*ret = message;
			return 0;
		}
		if (method && !strcmp(method, "echo"))
			r = answer_echo(db, message);
		json_decref(message);
		/* one that never stops talking does not stop the clock */
		if (!r && isle_now_ms() >= db->deadline)
			r = -ETIMEDOUT;
		if (r < 0)
			return r;
	}
}

static int call(struct isle_ovsdb *db, const char *method, json_t *params, json_t **ret)
{
	int r;

	db->deadline = isle_now_ms() + db->wait_ms;
	r = send_message(db, params ? json_pack("{s:s, s:o, s:I}", "method", method, "params", params, "id", ++db->id) : NULL);
	if (!r)
		r = await_answer(db, ret);
	db->broken = r < 0;
	return r;
}

static int talk_failed(const struct isle_ovsdb *db, int r, struct isle_diag *d)
{
	const char *what = r == -EPROTO ? "does not speak OVSDB" : r == -EFBIG ? "sends an answer without end" : "does not answer";

	if (r == -ENOMEM)
		return isle_fail(d, ENOMEM, NULL, "cannot talk to Open vSwitch at %s", db->name);
	return isle_fail(d, -r, NULL, "Open vSwitch's database at %s %s", db->name, what);
}

/* ---- transactions */

static int refused(const json_t *object, size_t nth, size_t *ret_nth, struct isle_diag *d)
{
	const char *error = json_string_value(json_object_get(object, "error"));
	const char *details = json_string_value(json_object_get(object, "details"));

	if (!error)
		return 0;
	if (ret_nth)
		*ret_nth = nth;
	isle_reject(d, NULL, "Open vSwitch's database refuses: %s%s%s", error, details ? ": " : "", details ? details : "");
	return !strcmp(error, "timed out") ? -ETIMEDOUT : -EINVAL;
}

/* Each operation has its own error, and the whole may have one more behind them. */
static int check_results(const json_t *results, size_t n_ops, size_t *ret_nth, struct isle_diag *d)
{
	const size_t n = json_array_size(results);
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		r = refused(json_array_get(results, i), i < n_ops ? i : n_ops, ret_nth, d);
	if (!r && n != n_ops)
		r = isle_reject(d, NULL, "Open vSwitch's database answers %zu operations with %zu results", n_ops, n);
	return r;
}

/* The request as a whole may be refused: in a string, or as an operation is. */
static int check_answer(const struct isle_ovsdb *db, const json_t *answer, size_t n_ops, size_t *ret_nth, struct isle_diag *d)
{
	const json_t *results = json_object_get(answer, "result"), *error = json_object_get(answer, "error");
	int r;

	if (error && !json_is_null(error)) {
		r = refused(json_is_string(error) ? answer : error, n_ops, ret_nth, d);
		return r ? r : talk_failed(db, -EPROTO, d);
	}
	return json_is_array(results) ? check_results(results, n_ops, ret_nth, d) : talk_failed(db, -EPROTO, d);
}

int isle_ovsdb_transact(struct isle_ovsdb *db, json_t *ops, json_t **ret, size_t *ret_nth, struct isle_diag *d)
{
	const size_t n = json_array_size(ops);
	json_t *answer = NULL;
	int r;

	if (db->broken) {
		json_decref(ops);
		return isle_reject(d, NULL, "the connection to Open vSwitch's database was given up before");
	}
	if (json_array_insert_new(ops, 0, json_string(DATABASE))) {
		json_decref(ops);
		return talk_failed(db, -ENOMEM, d);
	}
	r = call(db, "transact", ops, &answer);
	if (r < 0)
		return talk_failed(db, r, d);
	r = check_answer(db, answer, n, ret_nth, d);
	if (!r)
		*ret = json_incref(json_object_get(answer, "result"));
	json_decref(answer);
	return r;
}
