/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle run`: a lab for one command. The lab is a file's, or that of
 * --link options, or one host; the latter two are written as a lab text here,
 * with every word quoted, so that they mean what they mean in a file.
 */
#include "cli/cli.h"

#define FRESH_HOST "fresh"

static int quoted(struct isle_buf *b, const char *s)
{
	json_t *j = json_string(s);
	char *text = j ? json_dumps(j, JSON_ENCODE_ANY | JSON_ENSURE_ASCII) : NULL;

	if (text)
		isle_buf_puts(b, text);
	json_decref(j);
	free(text);
	return text ? 0 : -EINVAL;
}

static int from_links(struct cli *c)
{
	isle_auto(buf) struct isle_buf b = { 0 };

	isle_buf_puts(&b, "lab: run\nlinks:\n");
	for (size_t i = 0; i < c->n_many; i++) {
		isle_buf_puts(&b, "  - ");
		if (quoted(&b, c->many[i]) < 0)
			return cli_wrong(c, "the text of --link is not UTF-8");
		isle_buf_puts(&b, "\n");
	}
	if (b.bad)
		return cli_failed(c);
	return isle_lab_load(b.s, b.n, "(--link)", &c->lab, c->diag) < 0 ? CLI_EXEC_FAILED : 0;
}

static int from_nothing(struct cli *c, const char *host)
{
	isle_auto(buf) struct isle_buf b = { 0 };

	isle_buf_puts(&b, "lab: run\nhosts:\n  ");
	if (quoted(&b, host) < 0)
		return cli_wrong(c, "the host's name is not UTF-8");
	isle_buf_puts(&b, ": {}\n");
	if (b.bad)
		return cli_failed(c);
	return isle_lab_load(b.s, b.n, "(no file)", &c->lab, c->diag) < 0 ? CLI_EXEC_FAILED : 0;
}

static int load(struct cli *c, struct isle_run_options *o)
{
	if (c->n_many && c->opt[OPT_FILE])
		return cli_wrong(c, "'--file' and '--link' both say what the lab is: give one");
	if (c->n_many)
		return from_links(c);
	if (c->opt[OPT_FILE])
		return cli_load_file(c, c->opt[OPT_FILE]);
	if (!access("lab.yaml", F_OK))
		return cli_load(c, NULL);
	/* a fresh host has no lab beside it that would be worth seeing */
	if (!o->host)
		o->host = FRESH_HOST;
	return from_nothing(c, o->host);
}

static int no_host(struct cli *c, const char *host)
{
	size_t n = isle_lab_n_hosts(c->lab);
	const char **names = calloc(n + 1, sizeof(*names)), *near;

	for (size_t i = 0; names && i < n; i++)
		names[i] = isle_host_name(isle_lab_host_at(c->lab, i));
	near = names ? isle_near_best(host, names, n) : NULL;
	free(names);
	cli_wrong(c, "lab %s has no host '%s'", isle_lab_name(c->lab), host);
	if (near)
		isle_hint(c->diag, "did you mean '%s'?", near);
	else if (n)
		isle_hint(c->diag, "it has '%s'%s", isle_host_name(isle_lab_host_at(c->lab, 0)), n > 1 ? " and others" : "");
	return CLI_EXEC_FAILED;
}

/* HOST or HOST.LAB, as it is called where the lab is up. */
static bool has_host(const struct isle_lab *lab, char *host)
{
	char *dot = strchr(host, '.');

	if (dot && !strcmp(dot + 1, isle_lab_name(lab)))
		*dot = '\0';
	return isle_lab_host(lab, host);
}

int cmd_run(struct cli *c)
{
	struct isle_run_options options = {
		.host = c->args[0], .argv = c->rest, .progress = cli_progress_wanted() ? cli_progress : NULL, .arg = c,
	};
	int status = CLI_EXEC_FAILED;

	if (!c->rest || !*c->rest) {
		cli_wrong(c, "'isle run' needs a command after '--'");
		isle_hint(c->diag, "isle run %s-- CMD", c->args[0] ? "HOST " : "");
		return CLI_EXEC_FAILED;
	}
	status = load(c, &options);
	if (status)
		return status;
	if (c->args[0] && !has_host(c->lab, c->args[0]))
		return no_host(c, c->args[0]);
	isle_run(c->lab, &options, &status, c->diag);
	return status;
}
