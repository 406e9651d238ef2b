/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the table of kinds, and what their rows share: names of namespaces,
 * quoting for a shell, text that is cut instead of overrun.
 */
#include "kinds/kinds.h"

#define ISLE_KIND(number, file) extern const struct isle_kind isle_kind_##file;
#include "kinds/kinds.def"
#undef ISLE_KIND

static const struct isle_kind *const kinds[] = {
#define ISLE_KIND(number, file) [ISLE_STEP_##number] = &isle_kind_##file,
#include "kinds/kinds.def"
#undef ISLE_KIND
};

const struct isle_kind *isle_kind_of(const struct isle_step *step)
{
	return kinds[step->kind];
}

bool isle_kind_has_request(const struct isle_step *step)
{
	return step->removes ? isle_kind_can_remove(step) : isle_kind_of(step)->encode != NULL;
}

bool isle_kind_can_remove(const struct isle_step *step)
{
	return isle_kind_of(step)->encode_removal != NULL;
}

size_t isle_kind_makes(const struct isle_step *step, struct isle_made ret[2])
{
	memset(ret, 0, 2 * sizeof(*ret));
	return isle_kind_of(step)->makes ? isle_kind_of(step)->makes(step, ret) : 0;
}

void isle_kind_indexes(struct isle_step *step, isle_kind_index_fn *fn, void *arg)
{
	if (isle_kind_of(step)->indexes)
		isle_kind_of(step)->indexes(step, fn, arg);
}

bool isle_kind_settings(const struct isle_step *step, struct isle_settings *ret)
{
	if (!isle_kind_of(step)->settings)
		return false;
	isle_kind_of(step)->settings(step, ret);
	return true;
}

int isle_kind_encode(const struct isle_step *step, const struct isle_kind_ctx *ctx, struct isle_nlmsg *m)
{
	const struct isle_nlmsg before = *m;
	const struct isle_kind *kind = isle_kind_of(step);
	int r = step->removes ? kind->encode_removal(step, m) : kind->encode(step, ctx, m);

	if (r == 0 && m->bad)
		r = -ENOBUFS;
	if (r < 0)
		*m = before;
	return r;
}

void isle_words_add(struct isle_words *w, const char *fmt, ...)
{
	va_list ap;

	if (w->n + 1 >= w->cap)
		return;
	va_start(ap, fmt);
	int r = vsnprintf(w->s + w->n, w->cap - w->n, fmt, ap);
	va_end(ap);
	if (r > 0)
		w->n = w->n + (size_t)r < w->cap ? w->n + (size_t)r : w->cap - 1;
}

char *isle_kind_describe(const struct isle_step *step, const struct isle_lab *lab, char *buf, size_t cap)
{
	struct isle_words w = { .s = buf, .cap = cap };

	if (cap)
		buf[0] = '\0';
	isle_kind_of(step)->describe(step, lab, &w);
	return buf;
}

void isle_kind_command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	if (isle_kind_of(step)->command)
		isle_kind_of(step)->command(step, lab, out);
}

const char *isle_kind_ns_called(uint32_t ns, const struct isle_lab *lab)
{
	if (ns == ISLE_NS_MACHINE)
		return "the machine";
	return ns == ISLE_NS_FABRIC ? "the fabric" : lab->hosts[ns - 1]->name;
}

const char *isle_kind_ns(const struct isle_step *step, const struct isle_lab *lab)
{
	return isle_kind_ns_called(step->ns, lab);
}

void isle_kind_ns_name(uint32_t ns, const struct isle_lab *lab, struct isle_buf *out)
{
	if (ns == ISLE_NS_MACHINE)
		isle_buf_puts(out, "$$");	/* to `ip` the namespace of that process: the shell's own */
	else if (ns == ISLE_NS_FABRIC)
		isle_buf_printf(out, "%s.fabric", lab->name);
	else if (!*lab->name)
		isle_kind_quote(out, lab->hosts[ns - 1]->name);
	else
		isle_buf_printf(out, "%s.%s", lab->hosts[ns - 1]->name, lab->name);
}

void isle_kind_ip_in(uint32_t ns, const struct isle_lab *lab, struct isle_buf *out)
{
	isle_buf_puts(out, ns == ISLE_NS_MACHINE ? "ip" : "ip -n ");
	if (ns != ISLE_NS_MACHINE)
		isle_kind_ns_name(ns, lab, out);
}

void isle_kind_exec(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	if (step->ns == ISLE_NS_MACHINE)
		return;
	isle_buf_puts(out, "ip netns exec ");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_puts(out, " ");
}

void isle_kind_ip(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	isle_kind_ip_in(step->ns, lab, out);
}

int isle_kind_put_dellink(struct isle_nlmsg *m, uint32_t ifindex)
{
	struct ifinfomsg *ifi = isle_nlmsg_begin(m, RTM_DELLINK, 0, sizeof(*ifi));

	if (!ifi)
		return -ENOBUFS;
	ifi->ifi_index = (int)ifindex;
	isle_nlmsg_end(m);
	return 0;
}

void isle_kind_command_dellink(const struct isle_step *step, const struct isle_lab *lab, const char *name, struct isle_buf *out)
{
	isle_kind_ip(step, lab, out);
	isle_buf_puts(out, " link delete dev ");
	isle_kind_quote(out, name);
	isle_buf_puts(out, "\n");
}

void isle_kind_quote(struct isle_buf *out, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,";

	if (*s && s[strspn(s, plain)] == '\0') {
		isle_buf_puts(out, s);
		return;
	}
	isle_buf_puts(out, "'");
	for (; *s; s++) {
		if (*s == '\'')
			isle_buf_puts(out, "'\\''");
		else
			isle_buf_put(out, s, 1);
	}
	isle_buf_puts(out, "'");
}

void isle_kind_put_mac(struct isle_buf *out, const char *key, const uint8_t *mac)
{
	if (mac)
		isle_buf_printf(out, " %s %02x:%02x:%02x:%02x:%02x:%02x", key, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}
