/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what can be done with a step of each kind: turn it into a request,
 * print it as a command, say it in words. One row per kind, one file per row,
 * listed in kinds.def. Nothing here makes a system call; encode and describe
 * allocate nothing, for a forked worker of a threaded program uses them.
 */
#ifndef ISLE_KINDS_H
#define ISLE_KINDS_H

#include "kinds/step.h"
#include "nl/nl.h"

/* What encoding needs to know of the live system. */
struct isle_kind_ctx {
	int (*ns_fd)(const struct isle_kind_ctx *, uint32_t ns);	/* a namespace made before; stays the engine's. -errno */
	bool no_ipv6;		/* this kernel has no IPv6 (no /proc/sys/net/ipv6): leave its settings out */
	void *arg;
};

/* Text in a given array; what does not fit is cut. */
struct isle_words {
	char *s;
	size_t n, cap;
};
void isle_words_add(struct isle_words *, const char *fmt, ...) ISLE_PRINTF(2, 3);

struct isle_kind {
	const char *name;
	int (*encode)(const struct isle_step *, const struct isle_kind_ctx *, struct isle_nlmsg *);	/* NULL: the engine's */
	void (*command)(const struct isle_step *, const struct isle_lab *, struct isle_buf *);
	void (*describe)(const struct isle_step *, const struct isle_lab *, struct isle_words *);
};
const struct isle_kind *isle_kind_of(const struct isle_step *);

/* Is it a request to netlink? Else the engine does it: NETNS, SYSCTL, CARRIER, SETTLED. */
bool isle_kind_has_request(const struct isle_step *);
/* Add the step's request to the buffer: exactly one message. -ENOBUFS: no room, and the buffer is as it was; otherwise
 * what ns_fd() said. */
int isle_kind_encode(const struct isle_step *, const struct isle_kind_ctx *, struct isle_nlmsg *);
/* "adding address 10.0.0.1/24 to eth0 of shanghai". Returns buf. */
char *isle_kind_describe(const struct isle_step *, const struct isle_lab *, char *buf, size_t cap);
/* Its line(s) for a root shell, if any. */
void isle_kind_command(const struct isle_step *, const struct isle_lab *, struct isle_buf *out);

/* For the rows. */
const char *isle_kind_ns(const struct isle_step *, const struct isle_lab *);	/* HOST; "the fabric" */
void isle_kind_ns_name(uint32_t ns, const struct isle_lab *, struct isle_buf *);	/* HOST.LAB, LAB.fabric */
void isle_kind_ip(const struct isle_step *, const struct isle_lab *, struct isle_buf *);	/* "ip -n HOST.LAB"; "ip" on the machine */
void isle_kind_ip_in(uint32_t ns, const struct isle_lab *, struct isle_buf *);		/* the same for any namespace */
void isle_kind_quote(struct isle_buf *, const char *);	/* for a shell, only if it needs to be */
void isle_kind_put_mac(struct isle_buf *, const char *key, const uint8_t *mac);	/* " KEY 02:…"; nothing if NULL */

#endif
