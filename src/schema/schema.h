/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a key is. One row of struct isle_field per key of the lab file, in
 * one table per section (the tables are in labfile/tables.c, beside the structs
 * that they fill). The row drives everything: set.c turns nodes into structs
 * with range, duplicate, required and "did you mean" checks; explain.c and
 * json.c print the same rows for people and for editors. Adding a key is
 * adding a row. types.c, ref.c and name.c are the forms a scalar can have.
 * A node is blamed once: the same mistake seen through an alias, a range entry
 * or `defaults` is one mistake.
 */
#ifndef ISLE_SCHEMA_H
#define ISLE_SCHEMA_H

#include "base/base.h"

/* The text as a tree, every node with its place. Made by labfile/read.c. */
enum isle_node_kind { ISLE_NODE_SCALAR, ISLE_NODE_LIST, ISLE_NODE_MAP };
struct isle_node {
	enum isle_node_kind kind;
	bool plain;		/* written without quotes */
	bool exact;		/* .text is what stands in the source at .loc, byte for byte */
	bool bad;		/* was blamed already */
	struct isle_loc loc;
	const char *text;	/* scalar */
	size_t n_text;
	struct isle_node **items;	/* list */
	struct isle_pair *pairs;	/* map; keys are scalars, each once */
	size_t n;
};
struct isle_pair { struct isle_node *key, *value; };

bool isle_node_is_null(const struct isle_node *);
struct isle_node *isle_node_get(const struct isle_node *map, const char *key);	/* NULL: not there */

/* Scalars as the document holds them. */
struct isle_word { const char *s; struct isle_loc loc; };	/* s NULL: not written */

enum isle_addr_form {
	ISLE_ADDR_IP,		/* .ip, .has_len */
	ISLE_ADDR_PART,		/* host part: replaces the last n_part octets (IPv4) or 16-bit groups (IPv6) */
	ISLE_ADDR_NONE,		/* `none`: no address */
};
struct isle_doc_addr {
	enum isle_addr_form form;
	struct isle_loc loc;
	struct isle_ip ip;
	bool has_len;
	uint8_t n_part;		/* .80 -> {80}; .3.80 -> {3, 80}; ::3:80 -> {"3","80"} read as hex, v6_only */
	uint16_t part[8];	/* IPv4 meaning: octets. For IPv6 the same *digits* are used: part6 */
	uint16_t part6[8];	/* .80 -> 0x80 */
	bool v6_only;		/* written with `::` */
	uint32_t add;		/* position in an expanded range: added to the final address */
};
struct isle_doc_ref {		/* NAME[:IF] [ADDR…], one name */
	struct isle_word name, ifname;
	struct isle_word attach;	/* docker:NAME and the like, as written; s NULL: a host or network of the file */
	struct isle_doc_addr *addrs;
	size_t n_addrs;
	struct isle_loc loc;	/* the whole of it */
};
enum isle_subnet_mode { ISLE_SUBNET_UNSET, ISLE_SUBNET_LIST, ISLE_SUBNET_AUTO, ISLE_SUBNET_NONE };
struct isle_doc_prefix { struct isle_ip ip; struct isle_loc loc; };
struct isle_doc_subnet {
	enum isle_subnet_mode mode;
	struct isle_loc loc;
	struct isle_doc_prefix *list;
	size_t n_list;
};
struct isle_doc_u32 { bool set; uint32_t v; struct isle_loc loc; };
struct isle_doc_bool { bool set, v; struct isle_loc loc; };
struct isle_doc_mac { bool set; uint8_t b[6]; struct isle_loc loc; };
struct isle_doc_enum { bool set; int v; struct isle_loc loc; };

/* The rows. */
struct isle_set;
struct isle_field;
struct isle_list;
struct isle_type {
	const char *name;	/* with its article: "an integer"; for messages */
	const char *form;	/* how it is written, for `explain` */
	const char *json;	/* JSON Schema of one value; NULL: computed from the row */
	size_t size;		/* of the value, when it is one of a list */
	bool whole;		/* .parse wants the node as it is, also a list or a map */
	bool (*parse)(struct isle_set *, const struct isle_field *, struct isle_node *, void *dst);
	/* instead of .parse in lists: one scalar may give many values */
	bool (*push)(struct isle_set *, const struct isle_field *, struct isle_node *, struct isle_list *dst);
};
struct isle_enum { const char *name; int value; bool reserved; };

