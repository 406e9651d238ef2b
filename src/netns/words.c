/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: how failures are printed: a record of the diag as "MSG: STRERROR", a
 * refusal by netlink in the kernel's words, as ip does. The usage texts and the
 * sentences about the command line are ip's, so that scripts that look for
 * them find them.
 */
#include <limits.h>
#include "netns/netns.h"

int netns_quit(struct netns *n, int status)
{
	n->quit = true;
	return status;
}

/* The records that were not printed yet, each by SHOW. */
static void show_new(struct netns *n, void (*show)(const struct isle_diag_rec *))
{
	const struct isle_diag_rec *rec = n->shown ? isle_diag_next(n->shown) : isle_diag_first(n->diag);

	for (; rec; rec = isle_diag_next(rec)) {
		show(rec);
		n->shown = rec;
	}
}

static void show_failure(const struct isle_diag_rec *rec)
{
	struct isle_problem p;

	isle_diag_read(rec, &p);
	if (rec->ours)
		fprintf(stderr, "%s%s\n", p.warning ? "Warning: " : "", p.message);
	else
		fprintf(stderr, "%s: %s\n", p.message, strerror(p.errnum));
	/* only where isle takes what ip does not know */
	if (p.hint)
		fprintf(stderr, "  hint: %s\n", p.hint);
}

static void show_refusal(const struct isle_diag_rec *rec)
{
	struct isle_problem p;

	isle_diag_read(rec, &p);
	netns_refusal(p.kernel, p.errnum);
}

int netns_failed(struct netns *n)
{
	show_new(n, show_failure);
	return NETNS_FAILED;
}

int netns_refused(struct netns *n)
{
	show_new(n, show_refusal);
	return NETNS_REFUSED;
}

void netns_refusal(const char *kernel, int errnum)
{
	if (kernel && *kernel)
		fprintf(stderr, "Error: %s%s\n", kernel, kernel[strlen(kernel) - 1] == '.' ? "" : ".");
	else
		fprintf(stderr, "RTNETLINK answers: %s\n", strerror(errnum));
}

int netns_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return NETNS_FAILED;
}

int netns_wrong(struct netns *n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return netns_quit(n, NETNS_WRONG);
}

int netns_usage(struct netns *n)
{
	fputs("Usage:	ip netns list\n"
	      "	ip netns add NAME\n"
	      "	ip netns attach NAME PID\n"
	      "	ip netns set NAME NETNSID\n"
	      "	ip [-all] netns delete [NAME]\n"
	      "	ip netns identify [PID]\n"
	      "	ip netns pids NAME\n"
	      "	ip [-all] netns exec [NAME] cmd ...\n"
	      "	ip netns monitor\n"
	      "	ip netns list-id [target-nsid POSITIVE-INT] [nsid POSITIVE-INT]\n"
	      "NETNSID := auto | POSITIVE-INT\n", stderr);
	return netns_quit(n, NETNS_WRONG);
}

int netns_ip_usage(struct netns *n)
{
	fputs("Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n"
	      "       ip [ -force ] -batch filename\n"
	      "where  OBJECT := { address | addrlabel | amt | fou | help | ila | ioam | l2tp |\n"
	      "                   link | macsec | maddress | monitor | mptcp | mroute | mrule |\n"
	      "                   neighbor | neighbour | netconf | netns | nexthop | ntable |\n"
	      "                   ntbl | route | rule | sr | tap | tcpmetrics |\n"
	      "                   token | tunnel | tuntap | vrf | xfrm }\n"
	      "       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |\n"
	      "                    -h[uman-readable] | -iec | -j[son] | -p[retty] |\n"
	      "                    -f[amily] { inet | inet6 | mpls | bridge | link } |\n"
	      "                    -4 | -6 | -M | -B | -0 |\n"
	      "                    -l[oops] { maximum-addr-flush-attempts } | -br[ief] |\n"
	      "                    -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |\n"
	      "                    -rc[vbuf] [size] | -n[etns] name | -N[umeric] | -a[ll] |\n"
	      "                    -c[olor]}\n", stderr);
	return netns_quit(n, NETNS_WRONG);
}

bool netns_integer(const char *s, int *ret)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(s, &end, 0);
	if (end == s || *end || errno || v < INT_MIN || v > INT_MAX)
		return false;
	*ret = (int)v;
	return true;
}
