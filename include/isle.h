/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: libisle, networks of Linux network namespaces. A lab is a text (see
 * isle-lab(5)) that is loaded into a model, brought up, entered and taken down.
 *
 * Conventions. Functions return 0 or a negative errno; what they hand out comes
 * through `ret_` arguments, written on success only (exceptions are noted).
 * What went wrong, in words and with its place in the file, is added to a
 * struct isle_diag; NULL is taken everywhere and means "no words, please".
 * The library never prints, never exits, and leaves the caller's namespaces,
 * working directory, signal handlers and umask alone. It may be called from
 * any thread; one object is used by one thread at a time. Strings that are
 * handed out as `const char *` belong to the object they were asked of;
 * `char **` results are the caller's, to be given to free().
 *
 * This is also the one header that every layer of the library includes: what
 * is declared here is what is exported.
 */
#ifndef ISLE_H
#define ISLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- Objects */

struct isle_diag;		/* what went wrong: a list of problems */
struct isle_diag_rec;		/* one of them */
struct isle_lab;		/* a lab file, checked, with every address assigned */
struct isle_host;		/* parts of it: valid as long as their lab */
struct isle_iface;
struct isle_network;
struct isle_link;
struct isle_live;		/* a lab that is up, opened for reading */

/* "0.1.0" */
const char *isle_version(void);

/* ---- Problems */

struct isle_diag *isle_diag_new(void);			/* NULL: no memory */
void isle_diag_free(struct isle_diag *);		/* takes NULL */
size_t isle_diag_errors(const struct isle_diag *);	/* how many, warnings not counted */
size_t isle_diag_warnings(const struct isle_diag *);
/* In the order of the file, those without a place last. NULL: none, no more. */
const struct isle_diag_rec *isle_diag_first(const struct isle_diag *);
const struct isle_diag_rec *isle_diag_next(const struct isle_diag_rec *);

/* A problem taken apart. The strings live as long as the diag. */
struct isle_problem {
	int errnum;		/* positive errno; EINVAL where isle itself refuses */
	bool warning;
	const char *file;	/* as it was named; "<stdin>"; NULL: the problem has no place */
	unsigned line, col;	/* from 1, col in bytes; 0 without a place */
	const char *message;
	const char *kernel;	/* the kernel's own words, or NULL */
	const char *hint;	/* what to do next, or NULL */
};
void isle_diag_read(const struct isle_diag_rec *, struct isle_problem *ret_problem);

/*
 * A problem as `isle` shows it: "file:line:col: error: …", the line, a caret,
 * a hint; ends in a newline. COLOR puts SGR sequences in. NULL: no memory.
 * The lab that was being loaded must not have been freed yet.
 */
char *isle_diag_text(const struct isle_diag_rec *, bool color);

/* ---- Lab files */

/*
 * Load a lab from TEXT (copied). NAME stands in messages, and its last part
 * without suffix names the lab where the text does not; "-" gives no name.
 * All mistakes are reported at once, warnings too.
 * -EINVAL: the text is wrong; -ENOMEM. On failure *ret_lab may be set all the
 * same, because DIAG points into its text: free it after the problems were shown.
 */
int isle_lab_load(const char *text, size_t len, const char *name,
		  struct isle_lab **ret_lab, struct isle_diag *diag);
/* The same from a file; "-" is standard input. Further errors: those of open(2) and read(2), -EFBIG above 16 MiB. */
int isle_lab_read(const char *path, struct isle_lab **ret_lab, struct isle_diag *diag);
/* Are the files that the lab names there, and what they must be? isle_up() and isle_run() ask it themselves. */
int isle_lab_check_files(const struct isle_lab *, struct isle_diag *diag);
void isle_lab_free(struct isle_lab *);			/* takes NULL */

enum isle_lab_form {
	ISLE_LAB_FULL,		/* the long form: everything that was assigned, written out; loads to the same network */
	ISLE_LAB_PLAN,		/* what bringing it up makes, a line for each thing */
	ISLE_LAB_COMMANDS,	/* the same as lines of `ip` and friends, for a root shell */
};
/* The lab as text. -ENOMEM. */
int isle_lab_text(const struct isle_lab *, enum isle_lab_form, char **ret_text, struct isle_diag *diag);

/* What a key of the lab file means ("networks.subnet", "subnet"); NULL or "": all keys. -EINVAL: no such key. */
int isle_explain(const char *key, char **ret_text, struct isle_diag *diag);
/* JSON Schema (2020-12) of the lab file, for editors. */
int isle_schema(char **ret_json, struct isle_diag *diag);

/* ---- The model: hosts, interfaces, networks, links */

const char *isle_lab_name(const struct isle_lab *);
size_t isle_lab_n_hosts(const struct isle_lab *);
struct isle_host *isle_lab_host_at(const struct isle_lab *, size_t i);		/* NULL from n_hosts on; so all `_at` */
struct isle_host *isle_lab_host(const struct isle_lab *, const char *name);	/* NULL: none of that name */
size_t isle_lab_n_networks(const struct isle_lab *);
struct isle_network *isle_lab_network_at(const struct isle_lab *, size_t i);
struct isle_network *isle_lab_network(const struct isle_lab *, const char *name);
/* Links are host to host or network to network; a host standing on a network is an interface of its network. */
size_t isle_lab_n_links(const struct isle_lab *);
struct isle_link *isle_lab_link_at(const struct isle_lab *, size_t i);

const char *isle_host_name(const struct isle_host *);
size_t isle_host_n_ifaces(const struct isle_host *);
struct isle_iface *isle_host_iface_at(const struct isle_host *, size_t i);
bool isle_host_forwards(const struct isle_host *);	/* is a router */
bool isle_host_has_uplink(const struct isle_host *);
#define ISLE_ATTACH_HOST "host"
const char *isle_host_attach(const struct isle_host *);	/* whose network it has, as docker:web; ISLE_ATTACH_HOST: the machine's; NULL: one of its own */
size_t isle_host_n_routes(const struct isle_host *);
/* "default via 10.0.0.1 dev eth0", as `ip route` prints it. -ENOENT: no such route. */
int isle_host_route(const struct isle_host *, size_t i, char **ret_text);

#define ISLE_ADDRESS_MAX 64	/* room for any address with its length, in text */
#define ISLE_MAC_MAX 18		/* "02:00:00:00:00:01" */

const char *isle_iface_name(const struct isle_iface *);
struct isle_host *isle_iface_host(const struct isle_iface *);
struct isle_network *isle_iface_network(const struct isle_iface *);	/* NULL: stands on none */
struct isle_iface *isle_iface_peer(const struct isle_iface *);		/* other end of a host-host link, or NULL */
/* "vlan", "vxlan" …; NULL: an end of a link, on a network, an uplink or lo */
const char *isle_iface_kind(const struct isle_iface *);
struct isle_iface *isle_iface_lower(const struct isle_iface *);		/* that it is on, maybe of another host; or NULL */
const char *isle_iface_machine_lower(const struct isle_iface *);		/* the same, an interface of the machine; or NULL */
struct isle_iface *isle_iface_master(const struct isle_iface *);	/* that it is a port of, or NULL */
/* The i-th option of its kind that the file writes. *ret_value is to be freed; "(hidden)" for a key. -ENOENT: no more. */
int isle_iface_option(const struct isle_iface *, size_t i, const char **ret_name, char **ret_value);
unsigned isle_iface_mtu(const struct isle_iface *);			/* bytes; 0: the kernel's default */
bool isle_iface_is_up(const struct isle_iface *);			/* false: the file says `state: down` */
bool isle_iface_is_uplink(const struct isle_iface *);
char *isle_iface_mac(const struct isle_iface *, char buf[ISLE_MAC_MAX]);	/* returns BUF; "" for lo */
size_t isle_iface_n_addresses(const struct isle_iface *);
/* The I-th address with its length, "10.0.0.1/24"; returns BUF, or NULL: no such address. */
char *isle_iface_address(const struct isle_iface *, size_t i, char buf[ISLE_ADDRESS_MAX]);

