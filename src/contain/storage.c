/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: where podman's storage is, found as containers/storage finds it: the
 * file CONTAINERS_STORAGE_CONF, else root's /etc/containers/storage.conf (or
 * the vendor's below /usr/share), else the user's own; of them the keys
 * graphroot, runroot and rootless_storage_path of [storage]. Of TOML no more
 * is read than `key = "value"`.
 */
#include <ctype.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "contain/storage.h"

struct conf { struct isle_buf graphroot, runroot, rootless; };

static void auto_conf(struct conf *c)
{
	isle_buf_done(&c->graphroot);
	isle_buf_done(&c->runroot);
	isle_buf_done(&c->rootless);
}
#define SCOPED(f) __attribute__((cleanup(f)))

void isle_storage_done(struct isle_storage *s)
{
	free(s->graphroot);
	free(s->runroot);
}

/* $NAME and ${NAME}: UID and HOME are the user's, others the environment's. */
static void expand(const struct isle_contain_paths *p, const char *s, size_t n, struct isle_buf *out)
{
	for (size_t i = 0, k; i < n; i += k) {
		bool braced = i + 1 < n && s[i + 1] == '{';
		size_t from = i + 1 + braced, to = from;
		char name[64];
		const char *v;

		k = 1;
		if (s[i] != '$') {
			isle_buf_put(out, s + i, 1);
			continue;
		}
		while (to < n && (isalnum((unsigned char)s[to]) || s[to] == '_'))
			to++;
		k = to + braced - i;
		snprintf(name, sizeof(name), "%.*s", (int)(to - from), s + from);
		v = !strcmp(name, "HOME") ? p->home : secure_getenv(name);
		if (!strcmp(name, "UID"))
			isle_buf_printf(out, "%u", (unsigned)p->uid);
		else
			isle_buf_puts(out, v ? v : "");
	}
}

/* `KEY = "VALUE"` at LINE: the value goes to OUT. */
static void take(const struct isle_contain_paths *p, const char *line, const char *key, struct isle_buf *out)
{
	const char *s = line + strlen(key), *end;
	char quote;

	if (strncmp(line, key, strlen(key)))
		return;
	s += strspn(s, " \t");
	if (*s++ != '=')
		return;
	s += strspn(s, " \t");
	quote = *s++;
	if (quote != '"' && quote != '\'')
		return;
	end = s + strcspn(s, quote == '"' ? "\"\n" : "'\n");
	if (*end != quote || end == s)
		return;
	isle_buf_done(out);
	expand(p, s, (size_t)(end - s), out);
}

static int read_conf(const struct isle_contain_paths *p, const char *path, struct conf *ret)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	/* /etc/containers may be made of symlinks: distributions do that */
	isle_auto(free) char *real = realpath(path, NULL);
	bool inside = false;
	int r;

	if (!real)
		return -errno;
	r = isle_contain_read(AT_FDCWD, real, 1 << 20, &b);
	for (const char *line = r ? NULL : b.s; line && *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *s = line + strspn(line, " \t");

		if (*s == '[')
			inside = !strncmp(s, "[storage]", 9);
		if (!inside)
			continue;
		take(p, s, "graphroot", &ret->graphroot);
		take(p, s, "runroot", &ret->runroot);
		take(p, s, "rootless_storage_path", &ret->rootless);
	}
	return r;
}

static int print_path(struct isle_buf *b, const char *a, const char *c)
{
	isle_buf_done(b);
	isle_buf_printf(b, "%s%s", a, c);
	return b->bad ? -ENOMEM : 0;
}

/* The machine's file: what the administrator wrote, else the distribution's. */
static int read_machine(const struct isle_contain_paths *p, struct conf *ret)
{
	static const char *const files[] = { "/etc/containers/storage.conf", "/usr/share/containers/storage.conf" };
	int r = -ENOENT;

	for (size_t i = 0; r == -ENOENT && i < ISLE_COUNT(files); i++) {
		isle_auto(buf) struct isle_buf path = { 0 };

		r = print_path(&path, p->root, files[i]);
		if (!r)
			r = read_conf(p, path.s, ret);
	}
	return r;
}

static bool is_mine(const char *dir, uid_t uid)
{
	struct stat st;

	return lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == uid;
}

/* Where a user's state that ends with the machine is. */
static int runtime_dir(const struct isle_contain_paths *p, struct isle_buf *out)
{
	static const char *const dirs[] = { "/run/user/%u", "/tmp/podman-run-%u", "/tmp/storage-run-%u" };

	if (p->runtime_dir)
		return print_path(out, p->runtime_dir, "");
	for (size_t i = 0; i < ISLE_COUNT(dirs); i++) {
		char dir[64];

		snprintf(dir, sizeof(dir), dirs[i], (unsigned)p->uid);
		if (print_path(out, p->root, dir) == 0 && is_mine(out->s, p->uid))
			break;
	}
	return out->bad ? -ENOMEM : 0;
}

/* What a user's own storage is unless his file says something else. */
static int user_defaults(const struct isle_contain_paths *p, struct conf *c)
{
	isle_auto(buf) struct isle_buf run = { 0 };
	SCOPED(auto_conf) struct conf machine = { 0 };
	int r = runtime_dir(p, &run);

	if (!r && !c->runroot.s)
		r = print_path(&c->runroot, run.s, "/containers");
	if (r || c->graphroot.s)
		return r;
	if (!c->rootless.s && read_machine(p, &machine) == 0 && machine.rootless.s)
		return print_path(&c->graphroot, machine.rootless.s, "");
	if (c->rootless.s)
		return print_path(&c->graphroot, c->rootless.s, "");
	if (p->data_home)
		return print_path(&c->graphroot, p->data_home, "/containers/storage");
	return print_path(&c->graphroot, p->home ? p->home : "/", "/.local/share/containers/storage");
}

static int machine_defaults(const struct isle_contain_paths *p, struct conf *c)
{
	int r = c->graphroot.s ? 0 : print_path(&c->graphroot, p->root, "/var/lib/containers/storage");

	return r || c->runroot.s ? r : print_path(&c->runroot, p->root, "/run/containers/storage");
}

static int read_user(const struct isle_contain_paths *p, struct conf *ret)
{
	isle_auto(buf) struct isle_buf path = { 0 };
	int r = p->config_home ? print_path(&path, p->config_home, "/containers/storage.conf") :
				 print_path(&path, p->home ? p->home : "/", "/.config/containers/storage.conf");

	return r ? r : read_conf(p, path.s, ret);
}

int isle_storage_find(const struct isle_contain_paths *p, struct isle_storage *ret, struct isle_diag *diag)
{
	SCOPED(auto_conf) struct conf c = { 0 };
	int r;

	if (p->storage_conf) {
		r = read_conf(p, p->storage_conf, &c);
		if (r < 0)
			return isle_fail(diag, -r, NULL, "podman: read %s (CONTAINERS_STORAGE_CONF)", p->storage_conf);
	} else {
		r = p->uid ? read_user(p, &c) : read_machine(p, &c);
		if (r < 0 && r != -ENOENT)
			return isle_fail(diag, -r, NULL, "podman: read its storage.conf");
	}
	r = p->uid ? user_defaults(p, &c) : machine_defaults(p, &c);
	if (!r) {
		ret->graphroot = isle_buf_steal(&c.graphroot);
		ret->runroot = isle_buf_steal(&c.runroot);
		r = ret->graphroot && ret->runroot ? 0 : -ENOMEM;
	}
	return r < 0 ? isle_fail(diag, -r, NULL, "podman: find its storage") : 0;
}
