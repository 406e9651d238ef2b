/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what tells interfaces apart without being asked for. A MAC is `02` and the
 * low 40 bits of FNV-1a over LAB/HOST/IF, a port of the fabric `p` and the low 24
 * bits over HOST/IF in hexadecimal; the ends of a link between switches A and B
 * are hashed as A/B and B/A. What is taken already (written MACs first; networks
 * are bridges of the fabric, too) is hashed again with #2, #3, … behind.
 */
#include "lab/build.h"

static struct isle_ip mac_key(const uint8_t mac[6])
{
	struct isle_ip key = { .family = 1 };

	memcpy(key.b, mac, 6);
	return key;
}

/* A written MAC; all of them are kept from being assigned, too (under number 0). */
static int take_written(struct isle_build *b, struct isle_biface *f)
{
	const struct isle_doc_iface *d = f->doc;
	struct isle_ip key = mac_key(d->mac);
	uint32_t wire = f->wire ? f->wire->id + 1 : UINT32_MAX;
	const struct isle_biface *old = f->wire ? isle_iset_get(&b->macs, wire, &key) : NULL;

	memcpy(f->pub.mac, d->mac, 6);
	if (old && isle_lab_once(b, &d->mac_loc, "mac")) {
		isle_reject(b->diag, &d->mac_loc, "'%s' has this MAC on '%s' already", old->pub.host->name, f->wire->name);
		if (old->doc && old->doc->mac_loc.line != d->mac_loc.line)
			isle_hint(b->diag, "the other one is on line %u", old->doc->mac_loc.line);
		else
			isle_hint(b->diag, "a MAC for a range or for all is the same MAC for each of them");
	}
	if (isle_iset_put(&b->macs, 0, &key, f) < 0)
		return -ENOMEM;
	return f->wire ? isle_iset_put(&b->macs, wire, &key, f) : 0;
}

static int assign_mac(struct isle_build *b, const char *host, const char *name, uint8_t mac[6])
{
	char text[512];

	for (unsigned i = 1;; i++) {
		struct isle_ip key;
		uint64_t h;

		snprintf(text, sizeof(text), "%s/%s/%s", b->lab->name, host, name);
		if (i > 1)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "#%u", i);
		h = isle_fnv1a(text);
		mac[0] = 2;
		for (int k = 0; k < 5; k++)
			mac[1 + k] = (uint8_t)(h >> (32 - 8 * k));
		key = mac_key(mac);
		if (!isle_iset_get(&b->macs, 0, &key))
			return isle_iset_put(&b->macs, 0, &key, b);
	}
}

/* What is on a switch of the machine is the only one of its name there, whatever other labs have. */
static int assign_port(struct isle_build *b, const struct isle_network *n, struct isle_map *taken, const char *host, const char *name,
		       char port[IFNAMSIZ])
{
	const bool shared = isle_network_switch(n)->shared;
	char text[512];

	for (unsigned i = 1;; i++) {
		snprintf(text, sizeof(text), "%s%s%s/%s", shared ? b->lab->name : "", shared ? "/" : "", host, name);
		if (i > 1)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "#%u", i);
		if (shared)
			snprintf(port, IFNAMSIZ, "p%010llx", (unsigned long long)(isle_fnv1a(text) & 0xffffffffff));
		else
			snprintf(port, IFNAMSIZ, "p%06x", (unsigned)(isle_fnv1a(text) & 0xffffff));
		if (!isle_map_get(taken, port))
			return isle_map_put(taken, port, port);
	}
}

static int host_macs(struct isle_build *b, bool written)
{
	for (size_t i = 0; i < b->lab->n_hosts; i++) {
		const struct isle_host *h = b->lab->hosts[i];

		for (size_t k = 0; k < h->n_ifaces; k++) {
			struct isle_biface *f = isle_biface(h->ifaces[k]);
			bool is_written = f->doc && f->doc->mac_set;
			int r = 0;

			if (f->pub.is_lo || is_written != written)
				continue;
			/* that of another, or none: stack.c */
			if (!written && f->pub.kind && f->pub.kind->mac != ISLE_MAC_OWN)
				continue;
			r = written ? take_written(b, f) : assign_mac(b, h->name, f->pub.name, f->pub.mac);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int ports(struct isle_build *b, struct isle_map *taken)
{
	struct isle_lab *lab = b->lab;
	int r = 0;

	for (size_t i = 0; r == 0 && i < lab->n_networks; i++)
		r = isle_map_put(taken, lab->networks[i]->name, lab);
	for (size_t i = 0; r == 0 && i < lab->n_hosts; i++)
		for (size_t k = 0; r == 0 && k < lab->hosts[i]->n_ifaces; k++) {
			struct isle_iface *f = lab->hosts[i]->ifaces[k];

			if (f->network)
				r = assign_port(b, f->network, taken, lab->hosts[i]->name, f->name, f->port);
		}
	for (size_t i = 0; r == 0 && i < lab->n_links; i++) {
		struct isle_link *l = lab->links[i];

		for (int k = 0; r == 0 && l->network[0] && k < 2; k++) {
			r = assign_port(b, l->network[k], taken, l->network[k]->name, l->network[!k]->name, l->port[k]);
			if (r == 0)
				r = assign_mac(b, l->network[k]->name, l->network[!k]->name, l->mac[k]);
		}
	}
	return r;
}

int isle_lab_ident(struct isle_build *b)
{
	struct isle_map taken = { 0 };
	int r = host_macs(b, true);

	if (r == 0)
		r = host_macs(b, false);
	if (r == 0)
		r = ports(b, &taken);
	isle_map_done(&taken);
	return r;
}
