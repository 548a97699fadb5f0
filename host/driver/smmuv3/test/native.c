// SPDX-License-Identifier: GPL-2.0-only
/*
 * The native side of compat_native.h that tests control: allocations that fail on request.
 */
#include <stdarg.h>

#include "../compat.h"
#include "native.h"

int native_fail_alloc_at = -1;

void *smmu_native_alloc(size_t size)
{
	if (native_fail_alloc_at >= 0 && native_fail_alloc_at-- == 0)
		return NULL;
	return calloc(1, size ? size : 1);
}

void smmu_native_free(const void *p)
{
	free((void *)p);
}

__attribute__((weak)) void smmu_native_rcu_read_lock(void)
{
}

__attribute__((weak)) void smmu_native_rcu_read_unlock(void)
{
}

__attribute__((weak)) void smmu_native_kfree_rcu(const void *p)
{
	kfree(p);
}

int smmu_native_scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	va_end(args);
	if (n < 0 || size == 0)
		return 0;
	return (size_t)n < size ? n : (int)size - 1;
}
