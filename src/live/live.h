/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the machine as it is: every namespace of every type and who uses it. A
 * census is taken in one pass over /proc, which changes nothing:
 *
 *   proc.c       each process: links in ns/, its threads where there are some, its descriptors (fds.c)
 *   mounts.c     each mount namespace: mountinfo of one process in it (mountinfo.c); where nobody is in one that is
 *                held by a descriptor or a bind mount, of a child that enters it and waits (isle_ns_park)
 *   node.c       a namespace when it is first met: opened, asked for owner and parent, which are met in turn
 *   names.c      names, read off the mount points
 *   containers.c names, from the engines that run containers
 *   holders.c    holders in the order and the words that people get
 *
 * What is in the network namespaces is a snapshot: snap.h.
 *
 * A namespace is known by its inode number: all of them are files of one file system in the kernel. An id may be used again
 * later, so a census is of one moment. What ends meanwhile is left out; what may not be looked at is counted.
 */
#ifndef ISLE_LIVE_H
#define ISLE_LIVE_H

#include "base/base.h"

struct isle_idmap { struct isle_id_slot *slots; size_t n, cap; };	/* number that is not 0 -> number; idmap.c */
bool isle_idmap_get(const struct isle_idmap *, uint64_t key, uint64_t *ret);
int isle_idmap_put(struct isle_idmap *, uint64_t key, uint64_t value);	/* replaces; -ENOMEM */
void isle_idmap_done(struct isle_idmap *);

struct isle_census_name {
	struct isle_census_name *next;
	const char *name;
	/* -1 container, whose engine may have made up one of the next kind; 0 ip netns, lab host or bundle; 1 a path here;
	 * 2 one in another mount namespace */
	int rank;
};

struct isle_census_ns {			/* a namespace */
	enum isle_ns_type type;
	uint64_t id;
	uint64_t owner, parent;		/* ids; 0: unknown */
	bool has_uid;
	uid_t uid;			/* who made a user namespace */
	size_t n[ISLE_HOLDER_KINDS];
	pid_t pid;			/* lowest process in it; 0: none */
	pid_t thread_of;		/* lowest process with a thread in it */
	struct isle_census_name *names;	/* best first */
	/* a mount namespace: whose view of the mounts to read, and how to open it if nobody is in it */
	pid_t eyes;			/* a process or thread in it that is not chrooted; 0: none */
	pid_t via_pid;			/* has it as descriptor .via_fd, or as its own namespace (-1) */
	int via_fd;
	bool mounts_read;
};

struct isle_census_hold {		/* one reason for a namespace to be alive */
	enum isle_holder_kind kind;
	size_t ns;			/* index of the namespace */
	pid_t pid, tid;
	int fd;
	const char *what;		/* mount: path; socket: protocol */
	dev_t on;			/* mount: the file system that the mount point is a file of */
	bool is_near;			/* mount: no file system on the way to it may keep us waiting */
	size_t at;			/* mount: index of the mount namespace; child, owned: of that namespace */
};

struct isle_census {
	struct isle_arena *arena;
	struct isle_census_ns *nss;	/* by type and id once taken */
	size_t n_nss, cap_nss;
	struct isle_census_hold *holds;	/* by namespace, kind, pid… once taken */
	size_t n_holds, cap_holds;
	struct isle_idmap index;	/* id -> index */
	struct isle_idmap openers;	/* where sockets were looked for: inode of one -> a process that has it open */
	uint64_t own[ISLE_NS_TYPES];	/* where the calling thread is; 0: unknown */
	struct isle_unseen unseen;
};

/* census.c */
/*
 * TYPES: those to look for; KINDS: ISLE_HOLDER_BIT()s, processes always. Relations too, which every namespace has to be opened
 * for, but with ISLE_CENSUS_UNRELATED: .owner and .parent are unknown then.
 */
#define ISLE_CENSUS_UNRELATED ISLE_HOLDER_BIT(ISLE_HOLDER_KINDS)
int isle_census_take(unsigned types, unsigned kinds, struct isle_census **ret, struct isle_diag *);
void isle_census_free(struct isle_census *);	/* takes NULL */
struct isle_census_ns *isle_census_find(const struct isle_census *, uint64_t id);	/* NULL: not met */
/* Holds of NSS[I]: the first one, and how many. Kinds come in their order. */
const struct isle_census_hold *isle_census_holds(const struct isle_census *, size_t i, size_t *ret_n);

/* holders.c */
/* Both in the public form; command and name buffers are in the census' arena. -ESRCH: the process has ended meanwhile. */
int isle_census_info(struct isle_census *, size_t i, struct isle_ns_info *ret);
int isle_census_holder(struct isle_census *, const struct isle_census_hold *, struct isle_holder *ret);

/* mountinfo.c: /proc/PID/mountinfo taken apart */
struct isle_mount {
	int id, parent;
	const char *root, *point, *fstype;	/* without escapes */
	unsigned major, minor;
};
/* The line at *TEXT, changed in place; *TEXT goes on to the next. 1: one was read; 0: no more; -EBADMSG: not that format. */
int isle_mountinfo_next(char **text, struct isle_mount *ret);
char *isle_mountinfo_read(const char *path);	/* all of it, malloced; NULL: the process is gone, or no memory */
/* "net:[4026531833]" to a type and an id. */
bool isle_ns_id_parse(const char *s, enum isle_ns_type *ret_type, uint64_t *ret_id);

/* names.c */
/* The name that a namespace of TYPE mounted at POINT goes by: "web", "h1.office"; NULL: only the path. In ARENA. */
const char *isle_mount_name(struct isle_arena *, enum isle_ns_type, const char *point);
/* Into the list at AT, by rank; not twice. NAME NULL: -ENOMEM. */
int isle_census_name_add(struct isle_arena *, struct isle_census_name **at, const char *name, int rank);
/* FN for each symbolic link in /run/netns to a namespace in /proc; it returns -errno to stop. */
int isle_each_netns_link(int (*fn)(const char *name, uint64_t id, void *arg), void *arg);
/* The names of one namespace in the caller's mount namespace. */
int isle_names_of(struct isle_arena *, enum isle_ns_type, uint64_t id, struct isle_census_name **ret);

#endif
