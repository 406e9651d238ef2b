/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the forms a scalar can have: numbers, words, names. The row types a
 * scalar, not YAML: `yes` is no bool here and `0x10` no number, and each
 * refusal says what was probably meant. Addresses are in addr.c.
 */
#include "schema/schema.h"

#include <strings.h>

#define TEXT(node) (node)->text, (node)->n_text

static bool blame(struct isle_set *set, const struct isle_field *field, struct isle_node *node, const char *hint)
{
	return isle_set_reject(set, node, 0, 0, hint, "%s is %s, not '%.64s'", field->name, field->type->name,
			       node->text);
}

bool isle_set_word(struct isle_set *set, struct isle_node *node, struct isle_word *dst)
{
	char *s = isle_arena_strndup(set->arena, node->text, node->n_text);

	if (!s) {
		set->nomem = true;
		return false;
	}
	*dst = (struct isle_word){ s, node->loc };
	return true;
}

static bool parse_name(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	size_t max = field->max ? field->max : ISLE_NAME_MAX;
	const char *why, *reason, *hint = NULL;
	struct isle_range range;

	if (isle_name_is(TEXT(node), max, &reason))
		return isle_set_word(set, node, dst);
	if (isle_range_parse(set->arena, TEXT(node), ISLE_NAME_MAX, &range, &why, &hint) && range.written)
		return isle_set_reject(set, node, 0, 0, "write the names one by one", "a range cannot stand here");
	if (node->n_text > max && !hint)
		hint = "names are never shortened";
	return isle_set_reject(set, node, 0, 0, hint, "'%.80s' cannot be a name: %s", node->text, reason);
}

static bool parse_ifname(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const char *why;

	(void)field;
	if (isle_name_is_ifname(TEXT(node), &why))
		return isle_set_word(set, node, dst);
	return isle_set_reject(set, node, 0, 0, node->n_text > 15 ? "names are never shortened" : NULL,
			       "'%.80s' cannot be an interface: %s", node->text, why);
}

/* What a refused number was probably meant to be. */
static const char *number_hint(struct isle_set *set, const struct isle_node *node)
{
	const char *s = node->text;
	char *end;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		unsigned long long v = strtoull(s + 2, &end, 16);
		if (end > s + 2 && !*end)
			return isle_set_text(set, "%llu?", v);
	}
	if (s[0] == '0' && strspn(s, "0123456789") == node->n_text)
		return isle_set_text(set, "%s?", s + strspn(s, "0") - (s[strspn(s, "0")] == '\0'));
	return "decimal digits only";
}

static bool parse_u32(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_doc_u32 *u = dst;
	uint64_t max = field->max ? field->max : UINT32_MAX, v;

	if (strspn(node->text, "0123456789") != node->n_text || (node->text[0] == '0' && node->n_text > 1))
		return blame(set, field, node, number_hint(set, node));
	if (!isle_str_u64(TEXT(node), &v) || v < field->min || v > max)
		return isle_set_reject(set, node, 0, 0, NULL, "%s is from %llu to %llu, not %.64s", field->name,
				       (unsigned long long)field->min, (unsigned long long)max, node->text);
	*u = (struct isle_doc_u32){ true, (uint32_t)v, node->loc };
	return true;
}

static const char *bool_hint(const char *s)
{
	static const struct { const char *word; bool v; } words[] = {
		{ "yes", true }, { "on", true }, { "y", true }, { "1", true }, { "true", true }, { "no", false },
		{ "off", false }, { "n", false }, { "0", false }, { "false", false },
	};
	for (size_t i = 0; i < ISLE_COUNT(words); i++)
		if (strcasecmp(words[i].word, s) == 0)
			return words[i].v ? "true?" : "false?";
	return NULL;
}

static bool parse_bool(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	struct isle_doc_bool *b = dst;
	bool v = strcmp(node->text, "true") == 0;

	if (!v && strcmp(node->text, "false") != 0)
		return blame(set, field, node, bool_hint(node->text));
	*b = (struct isle_doc_bool){ true, v, node->loc };
	return true;
}

/* "up or down", "bridge" */
static const char *choices(struct isle_set *set, const struct isle_enum *e)
{
	const char *s = "";

	for (size_t i = 0; e[i].name; i++)
		if (!e[i].reserved)
			s = *s ? isle_set_text(set, "%s%s%s", s, e[i + 1].name && !e[i + 1].reserved ? ", " : " or ",
					       e[i].name)
			       : e[i].name;
	return s;
}

