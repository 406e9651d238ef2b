/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: talking to the kernel. A socket belongs for good to the network
 * namespace it was opened in. Requests are acknowledged one by one, even when
 * many are sent at once; they are sent in bites small enough that their
 * acknowledgements fit the socket's buffer, because a lost one would look like
 * a hang. nf_tables batches are the exception: they are taken or refused as a
 * whole, so they are never split, and their begin and end are not acknowledged.
 */
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <sys/socket.h>
#include "nl/nl.h"

#define BITE_MESSAGES 64
#define BITE_BYTES (64 * 1024)
#define ANSWER_BYTES (32 * 1024)
#define DUMP_TRIES 8

int isle_nl_adopt(struct isle_nl *nl, int sock, int proto)
{
	const int on = 1;
	struct sockaddr_nl a = { .nl_family = AF_NETLINK };

	*nl = (struct isle_nl){ .fd = -1, .proto = proto };
	isle_auto(close) int fd = sock;
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return -errno;
	/* Old kernels lack some of these; what is lost is words and strictness, never the answer. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	nl->fd = isle_steal_fd(&fd);
	return 0;
}

int isle_nl_open(struct isle_nl *nl, int proto)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, proto);

	*nl = (struct isle_nl){ .fd = -1, .proto = proto };
	return fd < 0 ? -errno : isle_nl_adopt(nl, fd, proto);
}

void isle_nl_close(struct isle_nl *nl)
{
	if (nl->fd >= 0)
		close(nl->fd);
	nl->fd = -1;
}

static int send_all(struct isle_nl *nl, const void *p, size_t n)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t r;

	do
		r = sendto(nl->fd, p, n, 0, (struct sockaddr *)&kernel, sizeof(kernel));
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return -errno;
	return (size_t)r == n ? 0 : -EIO;
}

/* One datagram from the kernel; others (any process may send to our port) are passed over. */
static int receive(struct isle_nl *nl, void *buf, size_t cap, size_t *ret_n)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		struct iovec io = { .iov_base = buf, .iov_len = cap };
		struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &io, .msg_iovlen = 1 };
		ssize_t r = recvmsg(nl->fd, &msg, 0);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (msg.msg_namelen >= sizeof(from) && from.nl_pid)
			continue;
		if (msg.msg_flags & MSG_TRUNC)
			return -EMSGSIZE;
		if (r == 0)
			return -EPIPE;
		*ret_n = (size_t)r;
		return 0;
	}
}

/* The message at OFFSET if it lies wholly within N bytes, and where the next one is. */
static const struct nlmsghdr *message_at(const uint8_t *buf, size_t n, size_t *offset)
{
	if (*offset > n || n - *offset < NLMSG_HDRLEN)
		return NULL;
	const struct nlmsghdr *h = (const struct nlmsghdr *)(buf + *offset);
	if (h->nlmsg_len < NLMSG_HDRLEN || h->nlmsg_len > n - *offset)
		return NULL;
	*offset += NLMSG_ALIGN(h->nlmsg_len);
	return h;
}

/* The errno in an answer (0: an acknowledgement); of a refusal, the kernel's words are kept. */
static int read_error(struct isle_nl *nl, const struct nlmsghdr *h)
{
	const size_t fixed = NLMSG_HDRLEN + sizeof(struct nlmsgerr);
	struct isle_nlattrs t;

	if (h->nlmsg_len < fixed)
		return -EBADMSG;
	const struct nlmsgerr *e = NLMSG_DATA(h);
	if (!e->error)
		return 0;
	nl->extack[0] = '\0';
	nl->extack_off = 0;
	if (h->nlmsg_flags & NLM_F_ACK_TLVS) {
		size_t skip = fixed;

		if (!(h->nlmsg_flags & NLM_F_CAPPED) && e->msg.nlmsg_len > sizeof(e->msg))
			skip += NLMSG_ALIGN(e->msg.nlmsg_len - sizeof(e->msg));
		if (skip <= h->nlmsg_len) {
			isle_nl_attrs((const uint8_t *)h + skip, h->nlmsg_len - skip, &t);
			const char *words = isle_nla_str(t.a[NLMSGERR_ATTR_MSG]);
			snprintf(nl->extack, sizeof(nl->extack), "%s", words ? words : "");
			nl->extack_off = isle_nla_u32(t.a[NLMSGERR_ATTR_OFFS], 0);
		}
	}
	return e->error < 0 ? e->error : -EBADMSG;
}

