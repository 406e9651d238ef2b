/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_OUTSIDE_PORTS_H
#define ISLE_OUTSIDE_PORTS_H

#include <jansson.h>
#include "build/build.h"
#include "nl/nl.h"

/* Does anybody listen on them, and may the caller? -EADDRINUSE, -EACCES. The N BEFORE have some of them. */
int isle_ports_check(const struct isle_lab *, struct isle_lab *const *before, size_t n, bool as_root_up, struct isle_diag *);
bool isle_ports_lead(const struct isle_lab *, const struct isle_published *);	/* is it one of the lab's? */
bool isle_ports_have_localnet(const struct isle_host *);	/* may 127/8 lead there? */
/* Do they lead to another lab? With RUN, /run/isle, locked. */
int isle_ports_recheck(const struct isle_lab *, int run, struct isle_diag *);
json_t *isle_ports_json(const struct isle_lab *);	/* for the journal */
bool isle_ports_are_wanted(const struct isle_lab *);
/* Chains and rules for the lab's table, whose chain POSTROUTING is there. */
void isle_ports_rules(struct isle_nlmsg *, const struct isle_lab *, const char *table, const char *postrouting);
/* From 127/8 to the hosts: the guard's rules come first. */
int isle_ports_localnet(const struct isle_job *);

#endif
