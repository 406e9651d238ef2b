/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a lab as a drawing of letters: each network with its members beneath,
 * then the links between hosts, then the ways out. Made for 80 columns: what
 * does not fit continues under its own column.
 */
#include "cli/show.h"

enum { WIDTH = 80 };

struct pen {
	const struct show *s;
	const char *member, *last, *wire, *bar;
	int host, iface;		/* column widths */
};

static struct pen pen(const struct show *s)
{
	struct pen p = cli_utf8() ? (struct pen) { s, "├─ ", "└─ ", "───", "│", 0, 0 }
				  : (struct pen) { s, "|- ", "`- ", "---", "|", 0, 0 };

	for (size_t i = 0; i < isle_lab_n_hosts(s->lab); i++) {
		const struct isle_host *h = isle_lab_host_at(s->lab, i);
		int n = (int)strlen(isle_host_name(h));

		p.host = n > p.host && n <= 24 ? n : p.host;
		for (size_t k = 0; k < isle_host_n_ifaces(h); k++) {
			n = (int)strlen(isle_iface_name(isle_host_iface_at(h, k)));
			p.iface = n > p.iface ? n : p.iface;
		}
	}
	return p;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void head(const struct show *s)
{
	const struct isle_lab *lab = s->lab;
	char since[CLI_WHEN_MAX] = "";

	cli_title(isle_lab_name(lab), s->cli);
	printf(": %zu host%s", isle_lab_n_hosts(lab), plural(isle_lab_n_hosts(lab)));
	if (isle_lab_n_networks(lab))
		printf(", %zu network%s", isle_lab_n_networks(lab), plural(isle_lab_n_networks(lab)));
	if (isle_lab_n_links(lab))
		printf(", %zu link%s", isle_lab_n_links(lab), plural(isle_lab_n_links(lab)));
	if (s->live)
		cli_when(isle_live_since(s->live), s->cli, since);
	if (*since)
		printf("; up since %s%s", since, isle_live_rootless(s->live) ? ", rootless" : "");
	puts(s->live ? "" : "; as the file says, not looked for");
	if (s->live && isle_live_half_changed(s->live))
		printf("half changed: a change was broken off; `isle gc --yes %s` or the next `isle up` ends it\n", isle_lab_name(lab));
}

static void trouble(const struct pen *p, const struct isle_iface *iface)
{
	const char *words = show_trouble(p->s, iface);

	if (words)
		printf("  %s[%s]%s", p->s->cli->color_out ? "\033[31m" : "", words, p->s->cli->color_out ? "\033[m" : "");
}

/* All addresses, the first at column COL, continued there in further lines that begin with BAR. */
static void addresses(const struct isle_iface *iface, int col, const char *bar)
{
	char buf[ISLE_ADDRESS_MAX];
	int at = col;

	for (size_t i = 0; isle_iface_address(iface, i, buf); i++) {
		int n = (int)strlen(buf);

		if (i && at + 1 + n > WIDTH) {
			printf("\n%s%*s", bar, col - 1, "");
			at = col;
		} else if (i) {
			putchar(' ');
			at++;
		}
		at += printf("%s", buf);
	}
}

static void member(const struct pen *p, const struct isle_network *net, const struct isle_iface *iface, bool last)
{
	const struct isle_host *h = isle_iface_host(iface);

	printf("%s%-*s  %-*s  ", last ? p->last : p->member, p->host, isle_host_name(h), p->iface, isle_iface_name(iface));
	addresses(iface, 3 + p->host + 2 + p->iface + 2, last ? " " : p->bar);
	if (isle_network_gateway(net) == h)
		fputs("  gateway", stdout);
	else if (isle_host_forwards(h))
		fputs("  router", stdout);
	if (show_whose(h))
		printf("  %s", show_whose(h));
	trouble(p, iface);
	putchar('\n');
}

/* The next network that NET has a link to, from link *I on. */
static const struct isle_network *joined(const struct isle_lab *lab, const struct isle_network *net, size_t *i, bool *ret_up)
{
	const struct isle_link *l;

	while ((l = isle_lab_link_at(lab, (*i)++)))
		for (unsigned end = 0; end < 2; end++)
			if (isle_link_network(l, end) == net) {
				*ret_up = isle_link_is_up(l);
				return isle_link_network(l, !end);
			}
	return NULL;
}

static void network(const struct pen *p, const struct isle_network *net)
{
	size_t n = isle_network_n_ports(net), links = 0, i = 0, seen = 0;
	const struct isle_network *other;
	char buf[ISLE_ADDRESS_MAX];
	bool up;

	while (joined(p->s->lab, net, &i, &up))
		links++;
	putchar('\n');
	cli_title(isle_network_name(net), p->s->cli);
	for (i = 0; isle_network_subnet(net, i, buf); i++)
		printf("  %s", buf);
	putchar('\n');
	for (i = 0; i < n; i++)
		member(p, net, isle_network_port_at(net, i), i + 1 == n && !links);
	for (i = 0; (other = joined(p->s->lab, net, &i, &up));)
		printf("%s%s  network%s\n", ++seen == links ? p->last : p->member, isle_network_name(other),
		       up ? "" : "  [link is down]");
}

static int end_width(const struct isle_iface *iface)
{
	char buf[ISLE_ADDRESS_MAX];
	int n = (int)(strlen(isle_host_name(isle_iface_host(iface))) + 1 + strlen(isle_iface_name(iface)));

	for (size_t i = 0; isle_iface_address(iface, i, buf); i++)
		n += 1 + (int)strlen(buf);
	return n;
}

static void end(const struct isle_iface *iface)
{
	char buf[ISLE_ADDRESS_MAX];

	printf("%s:%s", isle_host_name(isle_iface_host(iface)), isle_iface_name(iface));
	for (size_t i = 0; isle_iface_address(iface, i, buf); i++)
		printf(" %s", buf);
}

static void link_line(const struct pen *p, const struct isle_iface *a, const struct isle_iface *b, int left)
{
	end(a);
	if (left + 5 + end_width(b) <= WIDTH)
		printf("%*s %s ", left - end_width(a), "", p->wire);
	else
		printf("\n%s", p->last);
	end(b);
	trouble(p, a);
	if (!show_trouble(p->s, a))
		trouble(p, b);
	putchar('\n');
}

static void links(const struct pen *p)
{
	const struct isle_link *l;
	int left = 0;

	for (size_t i = 0; (l = isle_lab_link_at(p->s->lab, i)); i++)
		if (isle_link_iface(l, 0) && end_width(isle_link_iface(l, 0)) > left)
			left = end_width(isle_link_iface(l, 0));
	if (left)
		cli_title("\nlinks\n", p->s->cli);
	for (size_t i = 0; (l = isle_lab_link_at(p->s->lab, i)); i++)
		if (isle_link_iface(l, 0))
			link_line(p, isle_link_iface(l, 0), isle_link_iface(l, 1), left);
}

static void uplinks(const struct pen *p)
{
	bool titled = false;

	for (size_t i = 0; i < isle_lab_n_hosts(p->s->lab); i++) {
		const struct isle_host *h = isle_lab_host_at(p->s->lab, i);

		for (size_t k = 0; k < isle_host_n_ifaces(h); k++) {
			const struct isle_iface *iface = isle_host_iface_at(h, k);

			if (!isle_iface_is_uplink(iface))
				continue;
			if (!titled)
				cli_title("\nway out\n", p->s->cli);
			titled = true;
			end(iface);
			printf(" %s the machine (nat)", p->wire);
			trouble(p, iface);
			putchar('\n');
		}
	}
}

/* Where it leads beyond the hosts' own wires: to something of the machine's, or onto another host's interface. */
static bool leads_on(const struct isle_iface *i)
{
	const struct isle_iface *lower = isle_iface_lower(i);

	return isle_iface_machine_lower(i) || (lower && isle_iface_host(lower) != isle_iface_host(i));
}

static void onto(const struct pen *p, const struct isle_iface *i)
{
	const struct isle_iface *lower = isle_iface_lower(i);

	end(i);
	if (isle_iface_machine_lower(i))
		printf(" %s %s of the machine (%s)", p->wire, isle_iface_machine_lower(i), isle_iface_kind(i));
	else
		printf(" %s %s:%s (%s)", p->wire, isle_host_name(isle_iface_host(lower)), isle_iface_name(lower), isle_iface_kind(i));
	trouble(p, i);
	putchar('\n');
}

static void others(const struct pen *p)
{
	bool titled = false;

	for (size_t i = 0; i < isle_lab_n_hosts(p->s->lab); i++) {
		const struct isle_host *h = isle_lab_host_at(p->s->lab, i);

		for (size_t k = 0; k < isle_host_n_ifaces(h); k++) {
			if (!leads_on(isle_host_iface_at(h, k)))
				continue;
			if (!titled)
				cli_title("\non other interfaces\n", p->s->cli);
			titled = true;
			onto(p, isle_host_iface_at(h, k));
		}
	}
}

static bool stands_alone(const struct isle_host *h)
{
	for (size_t k = 0; k < isle_host_n_ifaces(h); k++) {
		const struct isle_iface *i = isle_host_iface_at(h, k);

		if (isle_iface_network(i) || isle_iface_peer(i) || isle_iface_is_uplink(i) || leads_on(i))
			return false;
	}
	return true;
}

static void alone(const struct pen *p)
{
	int col = 0;

	for (size_t i = 0; i < isle_lab_n_hosts(p->s->lab); i++) {
		const struct isle_host *h = isle_lab_host_at(p->s->lab, i);
		const char *name = isle_host_name(h);

		if (!stands_alone(h))
			continue;
		if (!col)
			cli_title("\nconnected to nothing\n", p->s->cli);
		else if (col + 1 + (int)strlen(name) > WIDTH)
			col = (putchar('\n'), 0);
		col += printf(col ? " %s" : "%s", name);
	}
	if (col)
		putchar('\n');
}

void show_lab(const struct show *s)
{
	struct pen p = pen(s);

	head(s);
	for (size_t i = 0; i < isle_lab_n_networks(s->lab); i++)
		network(&p, isle_lab_network_at(s->lab, i));
	links(&p);
	others(&p);
	uplinks(&p);
	alone(&p);
}
