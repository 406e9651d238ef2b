/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: addresses and prefixes of both families in one struct of bytes, so that
 * nobody above asks which family it is. Text in is what inet_pton() takes, with
 * an optional length; text out is RFC 5952, done here because C libraries
 * differ on IPv4-compatible addresses. A host part is a number of at most 64
 * bits: nobody counts further within a prefix.
 */
#include "base/base.h"

#include <arpa/inet.h>

unsigned isle_ip_bits(const struct isle_ip *a)
{
	return a->family == AF_INET ? 32 : 128;
}

static unsigned n_bytes(const struct isle_ip *a)
{
	return isle_ip_bits(a) / 8;
}

bool isle_ip_parse(const char *s, size_t n, struct isle_ip *ret, bool *ret_has_len)
{
	const char *slash = memchr(s, '/', n);
	size_t n_addr = slash ? (size_t)(slash - s) : n;
	struct isle_ip ip = { 0 };
	char text[INET6_ADDRSTRLEN];
	uint64_t len;

	if (n_addr >= sizeof(text) || memchr(s, '\0', n))
		return false;
	memcpy(text, s, n_addr);
	text[n_addr] = '\0';
	ip.family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(ip.family, text, ip.b) != 1)
		return false;
	ip.len = (uint8_t)isle_ip_bits(&ip);
	if (slash) {
		if (!isle_str_u64(slash + 1, n - n_addr - 1, &len) || len > ip.len)
			return false;
		ip.len = (uint8_t)len;
	}
	*ret = ip;
	if (ret_has_len)
		*ret_has_len = slash != NULL;
	return true;
}

static unsigned group(const struct isle_ip *a, size_t i)
{
	return (unsigned)a->b[2 * i] << 8 | a->b[2 * i + 1];
}

/* The longest run of at least two zero groups, the first if equal; returns its length. */
static unsigned longest_zeros(const struct isle_ip *a, unsigned *ret_at)
{
	unsigned best = 1, run = 0;

	for (unsigned i = 0; i < 8; i++) {
		run = group(a, i) ? 0 : run + 1;
		if (run > best) {
			best = run;
			*ret_at = i + 1 - run;
		}
	}
	return best > 1 ? best : 0;
}

static int text6(const struct isle_ip *a, char *s, size_t size)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	unsigned at = 0, zeros = longest_zeros(a, &at);
	int n = 0;

	if (memcmp(a->b, mapped, sizeof(mapped)) == 0)
		return snprintf(s, size, "::ffff:%u.%u.%u.%u", a->b[12], a->b[13], a->b[14], a->b[15]);
	for (unsigned i = 0; i < 8; i++) {
		if (zeros && i == at) {
			n += snprintf(s + n, size - (size_t)n, "::");
			i += zeros - 1;
			continue;
		}
		n += snprintf(s + n, size - (size_t)n, "%s%x",
			      i && (!zeros || i != at + zeros) ? ":" : "", group(a, i));
	}
	return n;
}

/* N, which has at most three digits, and where the next letter goes. */
static char *decimal(char *s, unsigned n)
{
	if (n > 99)
		*s++ = (char)('0' + n / 100);
	if (n > 9)
		*s++ = (char)('0' + n / 10 % 10);
	*s++ = (char)('0' + n % 10);
	return s;
}

static char *text4(const struct isle_ip *a, char *s)
{
	for (unsigned i = 0; i < 4; i++) {
		if (i)
			*s++ = '.';
		s = decimal(s, a->b[i]);
	}
	return s;
}

char *isle_ip_text(const struct isle_ip *a, bool with_len, char buf[ISLE_IP_TEXT])
{
	char *at;

	if (a->family == AF_INET)
		at = text4(a, buf);
	else if (a->family == AF_INET6)
		at = buf + text6(a, buf, ISLE_IP_TEXT);
	else
		return memcpy(buf, "none", sizeof("none"));
	if (with_len) {
		*at++ = '/';
		at = decimal(at, a->len);
	}
	*at = '\0';
	return buf;
}

bool isle_ip_equal(const struct isle_ip *a, const struct isle_ip *b)
{
	return a->family == b->family && memcmp(a->b, b->b, n_bytes(a)) == 0;
}

int isle_ip_cmp(const struct isle_ip *a, const struct isle_ip *b)
{
	int d;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	d = memcmp(a->b, b->b, n_bytes(a));
	return d ? d : (a->len > b->len) - (a->len < b->len);
}

/* Byte I of the mask of a prefix of LEN bits. */
static uint8_t mask(unsigned len, unsigned i)
{
	if (len >= 8 * (i + 1))
		return 0xff;
	return len <= 8 * i ? 0 : (uint8_t)(0xff00u >> (len - 8 * i));
}

bool isle_ip_contains(const struct isle_ip *prefix, const struct isle_ip *addr)
{
	if (prefix->family != addr->family || !prefix->family)
		return false;
	for (unsigned i = 0; i < n_bytes(prefix); i++)
		if ((prefix->b[i] ^ addr->b[i]) & mask(prefix->len, i))
			return false;
	return true;
}

bool isle_ip_overlaps(const struct isle_ip *a, const struct isle_ip *b)
{
	return a->len <= b->len ? isle_ip_contains(a, b) : isle_ip_contains(b, a);
}

struct isle_ip isle_ip_network(const struct isle_ip *a)
{
	struct isle_ip r = *a;

	for (unsigned i = 0; i < n_bytes(a); i++)
		r.b[i] &= mask(a->len, i);
	return r;
}

struct isle_ip isle_ip_broadcast(const struct isle_ip *a)
{
	struct isle_ip r = *a;

	for (unsigned i = 0; i < n_bytes(a); i++)
		r.b[i] |= (uint8_t)~mask(a->len, i);
	return r;
}

static unsigned host_bits(const struct isle_ip *a)
{
	return isle_ip_bits(a) - a->len;
}

bool isle_ip_host(const struct isle_ip *net, uint64_t n, struct isle_ip *ret)
{
	unsigned bits = host_bits(net);
	struct isle_ip r = isle_ip_network(net);

	if (bits < 64 && n >> bits)
		return false;
	for (unsigned i = n_bytes(net); n; n >>= 8)
		r.b[--i] |= (uint8_t)n;
	*ret = r;
	return true;
}

uint64_t isle_ip_size(const struct isle_ip *net)
{
	unsigned bits = host_bits(net);

	return bits < 64 ? UINT64_C(1) << bits : UINT64_MAX;
}

bool isle_ip_add(struct isle_ip *a, int64_t n)
{
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;
	struct isle_ip r = *a;
	int carry = 0;

	for (unsigned i = n_bytes(a); i-- > 0; left >>= 8) {
		int step = (int)(left & 0xff) + carry;
		int v = r.b[i] + (n < 0 ? -step : step);

		carry = v < 0 || v > 0xff;
		r.b[i] = (uint8_t)v;
	}
	if (left || carry)
		return false;
	*a = r;
	return true;
}
