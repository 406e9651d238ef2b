/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a route. Marked "static", which tells it from those of a routing daemon
 * that runs in the host; somebody else's is given back as it was (.form). One
 * hop goes into the message itself, several into a multipath list; a gateway of
 * the other family into a via of its own.
 */
#include "kinds/kinds.h"

static const uint8_t types[] = {
	[ISLE_ROUTE_UNICAST] = RTN_UNICAST, [ISLE_ROUTE_BLACKHOLE] = RTN_BLACKHOLE,
	[ISLE_ROUTE_UNREACHABLE] = RTN_UNREACHABLE, [ISLE_ROUTE_PROHIBIT] = RTN_PROHIBIT,
};

static void put_gateway(struct isle_nlmsg *m, uint8_t family, const struct isle_ip *via)
{
	const size_t size = isle_ip_bits(via) / 8;
	uint8_t other[2 + 16];

	if (via->family == family) {
		isle_nlmsg_put(m, RTA_GATEWAY, via->b, size);
	} else if (via->family) {
		const uint16_t via_family = via->family;

		memcpy(other, &via_family, 2);
		memcpy(other + 2, via->b, size);
		isle_nlmsg_put(m, RTA_VIA, other, 2 + size);
	}
}

static void put_hops(struct isle_nlmsg *m, const struct isle_step *step)
{
	const struct isle_route *route = step->route.route;
	size_t list = isle_nlmsg_nest(m, RTA_MULTIPATH);

	for (size_t i = 0; i < route->n_hops; i++) {
		size_t start = m->n;
		struct rtnexthop *h = isle_nlmsg_raw(m, sizeof(*h));

		put_gateway(m, route->dst.family, &route->hops[i].via);
		if (m->bad)
			return;
		h->rtnh_ifindex = (int)step->route.ifindexes[i];
		h->rtnh_flags = route->hops[i].onlink ? RTNH_F_ONLINK : 0;
		h->rtnh_hops = step->route.form && step->route.form->weights ? (uint8_t)(step->route.form->weights[i] - 1) : 0;
		h->rtnh_len = (uint16_t)(m->n - start);
	}
	isle_nlmsg_unnest(m, list);
}

static void put_hop(struct isle_nlmsg *m, const struct isle_step *step, struct rtmsg *rtm)
{
	const struct isle_hop *hop = &step->route.route->hops[0];

	if (hop->onlink)
		rtm->rtm_flags = RTNH_F_ONLINK;
	if (!hop->via.family && rtm->rtm_family == AF_INET)
		rtm->rtm_scope = RT_SCOPE_LINK;
	put_gateway(m, rtm->rtm_family, &hop->via);
	if (step->route.ifindexes[0])
		isle_nlmsg_put_u32(m, RTA_OIF, step->route.ifindexes[0]);
}

static void put_metrics(struct isle_nlmsg *m, const struct isle_route *route)
{
	if (route->metric)
		isle_nlmsg_put_u32(m, RTA_PRIORITY, route->metric);
	if (route->mtu) {
		size_t metrics = isle_nlmsg_nest(m, RTA_METRICS);

		isle_nlmsg_put_u32(m, RTAX_MTU, route->mtu);
		isle_nlmsg_unnest(m, metrics);
	}
}

static void put_form(struct isle_nlmsg *m, const struct isle_route_form *form, struct rtmsg *rtm)
{
	rtm->rtm_protocol = form->proto;
	rtm->rtm_scope = form->scope;
	rtm->rtm_tos = form->tos;
	if (form->from.family) {
		rtm->rtm_src_len = form->from.len;
		isle_nlmsg_put(m, RTA_SRC, form->from.b, isle_ip_bits(&form->from) / 8);
	}
}

