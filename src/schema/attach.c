/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: words for what is there already, `docker:web`, `netns:blue`, `pid:4711`,
 * `path:/proc/4711/ns/net`: the namespace of a host that is attached. What they
 * name is found out by the engine, on the machine; here is their form, and the
 * name of a host that springs from one at the end of a link. `host` is the machine
 * itself, and no end of a link: a host that has it is called by a name.
 */
#include "schema/schema.h"

enum { REF_MAX = 1023 };

static const char *const words[] = { "docker", "podman", "lxc", "machine", "pid", "netns", "path", NULL };

/* The word of REF, and what is behind the colon; NULL: it begins with none. */
static const char *word_of(const char *s, size_t n, size_t *ret_arg)
{
	for (size_t i = 0; words[i]; i++) {
		const size_t len = strlen(words[i]);

		if (n > len && s[len] == ':' && memcmp(s, words[i], len) == 0) {
			*ret_arg = len + 1;
			return words[i];
		}
	}
	return NULL;
}

bool isle_attach_is(const char *s, size_t n)
{
	size_t arg;

	return word_of(s, n, &arg);
}

static bool is_file(const char *s, size_t n)
{
	return n && n <= 255 && !memchr(s, '/', n) && !(n <= 2 && memcmp(s, "..", n) == 0);
}

const char *isle_attach_wrong(const char *s, size_t n)
{
	size_t arg = 0;
	const char *word = word_of(s, n, &arg);
	uint64_t pid;

	if (n == sizeof(ISLE_ATTACH_HOST) - 1 && memcmp(s, ISLE_ATTACH_HOST, n) == 0)
		return NULL;
	if (!word)
		return "it is docker:NAME, podman:NAME, lxc:NAME, machine:NAME, pid:N, netns:NAME, path:/FILE or host";
	if (n == arg)
		return "nothing is behind the ':'";
	if (n > REF_MAX)
		return "it is too long";
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f)
			return "it has a space or a control character";
	if (strcmp(word, "pid") == 0)
		return isle_str_u64(s + arg, n - arg, &pid) && pid && pid <= INT32_MAX ? NULL : "a process is a number from 1";
	if (strcmp(word, "path") == 0)
		return s[arg] == '/' ? NULL : "a path begins with '/'";
	return is_file(s + arg, n - arg) ? NULL : "a name has no '/'";
}

size_t isle_attach_length(const char *s, size_t n)
{
	size_t arg = 0, end = n;

	if (!word_of(s, n, &arg))
		return n;
	while (end > arg && s[end - 1] != ':')
		end--;
	return end > arg ? end - 1 : n;
}

/* What cannot be in a name is a '-', and never two of them. */
static size_t make_label(const char *s, size_t n, char ret[ISLE_NAME_MAX + 1])
{
	size_t len = 0;

	for (size_t i = 0; i < n && len < ISLE_NAME_MAX; i++) {
		const char c = s[i];
		const bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';

		if (ok || (len && ret[len - 1] != '-'))
			ret[len++] = ok ? c : '-';
	}
	while (len && ret[len - 1] == '-')
		len--;
	ret[len] = '\0';
	return len;
}

char *isle_attach_name(struct isle_arena *a, const char *s, size_t n)
{
	char label[ISLE_NAME_MAX + 1], both[ISLE_NAME_MAX + 16];
	const char *last, *word;
	size_t arg = 0, len;

	word = word_of(s, n, &arg);
	last = memrchr(s + arg, '/', n - arg);
	last = last ? last + 1 : s + arg;
	len = make_label(last, (size_t)(s + n - last), label);
	if (isle_name_is(label, len, ISLE_NAME_MAX, NULL))
		return isle_arena_strdup(a, label);
	snprintf(both, sizeof(both), "%s-%s", word, *label ? label : "x");
	make_label(both, strlen(both), label);
	return isle_arena_strdup(a, label);
}

static bool parse_attach(struct isle_set *set, const struct isle_field *field, struct isle_node *node, void *dst)
{
	const char *why = isle_attach_wrong(node->text, node->n_text), *colon = strchr(node->text, ':'), *near = NULL;

	(void)field;
	if (colon && !isle_attach_is(node->text, node->n_text))
		near = isle_near_best(isle_set_text(set, "%.*s", (int)(colon - node->text), node->text), words, SIZE_MAX);
	if (why)
		return isle_set_reject(set, node, 0, 0, near ? isle_set_text(set, "did you mean '%s:'?", near) : NULL,
				       "'%.80s' is nothing to attach: %s", node->text, why);
	return isle_set_word(set, node, dst);
}

const struct isle_type isle_t_attach = { "a namespace that is there", "docker:NAME, podman:, lxc:, machine:NAME, pid:N, netns:NAME, path:/FILE, host",
					 "{\"$ref\":\"#/$defs/attach\"}", sizeof(struct isle_word), false, parse_attach, NULL };
