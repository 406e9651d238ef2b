/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: pods of Kubernetes, by what containerd and CRI-O keep in /run of each
 * container: the OCI configuration, whose annotations say of which pod it is,
 * and the number of its first process. A pod's namespaces are those of its
 * sandbox. Nobody has to answer: the files are root's. A pod is NAMESPACE/POD,
 * or POD alone, which names none of their files: it is only compared.
 */
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include "contain/parts.h"

enum { CONFIG_MAX = 4 << 20 };

static const struct layout {
	const char *dir, *config, *pid;			/* the latter two within a container's directory */
	const char *type, *pod, *pod_namespace;		/* annotations */
} layouts[] = {
	{ "/run/containerd/io.containerd.runtime.v2.task/k8s.io", "config.json", "init.pid", "io.kubernetes.cri.container-type",
	  "io.kubernetes.cri.sandbox-name", "io.kubernetes.cri.sandbox-namespace" },
	{ "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io", "config.json", "init.pid", "io.kubernetes.cri.container-type",
	  "io.kubernetes.cri.sandbox-name", "io.kubernetes.cri.sandbox-namespace" },
	{ "/run/containers/storage/overlay-containers", "userdata/config.json", "userdata/pidfile", "io.kubernetes.cri-o.ContainerType",
	  "io.kubernetes.pod.name", "io.kubernetes.pod.namespace" },
};

static const char *annotation(const json_t *config, const char *key)
{
	return json_string_value(json_object_get(json_object_get(config, "annotations"), key));
}

/* One container, if it is a sandbox that runs. What cannot be read is none. */
static void look_at(const struct layout *l, int dir, const char *id, isle_contain_fn *fn, void *arg)
{
	isle_auto(close) int own = openat(dir, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	isle_auto(buf) struct isle_buf text = { 0 }, name = { 0 };
	json_t *config = NULL;
	pid_t pid;

	if (own >= 0 && isle_contain_read(own, l->config, CONFIG_MAX, &text) == 0)
		config = json_loads(text.s ? text.s : "", 0, NULL);
	if (isle_str_eq(annotation(config, l->type), "sandbox") && annotation(config, l->pod) && annotation(config, l->pod_namespace) &&
	    isle_contain_read_pid(own, l->pid, &pid) == 0 && isle_contain_is_alive(pid)) {
		isle_buf_printf(&name, "%s/%s", annotation(config, l->pod_namespace), annotation(config, l->pod));
		if (!name.bad)
			fn(name.s, pid, arg);
	}
	json_decref(config);
}

/* 1: it is there; 0: not, or not for the caller to see; -errno. */
static int each_of(const struct layout *l, const char *root, isle_contain_fn *fn, void *arg)
{
	isle_auto(buf) struct isle_buf path = { 0 };
	struct dirent *e;
	DIR *all;
	int fd;

	isle_buf_printf(&path, "%s%s", root, l->dir);
	if (path.bad)
		return -ENOMEM;
	fd = open(path.s, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == EACCES || errno == ENOTDIR ? 0 : -errno;
	all = fdopendir(fd);
	if (!all) {
		close(fd);
		return -ENOMEM;
	}
	while ((e = readdir(all)))
		if (e->d_name[0] != '.')
			look_at(l, dirfd(all), e->d_name, fn, arg);
	closedir(all);
	return 1;
}

int isle_k8s_each(const struct isle_contain_paths *p, isle_contain_fn *fn, void *arg, struct isle_diag *diag)
{
	for (size_t i = 0; i < ISLE_COUNT(layouts); i++) {
		int r = each_of(&layouts[i], p->root, fn, arg);

		if (r < 0)
			return isle_fail(diag, -r, NULL, "k8s: read %s", layouts[i].dir);
	}
	return 0;
}

struct search {
	const char *name;
	pid_t pid;
	size_t found;
	struct isle_contain_names names;
};

static void compare(const char *name, pid_t pid, void *arg)
{
	struct search *s = arg;

	isle_contain_names_add(&s->names, name);
	if (strcmp(name, s->name) && strcmp(strchr(name, '/') + 1, s->name))
		return;
	s->pid = pid;
	s->found++;
}

int isle_k8s_pid(const struct isle_contain_paths *p, const char *name, pid_t *ret, struct isle_diag *diag)
{
	struct search s = { .name = name };
	int r = isle_k8s_each(p, compare, &s, diag);

	if (!r && !s.found)
		r = isle_contain_missing("k8s", name, "the sandboxes of containerd and CRI-O that the caller may see", &s.names,
					 "crictl pods", diag);
	if (!r && s.found > 1) {
		isle_reject(diag, NULL, "k8s:%s: there are %zu pods of that name", name, s.found);
		isle_hint(diag, "write k8s:NAMESPACE/%s", name);
		r = -ENOTUNIQ;
	}
	if (!r)
		*ret = s.pid;
	isle_arena_free(s.names.arena);
	return r;
}
