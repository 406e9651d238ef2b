/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: commands in the words of brctl and ovs-vsctl. */
#include "cli/table.h"

#define OVS_DB										\
	{ OPT_DB, 0, "db", "unix:PATH", "this database; default: the machine's", 0, false },	\
	{ OPT_LAB, 'l', "lab", "LAB", "that of this lab's own Open vSwitch", CLI_LABS, false }

const struct cli_command cli_switch_commands[] = {
	{
		.name = "bridge addbr", .args = "BRIDGE", .run = cmd_bridge_addbr, .min = 1, .max = 1,
		.help = "make a Linux bridge, as brctl does",
	},
	{
		.name = "bridge delbr", .args = "BRIDGE", .run = cmd_bridge_delbr, .min = 1, .max = 1,
		.help = "remove one that is down",
	},
	{
		.name = "bridge addif", .args = "BRIDGE IF…", .run = cmd_bridge_addif, .min = 2, .max = -1,
		.help = "make interfaces its ports",
	},
	{
		.name = "bridge delif", .args = "BRIDGE IF…", .run = cmd_bridge_delif, .min = 2, .max = -1,
		.help = "take ports out of it",
	},
	{
		.name = "bridge show", .args = "[BRIDGE]", .run = cmd_bridge_show, .min = 0, .max = 1,
		.help = "bridges and their ports, in the columns of brctl",
	},
	{
		.name = "bridge stp", .args = "BRIDGE on|off", .run = cmd_bridge_stp, .min = 2, .max = 2,
		.help = "spanning tree",
	},
	{
		.name = "ovs add-br", .args = "BRIDGE", .run = cmd_ovs_add_br, .min = 1, .max = 1,
		.help = "make a switch of Open vSwitch, as ovs-vsctl does",
		.options = OPTIONS(OVS_DB, { OPT_DATAPATH, 0, "datapath", "TYPE", "netdev: forward in userspace", 0, false }),
	},
	{
		.name = "ovs del-br", .args = "BRIDGE", .run = cmd_ovs_del_br, .min = 1, .max = 1,
		.help = "remove it with its ports",
		.options = OPTIONS(OVS_DB),
	},
	{
		.name = "ovs add-port", .args = "BRIDGE PORT [COLUMN=VALUE…]", .run = cmd_ovs_add_port, .min = 2, .max = -1,
		.help = "make an interface its port",
		.more = "Columns are tag=ID, trunks=ID,…, type=internal or patch, options:peer=PORT; the last two also after "
			"`-- set interface PORT`, as the tutorials have it.",
		.options = OPTIONS(OVS_DB), .dashes = true,
	},
	{
		.name = "ovs del-port", .args = "[BRIDGE] PORT", .run = cmd_ovs_del_port, .min = 1, .max = 2,
		.help = "take a port out",
		.options = OPTIONS(OVS_DB),
	},
	{
		.name = "ovs list-br", .args = "", .run = cmd_ovs_list_br, .min = 0, .max = 0,
		.help = "names of the switches",
		.options = OPTIONS(OVS_DB),
	},
	{
		.name = "ovs list-ports", .args = "BRIDGE", .run = cmd_ovs_list_ports, .min = 1, .max = 1,
		.help = "names of a switch's ports",
		.options = OPTIONS(OVS_DB),
	},
	{
		.name = "ovs show", .args = "", .run = cmd_ovs_show, .min = 0, .max = 0,
		.help = "all that is configured, as ovs-vsctl shows it",
		.options = OPTIONS(OVS_DB),
	},
	{ .name = NULL },
};
