/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the way out of `run` and of rootless labs: pasta(1) or slirp4netns(1),
 * whichever is installed, pasta first. One process per host with an uplink, a
 * child of the lab's init, so that it ends with the lab; which one it is, is
 * noted in the lab (outlet.c), where it can be changed. The program only makes
 * the tap device; MAC, addresses and routes are ours (uplink_host.c), set by a
 * short-lived child inside the host, which waits for the device's netlink event.
 * slirp answers ARP for its own gateway only, so there ours gets a fixed neighbour.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include "kinds/kinds.h"
#include "ns/ns.h"
#include "outside/outlet.h"
#include "outside/uplink.h"
#include "outside/uplink_user.h"
#include "tree/program.h"

enum helper { HELPER_NONE, HELPER_PASTA, HELPER_SLIRP };

static enum helper find_helper(char *ret, size_t size)
{
	if (isle_program_find("pasta", ret, size))
		return HELPER_PASTA;
	return isle_program_find("slirp4netns", ret, size) ? HELPER_SLIRP : HELPER_NONE;
}

static const struct isle_loc *uplink_loc(const struct isle_lab *lab)
{
	for (size_t i = 0; i < lab->n_hosts; i++)
		if (lab->hosts[i]->uplink.kind != ISLE_UPLINK_NONE)
			return &lab->hosts[i]->uplink.loc;
	return NULL;
}

enum { PORTS_TEXT = 16384 };

/* Ports of one protocol as pasta wants them: 8080:80,8443:443. What does not fit is in *RET_REST, or NULL. */
static const char *port_list(const struct isle_host *h, bool udp, char buf[PORTS_TEXT], const struct isle_published **ret_rest)
{
	size_t n = 0;

	*ret_rest = NULL;
	for (size_t i = 0; i < h->n_ports; i++) {
		if (h->ports[i].udp != udp)
			continue;
		if (n + sizeof(",65535:65535") > PORTS_TEXT) {
			*ret_rest = &h->ports[i];
			break;
		}
		n += (size_t)sprintf(buf + n, "%s%u:%u", n ? "," : "", h->ports[i].from, h->ports[i].to);
	}
	return n ? buf : "none";
}

static int check_ports(const struct isle_lab *lab, struct isle_diag *d)
{
	const struct isle_published *rest = NULL;
	char buf[PORTS_TEXT];

	for (size_t i = 0; !rest && i < lab->n_hosts; i++)
		for (int udp = 0; !rest && udp < 2; udp++)
			port_list(lab->hosts[i], udp, buf, &rest);
	if (!rest)
		return 0;
	isle_reject(d, &rest->loc, "more ports than pasta can be told of");
	isle_hint(d, "publish fewer of one host, or bring the lab up as root, where nftables has them");
	return -E2BIG;
}

int isle_uplink_user_check(const struct isle_lab *lab, const bool *starts, struct isle_diag *d)
{
	isle_auto(close) int tun = -1;
	char path[4096];
	enum helper helper = find_helper(path, sizeof(path));
	int r = check_ports(lab, d);

	if (r)
		return r;
	for (size_t i = 0; helper == HELPER_SLIRP && i < lab->n_hosts; i++) {
		if (!lab->hosts[i]->n_ports || (starts && !starts[i]))
			continue;
		isle_reject(d, &lab->hosts[i]->ports[0].loc, "`publish` needs pasta here; slirp4netns alone is installed");
		isle_hint(d, "apt-get install passt");
		return -ENOENT;
	}
	if (helper == HELPER_NONE) {
		isle_reject(d, uplink_loc(lab), "an uplink needs pasta or slirp4netns here, and neither is installed");
		isle_hint(d, "apt-get install passt (or slirp4netns), or take the `uplink` out");
		return -ENOENT;
	}
	tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (tun >= 0)
		return 0;
	r = isle_fail(d, errno, uplink_loc(lab), "an uplink needs a tap device: opening /dev/net/tun");
	isle_hint(d, r == -EACCES ? "let users open it: chmod 0666 /dev/net/tun" : "modprobe tun, or mknod /dev/net/tun c 10 200");
	return r;
}

#define MAX_ARGS 40
struct args { const char *v[MAX_ARGS + 1]; size_t n; };
struct ports { char tcp[PORTS_TEXT], udp[PORTS_TEXT], mac[24], address[2][ISLE_IP_TEXT], mask[8]; };

static void arg(struct args *a, const char *s)
{
	if (a->n < MAX_ARGS)
		a->v[a->n++] = s;
}

static void args_all(struct args *a, const char *const *list)
{
	for (; *list; list++)
		arg(a, *list);
}

