/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: starting the lab's ovsdb-server and ovs-vswitchd. Each detaches when it
 * is ready, so waiting for the one that was started is waiting for that; what
 * stays is a child of the lab's init, and ends with it. The database, the socket
 * and the logs are in the lab's own tree and go with that. Everything is told
 * by absolute path: nothing of an Open vSwitch of the machine is touched.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "ns/ns.h"
#include "ovs/ovs.h"
#include "tree/program.h"

#define DIR_MAX_PATH 128		/* of the directory */
#define ARG_MAX_PATH (DIR_MAX_PATH + 64)

struct starting {
	const struct isle_job *job;
	char fabric[DIR_MAX_PATH], dir[DIR_MAX_PATH];
};

static _Noreturn void exec_program(const struct starting *s, const char *const argv[], int err)
{
	static const char *const names[] = { "OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR" };
	char vars[ISLE_COUNT(names)][ARG_MAX_PATH], *env[ISLE_COUNT(names) + 2];
	isle_auto(close) int net = open(s->fabric, O_RDONLY | O_CLOEXEC);
	sigset_t none;
	int null;

	for (size_t i = 0; i < ISLE_COUNT(names); i++) {
		snprintf(vars[i], sizeof(vars[i]), "%s=%s", names[i], s->dir);
		env[i] = vars[i];
	}
	env[ISLE_COUNT(names)] = (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	env[ISLE_COUNT(names) + 1] = NULL;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (net < 0 || setns(net, CLONE_NEWNET) < 0 || chdir("/") < 0)
		_exit(127);
	/* above the three, which may have been closed */
	err = fcntl(err, F_DUPFD, 3);
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, 0) != 0 || dup2(null, 1) != 1 || dup2(err, 2) != 2)
		_exit(127);
	isle_ns_close_from(3);
	execve(argv[0], (char *const *)argv, env);
	_exit(127);
}

/* Until it has ended, or has left its daemon behind. */
static int run(const struct starting *s, const char *name, const char *const argv[])
{
	/* a daemon that has detached does not write here any more */
	isle_auto(close) int err = memfd_create("stderr", MFD_CLOEXEC);
	char words[300];
	int status, r;
	pid_t pid;

	if (err < 0)
		return isle_shared_fail(s->job->shared, errno, -1, "starting %s", name);
	pid = isle_ns_clone(SIGCHLD, NULL);
	if (pid == 0)
		exec_program(s, argv, err);
	r = pid < 0 ? pid : isle_ns_reap(pid, &status);
	if (r < 0)
		return isle_shared_fail(s->job->shared, -r, -1, "starting %s", name);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	isle_program_words(err, words, sizeof(words));
	return isle_shared_fail(s->job->shared, EIO, -1, "%s for the switches of lab %s does not start%s%s", name, s->job->lab->name,
				*words ? ": " : "", words);
}

static int run_all(const struct starting *s)
{
	const struct isle_ovs_work *w = s->job->ovs;
	char db[ARG_MAX_PATH], socket[ARG_MAX_PATH], remote[ARG_MAX_PATH], pidfile[2][ARG_MAX_PATH], ctl[2][ARG_MAX_PATH],
		log[2][ARG_MAX_PATH];
	static const char *const names[] = { "ovsdb-server", "ovs-vswitchd" };
	const char *const create[] = { w->tool, "create", db, w->schema, NULL };
	const char *const server[] = { w->server, db, remote, "--detach", "--no-chdir", pidfile[0], ctl[0], log[0], "-vconsole:err",
				       "-vsyslog:off", "-vfile:warn", NULL };
	const char *const vswitchd[] = { w->vswitchd, socket, "--detach", "--no-chdir", pidfile[1], ctl[1], log[1], "-vconsole:emer",
					 "-vsyslog:off", "-vfile:warn", NULL };
	int r;

	snprintf(db, sizeof(db), "%s/conf.db", s->dir);
	snprintf(socket, sizeof(socket), "unix:%s/db.sock", s->dir);
	snprintf(remote, sizeof(remote), "--remote=punix:%s/db.sock", s->dir);
	for (int i = 0; i < 2; i++) {
		snprintf(pidfile[i], ARG_MAX_PATH, "--pidfile=%s/%s.pid", s->dir, names[i]);
		snprintf(ctl[i], ARG_MAX_PATH, "--unixctl=%s/%s.ctl", s->dir, names[i]);
		snprintf(log[i], ARG_MAX_PATH, "--log-file=%s/%s.log", s->dir, names[i]);
	}
	r = run(s, "ovsdb-tool", create);
	if (!r)
		r = run(s, names[0], server);
	return r ? r : run(s, names[1], vswitchd);
}

int isle_ovs_start(const struct isle_job *job, const char *target)
{
	struct starting s = { .job = job };
	struct sigaction dfl = { .sa_handler = SIG_DFL };

	if (!job->ovs)
		return 0;
	/* Ignored children cannot be waited for. */
	sigaction(SIGCHLD, &dfl, NULL);
	snprintf(s.dir, sizeof(s.dir), "%s/" ISLE_OVS_DIR, target);
	snprintf(s.fabric, sizeof(s.fabric), "%s/fabric", target);
	if (mkdir(s.dir, 0700) < 0)
		return isle_shared_fail(job->shared, errno, -1, "cannot make %s", s.dir);
	return run_all(&s);
}
