/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: namespaces and mounts as the kernel has them, no labs: pins (a namespace
 * kept by a bind mount of its nsfs file), the newer mount calls, user-namespace
 * maps, processes by namespace. All of it system calls on the caller's memory:
 * fit for a forked child of a threaded program.
 */
#ifndef ISLE_NS_H
#define ISLE_NS_H

#include <signal.h>
#include <sys/types.h>
#include "base/base.h"

/* pin.c */
/* Keep the namespace behind FROM ("/proc/self/ns/net", "/proc/self/fd/7") alive under PATH (made with O_EXCL, mode 0). */
int isle_ns_pin(const char *from, const char *path);
/* Pin a mount namespace: the kernel wants it younger than the one it is mounted in, and the numbers come in per-CPU
 * batches: MAKE (returns a descriptor of a new one, -errno) is called again, on one CPU, until it is accepted. */
/* MAKE may say -EAGAIN itself. */
int isle_ns_pin_mnt(int (*make)(void *), void *arg, const char *path);
/*
 * ATTEMPT on one CPU after the other, until it says something else than -EAGAIN. The CPU that made the namespace we are in
 * gives younger numbers for certain; which one it was, nobody knows, and it need not be one that we are to run on.
 */
int isle_ns_on_each_cpu(int (*attempt)(void *), void *arg);
uint64_t isle_ns_age(int mnt);				/* of a mount namespace: greater is younger; 0: unknown */
int isle_ns_self(const char *type);			/* "net", "mnt"…: descriptor, O_CLOEXEC; -errno */
bool isle_ns_is(int fd, int clone_flag);		/* NS_GET_NSTYPE */
int isle_ns_id(int fd, dev_t *ret_dev, ino_t *ret_ino);

/* mount.c: open_tree(2), move_mount(2), fsopen(2); musl has no wrappers */
int isle_mount_tmpfs(const char *mode, const char *size);	/* detached mount: descriptor */
int isle_mount_proc(void);				/* likewise; -EPERM where a container hides parts of its own */
int isle_mount_clone(int dirfd, const char *path, bool recursive);
int isle_mount_attach(int mount_fd, int dirfd, const char *path);	/* path "": onto dirfd itself */
int isle_mount_private(const char *path, bool recursive);
int isle_mount_slave(void);				/* "/" and all below */
bool isle_mount_is_point(int dirfd, const char *name);	/* a mount is on it in this mount namespace */

/* dir.c: FN for each entry but "." and "..", until it returns other than 0, which is returned; -errno. System calls only. */
int isle_dir_each(int dir, int (*fn)(const char *name, void *arg), void *arg);
int isle_dir_copy_link(int from_dir, int to_dir, const char *name);	/* a symbolic link, as it is */

/* call.c: FN in a thread that lives only for it and has all signals blocked; may go to other namespaces. -errno: no thread. */
int isle_ns_in_thread(void *(*fn)(void *), void *arg);

/* mirror.c: a fresh tmpfs on PATH in which every old entry but those of SKIP (NULL-terminated, or NULL) is bound again. */
int isle_mount_mirror(const char *path, const char *const *skip);

/* switch.c, switch_etc.c, vrf.c: the calling process's own; the words are those of `ip netns exec`. See also isle.h. */
/* In the network namespace already: mounts of its own with a /sys (whose source is SOURCE) and, ETC not NULL, the files of
 * /etc/netns/ETC over /etc. What cannot be bound there is a warning. */
int isle_netns_view(const char *source, const char *etc, struct isle_diag *);
void isle_netns_etc(const char *name, struct isle_diag *);
int isle_vrf_reset(void);				/* out of the cgroup of a VRF; 0 also if it was in none */

/* clone.c: clone(2) without libc's locks; FLAGS with the signal at the child's end (0: none, so that a wait() of the
 * caller's own does not find it). 0 in the child, which makes system calls only; -errno. RET_PIDFD may be NULL. */
pid_t isle_ns_clone(unsigned long flags, int *ret_pidfd);
/* The same with all signals blocked in the child, so that no handler of the caller's runs in it. RET_MASK: the mask before; or NULL. */
pid_t isle_ns_clone_deaf(unsigned long flags, int *ret_pidfd, sigset_t *ret_mask);
int isle_ns_reap(pid_t pid, int *ret_status);		/* waits for its end */
void isle_ns_close_from(int fd);			/* this one and all above */
/* Run a program (looked up in PATH) with /dev/null for its standard streams: its exit status; -errno, -EINTR: killed. The
 * caller's SIGCHLD and wait() see nothing of it. System calls only. */