/* What comes in before the host has sent anything has to know where to. */
static void pasta_ports(struct args *a, const struct isle_host *h, struct ports *p)
{
	const uint8_t *m = h->uplink.iface->mac;
	const struct isle_published *rest;	/* none: check_ports() */

	arg(a, "-t");
	arg(a, port_list(h, false, p->tcp, &rest));
	arg(a, "-u");
	arg(a, port_list(h, true, p->udp, &rest));
	if (!h->n_ports)
		return;
	snprintf(p->mac, sizeof(p->mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	arg(a, "--ns-mac-addr");
	arg(a, p->mac);
	for (size_t i = 0; i < h->uplink.n_subnets && i < 2; i++) {
		isle_ip_text(&h->uplink.iface->addresses[i], false, p->address[i]);
		arg(a, "-a");
		arg(a, p->address[i]);
		if (h->uplink.subnets[i].family != AF_INET)
			continue;
		snprintf(p->mask, sizeof(p->mask), "%u", h->uplink.subnets[i].len);
		arg(a, "-n");
		arg(a, p->mask);
	}
}

/* No ports forwarded but those of the file, no mapping of the gateway to the machine's loopback, no RA or DHCP: the file decides. */
static void pasta_args(struct args *a, const struct isle_host *h, const char *netns, struct ports *ports)
{
	static const char *const fixed[] = { "--foreground", "--quiet", "--runas", "0", "--no-map-gw", "--no-dhcp", "--no-dhcpv6",
					     "--no-ra", "-T", "none", "-U", "none", "--ns-ifname", "uplink",
					     NULL };
	bool v4 = false, v6 = false;

	args_all(a, fixed);
	pasta_ports(a, h, ports);
	for (size_t i = 0; i < h->uplink.n_subnets; i++) {
		v4 |= h->uplink.subnets[i].family == AF_INET;
		v6 |= h->uplink.subnets[i].family == AF_INET6;
	}
	if (v4 != v6)
		arg(a, v4 ? "--ipv4-only" : "--ipv6-only");
	arg(a, "--netns");
	arg(a, netns);
}

static void slirp_args(struct args *a, const struct isle_host *h, const char *netns)
{
	arg(a, "--netns-type=path");
	arg(a, "--disable-host-loopback");
	for (size_t i = 0; i < h->uplink.n_subnets; i++)
		if (h->uplink.subnets[i].family == AF_INET6)
			arg(a, "--enable-ipv6");
	arg(a, netns);
	arg(a, "uplink");
}

static void helper_args(struct args *a, enum helper helper, const struct isle_host *h, const char *netns, struct ports *ports)
{
	if (helper == HELPER_PASTA)
		pasta_args(a, h, netns, ports);
	else
		slirp_args(a, h, netns);
}

/* One that STAYS outlives who starts it: the lab's init takes it over. */
static pid_t start_helper(enum helper helper, const char *program, const struct isle_host *h, const char *netns, int err, int tree_dir,
			  bool stays)
{
	struct args a = { .n = 0 };
	struct ports ports;
	sigset_t none;
	pid_t pid = isle_ns_clone(SIGCHLD, NULL);
	int null;

	if (pid)
		return pid;
	/* Of its own session: a ^C meant for the command is not to end the way out. */
	if ((!stays && prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) || setsid() < 0)
		_exit(127);
	/* before it is that program: nobody is to run whom nobody knows */
	if (isle_outlet_note(tree_dir, h->name) < 0 && stays)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	arg(&a, program);
	helper_args(&a, helper, h, netns, &ports);
	/* above the three, which may have been closed */
	err = fcntl(err, F_DUPFD, 3);
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, 0) != 0 || dup2(null, 1) != 1 || dup2(err, 2) != 2)
		_exit(127);
	/* A lock or a pipe of the caller's is not to be held for as long as the lab is up. */
	isle_ns_close_from(3);
	execv(program, (char *const *)a.v);
	_exit(127);
}

/* A child of ours in the host: waits for the device and configures it. */
static pid_t start_configurer(const struct isle_job *job, const struct isle_host *h, bool slirp, int tree_dir)
{
	pid_t pid = isle_ns_clone(SIGCHLD, NULL);

	if (pid)
		return pid;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		_exit(1);
	_exit(isle_uplink_configure_tap(job, h, slirp, tree_dir) < 0);
}

/* As pid 1 others may end too: only these two count. */
static int await(const struct isle_job *job, const struct isle_host *h, const char *program, pid_t helper, pid_t configurer, int err)
{
	char words[300];
	int status;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, 0);
		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			return isle_shared_fail(job->shared, errno, -1, "waiting for the uplink of %s", h->name);
		if (pid == configurer) {
			if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
				return 0;
			return isle_shared_fail(job->shared, EIO, -1, "configuring the uplink of %s", h->name);	/* the first failure wins */
		}
		if (pid != helper)
			continue;
		isle_program_words(err, words, sizeof(words));
		kill(configurer, SIGKILL);
		isle_shared_fail(job->shared, EIO, -1, "%s for the uplink of %s ended early: %s", program, h->name, words);
		isle_shared_hint(job->shared, "the machine itself needs a way out (a default route)");
		return -EIO;
	}
}

