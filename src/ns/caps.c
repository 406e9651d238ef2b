/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: capabilities of the calling thread, read with the plain system call.
 */
#include <linux/capability.h>
#include <sys/syscall.h>
#include "ns/ns.h"

bool isle_cap_has(int cap)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (cap < 0 || cap >= 64 || syscall(SYS_capget, &head, data) < 0)
		return false;
	return data[cap / 32].effective & (1u << (cap % 32));
}
