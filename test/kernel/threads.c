/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a threaded program that uses the library: threads ROUNDS [steal|ignore].
 * Four threads bring labs up and down, run commands, enter hosts from children
 * and ping, all at once, each with labs of its own and one that they fight for.
 * The caller must not notice: descriptors, masks, handlers, namespaces, cwd,
 * umask and other people's wait() are as before. A child that was copied from
 * a threaded program may not allocate or fork(): that ends this program.
 * steal: a thread waits for any child all the time, and must find none.
 * ignore: SIGCHLD is ignored, as below some shells and service managers.
 */
#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "isle.h"

enum { THREADS = 4, TEXT = 512 };

static pid_t owner;		/* the process that may allocate */
static atomic_bool *bad;	/* shared with children */
static atomic_bool done;
static int rounds;
static bool may_exec;

static void complain(const char *what)
{
	void *stack[32];
	int n = backtrace(stack, 32);

	*bad = true;
	owner = 0;
	dprintf(2, "%s in a child of a threaded program:\n", what);
	backtrace_symbols_fd(stack, n, 2);
	_exit(99);
}

static void check(const char *what)
{
	if (owner && syscall(SYS_getpid) != owner)
		complain(what);
}

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void __libc_free(void *);

void *malloc(size_t n)
{
	check("malloc()");
	return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	check("calloc()");
	return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	check("realloc()");
	return __libc_realloc(p, n);
}

void free(void *p)
{
	if (p)
		check("free()");
	__libc_free(p);
}
#endif

pid_t __real_fork(void);
pid_t __wrap_fork(void);
pid_t __wrap_fork(void)
{
	check("fork()");
	return __real_fork();
}

static void failed(struct isle_diag *d, const char *lab, const char *what, int r)
{
	*bad = true;
	fprintf(stderr, "%s %s: %s\n", lab, what, strerror(-r));
	for (const struct isle_diag_rec *rec = isle_diag_first(d); rec; rec = isle_diag_next(rec)) {
		char *text = isle_diag_text(rec, false);

		fprintf(stderr, "\t%s", text ? text : "no memory\n");
		free(text);
	}
}

static struct isle_lab *load(const char *name, int net)
{
	struct isle_lab *lab = NULL;
	char text[TEXT];

	snprintf(text, sizeof(text), "lab: %s\nnetworks:\n  br0: {subnet: 10.9.%d.0/24, hosts: [a, b]}\n", name, net);
	if (isle_lab_load(text, strlen(text), "-", &lab, NULL))
		abort();
	return lab;
}

static void count(const struct isle_echo *e, void *arg)
{
	int *n = arg;

	*n += e->ok;
}

static void ping(const char *name, struct isle_diag *d)
{
	struct isle_live *live;
	int n = 0, r = isle_live_open(name, &live, d);

	if (!r) {
		r = isle_live_ping(live, NULL, NULL, 0, count, &n, d);
		isle_live_close(live);
	}
	if (r || n != 2)
		failed(d, name, "ping", r);
}

static void enter(const char *name)
{
	char host[80], *argv[] = { (char *)"sh", (char *)"-c", (char *)"exit 7", NULL };
	int status = 125;
	pid_t pid = fork();

	if (!pid) {
		owner = getpid();
		snprintf(host, sizeof(host), "a.%s", name);
		isle_exec(host, argv, &status, NULL);
		_exit(status);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 7)
		failed(NULL, name, "exec", -ECHILD);
}

static void run(const char *name, int net, struct isle_diag *d)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)"exit 9", NULL };
	struct isle_run_options opt = { .host = "b", .argv = argv };
	struct isle_lab *lab = load(name, net);
	int status, r = isle_run(lab, &opt, &status, d);

	if (r || status != 9) {
		fprintf(stderr, "status %d\n", status);
		failed(d, name, "run", r);
	}
	isle_lab_free(lab);
}

static void up_down(const char *name, int net, struct isle_diag *d)
{
	struct isle_lab *lab = load(name, net);
	int r = isle_up(lab, NULL, d);

	if (r)
		failed(d, name, "up", r);
	ping(name, d);
	if (may_exec)
		enter(name);
	r = isle_down(name, NULL, d);
	if (r)
		failed(d, name, "down", r);
	isle_lab_free(lab);
}

