/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a host's own firewall: the user's file, given to nft(8) inside the host
 * when all but its uplink is there (rules.c says how). What is wrong with it nft
 * says best: its first line, which has the place in that file.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include "build/build.h"
#include "ns/ns.h"
#include "tree/program.h"

static bool find_nft(char *ret, size_t size)
{
	static const char *const others[] = { "/usr/sbin/nft", "/sbin/nft" };

	if (isle_program_find("nft", ret, size))
		return true;
	for (size_t i = 0; i < ISLE_COUNT(others); i++)
		if (access(others[i], X_OK) == 0)
			return (size_t)snprintf(ret, size, "%s", others[i]) < size;
	return false;
}

int isle_nft_check_files(const struct isle_lab *lab, struct isle_diag *d)
{
	char program[4096];
	int all = 0;

	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];
		isle_auto(close) int fd = -1;

		if (!h->nft)
			continue;
		if (!find_nft(program, sizeof(program))) {
			isle_reject(d, &h->nft_loc, "'%s' has nftables rules, and the program nft is not installed", h->name);
			isle_hint(d, "apt-get install nftables");
			return -ENOENT;
		}
		fd = open(h->nft, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0)
			continue;
		all = isle_fail(d, errno, &h->nft_loc, "nftables rules of '%s': %s", h->name, h->nft);
		if (all == -ENOENT)
			isle_hint(d, "the path is relative to the lab file's directory");
	}
	return all;
}

static _Noreturn void run(const char *program, int script, int err)
{
	const char *const argv[] = { program, "-f", "-", NULL };
	sigset_t none;
	int null;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	script = fcntl(script, F_DUPFD, 3);
	err = fcntl(err, F_DUPFD, 3);
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(script, 0) != 0 || dup2(null, 1) != 1 || dup2(err, 2) != 2)
		_exit(127);
	isle_ns_close_from(3);
	execv(program, (char *const *)argv);
	_exit(127);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Its first line, with the name of the file for that of the script. */
static void say(int err, const char *path, char words[ISLE_NFT_WORDS])
{
	char text[ISLE_NFT_WORDS];
	ssize_t n = pread(err, text, sizeof(text) - 1, 0);
	const char *rest;

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	rest = strncmp(text, "/dev/stdin:", 11) ? NULL : text + 10;
	snprintf(words, ISLE_NFT_WORDS, "%s%.200s", rest && path ? path : "", rest ? rest : *text ? text : "nft failed");
}

int isle_nft_run(int script, const char *path, char words[ISLE_NFT_WORDS])
{
	isle_auto(close) int err = memfd_create("stderr", MFD_CLOEXEC);
	char program[4096];
	pid_t pid;
	int r;

	snprintf(words, ISLE_NFT_WORDS, "starting nft");
	if (err < 0 || !find_nft(program, sizeof(program)))
		return err < 0 ? -errno : -ENOENT;
	if (lseek(script, 0, SEEK_SET) < 0)
		return -errno;
	pid = isle_ns_clone(SIGCHLD, NULL);
	if (pid == 0)
		run(program, script, err);
	r = pid < 0 ? pid : wait_for(pid);
	if (r > 0)
		say(err, path, words);
	return r > 0 ? -EINVAL : r;
}

int isle_builder_nft(struct isle_builder *b, size_t i)
{
	const struct isle_step *step = &b->job->plan->steps[i];
	const struct isle_rules rules = { .host = b->job->lab->hosts[step->ns - 1]->name, .path = step->nft.path };
	struct isle_shared *s = b->job->shared;
	char words[ISLE_NFT_WORDS];
	int r = isle_rules_load(&rules, words);

	if (!r)
		return 0;
	s->ours = r == -EINVAL;
	return isle_shared_fail(s, -r, (int64_t)i, "%s", words);
}