static int put(const struct isle_step *step, uint16_t request, uint16_t flags, struct isle_nlmsg *m)
{
	const struct isle_route *route = step->route.route;
	const uint32_t table = route->table ? route->table : RT_TABLE_MAIN;
	struct rtmsg *rtm = isle_nlmsg_begin(m, request, flags, sizeof(*rtm));

	if (!rtm)
		return -ENOBUFS;
	rtm->rtm_family = route->dst.family;
	rtm->rtm_dst_len = route->dst.len;
	rtm->rtm_table = table < 256 ? (uint8_t)table : RT_TABLE_UNSPEC;
	rtm->rtm_protocol = RTPROT_STATIC;
	rtm->rtm_type = types[route->type];
	if (table >= 256)
		isle_nlmsg_put_u32(m, RTA_TABLE, table);
	if (route->dst.len)
		isle_nlmsg_put(m, RTA_DST, route->dst.b, isle_ip_bits(&route->dst) / 8);
	if (route->src.family)
		isle_nlmsg_put(m, RTA_PREFSRC, route->src.b, isle_ip_bits(&route->src) / 8);
	put_metrics(m, route);
	if (route->n_hops == 1)
		put_hop(m, step, rtm);
	else if (route->n_hops > 1)
		put_hops(m, step);
	if (step->route.form)
		put_form(m, step->route.form, rtm);
	isle_nlmsg_end(m);
	return 0;
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	(void)ctx;
	return put(step, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, m);
}

static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	return put(step, RTM_DELROUTE, 0, m);
}

static void indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	for (size_t i = 0; i < step->route.route->n_hops; i++)
		fn(step->ns, &step->route.ifindexes[i], arg);
}

static void print_hop(struct isle_buf *out, const struct isle_route *route, const struct isle_hop *hop)
{
	char text[ISLE_IP_TEXT];

	if (hop->via.family && hop->via.family != route->dst.family)
		isle_buf_printf(out, " via %s %s", hop->via.family == AF_INET6 ? "inet6" : "inet",
				isle_ip_text(&hop->via, false, text));
	else if (hop->via.family)
		isle_buf_printf(out, " via %s", isle_ip_text(&hop->via, false, text));
	if (hop->dev) {
		isle_buf_puts(out, " dev ");
		isle_kind_quote(out, hop->dev->name);
	}
	if (hop->onlink)
		isle_buf_puts(out, " onlink");
}

static const char *destination(const struct isle_route *route, char text[ISLE_IP_TEXT])
{
	return route->dst.len ? isle_ip_text(&route->dst, true, text) : "default";
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	const struct isle_route *route = step->route.route;
	char text[ISLE_IP_TEXT];

	isle_kind_ip(step, lab, out);
	isle_buf_printf(out, "%s route %s %s%s", route->dst.family == AF_INET6 ? " -6" : "", step->removes ? "delete" : "add",
			isle_route_word(route->type), destination(route, text));
	if (step->route.form)
		isle_buf_printf(out, " proto %u", step->route.form->proto);
	else
		isle_buf_puts(out, " proto static");
	if (route->table)
		isle_buf_printf(out, " table %u", route->table);
	if (route->metric)
		isle_buf_printf(out, " metric %u", route->metric);
	if (route->mtu)
		isle_buf_printf(out, " mtu %u", route->mtu);
	if (route->src.family)
		isle_buf_printf(out, " src %s", isle_ip_text(&route->src, false, text));
	for (size_t i = 0; i < route->n_hops; i++) {
		isle_buf_puts(out, route->n_hops > 1 ? " nexthop" : "");
		print_hop(out, route, &route->hops[i]);
	}
	isle_buf_puts(out, "\n");
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	const struct isle_route *route = step->route.route;
	char text[ISLE_IP_TEXT];

	isle_words_add(w, "%s the %sroute to %s", step->removes ? "removing" : "adding", isle_route_word(route->type),
		       destination(route, text));
	if (route->n_hops && route->hops[0].via.family)
		isle_words_add(w, " via %s", isle_ip_text(&route->hops[0].via, false, text));
	isle_words_add(w, "%s in %s", route->n_hops > 1 ? " and others" : "", isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_route = {
	.name = "route", .encode = encode, .encode_removal = encode_removal, .command = command, .describe = describe, .indexes = indexes,
};
