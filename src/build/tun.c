/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: making a tap or tun. Its namespace is that in which /dev/net/tun is
 * opened; it stays when that is closed again, for whoever opens it by name:
 * a virtual machine, a VPN. Nothing is left if one of the calls fails.
 */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "build/build.h"

static const struct isle_link_value *value_of(const struct isle_step *step, const char *name)
{
	for (uint32_t i = 0; i < step->wire.n_options; i++)
		if (!strcmp(step->wire.options[i].option->name, name))
			return &step->wire.options[i];
	return NULL;
}

static bool is_on(const struct isle_step *step, const char *name)
{
	const struct isle_link_value *v = value_of(step, name);

	return v && v->n;
}

static int own(int fd, unsigned long request, const struct isle_link_value *v)
{
	return v && ioctl(fd, request, (unsigned long)v->n) < 0 ? -errno : 0;
}

static int set_link(const struct isle_step *step, struct ifreq *ifr)
{
	isle_auto(close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	ifr->ifr_mtu = (int)step->wire.mtu;
	if (step->wire.mtu && ioctl(fd, SIOCSIFMTU, ifr) < 0)
		return -errno;
	ifr->ifr_hwaddr.sa_family = ARPHRD_ETHER;
	if (step->wire.mac)
		memcpy(ifr->ifr_hwaddr.sa_data, step->wire.mac, 6);
	return step->wire.mac && ioctl(fd, SIOCSIFHWADDR, ifr) < 0 ? -errno : 0;
}

int isle_tun_make(const struct isle_step *step, const char **ret_what)
{
	const bool tap = !strcmp(step->wire.kind->name, "tap");
	isle_auto(close) int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	unsigned ifindex = step->wire.ifindex;
	struct ifreq ifr = { 0 };
	int r;

	*ret_what = "opening /dev/net/tun";
	if (fd < 0)
		return -errno;
	*ret_what = NULL;
	memcpy(ifr.ifr_name, step->wire.name, strnlen(step->wire.name, IFNAMSIZ - 1));
	ifr.ifr_flags = (short)((tap ? IFF_TAP : IFF_TUN) | IFF_NO_PI | IFF_TUN_EXCL | (is_on(step, "multi_queue") ? IFF_MULTI_QUEUE : 0) |
				(is_on(step, "vnet_hdr") ? IFF_VNET_HDR : 0));
	if ((ifindex && ioctl(fd, TUNSETIFINDEX, &ifindex) < 0) || ioctl(fd, TUNSETIFF, &ifr) < 0)
		return -errno;
	r = own(fd, TUNSETOWNER, value_of(step, "user"));
	if (!r)
		r = own(fd, TUNSETGROUP, value_of(step, "group"));
	if (!r)
		r = set_link(step, &ifr);
	return !r && ioctl(fd, TUNSETPERSIST, 1) < 0 ? -errno : r;
}

int isle_builder_tun(struct isle_builder *b, size_t i)
{
	const char *what;
	int r = isle_tun_make(&b->job->plan->steps[i], &what);

	if (r == -EACCES && what)
		isle_shared_hint(b->job->shared, "let users open it: chmod 0666 /dev/net/tun");
	else if (r && what)
		isle_shared_hint(b->job->shared, "modprobe tun (CONFIG_TUN), or mknod /dev/net/tun c 10 200");
	else if (r == -EINVAL)
		isle_shared_hint(b->job->shared, "`user` and `group` are ids that are known where the lab is made");
	return r ? isle_shared_fail(b->job->shared, -r, (int64_t)i, "%s", what ? what : "refused by the kernel") : 0;
}
