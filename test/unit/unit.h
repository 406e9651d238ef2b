/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what every unit test includes: cmocka with the headers that it wants
 * before it, memory that runs out, and a main() in one line.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base.h"
#include "fault.h"

#define UNIT_MAIN(...) \
	int main(void) \
	{ \
		const struct CMUnitTest tests[] = { __VA_ARGS__ }; \
		return cmocka_run_group_tests(tests, NULL, NULL); \
	}
#define T(f) cmocka_unit_test(f)

#endif
