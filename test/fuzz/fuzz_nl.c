/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: answers that a kernel would never send, read attribute by attribute and
 * nest by nest. The input lies in memory of its own size, aligned as a receive
 * buffer is.
 */
#include "nl/nl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t sink;

static void read_all(const void *p, size_t n, int depth)
{
	struct isle_nlattrs t;

	isle_nl_attrs(p, n, &t);
	for (size_t i = 0; i < ISLE_COUNT(t.a); i++) {
		const char *s = isle_nla_str(t.a[i]);

		sink += isle_nla_u32(t.a[i], 1) + isle_nla_u8(t.a[i], 1) + (s ? strlen(s) : 0);
		for (size_t k = 0; k < isle_nla_len(t.a[i]); k++)
			sink += ((const uint8_t *)isle_nla_data(t.a[i]))[k];
		if (t.a[i] && depth)
			read_all(isle_nla_data(t.a[i]), isle_nla_len(t.a[i]), depth - 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct isle_nlattrs t;
	void *copy = malloc(size ? size : 1);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	read_all(copy, size, 3);
	const struct nlmsghdr *h = copy;
	if (size >= sizeof(*h) && h->nlmsg_len <= size)
		isle_nl_attrs_of(h, sizeof(struct ifinfomsg), &t);
	free(copy);
	return 0;
}
