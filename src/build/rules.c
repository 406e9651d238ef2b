/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the user's rules of a host. All tables that they make are theirs; to
 * replace them these are deleted in the transaction that loads the new ones, so
 * that there is no moment without, and rules that nft does not like leave those
 * before. Which tables are theirs is in the lab's tree, and while it is not
 * known because one is about to be loaded, which are not. A copy of the rules is
 * there too: by it another text in the file is noticed, and undone; and a number
 * for what the tables said then, by which changes by hand are.
 */
#include <fcntl.h>
#include <linux/netfilter/nf_tables.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "build/build.h"
#include "nl/nl.h"
#include "tree/file.h"

enum { LIST = 16384 };
struct list { char text[LIST]; size_t n; bool is_there; };	/* "\nFAMILY NAME\nFAMILY NAME\n" */
struct look {
	struct list own, others;	/* as they were written down; others: if somebody was killed */
	struct list mine, theirs;	/* what is there: of the rules, and not */
	int script;			/* gets what deletes the first; -1: none */
};

static int read_list(const char *path, struct list *list)
{
	isle_auto(close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, list->text, sizeof(list->text) - 1);

	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	list->is_there = true;
	list->n = (size_t)n;
	list->text[n] = '\0';
	return 0;
}

static int add(struct list *list, const char *word)
{
	const size_t n = strlen(word);

	/* each begins where the one before ended */
	if (list->n + n >= sizeof(list->text))
		return -E2BIG;
	memcpy(list->text + (list->n ? list->n - 1 : 0), word, n + 1);
	list->n += n - (list->n ? 1 : 0);
	return 0;
}

static int on_table(const struct isle_nft_table *t, void *arg)
{
	struct look *l = arg;
	char word[NFT_NAME_MAXLEN + 16], line[NFT_NAME_MAXLEN + 32];
	bool is_own;

	if (!t) {
		l->mine.n = l->theirs.n = 0;
		return l->script >= 0 && (ftruncate(l->script, 0) < 0 || lseek(l->script, 0, SEEK_SET) < 0) ? -errno : 0;
	}
	snprintf(word, sizeof(word), "\n%s %s\n", isle_nft_family(t->family), t->name);
	is_own = l->others.is_there ? !strstr(l->others.text, word) : strstr(l->own.text, word) != NULL;
	/* that of a gateway (outside/uplink_host.c) */
	if (!is_own || !strcmp(word, "\ninet isle\n"))
		return add(&l->theirs, word);
	if (l->script < 0)
		return add(&l->mine, word);
	snprintf(line, sizeof(line), "delete table %s %s; ", isle_nft_family(t->family), t->name);
	return write(l->script, line, strlen(line)) == (ssize_t)strlen(line) ? add(&l->mine, word) : -EIO;
}

static int look(struct look *l)
{
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_NETFILTER);

	if (r)
		return r;
	r = on_table(NULL, l);
	if (!r)
		r = isle_nft_tables(&nl, on_table, l);
	isle_nl_close(&nl);
	return r;
}

static int copy(int from, int to)
{
	char buf[8192];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, (size_t)n) != n)
			return -EIO;
	return n < 0 ? -errno : 0;
}

struct paths { char rules[96], fresh[96], tables[96], others[96], sum[96]; };

static void paths_of(const char *host, struct paths *p)
{
	snprintf(p->rules, sizeof(p->rules), ISLE_RULES_DIR "/%.63s", host);
	snprintf(p->fresh, sizeof(p->fresh), "%.80s.new", p->rules);
	snprintf(p->tables, sizeof(p->tables), "%.80s.tables", p->rules);
	snprintf(p->others, sizeof(p->others), "%.80s.others", p->rules);
	snprintf(p->sum, sizeof(p->sum), "%.80s.sum", p->rules);
}

