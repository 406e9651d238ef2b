/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what people call a namespace. The best that is known of: the machine's
 * own, a lab's, a container, a name, a systemd unit, a process, and at last
 * what keeps it. A lab is known by where it is pinned (engine.h): its fabric at
 * /run/isle/LAB/fabric, a host at /run/isle/LAB/net/HOST. That may be in any
 * mount namespace, as with labs of users; which one tells labs of one name
 * apart.
 */
#include <fcntl.h>
#include "live/snap_read.h"

#define LABS "/run/isle/"

/* POINT to the lab and the host ("": the fabric); false: it is nothing of a lab's. */
static bool parse_pin(const char *point, const char **ret_lab, size_t *ret_lab_n, const char **ret_host)
{
	const char *lab = strncmp(point, LABS, strlen(LABS)) ? NULL : point + strlen(LABS);
	const char *rest = lab && *lab != '.' ? strchr(lab, '/') : NULL;

	if (!rest || rest == lab)
		return false;
	*ret_lab = lab;
	*ret_lab_n = (size_t)(rest - lab);
	if (!strcmp(rest, "/fabric")) {
		*ret_host = "";
		return true;
	}
	*ret_host = rest + 5;
	return !strncmp(rest, "/net/", 5) && rest[5] && !strchr(rest + 5, '/');
}

/* Pinned as a lab's. Where it is in several mount namespaces, the caller's is the one, else the lowest. */
static int find_lab(struct isle_snapping *s, struct isle_snap_ns *ns, bool *ret)
{
	const struct isle_census *c = s->snap->census;
	const char *lab = NULL, *host = "", *best = NULL;
	const struct isle_census_hold *holds;
	uint64_t at = UINT64_MAX;
	size_t n, lab_n = 0;

	holds = isle_census_holds(c, (size_t)(ns->census - c->nss), &n);
	for (size_t i = 0; i < n; i++) {
		const uint64_t id = holds[i].kind == ISLE_HOLDER_MOUNT ? c->nss[holds[i].at].id : UINT64_MAX;
		const uint64_t rank = id == c->own[ISLE_NS_MNT] ? 0 : id;

		if (rank < at && parse_pin(holds[i].what, &lab, &lab_n, &host)) {
			best = holds[i].what;
			at = rank;
			ns->lab_id = id;
		}
	}
	*ret = best;
	if (!best || !parse_pin(best, &lab, &lab_n, &host))
		return 0;
	ns->owner = *host ? ISLE_OWNER_HOST : ISLE_OWNER_FABRIC;
	ns->host = *host ? host : NULL;
	ns->lab = isle_arena_strndup(s->arena, lab, lab_n);
	if (!ns->lab)
		return -ENOMEM;
	ns->label = *host ? isle_arena_printf(s->arena, "%s.%s", host, ns->lab) : isle_arena_printf(s->arena, "%s/fabric", ns->lab);
	return ns->label ? 0 : -ENOMEM;
}

static ssize_t read_proc(pid_t pid, const char *file, char *buf, size_t size)
{
	char path[48];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	isle_auto(close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, buf, size - 1);
	if (n >= 0)
		buf[n] = 0;
	return n;
}

/* "0::/system.slice/web.service/sub" to "web.service": the innermost unit, if that is a service. */
static const char *unit_of(struct isle_snapping *s, char *cgroup)
{
	char *line = strstr(cgroup, "0::/"), *unit = NULL, *save = NULL;

	if (!line)
		line = strstr(cgroup, "name=systemd:/");
	if (!line)
		return NULL;
	line = strchr(line, '/');
	line[strcspn(line, "\n")] = 0;
	for (char *part = strtok_r(line, "/", &save); part; part = strtok_r(NULL, "/", &save)) {
		const char *dot = strrchr(part, '.');

		if (dot && (!strcmp(dot, ".service") || !strcmp(dot, ".scope")))
			unit = part;
	}
	return unit && !strcmp(strrchr(unit, '.'), ".service") ? isle_arena_strdup(s->arena, unit) : NULL;
}

/* false: it has ended. */
static bool find_process(struct isle_snapping *s, struct isle_snap_ns *ns, pid_t pid)
{
	char text[4096];

	if (read_proc(pid, "cgroup", text, sizeof(text)) > 0) {
		ns->label = unit_of(s, text);
		ns->owner = ISLE_OWNER_UNIT;
		if (ns->label)
			return true;
	}
	if (read_proc(pid, "comm", text, sizeof(text)) <= 0)
		return false;
	text[strcspn(text, "\n")] = 0;
	ns->owner = ISLE_OWNER_PROCESS;
	ns->label = isle_arena_printf(s->arena, "pid %d %s", pid, text);
	return true;
}

/* Nobody is in it. */
static void find_holder(struct isle_snapping *s, struct isle_snap_ns *ns)
{
	const struct isle_census *c = s->snap->census;
	const struct isle_census_hold *h;
	char comm[64];
	size_t n;

	ns->owner = ISLE_OWNER_HELD;
	if (ns->census->names) {
		ns->label = isle_arena_strdup(s->arena, ns->census->names->name);
		return;
	}
	h = isle_census_holds(c, (size_t)(ns->census - c->nss), &n);
	if (n && h->pid && read_proc(h->pid, "comm", comm, sizeof(comm)) > 0) {
		comm[strcspn(comm, "\n")] = 0;
		ns->label = isle_arena_printf(s->arena, "held by pid %d %s", h->pid, comm);
	} else {
		ns->label = isle_arena_printf(s->arena, "net:[%llu]", (unsigned long long)ns->id);
	}
}

static int find_owner(struct isle_snapping *s, struct isle_snap_ns *ns, uint64_t machine)
{
	const struct isle_census_name *name = ns->census->names;
	bool is_lab = false;
	int r = 0;

	if (ns->id == machine) {
		ns->owner = ISLE_OWNER_MACHINE;
		ns->label = "the machine";
		return 0;
	}
	r = find_lab(s, ns, &is_lab);
	if (r || is_lab)
		return r;
	if (name && name->rank <= 0) {
		ns->owner = name->rank < 0 ? ISLE_OWNER_CONTAINER : ISLE_OWNER_NAMED;
		ns->label = name->name;
		return 0;
	}
	if ((!ns->census->pid || !find_process(s, ns, ns->census->pid)) &&
	    (!ns->census->thread_of || !find_process(s, ns, ns->census->thread_of)))
		find_holder(s, ns);
	return ns->label ? 0 : -ENOMEM;
}

/* That of process 1, if it may be known and is seen, else the caller's. */
static uint64_t find_machine(const struct isle_census *c)
{
	for (size_t i = 0; i < c->n_nss; i++)
		if (c->nss[i].type == ISLE_NS_NET && c->nss[i].pid == 1)
			return c->nss[i].id;
	return c->own[ISLE_NS_NET];
}

int isle_snap_find_owners(struct isle_snapping *s)
{
	const uint64_t machine = find_machine(s->snap->census);
	int r = 0;

	for (size_t i = 0; i < s->snap->n_nss && !r; i++)
		r = find_owner(s, &s->snap->nss[i], machine);
	return r;
}
