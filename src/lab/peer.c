/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: peers of wireguards. A peering has two sides: what one of two hosts
 * writes the other has too, with what it would get if it wrote no more than the
 * host. Without an endpoint it is an address of the peer outside of tunnels, on
 * a wire that both are on if there is one; without allowed addresses it is
 * those that the peer's interface has. The two ends of a link are peers of each
 * other.
 */
#include "lab/build.h"

static bool is_wireguard(const struct isle_iface *f)
{
	return f->kind && f->kind->by_genl;
}

/* HOST has one wireguard, or IF is one. */
static struct isle_iface *device_of(struct isle_build *b, const struct isle_host *h, const char *ifname, const struct isle_loc *loc)
{
	struct isle_iface *found = ifname ? isle_lab_need_iface(b, h, ifname, loc) : NULL, *other = NULL;

	for (size_t i = 0; !ifname && i < h->n_ifaces; i++)
		if (is_wireguard(h->ifaces[i])) {
			other = found;
			found = h->ifaces[i];
			if (other)
				break;
		}
	if ((ifname && !found) || !isle_lab_once(b, loc, "peer"))
		return NULL;
	if (!found) {
		isle_reject(b->diag, loc, "'%s' has no wireguard", h->name);
		isle_hint(b->diag, "`%s: {interfaces: {wg0: {kind: wireguard, addresses: …}}}`", h->name);
	} else if (other) {
		isle_reject(b->diag, loc, "'%s' has more than one wireguard", h->name);
		isle_hint(b->diag, "say which: %s:%s or %s:%s", h->name, other->name, h->name, found->name);
	} else if (!is_wireguard(found)) {
		isle_reject(b->diag, loc, "'%s' of '%s' is no wireguard", found->name, h->name);
	} else {
		return found;
	}
	return NULL;
}

static struct isle_iface *find_peer(struct isle_build *b, const struct isle_iface *f, const struct isle_word *w)
{
	const char *colon = strchr(w->s, ':');
	struct isle_word name = { isle_arena_strndup(b->arena, w->s, colon ? (size_t)(colon - w->s) : strlen(w->s)), w->loc };
	struct isle_bhost *h = name.s ? isle_lab_find_host(b, name.s) : NULL;

	if (!h && name.s)
		isle_lab_unknown(b, &name, "host");
	if (h && &h->pub == f->host && !colon) {
		isle_reject(b->diag, &w->loc, "'%s' is a peer of itself", f->host->name);
		return NULL;
	}
	return h ? device_of(b, &h->pub, colon ? colon + 1 : NULL, &w->loc) : NULL;
}

static bool is_outside(const struct isle_iface *f)
{
	return f->is_lo || f->is_uplink || !f->up || (f->kind && f->kind->is_tunnel);
}

/* Where FROM finds TO. False: nowhere. */
static bool endpoint_of(const struct isle_host *from, const struct isle_host *to, struct isle_ip *ret)
{
	const struct isle_ip *any = NULL;

	for (size_t i = 0; i < to->n_ifaces; i++) {
		const struct isle_iface *f = to->ifaces[i];

		for (size_t k = 0; k < f->n_addresses && !is_outside(f); k++) {
			any = any ? any : &f->addresses[k];
			for (size_t j = 0; j < from->n_ifaces; j++) {
				const struct isle_wire *wire = isle_biface(from->ifaces[j])->wire;

				if (!wire || wire != isle_biface(f)->wire || !from->ifaces[j]->up)
					continue;
				*ret = f->addresses[k];
				return true;
			}
		}
	}
	if (any)
		*ret = *any;
	return any;
}

static const struct isle_link_value *option_of(const struct isle_iface *f, const char *name)
{
	for (size_t i = 0; i < f->n_options; i++)
		if (!strcmp(f->options[i].option->name, name))
			return &f->options[i];
	return NULL;
}

static uint16_t port_of(const struct isle_iface *f)
{
	const struct isle_link_value *port = option_of(f, "listen-port");

	return port ? (uint16_t)port->n : (uint16_t)isle_link_option(f->kind, "listen-port")->dflt_n;
}

static int set_endpoint(struct isle_peer *p, const struct isle_iface *f, const struct isle_doc_peer *d)
{
	if (d && d->endpoint.s) {
		if (strcmp(d->endpoint.s, "none") != 0)
			isle_doc_endpoint(d->endpoint.s, &p->endpoint, &p->port);
	} else if (p->iface && endpoint_of(f->host, p->iface->host, &p->endpoint)) {
		p->endpoint.len = (uint8_t)isle_ip_bits(&p->endpoint);
	}
	if (p->endpoint.family && !p->port)
		p->port = p->iface ? port_of(p->iface) : 51820;
	return 0;
}