const char *isle_network_name(const struct isle_network *);
size_t isle_network_n_subnets(const struct isle_network *);
char *isle_network_subnet(const struct isle_network *, size_t i, char buf[ISLE_ADDRESS_MAX]);
size_t isle_network_n_ports(const struct isle_network *);
struct isle_iface *isle_network_port_at(const struct isle_network *, size_t i);
struct isle_host *isle_network_gateway(const struct isle_network *);	/* NULL: none, or no host of this lab */

/* Its ends, 0 and 1: an interface or, of a link between networks, a network; the other one is NULL. */
struct isle_iface *isle_link_iface(const struct isle_link *, unsigned end);
struct isle_network *isle_link_network(const struct isle_link *, unsigned end);
bool isle_link_is_up(const struct isle_link *);

/* ---- Up, down, run */

struct isle_up_options {
	void (*progress)(uint32_t done, uint32_t total, void *arg);	/* in the caller, about 10 times a second; or NULL */
	void *arg;
	bool *ret_already;		/* set if the lab was up and nothing had to be changed; or NULL */
	char **ret_changes;		/* of a lab that was up what is changed, a line for each thing; else NULL. Or NULL */
	void (*killed)(pid_t, const char *comm, const char *host, int sig, void *arg);	/* in hosts that go; or NULL */
};
/*
 * Bring LAB up: all of it or, on any failure (also SIGKILL), nothing. Returns
 * when every carrier is up. If it is up already, what differs from LAB is
 * changed, and nothing else: all of it or, on any failure, nothing; after
 * SIGKILL the next isle_up() or isle_each_leaving() ends what was begun.
 * -EEXIST: an interface that is not isle's is in the way; -EBUSY: being brought
 * up or changed by somebody else, or what cannot change while it is up would;
 * -EPERM: no privilege and no user namespaces; else the kernel's refusal.
 * The subnets of uplinks in LAB may be changed to ones that are free here.
 * Options: NULL is allowed here and below.
 */
int isle_up(struct isle_lab *, const struct isle_up_options *, struct isle_diag *diag);

/*
 * What isle_up() would change of a lab that is up, as text: ISLE_LAB_PLAN or
 * ISLE_LAB_COMMANDS; "" when nothing. -ENOENT: it is not up, without a problem.
 */
int isle_lab_changes(struct isle_lab *, enum isle_lab_form, char **ret_text, struct isle_diag *diag);

struct isle_down_options {
	unsigned grace_ms;		/* between TERM and KILL; 0: the default, 2000 */
	bool no_kill;			/* refuse (-EBUSY) when processes are inside */
	void (*killed)(pid_t, const char *comm, const char *host, int sig, void *arg);	/* for each one; or NULL */
	void *arg;
};
/* Take a lab down: end the processes inside, drop every namespace. -ENOENT: not up. */
int isle_down(const char *lab, const struct isle_down_options *, struct isle_diag *diag);

struct isle_run_options {
	const char *host;		/* NULL: beside the lab, in the machine's own network */
	char *const *argv;		/* NULL-terminated; looked up in PATH */
	void (*progress)(uint32_t done, uint32_t total, void *arg);
	void *arg;
};
/*
 * Bring a lab up that nobody else sees, run a command in it, and drop it; after
 * that nothing of it is left, whatever the command left running. *ret_status,
 * written on failure too: the command's exit status, 128 + signal, 125 when the
 * lab or the call failed, 126 not executable, 127 not found.
 */
int isle_run(struct isle_lab *, const struct isle_run_options *, int *ret_status, struct isle_diag *diag);

/* ---- Inside a host */

#define ISLE_HOST_MAX 64	/* room for a host's or a lab's name */

/*
 * Find the host that NAME (HOST or HOST.LAB) means: in $ISLE_LAB's lab, then in
 * all labs that are up. -ENOENT: none; -ENOTUNIQ: several, DIAG lists them.
 */
