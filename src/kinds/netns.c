/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a namespace. The engine makes and pins it, or pins one that is there
 * (`attach`); the commands for a shell make one of the same name with `ip netns`. The host name and the files of a host
 * have no counterpart there: `ip netns exec` knows neither.
 */
#include "kinds/kinds.h"

/* The number of the process whose network it is, in each engine's own words. */
static const struct { const char *word, *before, *after; } pids[] = {
	{ "docker:", "$(docker inspect -f '{{.State.Pid}}' ", ")" },
	{ "podman:", "$(podman inspect -f '{{.State.Pid}}' ", ")" },
	{ "lxc:", "$(lxc-info -H -p -n ", ")" },
	{ "machine:", "$(machinectl show -p Leader --value ", ")" },
	{ "pid:", "", "" },
};

static void command_attach(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	const bool machine = isle_host_is_machine(step->netns.host);
	/* the machine's is that of the shell */
	const char *ref = machine ? "pid:" : step->netns.host->attach, *arg = strchr(ref, ':') + 1;

	for (size_t i = 0; i < ISLE_COUNT(pids); i++) {
		if (strncmp(ref, pids[i].word, strlen(pids[i].word)))
			continue;
		isle_buf_puts(out, "ip netns attach ");
		isle_kind_ns_name(step->ns, lab, out);
		isle_buf_printf(out, " %s", pids[i].before);
		if (machine)
			isle_buf_puts(out, "$$");
		else
			isle_kind_quote(out, arg);
		isle_buf_printf(out, "%s\n", pids[i].after);
		return;
	}
	isle_buf_puts(out, "mkdir -p /run/netns; touch /run/netns/");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_puts(out, "; mount --bind ");
	isle_buf_puts(out, strncmp(ref, "netns:", 6) ? "" : "/run/netns/");
	isle_kind_quote(out, arg);
	isle_buf_puts(out, " /run/netns/");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_puts(out, "\n");
}

static void command(const struct isle_step *step, const struct isle_lab *lab, struct isle_buf *out)
{
	if (!step->removes && step->netns.host && step->netns.host->attach) {
		command_attach(step, lab, out);
		return;
	}
	isle_buf_printf(out, "ip netns %s ", step->removes ? "delete" : "add");
	isle_kind_ns_name(step->ns, lab, out);
	isle_buf_puts(out, "\n");
	if (step->removes)
		return;
	isle_kind_ip(step, lab, out);
	isle_buf_puts(out, " link set dev lo up\n");
	if (step->netns.host && step->netns.host->n_owns)
		isle_buf_printf(out, "# `files` and `private` of %s: `ip netns exec` has nothing like them\n", step->netns.host->name);
}

static void describe(const struct isle_step *step, const struct isle_lab *lab, struct isle_words *w)
{
	(void)lab;
	const char *verb = step->removes ? "removing" : "making";

	if (step->netns.host && step->netns.host->attach)
		isle_words_add(w, "%s the host %s %s the network of %s", step->removes ? "detaching" : "attaching", step->netns.host->name,
			       step->removes ? "from" : "to", isle_host_whose(step->netns.host));
	else if (step->netns.host)
		isle_words_add(w, "%s the host %s", verb, step->netns.host->name);
	else
		isle_words_add(w, "%s the namespace of the switches", verb);
}

const struct isle_kind isle_kind_netns = { .name = "netns", .command = command, .describe = describe };
