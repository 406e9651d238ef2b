/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the lower layers of the hosts' /etc: hosts, resolv.conf, nsswitch.conf.
 * Hosts that see the same three texts share a layer ("class"), so a star of a
 * thousand has two. Texts are made before the fork, since making them needs a
 * heap; writing them is system calls. Class 0 needs no name: a host without an
 * entry in host/ has it.
 *
 * resolv.conf is always a file of ours: the machine's may be a dangling link,
 * or name a resolver at 127.0.0.53 that no other network namespace has. For
 * the same reason nsswitch.conf asks files and dns only, not the machine's
 * resolver over its socket.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "build/etc.h"
#include "tree/file.h"

static char *read_small(struct isle_arena *a, const char *path)
{
	isle_auto(close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char buf[16384];
	ssize_t n;

	if (fd < 0)
		return NULL;
	n = read(fd, buf, sizeof(buf));
	return n < 0 ? NULL : isle_arena_strndup(a, buf, (size_t)n);
}

/* A server that another network namespace can ask. */
static bool is_reachable(const char *addr, size_t n)
{
	struct isle_ip ip;
	bool has_len;

	if (!isle_ip_parse(addr, n, &ip, &has_len) || has_len)
		return false;
	if (ip.family == AF_INET)
		return ip.b[0] != 127 && ip.b[0] != 0;
	return memcmp(ip.b, &in6addr_loopback, 16) && !(ip.b[0] == 0xfe && (ip.b[1] & 0xc0) == 0x80);
}

/* Copy what helps elsewhere out of a resolv.conf; how many servers there were. */
static size_t copy_resolv(const char *text, struct isle_buf *out)
{
	size_t servers = 0;

	for (const char *line = text; line && *line; line = *line ? line + 1 : line) {
		size_t len = strcspn(line, "\n"), word = strcspn(line, " \t\n");
		const char *arg = line + word + strspn(line + word, " \t");

		if (word == 10 && !strncmp(line, "nameserver", 10)) {
			size_t n = strcspn(arg, " \t\n");

			if (is_reachable(arg, n)) {
				isle_buf_printf(out, "nameserver %.*s\n", (int)n, arg);
				servers++;
			}
		} else if ((word == 6 && !strncmp(line, "search", 6)) || (word == 6 && !strncmp(line, "domain", 6)) ||
			   (word == 7 && !strncmp(line, "options", 7))) {
			isle_buf_put(out, line, len);
			isle_buf_puts(out, "\n");
		}
		line += len;
	}
	return servers;
}

static char *machine_resolv(struct isle_arena *a)
{
	static const char *const files[] = { "/etc/resolv.conf", "/run/systemd/resolve/resolv.conf",
					     "/run/NetworkManager/no-stub-resolv.conf" };

	for (size_t i = 0; i < ISLE_COUNT(files); i++) {
		isle_auto(buf) struct isle_buf out = { 0 };
		char *text = read_small(a, files[i]);

		if (text && copy_resolv(text, &out) && !out.bad)
			return isle_arena_strdup(a, out.s);
	}
	return isle_arena_strdup(a, "# the machine has no nameserver that this host could ask\n");
}

static char *make_nsswitch(struct isle_arena *a)
{
	isle_auto(buf) struct isle_buf out = { 0 };
	char *text = read_small(a, "/etc/nsswitch.conf");

	for (const char *line = text; line && *line;) {
		size_t len = strcspn(line, "\n");

		if (strncmp(line, "hosts:", 6)) {
			isle_buf_put(&out, line, len);
			isle_buf_puts(&out, "\n");
		}
		line += len + (line[len] == '\n');
	}
	isle_buf_puts(&out, "hosts: files dns\n");
	return out.bad ? NULL : isle_arena_strdup(a, out.s);
}

static char *host_resolv(struct isle_arena *a, const struct isle_host *h)
{
	isle_auto(buf) struct isle_buf out = { 0 };
	char text[ISLE_IP_TEXT];

	if (!h->n_dns)
		isle_buf_puts(&out, "# no nameserver: the lab has neither an uplink nor `dns`\n");
	for (size_t i = 0; i < h->n_dns; i++)
		isle_buf_printf(&out, "nameserver %s\n", isle_ip_text(&h->dns[i], false, text));
	return out.bad ? NULL : isle_arena_strdup(a, out.s);
}

/* The one pointer for equal texts. */
static const char *intern(struct isle_map *texts, char *text)
{
	char *known = text ? isle_map_get(texts, text) : NULL;

	if (known || !text)
		return known;
	return isle_map_put(texts, text, text) ? NULL : text;
}

static int find_class(struct isle_etc *e, const struct isle_lab *lab, const struct isle_host *h, uint32_t hosts,
		      const char *resolv)
{
	struct isle_etc_class *c;

	/* Numbers come in order: a new one has no class yet. Else the last ones are the likely ones. */
	for (size_t i = hosts > e->max_hosts ? 0 : e->n_classes; i--;)
		if (e->classes[i].hosts == hosts && e->classes[i].resolv == resolv) {
			e->host_class[h->index] = (uint32_t)i;
			return 0;
		}
	if (!isle_arena_grow(e->arena, &e->classes, e->n_classes, &e->cap_classes, sizeof(*e->classes)))
		return -ENOMEM;
	if (hosts > e->max_hosts)
		e->max_hosts = hosts;
	c = &e->classes[e->n_classes];
	memset(c, 0, sizeof(*c));
	c->hosts = hosts;
	c->resolv = resolv;
	e->host_class[h->index] = (uint32_t)e->n_classes++;
	return isle_lab_hosts_file(lab, h, &c->text) || c->text.bad ? -ENOMEM : 0;
}

static int fill(struct isle_etc *e, const struct isle_lab *lab, struct isle_map *texts)
{
	uint32_t *hosts = isle_arena_alloc(e->arena, (lab->n_hosts + 1) * sizeof(*hosts));
	const char *machine = NULL;

	e->host_class = isle_arena_alloc(e->arena, (lab->n_hosts + 1) * sizeof(*e->host_class));
	e->nsswitch = make_nsswitch(e->arena);
	if (!hosts || !e->host_class || !e->nsswitch)
		return -ENOMEM;
	isle_lab_hosts_classes(lab, hosts);
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];
		const char *resolv;

		if (h->dns_from_machine && !machine)
			machine = intern(texts, machine_resolv(e->arena));
		resolv = h->dns_from_machine ? machine : intern(texts, host_resolv(e->arena, h));
		if (!resolv || find_class(e, lab, h, hosts[i], resolv))
			return -ENOMEM;
	}
	return 0;
}