const struct isle_enum *isle_set_enum(struct isle_set *set, const struct isle_field *field, struct isle_node *node)
{
	const char *names[16];
	size_t n = 0;

	for (const struct isle_enum *e = field->enums; e->name; e++) {
		if (strcmp(e->name, node->text) == 0) {
			if (!e->reserved)
				return e;
			isle_set_reject(set, node, 0, 0, NULL, "%s '%s' is not in this version", field->name, e->name);
			return NULL;
		}
		if (n < ISLE_COUNT(names))
			names[n++] = e->name;
	}
	const char *near = isle_near_best(node->text, names, n);
	isle_set_reject(set, node, 0, 0, near ? isle_set_text(set, "did you mean '%s'?", near) : NULL,
			"%s is %s, not '%.64s'", field->name, choices(set, field->enums), node->text);
	return NULL;
}

static bool parse_enum(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const struct isle_enum *e = isle_set_enum(set, field, node);

	if (e)
		*(struct isle_doc_enum *)dst = (struct isle_doc_enum){ true, e->value, node->loc };
	return e;
}

static bool parse_flag(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const struct isle_enum *e = isle_set_enum(set, field, node);

	if (e)
		*(struct isle_doc_bool *)dst = (struct isle_doc_bool){ true, e->value, node->loc };
	return e;
}

static bool parse_choice(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	return isle_set_enum(set, field, node) && isle_set_word(set, node, dst);
}

static bool parse_alias(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const char *why;

	(void)field;
	if (isle_name_is_alias(TEXT(node), &why))
		return isle_set_word(set, node, dst);
	return isle_set_reject(set, node, 0, 0, NULL, "'%.80s' cannot be an alias: %s", node->text, why);
}

/* `net.` and no way out of /proc/sys, also once dots and slashes are swapped for the kernel. */
static bool is_sysctl(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool sep = s[i] == '.' || s[i] == '/';
		bool word = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
			    (s[i] >= '0' && s[i] <= '9') || s[i] == '_' || s[i] == '-';
		if (!sep && !word)
			return false;
		if (sep && (i + 1 == n || s[i + 1] == '.' || s[i + 1] == '/'))
			return false;
	}
	return n > 4 && n < 200;
}

static bool parse_sysctl(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	(void)field;
	if (strncmp(node->text, "net.", 4) != 0)
		return isle_set_reject(set, node, 0, 0, "only 'net.…' belongs to a host alone",
				       "'%.80s' is no sysctl of a network namespace", node->text);
	if (!is_sysctl(TEXT(node)))
		return isle_set_reject(set, node, 0, 0, NULL, "'%.80s' cannot be a sysctl", node->text);
	return isle_set_word(set, node, dst);
}

static bool parse_text(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	for (size_t i = 0; i < node->n_text; i++)
		if ((unsigned char)node->text[i] < ' ' || node->text[i] == 0x7f)
			return isle_set_reject(set, node, 0, 0, NULL, "%s has a control character", field->name);
	return isle_set_word(set, node, dst);
}

const struct isle_type isle_t_name = { "a name", "letters, digits, - and _", "{\"$ref\":\"#/$defs/name\"}",
				       sizeof(struct isle_word), false, parse_name, NULL };
/* Only keys are ranges, and what makes many of one is labfile/doc_hosts.c. */
const struct isle_type isle_t_range = { "a name or a range", "NAME, or h1..20", "{\"$ref\":\"#/$defs/range\"}",
					sizeof(struct isle_word), false, NULL, NULL };
const struct isle_type isle_t_ifname = { "an interface name", "1 to 15 bytes, no space, '/' or ':'",
					 "{\"$ref\":\"#/$defs/ifname\"}", sizeof(struct isle_word), false,
					 parse_ifname, NULL };
const struct isle_type isle_t_u32 = { "an integer", "decimal", NULL, sizeof(struct isle_doc_u32), false, parse_u32,
				      NULL };
const struct isle_type isle_t_bool = { "true or false", "true or false", "{\"type\":\"boolean\"}",
				       sizeof(struct isle_doc_bool), false, parse_bool, NULL };
const struct isle_type isle_t_enum = { "a word", NULL, NULL, sizeof(struct isle_doc_enum), false, parse_enum, NULL };
const struct isle_type isle_t_flag = { "a word", NULL, NULL, sizeof(struct isle_doc_bool), false, parse_flag, NULL };
const struct isle_type isle_t_choice = { "a word", NULL, NULL, sizeof(struct isle_word), false, parse_choice, NULL };
const struct isle_type isle_t_alias = { "a name", "like a name; dots are allowed",
					"{\"$ref\":\"#/$defs/alias\"}", sizeof(struct isle_word), false,
					parse_alias, NULL };
const struct isle_type isle_t_sysctl = { "a sysctl", "net.…", NULL, sizeof(struct isle_word), false, parse_sysctl,
					 NULL };
const struct isle_type isle_t_text = { "a text", "any text of one line",
				       "{\"type\":[\"string\",\"number\",\"boolean\"]}",
				       sizeof(struct isle_word), false, parse_text, NULL };
