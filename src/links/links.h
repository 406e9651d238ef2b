/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: kinds of interfaces, a table each: one row per option, in the words of
 * `ip link`, with the attribute that the kernel has it in and the form it wants
 * there. What a person means (.type) and what goes over the wire (.wire) are
 * two columns. The rows read a lab file's text, make requests, read the kernel's
 * answers, print values and `ip` words; an option is a row, a kind is a file and
 * a line in links.def. put.c and get.c allocate nothing and make no system call:
 * a forked child of a threaded program may use them.
 */
#ifndef ISLE_LINKS_H
#define ISLE_LINKS_H

#include "nl/nl.h"

enum isle_option_type {		/* what the user means */
	ISLE_OPTION_NUMBER,	/* in min … max, or one of .words */
	ISLE_OPTION_BOOL,
	ISLE_OPTION_WORD,	/* one of .words */
	ISLE_OPTION_MAC,
	ISLE_OPTION_IP,		/* an address without length */
	ISLE_OPTION_LINK,	/* an interface of the same namespace, by name */
	ISLE_OPTION_KEY,	/* 32 bytes, base64; of a secret also the path of a file that has them */
};
enum isle_option_wire {		/* what the kernel wants */
	ISLE_WIRE_U8,
	ISLE_WIRE_U16,
	ISLE_WIRE_U32,
	ISLE_WIRE_BE16,
	ISLE_WIRE_BE32,
	ISLE_WIRE_FLAG,		/* the attribute without a value is true */
	ISLE_WIRE_BYTES,	/* a MAC, a key */
	ISLE_WIRE_IP,		/* .attr for IPv4, .attr6 for IPv6; one of them 0: not that family */
	ISLE_WIRE_MASKED,	/* .bit of { u32 bits, u32 mask }; rows of one .attr gather in it */
	ISLE_WIRE_BITS,		/* .bit of a u16 that rows of one .attr gather in */
	ISLE_WIRE_GRE,		/* .bit of the be16 in IFLA_GRE_IFLAGS and OFLAGS; .attr and .attr6: a be32 that it announces, or 0 */
};
enum isle_option_say {		/* how `ip` writes a true and a false */
	ISLE_SAY_NUMBER,	/* name 1, name 0 */
	ISLE_SAY_ONOFF,		/* name on, name off */
	ISLE_SAY_NO,		/* name, noname */
	ISLE_SAY_BARE,		/* name, or nothing; of a word: the word alone */
	ISLE_SAY_HEX,		/* of a number: it reads hexadecimal */
};
enum {
	ISLE_OPTION_REQUIRED = 1 << 0,
	ISLE_OPTION_LIVE = 1 << 1,	/* may be changed while the link exists; else it is made anew */
	ISLE_OPTION_SECRET = 1 << 2,	/* never printed */
	ISLE_OPTION_SEND = 1 << 3,	/* .dflt_n is sent when nothing was written: the kernel's own default is another */
	ISLE_OPTION_UNICAST = 1 << 4,
	ISLE_OPTION_MULTICAST = 1 << 5,
	ISLE_OPTION_LIST = 1 << 6,	/* several values */
};

struct isle_option_word { const char *name; uint32_t value; };
struct isle_option {
	const char *name;		/* in the lab file, and to `ip` unless .ip says otherwise */
	enum isle_option_type type;
	enum isle_option_wire wire;
	uint16_t attr, attr6;
	uint32_t bit;
	uint64_t min, max;
	const struct isle_option_word *words;	/* ends with a NULL name */
	unsigned flags;
	enum isle_option_say say;
	const char *ip;			/* the word of `ip`, where it is another */
	const char *config;		/* CONFIG_… of the kernel, if it is refused without more than its kind needs */
	uint64_t dflt_n;
	const char *dflt, *help;	/* for people; help: ≤ 60 characters, no full stop */
};

enum isle_link_mac {
	ISLE_MAC_OWN,		/* an Ethernet address that can be set */
	ISLE_MAC_LOWER,		/* that of its link, unless another is set */
	ISLE_MAC_SHARED,	/* that of its link, always */
	ISLE_MAC_NONE,
};
enum isle_link_lower { ISLE_LOWER_NONE, ISLE_LOWER_REQUIRED };
struct isle_link_kind {
	const char *name;		/* IFLA_INFO_KIND */
	const char *what;		/* with its article, for messages: "a vlan" */
	const char *config;		/* CONFIG_… of the kernel */
	const char *module;
	const char *help;
	const struct isle_option *options;
	size_t n;
	enum isle_link_lower lower;	/* IFLA_LINK; a tunnel's `dev` is an option */
	enum isle_link_mac mac;
	uint16_t overhead;		/* bytes that it adds to each packet, with IPv4 outside; IPv6 takes 20 more */
	bool is_master;			/* has ports: a bridge, bond, VRF */
	bool is_port;			/* none itself, but what the port of a master has besides; .name is the master's */
	bool takes_all;			/* a change must say everything: what it does not say gets the kernel's default */
	bool is_tunnel;			/* its packets travel inside others: mtu is that of the way less .overhead */
	bool is_tun;			/* made by /dev/net/tun, and the kernel calls it "tun" */
	bool by_genl;			/* its options are no data of the link, but go by generic netlink */
	bool in_file;			/* a lab file may ask for it */
	bool is_nic;			/* is not made, but moved in from the machine; written as the end of a link only */
	bool keeps_mtu;			/* its own MTU is of no interest: a VRF's */
};

