/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the forms of scalars as regular expressions, put together from parts:
 * what `types.c`, `addr.c` and `ref.c` read, as far as a pattern can say it.
 * IPv4 prefixes with host bits set are found too: of each length only the
 * multiples of its step are listed.
 */
#include "schema/json.h"

#define OCTET "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define V4 OCTET "(?:\\\\." OCTET "){3}"
#define V6 "(?=[^ ]*:)[0-9A-Fa-f:]+(?:(?<=:)" V4 ")?"
#define LEN4 "/(?:3[0-2]|[12]?[0-9])"
#define LEN6 "/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])"
#define PART "(?:(?:\\\\." OCTET "){1,3}|:(?::[0-9A-Fa-f]{1,4}){1,7})"
#define ADDR "(?:" V4 "(?:" LEN4 ")?|" V6 "(?:" LEN6 ")?|" PART "|none)"
#define WORDS                                                                                                    \
	"all|any|auto|default|false|host|lo|localhost|no|none|null|off|on|true|yes|phys|macvlan|macvtap|ipvlan|" \
	"vlan|vxlan|geneve|gre|gretap|wireguard|tap|docker|podman|lxc|machine|pid|netns|path"
#define NOT_WORD "(?!(?:" WORDS ")(?![A-Za-z0-9_.-]))"
#define NAME NOT_WORD "[A-Za-z](?:-?[A-Za-z0-9_])*"
#define RANGE NAME "(?:(?<=[0-9])\\\\.\\\\.[0-9]+)?"
#define IF "[^ \\\\t/:]{1,15}"
#define REF RANGE "(?::" IF ")?(?: +" ADDR ")*"
#define ATTACH "(?:pid:[1-9][0-9]{0,9}|path:/[^ ]*|(?:docker|podman|lxc|machine|netns):[^ /]+)"
#define WIRE "(?:(?:phys|macvlan|macvtap|ipvlan|vlan|vxlan|geneve|gre|gretap|wireguard):[^ ]+|tap(?::" IF ")?)"
#define END "(?:" REF "|" ATTACH "(?: +" ADDR ")*|" WIRE ")"
#define LINK "^ *" END " +-- +" END " *$"
#define LABEL "[A-Za-z0-9_](?:-?[A-Za-z0-9_])*"

static const struct { const char *name, *pattern; int longest; } patterns[] = {
	{ "name", "^" NAME "$", ISLE_NAME_MAX },
	{ "range", "^" RANGE "$", 0 },
	{ "alias", "^(?:" NAME "|[A-Za-z](?:-?[A-Za-z0-9_])*(?:\\\\." LABEL ")+)$", 253 },
	{ "ifname", "^(?!(?:\\\\.|\\\\.\\\\.|all|default)$)" IF "$", 0 },
	{ "address", "^(?!" PART "$)(?:" V4 "(?:" LEN4 ")?|" V6 "(?:" LEN6 ")?)$", 0 },
	{ "bare", "^(?:" V4 "|" V6 ")$", 0 },
	{ "mac", "^[0-9A-Fa-f][02468ACEace](?::[0-9A-Fa-f]{2}){5}$", 0 },
	{ "ref", "^ *" REF " *$", 0 },
	{ "netref", "^ *" NAME "(?: +" ADDR ")* *$", 0 },
	{ "name_or_bare", "^(?:" NAME "|" V4 "|" V6 ")$", 0 },
	{ "via", "^(?:" NAME "(?::" IF ")?|" V4 "|" V6 ")$", 0 },
	{ "hop_word", "^(?:" NAME "(?::" IF ")?|" V4 "|" V6 "|none)$", 0 },
	{ "attach", "^(?:" ATTACH "|host)$", 1023 },
	{ "link_text", LINK, 0 },
	{ "host_path", "^(?:/(?!\\\\.\\\\.?(?:/|$))[^/]+)+$", 1023 },
};

/* The octets that may stand where a prefix of R bits into the octet ends. */
static void put_steps(unsigned r, struct isle_buf *out)
{
	const char *gap = "(?:";

	for (unsigned v = 0; v < 256; v += 1u << (8 - r)) {
		isle_buf_printf(out, "%s%u", gap, v);
		gap = "|";
	}
	isle_buf_puts(out, ")");
}

static void put_prefix4(struct isle_buf *out)
{
	isle_buf_puts(out, V4 "/32");
	for (unsigned len = 0; len < 32; len++) {
		isle_buf_puts(out, "|");
		for (unsigned i = 0; i < 4; i++) {
			isle_buf_puts(out, i ? "\\\\." : "");
			if (i < len / 8)
				isle_buf_puts(out, OCTET);
			else if (i == len / 8 && len % 8)
				put_steps(len % 8, out);
			else
				isle_buf_puts(out, "0");
		}
		isle_buf_printf(out, "/%u", len);
	}
}

static void put_subnets(struct isle_buf *out)
{
	isle_buf_puts(out, ",\"prefix\":{\"type\":\"string\",\"pattern\":\"^(?:");
	put_prefix4(out);
	/* host bits of IPv6: only what can be seen without counting */
	isle_buf_puts(out, "|(?=[^ ]*:)[0-9A-Fa-f:]+(?:(?:::|:0+)/(?:[1-9]?[0-9]|10[0-9]|11[0-2])"
			   "|/(?:11[3-9]|12[0-8])))$\"}");
	isle_buf_puts(out, ",\"prefixes\":{\"anyOf\":[{\"$ref\":\"#/$defs/prefix\"},{\"type\":\"array\","
			   "\"minItems\":1,\"items\":{\"$ref\":\"#/$defs/prefix\"}}]}"
			   ",\"subnet\":{\"anyOf\":[{\"enum\":[\"auto\",\"none\"]},{\"$ref\":\"#/$defs/prefixes\"}]}");
}

void isle_json_defs(struct isle_buf *out)
{
	for (size_t i = 0; i < ISLE_COUNT(patterns); i++) {
		isle_buf_printf(out, "%s\"%s\":{\"type\":\"string\",\"pattern\":\"%s\"", i ? "," : "",
				patterns[i].name, patterns[i].pattern);
		if (patterns[i].longest)
			isle_buf_printf(out, ",\"maxLength\":%d", patterns[i].longest);
		isle_buf_puts(out, "}");
	}
	put_subnets(out);
	isle_buf_puts(out, ",\"link_or_options\":{\"anyOf\":[{\"$ref\":\"#/$defs/link_text\"},{\"type\":\"object\","
			   "\"minProperties\":1,\"maxProperties\":1,\"propertyNames\":{\"$ref\":\"#/$defs/link_text\"},"
			   "\"additionalProperties\":{\"$ref\":\"#/$defs/link\"}}]}");
}
