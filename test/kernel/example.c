/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The example of libisle(3), which shows it from here on: tools/check-help.sh --write. */
#include <arpa/inet.h>
#include <net/if.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>
#include <isle.h>

struct box {
	struct isle_ns_set set;
	int listener;
	struct isle_diag *diag;
};

static int fail(const struct isle_diag *diag)
{
	const struct isle_diag_rec *r;

	for (r = isle_diag_first(diag); r; r = isle_diag_next(r)) {
		char *text = isle_diag_text(r, false);

		fputs(text ? text : "no memory\n", stderr);
		free(text);
	}
	return EXIT_FAILURE;
}

/* In a thread: a new namespace, and a socket in it. The thread stays here. */
static void *open_box(void *arg)
{
	const struct sockaddr_in any = { .sin_family = AF_INET,
					 .sin_port = htons(80) };
	struct box *b = arg;

	if (isle_ns_create(ISLE_NS_BIT(ISLE_NS_NET), NULL, &b->set, b->diag) < 0)
		return NULL;
	if (isle_ns_socket(b->set.fd[ISLE_NS_NET], AF_INET, SOCK_STREAM, 0,
			   &b->listener, b->diag) < 0)
		return NULL;
	if (bind(b->listener, (const void *)&any, sizeof(any)) < 0 ||
	    listen(b->listener, 8) < 0)
		return NULL;
	return b;
}

/* This one runs in the namespace. */
static int count_interfaces(void *arg)
{
	struct if_nameindex *list = if_nameindex();
	int n = 0;

	(void)arg;
	while (list && list[n].if_index)
		n++;
	if_freenameindex(list);
	return n;
}

static void show(const struct isle_ns_info *ns,
		 const struct isle_holder *h, void *arg)
{
	(void)arg;
	if (!h)
		printf("net:[%llu] is held by\n", (unsigned long long)ns->id);
	else
		printf("  a %s; to be freed by: %s\n",
		       isle_holder_kind_name(h->kind), h->advice);
}

int main(int argc, char **argv)
{
	const char *pin = argc > 1 ? argv[1] : "/run/box";
	struct box boxes[2];
	struct isle_diag *diag = isle_diag_new();
	pthread_t threads[2];
	int n, made = 0;

	for (int i = 0; i < 2; i++) {
		boxes[i].diag = isle_diag_new();	/* one for each thread */
		boxes[i].listener = -1;
		isle_ns_set_init(&boxes[i].set);
		pthread_create(&threads[i], NULL, open_box, &boxes[i]);
	}
	for (int i = 0; i < 2; i++) {
		void *box;

		pthread_join(threads[i], &box);
		if (box)
			made++;
		else
			fail(boxes[i].diag);
	}
	printf("%d listen at port 80, each in a namespace of its own\n", made);
	if (made < 2)
		return EXIT_FAILURE;

	/* A name, under which it outlives this program. */
	if (isle_ns_keep(boxes[0].set.fd[ISLE_NS_NET], pin, diag) < 0)
		return fail(diag);
	if (isle_ns_call(boxes[0].set.fd[ISLE_NS_NET], count_interfaces, NULL,
			 &n, diag) < 0)
		return fail(diag);
	printf("there is %d interface in it, here there are %d\n",
	       n, count_interfaces(NULL));
	if (isle_each_holder(pin, 0, ISLE_HOLDER_ALL, show, NULL, NULL, diag) < 0)
		return fail(diag);

	umount2(pin, MNT_DETACH);
	unlink(pin);
	for (int i = 0; i < 2; i++) {
		close(boxes[i].listener);
		isle_ns_set_close(&boxes[i].set);
		isle_diag_free(boxes[i].diag);
	}
	isle_diag_free(diag);
	return EXIT_SUCCESS;
}
