/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: mountinfo lines, what they escape, and names that mount points give. */
#include "unit.h"
#include "live/live.h"

static void test_lines(void **state)
{
	char text[] =
		"65 64 0:4 net:[4026532247] /run/netns/a rw shared:2 - nsfs nsfs rw\n"
		"66 64 0:4 mnt:[7] /run/my\\040ns\\011\\134040\\012x rw shared:2 master:1 propagate_from:3 - nsfs nsfs rw\n"
		"1 1 8:17 / / rw - ext4 /dev/sda1 rw,errors=continue\n"
		"2 1 0:33 /a /odd\\9\\400\\ rw - fuse.x\\040y src\n";
	char *s = text;
	struct isle_mount m;

	(void)state;
	assert_int_equal(isle_mountinfo_next(&s, &m), 1);
	assert_int_equal(m.id, 65);
	assert_int_equal(m.parent, 64);
	assert_int_equal(m.major, 0);
	assert_int_equal(m.minor, 4);
	assert_string_equal(m.root, "net:[4026532247]");
	assert_string_equal(m.point, "/run/netns/a");
	assert_string_equal(m.fstype, "nsfs");
	assert_int_equal(isle_mountinfo_next(&s, &m), 1);
	assert_string_equal(m.point, "/run/my ns\t\\040\nx");
	assert_int_equal(isle_mountinfo_next(&s, &m), 1);
	assert_int_equal(m.minor, 17);
	assert_string_equal(m.point, "/");
	assert_string_equal(m.fstype, "ext4");
	assert_int_equal(isle_mountinfo_next(&s, &m), 1);
	assert_string_equal(m.point, "/odd\\9\\400\\");
	assert_string_equal(m.fstype, "fuse.x y");
	assert_int_equal(isle_mountinfo_next(&s, &m), 0);
	assert_int_equal(isle_mountinfo_next(&s, &m), 0);
}

static void test_broken(void **state)
{
	static const char *const broken[] = {
		"\n", "65\n", "65 64 0:4 / /\n", "65 64 0:4 / / rw shared:2\n", "x 64 0:4 / / rw - nsfs nsfs rw\n",
		"65 64 04 / / rw - nsfs nsfs rw\n", "65 64 0:99999999999 / / rw - nsfs\n", "99999999999 1 0:4 / / rw - nsfs n r\n",
		"65 64 0:4 / / rw -\n",
	};
	struct isle_mount m;
	char text[80], *s;

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(broken); i++) {
		snprintf(text, sizeof(text), "%s1 1 0:1 / / rw - a b c", broken[i]);
		s = text;
		assert_int_equal(isle_mountinfo_next(&s, &m), -EBADMSG);
		/* the next line is read all the same, also the last one without its newline */
		assert_int_equal(isle_mountinfo_next(&s, &m), 1);
		assert_string_equal(m.fstype, "a");
		assert_int_equal(isle_mountinfo_next(&s, &m), 0);
	}
}

static void test_ids(void **state)
{
	static const char *const bad[] = {
		"", "net", "net:", "net:[]", "net:[1", "net:1]", "nets:[1]", "net:[0]", "net:[-1]", "net:[1]x", "net:[01]", ":[1]",
		"net:[18446744073709551616]", "/run/netns/net:[1]", "pid_for_children:[3]",
	};
	enum isle_ns_type type;
	uint64_t id;

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(bad); i++)
		assert_false(isle_ns_id_parse(bad[i], &type, &id));
	assert_true(isle_ns_id_parse("net:[4026531833]", &type, &id));
	assert_int_equal(type, ISLE_NS_NET);
	assert_int_equal(id, 4026531833);
	assert_true(isle_ns_id_parse("cgroup:[1]", &type, &id));
	assert_int_equal(type, ISLE_NS_CGROUP);
}

static void test_names(void **state)
{
	static const struct { enum isle_ns_type type; const char *point, *name; } rows[] = {
		{ ISLE_NS_NET, "/run/netns/web", "web" },
		{ ISLE_NS_NET, "/var/run/netns/web", "web" },
		{ ISLE_NS_UTS, "/run/netns/web", NULL },
		{ ISLE_NS_NET, "/run/netns/a/b", NULL },
		{ ISLE_NS_NET, "/run/netns/", NULL },
		{ ISLE_NS_NET, "/run/isle/office/net/h1", "h1.office" },
		{ ISLE_NS_NET, "/run/isle/office/shown/h1", "h1.office" },
		{ ISLE_NS_UTS, "/run/isle/office/uts/h1", "h1.office" },
		{ ISLE_NS_MNT, "/run/isle/office/mnt/h1", "h1.office" },
		{ ISLE_NS_NET, "/run/isle/office/uts/h1", NULL },
		{ ISLE_NS_NET, "/run/isle/office/fabric", NULL },
		{ ISLE_NS_NET, "/run/isle/office/net/h1/x", NULL },
		{ ISLE_NS_NET, "/run/isle/.ns/vpn/net", "vpn" },
		{ ISLE_NS_MNT, "/run/isle/.ns/vpn/mnt", "vpn" },
		{ ISLE_NS_NET, "/run/isle/.ns/vpn/mnt", NULL },
		{ ISLE_NS_NET, "/run/isle/.ns/vpn", NULL },
		{ ISLE_NS_NET, "/run/docker/netns/5c1f", NULL },
		{ ISLE_NS_NET, "/", NULL },
	};
	struct isle_arena *arena = isle_arena_new();

	(void)state;
	for (size_t i = 0; i < ISLE_COUNT(rows); i++) {
		const char *name = isle_mount_name(arena, rows[i].type, rows[i].point);

		if (rows[i].name) {
			assert_non_null(name);
			assert_string_equal(name, rows[i].name);
		} else {
			assert_null(name);
		}
	}
	isle_arena_free(arena);
}

UNIT_MAIN(cmocka_unit_test(test_lines), cmocka_unit_test(test_broken), cmocka_unit_test(test_ids), cmocka_unit_test(test_names))
