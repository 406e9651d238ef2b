/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: namespaces by the containers that are in them. The engines tell the
 * first process of each; what namespaces that one is in says /proc. Those that
 * a container shares with the caller have no name from it. An engine that is
 * not there, or not for the caller to ask, has no names to give.
 */
#include "contain/contain.h"
#include "live/scan.h"

struct engine_names {
	struct isle_scan *s;
	const char *engine;
	int failed;
};

/* The namespace of TYPE that PID is in, if it was met and is not the caller's. */
static bool foreign(const struct isle_scan *s, pid_t pid, enum isle_ns_type want, size_t *ret)
{
	char path[48], text[64];
	enum isle_ns_type type;
	uint64_t id;
	ssize_t n;

	snprintf(path, sizeof(path), "%d/ns/%s", pid, isle_ns_type_name(want));
	n = readlinkat(s->proc, path, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = 0;
	return isle_ns_id_parse(text, &type, &id) && id != s->c->own[type] && isle_scan_met(s, id, ret);
}

static void on_container(const char *name, pid_t pid, void *arg)
{
	struct engine_names *e = arg;
	size_t ns;

	for (int i = 0; i < ISLE_NS_TYPES && !e->failed; i++)
		if (foreign(e->s, pid, (enum isle_ns_type)i, &ns))
			e->failed = isle_scan_name(e->s, ns, isle_arena_printf(e->s->c->arena, "%s:%s", e->engine, name), -1);
}

int isle_scan_containers(struct isle_scan *s)
{
	struct engine_names e = { .s = s };

	for (const struct isle_engine *engine = isle_engines; engine->name && !e.failed; engine++) {
		e.engine = engine->name;
		engine->each(on_container, &e, NULL);
	}
	return e.failed;
}
