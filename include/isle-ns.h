/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: namespaces of every type, without labs; a part of isle.h, which
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

/* ---- Namespaces of every type */

enum isle_ns_type {		/* in the order of /proc/PID/ns */
	ISLE_NS_CGROUP, ISLE_NS_IPC, ISLE_NS_MNT, ISLE_NS_NET, ISLE_NS_PID, ISLE_NS_TIME, ISLE_NS_USER, ISLE_NS_UTS,
	ISLE_NS_TYPES,
};
#define ISLE_NS_BIT(type) (1u << (type))
#define ISLE_NS_ALL ((1u << ISLE_NS_TYPES) - 1)
const char *isle_ns_type_name(enum isle_ns_type);	/* "net", as in /proc/PID/ns; NULL: no such type */
int isle_ns_type_flag(enum isle_ns_type);		/* CLONE_NEWNET and so on, see namespaces(7) */
int isle_ns_type_of(const char *name);			/* the type of that name; -EINVAL: none */

struct isle_ns_set { int fd[ISLE_NS_TYPES]; };		/* descriptors by type, O_CLOEXEC; -1: none of this type */
void isle_ns_set_init(struct isle_ns_set *);		/* all -1 */
void isle_ns_set_close(struct isle_ns_set *);
/*
 * Open the namespaces of what REF names: a lab's host (HOST, HOST.LAB; $ISLE_LAB's lab first), a name of `ip netns`, a
 * bundle, pid:N, docker:NAME (also podman, lxc, machine), or a path, which has a '/'. TYPES: ISLE_NS_BIT()s; what is not
 * there stays -1, but one of them at least is there. -ENOENT: nothing of that name; -ENOTUNIQ: several, DIAG lists
 * them; -ESRCH: no such process; -EBADF: a name whose namespace is gone; -EINVAL: no name at all, or not of these types.
 */
int isle_ns_open(const char *ref, unsigned types, struct isle_ns_set *ret_set, struct isle_diag *diag);
/*
 * The same to go there: the mount namespace of a lab's host, which is made when somebody enters first, is made; and a
 * caller without CAP_SYS_ADMIN gets the user namespace, too, unless REF is a path.
 */
int isle_ns_open_to_enter(const char *ref, unsigned types, struct isle_ns_set *ret_set, struct isle_diag *diag);

enum isle_ref_kind { ISLE_REF_HOST, ISLE_REF_NETNS, ISLE_REF_BUNDLE, ISLE_REF_PID, ISLE_REF_CONTAINER };
/*
 * FN for each word that begins with PREFIX and that isle_ns_open() takes: hosts, names of `ip netns`, bundles; processes and
 * running containers only of a PREFIX with their "pid:", "docker:" and so on. What cannot be asked has none.
 */
int isle_each_ref(const char *prefix, void (*fn)(const char *ref, enum isle_ref_kind, void *arg), void *arg, struct isle_diag *diag);

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

/* ---- Named network namespaces: /run/netns, shared with `ip netns`, whose words the problems are in */

#define ISLE_NETNS_DIR "/run/netns"

bool isle_netns_name_is_ok(const char *name);	/* 1 to 255 bytes, no '/', neither "." nor ".." */
/* Make a network namespace of that name; its lo stays down, and the caller where it is. -EEXIST. */
int isle_netns_add(const char *name, struct isle_diag *diag);
/* Name the namespace behind FILE: "/proc/123/ns/net", "/proc/self/fd/7", a pin. -EEXIST; those of mount(2). */
int isle_netns_attach(const char *name, const char *file, struct isle_diag *diag);
/* Take the name away; the namespace goes when nobody else holds it. Of a symlink only the link goes. -ENOENT. */
int isle_netns_delete(const char *name, struct isle_diag *diag);
/* A descriptor, O_CLOEXEC, of what has that name. Whether it is a namespace at all is not looked at. */
int isle_netns_open(const char *name, int *ret_fd, struct isle_diag *diag);