struct isle_link_value {
	const struct isle_option *option;
	uint64_t n;			/* number, bool, word; of an interface its index */
	struct isle_ip ip;
	const char *text;		/* of an interface: its name; of a secret: the path of its file, as written */
	uint8_t b[32];			/* MAC, key */
	struct isle_loc loc;		/* where it was written */
};

/* links.c: the tables */
const struct isle_link_kind *isle_link_kind_at(size_t i);		/* NULL: no more */
const struct isle_link_kind *isle_link_kind_find(const char *name);	/* NULL: none */
/* Of what the kernel says: NAME and its data, which tells a tap from a tun. NULL: none of ours. */
const struct isle_link_kind *isle_link_kind_of(const char *name, const struct nlattr *data);
const char *isle_link_kind_near(const char *name);			/* "did you mean", of those for a file; or NULL */
const struct isle_option *isle_link_option(const struct isle_link_kind *, const char *name);	/* NULL: none */
const char *isle_link_option_near(const struct isle_link_kind *, const char *name);
/* Every name of an option, once, with the first kind that has it; NULL: no more. Kinds for a file only. */
const struct isle_option *isle_link_key_at(size_t i, const struct isle_link_kind **ret_kind);
/* Of one end of a tunnel alone: a key, an interface, a group that it is in. */
bool isle_link_is_of_one_end(const struct isle_option *);
/* What a tunnel of KIND with these options adds to each packet, in bytes. V6: it goes by IPv6. */
uint32_t isle_link_overhead(const struct isle_link_kind *, const struct isle_link_value *, size_t n, bool v6);
/* No kind of interface, but what any has as the port of a bridge: rows of IFLA_PROTINFO. */
extern const struct isle_link_kind isle_link_bridge_port;
/* What both ends of a wireguard have besides. */
extern const struct isle_option isle_link_preshared_key;

/* bound.c: does the kernel keep this link, as it tells of it in A, in the namespace where it was made? KIND: may be NULL */
bool isle_link_is_bound(unsigned flags, const char *kind, const char *name, const struct isle_nlattrs *a);

/* parse.c: text to value. 0; -ENOMEM; -EINVAL with what is wrong in WHY ("is from 1 to 4094") and what was meant in HINT ("" if unknown). */
#define ISLE_LINK_OPTIONS 32	/* no kind has more */
#define ISLE_LINK_WORDS 512
struct isle_link_wrong { char why[ISLE_LINK_WORDS], hint[ISLE_LINK_WORDS]; };
int isle_link_parse(struct isle_arena *, const struct isle_option *, const char *text, size_t n, struct isle_link_value *ret,
		    struct isle_link_wrong *ret_wrong);
/* How a value is written: "1 to 4094", "bridge, private, vepa or passthru". */
void isle_link_form(const struct isle_option *, struct isle_buf *out);
bool isle_link_key_parse(const char *s, size_t n, uint8_t ret[32]);
#define ISLE_LINK_KEY_TEXT 45
char *isle_link_key_text(const uint8_t key[32], char buf[ISLE_LINK_KEY_TEXT]);

/* put.c: values to attributes: those of IFLA_INFO_DATA, or of WGDEVICE_A_…. */
void isle_link_put(struct isle_nlmsg *, const struct isle_option *, size_t n_options, const struct isle_link_value *, size_t n);
/* IFLA_LINKINFO with kind and data. */
void isle_link_put_info(struct isle_nlmsg *, const struct isle_link_kind *, const struct isle_link_value *, size_t n);
/* The same for a link that exists: what is not among the values stays. */
void isle_link_put_change(struct isle_nlmsg *, const struct isle_link_kind *, const struct isle_link_value *, size_t n);

/* get.c: attributes to values: everything of the kind that the kernel tells, at most MAX; returns how many. Names of
 * interfaces are not known here: .n has the index. */
size_t isle_link_get(const struct isle_link_kind *, const struct nlattr *data, struct isle_link_value *ret, size_t max);
/* The first of these values that O has, or NULL; *RET_N: how many there are. */
const struct isle_link_value *isle_link_value_find(const struct isle_link_value *, size_t n, const struct isle_option *o, size_t *ret_n);
/*
 * The next option, *AT first 0, of which the kernel has another value than is asked for, or none (.option NULL); false: no
 * more. What was neither written nor sent unasked may be anything.
 */
bool isle_link_other(const struct isle_link_kind *, const struct isle_link_value *, size_t n, const struct nlattr *data,
		     size_t *at, struct isle_link_value *ret_wanted, struct isle_link_value *ret_has);
bool isle_link_value_equal(const struct isle_link_value *, const struct isle_link_value *);
/* Is it what the kernel has when nothing is asked for? */
bool isle_link_is_default(const struct isle_link_value *);

/* print.c */
/* The value as the lab file has it; a secret as "(hidden)". */
void isle_link_print(const struct isle_link_value *, struct isle_buf *out);
/* " name value" of one option for `ip link add … type KIND`; a secret: nothing. */
void isle_link_print_ip(const struct isle_link_value *, struct isle_buf *out);
/* " type KIND" with all options, also those that are sent unasked. */
void isle_link_print_info(const struct isle_link_kind *, const struct isle_link_value *, size_t n, struct isle_buf *out);
/* "vlan: module 8021q, CONFIG_VLAN_8021Q": what the kernel lacks when it answers EOPNOTSUPP. */
void isle_link_lacks(const struct isle_link_kind *, char *buf, size_t cap);

#endif
