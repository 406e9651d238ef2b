/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the program. A client of isle.h like any other: what it cannot do
 * through that header, no user of the library can. One table (table.c) names
 * every command with its arguments and options; parsing, --help, completion and
 * the manual's rows are read off it. A command is a file with one function.
 */
#ifndef ISLE_CLI_H
#define ISLE_CLI_H

#include <jansson.h>
#include <time.h>
#include "base/base.h"
#include "isle.h"

enum cli_status {
	CLI_OK = 0,
	CLI_FAILED = 1,
	CLI_WRONG = 2,			/* the command line or the file */
	CLI_PENDING = 3,		/* plan --exit-code: something to do */
	CLI_EXEC_FAILED = 125,		/* ours, not the command's; 126 and 127 as shells have it */
};

/* What an argument can be, for completion. */
enum cli_words {
	CLI_NOTHING,
	CLI_FILES,
	CLI_HOSTS,
	CLI_LABS,
	CLI_LABS_FILES,
	CLI_LABS_HOSTS,
	CLI_PROGRAMS,
	CLI_COMMANDS,			/* isle's own */
	CLI_TUTORIALS,
	CLI_SHELLS,
	CLI_COLORS,
	CLI_REFS,			/* whatever has namespaces */
	CLI_BUNDLES,
	CLI_PIDS,
	CLI_TYPES,
	CLI_PROPAGATION,
	CLI_SETGROUPS,
	CLI_RELATIONS,
	CLI_LEAVINGS,			/* what gc would show */
};

enum cli_opt {
	OPT_HELP, OPT_JSON, OPT_COLOR, OPT_VERSION,
	OPT_FILE, OPT_LINK, OPT_GRACE, OPT_NO_KILL, OPT_STRICT, OPT_FULL, OPT_COMMANDS, OPT_EXIT_CODE,
	OPT_DB, OPT_DATAPATH,
	OPT_LAB, OPT_TIMEOUT, OPT_YES, OPT_SYS,
	/* of `isle ns`: one for each type, in the order of enum isle_ns_type */
	OPT_NS, OPT_NS_LAST = OPT_NS + ISLE_NS_TYPES - 1,
	OPT_ALL, OPT_TARGET, OPT_FORK, OPT_NO_FORK, OPT_MAP_USER, OPT_MAP_GROUP, OPT_MAP_ROOT, OPT_MAP_CURRENT, OPT_MAP_AUTO,
	OPT_MAP_USERS, OPT_MAP_GROUPS, OPT_KILL_CHILD, OPT_MOUNT_PROC, OPT_PROPAGATION, OPT_SETGROUPS, OPT_KEEP_CAPS, OPT_ROOT,
	OPT_WD, OPT_WDNS, OPT_SETUID, OPT_SETGID, OPT_PRESERVE, OPT_MONOTONIC, OPT_BOOTTIME, OPT_HOSTNAME,
	/* of `isle ns list` and `isle holders` */
	OPT_TYPE, OPT_TASK, OPT_TREE, OPT_QUICK, OPT_NO_HEADINGS,
	/* of `isle map`, `isle who`, `isle monitor` */
	OPT_DOT, OPT_SVG, OPT_ASCII, OPT_OF_LAB, OPT_OF_NS, OPT_AROUND, OPT_NO_ADDRESSES, OPT_WATCH, OPT_COUNT_OF, OPT_ONCE,
	OPT_NEIGHBOURS,
	/* of what changes live networks */
	OPT_ADDRESSES, OPT_ANY,
	OPT_OUTPUT,
	OPT_COUNT,
};

/* How often an option may come, and whether its value may be left out. */
enum cli_form {
	CLI_ONCE,
	CLI_MANY,			/* may be repeated; at most one such option per command */
	CLI_MAYBE,			/* "--net[=FILE]", the letter takes none: "-mn" is two */
	CLI_MAYBE_GLUED,		/* the letter too, without a space: "-nFILE" */
};

struct cli_option {
	enum cli_opt id;
	char letter;			/* 0: only the long form */
	const char *name;		/* NULL ends a table */
	const char *arg;		/* its value's name; NULL: a flag */
	const char *help;		/* after "  --name   ", no full stop */
	enum cli_words words;		/* of its value */
	enum cli_form form;
};

