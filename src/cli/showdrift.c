/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: `isle show`: what has been changed by hand since the lab came up. */
#include "cli/show.h"

struct drift {
	const struct show *show;
	json_t *list;
};

static void each(const struct isle_host *host, const struct isle_iface *iface, const char *words, void *arg)
{
	const struct drift *d = arg;
	const struct show *s = d->show;

	if (s->host && s->host != host)
		return;
	if (s->iface && (!iface || strcmp(s->iface, isle_iface_name(iface))))
		return;
	json_array_append_new(d->list, json_pack("{s:s?, s:s?, s:s}", "host", host ? isle_host_name(host) : NULL, "interface",
						 iface ? isle_iface_name(iface) : NULL, "what", words));
}

json_t *show_drift_json(const struct show *s)
{
	struct drift d = { s, json_array() };

	if (d.list && isle_live_drift(s->live, each, &d, s->cli->diag) >= 0)
		return d.list;
	json_decref(d.list);
	return NULL;
}

void show_drift(const struct show *s)
{
	json_t *list = s->live ? show_drift_json(s) : NULL, *one;
	size_t i;

	if (json_array_size(list)) {
		putchar('\n');
		cli_title("changed by hand since\n", s->cli);
	}
	json_array_foreach(list, i, one) {
		const char *host = json_string_value(json_object_get(one, "host"));
		const char *iface = json_string_value(json_object_get(one, "interface"));

		printf("%s%s%s %s\n", host ? host : "the fabric", iface ? ":" : "", iface ? iface : "",
		       json_string_value(json_object_get(one, "what")));
	}
	json_decref(list);
}