static int set_allowed(struct isle_build *b, struct isle_peer *p, const struct isle_doc_peer *d)
{
	const size_t n = d && d->n_allowed ? d->n_allowed : p->iface ? p->iface->n_addresses : 0;

	p->allowed = isle_arena_alloc(b->arena, n * sizeof(*p->allowed));
	if (!p->allowed)
		return -ENOMEM;
	for (p->n_allowed = 0; p->n_allowed < n; p->n_allowed++) {
		struct isle_ip *ip = &p->allowed[p->n_allowed];

		*ip = d && d->n_allowed ? d->allowed[p->n_allowed].ip : p->iface->addresses[p->n_allowed];
		if (!d || !d->n_allowed)
			ip->len = (uint8_t)isle_ip_bits(ip);
	}
	if (n || !p->iface || !isle_lab_once(b, &p->loc, "allowed"))
		return 0;
	isle_reject(b->diag, &p->loc, "'%s' of '%s' has no address, so nothing could be sent to it", p->iface->name, p->iface->host->name);
	isle_hint(b->diag, "give it `addresses`, or say which `allowed-ips` are behind it");
	return 0;
}

static bool has_peer(const struct isle_iface *f, const struct isle_iface *peer)
{
	for (size_t i = 0; i < f->n_peers; i++)
		if (f->peers[i].iface == peer)
			return true;
	return false;
}

/* D NULL: F did not write it, the other one did. */
static int add(struct isle_build *b, struct isle_iface *f, struct isle_iface *peer, const struct isle_doc_peer *d, const struct isle_loc *loc)
{
	struct isle_peer *p;

	if (!isle_arena_grow(b->arena, &f->peers, f->n_peers, &isle_biface(f)->cap_peers, sizeof(*f->peers)))
		return -ENOMEM;
	p = &f->peers[f->n_peers++];
	*p = (struct isle_peer){ .loc = *loc, .iface = peer };
	if (d) {
		memcpy(p->key, d->key.b, sizeof(p->key));
		p->secret = d->secret;
		p->keepalive = (uint16_t)d->keepalive.v;
	}
	return set_endpoint(p, f, d) < 0 || set_allowed(b, p, d) < 0 ? -ENOMEM : 0;
}