struct isle_netns_item {
	const char *name;
	int id;				/* by which the caller's namespace knows it; -1: none, or not asked */
	const char *refused;		/* what the kernel said of a file that is no network namespace ("": no words); or NULL */
	int errnum;			/* of that, or of opening it; 0: fine */
};
/*
 * FN for each name, in the order of the directory (newest first on a tmpfs);
 * IDS: with ids, which asks the kernel once a name. -ENOENT, without words:
 * nobody has made the directory yet.
 */
int isle_each_netns(bool ids, void (*fn)(const struct isle_netns_item *, void *arg), void *arg, struct isle_diag *diag);
/* FN for each name of the namespace that FD is of: that it is none of them is no failure. */
int isle_netns_identify(int fd, void (*fn)(const char *name, void *arg), void *arg, struct isle_diag *diag);
/* FN for each process whose main thread is in the network namespace that FD is of. */
int isle_netns_pids(int fd, void (*fn)(pid_t pid, void *arg), void *arg, struct isle_diag *diag);

/*
 * Ids that a network namespace gives to others. FD is of the one to get an id:
 * ID, or -1 for any free one. -EEXIST: it has one already.
 */
int isle_nsid_set(int fd, int id, struct isle_diag *diag);
struct isle_nsid_item {
	int id;				/* -1: none */
	bool has_current;		/* TARGET was given */
	int current;			/* then what the caller's own namespace calls it; -1: no id */
};
/* FN for each id that the caller's namespace, or the one that it calls TARGET (not -1), has given. */
int isle_each_nsid(int target, void (*fn)(const struct isle_nsid_item *, void *arg), void *arg, struct isle_diag *diag);
/* What one id means: as above. */
int isle_nsid_get(int id, int target, struct isle_nsid_item *ret_item, struct isle_diag *diag);

/* Names that come and go. A descriptor to poll(2) and to hand to isle_netns_changes(); the directory is made if need be. */
int isle_netns_watch(int *ret_fd, struct isle_diag *diag);
/* Wait for changes, and FN for each. */
int isle_netns_changes(int fd, void (*fn)(const char *name, bool added, void *arg), void *arg, struct isle_diag *diag);

/*
 * Move the calling process (a single-threaded one that is about to exec, or a
 * forked child) into the namespace NAME of /run/netns, as `ip -n NAME` does:
 * network, mounts of its own, /sys, and the files of /etc/netns/NAME over /etc.
 * Files that cannot be put there are warnings in DIAG. On failure it may be
 * there half-way. _enter() leaves a VRF before, as `ip netns exec` does.
 */
int isle_netns_switch(const char *name, struct isle_diag *diag);
int isle_netns_enter(const char *name, struct isle_diag *diag);

/* ---- Who uses a namespace */

enum isle_holder_kind {
	ISLE_HOLDER_PROCESS,	/* a process, by its main thread */
	ISLE_HOLDER_THREAD,	/* a thread that is elsewhere than the main thread of its process */
	ISLE_HOLDER_CHILDREN,	/* a process or thread whose next children will be in it (pid, time) */
	ISLE_HOLDER_DESCRIPTOR,	/* an open descriptor of the namespace */
	ISLE_HOLDER_MOUNT,	/* a bind mount of it */
	ISLE_HOLDER_SOCKET,	/* a socket or a tun device in it, of a process that is elsewhere (net) */
	ISLE_HOLDER_CHILD,	/* a namespace whose parent it is (pid, user) */
	ISLE_HOLDER_OWNED,	/* a namespace that it owns (user) */
	ISLE_HOLDER_KINDS,
};
#define ISLE_HOLDER_BIT(kind) (1u << (kind))
#define ISLE_HOLDER_ALL ((1u << ISLE_HOLDER_KINDS) - 1)
const char *isle_holder_kind_name(enum isle_holder_kind);	/* "process", "descriptor"…; NULL: no such kind */