static bool is_acknowledged(const struct isle_nl *nl, const struct nlmsghdr *h)
{
	return nl->proto != NETLINK_NETFILTER ||
	       (h->nlmsg_type != NFNL_MSG_BATCH_BEGIN && h->nlmsg_type != NFNL_MSG_BATCH_END);
}

/* Number the messages from *OFFSET on that go out together; how many of them will be acknowledged. */
static size_t take_bite(struct isle_nl *nl, const struct isle_nlmsg *m, size_t *offset, size_t *ret_messages)
{
	const bool whole = nl->proto == NETLINK_NETFILTER;
	size_t start = *offset, acks = 0, messages = 0;

	while (*offset < m->n && (whole || (messages < BITE_MESSAGES && *offset - start < BITE_BYTES))) {
		struct nlmsghdr *h = (struct nlmsghdr *)message_at(m->buf, m->n, offset);

		if (!h)
			break;
		h->nlmsg_seq = nl->seq + (uint32_t)messages++;
		if (is_acknowledged(nl, h)) {
			h->nlmsg_flags |= NLM_F_ACK;
			acks++;
		}
	}
	*ret_messages = messages;
	return acks;
}

/* Read acknowledgements of the MESSAGES numbered from nl->seq until ACKS came; the first refused one goes to *ret_nth. */
static int read_acks(struct isle_nl *nl, size_t messages, size_t acks, bool batch, size_t *ret_nth)
{
	_Alignas(8) uint8_t buf[ANSWER_BYTES];
	int first = 0;

	while (acks) {
		const struct nlmsghdr *h;
		size_t n, offset = 0;
		int r = receive(nl, buf, sizeof(buf), &n);

		if (r < 0)
			return r;
		while ((h = message_at(buf, n, &offset))) {
			size_t nth = h->nlmsg_seq - nl->seq;

			if (h->nlmsg_type != NLMSG_ERROR || nth >= messages)
				continue;
			char kept[ISLE_NL_EXTACK];
			uint32_t kept_off = nl->extack_off;
			memcpy(kept, nl->extack, sizeof(kept));
			r = isle_nl_test_ack(read_error(nl, h));
			if (r < 0 && !first) {
				first = r;
				*ret_nth = nth;
			} else if (first) {
				memcpy(nl->extack, kept, sizeof(kept));
				nl->extack_off = kept_off;
			}
			/* A batch refused as a whole is answered once, at its first or last message. */
			if (batch && r < 0 && (nth == 0 || nth == messages - 1))
				return first;
			if (acks)
				acks--;
		}
	}
	return first;
}

int isle_nl_talk(struct isle_nl *nl, struct isle_nlmsg *m, size_t *ret_nth)
{
	size_t offset = 0, sent = 0;

	nl->extack[0] = '\0';
	nl->extack_off = 0;
	if (m->bad)
		return -ENOBUFS;
	while (offset < m->n) {
		size_t start = offset, messages, nth = 0;

		nl->seq++;
		size_t acks = take_bite(nl, m, &offset, &messages);
		if (!messages)
			return -EINVAL;
		int r = send_all(nl, m->buf + start, offset - start);
		if (r == 0)
			r = read_acks(nl, messages, acks, nl->proto == NETLINK_NETFILTER, &nth);
		nl->seq += (uint32_t)messages;
		if (r < 0) {
			if (ret_nth)
				*ret_nth = sent + nth;
			return r;
		}
		sent += messages;
	}
	return 0;
}

/* The errno in the end of a dump, with the kernel's words, if it was refused at its beginning. */
static int read_done(struct isle_nl *nl, const struct nlmsghdr *h)
{
	const size_t fixed = NLMSG_HDRLEN + sizeof(int);
	struct isle_nlattrs t;
	int error;

	if (h->nlmsg_len < fixed)
		return 0;
	memcpy(&error, NLMSG_DATA(h), sizeof(error));
	if (error < 0 && (h->nlmsg_flags & NLM_F_ACK_TLVS)) {
		isle_nl_attrs((const uint8_t *)h + fixed, h->nlmsg_len - fixed, &t);
		const char *words = isle_nla_str(t.a[NLMSGERR_ATTR_MSG]);
		snprintf(nl->extack, sizeof(nl->extack), "%s", words ? words : "");
	}
	return error;
}

