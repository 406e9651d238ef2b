/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: messages without a kernel: the other end of the socket is ours, and its
 * answers lie ready before the question is asked.
 */
#include <sys/socket.h>
#include "unit.h"
#include "nl/nl.h"

struct pair {
	struct isle_nl nl;
	int kernel;
};

static void open_pair(struct pair *p, int proto)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	p->nl = (struct isle_nl){ .fd = fds[0], .proto = proto };
	p->kernel = fds[1];
}

static void close_pair(struct pair *p)
{
	isle_nl_close(&p->nl);
	close(p->kernel);
}

static void queue(struct pair *p, const void *data, size_t n)
{
	assert_int_equal(send(p->kernel, data, n, 0), n);
}

/* An acknowledgement; with WORDS as the kernel sends them when answers are capped. */
static void queue_ack(struct pair *p, uint32_t seq, int error, const char *words)
{
	_Alignas(8) uint8_t buf[512];
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	struct nlmsgerr *e = isle_nlmsg_begin(&m, NLMSG_ERROR, words ? NLM_F_CAPPED | NLM_F_ACK_TLVS : NLM_F_CAPPED, sizeof(*e));
	e->error = error;
	e->msg.nlmsg_len = 4000;
	if (words) {
		isle_nlmsg_put_str(&m, NLMSGERR_ATTR_MSG, words);
		isle_nlmsg_put_u32(&m, NLMSGERR_ATTR_OFFS, 36);
	}
	isle_nlmsg_end(&m);
	((struct nlmsghdr *)buf)->nlmsg_seq = seq;
	queue(p, buf, m.n);
}

/* A part of a dump, or its end. */
static void queue_part(struct pair *p, uint32_t seq, uint16_t type, uint16_t flags)
{
	_Alignas(8) uint8_t buf[64];
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, type, flags, sizeof(int));
	isle_nlmsg_end(&m);
	((struct nlmsghdr *)buf)->nlmsg_seq = seq;
	queue(p, buf, m.n);
}

static void add_requests(struct isle_nlmsg *m, size_t n)
{
	while (n--) {
		isle_nlmsg_begin(m, RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
		isle_nlmsg_end(m);
	}
}

static void overflow_poisons(void **state)
{
	_Alignas(8) uint8_t buf[64], request[64];
	struct isle_nlmsg m;
	struct pair p;

	(void)state;
	open_pair(&p, NETLINK_ROUTE);
	isle_nlmsg_init(&m, buf, 48);
	buf[48] = 0xaa;
	assert_non_null(isle_nlmsg_begin(&m, RTM_NEWLINK, 0, sizeof(struct ifinfomsg)));
	isle_nlmsg_put_u32(&m, 1, 7);
	assert_false(m.bad);
	assert_int_equal(m.n, 40);
	isle_nlmsg_put(&m, 2, "12345", 5);
	assert_true(m.bad);
	isle_nlmsg_put_u8(&m, 3, 1);
	isle_nlmsg_unnest(&m, isle_nlmsg_nest(&m, 4));
	assert_null(isle_nlmsg_raw(&m, 1));
	isle_nlmsg_end(&m);
	assert_null(isle_nlmsg_begin(&m, RTM_NEWLINK, 0, 0));
	assert_int_equal(m.n, 40);
	assert_int_equal(buf[48], 0xaa);
	assert_int_equal(isle_nl_talk(&p.nl, &m, NULL), -ENOBUFS);
	assert_int_equal(recv(p.kernel, request, sizeof(request), MSG_DONTWAIT), -1);
	close_pair(&p);
}

static void too_long_for_an_attribute(void **state)
{
	static uint8_t buf[200000], data[70000];
	struct isle_nlmsg m;

	(void)state;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, 16, 0, 0);
	isle_nlmsg_put(&m, 1, data, 65532);
	assert_true(m.bad);
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, 16, 0, 0);
	size_t nest = isle_nlmsg_nest(&m, 1);
	isle_nlmsg_put(&m, 2, data, 40000);
	isle_nlmsg_put(&m, 3, data, 40000);
	assert_false(m.bad);
	isle_nlmsg_unnest(&m, nest);
	assert_true(m.bad);
}

static void built_is_read(void **state)
{
	_Alignas(8) uint8_t buf[256];
	struct isle_nlattrs t, inner;
	struct isle_nlmsg m;

	(void)state;
	memset(buf, 0xff, sizeof(buf));
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_NEWLINK, NLM_F_CREATE, sizeof(struct ifinfomsg));
	isle_nlmsg_put_str(&m, 3, "eth0");
	size_t nest = isle_nlmsg_nest(&m, 18);
	isle_nlmsg_put_u8(&m, 1, 9);
	isle_nlmsg_put_be32(&m, 2, 0x01020304);
	isle_nlmsg_unnest(&m, nest);
	isle_nlmsg_put_u16(&m, 4, 5);
	isle_nlmsg_end(&m);
	const struct nlmsghdr *h = (struct nlmsghdr *)buf;
	assert_int_equal(h->nlmsg_len, m.n);
	assert_int_equal(m.n, 16 + 16 + 12 + (4 + 8 + 8) + 8);
	assert_int_equal(h->nlmsg_flags, NLM_F_REQUEST | NLM_F_CREATE);
	isle_nl_attrs_of(h, sizeof(struct ifinfomsg), &t);
	assert_string_equal(isle_nla_str(t.a[3]), "eth0");
	isle_nl_nested(t.a[18], &inner);
	assert_int_equal(isle_nla_u8(inner.a[1], 0), 9);
	assert_memory_equal(isle_nla_data(inner.a[2]), "\1\2\3\4", 4);
	assert_int_equal(isle_nla_len(t.a[4]), 2);
	assert_null(t.a[5]);
	/* The padding is zero, not what lay there. */
	assert_int_equal(((const uint8_t *)t.a[3])[9] | ((const uint8_t *)t.a[4])[7], 0);
}