struct isle_ns_info {		/* of isle_each_ns(); strings live until the function returns */
	enum isle_ns_type type;
	uint64_t id;		/* inode number, the N of "net:[N]" */
	uint64_t owner;		/* id of the user namespace that owns it; 0: not visible to the caller */
	uint64_t parent;	/* pid and user: id; 0: none, or not visible */
	bool has_uid;
	uid_t uid;		/* user: who made it */
	bool own;		/* the calling thread is in it */
	size_t n[ISLE_HOLDER_KINDS];	/* its holders */
	pid_t pid;		/* the lowest process in it, else one with a thread in it; 0: nobody */
	uid_t pid_uid;
	const char *command;	/* of PID, with its arguments; or NULL */
	const char *const *names;	/* of `ip netns`, HOST.LAB, a bundle's, else where it is mounted; the best one first */
	size_t n_names;
};
/* What the caller has no permission to look at. All zero: nothing was kept from him. */
struct isle_unseen {
	size_t processes;
	size_t mount_namespaces;	/* whose mounts could not be read */
	size_t descriptors;	/* sockets and others that could not be told the namespace of */
	bool outside;		/* /proc shows a pid namespace that is not the machine's: there may be processes beyond */
};
/*
 * FN for every namespace of TYPES on this machine, by type and id, found in one pass over /proc that changes nothing. KINDS:
 * ISLE_HOLDER_BIT()s of what else than processes to look for; what only those hold is not found without them. Sockets
 * are dear: each one is looked at. What ends meanwhile is left out. RET_UNSEEN may be NULL. FN must not be NULL.
 */
int isle_each_ns(unsigned types, unsigned kinds, void (*fn)(const struct isle_ns_info *, void *arg), void *arg,
		 struct isle_unseen *ret_unseen, struct isle_diag *diag);

struct isle_holder {		/* strings live until the function returns */
	enum isle_holder_kind kind;
	pid_t pid;		/* mount: a process that sees it, 0: nobody is in that mount namespace; child, owned: 0 */
	pid_t tid;		/* thread, children: which one; else 0 */
	int fd;			/* descriptor, socket: its number; else -1 */
	const char *command;	/* of PID; or NULL */
	const char *what;	/* mount: its path; socket: "tcp", "unix", "tun"…; else NULL */
	enum isle_ns_type ns_type;	/* mount: ISLE_NS_MNT; child, owned: the type; of the namespace in .ns */
	uint64_t ns;		/* mount: the mount namespace it is in; child, owned: that one; else 0 */
	bool here;		/* mount: in the caller's own mount namespace */
	const char *name;	/* mount: what it is called there; child, owned: the namespace's name; or NULL */
	const char *advice;	/* what frees it: a command, or a sentence */
};
/*
 * FN for everything that keeps the namespaces of REF alive: as isle_ns_open() takes it, or an id, "net:[4026531833]" or the number
 * alone. TYPES 0: all that a name or a path stands for, of a process or a container the network namespace. For each namespace
 * FN is called with HOLDER NULL first. No call after that: whoever holds it is not visible to any process. KINDS as above.
 * -ENOENT: nothing of that name; an id that nobody visible uses is no error, because it cannot be told whether it is gone.
 * -EBADF: a name file whose namespace is gone or was mounted in another mount namespace; DIAG says by whom to get it back.
 */
int isle_each_holder(const char *ref, unsigned types, unsigned kinds,
		     void (*fn)(const struct isle_ns_info *, const struct isle_holder *, void *arg), void *arg,
		     struct isle_unseen *ret_unseen, struct isle_diag *diag);

/* FN for each name that the namespace behind FD has in the caller's mount namespace: best first. -EINVAL: FD is no namespace. */
int isle_ns_identify(int fd, void (*fn)(const char *name, void *arg), void *arg, struct isle_diag *diag);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
