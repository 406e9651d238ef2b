/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the record: what a lab was built from, as versioned JSON in its tree.
 * It comes and goes with the lab's mount, so it needs no cleaning; the boot id
 * is there for whoever copies it. The text is kept whole because loading it
 * again gives the identical model; only what the text does not decide is
 * written beside it (the uplinks' subnets, where Open vSwitch forwards).
 */
#include <jansson.h>
#include <time.h>
#include "ns/ns.h"
#include "tree/file.h"
#include "tree/record.h"

#define RECORD_VERSION 1
#define RECORD_MAX (64u << 20)

static json_t *text_json(const char *s, size_t n)
{
	/* What is not UTF-8 was refused when the file was read. */
	return json_stringn_nocheck(s ? s : "", s ? n : 0);
}

static json_t *uplinks_json(const struct isle_lab *lab)
{
	json_t *list = json_array();
	char ip[ISLE_IP_TEXT];

	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];
		json_t *subnets;

		if (h->uplink.kind == ISLE_UPLINK_NONE)
			continue;
		subnets = json_array();
		for (size_t k = 0; k < h->uplink.n_subnets; k++)
			json_array_append_new(subnets, json_string(isle_ip_text(&h->uplink.subnets[k], true, ip)));
		json_array_append_new(list, json_pack("{s:s, s:o}", "host", h->name, "subnets", subnets));
	}
	return list;
}

/* Links are not followed: a lab may have its name from the name of one. */
static char *absolute(const char *name)
{
	isle_auto(free) char *cwd = name[0] == '/' || !strcmp(name, "-") ? NULL : getcwd(NULL, 0);
	isle_auto(buf) struct isle_buf out = { 0 };

	if (cwd)
		isle_buf_printf(&out, "%s/", strcmp(cwd, "/") ? cwd : "");
	isle_buf_puts(&out, name);
	return isle_buf_steal(&out);
}

static json_t *record_json(const struct isle_lab *lab, int64_t since, const struct isle_buf *full)
{
	isle_auto(free) char *file = absolute(lab->source.name);
	char boot[37] = "";

	if (!file)
		return NULL;
	isle_boot_id(boot);
	return json_pack("{s:i, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:i}", "version", RECORD_VERSION, "lab", lab->name,
			 "isle", ISLE_VERSION, "boot_id", boot, "created", (json_int_t)(since ? since : time(NULL)),
			 "file", text_json(file, strlen(file)), "text", text_json(lab->source.text, lab->source.len),
			 "full", text_json(full->s, full->n), "uplinks", uplinks_json(lab),
			 "datapath", (int)lab->auto_datapath);
}

int isle_record_make(const struct isle_lab *lab, int64_t since, char **ret, size_t *ret_n, struct isle_diag *d)
{
	isle_auto(buf) struct isle_buf full = { 0 };
	json_t *json;
	char *s;

	if (isle_lab_full(lab, &full) || full.bad)
		return isle_fail(d, ENOMEM, NULL, "cannot write the long form of lab %s", lab->name);
	json = record_json(lab, since, &full);
	s = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!s)
		return isle_fail(d, ENOMEM, NULL, "cannot write the record of lab %s", lab->name);
	*ret = s;
	*ret_n = strlen(s);
	return 0;
}

static char *take_string(const json_t *json, const char *key)
{
	const json_t *v = json_object_get(json, key);

	return json_is_string(v) ? strdup(json_string_value(v)) : strdup("");
}

static int read_uplinks(const json_t *list, struct isle_record *rec)
{
	size_t n = json_array_size(list);

	if (n == 0)
		return 0;
	rec->uplinks = calloc(n, sizeof(*rec->uplinks));
	if (!rec->uplinks)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const json_t *u = json_array_get(list, i), *subnets = json_object_get(u, "subnets");

		rec->uplinks[i].host = take_string(u, "host");
		rec->n_uplinks = i + 1;
		if (!rec->uplinks[i].host)
			return -ENOMEM;
		for (size_t k = 0; k < json_array_size(subnets) && k < ISLE_COUNT(rec->uplinks[i].subnet); k++) {
			const json_t *v = json_array_get(subnets, k);
			bool has_len;

			if (isle_ip_parse(json_string_value(v) ? json_string_value(v) : "", json_string_length(v),
					  &rec->uplinks[i].subnet[k], &has_len))
				rec->uplinks[i].n = k + 1;
		}
	}
	return 0;
}

static int read_fields(const json_t *json, struct isle_record *rec)
{
	rec->lab = take_string(json, "lab");
	rec->file = take_string(json, "file");
	rec->text = take_string(json, "text");
	rec->full = take_string(json, "full");
	rec->boot_id = take_string(json, "boot_id");
	rec->version = take_string(json, "isle");
	rec->datapath = (int)json_integer_value(json_object_get(json, "datapath"));
	rec->created = json_integer_value(json_object_get(json, "created"));
	if (!rec->lab || !rec->file || !rec->text || !rec->full || !rec->boot_id || !rec->version)
		return -ENOMEM;
	return read_uplinks(json_object_get(json, "uplinks"), rec);
}

int isle_record_read_as(const struct isle_tree *tree, const char *file, struct isle_record **ret, struct isle_diag *d)
{
	isle_auto(free) char *text = NULL;
	struct isle_record *rec;
	json_int_t version;
	json_t *json;
	size_t n;
	int r = isle_file_read(tree->dir, file, RECORD_MAX, &text, &n);

	if (r == -ENOENT)
		return r;
	if (r)
		return isle_fail(d, -r, NULL, "cannot read the record of lab %s", tree->lab);
	json = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	version = json_integer_value(json_object_get(json, "version"));
	if (version != RECORD_VERSION) {
		json_decref(json);
		isle_reject(d, NULL, "the record of lab %s has a form that this isle does not know", tree->lab);
		isle_hint(d, "it was brought up by another version; `isle down %s` works all the same", tree->lab);
		return -EINVAL;
	}
	rec = calloc(1, sizeof(*rec));
	r = rec ? read_fields(json, rec) : -ENOMEM;
	json_decref(json);
	if (r) {
		isle_record_free(rec);
		return isle_fail(d, -r, NULL, "cannot read the record of lab %s", tree->lab);
	}
	*ret = rec;
	return 0;
}

int isle_record_read(const struct isle_tree *tree, struct isle_record **ret, struct isle_diag *d)
{
	int r = isle_record_read_as(tree, ISLE_RECORD, ret, d);

	return r == -ENOENT ? isle_fail(d, ENOENT, NULL, "cannot read the record of lab %s", tree->lab) : r;
}

void isle_record_free(struct isle_record *rec)
{
	if (!rec)
		return;
	for (size_t i = 0; i < rec->n_uplinks; i++)
		free(rec->uplinks[i].host);
	free(rec->uplinks);
	free(rec->lab);
	free(rec->file);
	free(rec->text);
	free(rec->full);
	free(rec->boot_id);
	free(rec->version);
	free(rec);
}

void isle_datapath_choose(struct isle_lab *lab, enum isle_datapath datapath)
{
	lab->auto_datapath = datapath;
	for (size_t i = 0; i < lab->n_networks; i++)
		if (lab->networks[i]->kind == ISLE_SWITCH_OVS && lab->networks[i]->datapath == ISLE_DATAPATH_AUTO)
			lab->networks[i]->datapath = datapath;
}

void isle_uplink_move(struct isle_host *h, size_t i, const struct isle_ip *subnet)
{
	const struct isle_ip old = h->uplink.subnets[i];
	struct isle_iface *iface = h->uplink.iface;
	struct isle_ip was, now;

	h->uplink.subnets[i] = *subnet;
	if (isle_ip_host(&old, 2, &was) && isle_ip_host(subnet, 2, &now))
		for (size_t k = 0; iface && k < iface->n_addresses; k++)
			if (isle_ip_equal(&iface->addresses[k], &was))
				iface->addresses[k] = now;
	if (!isle_ip_host(&old, 1, &was) || !isle_ip_host(subnet, 1, &now))
		return;
	for (size_t k = 0; k < h->n_routes; k++)
		for (size_t j = 0; j < h->routes[k].n_hops; j++)
			if (isle_ip_equal(&h->routes[k].hops[j].via, &was))
				h->routes[k].hops[j].via = now;
}

int isle_record_lab(const struct isle_record *rec, struct isle_lab **ret, struct isle_diag *d)
{
	struct isle_lab *lab = NULL;
	int r = isle_lab_load(rec->text, strlen(rec->text), rec->file, &lab, NULL);

	for (size_t i = 0; !r && i < rec->n_uplinks; i++) {
		struct isle_host *h = isle_lab_host(lab, rec->uplinks[i].host);

		for (size_t k = 0; h && k < h->uplink.n_subnets && k < rec->uplinks[i].n; k++)
			isle_uplink_move(h, k, &rec->uplinks[i].subnet[k]);
	}
	if (!r)
		isle_datapath_choose(lab, rec->datapath == ISLE_DATAPATH_SYSTEM ? ISLE_DATAPATH_SYSTEM : ISLE_DATAPATH_NETDEV);
	if (r) {
		isle_lab_free(lab);
		isle_reject(d, NULL, "the file that lab %s was brought up from means nothing to this isle", rec->lab);
		isle_hint(d, "it was brought up by another version; `isle down %s` works all the same", rec->lab);
		return r;
	}
	*ret = lab;
	return 0;
}

int isle_tree_lab(const struct isle_tree *tree, struct isle_lab **ret, struct isle_diag *d)
{
	struct isle_record *rec;
	int r = isle_record_read(tree, &rec, d);

	if (r)
		return r;
	r = isle_record_lab(rec, ret, d);
	isle_record_free(rec);
	return r;
}
