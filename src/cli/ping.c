/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle ping`: one pair in words, all pairs as a matrix. A lab of few hosts
 * gets the matrix drawn; of many, the sum and what failed.
 */
#include "cli/cli.h"

enum { DRAW_MAX = 20, FAILURES_MAX = 20 };

struct ping {
	struct cli *cli;
	const struct isle_lab *lab;
	json_t *json;
	uint8_t *cells;			/* n × n: bit 0 something answered, bit 1 something did not; NULL: one pair */
	struct isle_buf failures;
	size_t n, asked, answered, listed;
	uint64_t fastest, slowest;	/* µs */
};

static const char *why(const struct isle_echo *e)
{
	return e->errnum ? strerror(e->errnum) : "no answer";
}

static size_t index_of(const struct isle_lab *lab, const struct isle_host *h)
{
	size_t i = 0;

	while (i < isle_lab_n_hosts(lab) && isle_lab_host_at(lab, i) != h)
		i++;
	return i;
}

static void one(const struct isle_echo *e)
{
	const char *from = isle_host_name(e->from), *to = e->to ? isle_host_name(e->to) : e->address;

	printf("%s -> %s", from, to);
	if (e->to)
		printf(" (%s)", e->address);
	if (e->ok)
		printf(": %u.%03u ms\n", e->rtt_us / 1000, e->rtt_us % 1000);
	else
		printf(": %s\n", why(e));
}

static void failed(struct ping *p, const struct isle_echo *e)
{
	if (++p->listed <= FAILURES_MAX)
		isle_buf_printf(&p->failures, "%s -> %s (%s): %s\n", isle_host_name(e->from),
				e->to ? isle_host_name(e->to) : "", e->address, why(e));
}

static void note(const struct isle_echo *e, void *arg)
{
	struct ping *p = arg;

	p->asked++;
	p->answered += e->ok;
	if (e->ok && (p->answered == 1 || e->rtt_us < p->fastest))
		p->fastest = e->rtt_us;
	if (e->ok && e->rtt_us > p->slowest)
		p->slowest = e->rtt_us;
	if (p->json)
		json_array_append_new(p->json, json_pack("{s:s, s:s?, s:s, s:b, s:I, s:s?}", "from", isle_host_name(e->from),
							 "to", e->to ? isle_host_name(e->to) : NULL, "address", e->address,
							 "ok", e->ok, "rtt_us", (json_int_t)e->rtt_us, "why", e->ok ? NULL : why(e)));
	else if (!p->cells)
		one(e);
	else if (!e->ok)
		failed(p, e);
	if (p->cells && p->n <= DRAW_MAX && e->to)
		p->cells[index_of(p->lab, e->from) * p->n + index_of(p->lab, e->to)] |= e->ok ? 1 : 2;
}

static const char *cell(const struct ping *p, size_t from, size_t to)
{
	static const char *const marks[] = { ".", "+", "x", "/" };

	return from == to ? "-" : marks[p->cells[from * p->n + to] & 3];
}

static void matrix(const struct ping *p)
{
	int width = 0;

	for (size_t i = 0; i < p->n; i++) {
		int n = (int)strlen(isle_host_name(isle_lab_host_at(p->lab, i)));

		width = n > width ? n : width;
	}
	printf("   %-*s ", width, "");
	for (size_t i = 0; i < p->n; i++)
		printf(" %2zu", i + 1);
	putchar('\n');
	for (size_t i = 0; i < p->n; i++) {
		printf("%2zu %-*s ", i + 1, width, isle_host_name(isle_lab_host_at(p->lab, i)));
		for (size_t k = 0; k < p->n; k++) {
			const char *s = cell(p, i, k);

			if (p->cli->color_out && (*s == 'x' || *s == '/'))
				printf("  \033[31m%s\033[m", s);
			else
				printf("  %s", s);
		}
		putchar('\n');
	}
}

static void summary(const struct ping *p)
{
	if (p->n <= DRAW_MAX && p->asked)
		matrix(p);
	fputs(p->failures.s ? p->failures.s : "", stdout);
	if (p->listed > FAILURES_MAX)
		printf("… and %zu more without an answer\n", p->listed - FAILURES_MAX);
	printf("%s: %zu of %zu answered", isle_lab_name(p->lab), p->answered, p->asked);
	if (p->answered)
		printf(", in %.3f to %.3f ms", (double)p->fastest / 1000, (double)p->slowest / 1000);
	putchar('\n');
}

/* With "HOST.LAB" the lab is said by the name. */
static const char *lab_of(struct cli *c, char host[ISLE_HOST_MAX], char lab[ISLE_HOST_MAX], int *ret_status)
{
	const char *name = c->args[0];

	*ret_status = 0;
	if (c->opt[OPT_LAB] || !name)
		return c->opt[OPT_LAB];
	if (isle_host_find(name, host, lab, c->diag) < 0) {
		*ret_status = CLI_FAILED;
		return NULL;
	}
	c->args[0] = host;
	return lab;
}

static int report(struct ping *p, const char *lab)
{
	struct cli *c = p->cli;

	if (p->cells)
		summary(p);
	if (p->json && cli_json(c, json_pack("{s:s?, s:I, s:I, s:O}", "lab", lab, "asked", (json_int_t)p->asked, "answered",
					     (json_int_t)p->answered, "pings", p->json)))
		return CLI_FAILED;
	return p->answered == p->asked ? CLI_OK : CLI_FAILED;
}

/* From what is no host of a lab: a name of `ip netns`, a process, a container… */
static int ping_plain(struct ping *p, unsigned timeout_ms)
{
	struct cli *c = p->cli;

	if (isle_ping_from(c->args[0], c->args[1], timeout_ms, note, p, c->diag) < 0)
		return CLI_FAILED;
	return report(p, NULL);
}

static bool is_plain(const struct cli *c)
{
	char host[ISLE_HOST_MAX], lab[ISLE_HOST_MAX];

	return c->n_args == 2 && !c->opt[OPT_LAB] && isle_host_find(c->args[0], host, lab, NULL) < 0;
}

static int ping(struct ping *p, const struct isle_live *live, unsigned timeout_ms)
{
	struct cli *c = p->cli;
	char *to = c->args[0] ? c->args[1] : NULL;
	int r;

	p->lab = isle_live_lab(live);
	p->n = isle_lab_n_hosts(p->lab);
	/* names have no dots: what has one is an address or HOST.LAB */
	if (to && strchr(to, '.') && !strcmp(strrchr(to, '.') + 1, isle_lab_name(p->lab)))
		*strrchr(to, '.') = '\0';
	if (!c->args[0] && !p->json && !(p->cells = calloc(p->n ? p->n : 1, p->n ? p->n : 1)))
		return CLI_FAILED;
	r = isle_live_ping(live, c->args[0], to, timeout_ms, note, p, c->diag);
	if (r < 0)
		return CLI_FAILED;
	return report(p, isle_lab_name(p->lab));
}

int cmd_ping(struct cli *c)
{
	char host[ISLE_HOST_MAX], lab[ISLE_HOST_MAX];
	struct ping p = { .cli = c, .json = c->json ? json_array() : NULL };
	struct isle_live *live = NULL;
	unsigned timeout_ms = 0;
	const char *name;
	int status;

	if (c->n_args == 1) {
		isle_auto(free) char *only = strdup(c->args[0]);

		cli_wrong(c, "'isle ping %s' needs to know whom %s pings", only, only);
		isle_hint(c->diag, "isle ping A B, isle ping A ADDRESS, or isle ping for all pairs");
		return CLI_WRONG;
	}
	status = cli_duration(c, OPT_TIMEOUT, &timeout_ms);
	if (status)
		return status;
	if (is_plain(c)) {
		status = ping_plain(&p, timeout_ms);
		json_decref(p.json);
		return status;
	}
	name = lab_of(c, host, lab, &status);
	if (!status && isle_live_open(name, &live, c->diag) < 0)
		status = CLI_FAILED;
	if (!status)
		status = ping(&p, live, timeout_ms);
	isle_live_close(live);
	isle_buf_done(&p.failures);
	free(p.cells);
	json_decref(p.json);
	return status;
}