enum { NETNS_TEXT = 256 };

static void netns_path(char ret[NETNS_TEXT], const struct isle_lab *lab, const struct isle_host *h)
{
	snprintf(ret, NETNS_TEXT, ISLE_RUN_DIR "/%s/net/%s", lab->name, h->name);
}

static int start_one(const struct isle_job *job, const struct isle_host *h, enum helper helper, const char *program, int tree_dir,
		     bool stays)
{
	/* not a pipe: it would fill up, or end a helper that writes to it when we have stopped reading */
	isle_auto(close) int err = memfd_create("stderr", MFD_CLOEXEC);
	char netns[NETNS_TEXT];
	pid_t pid, configurer;
	int r;

	job->shared->loc = &h->uplink.loc;
	netns_path(netns, job->lab, h);
	if (err < 0)
		return isle_shared_fail(job->shared, errno, -1, "starting %s for the uplink of %s", program, h->name);
	configurer = start_configurer(job, h, helper == HELPER_SLIRP, tree_dir);
	pid = configurer < 0 ? configurer : start_helper(helper, program, h, netns, err, tree_dir, stays);
	if (pid < 0)
		return isle_shared_fail(job->shared, -pid, -1, "starting %s for the uplink of %s", program, h->name);
	r = await(job, h, program, pid, configurer, err);
	if (r)
		return r;
	r = isle_outlet_ready(tree_dir, h);
	return r && stays ? isle_shared_fail(job->shared, -r, -1, "noting the uplink of %s", h->name) : 0;
}

int isle_uplink_user_start(const struct isle_job *job, const struct isle_host *h, int tree_dir)
{
	char program[4096];
	const enum helper helper = find_helper(program, sizeof(program));

	if (helper == HELPER_NONE)
		return isle_shared_fail(job->shared, ENOENT, -1, "finding pasta or slirp4netns");
	/* checked for what is new; what is started again may have been another's */
	if (helper == HELPER_SLIRP && h->n_ports)
		return isle_shared_fail(job->shared, ENOENT, -1, "finding pasta, which has the ports of %s", h->name);
	return start_one(job, h, helper, program, tree_dir, true);
}

static void print_helper(enum helper helper, const struct isle_lab *lab, const struct isle_host *h, struct isle_buf *out)
{
	char netns[NETNS_TEXT];
	struct args a = { .n = 0 };
	struct ports ports;

	netns_path(netns, lab, h);
	arg(&a, helper == HELPER_SLIRP ? "slirp4netns" : "pasta");
	helper_args(&a, helper, h, netns, &ports);
	for (size_t i = 0; i < a.n; i++)
		isle_buf_printf(out, "%s%s", i ? " " : "", a.v[i]);
	isle_buf_puts(out, " &\n");
}

static void print_device(const struct isle_lab *lab, const struct isle_host *h, struct isle_buf *out)
{
	const struct isle_step inside = { .kind = ISLE_STEP_LINK, .ns = ISLE_NS_HOST(h->index) };
	const struct isle_iface *iface = h->uplink.iface;

	isle_kind_ip(&inside, lab, out);
	isle_buf_printf(out, " link set dev %s", iface->name);
	isle_kind_put_mac(out, "address", iface->mac);
	isle_buf_printf(out, " mtu %u\n", iface->mtu);
}

void isle_uplink_user_commands(const struct isle_plan *plan, const struct isle_host *h, struct isle_buf *out)
{
	char program[4096];
	const enum helper helper = find_helper(program, sizeof(program));

	print_helper(helper == HELPER_SLIRP ? helper : HELPER_PASTA, plan->lab, h, out);
	print_device(plan->lab, h, out);
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].ns == ISLE_NS_HOST(h->index) && plan->steps[i].kind != ISLE_STEP_VETH)
			isle_kind_command(&plan->steps[i], plan->lab, out);
	for (size_t i = 0; helper == HELPER_SLIRP && i < h->uplink.n_subnets; i++) {
		const struct isle_step step = isle_uplink_slirp_gateway(h, i);

		isle_kind_command(&step, plan->lab, out);
	}
}

int isle_uplink_user(const struct isle_job *job, int tree_dir)
{
	char program[4096];
	enum helper helper;
	int r = 0;

	if (!job->lab->has_uplink)
		return 0;
	helper = find_helper(program, sizeof(program));
	if (helper == HELPER_NONE)
		return isle_shared_fail(job->shared, ENOENT, -1, "finding pasta or slirp4netns");
	for (size_t i = 0; r == 0 && i < job->lab->n_hosts; i++)
		if (job->lab->hosts[i]->uplink.kind != ISLE_UPLINK_NONE)
			r = start_one(job, job->lab->hosts[i], helper, program, tree_dir, false);
	if (r == 0)
		job->shared->loc = NULL;
	return r;
}