int isle_host_find(const char *name, char ret_host[ISLE_HOST_MAX], char ret_lab[ISLE_HOST_MAX],
		   struct isle_diag *diag);
/*
 * Replace the calling process by ARGV, as execvp(3) does, inside what REF names:
 * a host of a lab, or anything that isle_ns_open() takes, of which only the
 * network namespace is joined (of a bundle all). Returns only on failure, with
 * what a shell would exit with in *ret_status (125 to 127). The process may then
 * be in there half-way: exit, or call it in a child.
 */
int isle_exec(const char *ref, char *const argv[], int *ret_status, struct isle_diag *diag);

struct isle_exec_options {
	bool sys;			/* of what is no host: mounts of its own, with a /sys that shows its interfaces */
	void (*entered)(void *arg);	/* inside, just before the command: the last moment to show DIAG's warnings; or NULL */
	void *arg;
};
int isle_exec_with(const char *ref, const struct isle_exec_options *, char *const argv[], int *ret_status,
		   struct isle_diag *diag);

/*
 * Wait until something is there in what REF names, a host or anything that isle_ns_open() takes: "tcp/80" and "udp/53", a
 * socket that listens on that port; "unix:PATH", one that listens at that path; "file:PATH". Paths are as a host or a
 * process sees them; a name of `ip netns` has the caller's. Nothing is connected to. TIMEOUT_MS 0: 10000. -ETIMEDOUT: it is
 * not there, and DIAG says what is instead.
 */
int isle_wait(const char *ref, const char *what, unsigned timeout_ms, struct isle_diag *diag);

/* ---- Labs that are up */

struct isle_lab_brief {
	const char *name;
	const char *file;	/* absolute path of its lab file, or "-" */
	int64_t since;		/* seconds since 1970 */
	size_t n_hosts;
	bool rootless;
	bool half_changed;	/* a change was broken off: isle_up() or isle_each_leaving() ends it */
};
/* FN for each of the caller's labs that is up, by name. A lab whose record cannot be read is reported in DIAG and left out. */
int isle_each_lab(void (*fn)(const struct isle_lab_brief *, void *arg), void *arg, struct isle_diag *diag);
/* FN for each name of a lab; cheaper, reads no records. */
int isle_each_lab_name(void (*fn)(const char *name, void *arg), void *arg, struct isle_diag *diag);

/*
 * Open a lab that is up. NAME NULL: $ISLE_LAB, else the only one that is up;
 * several: -ENOTUNIQ. -ENOENT: none.
 */
int isle_live_open(const char *name, struct isle_live **ret_live, struct isle_diag *diag);
void isle_live_close(struct isle_live *);			/* takes NULL */
const struct isle_lab *isle_live_lab(const struct isle_live *);	/* the model it was brought up from */
const char *isle_live_file(const struct isle_live *);
int64_t isle_live_since(const struct isle_live *);
bool isle_live_rootless(const struct isle_live *);
bool isle_live_half_changed(const struct isle_live *);		/* as in struct isle_lab_brief */

enum isle_link_state {
	ISLE_LINK_MISSING,	/* no such interface any more */
	ISLE_LINK_DOWN,		/* administratively */
	ISLE_LINK_NO_CARRIER,	/* up, but the other end is not */
	ISLE_LINK_UP,
};
/* FN for each interface of each host, as the kernel has it now. */
int isle_live_links(const struct isle_live *,
		    void (*fn)(const struct isle_iface *, enum isle_link_state, void *arg), void *arg,
		    struct isle_diag *diag);
/*
 * Drift: FN for each thing of a host (IFACE NULL), an interface, or the fabric
 * where the switches are (HOST NULL) that is not as the lab was brought up, in
 * words that go on after its name: "lacks 10.0.0.1/24". It is what isle_up() of
 * the same file would mend. Whether interfaces are there and up is
 * isle_live_links()'s.
 */
int isle_live_drift(const struct isle_live *,
		    void (*fn)(const struct isle_host *, const struct isle_iface *, const char *words, void *arg), void *arg,
		    struct isle_diag *diag);
