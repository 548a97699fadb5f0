/* SPDX-License-Identifier: GPL-2.0-only */
/* The least of TAP: counted checks, a plan at the end, an exit status. */
#ifndef SVARIG_SMMUV3_TEST_TAP_H
#define SVARIG_SMMUV3_TEST_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3))) static inline bool ok(bool good, const char *fmt, ...)
{
	va_list args;

	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	tap_failed += !good;
	return good;
}

static inline bool is_u64(unsigned long long got, unsigned long long want, const char *what)
{
	bool good = got == want;

	ok(good, "%s", what);
	if (!good)
		printf("# got 0x%llx, want 0x%llx\n", got, want);
	return good;
}

static inline int tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif
