/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: values of options that several commands on namespaces have: users,
 * groups, processes, signals, words out of a few; and what was taken for a
 * command but looks like an option, or like the value of one.
 */
#include <fcntl.h>
#include <grp.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <pwd.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include "cli/cli.h"

const char *cli_option_name(const struct cli *c, enum cli_opt id)
{
	const struct cli_option *o;

	for (size_t i = 0; (o = cli_option_at(c->command, i)); i++)
		if (o->id == id)
			return o->name;
	return "";
}

static bool is_id(const char *s, uint32_t *ret)
{
	uint64_t n;

	/* the last one means "as it is" to the kernel */
	if (!isle_str_u64(s, strlen(s), &n) || n >= UINT32_MAX)
		return false;
	*ret = (uint32_t)n;
	return true;
}

static int no_such(struct cli *c, enum cli_opt id, const char *what)
{
	cli_wrong(c, "option '--%s': there is no %s '%s'", cli_option_name(c, id), what, c->opt[id]);
	isle_hint(c->diag, "a number from 0 to 4294967294, or a name that /etc/%s knows", *what == 'u' ? "passwd" : "group");
	return CLI_EXEC_FAILED;
}

int cli_user(struct cli *c, enum cli_opt id, uid_t *ret, const uid_t **ret_p)
{
	const struct passwd *pw;

	if (!c->opt[id])
		return 0;
	if (!is_id(c->opt[id], ret)) {
		pw = getpwnam(c->opt[id]);
		if (!pw)
			return no_such(c, id, "user");
		*ret = pw->pw_uid;
	}
	*ret_p = ret;
	return 0;
}

int cli_group(struct cli *c, enum cli_opt id, gid_t *ret, const gid_t **ret_p)
{
	const struct group *gr;

	if (!c->opt[id])
		return 0;
	if (!is_id(c->opt[id], ret)) {
		gr = getgrnam(c->opt[id]);
		if (!gr)
			return no_such(c, id, "group");
		*ret = gr->gr_gid;
	}
	*ret_p = ret;
	return 0;
}

int cli_pid(struct cli *c, enum cli_opt id, pid_t *ret)
{
	uint64_t n;

	if (!c->opt[id])
		return 0;
	if (!isle_str_u64(c->opt[id], strlen(c->opt[id]), &n) || n < 1 || n > INT32_MAX)
		return cli_wrong(c, "option '--%s': '%s' is not a process id", cli_option_name(c, id), c->opt[id]);
	*ret = (pid_t)n;
	return 0;
}

int cli_seconds(struct cli *c, enum cli_opt id, int64_t *ret, const int64_t **ret_p)
{
	const char *s = c->opt[id];
	const bool minus = s && *s == '-';
	uint64_t n;

	if (!s)
		return 0;
	if (!isle_str_u64(s + minus, strlen(s + minus), &n) || n > INT64_MAX)
		return cli_wrong(c, "option '--%s': '%s' is not a number of seconds", cli_option_name(c, id), s);
	*ret = minus ? -(int64_t)n : (int64_t)n;
	*ret_p = ret;
	return 0;
}

static const struct { const char *name; int signal; } signals[] = {
	{ "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT }, { "ILL", SIGILL }, { "TRAP", SIGTRAP }, { "ABRT", SIGABRT },
	{ "BUS", SIGBUS }, { "FPE", SIGFPE }, { "KILL", SIGKILL }, { "USR1", SIGUSR1 }, { "SEGV", SIGSEGV }, { "USR2", SIGUSR2 },
	{ "PIPE", SIGPIPE }, { "ALRM", SIGALRM }, { "TERM", SIGTERM }, { "CHLD", SIGCHLD }, { "CONT", SIGCONT }, { "STOP", SIGSTOP },
	{ "TSTP", SIGTSTP }, { "TTIN", SIGTTIN }, { "TTOU", SIGTTOU }, { "URG", SIGURG }, { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ },
	{ "VTALRM", SIGVTALRM }, { "PROF", SIGPROF }, { "WINCH", SIGWINCH }, { "IO", SIGIO }, { "PWR", SIGPWR }, { "SYS", SIGSYS },
};

int cli_signal(struct cli *c, enum cli_opt id, int *ret)
{
	const char *s = c->opt[id];
	uint64_t n;

	if (!s)
		return 0;
	if (isle_str_u64(s, strlen(s), &n) && n >= 1 && n < NSIG) {
		*ret = (int)n;
		return 0;
	}
	s += strncasecmp(s, "SIG", 3) ? 0 : 3;
	for (size_t i = 0; i < ISLE_COUNT(signals); i++)
		if (!strcasecmp(signals[i].name, s)) {
			*ret = signals[i].signal;
			return 0;
		}
	cli_wrong(c, "option '--%s': there is no signal '%s'", cli_option_name(c, id), c->opt[id]);
	isle_hint(c->diag, "a name (TERM, SIGTERM) or a number: `kill -l` lists them");
	return CLI_EXEC_FAILED;
}

int cli_choice(struct cli *c, enum cli_opt id, const char *const *words, unsigned *ret)
{
	char list[128];
	size_t n = 0;

	if (!c->opt[id])
		return 0;
	list[0] = '\0';
	for (unsigned i = 0; words[i]; i++) {
		if (!strcmp(words[i], c->opt[id])) {
			*ret = i;
			return 0;
		}
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "", words[i]);
		if (n >= sizeof(list))
			break;
	}
	cli_wrong(c, "option '--%s' is not for '%s'", cli_option_name(c, id), c->opt[id]);
	isle_hint(c->diag, "one of: %s", list);
	return CLI_EXEC_FAILED;
}

/* Of the namespace that is mounted on PATH; -1: none is. Nothing but nsfs is opened. */
static int type_of_file(const char *path)
{
	struct statfs fs;
	int flag, fd = statfs(path, &fs) == 0 && fs.f_type == NSFS_MAGIC ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return -1;
	flag = ioctl(fd, NS_GET_NSTYPE);
	close(fd);
	for (int t = 0; flag > 0 && t < ISLE_NS_TYPES; t++)
		if (flag == isle_ns_type_flag(t))
			return t;
	return -1;
}

void cli_hint_command(struct cli *c, const char *command, int status)
{
	const int type = status == 126 && strchr(command, '/') ? type_of_file(command) : -1;

	if (status == 127 && *command == '-')
		isle_hint(c->diag, "options come before %s", !strcmp(c->command->name, "exec") ? "WHERE" : "NAME");
	else if (type >= 0 && c->opt[OPT_NS + type])
		isle_hint(c->diag, "--%s=%s, with '='", isle_ns_type_name(type), command);
}
