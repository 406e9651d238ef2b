/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: an event as a line: for people, with the time of day, and as JSON, as isle-map-json(5) has it. */
#include <linux/rtnetlink.h>
#include "see/watch.h"

static const char *const route_types[] = { [RTN_UNREACHABLE] = "unreachable", [RTN_BLACKHOLE] = "blackhole", [RTN_PROHIBIT] = "prohibit",
					   [RTN_THROW] = "throw", [RTN_LOCAL] = "local", [RTN_BROADCAST] = "broadcast",
					   [RTN_ANYCAST] = "anycast", [RTN_MULTICAST] = "multicast", [RTN_UNICAST] = "unicast" };

static const char *route_type(const struct isle_thing *t)
{
	const char *s = t->type < ISLE_COUNT(route_types) ? route_types[t->type] : NULL;

	return s ? s : "unknown";
}

static const char *state(const struct isle_thing *t)
{
	return !(t->flags & IFF_UP) ? "down" : t->flags & IFF_RUNNING ? "up" : "up, no carrier";
}

/* ", WORDS" */
static void also(struct isle_buf *out, size_t start, const char *fmt, ...) ISLE_PRINTF(3, 4);
static void also(struct isle_buf *out, size_t start, const char *fmt, ...)
{
	va_list ap;

	isle_buf_puts(out, out->n > start ? ", " : "");
	va_start(ap, fmt);
	isle_buf_vprintf(out, fmt, ap);
	va_end(ap);
}

static const char *link_name(const struct isle_watch_event *e, int ifindex)
{
	const struct isle_thing *l = isle_things_link(e->things, ifindex);

	return l ? l->name : "?";
}

static void link_differs(const struct isle_watch_event *e, struct isle_buf *out)
{
	const struct isle_thing *t = e->thing, *was = e->thing_was;
	const size_t start = out->n;
	char mac[96];

	if (strcmp(was->name, t->name))
		also(out, start, "was %s", was->name);
	if ((was->flags ^ t->flags) & (IFF_UP | IFF_RUNNING))
		also(out, start, "%s", state(t));
	if (was->mtu != t->mtu)
		also(out, start, "mtu %u", t->mtu);
	if (was->master && was->master != t->master)
		also(out, start, "out of %s", link_name(e, was->master));
	if (t->master && was->master != t->master)
		also(out, start, "in %s", link_name(e, t->master));
	if (was->n_mac != t->n_mac || memcmp(was->mac, t->mac, t->n_mac))
		also(out, start, "%s", isle_see_mac(t->mac, t->n_mac, mac));
}

static void put_link(const struct isle_watch_event *e, struct isle_buf *out)
{
	const struct isle_thing *t = e->thing;
	size_t start;

	isle_buf_printf(out, "link %s", t->name);
	if (e->change == ISLE_WATCH_WENT)
		return;
	isle_buf_puts(out, ": ");
	start = out->n;
	if (e->change == ISLE_WATCH_CHANGED) {
		link_differs(e, out);
		return;
	}
	if (*t->kind)
		also(out, start, "%s", t->kind);
	also(out, start, "%s", state(t));
	if (t->master)
		also(out, start, "in %s", link_name(e, t->master));
}

static const char *interface(const struct isle_thing *t)
{
	return t->n_hops && *t->hops[0].interface ? t->hops[0].interface : "?";
}

static void put_route(const struct isle_thing *t, struct isle_buf *out)
{
	char ip[ISLE_IP_TEXT];

	isle_buf_puts(out, "route ");
	if (t->type != RTN_UNICAST)
		isle_buf_printf(out, "%s ", route_type(t));
	if (t->ip.len)
		isle_buf_puts(out, isle_ip_text(&t->ip, true, ip));
	else
		isle_buf_puts(out, t->ip.family == AF_INET6 ? "::/0" : "0.0.0.0/0");
	if (t->peer.family)
		isle_buf_printf(out, " from %s", isle_ip_text(&t->peer, true, ip));
	for (size_t i = 0; i < t->n_hops; i++) {
		isle_buf_puts(out, i ? " and" : "");
		if (t->hops[i].via.family)
			isle_buf_printf(out, " via %s", isle_ip_text(&t->hops[i].via, false, ip));
		if (t->hops[i].ifindex)
			isle_buf_printf(out, " on %s", *t->hops[i].interface ? t->hops[i].interface : "?");
	}
	if (t->table != RT_TABLE_MAIN)
		isle_buf_printf(out, ", table %u", t->table);
	if (t->metric)
		isle_buf_printf(out, ", metric %u", t->metric);
}

