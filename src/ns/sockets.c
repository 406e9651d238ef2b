/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: netlink sockets in many namespaces. A socket belongs for good to the
 * namespace that it is opened in, and so does a file of /proc/thread-self/net:
 * whoever opens it may go again at once. One
 * thread that lives for that (all signals blocked, as in call.c) walks through
 * all of them. Into a namespace that another user namespace owns, its owner may
 * go only from there, where no single thread gets; then it is a child that
 * shares the descriptors: what it opens is the caller's.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "ns/ns.h"

void isle_ns_sockets_close(struct isle_ns_sockets *s)
{
	for (size_t i = 0; i < ISLE_NS_PROTOCOLS; i++) {
		isle_auto_close(&s->fd[i]);
		s->fd[i] = -1;
	}
	for (size_t i = 0; i < ISLE_NS_FILES; i++) {
		isle_auto_close(&s->file_fd[i]);
		s->file_fd[i] = -1;
	}
}

struct walk {
	int user;
	struct isle_ns_sockets *v;
	size_t n, n_protocols;
	int protocols[ISLE_NS_PROTOCOLS];
};

/* System calls only, as all that follows up to in_child(). */
static void open_here(const struct walk *w, struct isle_ns_sockets *s)
{
	for (size_t i = 0; i < w->n_protocols && !s->errnum; i++) {
		s->fd[i] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, w->protocols[i]);
		/* the kernel may lack one of the others */
		if (s->fd[i] < 0 && (!i || errno == EMFILE || errno == ENFILE))
			s->errnum = errno;
	}
	for (size_t i = 0; i < ISLE_NS_FILES && !s->errnum; i++) {
		s->file_fd[i] = s->files[i] ? open(s->files[i], O_RDONLY | O_CLOEXEC) : -1;
		if (s->file_fd[i] < 0 && s->files[i] && (errno == EMFILE || errno == ENFILE))
			s->errnum = errno;
	}
	if (s->errnum)
		isle_ns_sockets_close(s);
}

static void *walk(void *arg)
{
	const struct walk *w = arg;

	for (size_t i = 0; i < w->n; i++) {
		struct isle_ns_sockets *s = &w->v[i];

		if (s->netns < 0 || s->fd[0] >= 0)
			continue;
		if (setns(s->netns, CLONE_NEWNET) < 0)
			s->errnum = errno;
		else
			open_here(w, s);
	}
	return NULL;
}

/* The caller's own: to go there one needs rights that to be there one does not. */
static void open_own(const struct walk *w)
{
	struct stat own, st;

	if (stat("/proc/thread-self/ns/net", &own) < 0)
		return;
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].netns >= 0 && fstat(w->v[i].netns, &st) == 0 && st.st_ino == own.st_ino && st.st_dev == own.st_dev)
			open_here(w, &w->v[i]);
}

static int in_child(struct walk *w)
{
	const size_t size = w->n * sizeof(*w->v);
	struct isle_ns_sockets *shared, *own = w->v;
	pid_t pid;
	int r;

	shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return -errno;
	memcpy(shared, own, size);
	w->v = shared;
	pid = isle_ns_clone_deaf(CLONE_FILES, NULL, NULL);
	if (!pid) {
		if (setns(w->user, CLONE_NEWUSER) == 0)
			walk(w);
		else
			for (size_t i = 0; i < w->n; i++)
				shared[i].errnum = errno;
		_exit(0);
	}
	r = pid < 0 ? pid : isle_ns_reap(pid, NULL);
	memcpy(own, shared, size);
	munmap(shared, size);
	return r;
}

int isle_ns_sockets(int user, struct isle_ns_sockets *v, size_t n, const int *protocols, size_t n_protocols)
{
	struct walk w = { .user = user, .v = v, .n = n, .n_protocols = n_protocols };

	memcpy(w.protocols, protocols, n_protocols * sizeof(*protocols));
	for (size_t i = 0; i < n; i++) {
		v[i].errnum = 0;
		for (size_t k = 0; k < ISLE_NS_PROTOCOLS; k++)
			v[i].fd[k] = -1;
		for (size_t k = 0; k < ISLE_NS_FILES; k++)
			v[i].file_fd[k] = -1;
	}
	if (!n)
		return 0;
	if (user < 0)
		open_own(&w);
	return user < 0 ? isle_ns_in_thread(walk, &w) : in_child(&w);
}