enum {
	ISLE_FIELD_LIST = 1 << 0,	/* a list of .type or .sub; a single value is a list of one */
	ISLE_FIELD_MAP = 1 << 1,	/* names -> .sub; the name goes to .sub->key */
	ISLE_FIELD_REQUIRED = 1 << 2,
	ISLE_FIELD_RESERVED = 1 << 3,	/* specified, not in this version */
	ISLE_FIELD_STASH = 1 << 4,	/* keep the node, labfile/doc.c reads it later: struct isle_node * at .off */
};
struct isle_field {
	const char *name;
	const struct isle_type *type;	/* NULL: .sub says it all */
	size_t off;			/* where in the table's struct */
	size_t n_off;			/* of a list or map: where its count is */
	unsigned flags;
	uint64_t min, max;		/* numbers: the range; names: the longest */
	const struct isle_enum *enums;	/* ends with a NULL name */
	const char *dflt, *help;	/* for people; help: ≤ 60 characters, no full stop */
	const struct isle_table *sub;
	/* how it is written, where the type alone does not know: for people, or as JSON Schema */
	void (*form)(const struct isle_field *, bool json, struct isle_buf *out);
	const char *arg;		/* for .type and .form */
};
struct isle_table {
	const char *name;		/* "network"; unique */
	const char *what;		/* "a network": for messages */
	const char *help;
	size_t size;
	const struct isle_field *fields;
	size_t n;
	const struct isle_field *key;	/* of a map's entries: the row for the name */
	const struct isle_field *brief;	/* a scalar in place of the map is this */
	const struct isle_field *value;	/* the entry is this and nothing else; no fields then */
	bool ext;			/* `x-…` keys are ignored */
	/* rows that others know, made on the spot; false: no more. Their values are taken by .after, or by the caller */
	bool (*more)(size_t i, struct isle_field *ret);
	/* of the top table: words that are no keys, yet can be explained; false: not known */
	bool (*word)(const char *word, struct isle_buf *out);
	bool (*after)(struct isle_set *, struct isle_node *, void *dst);	/* what no row can say */
};
extern const struct isle_table isle_table_top;	/* labfile/tables.c */
/* The I-th row, those of .more behind the table's own; false: no more. (set.c) */
bool isle_table_row(const struct isle_table *, size_t i, struct isle_field *ret);
bool isle_table_has(const struct isle_table *, const char *key, struct isle_field *ret);

/* set.c: nodes -> structs. */
#define ISLE_SET_MAX_NAMES 262144	/* in one document, after expanding ranges */
#define ISLE_SET_MAX_ROWS (1u << 20)	/* entries of lists and maps, with `defaults` and ranges written out */
#define ISLE_SET_MAX_ERRORS 200
struct isle_set {
	struct isle_arena *arena;
	struct isle_diag *diag;
	bool cut;		/* the text ends early by a YAML mistake: miss nothing in it */
	bool nomem;
	size_t n_names, n_rows;	/* made so far */
};
struct isle_list { void *v; size_t n, cap, elem; };
/* NULL: no memory, or more than the limit; both are noted in the set. */
void *isle_list_push(struct isle_set *, struct isle_list *);
bool isle_set_count(struct isle_set *, size_t rows);	/* false: more than the limit */
/* COUNT more names; false: too many, and blamed once. */
bool isle_set_names(struct isle_set *, struct isle_node *, uint64_t count);
/* A mistake at LOC; false. No more than ISLE_SET_MAX_ERRORS are kept. HINT may be NULL. */
bool isle_set_blame(struct isle_set *, const struct isle_loc *, const char *hint, const char *words);

/* All of these are false when something was wrong; it is in the diag then. DST keeps what could be read. */
bool isle_set_table(struct isle_set *, const struct isle_table *, struct isle_node *, void *dst);
bool isle_set_field(struct isle_set *, const struct isle_field *, struct isle_node *, void *table_dst);
/* Blame N bytes at OFF of the node's text (n 0: all of it); false. HINT may be NULL. */
bool isle_set_reject(struct isle_set *, struct isle_node *, size_t off, size_t n, const char *hint,
		     const char *fmt, ...) ISLE_PRINTF(6, 7);
