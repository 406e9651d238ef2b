/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what tells a watch of the end of namespaces: a pidfd of a process, the
 * mountinfo of a mount namespace. One for each, whoever asks for it; those that
 * no namespace of the last census wanted are closed.
 */
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include "watch/watch.h"

int isle_watch_add(const struct isle_watch *w, struct isle_ear *ear, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = ear };

	return epoll_ctl(w->epoll, EPOLL_CTL_ADD, ear->fd, &e) < 0 ? -errno : 0;
}

static int open_ear(enum isle_ear_kind kind, uint64_t id, pid_t eyes)
{
	char path[48] = "/proc/thread-self/mountinfo";
	int fd;

	if (eyes)
		snprintf(path, sizeof(path), "/proc/%d/mountinfo", eyes);
	fd = kind == ISLE_EAR_PROCESS ? (int)syscall(SYS_pidfd_open, (pid_t)id, 0) : open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int isle_watch_want(struct isle_watch *w, enum isle_ear_kind kind, uint64_t id, pid_t eyes, bool *ret)
{
	struct isle_ear *ear, **more;
	int fd, r;

	*ret = true;
	for (size_t i = 0; i < w->n_ears; i++)
		if (w->ears[i]->kind == kind && w->ears[i]->id == id) {
			w->ears[i]->wanted = true;
			return 0;
		}
	*ret = false;
	fd = open_ear(kind, id, eyes);
	if (fd < 0) {
		/* it has ended meanwhile */
		w->stale |= fd == -ESRCH || fd == -ENOENT;
		return fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM ? fd : 0;
	}
	ear = calloc(1, sizeof(*ear));
	more = ear ? realloc(w->ears, (w->n_ears + 1) * sizeof(struct isle_ear *)) : NULL;
	if (!more) {
		free(ear);
		close(fd);
		return -ENOMEM;
	}
	*ear = (struct isle_ear){ .kind = kind, .fd = fd, .id = id, .wanted = true };
	w->ears = more;
	w->ears[w->n_ears++] = ear;
	r = isle_watch_add(w, ear, kind == ISLE_EAR_MOUNTS ? EPOLLPRI : EPOLLIN | EPOLLONESHOT);
	/* what changed between the census and now */
	w->stale |= kind == ISLE_EAR_MOUNTS && w->started;
	*ret = !r;
	return r;
}

void isle_watch_drop(struct isle_watch *w, bool all)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_ears; i++) {
		if (w->ears[i]->wanted && !all) {
			w->ears[n++] = w->ears[i];
			continue;
		}
		close(w->ears[i]->fd);
		free(w->ears[i]);
	}
	w->n_ears = n;
}