static int take_written(struct isle_build *b, struct isle_iface *f, const struct isle_doc_iface *d)
{
	for (size_t i = 0; i < d->n_peers; i++) {
		const struct isle_doc_peer *one = &d->peers[i];
		const struct isle_loc *loc = one->loc.line ? &one->loc : &one->host.loc;	/* the short form is the host alone */
		struct isle_iface *peer = one->host.s ? find_peer(b, f, &one->host) : NULL;

		if (one->host.s && !peer)
			continue;
		if (peer && (peer == f || has_peer(f, peer))) {
			isle_reject(b->diag, loc, peer == f ? "'%s' of '%s' is a peer of itself" : "'%s' of '%s' is a peer twice", peer->name,
				    peer->host->name);
			continue;
		}
		if ((peer || one->key.set) && add(b, f, peer, one, loc) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* The other side of each. Both have the same secret. */
static int take_mirrored(struct isle_build *b, struct isle_iface *f)
{
	for (size_t i = 0; i < f->n_peers; i++) {
		const struct isle_peer p = f->peers[i];

		if (!p.iface || has_peer(p.iface, f))
			continue;
		if (add(b, p.iface, f, NULL, &p.loc) < 0)
			return -ENOMEM;
		p.iface->peers[p.iface->n_peers - 1].secret = p.secret;
	}
	return 0;
}

/* Two that both wait to be called never meet. */
static void check_endpoints(struct isle_build *b, const struct isle_iface *f)
{
	for (size_t i = 0; i < f->n_peers; i++) {
		const struct isle_peer *p = &f->peers[i];

		for (size_t k = 0; p->iface && !p->endpoint.family && k < p->iface->n_peers; k++) {
			if (p->iface->peers[k].iface != f || p->iface->peers[k].endpoint.family || !isle_lab_once(b, &p->loc, "endpoint"))
				continue;
			isle_reject(b->diag, &p->loc, "neither '%s' nor '%s' knows where the other one is", f->host->name, p->iface->host->name);
			isle_hint(b->diag, "one of them needs an address outside of the tunnel, or an `endpoint`");
		}
	}
}

/* Paths are meant from the lab file. */
static int find_file(struct isle_build *b, struct isle_link_value *v, const char **dir)
{
	if (!(v->option && v->option->flags & ISLE_OPTION_SECRET) || !v->text || v->text[0] == '/')
		return 0;
	v->text = isle_lab_path(b, v->text, dir, &v->loc);
	return v->text ? 0 : -ENOMEM;
}

int isle_lab_peers(struct isle_build *b)
{
	const char *dir = NULL;

	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < b->lab->n_hosts; i++)
			for (size_t k = 0; k < b->lab->hosts[i]->n_ifaces; k++) {
				struct isle_iface *f = b->lab->hosts[i]->ifaces[k];
				int r = 0;

				if (!is_wireguard(f))
					continue;
				if (pass == 0 && f->link)
					r = add(b, f, f->peer, NULL, &f->link->loc);
				else if (pass == 0 && isle_biface(f)->how == ISLE_HOW_WIRE)
					r = add(b, f, NULL, &isle_biface(f)->doc_link->peer, &isle_biface(f)->doc_link->loc);
				else if (pass == 0)
					r = isle_biface(f)->doc ? take_written(b, f, isle_biface(f)->doc) : 0;
				else if (pass == 1)
					r = take_mirrored(b, f);
				else
					check_endpoints(b, f);
				for (size_t j = 0; r == 0 && pass == 2 && j < f->n_options; j++)
					r = find_file(b, &f->options[j], &dir);
				for (size_t j = 0; r == 0 && pass == 2 && j < f->n_peers; j++)
					r = find_file(b, &f->peers[j].secret, &dir);
				if (r < 0)
					return r;
			}
	return 0;
}

static void put_key(struct isle_buf *out, const struct isle_peer *p)
{
	char key[ISLE_LINK_KEY_TEXT];

	if (p->iface)
		isle_buf_printf(out, "{host: \"%s:%s\"", p->iface->host->name, p->iface->name);
	else
		isle_buf_printf(out, "{public-key: %s", isle_link_key_text(p->key, key));
}

char *isle_lab_endpoint_text(const struct isle_ip *ip, uint16_t port, char *buf, size_t cap)
{
	char text[ISLE_IP_TEXT];

	snprintf(buf, cap, ip->family == AF_INET6 ? "[%s]:%u" : "%s:%u", isle_ip_text(ip, false, text), port);
	return buf;
}

/* What both forms say of a peer, in the same words. */
static void put_rest(struct isle_buf *out, const struct isle_peer *p)
{
	char text[ISLE_IP_TEXT];

	isle_buf_puts(out, ", allowed-ips: [");
	for (size_t k = 0; k < p->n_allowed; k++) {
		isle_buf_puts(out, k ? ", " : "");
		isle_yaml_put(out, isle_ip_text(&p->allowed[k], true, text));
	}
	isle_buf_printf(out, "], persistent-keepalive: %u", p->keepalive);
	/* what is secret is not told; where it is, is */
	if (p->secret.option && p->secret.text) {
		isle_buf_puts(out, ", preshared-key: ");
		isle_yaml_put(out, p->secret.text);
	}
}

void isle_lab_full_outside(struct isle_buf *out, const struct isle_peer *p)
{
	char key[ISLE_LINK_KEY_TEXT];

	isle_buf_printf(out, ", public-key: %s", isle_link_key_text(p->key, key));
	put_rest(out, p);
}

const char *isle_lab_peer_endpoint(const struct isle_peer *p, char *buf, size_t cap)
{
	return p->endpoint.family ? isle_lab_endpoint_text(&p->endpoint, p->port, buf, cap) : "none";
}

void isle_lab_full_peers(struct isle_buf *out, const struct isle_iface *f)
{
	char text[ISLE_IP_TEXT + 8];

	for (size_t i = 0; i < f->n_peers; i++) {
		const struct isle_peer *p = &f->peers[i];

		isle_buf_puts(out, i ? ", " : ", peers: [");
		put_key(out, p);
		isle_buf_puts(out, ", endpoint: ");
		isle_yaml_put(out, isle_lab_peer_endpoint(p, text, sizeof(text)));
		put_rest(out, p);
		isle_buf_puts(out, "}");
	}
	isle_buf_puts(out, f->n_peers ? "]" : "");
}
