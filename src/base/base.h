/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what every layer needs and nothing else: memory with one lifetime,
 * failures with a place, growing text, addresses, names that are near.
 * Knows only libc.
 */
#ifndef ISLE_BASE_H
#define ISLE_BASE_H

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "isle.h"		/* types that are public, and what is exported */

#define ISLE_COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ISLE_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* scope: `isle_auto(close) int fd = -1;` closes when the scope ends. */
static inline void isle_auto_close(int *fd)
{
	if (*fd >= 0) {
		int saved = errno;
		close(*fd);
		errno = saved;
	}
}
/*
 * For a descriptor that flock() was called on. The lock belongs to the open file, and a child that another thread has
 * just forked holds a copy of it: closing ours would not end the lock.
 */
static inline void isle_auto_unlock(int *fd)
{
	if (*fd >= 0) {
		int saved = errno;
		flock(*fd, LOCK_UN);
		close(*fd);
		errno = saved;
	}
}
static inline void isle_auto_free(void *p) { free(*(void **)p); }
#define isle_auto(what) __attribute__((cleanup(isle_auto_##what)))
/* Take the value out of a scoped variable, so that the scope leaves it alone. */
static inline int isle_steal_fd(int *fd) { int f = *fd; *fd = -1; return f; }

/* arena.c: one allocation lifetime per loaded lab. Everything in it is freed at once. */
struct isle_arena;
struct isle_arena *isle_arena_new(void);		/* NULL: no memory */
void isle_arena_free(struct isle_arena *);		/* takes NULL */
/* Zeroed, aligned for any type; NULL: no memory. */
void *isle_arena_alloc(struct isle_arena *, size_t size);
char *isle_arena_strndup(struct isle_arena *, const char *, size_t);
char *isle_arena_strdup(struct isle_arena *, const char *);
char *isle_arena_printf(struct isle_arena *, const char *fmt, ...) ISLE_PRINTF(2, 3);
size_t isle_arena_size(const struct isle_arena *);	/* bytes handed out */
/* Growing array in an arena: room for one more in V (count N, capacity CAP); false: no memory. */
bool isle_arena_grow(struct isle_arena *, void *v, size_t n, size_t *cap, size_t elem);

/* buf.c: text that grows. After a failed allocation .bad is set and every call is a no-op. */
struct isle_buf {
	char *s;		/* NUL-terminated once anything was added; else NULL */
	size_t n, cap;
	bool bad;
};
void isle_buf_put(struct isle_buf *, const char *, size_t);
void isle_buf_puts(struct isle_buf *, const char *);
void isle_buf_printf(struct isle_buf *, const char *fmt, ...) ISLE_PRINTF(2, 3);
void isle_buf_vprintf(struct isle_buf *, const char *fmt, va_list);
void isle_buf_done(struct isle_buf *);
/* The text, to be freed by the caller; "" if empty; NULL: no memory. The buf is empty afterwards. */
char *isle_buf_steal(struct isle_buf *);
static inline void isle_auto_buf(struct isle_buf *b) { isle_buf_done(b); }

/* show.c: the bytes of the letter at S, N of them are there; *ret_fit: it may go to a terminal as it is. */
size_t isle_letter(const char *s, size_t n, bool *ret_fit);
/* S for a terminal: "?" for each letter that may not go there. NULL: no memory. */
char *isle_plain(struct isle_arena *, const char *s);
unsigned isle_columns(const char *s);			/* that it takes on a terminal */

/* diag.c: failures. A sink that many records go into; the library never prints. */
struct isle_source {		/* a text that places point into */
	const char *name;	/* as shown: path, "-" is shown as "<stdin>" */
	const char *text;
	size_t len;
};
struct isle_loc {		/* a place; src NULL: nowhere */
	const struct isle_source *src;
	uint32_t line, col;	/* from 1; col counts bytes */
	uint32_t len;		/* bytes to underline on that line, at least 1 */
};
struct isle_diag_rec {
	struct isle_diag_rec *next;
	int errnum;		/* positive errno; EINVAL with .ours when we refuse */
	bool ours;		/* a rejection, no failed call: strerror() is not printed */
	bool warning;
	struct isle_loc loc;	/* its text must outlive the diag */
	char *msg;		/* outermost context first */
	char *kernel;		/* extack text, verbatim, or NULL */
	char *hint;		/* what to do next, or NULL */
};
struct isle_diag;
struct isle_diag *isle_diag_new(void);
void isle_diag_free(struct isle_diag *);
/* All of these take a NULL diag and return -errnum (-EINVAL for reject), so that `return isle_fail(…)` works. */
int isle_fail(struct isle_diag *, int errnum, const struct isle_loc *, const char *fmt, ...) ISLE_PRINTF(4, 5);
int isle_reject(struct isle_diag *, const struct isle_loc *, const char *fmt, ...) ISLE_PRINTF(3, 4);
void isle_warn(struct isle_diag *, const struct isle_loc *, const char *fmt, ...) ISLE_PRINTF(3, 4);
/* These act on the newest record. */
int isle_wrap(struct isle_diag *, int rc, const char *fmt, ...) ISLE_PRINTF(3, 4);	/* "CONTEXT: msg"; returns rc */
void isle_hint(struct isle_diag *, const char *fmt, ...) ISLE_PRINTF(2, 3);
void isle_diag_kernel(struct isle_diag *, const char *extack);
/* What another one found, once more, without its place and its hint; "WHAT: " is before what is no warning. */
void isle_diag_repeat(struct isle_diag *, const struct isle_diag_rec *, const char *what);
size_t isle_diag_errors(const struct isle_diag *);	/* how many, without warnings */
size_t isle_diag_warnings(const struct isle_diag *);
const struct isle_diag_rec *isle_diag_first(const struct isle_diag *);
void isle_diag_sort(struct isle_diag *);		/* by place; stable; those without a place last */
/*
 * One record as people see it, ends in a newline:
 *   lab.yaml:3:21: error: 10.0.1.9 is not in 10.0.0.0/24
 *     br0: {subnet: 10.0.0.0/24, hosts: [a 10.0.1.9]}
 *                                          ^~~~~~~~
 *     hint: …
 * Without a place: "isle: error: MSG: STRERROR (kernel: EXTACK)".
 */
