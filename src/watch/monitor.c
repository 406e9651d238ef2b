/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: an event as a line: for people, with the time of day, and as JSON, as isle-map-json(5) has it. */
#include <linux/rtnetlink.h>
#include "watch/watch.h"

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

static void put_link_json(struct isle_json *j, const struct isle_watch_event *e, const struct isle_thing *t)
{
	isle_json_number(j, "index", (uint64_t)t->ifindex);
	isle_json_text(j, "name", t->name);
	isle_json_text(j, "kind", *t->kind ? t->kind : NULL);
	isle_json_bool(j, "up", t->flags & IFF_UP);
	isle_json_bool(j, "carrier", t->flags & IFF_RUNNING);
	isle_json_number(j, "mtu", t->mtu);
	isle_json_mac(j, "mac", t->mac, t->n_mac);
	isle_json_text(j, "master", t->master ? link_name(e, t->master) : NULL);
}

static void put_route_json(struct isle_json *j, const struct isle_thing *t)
{
	isle_json_text(j, "type", route_type(t));
	if (t->ip.len)
		isle_json_ip(j, "dst", &t->ip, true);
	else
		isle_json_text(j, "dst", "default");
	isle_json_ip(j, "from", &t->peer, true);
	isle_json_text(j, "family", t->ip.family == AF_INET ? "inet" : "inet6");
	isle_json_number(j, "table", t->table);
	isle_json_number(j, "metric", t->metric);
	isle_json_open(j, "hops", '[');
	for (size_t i = 0; i < t->n_hops; i++) {
		isle_json_open(j, NULL, '{');
		isle_json_ip(j, "via", &t->hops[i].via, false);
		isle_json_text(j, "interface", t->hops[i].ifindex ? t->hops[i].interface : NULL);
		isle_json_number(j, "weight", t->hops[i].weight);
		isle_json_close(j, '}');
	}
	isle_json_close(j, ']');
}

static void put_thing_json(struct isle_json *j, const char *key, const struct isle_watch_event *e, const struct isle_thing *t)
{
	isle_json_open(j, key, '{');
	switch (e->what) {
	case ISLE_WATCHED_LINK:
		put_link_json(j, e, t);
		break;
	case ISLE_WATCHED_ADDRESS:
		isle_json_ip(j, "address", &t->ip, true);
		isle_json_ip(j, "peer", &t->peer, true);
		isle_json_text(j, "interface", interface(t));
		break;
	case ISLE_WATCHED_ROUTE:
		put_route_json(j, t);
		break;
	case ISLE_WATCHED_NEIGHBOUR:
		isle_json_ip(j, "address", &t->ip, false);
		isle_json_mac(j, "mac", t->mac, t->n_mac);
		isle_json_text(j, "interface", interface(t));
		break;
	default:
		break;
	}
	isle_json_close(j, '}');
}

static int json(const struct isle_watch_event *e, struct isle_buf *out)
{
	static const char *const changes[] = { [ISLE_WATCH_CAME] = "came", [ISLE_WATCH_WENT] = "went", [ISLE_WATCH_CHANGED] = "changed",
					       [ISLE_WATCH_LOST] = "lost" };
	static const char *const whats[] = { [ISLE_WATCHED_NAMESPACE] = "namespace", [ISLE_WATCHED_LINK] = "link",
					     [ISLE_WATCHED_ADDRESS] = "address", [ISLE_WATCHED_ROUTE] = "route",
					     [ISLE_WATCHED_NEIGHBOUR] = "neighbour" };
	struct isle_json j = { .out = out };
	char when[32], time[64];
	struct tm tm;

	if (!gmtime_r(&e->at.tv_sec, &tm) || !strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm))
		when[0] = '\0';
	snprintf(time, sizeof(time), "%s.%06ldZ", when, e->at.tv_nsec / 1000);
	isle_json_open(&j, NULL, '{');
	isle_json_number(&j, "version", 1);
	isle_json_text(&j, "time", time);
	isle_json_text(&j, "event", changes[e->change]);
	isle_json_text(&j, "what", e->change == ISLE_WATCH_LOST ? NULL : whats[e->what]);
	isle_json_number(&j, "namespace", e->ns);
	isle_json_text(&j, "label", e->label);
	isle_json_text(&j, "lab", e->lab);
	isle_json_text(&j, "host", e->host);
	isle_json_text(&j, "was", e->was);
	if (e->thing)
		put_thing_json(&j, whats[e->what], e, e->thing);
	if (e->thing_was)
		put_thing_json(&j, "was", e, e->thing_was);
	isle_json_close(&j, '}');
	isle_buf_puts(out, "\n");
	return out->bad ? -ENOMEM : 0;
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
