/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: generic netlink: families have names, and numbers that the kernel gives
 * them when they come.
 */
#include "nl/nl.h"

void isle_genl_begin(struct isle_nlmsg *m, uint16_t family, uint16_t flags, uint8_t cmd)
{
	struct genlmsghdr *g = isle_nlmsg_begin(m, family, flags, sizeof(*g));

	if (g)
		*g = (struct genlmsghdr){ .cmd = cmd, .version = 1 };
}

void isle_genl_attrs(const struct nlmsghdr *h, struct isle_nlattrs *t)
{
	isle_nl_attrs_of(h, sizeof(struct genlmsghdr), t);
}

int isle_genl_family(struct isle_nl *nl, const char *name, uint16_t *ret)
{
	uint8_t request[128], answer[8192];
	const struct nlmsghdr *h;
	struct isle_nlattrs t;
	struct isle_nlmsg m;
	int r;

	isle_nlmsg_init(&m, request, sizeof(request));
	isle_genl_begin(&m, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	isle_nlmsg_put_str(&m, CTRL_ATTR_FAMILY_NAME, name);
	isle_nlmsg_end(&m);
	r = isle_nl_get(nl, &m, answer, sizeof(answer), &h);
	if (r < 0)
		return r;
	isle_genl_attrs(h, &t);
	if (isle_nla_len(t.a[CTRL_ATTR_FAMILY_ID]) != sizeof(*ret))
		return -EBADMSG;
	memcpy(ret, isle_nla_data(t.a[CTRL_ATTR_FAMILY_ID]), sizeof(*ret));
	return 0;
}
