/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the bytes of a database server: in one piece and byte by byte they are
 * the same messages, and whatever a message holds, reading values from it ends.
 */
#include "ovsdb/feed.h"
#include "ovsdb/ovsdb.h"

static void look(const json_t *value)
{
	isle_auto(buf) struct isle_buf out = { 0 };
	const json_t *results = json_object_get(value, "result");

	for (size_t i = 0; i < json_array_size(results); i++) {
		const json_t *rows = isle_ovsdb_rows(results, i);

		for (size_t k = 0; k < json_array_size(rows); k++) {
			const json_t *column = json_object_get(json_array_get(rows, k), "c");

			isle_ovsdb_map_text(column, &out);
			isle_ovsdb_string(column);
			for (size_t n = 0; n < isle_ovsdb_set_n(column); n++)
				isle_ovsdb_uuid(isle_ovsdb_set_at(column, n));
		}
	}
}

/* How many messages; all that follows one that is none does not count. */
static size_t feed(const uint8_t *data, size_t size, size_t step)
{
	struct isle_ovsdb_feed f = { 0 };
	json_t *message = NULL;
	size_t count = 0;
	int r = 0;

	for (size_t at = 0; r >= 0 && at < size; at += step) {
		r = isle_ovsdb_feed_put(&f, (const char *)data + at, size - at < step ? size - at : step);
		while (r >= 0 && (r = isle_ovsdb_feed_take(&f, &message)) == 1) {
			count++;
			look(message);
			json_decref(message);
		}
	}
	isle_ovsdb_feed_done(&f);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (feed(data, size, size ? size : 1) != feed(data, size, 1))
		abort();
	return 0;
}
