/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: pods of Kubernetes, by the files of containerd and of CRI-O. */
#include "contain_help.h"

#define CONTAINERD "/run/containerd/io.containerd.runtime.v2.task/k8s.io/"
#define CRIO "/run/containers/storage/overlay-containers/"

static void containerd_has(const struct world *w, const char *id, const char *type, const char *ns, const char *pod, pid_t pid)
{
	char path[256];

	snprintf(path, sizeof(path), CONTAINERD "%s/config.json", id);
	world_file(w, path, "{\"ociVersion\": \"1.1\", \"annotations\": {\"io.kubernetes.cri.container-type\": \"%s\", "
			    "\"io.kubernetes.cri.sandbox-name\": \"%s\", \"io.kubernetes.cri.sandbox-namespace\": \"%s\"}}", type, pod, ns);
	snprintf(path, sizeof(path), CONTAINERD "%s/init.pid", id);
	world_file(w, path, "%d", (int)pid);
}

static void pods_are_found(void **state)
{
	struct world *w = *state;
	isle_auto(buf) struct isle_buf b = { 0 };
	pid_t one = child_start(), two = child_start(), three = child_start(), pid = 0;
	char want[128];

	containerd_has(w, ID_A, "sandbox", "default", "web-7d9f.x", one);
	/* in the same pod, with namespaces of its own at most */
	containerd_has(w, ID_B, "container", "default", "web-7d9f.x", two);
	world_file(w, CRIO "c1/userdata/config.json", "{\"annotations\": {\"io.kubernetes.cri-o.ContainerType\": \"sandbox\", "
						      "\"io.kubernetes.pod.name\": \"dns\", \"io.kubernetes.pod.namespace\": \"kube-system\"}}");
	world_file(w, CRIO "c1/userdata/pidfile", "%d\n", (int)three);
	/* podman's, in the same place */
	world_file(w, CRIO "c2/userdata/config.json", "{\"annotations\": {\"org.opencontainers.image.stopSignal\": \"15\"}}");
	world_file(w, CRIO "c2/userdata/pidfile", "%d\n", (int)two);
	assert_int_equal(isle_k8s_each(&w->p, note_container, &b, w->diag), 0);
	snprintf(want, sizeof(want), "default/web-7d9f.x=%d kube-system/dns=%d ", (int)one, (int)three);
	assert_string_equal(b.s, want);
	assert_int_equal(isle_k8s_pid(&w->p, "default/web-7d9f.x", &pid, w->diag), 0);
	assert_int_equal(pid, one);
	assert_int_equal(isle_k8s_pid(&w->p, "dns", &pid, w->diag), 0);
	assert_int_equal(pid, three);
	assert_int_equal(isle_k8s_pid(&w->p, "dnz", &pid, w->diag), -ENOENT);
	assert_string_equal(world_said(w), "k8s has no container dnz (the sandboxes of containerd and CRI-O that the caller may see)"
					   " | it has: default/web-7d9f.x, kube-system/dns");
	/* of the same name in another namespace */
	containerd_has(w, "again", "sandbox", "other", "dns", two);
	assert_int_equal(isle_k8s_pid(&w->p, "dns", &pid, w->diag), -ENOTUNIQ);
	assert_string_equal(world_said(w), "k8s:dns: there are 2 pods of that name | write k8s:NAMESPACE/dns");
	assert_int_equal(isle_k8s_pid(&w->p, "other/dns", &pid, w->diag), 0);
	assert_int_equal(pid, two);
	child_stop(one);
	child_stop(three);
	/* it has ended */
	assert_int_equal(isle_k8s_pid(&w->p, "default/web-7d9f.x", &pid, w->diag), -ENOENT);
	child_stop(two);
}

static void nonsense_is_none(void **state)
{
	struct world *w = *state;
	isle_auto(buf) struct isle_buf b = { 0 };

	assert_int_equal(isle_k8s_each(&w->p, note_container, &b, w->diag), 0);
	world_file(w, CONTAINERD "a/config.json", "{");
	world_file(w, CONTAINERD "b/config.json", "[]");
	world_file(w, CONTAINERD "c/config.json", "{\"annotations\": {\"io.kubernetes.cri.container-type\": \"sandbox\"}}");
	world_file(w, CONTAINERD "d", "no directory");
	containerd_has(w, "e", "sandbox", "default", "web", 0);
	assert_int_equal(isle_k8s_each(&w->p, note_container, &b, w->diag), 0);
	assert_null(b.s);
}

#define W(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
UNIT_MAIN(W(pods_are_found), W(nonsense_is_none))
