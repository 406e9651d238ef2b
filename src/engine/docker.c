/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: two marked rules per uplink in DOCKER-USER, the chain that Docker keeps
 * for others: in and out of our device. Docker's own tables are iptables', so
 * iptables is asked: what it writes, it can list and take out again. Fit for a
 * forked child: no memory is allocated here.
 */
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include "engine/uplink.h"

extern char **environ;

static int run_quiet(const char *program, char *const argv[])
{
	static const char *const dirs[] = { "/usr/sbin", "/sbin", "/usr/bin", "/bin" };
	posix_spawn_file_actions_t actions;
	int r = ENOENT, status;
	char path[64];
	pid_t pid;

	if (posix_spawn_file_actions_init(&actions))
		return -ENOMEM;
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	for (size_t i = 0; r == ENOENT && i < ISLE_COUNT(dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], program);
		r = posix_spawn(&pid, path, &actions, NULL, argv, environ);
	}
	posix_spawn_file_actions_destroy(&actions);
	if (r)
		return -r;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

int isle_docker_user(const char *program, bool add, const char *dev, const char *mark)
{
	static const char *const way[] = { "-i", "-o" };

	for (size_t i = 0; i < ISLE_COUNT(way); i++) {
		char *argv[] = { (char *)program, "-w", add ? "-I" : "-D", "DOCKER-USER", (char *)way[i], (char *)dev, "-m", "comment",
				 "--comment", (char *)mark, "-j", "ACCEPT", NULL };
		int r = run_quiet(program, argv);

		if (r < 0 || (r > 0 && add))
			return r < 0 ? r : -EIO;
	}
	return 0;	/* taking out what is gone already is no failure */
}
