/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what Open vSwitch needs of the machine, looked for before anything is
 * touched: its programs; for the kernel's datapath the module (asking for the
 * family of its messages loads it), for the one in userspace a tap device.
 */
#include <fcntl.h>
#include <linux/genetlink.h>
#include "nl/nl.h"
#include "ovs/ovs.h"
#include "tree/program.h"

#define PACKAGE "openvswitch-switch"

bool isle_ovs_is_own(const struct isle_network *n)
{
	const struct isle_network *sw = isle_network_switch(n);

	return sw->kind == ISLE_SWITCH_OVS && !sw->shared;
}

bool isle_ovs_is_shared(const struct isle_network *n)
{
	const struct isle_network *sw = isle_network_switch(n);

	return sw->kind == ISLE_SWITCH_OVS && sw->shared;
}

/* The first one of the lab, or NULL. */
static const struct isle_network *first_own(const struct isle_lab *lab)
{
	for (size_t i = 0; i < lab->n_networks; i++)
		if (!lab->networks[i]->vlan_of && isle_ovs_is_own(lab->networks[i]))
			return lab->networks[i];
	return NULL;
}

static bool has_kernel_datapath(void)
{
	_Alignas(8) uint8_t request[128], answer[8192];
	const struct nlmsghdr *h;
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r;

	if (isle_nl_open(&nl, NETLINK_GENERIC) < 0)
		return false;
	isle_nlmsg_init(&m, request, sizeof(request));
	struct genlmsghdr *g = isle_nlmsg_begin(&m, GENL_ID_CTRL, 0, sizeof(*g));
	if (g)
		*g = (struct genlmsghdr){ .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	isle_nlmsg_put_str(&m, CTRL_ATTR_FAMILY_NAME, "ovs_datapath");
	isle_nlmsg_end(&m);
	r = isle_nl_get(&nl, &m, answer, sizeof(answer), &h);
	isle_nl_close(&nl);
	return r == 0;
}

/* Also where ordinary users do not look. */
static bool find(const char *program, char ret[ISLE_PROGRAM_PATH])
{
	static const char *const dirs[] = { "/usr/sbin", "/usr/local/sbin", "/usr/local/bin" };

	if (isle_program_find(program, ret, ISLE_PROGRAM_PATH))
		return true;
	for (size_t i = 0; i < ISLE_COUNT(dirs); i++) {
		snprintf(ret, ISLE_PROGRAM_PATH, "%s/%s", dirs[i], program);
		if (access(ret, X_OK) == 0)
			return true;
	}
	return false;
}

static bool find_schema(char ret[ISLE_PROGRAM_PATH])
{
	const char *dirs[] = { getenv("OVS_PKGDATADIR"), "/usr/share/openvswitch", "/usr/local/share/openvswitch" };

	for (size_t i = 0; i < ISLE_COUNT(dirs); i++) {
		if (!dirs[i] || snprintf(ret, ISLE_PROGRAM_PATH, "%s/vswitch.ovsschema", dirs[i]) >= ISLE_PROGRAM_PATH)
			continue;
		if (access(ret, R_OK) == 0)
			return true;
	}
	return false;
}

/* What is not there, or NULL. */
static const char *find_all(struct isle_ovs_work *w)
{
	if (!find("ovs-vswitchd", w->vswitchd))
		return "ovs-vswitchd";
	if (!find("ovsdb-server", w->server))
		return "ovsdb-server";
	if (!find("ovsdb-tool", w->tool))
		return "ovsdb-tool";
	return find_schema(w->schema) ? NULL : "vswitch.ovsschema";
}

static int check_tap(const struct isle_network *n, struct isle_diag *d)
{
	isle_auto(close) int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	int r;

	if (tun >= 0)
		return 0;
	r = isle_fail(d, errno, &n->switch_loc, "Open vSwitch in userspace needs a tap device: opening /dev/net/tun");
	isle_hint(d, r == -EACCES ? "let users open it: chmod 0666 /dev/net/tun" : "modprobe tun, or mknod /dev/net/tun c 10 200");
	return r;
}

static int check_datapath(const struct isle_network *n, bool kernel, struct isle_diag *d)
{
	if (n->datapath == ISLE_DATAPATH_SYSTEM && !kernel) {
		isle_reject(d, &n->switch_loc, "this kernel has no datapath of Open vSwitch (module openvswitch, CONFIG_OPENVSWITCH)");
		isle_hint(d, "`datapath: netdev` forwards in userspace");
		return -EOPNOTSUPP;
	}
	return n->datapath == ISLE_DATAPATH_NETDEV && !n->shared ? check_tap(n, d) : 0;
}

static int refuse_shared(const struct isle_network *n, struct isle_diag *d)
{
	isle_reject(d, &n->switch_loc, "`shared: true` is for `up` as root: only that touches the machine");
	isle_hint(d, "without it the lab has an Open vSwitch of its own");
	return -EINVAL;
}

int isle_ovs_check(struct isle_lab *lab, bool as_root_up, struct isle_diag *d)
{
	struct isle_ovs_work w;
	bool kernel = false, asked = false;
	const struct isle_network *own = first_own(lab);
	const char *missing = own ? find_all(&w) : NULL;
	int r = 0;

	if (missing) {
		isle_reject(d, &own->switch_loc, "Open vSwitch is not installed: there is no %s", missing);
		isle_hint(d, "apt-get install " PACKAGE ", or `switch: bridge`");
		return -ENOENT;
	}
	for (size_t i = 0; !r && i < lab->n_networks; i++) {
		const struct isle_network *n = lab->networks[i];

		if (n->vlan_of || n->kind != ISLE_SWITCH_OVS)
			continue;
		if (n->shared && !as_root_up)
			r = refuse_shared(n, d);
		if (!asked) {
			kernel = has_kernel_datapath();
			isle_datapath_choose(lab, kernel ? ISLE_DATAPATH_SYSTEM : ISLE_DATAPATH_NETDEV);
		}
		asked = true;
		if (!r)
			r = check_datapath(n, kernel, d);
	}
	return r;
}

int isle_ovs_prepare(const struct isle_lab *lab, struct isle_ovs_work **ret, struct isle_diag *d)
{
	struct isle_ovs_work *w;

	*ret = NULL;
	if (!first_own(lab))
		return 0;
	w = calloc(1, sizeof(*w));
	if (!w)
		return isle_fail(d, ENOMEM, NULL, "cannot prepare lab %s", lab->name);
	find_all(w);	/* isle_ovs_check() has said what is missing */
	*ret = w;
	return 0;
}