static void put_what(const struct isle_watch_event *e, struct isle_buf *out)
{
	const struct isle_thing *t = e->thing;
	char ip[ISLE_IP_TEXT], mac[96];

	switch (e->what) {
	case ISLE_WATCHED_NAMESPACE:
		isle_buf_puts(out, "namespace");
		if (e->was)
			isle_buf_printf(out, ", was %s", e->was);
		break;
	case ISLE_WATCHED_LINK:
		put_link(e, out);
		break;
	case ISLE_WATCHED_ADDRESS:
		isle_buf_printf(out, "address %s of %s", isle_ip_text(&t->ip, true, ip), interface(t));
		if (t->peer.family)
			isle_buf_printf(out, ", peer %s", isle_ip_text(&t->peer, true, ip));
		if (e->change == ISLE_WATCH_CHANGED)
			isle_buf_puts(out, ": somebody else has it");
		break;
	case ISLE_WATCHED_ROUTE:
		put_route(t, out);
		break;
	case ISLE_WATCHED_NEIGHBOUR:
		isle_buf_printf(out, "neighbour %s on %s", isle_ip_text(&t->ip, false, ip), interface(t));
		if (e->change != ISLE_WATCH_WENT)
			isle_buf_printf(out, ": %s", t->n_mac ? isle_see_mac(t->mac, t->n_mac, mac) : "no answer");
		break;
	}
}

static int text(const struct isle_watch_event *e, struct isle_buf *out)
{
	static const char signs[] = { [ISLE_WATCH_CAME] = '+', [ISLE_WATCH_WENT] = '-', [ISLE_WATCH_CHANGED] = '~', [ISLE_WATCH_LOST] = '!' };
	struct isle_arena *arena = isle_arena_new();
	isle_auto(buf) struct isle_buf raw = { 0 };
	const char *plain;
	char clock[16];
	struct tm tm;

	if (!localtime_r(&e->at.tv_sec, &tm) || !strftime(clock, sizeof(clock), "%H:%M:%S", &tm))
		clock[0] = '\0';
	isle_buf_printf(&raw, "%s: %c ", e->label, signs[e->change]);
	if (e->change == ISLE_WATCH_LOST)
		isle_buf_puts(&raw, "events were lost; what is different now is told");
	else
		put_what(e, &raw);
	plain = arena && !raw.bad ? isle_plain(arena, raw.s) : NULL;
	isle_buf_printf(out, "%s.%03ld %s\n", clock, e->at.tv_nsec / 1000000, plain ? plain : "");
	isle_arena_free(arena);
	return plain && !out->bad ? 0 : -ENOMEM;
}

static json_t *mac(const struct isle_thing *t)
{
	char buf[96];

	return t->n_mac ? json_string(isle_see_mac(t->mac, t->n_mac, buf)) : NULL;
}

static json_t *link_json(const struct isle_watch_event *e, const struct isle_thing *t)
{
	return json_pack("{s:i, s:o, s:o*, s:b, s:b, s:I, s:o*, s:o*}", "index", t->ifindex, "name", isle_json_text(t->name), "kind",
			 *t->kind ? isle_json_text(t->kind) : NULL, "up", (t->flags & IFF_UP) != 0, "carrier", (t->flags & IFF_RUNNING) != 0, "mtu",
			 (json_int_t)t->mtu, "mac", mac(t), "master", t->master ? isle_json_text(link_name(e, t->master)) : NULL);
}

