/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the long form of what a host has besides its network. Sources of files
 * are absolute there, since the text may be put anywhere.
 */
#include "lab/build.h"

/* The key before the first of its entries. */
static void begin(struct isle_buf *out, bool *begun, const char *key)
{
	if (!*begun)
		isle_buf_printf(out, "    %s:\n", key);
	*begun = true;
}

static void put_files(struct isle_buf *out, const struct isle_host *h)
{
	bool begun = false;

	for (size_t i = 0; i < h->n_owns; i++) {
		if (!h->owns[i].source)
			continue;
		begin(out, &begun, "files");
		isle_buf_puts(out, "      ");
		isle_yaml_put(out, h->owns[i].path);
		isle_buf_puts(out, ": ");
		isle_yaml_put(out, h->owns[i].source);
		isle_buf_puts(out, "\n");
	}
}

static void put_private(struct isle_buf *out, const struct isle_host *h)
{
	bool begun = false;

	for (size_t i = 0; i < h->n_owns; i++) {
		if (h->owns[i].source)
			continue;
		begin(out, &begun, "private");
		isle_buf_puts(out, "      - ");
		isle_yaml_put(out, h->owns[i].path);
		isle_buf_puts(out, "\n");
	}
}

static void put_attach(struct isle_buf *out, const struct isle_host *h)
{
	if (!h->attach)
		return;
	isle_buf_puts(out, "    attach: ");
	isle_yaml_put(out, h->attach);
	isle_buf_puts(out, "\n");
}

void isle_lab_full_host(struct isle_buf *out, const struct isle_host *h)
{
	put_attach(out, h);
	isle_lab_full_rules(out, h);
	for (size_t i = 0; i < h->n_ports; i++)
		isle_buf_printf(out, "%s\"%s/%u:%u\"%s", i ? ", " : "    publish: [", h->ports[i].udp ? "udp" : "tcp", h->ports[i].from,
				h->ports[i].to, i + 1 < h->n_ports ? "" : "]\n");
	if (h->nft) {
		isle_buf_puts(out, "    nft: ");
		isle_yaml_put(out, h->nft);
		isle_buf_puts(out, "\n");
	}
	put_files(out, h);
	put_private(out, h);
}