void isle_diag_show(const struct isle_diag_rec *, bool color, struct isle_buf *out);

/* ip.c: addresses and prefixes of both families. */
struct isle_ip {
	uint8_t family;		/* AF_INET, AF_INET6; 0: none */
	uint8_t len;		/* prefix length in bits; 32/128 for a bare address */
	uint8_t b[16];		/* network order; IPv4 in the first four */
};
#define ISLE_IP_TEXT 64
bool isle_ip_parse(const char *s, size_t n, struct isle_ip *ret, bool *ret_has_len);	/* "10.0.0.1", "fd00::1/64" */
char *isle_ip_text(const struct isle_ip *, bool with_len, char buf[ISLE_IP_TEXT]);	/* RFC 5952; returns buf */
unsigned isle_ip_bits(const struct isle_ip *);			/* 32 or 128 */
bool isle_ip_equal(const struct isle_ip *, const struct isle_ip *);	/* address only */
int isle_ip_cmp(const struct isle_ip *, const struct isle_ip *);	/* family, address, length */
bool isle_ip_contains(const struct isle_ip *prefix, const struct isle_ip *addr);	/* same family, addr in prefix */
bool isle_ip_overlaps(const struct isle_ip *, const struct isle_ip *);
struct isle_ip isle_ip_network(const struct isle_ip *);		/* host bits zero, length kept */
struct isle_ip isle_ip_broadcast(const struct isle_ip *);	/* host bits one */
/* The address NET + n (n a host part up to 2^64-1), with NET's length; false: outside NET. */
bool isle_ip_host(const struct isle_ip *net, uint64_t n, struct isle_ip *ret);
uint64_t isle_ip_size(const struct isle_ip *net);		/* addresses in it; UINT64_MAX if more */
/* Add n (may be negative) to the address; false: wraps. */
bool isle_ip_add(struct isle_ip *, int64_t n);

/* str.c: locale-free numbers and small things. */
bool isle_str_u64(const char *s, size_t n, uint64_t *ret);	/* decimal only, no sign, no leading zero but "0" */
bool isle_str_eq(const char *a, const char *b);			/* NULL-safe */
uint64_t isle_fnv1a(const char *s);				/* FNV-1a, 64 bits */
uint64_t isle_fnv1a_n(const void *p, size_t n);
uint64_t isle_fnv1a_more(uint64_t sum, const void *p, size_t n);	/* of what SUM is of and this behind it */
/* The number behind a name ("h12" -> 2 bytes "12"); 0 if it does not end in digits. */
size_t isle_str_digits(const char *s);

/* near.c: "did you mean". */
unsigned isle_near_distance(const char *a, const char *b);	/* Damerau-Levenshtein (optimal string alignment) */
/* The best of N candidates (NULL-terminated if n is SIZE_MAX) at most 2 letters away (1 for ≤3 letters); NULL if none. */
const char *isle_near_best(const char *word, const char *const *candidates, size_t n);

/*
 * diff.c: lines only in A after "-", lines only in B after "+", in order; of the lines above them with less
 * indentation, the nearest ones after " ", so that one sees whose key it is. Nothing if the texts are equal; at most
 * MAX changed lines (0: all of them), then how many there are more. -ENOMEM.
 */
int isle_diff(const char *a, const char *b, size_t max, struct isle_buf *out);

/* io.c: a deadline is a time of isle_now_ms(), milliseconds of CLOCK_MONOTONIC. After it: -ETIMEDOUT. */
int64_t isle_now_ms(void);
int isle_io_await(int fd, short events, int64_t deadline);	/* of poll(2) */
int isle_io_send(int fd, const void *bytes, size_t n, int64_t deadline);
ssize_t isle_io_receive(int fd, void *bytes, size_t size, int64_t deadline);	/* what there is; 0: the other side has closed */

/* map.c: string -> pointer, open addressing. Keys are not copied. */
struct isle_map { struct isle_map_slot *slots; size_t n, cap; };
void *isle_map_get(const struct isle_map *, const char *key);
int isle_map_put(struct isle_map *, const char *key, void *value);	/* replaces; -ENOMEM */
void isle_map_done(struct isle_map *);

#endif