int isle_etc_new(const struct isle_lab *lab, struct isle_etc **ret, struct isle_diag *d)
{
	struct isle_arena *a = isle_arena_new();
	struct isle_etc *e = a ? isle_arena_alloc(a, sizeof(*e)) : NULL;
	struct isle_map texts = { 0 };
	int r = -ENOMEM;

	if (e) {
		e->arena = a;
		r = fill(e, lab, &texts);
	}
	isle_map_done(&texts);
	if (!r) {
		*ret = e;
		return 0;
	}
	if (e)
		isle_etc_free(e);
	else
		isle_arena_free(a);
	return isle_fail(d, -r, NULL, "cannot prepare the hosts files");
}

void isle_etc_free(struct isle_etc *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->n_classes; i++)
		isle_buf_done(&e->classes[i].text);
	isle_arena_free(e->arena);
}

static int write_class(const struct isle_etc *e, size_t i, int dir)
{
	const struct isle_etc_class *c = &e->classes[i];
	char path[64];
	int n = snprintf(path, sizeof(path), "class/%zu", i), r;

	if (mkdirat(dir, path, 0755) < 0)
		return -errno;
	strcpy(path + n, "/hosts");
	r = isle_file_write(dir, path, c->text.s, c->text.n, 0644);
	if (r)
		return r;
	strcpy(path + n, "/resolv.conf");
	r = isle_file_write(dir, path, c->resolv, strlen(c->resolv), 0644);
	if (r)
		return r;
	strcpy(path + n, "/nsswitch.conf");
	return isle_file_write(dir, path, e->nsswitch, strlen(e->nsswitch), 0644);
}

int isle_etc_write(const struct isle_etc *e, const struct isle_lab *lab, int dir, const char **ret_what)
{
	static const char *const dirs[] = { "class", "host", "up", "workdir" };
	char path[ISLE_NAME_MAX + 8], target[32];

	for (size_t i = 0; i < ISLE_COUNT(dirs); i++) {
		*ret_what = dirs[i];
		if (mkdirat(dir, dirs[i], 0755) < 0)
			return -errno;
	}
	*ret_what = "class";
	for (size_t i = 0; i < e->n_classes; i++) {
		int r = write_class(e, i, dir);

		if (r)
			return r;
	}
	*ret_what = "host";
	for (size_t i = 0; i < lab->n_hosts; i++) {
		if (!e->host_class[i])
			continue;
		snprintf(path, sizeof(path), "host/%s", lab->hosts[i]->name);
		snprintf(target, sizeof(target), "../class/%u", e->host_class[i]);
		if (symlinkat(target, dir, path) < 0)
			return -errno;
	}
	return 0;
}