static void malformed_lengths(void **state)
{
	_Alignas(8) uint8_t buf[32] = { 0 };
	struct nlattr *a = (struct nlattr *)buf;
	struct isle_nlattrs t;
	static const uint16_t bad[] = { 0, 1, 3, 33, 0xffff };

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(bad); i++) {
		*a = (struct nlattr){ .nla_len = bad[i], .nla_type = 1 };
		isle_nl_attrs(buf, sizeof(buf), &t);
		assert_null(t.a[1]);
	}
	/* The last one need not be padded; a header that is cut is none. */
	*a = (struct nlattr){ .nla_len = 5, .nla_type = 2 | NLA_F_NESTED };
	isle_nl_attrs(buf, 5, &t);
	assert_non_null(t.a[2]);
	isle_nl_attrs(buf, 3, &t);
	assert_null(t.a[2]);
	*a = (struct nlattr){ .nla_len = 8, .nla_type = 80 };
	isle_nl_attrs(buf, sizeof(buf), &t);
	for (size_t i = 1; i < ISLE_COUNT(t.a); i++)
		assert_null(t.a[i]);
	/* Values that are too short, text without an end. */
	*a = (struct nlattr){ .nla_len = 7, .nla_type = 1 };
	memcpy(buf + 4, "abcd", 4);
	isle_nl_attrs(buf, 8, &t);
	assert_int_equal(isle_nla_u32(t.a[1], 42), 42);
	assert_null(isle_nla_str(t.a[1]));
	assert_null(isle_nla_str(NULL));
	assert_int_equal(isle_nla_u8(NULL, 3), 3);
	const struct nlmsghdr h = { .nlmsg_len = 20 };
	isle_nl_attrs_of(&h, 16, &t);
	assert_null(t.a[1]);
}

static void refusal_is_kept(void **state)
{
	_Alignas(8) uint8_t buf[256];
	struct isle_nlmsg m;
	struct pair p;
	size_t nth = 99;

	(void)state;
	open_pair(&p, NETLINK_ROUTE);
	isle_nlmsg_init(&m, buf, sizeof(buf));
	add_requests(&m, 3);
	queue_ack(&p, 77, -EPERM, "to somebody else");
	queue_ack(&p, 1, 0, NULL);
	queue_ack(&p, 2, -EEXIST, "first words");
	queue_ack(&p, 3, -ENODEV, "last words");
	assert_int_equal(isle_nl_talk(&p.nl, &m, &nth), -EEXIST);
	assert_int_equal(nth, 1);
	assert_string_equal(p.nl.extack, "first words");
	assert_int_equal(p.nl.extack_off, 36);
	/* All answers were read: the next question finds its own. */
	isle_nlmsg_init(&m, buf, sizeof(buf));
	add_requests(&m, 1);
	queue_ack(&p, p.nl.seq + 1, 0, NULL);
	assert_int_equal(isle_nl_talk(&p.nl, &m, &nth), 0);
	assert_string_equal(p.nl.extack, "");
	close_pair(&p);
}

static void many_in_bites(void **state)
{
	static uint8_t buf[150 * 32];
	struct isle_nlmsg m;
	struct pair p;
	size_t nth;

	(void)state;
	open_pair(&p, NETLINK_ROUTE);
	isle_nlmsg_init(&m, buf, sizeof(buf));
	add_requests(&m, 150);
	/* 64 a bite; numbers do not repeat over bites. */
	for (uint32_t i = 0; i < 64; i++)
		queue_ack(&p, 1 + i, 0, NULL);
	for (uint32_t i = 0; i < 64; i++)
		queue_ack(&p, 66 + i, i == 10 ? -EINVAL : 0, NULL);
	assert_int_equal(isle_nl_talk(&p.nl, &m, &nth), -EINVAL);
	assert_int_equal(nth, 74);
	close_pair(&p);
}

static void batch_is_whole(void **state)
{
	_Alignas(8) uint8_t buf[256];
	struct isle_nlmsg m;
	struct pair p;
	size_t nth;

	(void)state;
	open_pair(&p, NETLINK_NETFILTER);
	for (int refused = 0; refused < 2; refused++) {
		isle_nlmsg_init(&m, buf, sizeof(buf));
		isle_nft_batch_begin(&m);
		isle_nft_table_add(&m, "t", "x");
		isle_nft_batch_end(&m);
		uint32_t seq = p.nl.seq + 1;
		queue_ack(&p, refused ? seq : seq + 1, refused ? -EPERM : 0, NULL);
		assert_int_equal(isle_nl_talk(&p.nl, &m, &nth), refused ? -EPERM : 0);
	}
	close_pair(&p);
}

