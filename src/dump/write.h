/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: what the two halves of a dump's text share: write.c, host.c. */
#ifndef ISLE_DUMP_WRITE_H
#define ISLE_DUMP_WRITE_H

#include "dump/inner.h"

/* How many names from the FROM-th of N on are a range, h1 h2 h3: 1, or at least 3. NAME gives NULL where none is possible. */
size_t isle_dump_run(const char *(*name)(const void *, size_t), const void *of, size_t from, size_t n);
/* The key `subnet`: none, one, or a list. */
void isle_dump_put_subnets(struct isle_texts *, struct isle_text *at, const struct isle_ip *nets, size_t n);
/* Is the fact at this offset of an interface said of both ends alike? Then the link says it. */
bool isle_dump_is_of_wire(const struct isle_dump_wire *, size_t fact);
/* switch.c */
void isle_dump_write_switch(const struct isle_dump *, struct isle_texts *, struct isle_text *net, const struct isle_dump_net *);
bool isle_dump_has_port(const struct isle_dump_iface *);	/* options at the port of its switch */
void isle_dump_write_port(struct isle_texts *, struct isle_text *iface, const struct isle_dump_iface *);
void isle_dump_write_ports(struct isle_texts *, struct isle_text *link, const struct isle_dump_wire *);	/* of two networks */
/* kind.c */
struct isle_link_value;
void isle_dump_write_option(struct isle_texts *, struct isle_text *at, const char *name, const struct isle_link_value *);
void isle_dump_write_kind(struct isle_texts *, struct isle_text *at, const struct isle_dump_iface *);
void isle_dump_write_wireguard(struct isle_dump *, struct isle_texts *, struct isle_text *at, struct isle_dump_iface *);	/* wireguard.c */
void isle_dump_write_neighbours(struct isle_dump *, struct isle_texts *, struct isle_text *at, struct isle_dump_iface *);
void isle_dump_write_rules(const struct isle_dump *, struct isle_texts *, struct isle_text *host, struct isle_dump_host *);
void isle_dump_write_hosts(struct isle_dump *, struct isle_texts *, struct isle_text *top);

#endif
