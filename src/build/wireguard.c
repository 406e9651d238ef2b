/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: keys of wireguards. Those in files are read before anything is made. A
 * new one is random bytes, made in the builder when the interface is and
 * forgotten with it; its public half is what the kernel says. So no key that
 * was not written by the user is in any file, and none is ever shown.
 */
#include <fcntl.h>
#include <linux/wireguard.h>
#include <sys/random.h>
#include "build/build.h"

/* ---- in the parent */

int isle_wireguard_read_key(struct isle_link_value *v, const char *whose, struct isle_diag *d)
{
	isle_auto(close) int fd = -1;
	char text[256];
	ssize_t n;
	int r;

	if (!v->option || !(v->option->flags & ISLE_OPTION_SECRET) || !v->text)
		return 0;
	fd = open(v->text, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (n < 0) {
		r = isle_fail(d, errno, &v->loc, "%s of '%s': %s", v->option->name, whose, v->text);
		if (r == -ENOENT)
			isle_hint(d, "the path is relative to the lab file's directory");
		return r;
	}
	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	if (isle_link_key_parse(text, (size_t)n, v->b))
		r = 0;
	else
		r = isle_reject(d, &v->loc, "%s of '%s': %s has no key of 44 characters in base64", v->option->name, whose, v->text);
	explicit_bzero(text, sizeof(text));
	return r;
}

int isle_wireguard_read_keys(const struct isle_lab *lab, struct isle_diag *d)
{
	int all = 0, r;

	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++) {
			struct isle_iface *f = lab->hosts[i]->ifaces[k];

			for (size_t j = 0; j < f->n_options; j++) {
				r = isle_wireguard_read_key(&f->options[j], lab->hosts[i]->name, d);
				all = all ? all : r;
			}
			for (size_t j = 0; j < f->n_peers; j++) {
				r = isle_wireguard_read_key(&f->peers[j].secret, lab->hosts[i]->name, d);
				all = all ? all : r;
			}
		}
	return all;
}

/* ---- in the builder, or in whoever changes what is live */

static int on_device(const struct nlmsghdr *h, void *arg)
{
	struct isle_wireguard_keys *keys = arg;
	struct isle_nlattrs t;

	if (!h)
		return 0;
	isle_genl_attrs(h, &t);
	if (isle_nla_len(t.a[WGDEVICE_A_PUBLIC_KEY]) == 32)
		memcpy(keys->public_key, isle_nla_data(t.a[WGDEVICE_A_PUBLIC_KEY]), 32);
	if (isle_nla_len(t.a[WGDEVICE_A_PRIVATE_KEY]) == 32)
		memcpy(keys->private_key, isle_nla_data(t.a[WGDEVICE_A_PRIVATE_KEY]), 32);
	return 0;
}

static int ask_keys(struct isle_nl *nl, uint16_t family, const char *name, struct isle_wireguard_keys *keys)
{
	uint8_t buf[128];
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_genl_begin(&m, family, 0, WG_CMD_GET_DEVICE);
	isle_nlmsg_put_str(&m, WGDEVICE_A_IFNAME, name);
	isle_nlmsg_end(&m);
	return isle_nl_dump(nl, &m, on_device, keys);
}

/* What is there, before it is replaced; of one that keeps its key, whether there is any. */
static int look(struct isle_nl *nl, uint16_t family, struct isle_step *step)
{
	struct isle_wireguard_keys none = { 0 }, *before = step->wireguard.before;
	int r = 0;

	if (before) {
		r = ask_keys(nl, family, step->wireguard.name, before);
		before->given = true;
	}
	if (!r && step->wireguard.keeps_key) {
		r = ask_keys(nl, family, step->wireguard.name, step->wireguard.keys);
		step->wireguard.keeps_key = memcmp(step->wireguard.keys->private_key, none.private_key, sizeof(none.private_key));
	}
	return r;
}

static int set_device(struct isle_nl *nl, uint16_t family, const struct isle_step *from, void *msg, size_t size)
{
	struct isle_step step = *from;
	struct isle_wireguard_keys *keys = step.wireguard.keys;
	struct isle_nlmsg m;
	int r = look(nl, family, &step);

	if (!r && !step.wireguard.asks) {
		if (!keys->given && !step.wireguard.keeps_key &&
		    getrandom(keys->private_key, sizeof(keys->private_key), 0) != sizeof(keys->private_key))
			return -errno;
		isle_nlmsg_init(&m, msg, size);
		isle_kind_encode_wireguard(&step, family, &m);
		r = isle_nl_talk(nl, &m, NULL);
	}
	return r ? r : ask_keys(nl, family, step.wireguard.name, keys);
}

static int take(struct isle_nl *nl, const struct isle_step *step, void *msg, size_t size)
{
	struct isle_nlmsg m;
	uint16_t family;
	int r = isle_genl_family(nl, WG_GENL_NAME, &family);

	if (r)
		return r;
	if (step->kind == ISLE_STEP_WIREGUARD)
		return set_device(nl, family, step, msg, size);
	isle_nlmsg_init(&m, msg, size);
	isle_kind_encode_peer(step, family, &m);
	return isle_nl_talk(nl, &m, NULL);
}

int isle_wireguard_take(const struct isle_step *step, void *msg, size_t size, struct isle_shared *shared, const char **ret_what)
{
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_GENERIC);

	*ret_what = r ? "cannot open a netlink socket" : "refused by the kernel";
	if (r)
		return r;
	r = take(&nl, step, msg, size);
	if (r)
		snprintf(shared->kernel, sizeof(shared->kernel), "%s", nl.extack);
	isle_nl_close(&nl);
	return r;
}

int isle_builder_wireguard(struct isle_builder *b, size_t i)
{
	const char *what;
	int r = isle_wireguard_take(&b->job->plan->steps[i], b->job->msg, b->job->msg_size, b->job->shared, &what);

	isle_nlmsg_init(&b->batch, b->job->msg, b->job->msg_size);
	return r ? isle_shared_fail(b->job->shared, -r, (int64_t)i, "%s", what) : 0;
}
