/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: run a command and spoil one of its state-changing system calls: the N-th
 * of all its processes together, in the order in which they are made. Each
 * process of it is traced from its birth. Spoiling is a signal at the call's
 * entry, to the caller (KILL, TERM, INT, HUP) or to every process at once
 * (all-KILL…), or an error in place of the call. What is still running when the
 * command ends (a keeper) is let go. x86-64 only: elsewhere it says so with
 * status 77.
 *
 *	inject list FILE -- CMD…             into FILE a line per call: N PROCESS CALL ERROR…
 *	inject N [all-]SIGNAL|ERRNO -- CMD…  status of CMD; 99: there was no N-th call
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#if !defined(__x86_64__)
int main(void)
{
	puts("system calls can be spoiled on x86-64 only");
	return 77;
}
#else

#define MAX_PROCS 256
#define MAX_ERRORS 8

enum when { ALWAYS, IF_WRITES, IF_FILE, IF_LOCKS };	/* an open for writing; not to stdio; no unlocking */

/* Calls that change something outside the process, and the errors of their man pages that can happen here. */
static const struct call {
	int nr;
	const char *name;
	enum when when;
	int errors[MAX_ERRORS];
} calls[] = {
	{ SYS_clone, "clone", ALWAYS, { EAGAIN, ENOMEM, EPERM, ENOSPC } },
	{ SYS_clone3, "clone3", ALWAYS, { EAGAIN, ENOMEM } },
	{ SYS_fork, "fork", ALWAYS, { EAGAIN, ENOMEM } },
	{ SYS_vfork, "vfork", ALWAYS, { EAGAIN, ENOMEM } },
	{ SYS_execve, "execve", ALWAYS, { ENOENT, EACCES, ENOMEM } },
	{ SYS_unshare, "unshare", ALWAYS, { ENOSPC, EPERM, ENOMEM, EINVAL } },
	{ SYS_setns, "setns", ALWAYS, { EPERM, EINVAL, ENOMEM } },
	{ SYS_mount, "mount", ALWAYS, { EPERM, ENOMEM, EINVAL, EBUSY, ENOSPC } },
	{ SYS_umount2, "umount2", ALWAYS, { EPERM, EBUSY, ENOMEM } },
	{ SYS_open_tree, "open_tree", ALWAYS, { EPERM, ENOMEM, EMFILE, ENOSPC } },
	{ SYS_move_mount, "move_mount", ALWAYS, { EPERM, EINVAL, ENOMEM } },
	{ SYS_fsopen, "fsopen", ALWAYS, { EPERM, ENOMEM, EMFILE } },
	{ SYS_fsconfig, "fsconfig", ALWAYS, { EINVAL, EPERM } },
	{ SYS_fsmount, "fsmount", ALWAYS, { EPERM, ENOMEM, EMFILE } },
	{ SYS_mount_setattr, "mount_setattr", ALWAYS, { EPERM, EINVAL } },
	{ SYS_mkdir, "mkdir", ALWAYS, { EACCES, ENOSPC, EROFS } },
	{ SYS_mkdirat, "mkdirat", ALWAYS, { EACCES, ENOSPC, EROFS } },
	{ SYS_rmdir, "rmdir", ALWAYS, { EBUSY, EPERM } },
	{ SYS_unlink, "unlink", ALWAYS, { EACCES, EROFS } },
	{ SYS_unlinkat, "unlinkat", ALWAYS, { EACCES, EROFS } },
	{ SYS_symlink, "symlink", ALWAYS, { EACCES, ENOSPC, EEXIST } },
	{ SYS_symlinkat, "symlinkat", ALWAYS, { EACCES, ENOSPC, EEXIST } },
	{ SYS_linkat, "linkat", ALWAYS, { EEXIST, ENOSPC, EPERM } },
	{ SYS_rename, "rename", ALWAYS, { EACCES, ENOSPC } },
	{ SYS_renameat, "renameat", ALWAYS, { EACCES, ENOSPC } },
	{ SYS_renameat2, "renameat2", ALWAYS, { EACCES, ENOSPC } },
	{ SYS_openat, "openat", IF_WRITES, { EACCES, EMFILE, ENOSPC, ENOMEM } },
	{ SYS_open, "open", IF_WRITES, { EACCES, EMFILE, ENOSPC } },
	{ SYS_creat, "creat", ALWAYS, { EACCES, EMFILE, ENOSPC } },
	{ SYS_mknod, "mknod", ALWAYS, { EPERM, ENOSPC } },
	{ SYS_mknodat, "mknodat", ALWAYS, { EPERM, ENOSPC } },
	{ SYS_write, "write", IF_FILE, { EIO, ENOSPC, EPERM } },
	{ SYS_writev, "writev", IF_FILE, { EIO, ENOSPC } },
	{ SYS_ftruncate, "ftruncate", ALWAYS, { EIO, EPERM } },
	{ SYS_fchmod, "fchmod", ALWAYS, { EPERM } },
	{ SYS_fchmodat, "fchmodat", ALWAYS, { EPERM } },
	{ SYS_sethostname, "sethostname", ALWAYS, { EPERM } },
	{ SYS_socket, "socket", ALWAYS, { EMFILE, ENOBUFS, EACCES } },
	{ SYS_bind, "bind", ALWAYS, { EADDRINUSE, EPERM } },
	{ SYS_setsockopt, "setsockopt", ALWAYS, { ENOPROTOOPT, ENOMEM } },
	{ SYS_sendmsg, "sendmsg", ALWAYS, { ENOBUFS, ENOMEM, EPERM } },
	{ SYS_sendto, "sendto", ALWAYS, { ENOBUFS, ENOMEM, EPERM } },
	{ SYS_chdir, "chdir", ALWAYS, { EACCES, ENOENT } },
	{ SYS_fchdir, "fchdir", ALWAYS, { EACCES } },
	{ SYS_setrlimit, "setrlimit", ALWAYS, { EPERM } },
	{ SYS_prctl, "prctl", ALWAYS, { EINVAL } },
	{ SYS_pidfd_open, "pidfd_open", ALWAYS, { EMFILE, ENOMEM } },
	{ SYS_kill, "kill", ALWAYS, { ESRCH, EPERM } },
	{ SYS_pidfd_send_signal, "pidfd_send_signal", ALWAYS, { ESRCH, EPERM } },
	{ SYS_flock, "flock", IF_LOCKS, { EINTR, ENOLCK } },
	{ SYS_pipe2, "pipe2", ALWAYS, { EMFILE } },
	{ SYS_setsid, "setsid", ALWAYS, { EPERM } },
	{ SYS_pivot_root, "pivot_root", ALWAYS, { EINVAL, EPERM } },
};