static json_t *hops_json(const struct isle_thing *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->n_hops; i++)
		json_array_append_new(list, json_pack("{s:o*, s:o*, s:I}", "via", isle_json_ip(&t->hops[i].via, false), "interface",
						      t->hops[i].ifindex ? isle_json_text(t->hops[i].interface) : NULL, "weight",
						      (json_int_t)t->hops[i].weight));
	return list;
}

static json_t *thing_json(const struct isle_watch_event *e, const struct isle_thing *t)
{
	switch (e->what) {
	case ISLE_WATCHED_LINK: return link_json(e, t);
	case ISLE_WATCHED_ADDRESS:
		return json_pack("{s:o, s:o*, s:o}", "address", isle_json_ip(&t->ip, true), "peer", isle_json_ip(&t->peer, true), "interface",
				 isle_json_text(interface(t)));
	case ISLE_WATCHED_ROUTE:
		return json_pack("{s:s, s:o, s:o*, s:s, s:I, s:I, s:o}", "type", route_type(t), "dst",
				 t->ip.len ? isle_json_ip(&t->ip, true) : json_string("default"), "from", isle_json_ip(&t->peer, true), "family",
				 t->ip.family == AF_INET ? "inet" : "inet6", "table", (json_int_t)t->table, "metric", (json_int_t)t->metric, "hops",
				 hops_json(t));
	case ISLE_WATCHED_NEIGHBOUR:
		return json_pack("{s:o, s:o*, s:o}", "address", isle_json_ip(&t->ip, false), "mac", mac(t), "interface",
				 isle_json_text(interface(t)));
	default: return NULL;
	}
}

static int json(const struct isle_watch_event *e, struct isle_buf *out)
{
	static const char *const changes[] = { [ISLE_WATCH_CAME] = "came", [ISLE_WATCH_WENT] = "went", [ISLE_WATCH_CHANGED] = "changed",
					       [ISLE_WATCH_LOST] = "lost" };
	static const char *const whats[] = { [ISLE_WATCHED_NAMESPACE] = "namespace", [ISLE_WATCHED_LINK] = "link",
					     [ISLE_WATCHED_ADDRESS] = "address", [ISLE_WATCHED_ROUTE] = "route",
					     [ISLE_WATCHED_NEIGHBOUR] = "neighbour" };
	char when[32];
	struct tm tm;
	json_t *o;
	int r;

	if (!gmtime_r(&e->at.tv_sec, &tm) || !strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm))
		when[0] = '\0';
	o = json_pack("{s:i, s:o, s:s, s:s*, s:I, s:o, s:o*, s:o*, s:o*}", "version", 1, "time",
		      json_sprintf("%s.%06ldZ", when, e->at.tv_nsec / 1000), "event", changes[e->change], "what",
		      e->change == ISLE_WATCH_LOST ? NULL : whats[e->what], "namespace", (json_int_t)e->ns, "label", isle_json_text(e->label),
		      "lab", isle_json_text(e->lab), "host", isle_json_text(e->host), "was", isle_json_text(e->was));
	if (o && e->thing)
		json_object_set_new(o, whats[e->what], thing_json(e, e->thing));
	if (o && e->thing_was)
		json_object_set_new(o, "was", thing_json(e, e->thing_was));
	r = isle_json_put(out, o);
	isle_buf_puts(out, "\n");
	return r || out->bad ? -ENOMEM : 0;
}

int isle_watch_line(const struct isle_watch_event *e, enum isle_map_form form, char **ret)
{
	isle_auto(buf) struct isle_buf out = { 0 };
	char *s;
	int r;

	if (form != ISLE_MAP_TEXT && form != ISLE_MAP_JSON)
		return -EINVAL;
	r = form == ISLE_MAP_TEXT ? text(e, &out) : json(e, &out);
	s = r ? NULL : isle_buf_steal(&out);
	if (!s)
		return -ENOMEM;
	*ret = s;
	return 0;
}