struct cli;
struct cli_command {
	const char *name;		/* NULL ends the table; of two words, "ns run": the first is a group */
	const char *args;		/* "[FILE]", as in the usage line */
	const char *help;		/* one line, no full stop */
	const char *more;		/* paragraphs of --help and the manual, or NULL */
	int (*run)(struct cli *);	/* returns the exit status */
	const struct cli_option *options;	/* its own ones, or NULL */
	int min, max;			/* arguments; max -1: any number */
	bool hidden;			/* not in help, completion, manual */
	bool program;			/* runs somebody else's command: options end at the first argument, no --json, 125 */
	bool last_wins;			/* of an option that is given twice, as in util-linux */
	bool dashes;			/* the command to run comes after "--" */
	enum cli_words words[2];	/* of the first and of all further arguments */
};
const struct cli_command *cli_command_at(size_t i);	/* of all, in the order of the help; NULL: there are no more */
const char *cli_group_help(const char *group, size_t n);	/* of N letters */
#define CLI_EACH_COMMAND(c) for (size_t c##_at = 0; ((c) = cli_command_at(c##_at)); c##_at++)
extern const struct cli_option cli_common[];	/* known to every command */

struct cli {
	const struct cli_command *command;
	const char *group;		/* first word of a command of two */
	const char *opt[OPT_COUNT];	/* the value, "" for a flag or a value left out, NULL: not given */
	const char **many;		/* values of the option that may be repeated */
	size_t n_many;
	char **args;			/* NULL-terminated */
	int n_args;
	char **rest;			/* after "--" of a command with .dashes; NULL: there was none */
	bool json, color_out, color_err;
	struct isle_diag *diag;		/* shown on stderr at the end */
	const struct isle_diag_rec *shown;	/* the last one that was shown before */
	struct isle_lab *lab;		/* the file that was loaded; kept because DIAG points into it */
	struct timespec begin;
	bool progress_shown;
};

/* options.c */
/* -1: go on with the command; else an exit status. */
int cli_parse(struct cli *, int argc, char **argv);
const struct cli_command *cli_find(const char *group, const char *name);	/* GROUP NULL: a command of one word */
bool cli_is_in(const struct cli_command *, const char *group);		/* is it "GROUP …"? */
bool cli_is_group(const char *word);
const struct cli_option *cli_option_at(const struct cli_command *, size_t i);	/* common ones last; NULL: no more */
/* "2s", "500ms" into milliseconds; on failure the status to exit with. */
int cli_duration(struct cli *, enum cli_opt, unsigned *ret_ms);

/* help.c */
void cli_usage(const struct cli_command *, FILE *);
void cli_help(const struct cli_command *, FILE *);	/* NULL: of the program */
void cli_help_group(const char *group, FILE *);

/* out.c */
/* A sentence about the command line in DIAG; returns the status for it. */
int cli_wrong(struct cli *, const char *fmt, ...) ISLE_PRINTF(2, 3);
int cli_failed(const struct cli *);		/* the status when the library refused; its words are in DIAG */
void cli_setup(struct cli *);			/* colours, once the options are known */
void cli_show(struct cli *);	/* what is new in .diag */
int cli_finish(struct cli *, int status);	/* show DIAG, free all; returns the final status */
/* {"version": 1, …OBJECT}, which is taken over, on stdout. */
int cli_json(struct cli *, json_t *object);
void cli_progress(uint32_t done, uint32_t total, void *cli);	/* for the library's options */
void cli_progress_end(struct cli *);
bool cli_progress_wanted(void);
bool cli_utf8(void);				/* the terminal's letters */
#define CLI_WHEN_MAX 32
/* Seconds since 1970 in local time; in JSON as ISO 8601 has it. */
void cli_when(int64_t since, const struct cli *, char buf[CLI_WHEN_MAX]);
void cli_more_descriptors(void);		/* as many as the hard limit allows, for a command that looks into many namespaces at once */
void cli_title(const char *s, struct cli *);	/* in bold */

/* file.c */
bool cli_is_file(const char *arg);
/* Load ARG (NULL: ./lab.yaml) into c->lab. 0, or the status to exit with. */
int cli_load(struct cli *, const char *arg);
int cli_load_file(struct cli *, const char *path);	/* whatever it is called */