/* One pass of a dump; *ret_again: the kernel says that it was interrupted. */
static int dump_once(struct isle_nl *nl, int (*fn)(const struct nlmsghdr *, void *), void *arg, bool *ret_again)
{
	_Alignas(8) uint8_t buf[ANSWER_BYTES];
	int failed = 0;

	for (;;) {
		const struct nlmsghdr *h;
		size_t n, offset = 0;
		int r = receive(nl, buf, sizeof(buf), &n);

		if (r < 0)
			return r;
		while ((h = message_at(buf, n, &offset))) {
			if (h->nlmsg_seq != nl->seq)
				continue;
			if (h->nlmsg_flags & NLM_F_DUMP_INTR)
				*ret_again = true;
			if (h->nlmsg_type == NLMSG_ERROR)
				return (r = read_error(nl, h)) < 0 ? r : failed;
			if (h->nlmsg_type == NLMSG_DONE) {
				r = read_done(nl, h);
				return failed ? failed : r < 0 ? r : 0;
			}
			/* After FN gave up the rest is still read: the socket stays usable. */
			if (!failed && (r = fn(h, arg)) < 0)
				failed = r;
		}
	}
}

int isle_nl_dump(struct isle_nl *nl, struct isle_nlmsg *m, int (*fn)(const struct nlmsghdr *, void *), void *arg)
{
	struct nlmsghdr *h = (struct nlmsghdr *)m->buf;

	nl->extack[0] = '\0';
	nl->extack_off = 0;
	if (m->bad || m->n < NLMSG_HDRLEN)
		return -ENOBUFS;
	h->nlmsg_flags |= NLM_F_DUMP;
	for (int i = 0; i < DUMP_TRIES; i++) {
		bool again = false;
		int r = 0;

		if (i)
			r = fn(NULL, arg);
		if (r < 0)
			return r;
		h->nlmsg_seq = ++nl->seq;
		r = send_all(nl, m->buf, m->n);
		if (r == 0)
			r = dump_once(nl, fn, arg, &again);
		if (r < 0 || !again)
			return r;
	}
	return -EAGAIN;
}

int isle_nl_get(struct isle_nl *nl, struct isle_nlmsg *m, void *answer, size_t cap, const struct nlmsghdr **ret)
{
	struct nlmsghdr *req = (struct nlmsghdr *)m->buf;

	nl->extack[0] = '\0';
	nl->extack_off = 0;
	if (m->bad || m->n < NLMSG_HDRLEN)
		return -ENOBUFS;
	req->nlmsg_seq = ++nl->seq;
	int r = send_all(nl, m->buf, m->n);
	while (r == 0) {
		const struct nlmsghdr *h;
		size_t n, offset = 0;

		r = receive(nl, answer, cap, &n);
		while (r == 0 && (h = message_at(answer, n, &offset))) {
			if (h->nlmsg_seq != nl->seq)
				continue;
			if (h->nlmsg_type == NLMSG_ERROR)
				return (r = read_error(nl, h)) < 0 ? r : -ENODATA;
			*ret = h;
			return 0;
		}
	}
	return r;
}

int isle_nl_ask(struct isle_nl *nl, struct isle_nlmsg *m, size_t n,
		int (*fn)(size_t, int, const char *, const struct nlmsghdr *, void *), void *arg)
{
	const uint32_t first = nl->seq + 1;
	_Alignas(8) uint8_t buf[ANSWER_BYTES];
	struct nlmsghdr *req;
	size_t offset = 0, left = n;

	if (m->bad)
		return -ENOBUFS;
	while ((req = (struct nlmsghdr *)message_at(m->buf, m->n, &offset)))
		req->nlmsg_seq = ++nl->seq;
	int r = send_all(nl, m->buf, m->n);
	while (r == 0 && left) {
		const struct nlmsghdr *h;
		size_t got;

		offset = 0;
		r = receive(nl, buf, sizeof(buf), &got);
		while (r == 0 && left && (h = message_at(buf, got, &offset))) {
			bool error = h->nlmsg_type == NLMSG_ERROR;

			if (h->nlmsg_seq - first >= n)
				continue;
			nl->extack[0] = '\0';
			left--;
			r = fn(h->nlmsg_seq - first, error ? read_error(nl, h) : 0, nl->extack, error ? NULL : h, arg);
		}
	}
	return r;
}

int isle_nl_join(struct isle_nl *nl, unsigned group)
{
	return setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0 ? -errno : 0;
}

int isle_nl_event(struct isle_nl *nl, void *buf, size_t cap, int ms, size_t *ret_n)
{
	struct pollfd p = { .fd = nl->fd, .events = POLLIN };
	int r = poll(&p, 1, ms);

	if (r < 0)
		return -errno;
	return r ? receive(nl, buf, cap, ret_n) : -ETIMEDOUT;
}
