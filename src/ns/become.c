/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the end of `ns run` and `ns enter`: who the program is, the program
 * itself, and the parent that stands by where a fork was needed. The plain
 * system calls, because libc's setuid() wants to tell all threads, and those
 * are not in a child.
 */
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "ns/join.h"

#ifdef SYS_setgroups32
#define CALL_SETGROUPS SYS_setgroups32
#define CALL_SETGID SYS_setgid32
#define CALL_SETUID SYS_setuid32
#else
#define CALL_SETGROUPS SYS_setgroups
#define CALL_SETGID SYS_setgid
#define CALL_SETUID SYS_setuid
#endif

void isle_ns_cwd_get(struct isle_ns_cwd *cwd)
{
	if (syscall(SYS_getcwd, cwd->path, sizeof(cwd->path)) < 0 || cwd->path[0] != '/')
		strcpy(cwd->path, "/");
}

void isle_ns_cwd_set(const struct isle_ns_cwd *cwd)
{
	if (chdir(cwd->path) < 0 && chdir("/") < 0)
		return;		/* no root directory: the program will notice */
}

int isle_ns_drop_groups(void)
{
	return syscall(CALL_SETGROUPS, 0, NULL) < 0 ? -errno : 0;
}

int isle_ns_ids(const struct isle_ns_program *p, bool no_groups, struct isle_ns_fault *f)
{
	int r = p->gid && !no_groups ? isle_ns_drop_groups() : 0;

	if (r == -EPERM && p->groups_may_stay)
		r = 0;
	if (r) {
		isle_ns_fault(f, -r, "cannot give up the supplementary groups");
		isle_ns_fault_hint(f, "a user namespace with one group, mapped without root, denies it: leave out --setgid");
		return r;
	}
	if (p->gid && syscall(CALL_SETGID, *p->gid) < 0)
		isle_ns_fault(f, errno, "cannot become group %u", *p->gid);
	else if (p->uid && syscall(CALL_SETUID, *p->uid) < 0)
		isle_ns_fault(f, errno, "cannot become user %u", *p->uid);
	if (f->errnum == EINVAL)
		isle_ns_fault_hint(f, "this id is not mapped in the user namespace: see /proc/self/uid_map and gid_map");
	return -f->errnum;
}

static void become_shell(struct isle_ns_fault *f)
{
	const char *shell = getenv("SHELL"), *base;
	char name[256];

	if (!shell || !*shell)
		shell = "/bin/sh";
	base = strrchr(shell, '/');
	snprintf(name, sizeof(name), "-%s", base ? base + 1 : shell);
	execl(shell, name, (char *)NULL);
	f->status = errno == ENOENT || errno == ENOTDIR ? 127 : 126;
	isle_ns_fault(f, errno, "cannot run %s", shell);
}

void isle_ns_become(const struct isle_ns_program *p, struct isle_ns_fault *f)
{
	int e;

	if (!p->argv) {
		become_shell(f);
		return;
	}
	execvp(p->argv[0], p->argv);
	e = errno;
	isle_ns_fault(f, e, "cannot run %s", p->argv[0]);
	if (e == ENOENT && strchr(p->argv[0], '/') && access(p->argv[0], F_OK) == 0)
		isle_ns_fault_hint(f, "the file is there, but the interpreter that it names is not");
	f->status = e == ENOENT || e == ENOTDIR ? 127 : 126;
}

int isle_ns_fork(struct isle_ns_child *c, bool block)
{
	sigset_t set;

	signal(SIGCHLD, SIG_DFL);	/* ignored, there would be no status to wait for */
	sigemptyset(&set);
	if (block) {
		sigaddset(&set, SIGINT);
		sigaddset(&set, SIGTERM);
	}
	pthread_sigmask(SIG_BLOCK, &set, &c->mask);
	c->blocked = block;
	c->pid = isle_ns_clone(SIGCHLD, NULL);
	if (c->pid <= 0)
		pthread_sigmask(SIG_SETMASK, &c->mask, NULL);
	return c->pid < 0 ? c->pid : 0;
}

/* What came for us meanwhile was for the program, and it has ended. */
static void forget_signals(const struct isle_ns_child *c)
{
	const struct timespec now = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	while (c->blocked && sigtimedwait(&set, NULL, &now) > 0)
		;
	pthread_sigmask(SIG_SETMASK, &c->mask, NULL);
}

int isle_ns_attend(struct isle_ns_child *c, int *ret_status)
{
	int status = 0;
	pid_t r;

	for (;;) {
		r = waitpid(c->pid, &status, WUNTRACED | __WALL);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0 || !WIFSTOPPED(status))
			break;
		kill(getpid(), SIGSTOP);
		kill(c->pid, SIGCONT);
	}
	r = r < 0 ? -errno : 0;
	forget_signals(c);
	if (!r)
		*ret_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return r;
}