/* Who comes first wins; the others are told why not. */
static void fight(struct isle_diag *d)
{
	struct isle_lab *lab = load("fight", 200);
	int r = isle_up(lab, NULL, NULL);

	if (r && r != -EBUSY && r != -EEXIST)
		failed(d, "fight", "up", r);
	r = isle_down("fight", NULL, NULL);
	if (r && r != -ENOENT && r != -EBUSY)
		failed(d, "fight", "down", r);
	isle_lab_free(lab);
}

static void *work(void *arg)
{
	const int me = (int)(long)arg;
	char up[32], one[32];
	sigset_t before, after;

	pthread_sigmask(SIG_SETMASK, NULL, &before);
	snprintf(up, sizeof(up), "up%d", me);
	snprintf(one, sizeof(one), "run%d", me);
	for (int i = 0; i < rounds; i++) {
		struct isle_diag *d = isle_diag_new();

		up_down(up, me, d);
		run(one, 100 + me, d);
		fight(d);
		isle_diag_free(d);
	}
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	for (int s = 1; s < NSIG; s++)
		if (sigismember(&before, s) != sigismember(&after, s))
			failed(NULL, up, "signal mask", -EINVAL);
	return NULL;
}

/* No command at all is refused, before anything is made. */
static void run_nothing(void)
{
	char *argv[] = { NULL };
	struct isle_run_options opt = { .argv = argv };
	struct isle_lab *lab = load("nothing", 1);
	int status[3] = { 0 };

	if (isle_run(lab, &opt, &status[0], NULL) != -EINVAL || isle_run(lab, NULL, &status[1], NULL) != -EINVAL ||
	    isle_exec("a", argv, &status[2], NULL) != -EINVAL || status[0] != 125 || status[1] != 125 || status[2] != 125)
		failed(NULL, "nothing", "run", -EINVAL);
	isle_lab_free(lab);
}

static void *steal(void *arg)
{
	int status;

	(void)arg;
	while (!done) {
		pid_t pid = waitpid(-1, &status, WNOHANG);

		if (pid > 0)
			failed(NULL, "steal", "found a child of the library", -ECHILD);
		usleep(200);
	}
	return NULL;
}

/* All that a caller could find changed, as text. */
static void state(char *ret, size_t size)
{
	static const char *const ns[] = { "net", "mnt", "uts", "pid", "user", "ipc" };
	size_t n = 0, fds = 0;
	struct sigaction sa;
	struct dirent *e;
	mode_t mask = umask(077);
	DIR *dir = opendir("/proc/self/fd");

	umask(mask);
	while (dir && (e = readdir(dir)))
		fds++;
	closedir(dir);
	n += (size_t)snprintf(ret + n, size - n, "umask %o, %zu descriptors, cwd ", mask, fds);
	if (!getcwd(ret + n, size - n))
		abort();
	n = strlen(ret);
	for (size_t i = 0; i < sizeof(ns) / sizeof(*ns); i++) {
		char path[64];
		struct stat st;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", ns[i]);
		if (stat(path, &st) < 0)
			abort();
		n += (size_t)snprintf(ret + n, size - n, ", %s %lu", ns[i], (unsigned long)st.st_ino);
	}
	for (int s = 1; s < NSIG; s++)
		if (!sigaction(s, NULL, &sa))
			n += (size_t)snprintf(ret + n, size - n, " %p", (void *)sa.sa_handler);
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS], thief;
	const char *how = argc > 2 ? argv[2] : "";
	static char before[4096], after[4096];
	void *stack[4];

	rounds = argc > 1 ? atoi(argv[1]) : 1;
	may_exec = !*how;
	bad = mmap(NULL, sizeof(*bad), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	backtrace(stack, 4);	/* the first time, it loads a library */
	if (!strcmp(how, "ignore"))
		signal(SIGCHLD, SIG_IGN);
	owner = getpid();
	state(before, sizeof(before));
	run_nothing();
	if (!strcmp(how, "steal"))
		pthread_create(&thief, NULL, steal, NULL);
	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	done = true;
	if (!strcmp(how, "steal"))
		pthread_join(thief, NULL);
	state(after, sizeof(after));
	if (strcmp(before, after)) {
		*bad = true;
		fprintf(stderr, "before: %s\nafter:  %s\n", before, after);
	}
	return *bad;
}
