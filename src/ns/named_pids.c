/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: processes of a network namespace, by their main thread, as `ip netns
 * pids` counts them. Who is inside with another thread, a descriptor or a mount
 * is found elsewhere. The text of a namespace's link has its number; reading
 * it costs the kernel less than a stat(), which needs the file behind it. All
 * that is left is the walk through /proc, so where there are many processes
 * threads look at some while others are still being listed.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include "ns/named.h"

#define NSFS_TYPE 0x6e736673
#define HELPERS 3		/* at most */
#define FEW 4			/* portions up to which a thread costs more than it saves */

struct portion {		/* of the processes, for one thread at a time */
	struct portion *next;
	size_t n;
	pid_t pids[64];		/* the sign is changed if it is inside */
};

struct walk {
	int proc;
	char link[40];		/* that of a process that is inside */
	size_t link_n;
	pthread_mutex_t lock;	/* of what follows */
	pthread_cond_t more;
	struct portion *first, **end, *todo;
	bool all;		/* there will be no more */
};

static bool is_in(const struct walk *w, pid_t pid)
{
	char path[24 + sizeof("/ns/net")], *p = path + 24, link[sizeof(w->link)];

	memcpy(p, "/ns/net", sizeof("/ns/net"));
	for (; pid; pid /= 10)
		*--p = (char)('0' + pid % 10);
	return readlinkat(w->proc, p, link, sizeof(link)) == (ssize_t)w->link_n && !memcmp(link, w->link, w->link_n);
}

static struct portion *take(struct walk *w)
{
	struct portion *p;

	pthread_mutex_lock(&w->lock);
	while (!w->todo && !w->all)
		pthread_cond_wait(&w->more, &w->lock);
	p = w->todo;
	if (p)
		w->todo = p->next;
	pthread_mutex_unlock(&w->lock);
	return p;
}

static void put(struct walk *w, struct portion *p)
{
	pthread_mutex_lock(&w->lock);
	*w->end = p;
	w->end = &p->next;
	if (!w->todo)
		w->todo = p;
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->lock);
}

static void *look(void *arg)
{
	struct walk *w = arg;
	struct portion *p;

	while ((p = take(w)))
		for (size_t i = 0; i < p->n; i++)
			if (is_in(w, p->pids[i]))
				p->pids[i] = -p->pids[i];
	return NULL;
}

/* What cannot be had is done without. Signals of the caller's are for his own threads. */
static int get_help(struct walk *w, pthread_t threads[HELPERS])
{
	sigset_t all, before;
	cpu_set_t cpus;
	int n = 0, want = 0;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0)
		want = CPU_COUNT(&cpus) - 1;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (n < want && n < HELPERS && pthread_create(&threads[n], NULL, look, w) == 0)
		n++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return n;
}

static int list(struct walk *w, DIR *dir, pthread_t threads[HELPERS], int *ret_threads)
{
	const struct dirent *e;
	struct portion *p = NULL;
	int n_portions = 0;
	uint64_t pid;

	while ((e = readdir(dir))) {
		if (!isle_str_u64(e->d_name, strlen(e->d_name), &pid) || !pid || pid > INT_MAX)
			continue;
		if (!p && !(p = calloc(1, sizeof(*p))))
			return -ENOMEM;
		p->pids[p->n++] = (pid_t)pid;
		if (p->n < ISLE_COUNT(p->pids))
			continue;
		put(w, p);
		p = NULL;
		if (++n_portions == FEW)
			*ret_threads = get_help(w, threads);
	}
	if (p)
		put(w, p);
	return 0;
}

static int walk(struct walk *w, DIR *dir)
{
	pthread_t threads[HELPERS];
	int n = 0, r = list(w, dir, threads, &n);

	pthread_mutex_lock(&w->lock);
	w->all = true;
	pthread_cond_broadcast(&w->more);
	pthread_mutex_unlock(&w->lock);
	look(w);
	while (n)
		pthread_join(threads[--n], NULL);
	return r;
}

int isle_netns_pids(int fd, void (*fn)(pid_t, void *), void *arg, struct isle_diag *diag)
{
	struct walk w = { .proc = -1, .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER, .end = &w.first };
	struct statfs fs;
	struct stat ns;
	DIR *dir;
	int r;

	if (fstat(fd, &ns) < 0 || fstatfs(fd, &fs) < 0)
		return isle_fail(diag, errno, NULL, "Stat of netns failed");
	dir = opendir("/proc");
	if (!dir)
		return isle_fail(diag, errno, NULL, "Open of /proc failed");
	w.link_n = (size_t)snprintf(w.link, sizeof(w.link), "net:[%ju]", (uintmax_t)ns.st_ino);
	w.proc = dirfd(dir);
	/* in a file that is no namespace there is nobody */
	r = fs.f_type == NSFS_TYPE ? walk(&w, dir) : 0;
	closedir(dir);
	if (r < 0)
		isle_fail(diag, -r, NULL, "Cannot list processes");
	for (struct portion *p = w.first, *next; p; p = next) {
		for (size_t i = 0; r >= 0 && i < p->n; i++)
			if (p->pids[i] < 0)
				fn(-p->pids[i], arg);
		next = p->next;
		free(p);
	}
	return r;
}
