/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from a text to a lab. The syntax comes first and leaves what it could
 * read even of a file with mistakes, so that the passes here add their own in
 * the same run. They run in one order for every file, each relying only on those
 * before it; what is assigned follows from the text alone.
 */
#include "lab/build.h"

static const struct isle_loc *whole(struct isle_lab *lab, struct isle_loc *loc)
{
	*loc = (struct isle_loc){ .src = &lab->source, .line = 1, .col = 1, .len = 1 };
	return loc;
}

/* The file's name without directory and suffix. */
static const char *stem(struct isle_arena *a, const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	const char *dot = strrchr(base, '.');

	return isle_arena_strndup(a, base, dot && dot != base ? (size_t)(dot - base) : strlen(base));
}

static int name_lab(struct isle_build *b)
{
	struct isle_lab *lab = b->lab;
	const char *why = NULL;
	struct isle_loc loc;

	lab->name = b->doc->name.s;
	if (lab->name)
		return 0;
	if (isle_str_eq(lab->source.name, "-")) {
		lab->name = "lab";
		isle_reject(b->diag, whole(lab, &loc), "the lab has no name: standard input has none to lend");
		isle_hint(b->diag, "write `lab: NAME`");
		return 0;
	}
	lab->name = stem(b->arena, lab->source.name);
	if (!lab->name)
		return -ENOMEM;
	if (!isle_doc_is_name(lab->name, 63, &why)) {
		isle_reject(b->diag, whole(lab, &loc), "the lab is called like its file, and '%s' is no name: %s",
			    lab->name, why ? why : "letters, digits, - and _");
		isle_hint(b->diag, "write `lab: NAME`, or rename the file");
	}
	return 0;
}

static int run_passes(struct isle_build *b)
{
	static int (*const passes[])(struct isle_build *) = {
		name_lab, isle_lab_declare, isle_lab_near, isle_lab_attach, isle_lab_gateways,
		isle_lab_segments, isle_lab_switches, isle_lab_subnets, isle_lab_written, isle_lab_assign, isle_lab_ident,
		isle_lab_tunnels, isle_lab_stack_settle,
		isle_lab_uplinks, isle_lab_gateway_addresses, isle_lab_routes, isle_lab_rules, isle_lab_peers, isle_lab_extras, isle_lab_own, isle_lab_ports,
		isle_lab_attached, isle_lab_verify,
	};

	for (size_t i = 0; i < ISLE_COUNT(passes); i++) {
		int r = passes[i](b);

		if (r < 0)
			return r;
	}
	return 0;
}

static int build(struct isle_lab *lab, struct isle_doc *doc, struct isle_diag *diag)
{
	struct isle_build b = { .arena = lab->arena, .lab = lab, .doc = doc, .diag = diag };
	int r = run_passes(&b);

	isle_map_done(&b.names);
	isle_map_done(&b.doc_hosts);
	isle_iset_done(&b.on_network);
	isle_iset_done(&b.addresses);
	isle_iset_done(&b.macs);
	isle_iset_done(&b.routes);
	isle_iset_done(&b.said);
	return r;
}

static struct isle_lab *new_lab(const char *text, size_t len, const char *name)
{
	struct isle_arena *a = isle_arena_new();
	struct isle_lab *lab = a ? isle_arena_alloc(a, sizeof(*lab)) : NULL;
	char *copy = lab ? isle_arena_alloc(a, len + 1) : NULL;

	if (copy) {
		lab->arena = a;
		lab->source = (struct isle_source){ isle_arena_strdup(a, name), memcpy(copy, text, len), len };
	}
	if (!copy || !lab->source.name) {
		isle_arena_free(a);
		return NULL;
	}
	return lab;
}

int isle_lab_load(const char *text, size_t len, const char *name, struct isle_lab **ret_lab, struct isle_diag *diag)
{
	struct isle_lab *lab = new_lab(text, len, name);
	struct isle_diag *own = NULL;
	struct isle_doc *doc = lab ? isle_arena_alloc(lab->arena, sizeof(*doc)) : NULL;
	size_t before;
	int r;

	if (doc && !diag)
		diag = own = isle_diag_new();
	if (!doc || !diag) {
		isle_lab_free(lab);
		return isle_fail(diag, ENOMEM, NULL, "%s", name);
	}
	before = isle_diag_errors(diag);
	r = isle_doc_load(lab->arena, &lab->source, doc, diag);
	if (r == 0)
		r = build(lab, doc, diag);
	if (r == 0 && isle_diag_errors(diag) > before)
		r = -EINVAL;
	if (r == -ENOMEM)
		isle_fail(diag, ENOMEM, NULL, "%s", name);
	isle_diag_sort(diag);
	isle_diag_free(own);
	*ret_lab = lab;
	return r;
}

void isle_lab_free(struct isle_lab *lab)
{
	if (!lab)
		return;
	isle_map_done(&lab->host_by_name);
	isle_map_done(&lab->network_by_name);
	isle_arena_free(lab->arena);
}

struct isle_host *isle_lab_host(const struct isle_lab *lab, const char *name)
{
	return isle_map_get(&lab->host_by_name, name);
}

struct isle_network *isle_lab_network(const struct isle_lab *lab, const char *name)
{
	return isle_map_get(&lab->network_by_name, name);
}
