/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the map as a picture: what dot.c writes, laid out by graphviz, which is
 * started with files in memory for its streams, so that nobody waits for a pipe.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include "ns/ns.h"
#include "see/inner.h"

enum { WORDS_MAX = 400 };

static int write_all(int fd, const char *s, size_t n)
{
	while (n) {
		const ssize_t r = write(fd, s, n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return r < 0 ? -errno : -EIO;
		s += r;
		n -= (size_t)r;
	}
	return lseek(fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

static int read_all(int fd, struct isle_buf *out)
{
	char buf[16384];
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		isle_buf_put(out, buf, (size_t)n);
	return n < 0 ? -errno : out->bad ? -ENOMEM : 0;
}

/* The first line of what graphviz said. */
static void words(int fd, struct isle_diag *diag)
{
	isle_auto(buf) struct isle_buf b = { 0 };

	if (read_all(fd, &b) || !b.s || !*b.s)
		return;
	b.s[strcspn(b.s, "\n")] = '\0';
	if (b.n > WORDS_MAX)
		b.s[WORDS_MAX] = '\0';
	isle_hint(diag, "it says: %s", b.s);
}

int isle_map_svg(const struct isle_view *v, struct isle_buf *out, struct isle_diag *diag)
{
	static char *const argv[] = { (char *)"dot", (char *)"-Tsvg", NULL };
	isle_auto(close) int in = memfd_create("isle-map", MFD_CLOEXEC), svg = memfd_create("isle-map", MFD_CLOEXEC),
			     said = memfd_create("isle-map", MFD_CLOEXEC);
	isle_auto(buf) struct isle_buf dot = { 0 };
	const int streams[] = { in, svg, said };
	int r;

	if (in < 0 || svg < 0 || said < 0)
		return isle_fail(diag, errno, NULL, "cannot draw the map");
	r = isle_map_dot(v, &dot);
	if (r)
		return r;
	r = write_all(in, dot.s, dot.n);
	if (r)
		return isle_fail(diag, -r, NULL, "cannot hand the map to graphviz");
	r = isle_ns_run_on(argv, streams);
	if (r == -ENOENT) {
		isle_fail(diag, ENOENT, NULL, "cannot run dot, which lays the picture out");
		isle_hint(diag, "it is in the package graphviz; 'isle map --dot' needs none, and 'isle map' draws with letters");
		return r;
	}
	if (r) {
		isle_reject(diag, NULL, r > 0 ? "graphviz could not lay the map out" : "graphviz was ended");
		words(said, diag);
		return -EIO;
	}
	r = read_all(svg, out);
	return r && r != -ENOMEM ? isle_fail(diag, -r, NULL, "cannot read what graphviz drew") : r;
}
