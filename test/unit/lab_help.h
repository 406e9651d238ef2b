/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: labs in tests: load a text and ask what became of it, in words.
 */
#ifndef LAB_HELP_H
#define LAB_HELP_H

#include "unit.h"
#include "lab/lab.h"

/* A lab without a word said about it; the file is called t.yaml. */
struct isle_lab *lab_load(const char *text);
/* What is said about TEXT: "LINE:COL MESSAGE\n" for each, warnings with "warning: ". The caller frees it. */
char *lab_said(const char *text, const char *file);
struct isle_host *lab_host(const struct isle_lab *, const char *name);
struct isle_iface *lab_iface(const struct isle_lab *, const char *host, const char *name);
/* "10.0.0.1/24 fd00::1/64" of HOST's interface; "-" if it has none. In a buffer of the test's. */
const char *lab_addresses(const struct isle_lab *, const char *host, const char *iface);
/* "eth0 eth1 uplink" */
const char *lab_ifaces(const struct isle_lab *, const char *host);
/* "10.0.0.0/24 via 10.9.0.1 dev eth1; …" */
const char *lab_routes(const struct isle_lab *, const char *host);
/* Every member of the lab but places and who assigned a route. The caller frees it. */
char *lab_dump(const struct isle_lab *);
char *lab_full(const struct isle_lab *);

#endif