struct seen {
	int parts, again, fail_at;
};

static int see(const struct nlmsghdr *h, void *arg)
{
	struct seen *s = arg;

	if (!h) {
		s->again++;
		s->parts = 0;
		return 0;
	}
	return ++s->parts == s->fail_at ? -E2BIG : 0;
}

static void interrupted_dump_is_repeated(void **state)
{
	_Alignas(8) uint8_t buf[64];
	struct isle_nlmsg m;
	struct pair p;
	struct seen s = { 0 };

	(void)state;
	open_pair(&p, NETLINK_ROUTE);
	isle_nlmsg_init(&m, buf, sizeof(buf));
	add_requests(&m, 1);
	queue_part(&p, 1, RTM_NEWLINK, NLM_F_MULTI);
	queue_part(&p, 1, RTM_NEWLINK, NLM_F_MULTI | NLM_F_DUMP_INTR);
	queue_part(&p, 1, NLMSG_DONE, NLM_F_MULTI);
	queue_part(&p, 2, RTM_NEWLINK, NLM_F_MULTI);
	queue_part(&p, 2, NLMSG_DONE, NLM_F_MULTI);
	assert_int_equal(isle_nl_dump(&p.nl, &m, see, &s), 0);
	assert_int_equal(s.parts, 1);
	assert_int_equal(s.again, 1);
	for (uint32_t i = 0; i < 8; i++)
		queue_part(&p, 3 + i, NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR);
	assert_int_equal(isle_nl_dump(&p.nl, &m, see, &s), -EAGAIN);
	close_pair(&p);
}

static void dump_ends_early(void **state)
{
	_Alignas(8) uint8_t buf[64];
	struct isle_nlmsg m;
	struct pair p;
	struct seen s = { .fail_at = 1 };

	(void)state;
	open_pair(&p, NETLINK_ROUTE);
	isle_nlmsg_init(&m, buf, sizeof(buf));
	add_requests(&m, 1);
	queue_part(&p, 1, RTM_NEWLINK, NLM_F_MULTI);
	queue_part(&p, 1, RTM_NEWLINK, NLM_F_MULTI);
	queue_part(&p, 1, NLMSG_DONE, NLM_F_MULTI);
	assert_int_equal(isle_nl_dump(&p.nl, &m, see, &s), -E2BIG);
	assert_int_equal(s.parts, 1);
	queue_ack(&p, 2, -EOPNOTSUPP, "no such dump");
	assert_int_equal(isle_nl_dump(&p.nl, &m, see, &s), -EOPNOTSUPP);
	assert_string_equal(p.nl.extack, "no such dump");
	close_pair(&p);
}

static void get_one(void **state)
{
	_Alignas(8) uint8_t buf[64], answer[256];
	const struct nlmsghdr *h = NULL;
	struct isle_nlmsg m;
	struct pair p;

	(void)state;
	open_pair(&p, NETLINK_ROUTE);
	isle_nlmsg_init(&m, buf, sizeof(buf));
	add_requests(&m, 1);
	queue_part(&p, 0, RTM_NEWADDR, 0);
	queue_part(&p, 1, RTM_NEWLINK, 0);
	assert_int_equal(isle_nl_get(&p.nl, &m, answer, sizeof(answer), &h), 0);
	assert_int_equal(h->nlmsg_type, RTM_NEWLINK);
	queue_ack(&p, 2, -ENODEV, NULL);
	assert_int_equal(isle_nl_get(&p.nl, &m, answer, sizeof(answer), &h), -ENODEV);
	assert_string_equal(p.nl.extack, "");
	close_pair(&p);
}

static void events(void **state)
{
	_Alignas(8) uint8_t buf[64];
	struct pair p;
	size_t n;

	(void)state;
	open_pair(&p, NETLINK_ROUTE);
	assert_int_equal(isle_nl_event(&p.nl, buf, sizeof(buf), 0, &n), -ETIMEDOUT);
	queue_part(&p, 0, RTM_NEWLINK, 0);
	assert_int_equal(isle_nl_event(&p.nl, buf, sizeof(buf), -1, &n), 0);
	assert_int_equal(n, 20);
	queue_part(&p, 0, RTM_NEWLINK, 0);
	assert_int_equal(isle_nl_event(&p.nl, buf, 8, -1, &n), -EMSGSIZE);
	close(p.kernel);
	assert_int_equal(isle_nl_event(&p.nl, buf, sizeof(buf), -1, &n), -EPIPE);
	isle_nl_close(&p.nl);
}

UNIT_MAIN(T(overflow_poisons), T(too_long_for_an_attribute), T(built_is_read), T(malformed_lengths), T(refusal_is_kept),
	  T(many_in_bites), T(batch_is_whole), T(interrupted_dump_is_repeated), T(dump_ends_early), T(get_one), T(events))
