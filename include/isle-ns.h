/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: making and entering namespaces of every type; a part of isle.h, which
 * includes it. Only isle_ns_enter(), isle_ns_exec() and isle_ns_start() move or
 * replace the calling process. namespaces(7), setns(2) and unshare(2) say what
 * the kernel asks for: CAP_SYS_ADMIN, or a user namespace.
 */
#ifndef ISLE_NS_PUBLIC_H
#define ISLE_NS_PUBLIC_H

#include "isle.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- Making and entering namespaces */

struct isle_ns_create_options {
	const char *hostname;		/* of a new uts namespace; NULL: as the caller's */
};
/*
 * New namespaces of TYPES (ISLE_NS_BIT()s), made by a child that has ended on return: the descriptors, which are the
 * caller's to close, are all that keeps them. With a user namespace among them, it owns the others, and its ids are mapped:
 * 0 is the caller, others as /etc/subuid allows; a privileged root's ids stay as they are. lo is down, as the kernel leaves
 * it. Mounts follow the caller's (slave). -EINVAL: no types, or pid among them, which lives only with its process 1; -EPERM,
 * -ENOSPC: refused by the kernel.
 */
int isle_ns_create(unsigned types, const struct isle_ns_create_options *, struct isle_ns_set *ret_set, struct isle_diag *diag);
/*
 * Keep the namespace behind FD alive at PATH, a new file with a bind mount on it, until umount(2). FD stays open.
 * -EEXIST: PATH is there; -EPERM: mounts are not the caller's to make; -EINVAL: no namespace, or a mount namespace where
 * the kernel keeps none (on a shared mount, in a younger one).
 */
int isle_ns_keep(int fd, const char *path, struct isle_diag *diag);
/*
 * Run FN in the namespace behind FD, in a thread of its own with all signals blocked; the calling thread and all others
 * stay where they are. Its result goes to *RET_VALUE (or NULL). What it opens is open in the whole process. -EINVAL: no
 * namespace, or one of the types user and time, which the kernel moves no thread into.
 */
int isle_ns_call(int fd, int (*fn)(void *arg), void *arg, int *ret_value, struct isle_diag *diag);
/* socket(2) in the network namespace behind NETNS, where it stays; O_CLOEXEC. It costs a thread, once a socket. */
int isle_ns_socket(int netns, int domain, int type, int protocol, int *ret_fd, struct isle_diag *diag);
/*
 * Move the calling process into all of SET: for a child, or a program that is about to exec. On failure it may be in some
 * of them. The user namespace is entered before what it gives the right to; mount, user and time want a process with one
 * thread (-EINVAL, -EUSERS). A pid namespace is entered by the children made after this. The working directory is taken up
 * again by its path.
 */
int isle_ns_enter(const struct isle_ns_set *, struct isle_diag *diag);

struct isle_ns_exec_options {
	const char *root, *wd;		/* directories, named as the caller sees them; NULL: not changed */
	const char *wdns;		/* working directory, named as it is seen inside */
	const uid_t *uid;		/* NULL: as it is, but 0 in a user namespace */
	const gid_t *gid;
	bool preserve_credentials;	/* as it is there too */
	bool no_fork;			/* do not fork for a pid namespace: only children of ARGV are in it */
	bool stay;			/* keep the working directory, by its path */
};
/*
 * isle_ns_enter(), then become ARGV, looked up in PATH; NULL: $SHELL as a login shell. Returns on failure, and when it had
 * to fork because of a pid namespace; *ret_status is then what a shell would exit with: 125 for our failure, 126, 127, the
 * program's own, 128 + signal. What nsenter(1) does.
 */
int isle_ns_exec(const struct isle_ns_set *, const struct isle_ns_exec_options *, char *const argv[], int *ret_status,
		 struct isle_diag *diag);

enum isle_ns_propagation { ISLE_NS_PRIVATE, ISLE_NS_SLAVE, ISLE_NS_SHARED, ISLE_NS_UNCHANGED };
enum isle_ns_setgroups { ISLE_NS_SETGROUPS_LEFT, ISLE_NS_SETGROUPS_ALLOW, ISLE_NS_SETGROUPS_DENY };
struct isle_ns_map { uint32_t inner, outer, count; };	/* ids inside and outside a user namespace */
/* In /etc/subuid or /etc/subgid (FILE), what the caller may map, as inside from 0. -ENOENT: nothing. */
int isle_ns_subids(const char *file, struct isle_ns_map *ret_map, struct isle_diag *diag);

struct isle_ns_run_options {
	unsigned types;				/* to be new */
	const char *keep[ISLE_NS_TYPES];	/* keep it at this path, a file that is made if it is not there; or NULL */
	bool fork;				/* the program is a child: process 1 of a new pid namespace */
	int kill_child;				/* signal for the child when the parent ends; 0: none; else it forks */
	enum isle_ns_propagation propagation;	/* of a new mount namespace */
	const char *mount_proc;			/* a new proc on this directory, or NULL */
	const char *root, *wd;			/* directories, or NULL */
	const uid_t *uid;			/* become this in the end, or NULL */
	const gid_t *gid;
	const uint32_t *map_user, *map_group;	/* the caller's ids are these in the new user namespace, or NULL */
	const struct isle_ns_map *users, *groups;	/* these too, or NULL; by newuidmap(1) for ordinary users */
	enum isle_ns_setgroups setgroups;
	bool keep_caps;				/* of the user namespace, for the program (ambient) */
	const int64_t *monotonic, *boottime;	/* clocks of a new time namespace, in seconds ahead; or NULL */
};
/* Become ARGV in new namespaces: what unshare(1) does. Returns as isle_ns_exec() does, and when it forked. */
int isle_ns_start(const struct isle_ns_run_options *, char *const argv[], int *ret_status, struct isle_diag *diag);

/* ---- Bundles: namespaces of several types under one name, as root */

struct isle_bundle_options {
	const char *hostname;		/* of a new uts namespace, or NULL */
	pid_t target;			/* keep this process's namespaces, make none; 0: new ones */
};
/*
 * Keep namespaces of TYPES as NAME, at /run/isle/.ns/NAME/TYPE: all of them, or on any failure, SIGKILL too, nothing.
 * New ones are as isle_ns_create() makes them. NAME: 1 to 63 letters, no '/', no space, no '.' or '-' in front.
 * -EEXIST; -EPERM: not root; -ESRCH: no such process; -EINVAL: no such name or type, or a mount namespace that the kernel
 * does not keep there.
 */
int isle_bundle_add(const char *name, unsigned types, const struct isle_bundle_options *, struct isle_diag *diag);
/* Let go of all of NAME's; what else uses them keeps them. -ENOENT: no such bundle. */
int isle_bundle_delete(const char *name, struct isle_diag *diag);
/* FN for each bundle. */
int isle_each_bundle(void (*fn)(const char *name, unsigned types, void *arg), void *arg, struct isle_diag *diag);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