static const struct { int number; const char *name; } errors[] = {
	{ EAGAIN, "EAGAIN" }, { ENOMEM, "ENOMEM" }, { EPERM, "EPERM" }, { ENOSPC, "ENOSPC" }, { ENOENT, "ENOENT" },
	{ EACCES, "EACCES" }, { EINVAL, "EINVAL" }, { EBUSY, "EBUSY" }, { EMFILE, "EMFILE" }, { EROFS, "EROFS" },
	{ EEXIST, "EEXIST" }, { EIO, "EIO" }, { ENOBUFS, "ENOBUFS" }, { EADDRINUSE, "EADDRINUSE" },
	{ ENOPROTOOPT, "ENOPROTOOPT" }, { ESRCH, "ESRCH" }, { EINTR, "EINTR" }, { ENOLCK, "ENOLCK" },
};

static const struct { int number; const char *name; } signals[] = {
	{ SIGKILL, "KILL" }, { SIGTERM, "TERM" }, { SIGINT, "INT" }, { SIGHUP, "HUP" },
};

struct proc {
	pid_t pid;
	int number;
	bool in_call;		/* an error is to replace the result */
	bool again;		/* the kernel repeats the call by itself (a sysctl does while the RTNL is taken): still the same one */
};

static struct proc procs[MAX_PROCS];
static size_t n_procs;
static int n_born;
static long target, seen;	/* which call; how many so far */
static enum { LIST, SIGNAL, ERROR } spoil;
static int number;		/* the signal or errno */
static bool to_all;		/* the signal */
static bool done;
static FILE *listing;

static struct proc *proc_of(pid_t pid)
{
	for (size_t i = 0; i < n_procs; i++)
		if (procs[i].pid == pid)
			return &procs[i];
	if (n_procs == MAX_PROCS) {
		fputs("inject: too many processes\n", stderr);
		exit(98);
	}
	procs[n_procs] = (struct proc){ .pid = pid, .number = n_born++ };
	return &procs[n_procs++];
}

static void forget(pid_t pid)
{
	for (size_t i = 0; i < n_procs; i++)
		if (procs[i].pid == pid)
			procs[i] = procs[--n_procs];
}

static const char *error_name(int error)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (errors[i].number == error)
			return errors[i].name;
	return "?";
}

static const struct call *call_of(const struct __ptrace_syscall_info *s)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		const struct call *c = &calls[i];
		int flags = c->nr == SYS_openat ? (int)s->entry.args[2] : (int)s->entry.args[1];

		if ((uint64_t)c->nr != s->entry.nr)
			continue;
		if (c->when == IF_WRITES)
			return flags & (O_WRONLY | O_RDWR | O_CREAT) ? c : NULL;
		if (c->when == IF_LOCKS && s->entry.args[1] & LOCK_UN)
			return NULL;
		return c->when == IF_FILE && s->entry.args[0] <= 2 ? NULL : c;
	}
	return NULL;
}