bool isle_set_word(struct isle_set *, struct isle_node *, struct isle_word *dst);	/* the text as it is */
/* The choice among the row's that the node is; NULL: blamed. */
const struct isle_enum *isle_set_enum(struct isle_set *, const struct isle_field *, struct isle_node *);
/* A hint or other text for a message, in the arena; never NULL. */
const char *isle_set_text(struct isle_set *, const char *fmt, ...) ISLE_PRINTF(2, 3);
bool isle_set_wants(struct isle_set *, const struct isle_field *, struct isle_node *);	/* wrong kind of node */
struct isle_loc isle_set_loc(const struct isle_node *, size_t off, size_t n);
/* BASE with OVER on top: maps merge, else OVER replaces. Either may be NULL. Shares what it can. */
struct isle_node *isle_set_merge(struct isle_set *, struct isle_node *base, struct isle_node *over);

/* name.c: NAME, RANGE, IF. */
#define ISLE_NAME_MAX 63
#define ISLE_NAME_MAX_NETWORK 15
#define ISLE_RANGE_MAX 65536
bool isle_name_is_wire(const char *s, size_t n);	/* `vxlan`, `host` …: words for links to come */
bool isle_name_is(const char *s, size_t n, size_t max, const char **ret_why);
bool isle_name_is_alias(const char *s, size_t n, const char **ret_why);	/* NAME, or such parts with dots */
bool isle_name_is_ifname(const char *s, size_t n, const char **ret_why);
struct isle_range {		/* one name: .written false, .count 1 */
	const char *stem;
	size_t n_stem;
	uint64_t first, count;
	int width;
	bool written;
};
/* N bytes of S as NAME or RANGE. ret_hint may get text in the arena. */
bool isle_range_parse(struct isle_arena *, const char *s, size_t n, size_t max, struct isle_range *ret,
		      const char **ret_why, const char **ret_hint);
char *isle_range_name(struct isle_arena *, const struct isle_range *, uint64_t i);
/* What `h[1-20]`, `h{1..20}` were meant to be: text in the arena, or NULL. */
const char *isle_range_guess(struct isle_arena *, const char *s, size_t n);

/* attach.c: docker:NAME, pid:N and the like */
bool isle_attach_is(const char *s, size_t n);		/* it begins with such a word and ':' */
const char *isle_attach_wrong(const char *s, size_t n);	/* why it is none, or NULL */
size_t isle_attach_length(const char *s, size_t n);	/* of docker:NAME in docker:NAME:IF */
char *isle_attach_name(struct isle_arena *, const char *s, size_t n);	/* of the host that springs from it; NULL: no memory */
extern const struct isle_type isle_t_attach;

/* ref.c */
struct isle_span { size_t off, n; };	/* a part of a node's text */
/* One end: appends a struct isle_doc_ref per name. RET_RANGE (may be NULL) tells whether it was a range. */
bool isle_ref_parse(struct isle_set *, struct isle_node *, struct isle_span, bool link_end,
		    struct isle_list *dst, bool *ret_range);
bool isle_addr_parse(struct isle_set *, struct isle_node *, struct isle_span, struct isle_doc_addr *ret);
/* A unicast MAC; false: blamed. (addr.c) */
bool isle_set_mac(struct isle_set *, const struct isle_field *, struct isle_node *, uint8_t ret[6]);
/* The next word at or after *OFF and before END; false: no more. */
bool isle_span_next(const struct isle_node *, size_t *off, size_t end, struct isle_span *ret);

/* The types. flag is an enum in a struct isle_doc_bool, choice one that stays a word. */
extern const struct isle_type isle_t_name, isle_t_range, isle_t_ifname, isle_t_u32, isle_t_bool, isle_t_enum, isle_t_flag,
	isle_t_choice, isle_t_alias, isle_t_sysctl, isle_t_text;				/* types.c */
extern const struct isle_type isle_t_prefix, isle_t_prefixes, isle_t_subnet, isle_t_iface_addr, isle_t_address, isle_t_mac,
	isle_t_host_or_addr, isle_t_via, isle_t_dest;						/* addr.c */
extern const struct isle_type isle_t_ref, isle_t_netref;					/* ref.c */

/* explain.c: what the rows say about a key ("networks.subnet", "uplink"; NULL: the whole tree). -ENOENT: no such key; OUT names near ones. */
int isle_schema_explain(const char *path, struct isle_buf *out);
/* json.c: JSON Schema, draft 2020-12. */
int isle_schema_json(struct isle_buf *out);
/* Every key there is, one a line, sorted: for completion and the fuzzer's dictionary. */
int isle_schema_keys(struct isle_buf *out);

#endif
