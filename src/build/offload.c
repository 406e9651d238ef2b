/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: checksum offload off, by the oldest of ethtool's requests, which every
 * kernel knows. Segmentation offload goes with it: the kernel sees to that.
 */
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "build/build.h"

int isle_offload_off(const char *ifname)
{
	struct ethtool_value off = { .cmd = ETHTOOL_STXCSUM };
	struct ifreq ifr = { 0 };
	isle_auto(close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	memcpy(ifr.ifr_name, ifname, strnlen(ifname, IFNAMSIZ - 1));
	ifr.ifr_data = (char *)&off;
	return ioctl(fd, SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
}

int isle_builder_offload(struct isle_builder *b, size_t i)
{
	int r = isle_offload_off(b->job->plan->steps[i].link.name);

	return r ? isle_shared_fail(b->job->shared, -r, (int64_t)i, "refused by the kernel") : 0;
}
