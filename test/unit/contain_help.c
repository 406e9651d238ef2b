/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: the world of contain_help.h. */
#include "contain_help.h"

#include <ftw.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

int world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	strcpy(w->dir, "/tmp/isle-contain-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->p = (struct isle_contain_paths){ .root = w->dir, .wait_ms = 10000 };
	w->diag = isle_diag_new();
	*state = w;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

int world_teardown(void **state)
{
	struct world *w = *state;

	nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	isle_diag_free(w->diag);
	free(w);
	return 0;
}

void world_file(const struct world *w, const char *path, const char *text, ...)
{
	isle_auto(buf) struct isle_buf b = { 0 };
	va_list ap;
	FILE *f;

	isle_buf_printf(&b, "%s%s", w->dir, path);
	for (char *s = b.s + strlen(w->dir) + 1; (s = strchr(s, '/')); s++) {
		*s = '\0';
		mkdir(b.s, 0755);
		*s = '/';
	}
	f = fopen(b.s, "w");
	assert_non_null(f);
	va_start(ap, text);
	vfprintf(f, text, ap);
	va_end(ap);
	assert_int_equal(fclose(f), 0);
}

const char *world_said(struct world *w)
{
	static char text[1024];
	const struct isle_diag_rec *r = isle_diag_first(w->diag);

	while (r && r->next)
		r = r->next;
	snprintf(text, sizeof(text), "%s%s%s", r ? r->msg : "", r && r->hint ? " | " : "", r && r->hint ? r->hint : "");
	return text;
}

static void *listen_on(void *arg)
{
	struct server *s = arg;

	for (;;) {
		int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0)
			return NULL;
		s->n_served++;
		s->serve(fd, s);
		close(fd);
	}
}

void server_start(struct server *s, const char *address, size_t len)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };

	assert_true(len < sizeof(sa.sun_path));
	memcpy(sa.sun_path, address, len);
	s->n_served = 0;
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(s->fd >= 0);
	unlink(address);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&sa, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)), 0);
	assert_int_equal(listen(s->fd, 16), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, listen_on, s), 0);
}

void server_stop(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
}

void note_container(const char *name, pid_t pid, void *buf)
{
	isle_buf_printf(buf, "%s=%d ", name, (int)pid);
}

pid_t child_start(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);	/* a test that failed leaves nothing */
		for (;;)
			pause();
	}
	return pid;
}

void child_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

void world_without_memory(const struct world *w, int (*find)(const struct isle_contain_paths *, const char *, pid_t *, struct isle_diag *),
			  const char *name, const char *stranger, pid_t want)
{
	for (int there = 0; there < 2; there++) {
		bool hit = true;

		for (unsigned long n = 1; hit; n++) {
			struct isle_diag *diag = isle_diag_new();
			pid_t pid = -7;
			int r;

			fault_at(n);
			r = find(&w->p, there ? name : stranger, &pid, diag);
			hit = fault_hit();
			fault_at(0);
			assert_int_equal(pid, r ? -7 : want);
			assert_true(there || r < 0);
			assert_true(hit || r == (there ? 0 : -ENOENT));
			isle_diag_free(diag);
		}
	}
}