/* The rules as a file in the tree, and behind the script's first words. */
static int copy_rules(const struct isle_rules *r, const struct paths *p, int script)
{
	isle_auto(close) int from = r->text ? -1 : open(r->path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	isle_auto(close) int to = open(p->fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int e;

	if (to < 0 || (from < 0 && !r->text))
		return -errno;
	if (r->text)
		e = write(to, r->text, strlen(r->text)) == (ssize_t)strlen(r->text) ? 0 : -EIO;
	else
		e = copy(from, to);
	if (e)
		return e;
	return lseek(to, 0, SEEK_SET) < 0 ? -errno : copy(to, script);
}

static int write_list(const char *path, const struct list *list)
{
	unlink(path);
	return isle_file_write(AT_FDCWD, path, list->text, list->n, 0600);
}

static bool is_listed(uint8_t family, const char *table, void *arg)
{
	const struct list *list = arg;
	char word[NFT_NAME_MAXLEN + 16];

	snprintf(word, sizeof(word), "\n%s %s\n", isle_nft_family(family), table);
	return strstr(list->text, word);
}

static int sum_of(struct list *tables, uint64_t *ret)
{
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_NETFILTER);

	if (r)
		return r;
	r = isle_nft_sum(&nl, is_listed, tables, ret);
	isle_nl_close(&nl);
	return r;
}

/* Without it nothing will be said of changes by hand, and nothing else is lost. */
static void note_sum(const struct paths *p, struct list *tables)
{
	uint64_t sum;
	char text[24];

	unlink(p->sum);
	if (sum_of(tables, &sum))
		return;
	snprintf(text, sizeof(text), "%016llx\n", (unsigned long long)sum);
	isle_file_write(AT_FDCWD, p->sum, text, strlen(text), 0600);
}

bool isle_rules_are_changed(const char *host)
{
	struct list tables = { .n = 0 }, noted = { .n = 0 };
	struct paths p;
	uint64_t sum;

	paths_of(host, &p);
	return !read_list(p.tables, &tables) && !read_list(p.sum, &noted) && noted.is_there && access(p.others, F_OK) < 0 &&
	       !sum_of(&tables, &sum) && sum != strtoull(noted.text, NULL, 16);
}

/* What is there now and was not theirs before is of the rules. */
static int settle(const struct isle_rules *rules, const struct paths *p, struct look *l)
{
	int r;

	l->others = l->theirs;
	l->others.is_there = true;
	l->script = -1;
	r = look(l);
	if (!r && rules->path)
		r = write_list(p->tables, &l->mine);
	if (r)
		return r;
	if (rules->path)
		note_sum(p, &l->mine);
	if (rules->path ? rename(p->fresh, p->rules) < 0 : unlink(p->rules) < 0 && errno != ENOENT)
		return -errno;
	if (!rules->path) {
		unlink(p->tables);
		unlink(p->sum);
	}
	return unlink(p->others) < 0 && errno != ENOENT ? -errno : 0;
}

static int take(const struct isle_rules *rules, const struct paths *p, struct look *l, char words[ISLE_NFT_WORDS])
{
	int r = rules->path ? copy_rules(rules, p, l->script) : 0;

	snprintf(words, ISLE_NFT_WORDS, "cannot copy %s", rules->path ? rules->path : "rules");
	if (!r && !l->others.is_there)
		r = write_list(p->others, &l->theirs);
	if (!r && (rules->path || l->mine.n))
		r = isle_nft_run(l->script, rules->path, words);
	/* nothing was changed */
	if (r && !l->others.is_there)
		unlink(p->others);
	return r;
}

void isle_rules_forget(const char *host)
{
	struct paths p;

	paths_of(host, &p);
	unlink(p.rules);
	unlink(p.tables);
	unlink(p.others);
	unlink(p.sum);
}

int isle_rules_load(const struct isle_rules *rules, char words[ISLE_NFT_WORDS])
{
	isle_auto(close) int script = memfd_create("rules", MFD_CLOEXEC);
	struct look l = { .script = script };
	struct paths p;
	int r = script < 0 ? -errno : 0;

	paths_of(rules->host, &p);
	snprintf(words, ISLE_NFT_WORDS, "cannot find out whose tables are there");
	if (mkdir(ISLE_RULES_DIR, 0755) < 0 && errno != EEXIST)
		return -errno;
	if (!r)
		r = read_list(p.tables, &l.own);
	if (!r)
		r = read_list(p.others, &l.others);
	if (!r)
		r = look(&l);
	if (!r)
		r = take(rules, &p, &l, words);
	if (!r) {
		r = settle(rules, &p, &l);
		if (r)
			snprintf(words, ISLE_NFT_WORDS, "cannot write down what was loaded");
	}
	unlink(p.fresh);
	return r;
}
