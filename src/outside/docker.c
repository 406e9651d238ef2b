/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: two marked rules per uplink in DOCKER-USER, the chain that Docker keeps
 * for others: in and out of our device. Docker's own tables are iptables', so
 * iptables is asked: what it writes, it can list and take out again. Fit for a
 * forked child: no memory is allocated here.
 */
#include "ns/ns.h"
#include "outside/uplink.h"

static int run_quiet(const char *program, char *argv[])
{
	static const char *const dirs[] = { "/usr/sbin", "/sbin", "/usr/bin", "/bin" };
	char path[64];

	for (size_t i = 0; i < ISLE_COUNT(dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], program);
		if (access(path, X_OK) < 0)
			continue;
		argv[0] = path;
		return isle_ns_run(argv);
	}
	return -ENOENT;
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
