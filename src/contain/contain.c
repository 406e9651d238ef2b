/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the table of engines, and "ENGINE:NAME" taken apart. Adding an engine is
 * a file with isle_ENGINE_pid and isle_ENGINE_each, and a row.
 */
#include "contain/parts.h"

/* Lists are for advice and names besides: for an engine that hangs nobody waits as long as for one that was asked for. */
enum { LIST_WAIT_MS = 2000 };

/* A pod's name has a slash and is no part of a path. */
static int check_pod(const char *engine, const char *name, struct isle_diag *diag)
{
	if (*name && strlen(name) < 512)
		return 0;
	isle_reject(diag, NULL, "%s:%s", engine, *name ? "no pod can be called that" : " the name of the pod is missing");
	isle_hint(diag, "write %s:NAMESPACE/POD or %s:POD", engine, engine);
	return -EINVAL;
}

#define ENGINE(e, check) \
	static int e##_pid(const char *name, pid_t *ret, struct isle_diag *diag) \
	{ \
		struct isle_contain_paths p; \
		int r = check(#e, name, diag); \
\
		isle_contain_paths_here(&p); \
		return r < 0 ? r : isle_##e##_pid(&p, name, ret, diag); \
	} \
	static int e##_each(isle_contain_fn *fn, void *arg, struct isle_diag *diag) \
	{ \
		struct isle_contain_paths p; \
\
		isle_contain_paths_here(&p); \
		p.wait_ms = LIST_WAIT_MS; \
		return isle_##e##_each(&p, fn, arg, diag); \
	}
ENGINE(docker, isle_contain_check_name)
ENGINE(podman, isle_contain_check_name)
ENGINE(lxc, isle_contain_check_name)
ENGINE(machine, isle_contain_check_name)
ENGINE(k8s, check_pod)

const struct isle_engine isle_engines[] = {
	{ "docker", docker_pid, docker_each },
	{ "podman", podman_pid, podman_each },
	{ "lxc", lxc_pid, lxc_each },
	{ "machine", machine_pid, machine_each },
	{ "k8s", k8s_pid, k8s_each },
	{ 0 }
};

static const struct isle_engine *engine_of(const char *ref)
{
	size_t n = strcspn(ref, ":");

	for (const struct isle_engine *e = isle_engines; ref[n] && e->name; e++)
		if (strlen(e->name) == n && !strncmp(e->name, ref, n))
			return e;
	return NULL;
}

bool isle_contain_is_ref(const char *ref)
{
	return engine_of(ref);
}

int isle_contain_pid(const char *ref, pid_t *ret, struct isle_diag *diag)
{
	const struct isle_engine *e = engine_of(ref);

	if (e)
		return e->pid(ref + strlen(e->name) + 1, ret, diag);
	isle_reject(diag, NULL, "%s: not a container", ref);
	isle_hint(diag, "containers are docker:NAME, podman:NAME, lxc:NAME, machine:NAME, k8s:NAMESPACE/POD");
	return -EINVAL;
}
