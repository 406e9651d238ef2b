/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: the machine as its users hold it: a snapshot, and the map of it in the form that is asked for. */
#include "see/inner.h"

_Static_assert((unsigned)ISLE_MACHINE_ADDRESSES == (unsigned)ISLE_SNAP_ADDRESSES && (unsigned)ISLE_MACHINE_ROUTES == (unsigned)ISLE_SNAP_ROUTES &&
		       (unsigned)ISLE_MACHINE_RULES == (unsigned)ISLE_SNAP_RULES &&
		       (unsigned)ISLE_MACHINE_NEIGHBOURS == (unsigned)ISLE_SNAP_NEIGHBOURS &&
		       (unsigned)ISLE_MACHINE_NFT == (unsigned)ISLE_SNAP_NFT && (unsigned)ISLE_MACHINE_SOCKETS == (unsigned)ISLE_SNAP_SOCKETS &&
		       (unsigned)ISLE_MACHINE_SYSCTLS == (unsigned)ISLE_SNAP_SYSCTLS && (unsigned)ISLE_MACHINE_OVS == (unsigned)ISLE_SNAP_OVS,
	       "parts are handed through");

int isle_machine_take(unsigned parts, struct isle_machine **ret, struct isle_diag *diag)
{
	struct isle_machine *m = calloc(1, sizeof(*m));
	int r = m ? isle_snap_take(parts & ISLE_MACHINE_ALL, &m->snap, diag) : isle_fail(diag, ENOMEM, NULL, "cannot look at the machine");

	if (r) {
		isle_machine_free(m);
		return r;
	}
	*ret = m;
	return 0;
}

void isle_machine_free(struct isle_machine *m)
{
	if (m)
		isle_snap_free(m->snap);
	free(m);
}

void isle_machine_unseen(const struct isle_machine *m, struct isle_unseen *ret)
{
	*ret = m->snap->unseen;
}

static int text(const struct isle_view *v, struct isle_buf *out)
{
	struct isle_node *first = NULL;
	int r = isle_tree_make(v, &first);

	return r ? r : isle_tree_text(first, v->options, out);
}

static int draw(const struct isle_view *v, enum isle_map_form form, struct isle_buf *out, struct isle_diag *diag)
{
	switch (form) {
	case ISLE_MAP_TEXT: return text(v, out);
	case ISLE_MAP_DOT: return isle_map_dot(v, out);
	case ISLE_MAP_SVG: return isle_map_svg(v, out, diag);
	case ISLE_MAP_JSON: return isle_map_json(v, out);
	}
	return isle_reject(diag, NULL, "there is no map of form %d", (int)form);
}

int isle_map(const struct isle_machine *m, enum isle_map_form form, const struct isle_map_options *o, char **ret, struct isle_diag *diag)
{
	static const struct isle_map_options none;
	isle_auto(buf) struct isle_buf out = { 0 };
	struct isle_view v;
	char *s;
	int r = isle_view_make(m->snap, o ? o : &none, &v, diag);

	if (r)
		return r;
	r = draw(&v, form, &out, diag);
	isle_view_done(&v);
	if (r && r != -ENOMEM)
		return r;
	s = r ? NULL : isle_buf_steal(&out);
	if (!s)
		return isle_fail(diag, ENOMEM, NULL, "cannot draw the map");
	*ret = s;
	return 0;
}