/* ids.c: values of the options of `isle ns`. 0, or the status to exit with; nothing is written where the option is absent. */
int cli_user(struct cli *, enum cli_opt, uid_t *ret, const uid_t **ret_p);	/* a number or a name */
int cli_group(struct cli *, enum cli_opt, gid_t *ret, const gid_t **ret_p);
int cli_pid(struct cli *, enum cli_opt, pid_t *ret);
int cli_seconds(struct cli *, enum cli_opt, int64_t *ret, const int64_t **ret_p);
int cli_signal(struct cli *, enum cli_opt, int *ret);
/* One of WORDS (NULL-terminated): its index. */
int cli_choice(struct cli *, enum cli_opt, const char *const *words, unsigned *ret);
const char *cli_option_name(const struct cli *, enum cli_opt);
/* COMMAND could not be run, STATUS says why: was it to be an option? */
void cli_hint_command(struct cli *, const char *command, int status);

/* complete.c, complete_netns.c, complete_live.c */
void cli_complete_word(const char *word, const char *help, const char *prefix);	/* a candidate, if it begins so; HELP or NULL */
void cli_complete_pids(const char *prefix);
void cli_complete_refs(const char *prefix, unsigned kinds);	/* 1 << enum isle_ref_kind */
/* WORDS up to the cursor are ip's: done. False: no netns among them, and the last one is not for ip. */
bool cli_complete_netns(char *const *words, int n);
/* Of CMD, if it is one of those that change what is live: after N arguments, of which the first CLI_PLACES are there. */
enum { CLI_PLACES = 3 };
bool cli_complete_live(const struct cli_command *, const char *const *args, int n, const char *prefix);

/* init.c, scripts.c */
extern const char *const cli_tutorials[];	/* names for init, NULL-terminated */
const char *cli_script(const char *shell);	/* NULL: none for it */

/* rewire.c: what the commands that change live networks have in common */
struct isle_rewire_options cli_rewire_options(const struct cli *);
/* KEY=VALUE… from argument FIRST on; *ret_keys is malloced. 0, or the status to exit with. */
int cli_keys(struct cli *, int first, struct isle_key_value **ret_keys, size_t *ret_n);
/* R and SAID are what the library returned; SAID is freed. Returns the status. */
int cli_rewired(struct cli *, int r, char *said);
/* connect.c: the first argument and B, with `isle connect`'s options; B NULL: an interface by itself. */
int cli_connect(struct cli *, const char *b, const char *kind, int first_key);

/* NAME.c */
int cmd_addr_add(struct cli *);
int cmd_addr_del(struct cli *);
int cmd_bridge_addbr(struct cli *);
int cmd_bridge_addif(struct cli *);
int cmd_bridge_delbr(struct cli *);
int cmd_bridge_delif(struct cli *);
int cmd_bridge_show(struct cli *);
int cmd_bridge_stp(struct cli *);
int cmd_check(struct cli *);
int cmd_complete(struct cli *);
int cmd_completion(struct cli *);
int cmd_connect(struct cli *);
int cmd_disconnect(struct cli *);
int cmd_doctor(struct cli *);
int cmd_down(struct cli *);
int cmd_dump(struct cli *);
int cmd_exec(struct cli *);
int cmd_explain(struct cli *);
int cmd_gc(struct cli *);
int cmd_help(struct cli *);
int cmd_holders(struct cli *);
int cmd_host_add(struct cli *);
int cmd_host_rm(struct cli *);
int cmd_init(struct cli *);
int cmd_link_down(struct cli *);
int cmd_link_add(struct cli *);
int cmd_link_del(struct cli *);
int cmd_link_up(struct cli *);
int cmd_ls(struct cli *);
int cmd_man(struct cli *);
int cmd_map(struct cli *);
int cmd_monitor(struct cli *);
int cmd_netns(struct cli *);
int cmd_ns_add(struct cli *);
int cmd_ns_delete(struct cli *);
int cmd_ns_enter(struct cli *);
int cmd_ns_list(struct cli *);
int cmd_ns_run(struct cli *);
int cmd_ovs_add_br(struct cli *);
int cmd_ovs_add_port(struct cli *);
int cmd_ovs_del_br(struct cli *);
int cmd_ovs_del_port(struct cli *);
int cmd_ovs_list_br(struct cli *);
int cmd_ovs_list_ports(struct cli *);
int cmd_ovs_show(struct cli *);
int cmd_ping(struct cli *);
int cmd_plan(struct cli *);
int cmd_route_add(struct cli *);
int cmd_route_del(struct cli *);
int cmd_run(struct cli *);
int cmd_schema(struct cli *);
int cmd_set(struct cli *);
int cmd_shell(struct cli *);
int cmd_show(struct cli *);
int cmd_up(struct cli *);
int cmd_wait(struct cli *);
int cmd_who(struct cli *);
int cmd_uplink_add(struct cli *);
int cmd_uplink_del(struct cli *);

#endif