/* What differs between the lab that is up and LAB: lines of the long form, after "-" and "+"; "" when nothing does. */
int isle_live_diff(const struct isle_live *, const struct isle_lab *lab, char **ret_text, struct isle_diag *diag);

struct isle_echo {		/* one ping */
	const struct isle_host *from;
	const struct isle_host *to;	/* NULL: an address was asked for */
	const char *address;		/* that was asked, without length */
	bool ok;
	uint32_t rtt_us;		/* there and back, in microseconds */
	int errnum;			/* why not: 0 no answer, EHOSTUNREACH, ENETUNREACH… */
};
/*
 * ICMP echo from FROM to TO (a host's name, or an address in text), over both
 * families where both ends have them; FROM and TO NULL: every host to every
 * other. FN for each pair and family. Waits TIMEOUT_MS (0: 1000) for an answer, and
 * asks again before it calls one lost. Leaves no neighbour entry behind.
 * 0 also when nothing answered. -ENOENT: no such host or address; -EADDRNOTAVAIL: TO has no address.
 */
int isle_live_ping(const struct isle_live *, const char *from, const char *to, unsigned timeout_ms,
		   void (*fn)(const struct isle_echo *, void *arg), void *arg, struct isle_diag *diag);

/*
 * One echo from anything that isle_ns_open() takes and has a network namespace, to an ADDRESS; FROM in it has the name REF
 * and nothing else. Else as isle_live_ping().
 */
int isle_ping_from(const char *ref, const char *address, unsigned timeout_ms,
		   void (*fn)(const struct isle_echo *, void *arg), void *arg, struct isle_diag *diag);

/* ---- The machine */

struct isle_finding {		/* of isle_each_finding() */
	const char *what;	/* "user namespaces" */
	int level;		/* 0 fine, 1 note, 2 trouble */
	const char *words, *hint;	/* hint: or NULL */
};
/* What this machine allows, and what stands in the way. */
int isle_each_finding(void (*fn)(const struct isle_finding *, void *arg), void *arg, struct isle_diag *diag);

/*
 * What is live as the text of a lab file which, brought up elsewhere, makes the same network, as far as lab files reach; what
 * they cannot say is a comment. REFS: labs that are up, or what isle_ns_open() takes; none: the only lab that is up. LAB:
 * what it is to be called, or NULL. -ENOENT, -ENOTUNIQ: no such thing, or several; -EINVAL: what is live makes no lab file.
 */
int isle_dump(const char *const *refs, size_t n, const char *lab, char **ret_text, struct isle_diag *diag);

struct isle_gc_item {		/* of isle_each_leaving(); strings live until the function returns */
	const char *kind;	/* "change", "name", "namespace", "veth", "uplink", "table", "directory"… */
	const char *name;	/* a path, a lab, an interface… */
	const char *owner;	/* who made it, as far as that can be told: "isle", "docker"…; or NULL */
	const char *why;	/* nobody uses it */
	const char *then;	/* what removing it does */
	bool ours;		/* isle made it */
	bool removed;
};
struct isle_unseen;
struct isle_gc_options {
	bool act;		/* remove what isle made, or what is named */
	const char *const *names;	/* only these: by an item's name, or the last part of one that is a path; or NULL */
	size_t n_names;
	struct isle_unseen *ret_unseen;	/* what could not be looked at; or NULL */
};
/*
 * What nobody uses any more: what isle left behind when it was killed, also changes of labs that were broken off, which are
 * ended; and names, namespaces and veths that others left. What isle did not make is removed only if it is named. OPTIONS
 * NULL: only look. -ENOENT: nothing that is left has that name; -ENOTUNIQ: several things have it.
 */
int isle_each_leaving(const struct isle_gc_options *, void (*fn)(const struct isle_gc_item *, void *arg), void *arg,
		      struct isle_diag *diag);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#include "isle-ns.h"		/* namespaces of every type */
#include "isle-see.h"		/* the networks of the whole machine */
#include "isle-change.h"	/* changing live networks */
#include "isle-switch.h"	/* bridges and Open vSwitch by hand */

#endif
