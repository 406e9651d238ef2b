/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the journal of a wire between plain namespaces, /run/isle/.wire.ID:
 * which interfaces are going to be made, written before the first is, gone when
 * all is done. What a kill left half made is known by it: an interface of that
 * name with that MAC (a random one) in that very namespace; what has no MAC of
 * its own is born with a random name, and has a random second one before it gets
 * the name that was asked for. A namespace that is gone has taken it along.
 */
#include <fcntl.h>
#include <jansson.h>
#include <sys/random.h>
#include "ns/ns.h"
#include "outside/uplink.h"
#include "outside/wire.h"
#include "where/where.h"

static json_t *ends_json(const struct isle_wire_end *e, size_t n)
{
	json_t *list = json_array();
	char mac[ISLE_MAC_MAX];

	for (size_t i = 0; i < n; i++) {
		const uint8_t *b = e[i].mac;

		mac[0] = '\0';
		if (b)
			snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
		json_array_append_new(list, json_pack("{s:s,s:I,s:s,s:s,s:s}", "ns", e[i].ns, "ino", (json_int_t)e[i].ino, "name", e[i].name,
						      "mac", mac, "mark", e[i].mark ? e[i].mark : ""));
	}
	return list;
}

char *isle_wire_text(const char *what, const struct isle_wire_end *e, size_t n, const char *uplink)
{
	json_t *root = json_pack("{s:i,s:s,s:s,s:o}", "version", 1, "what", what, "uplink", uplink ? uplink : "", "links", ends_json(e, n));
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;

	json_decref(root);
	return text;
}

int isle_wire_journal(int run, const char *what, const struct isle_wire_end *e, size_t n, const char *uplink,
		      char ret_name[ISLE_WIRE_NAME_MAX], struct isle_diag *d)
{
	isle_auto(free) char *text = NULL;
	uint64_t id;
	int r;

	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		return isle_fail(d, errno, NULL, "cannot get random bytes");
	snprintf(ret_name, ISLE_WIRE_NAME_MAX, ISLE_WIRE_PREFIX "%016llx", (unsigned long long)id);
	text = isle_wire_text(what, e, n, uplink);
	if (!text)
		return isle_fail(d, ENOMEM, NULL, "cannot %s", what);
	r = isle_journal_put(run, ret_name, text);
	return r ? isle_fail(d, -r, NULL, "cannot write down in " ISLE_RUN_DIR " what is going to be made") : 0;
}

struct end { const char *name, *mac, *mark; };

static bool is_mac(const struct nlattr *a, const char *mac)
{
	const uint8_t *b = a ? isle_nla_data(a) : NULL;
	char text[ISLE_MAC_MAX];

	if (!b || isle_nla_len(a) != 6)
		return false;
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
	return !strcmp(text, mac);
}

static int remove_link(struct isle_nl *nl, const struct end *e)
{
	uint8_t answer[16384];
	const struct nlmsghdr *h;
	struct isle_nlattrs attrs;
	int r = isle_nl_get_link(nl, IFLA_IFNAME, e->name, answer, sizeof(answer), &h);

	if (r == -ENODEV && !*e->mac)
		r = isle_nl_get_link(nl, IFLA_ALT_IFNAME, e->mark, answer, sizeof(answer), &h);
	if (r)
		return r == -ENODEV ? 0 : r;
	isle_nl_attrs_of(h, sizeof(struct ifinfomsg), &attrs);
	if (*e->mac && !is_mac(attrs.a[IFLA_ADDRESS], e->mac))
		return 0;
	r = isle_nl_delete_link(nl, (uint32_t)((const struct ifinfomsg *)NLMSG_DATA(h))->ifi_index);
	return r == -ENODEV ? 0 : r;
}

static int in_namespace(void *arg)
{
	struct end *e = arg;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r)
		return r;
	r = remove_link(&nl, e);
	isle_nl_close(&nl);
	return r;
}

/* The namespace of a word, if it is still the one that was meant; else -1. */
static int open_end(const char *ns, ino_t ino)
{
	struct isle_where *w = *ns ? malloc(sizeof(*w)) : NULL;
	dev_t dev;
	ino_t now = 0;
	int fd = -1;

	if (!*ns) {
		fd = isle_ns_self("net");
	} else if (w && isle_where_open(ns, ISLE_NS_BIT(ISLE_NS_NET), w, NULL) == 0) {
		fd = isle_steal_fd(&w->set.fd[ISLE_NS_NET]);
		isle_where_close(w);
	}
	free(w);
	if (fd >= 0 && (isle_ns_id(fd, &dev, &now) || now != ino))
		isle_auto_close(&fd);
	return fd >= 0 && now == ino ? fd : -1;
}

static const char *text_of(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

static int undo_end(const json_t *j, struct isle_diag *d)
{
	const ino_t ino = (ino_t)json_integer_value(json_object_get(j, "ino"));
	struct end e = { .name = text_of(j, "name"), .mac = text_of(j, "mac"), .mark = text_of(j, "mark") };
	isle_auto(close) int net = open_end(text_of(j, "ns"), ino);
	int r = 0, value = 0;

	if (net >= 0)
		r = isle_ns_call(net, in_namespace, &e, &value, d);
	if (!r && value)
		r = isle_fail(d, -value, NULL, "removing %s of %s, which is half made", e.name,
			      *text_of(j, "ns") ? text_of(j, "ns") : "the machine");
	return r;
}

int isle_wire_undo(int run, const char *name, struct isle_diag *d)
{
	isle_auto(close) int fd = openat(run, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	json_t *j = fd < 0 ? NULL : json_loadfd(fd, 0, NULL);
	const json_t *link;
	size_t i;
	int r = 0, one;

	if (fd < 0)
		return errno == ENOENT ? 0 : isle_fail(d, errno, NULL, "reading " ISLE_RUN_DIR "/%s", name);
	json_array_foreach(json_object_get(j, "links"), i, link) {
		one = undo_end(link, d);
		r = r ? r : one;
	}
	if (*text_of(j, "uplink")) {
		one = isle_uplink_undo(run, text_of(j, "uplink"), d);
		r = r ? r : one;
	}
	json_decref(j);
	if (!r && unlinkat(run, name, 0) < 0 && errno != ENOENT)
		r = isle_fail(d, errno, NULL, "removing " ISLE_RUN_DIR "/%s", name);
	return r;
}
