/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: signals while `run` waits. A signal that the caller ignores or handles
 * stays what it is. One that would kill the caller is blocked in the calling
 * thread and read from a signalfd: if the terminal sent it, the command got it
 * too, as a member of the same process group, and decides; if a process sent it
 * to us alone, the command gets it from us. So ^C in a Python prompt does not
 * end the lab, and `timeout isle run …` lets the command clean up. SIGKILL and
 * whatever else kills the caller ends everything.
 * While a lab is changed, a signal waits until the change is undone or done.
 * The terminal's foreground goes back to the caller's process group: a shell
 * in a pid namespace cannot do that itself, it does not see that group.
 */
#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include "engine/signals.h"

static const int handed_on[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 };
static const int held[] = { SIGHUP, SIGINT, SIGTERM };	/* SIGQUIT is left to whoever will not wait */

static bool would_kill(int sig, const sigset_t *mask)
{
	struct sigaction sa;

	return !sigismember(mask, sig) && sigaction(sig, NULL, &sa) == 0 && !(sa.sa_flags & SA_SIGINFO) &&
	       sa.sa_handler == SIG_DFL;
}

/* A signalfd of those among SIGNALS that would kill the caller; they are blocked in the calling thread. -errno */
static int block(const int *signals, size_t n, sigset_t *ret_old)
{
	sigset_t set;
	int fd;

	pthread_sigmask(SIG_BLOCK, NULL, ret_old);
	sigemptyset(&set);
	for (size_t i = 0; i < n; i++)
		if (would_kill(signals[i], ret_old))
			sigaddset(&set, signals[i]);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return -errno;
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return fd;
}

int isle_signals_hold(sigset_t *ret_old)
{
	return block(held, ISLE_COUNT(held), ret_old);
}

void isle_signals_release(int fd, const sigset_t *old)
{
	if (fd < 0)
		return;
	close(fd);
	pthread_sigmask(SIG_SETMASK, old, NULL);
}

int isle_signals_take(struct isle_signals *s)
{
	s->fd = block(handed_on, ISLE_COUNT(handed_on), &s->old);
	if (s->fd < 0)
		return s->fd;
	s->tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (s->tty >= 0 && tcgetpgrp(s->tty) != getpgrp()) {
		close(s->tty);
		s->tty = -1;
	}
	return 0;
}

void isle_signals_hand_on(struct isle_signals *s, struct isle_init *in)
{
	struct signalfd_siginfo si;

	while (read(s->fd, &si, sizeof(si)) == sizeof(si)) {
		unsigned char sig = si.ssi_signo;

		if (si.ssi_code != SI_KERNEL)
			send(in->sock, &sig, 1, MSG_NOSIGNAL);
	}
}

static void take_foreground(int tty)
{
	sigset_t set, old;

	if (tcgetpgrp(tty) == getpgrp())
		return;
	/* Not in the foreground, it would stop us. */
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	tcsetpgrp(tty, getpgrp());
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

void isle_signals_give_back(struct isle_signals *s)
{
	if (s->tty >= 0) {
		take_foreground(s->tty);
		close(s->tty);
	}
	close(s->fd);
	pthread_sigmask(SIG_SETMASK, &s->old, NULL);
}

void isle_signals_reset(const sigset_t *mask, bool ignore_child)
{
	struct sigaction sa, dfl = { .sa_handler = SIG_DFL };

	for (int sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, NULL, &sa) == 0 && ((sa.sa_flags & SA_SIGINFO) || sa.sa_handler != SIG_IGN))
			sigaction(sig, &dfl, NULL);
	if (ignore_child) {
		sa = (struct sigaction){ .sa_handler = SIG_IGN };
		sigaction(SIGCHLD, &sa, NULL);
	}
	sigprocmask(SIG_SETMASK, mask, NULL);
}