static void list(const struct proc *p, const struct call *c, const struct __ptrace_syscall_info *s)
{
	/* Only who waits for a lock is interrupted. */
	const bool at_once = c->nr == SYS_flock && s->entry.args[1] & LOCK_NB;

	fprintf(listing, "%ld %d %s", seen, p->number, c->name);
	for (int i = 0; i < MAX_ERRORS && c->errors[i]; i++)
		if (!at_once || c->errors[i] != EINTR)
			fprintf(listing, " %s", error_name(c->errors[i]));
	fputc('\n', listing);
}

static void on_entry(struct proc *p, const struct call *c, const struct __ptrace_syscall_info *s)
{
	seen++;
	if (spoil == LIST) {
		list(p, c, s);
		return;
	}
	if (seen != target)
		return;
	done = true;
	if (spoil == SIGNAL && !to_all)
		kill(p->pid, number);
	else if (spoil == SIGNAL)
		for (size_t i = 0; i < n_procs; i++)
			kill(procs[i].pid, number);
	else if (ptrace(PTRACE_POKEUSER, p->pid, offsetof(struct user_regs_struct, orig_rax), -1L) == 0)
		p->in_call = true;
}

static void on_syscall(pid_t pid)
{
	struct __ptrace_syscall_info s;
	struct proc *p = proc_of(pid);
	const struct call *c;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(s), &s) < 0)
		return;
	if (s.op == PTRACE_SYSCALL_INFO_EXIT)
		p->again = s.exit.rval == -513;		/* ERESTARTNOINTR */
	if (s.op == PTRACE_SYSCALL_INFO_ENTRY && !p->again && (c = call_of(&s)))
		on_entry(p, c, &s);
	else if (s.op == PTRACE_SYSCALL_INFO_EXIT && p->in_call) {
		ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), (long)-number);
		p->in_call = false;
	}
}

/* One stop of one process; let it go on, or go for good. */
static void on_stop(pid_t pid, int status, bool leave)
{
	int sig = WSTOPSIG(status), event = status >> 16;

	proc_of(pid);
	if (sig == (SIGTRAP | 0x80)) {
		on_syscall(pid);
		sig = 0;
	} else if (event == PTRACE_EVENT_STOP && sig != SIGTRAP) {
		ptrace(leave ? PTRACE_DETACH : PTRACE_LISTEN, pid, 0, 0);
		if (leave)
			forget(pid);
		return;
	} else if (event) {
		sig = 0;
	}
	if (leave) {
		ptrace(PTRACE_DETACH, pid, 0, (long)sig);
		forget(pid);
	} else {
		ptrace(PTRACE_SYSCALL, pid, 0, (long)sig);
	}
}

static int trace(pid_t main_pid)
{
	int status, result = -1;

	while (n_procs) {
		pid_t pid = waitpid(-1, &status, __WALL);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			break;
		if (WIFSTOPPED(status)) {
			on_stop(pid, status, result >= 0);
			continue;
		}
		forget(pid);
		if (pid != main_pid)
			continue;
		result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		for (size_t i = 0; i < n_procs; i++)
			ptrace(PTRACE_INTERRUPT, procs[i].pid, 0, 0);
	}
	return result;
}

static bool parse_how(const char *how)
{
	to_all = !strncmp(how, "all-", 4);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (!strcmp(how + 4 * to_all, signals[i].name)) {
			spoil = SIGNAL;
			number = signals[i].number;
			return true;
		}
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (!strcmp(how, errors[i].name)) {
			spoil = ERROR;
			number = errors[i].number;
			return true;
		}
	return false;
}

static bool parse(int argc, char **argv, char ***ret_cmd)
{
	if (argc < 5 || strcmp(argv[3], "--"))
		return false;
	*ret_cmd = argv + 4;
	if (!strcmp(argv[1], "list")) {
		listing = fopen(argv[2], "we");
		return listing;
	}
	target = atol(argv[1]);
	return parse_how(argv[2]);
}

int main(int argc, char **argv)
{
	char **cmd;
	pid_t pid;
	int result;

	if (!parse(argc, argv, &cmd)) {
		fputs("usage: inject list FILE -- CMD... | inject N [all-]SIGNAL|ERRNO -- CMD...\n", stderr);
		return 98;
	}
	pid = fork();
	if (pid == 0) {
		raise(SIGSTOP);
		execvp(cmd[0], cmd);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &result, WUNTRACED) < 0)
		return 98;
	proc_of(pid);
	if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
					 PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL) < 0) {
		perror("inject: PTRACE_SEIZE");
		kill(pid, SIGKILL);
		return 98;
	}
	kill(pid, SIGCONT);
	result = trace(pid);
	if (listing && fclose(listing))
		return 98;
	return spoil != LIST && !done ? 99 : result;
}
#endif
