/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: a census for the caller of the library; and the names of one namespace, for which no process is looked at. */
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "live/live.h"
#include "ns/ns.h"

int isle_each_ns(unsigned types, unsigned kinds, void (*fn)(const struct isle_ns_info *, void *arg), void *arg,
		 struct isle_unseen *ret_unseen, struct isle_diag *diag)
{
	struct isle_census *c;
	int r = isle_census_take(types, kinds, &c, diag);

	if (r)
		return r;
	for (size_t i = 0; i < c->n_nss && !r; i++) {
		struct isle_ns_info info;

		if (!(types & ISLE_NS_BIT(c->nss[i].type)))
			continue;
		r = isle_census_info(c, i, &info);
		if (r)
			isle_fail(diag, -r, NULL, "cannot list the namespaces");
		else
			fn(&info, arg);
	}
	if (!r && ret_unseen)
		*ret_unseen = c->unseen;
	isle_census_free(c);
	return r;
}

int isle_ns_identify(int fd, void (*fn)(const char *name, void *arg), void *arg, struct isle_diag *diag)
{
	struct isle_census_name *names;
	struct isle_arena *arena;
	enum isle_ns_type type = 0;
	struct stat st;
	int r, flag = ioctl(fd, NS_GET_NSTYPE);

	while (flag > 0 && type < ISLE_NS_TYPES && isle_ns_type_flag(type) != flag)
		type++;
	if (flag <= 0 || type == ISLE_NS_TYPES || fstat(fd, &st) < 0)
		return isle_reject(diag, NULL, "the descriptor %d is not one of a namespace", fd);
	arena = isle_arena_new();
	r = arena ? isle_names_of(arena, type, st.st_ino, &names) : -ENOMEM;
	if (r)
		isle_fail(diag, -r, NULL, "cannot look for the name of %s:[%llu]", isle_ns_type_name(type), (unsigned long long)st.st_ino);
	for (; !r && names; names = names->next)
		fn(names->name, arg);
	isle_arena_free(arena);
	return r;
}
