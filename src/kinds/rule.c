/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a rule of policy routing, of one family. Marked "static" as routes are,
 * which tells it from the kernel's own three and from those of a daemon.
 */
#include <linux/fib_rules.h>
#include "kinds/kinds.h"

static const struct { const char *word; uint8_t action; } actions[] = {
	[ISLE_RULE_LOOKUP] = { "lookup", FR_ACT_TO_TBL },
	[ISLE_RULE_BLACKHOLE] = { "blackhole", FR_ACT_BLACKHOLE },
	[ISLE_RULE_UNREACHABLE] = { "unreachable", FR_ACT_UNREACHABLE },
	[ISLE_RULE_PROHIBIT] = { "prohibit", FR_ACT_PROHIBIT },
};

static int put(const struct isle_step *step, uint16_t type, uint16_t flags, struct isle_nlmsg *m)
{
	const struct isle_rule *rule = step->rule.rule;
	struct fib_rule_hdr *h = isle_nlmsg_begin(m, type, flags, sizeof(*h));

	if (!h)
		return -ENOBUFS;
	h->family = step->rule.family;
	h->action = actions[rule->action].action;
	h->src_len = rule->from.len;
	h->dst_len = rule->to.len;
	h->table = rule->table < 256 ? (uint8_t)rule->table : RT_TABLE_UNSPEC;
	h->flags = rule->inverted ? FIB_RULE_INVERT : 0;
	if (rule->from.family)
		isle_nlmsg_put(m, FRA_SRC, rule->from.b, isle_ip_bits(&rule->from) / 8);
	if (rule->to.family)
		isle_nlmsg_put(m, FRA_DST, rule->to.b, isle_ip_bits(&rule->to) / 8);
	if (rule->iif)
		isle_nlmsg_put_str(m, FRA_IIFNAME, rule->iif);
	if (rule->oif)
		isle_nlmsg_put_str(m, FRA_OIFNAME, rule->oif);
	if (rule->has_mark) {
		isle_nlmsg_put_u32(m, FRA_FWMARK, rule->mark);
		isle_nlmsg_put_u32(m, FRA_FWMASK, UINT32_MAX);
	}
	isle_nlmsg_put_u32(m, FRA_PRIORITY, rule->priority);
	if (rule->table >= 256)
		isle_nlmsg_put_u32(m, FRA_TABLE, rule->table);
	if (!step->removes && !step->rule.by_hand)
		isle_nlmsg_put_u8(m, FRA_PROTOCOL, RTPROT_STATIC);
	isle_nlmsg_end(m);
	return 0;
}

static int encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	(void)ctx;
	return put(step, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, m);
}

static int encode_removal(const struct isle_step *step, struct isle_nlmsg *m)
{
	return put(step, RTM_DELRULE, 0, m);
}

static void print_selectors(const struct isle_rule *rule, struct isle_buf *out)
{
	char text[ISLE_IP_TEXT];

	isle_buf_printf(out, "%s from %s", rule->inverted ? " not" : "", rule->from.family ? isle_ip_text(&rule->from, true, text) : "all");
	if (rule->to.family)
		isle_buf_printf(out, " to %s", isle_ip_text(&rule->to, true, text));
	if (rule->has_mark)
		isle_buf_printf(out, " fwmark %u", rule->mark);
	if (rule->iif) {
		isle_buf_puts(out, " iif ");
		isle_kind_quote(out, rule->iif);
	}
	if (rule->oif) {
		isle_buf_puts(out, " oif ");
		isle_kind_quote(out, rule->oif);
	}
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	const struct isle_rule *rule = step->rule.rule;

	isle_kind_ip(step, lab, out);
	isle_buf_printf(out, "%s rule %s", step->rule.family == AF_INET6 ? " -6" : "", step->removes ? "delete" : "add");
	print_selectors(rule, out);
	isle_buf_printf(out, " priority %u%s", rule->priority, step->removes || step->rule.by_hand ? "" : " protocol static");
	if (rule->action == ISLE_RULE_LOOKUP)
		isle_buf_printf(out, " lookup %u\n", rule->table);
	else
		isle_buf_printf(out, " %s\n", actions[rule->action].word);
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	isle_words_add(w, "%s the %s rule %u %s %s", step->removes ? "removing" : "adding", step->rule.family == AF_INET6 ? "IPv6" : "IPv4",
		       step->rule.rule->priority, step->removes ? "from" : "in", isle_kind_ns(step, lab));
}

const struct isle_kind isle_kind_rule = { .name = "rule", .encode = encode, .encode_removal = encode_removal, .command = command,
					  .describe = describe };
