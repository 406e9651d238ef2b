/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `isle netns`, which takes what `ip netns` takes and answers as it does,
 * byte for byte: options, verbs, words, exit status. A client of isle.h. The
 * library's failures already have ip's words; words.c only prints them in ip's
 * form. One file per verb. The reference is iproute2 6.1.0; where this differs
 * on purpose is told in doc/design/ip-netns-differences.md.
 */
#ifndef ISLE_NETNS_H
#define ISLE_NETNS_H

#include "base/base.h"
#include "isle.h"

enum netns_status {
	NETNS_OK = 0,
	NETNS_FAILED = 1,
	NETNS_REFUSED = 2,		/* by the kernel, through netlink */
	NETNS_WRONG = 255,		/* the command line; ip exits at once, out of a batch too */
};

struct netns {
	struct isle_diag *diag;
	const struct isle_diag_rec *shown;	/* the last record that was printed */
	bool all, force, json, pretty, names;	/* options */
	const char *batch_file;
	bool batch;			/* this is a line of a batch */
	bool quit;			/* the status is final: no further line */
};

/* main.c */
/* ARGV is the program's; its first word that is no option (of ip) is `netns`, or there is -batch. DIAG is empty, and was
 * shown when this returns. */
int netns_main(int argc, char **argv, struct isle_diag *);
/* Is the command line one for netns_main()? Looks only. */
bool netns_wanted(char **argv);
int netns_run(struct netns *, char **argv);	/* ARGV begins with the verb, or is empty; returns the status */
/* The verb that ip takes WORD for; EXACT: no prefixes. */
bool netns_is_verb(const char *word, bool exact);

/* options.c */
/* Read options off *ARGV up to the first word that is none. AFTER: behind the word `netns`. -1: go on; else the status. */
int netns_options(struct netns *, char ***argv, bool after);
/* The option that WORD is the beginning of, if it takes the next word; else NULL. */
const char *netns_option_value(const char *word);
bool netns_matches(const char *word, const char *full);	/* ip's rule: a prefix, not empty */

/* words.c */
int netns_quit(struct netns *, int status);	/* as ip's exit(): ends a batch too; returns STATUS */
int netns_failed(struct netns *);		/* print what is new in the diag; NETNS_FAILED */
int netns_refused(struct netns *);		/* the same of a netlink request; NETNS_REFUSED */
void netns_refusal(const char *kernel, int errnum);	/* ip's line for it; KERNEL NULL: no words of the kernel's */
int netns_say(const char *fmt, ...) ISLE_PRINTF(1, 2);	/* a line on stderr; NETNS_FAILED */
int netns_wrong(struct netns *, const char *fmt, ...) ISLE_PRINTF(2, 3);	/* the same, and NETNS_WRONG at once */
int netns_usage(struct netns *);		/* of `ip netns` */
int netns_ip_usage(struct netns *);		/* of `ip` */
/* A number as ip's get_integer() reads it: decimal, 0x…, 0…, with a sign; false: none, or out of range. */
bool netns_integer(const char *s, int *ret);

/* json.c: JSON in the form of ip's writer, on stdout */
struct netns_json {
	unsigned depth;
	bool pretty, more;		/* more: a comma comes before the next value */
};
void netns_json_begin(struct netns_json *, bool pretty);	/* the outer array */
void netns_json_end(struct netns_json *);
void netns_json_open(struct netns_json *);			/* an object */
void netns_json_close(struct netns_json *);
void netns_json_string(struct netns_json *, const char *key, const char *value);
void netns_json_int(struct netns_json *, const char *key, int value);

/* names.c */
struct netns_name {
	char *name, *refused;		/* refused: as in struct isle_netns_item */
	int id, errnum;
	bool listed;			/* listid.c's */
};
struct netns_names {
	struct netns_name *v;
	size_t n, cap;
	bool no_memory;
};
bool netns_dir_is_readable(void);
/* All names, IDS: with ids; NETNS_OK, or the status after words. Done with netns_names_done() in any case. */
int netns_names_read(struct netns *, bool ids, struct netns_names *ret);
void netns_names_done(struct netns_names *);
void netns_name_complain(const struct netns_name *);	/* if it is no namespace */

/* batch.c */
int netns_batch(struct netns *);

/* NAME.c, the verbs; ARGV is what follows the verb */
int netns_add(struct netns *, char **argv);
int netns_attach(struct netns *, char **argv);
int netns_delete(struct netns *, char **argv);
int netns_exec(struct netns *, char **argv);
int netns_identify(struct netns *, char **argv);
int netns_list(struct netns *, char **argv);
int netns_listid(struct netns *, char **argv);
int netns_monitor(struct netns *, char **argv);
int netns_pids(struct netns *, char **argv);
int netns_set(struct netns *, char **argv);

/* exec.c */
/* -n NAME: move this process as `ip netns exec` moves a command. 0, or the status (words are printed). */
int netns_switch(struct netns *, const char *name);

#endif
