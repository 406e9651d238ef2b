/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the journal of an uplink, /run/isle/.uplink.LAB: what `up` as root is
 * about to do to the machine itself, written before the first of it is done and
 * removed after the last of it was undone (uplink_undo.c).
 */
#include <fcntl.h>
#include <jansson.h>
#include "ns/ns.h"
#include "outside/ports.h"
#include "outside/uplink.h"

void isle_journal_name(char ret[ISLE_NAME_MAX + 16], const char *lab)
{
	snprintf(ret, ISLE_NAME_MAX + 16, ISLE_JOURNAL_PREFIX "%s", lab);
}

static json_t *links_json(const struct isle_lab *lab)
{
	json_t *links = json_array();
	char altname[ISLE_ALTNAME_MAX];

	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];

		if (h->uplink.kind == ISLE_UPLINK_NONE)
			continue;
		isle_plan_uplink_altname(altname, lab, h);
		json_array_append_new(links, json_pack("{s:s,s:s}", "name", h->uplink.port, "altname", altname));
	}
	return links;
}

int isle_journal_text(const struct isle_lab *lab, const struct isle_uplink_work *w, char **ret, struct isle_diag *d)
{
	json_t *sysctls = json_array(), *relies = json_object(), *docker = json_array(), *root;
	char boot[37] = "";

	isle_boot_id(boot);
	for (size_t i = 0; i < w->n_sysctls; i++)
		json_array_append_new(sysctls, json_pack("{s:s,s:s,s:s}", "path", w->sysctls[i].path, "before",
							 w->sysctls[i].before, "set", w->sysctls[i].set));
	for (size_t i = 0; i < w->n_relies; i++)
		json_object_set_new(relies, w->relies[i].path, json_string(w->relies[i].set));
	for (int i = 0; i < 2; i++)
		if (w->docker[i])
			json_array_append_new(docker, json_string(w->docker[i]));
	root = json_pack("{s:i,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:o}", "version", 1, "lab", lab->name, "boot_id", boot, "table", w->table, "mark",
			 w->mark, "links", links_json(lab), "sysctls", sysctls, "relies",
			 relies, "docker_user", docker, "ports", isle_ports_json(lab));
	*ret = root ? json_dumps(root, JSON_COMPACT) : NULL;
	json_decref(root);
	return *ret ? 0 : isle_fail(d, ENOMEM, NULL, "writing the uplink journal of %s", lab->name);
}

int isle_journal_put(int dir, const char *name, const char *text)
{
	isle_auto(close) int fd = openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	size_t n = strlen(text);
	char self[40];

	if (fd < 0)
		return -errno;
	if (write(fd, text, n) != (ssize_t)n)
		return errno ? -errno : -EIO;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, self, dir, name, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
}

int isle_journal_write(int dir, const char *lab, const char *text)
{
	char name[ISLE_NAME_MAX + 16];

	isle_journal_name(name, lab);
	return isle_journal_put(dir, name, text);
}