int isle_ns_run(char *const argv[]);
int isle_ns_run_on(char *const argv[], const int streams[3]);	/* the same with these standard streams; -1: /dev/null */

/* fresh.c: a new network namespace with nobody in it, made by a child, so that the caller stays in its own: descriptor; -errno */
int isle_ns_fresh_net(void);

/* nsid.c */
#define ISLE_NSID_BITE 32			/* questions that go out together */
struct isle_nsid_answer {
	int id;					/* -1: none */
	int errnum;				/* the kernel refused */
	char words[64];				/* then what it said */
};
struct isle_nl;
/* What the namespace of NL calls those that FDS (at most ISLE_NSID_BITE) are of. */
int isle_nsid_ask(struct isle_nl *nl, const int *fds, size_t n, struct isle_nsid_answer *ret);

/* sockets.c: netlink sockets, and files of /proc, in many namespaces at once; the calling thread stays where it is */
#define ISLE_NS_PROTOCOLS 3		/* at most, of one namespace */
#define ISLE_NS_FILES 2
struct isle_ns_sockets {
	int netns;			/* descriptor, the caller's; -1: leave it out */
	const char *files[ISLE_NS_FILES];	/* beneath /proc/thread-self/net, to be opened there; NULL: none */
	int fd[ISLE_NS_PROTOCOLS];	/* out: in the order of the protocols; -1 */
	int file_fd[ISLE_NS_FILES];	/* out: -1: it cannot be opened */
	int errnum;			/* out: why there is no first one; 0: there is. Without the others it is 0 too */
};
/*
 * For each of N namespaces a socket of each of PROTOCOLS (NETLINK_…). USER: the user namespace to join first, as one that
 * is owned there may only be entered from inside; -1: as the caller. -errno: no thread, or no child.
 */
int isle_ns_sockets(int user, struct isle_ns_sockets *v, size_t n, const int *protocols, size_t n_protocols);
void isle_ns_sockets_close(struct isle_ns_sockets *);	/* all but .netns */

/* park.c */
struct isle_parked {
	pid_t child;
	pid_t pid;		/* as /proc shows it */
	int hold;
};
/* A child that has entered the mount namespace MNT and waits there, to be looked through at /proc/PID, until unparked. */
int isle_ns_park(int mnt, struct isle_parked *ret);
void isle_ns_unpark(struct isle_parked *);

/* make.c: isle_ns_create() in system calls only, without a user namespace of its own: inside USER (-1: the caller's). On
 * failure *ret_type is the type that was refused, or -1; isle_ns_make_failed() has the words. */
int isle_ns_make(unsigned types, int user, const char *hostname, struct isle_ns_set *ret, int *ret_type);
int isle_ns_make_failed(int r, int type, struct isle_diag *);
int isle_ns_make_check(unsigned types, const char *hostname, struct isle_diag *);

/* caps.c */
bool isle_cap_has(int cap);				/* effective, in the caller's user namespace */

/* userns.c */
/* Write PID's maps: 0 = the caller, and subordinate ids through newuidmap/newgidmap where /etc/subuid and the programs
 * allow; else one id each, setgroups denied. From the parent, for a child in a fresh user namespace. */
int isle_userns_map(pid_t pid, struct isle_diag *);
/* Why user namespaces cannot be made here, in words that name the sysctl or AppArmor setting. */
int isle_userns_blame(int errnum, struct isle_diag *);

/* procs.c */
struct isle_nsid { dev_t dev; ino_t ino; };
struct isle_proc { pid_t pid; uint64_t start; char comm[32]; size_t which; /* index into the ids */ };
/* Processes with a network namespace among IDS (sorted by ino), threads looked at too. In *ret, malloced. */
int isle_procs_in(const struct isle_nsid *ids, size_t n_ids, struct isle_proc **ret, size_t *ret_n);
/* The caller as /proc has him: another number than getpid()'s where /proc is of a pid namespace above. -ENOENT: it is not there. */
pid_t isle_proc_self(void);
int isle_proc_start(pid_t pid, uint64_t *ret);		/* field 22 of /proc/PID/stat */
int isle_proc_signal(pid_t pid, uint64_t start, int sig);	/* through a pidfd, only if still that process; -ESRCH */
int isle_boot_id(char ret[37]);

#endif
