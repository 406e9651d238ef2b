/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: one GET over a Unix socket: HTTP/1.1 with "Connection: close", answers
 * of a known length, in chunks, or until the end. Everything has a limit (one
 * deadline for all, lines, headers, body): the other side is not trusted. No
 * SIGPIPE is raised.
 */
#include <ctype.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include "contain/parts.h"

enum { LINE_SIZE = 8192, N_HEADERS_MAX = 200, BODY_MAX = 32 << 20 };

struct stream {
	int fd;
	int64_t deadline;	/* ms, CLOCK_MONOTONIC */
	size_t at, n;		/* what was read and not yet taken */
	char buf[LINE_SIZE];
};

/* More bytes into the empty buffer: 1; 0: the end. */
static int fill(struct stream *s)
{
	ssize_t k = isle_io_receive(s->fd, s->buf, sizeof(s->buf), s->deadline);

	if (k < 0)
		return (int)k;
	s->at = 0;
	s->n = (size_t)k;
	return k > 0;
}

/* A line without its end. */
static int get_line(struct stream *s, char line[LINE_SIZE])
{
	size_t n = 0;

	for (;;) {
		int r = s->at < s->n ? 1 : fill(s);

		if (r <= 0)
			return r < 0 ? r : -EPROTO;
		line[n] = s->buf[s->at++];
		if (line[n] == '\n')
			break;
		if (!line[n] || ++n == LINE_SIZE)
			return -EPROTO;
	}
	if (n && line[n - 1] == '\r')
		n--;
	line[n] = '\0';
	return 0;
}

/* N bytes of the body; SIZE_MAX: all until the end. */
static int get_body(struct stream *s, size_t n, struct isle_buf *body)
{
	bool until_end = n == SIZE_MAX;

	while (n) {
		int r = s->at < s->n ? 1 : fill(s);
		size_t k = s->n - s->at < n ? s->n - s->at : n;

		if (r < 0)
			return r;
		if (!r)
			return until_end ? 0 : -EPROTO;
		isle_buf_put(body, s->buf + s->at, k);
		if (body->bad)
			return -ENOMEM;
		if (body->n > BODY_MAX)
			return -EFBIG;
		s->at += k;
		n -= k;
	}
	return 0;
}

/* "1f" or "1f;extension"; no sign, no "0x". */
static bool parse_hex(const char *s, size_t *ret)
{
	char *end;
	unsigned long n;

	if (!isxdigit((unsigned char)*s) || strspn(s, "0123456789abcdefABCDEF") > 8)
		return false;
	n = strtoul(s, &end, 16);
	*ret = n;
	return !*end || *end == ';' || *end == ' ';
}

static int get_chunks(struct stream *s, struct isle_buf *body)
{
	char line[LINE_SIZE];
	size_t n;
	int r;

	for (;;) {
		r = get_line(s, line);
		if (r < 0)
			return r;
		if (!parse_hex(line, &n))
			return -EPROTO;
		if (!n)
			return 0;	/* trailers are of no interest, and the connection ends here */
		if (n > BODY_MAX)
			return -EFBIG;
		r = get_body(s, n, body);
		if (r < 0)
			return r;
		r = get_line(s, line);
		if (r < 0 || *line)
			return r < 0 ? r : -EPROTO;
	}
}

/* "HTTP/1.1 200 OK" */
static bool parse_status(const char *line, unsigned *ret)
{
	uint64_t n;

	if (strncmp(line, "HTTP/1.", 7) || !isdigit((unsigned char)line[7]) || line[8] != ' ')
		return false;
	if (strcspn(line + 9, " ") != 3 || !isle_str_u64(line + 9, 3, &n))
		return false;
	*ret = (unsigned)n;
	return true;
}

static const char *header_is(const char *line, const char *name)
{
	size_t n = strlen(name);

	if (strncasecmp(line, name, n) || line[n] != ':')
		return NULL;
	line += n + 1;
	return line + strspn(line, " \t");
}

/* Reads the headers; *RET_LEN SIZE_MAX: not said. */
static int get_headers(struct stream *s, size_t *ret_len, bool *ret_chunked)
{
	char line[LINE_SIZE];
	const char *value;
	uint64_t n;

	*ret_len = SIZE_MAX;
	*ret_chunked = false;
	for (size_t i = 0; i < N_HEADERS_MAX; i++) {
		int r = get_line(s, line);

		if (r < 0 || !*line)
			return r;
		value = header_is(line, "Transfer-Encoding");
		if (value)
			*ret_chunked = !strcasecmp(value, "chunked");
		value = header_is(line, "Content-Length");
		if (!value)
			continue;
		if (!isle_str_u64(value, strcspn(value, " \t"), &n))
			return -EPROTO;
		if (n > BODY_MAX)
			return -EFBIG;
		*ret_len = (size_t)n;
	}
	return -EPROTO;
}

static int get_answer(struct stream *s, struct isle_http_answer *ret)
{
	char line[LINE_SIZE];
	bool chunked;
	size_t len;
	int r;

	do {	/* 100: the answer comes after it */
		r = get_line(s, line);
		if (r < 0)
			return r;
		if (!parse_status(line, &ret->status))
			return -EPROTO;
		r = get_headers(s, &len, &chunked);
		if (r < 0)
			return r;
	} while (ret->status < 200);
	if (ret->status == 204 || ret->status == 304)
		return 0;
	return chunked ? get_chunks(s, &ret->body) : get_body(s, len, &ret->body);
}

int isle_http_get(const char *socket, const char *target, int wait_ms, struct isle_http_answer *ret)
{
	struct stream s = { .deadline = isle_now_ms() + wait_ms };
	isle_auto(close) int fd = isle_contain_connect(socket, strlen(socket), wait_ms);
	isle_auto(buf) struct isle_buf request = { 0 };
	struct ucred peer = { 0 };
	socklen_t size = sizeof(peer);
	int r;

	*ret = (struct isle_http_answer){ .connected = fd >= 0 };
	if (fd < 0)
		return fd;
	if (!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		ret->peer = peer.pid;
	s.fd = fd;
	isle_buf_printf(&request, "GET %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: isle/%s\r\nAccept: application/json\r\n"
			"Connection: close\r\n\r\n", target, ISLE_VERSION);
	if (request.bad)
		return -ENOMEM;
	r = isle_io_send(s.fd, request.s, request.n, s.deadline);
	return r < 0 ? r : get_answer(&s, ret);
}

void isle_http_escape(const char *text, struct isle_buf *out)
{
	for (const unsigned char *s = (const unsigned char *)text; *s; s++)
		if (*s < 0x80 && (isalnum(*s) || strchr("-._~", *s)))
			isle_buf_put(out, (const char *)s, 1);
		else
			isle_buf_printf(out, "%%%02X", *s);
}
