/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What compat.h takes from the kernel, spelled in C11 and POSIX for native builds. Only as much
 * as the portable part uses. Little-endian hosts only, as the driver's tests run on nothing else.
 */
#ifndef SVARIG_SMMUV3_COMPAT_NATIVE_H
#define SVARIG_SMMUV3_COMPAT_NATIVE_H

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "native builds need little endian");

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;
typedef uint64_t __le64;
typedef unsigned int gfp_t;

#define GFP_KERNEL   0u
#define GFP_ATOMIC   1u
#define __GFP_NOWARN 2u

#define BIT(n)		      (1ul << (n))
#define BIT_ULL(n)	      (1ull << (n))
#define GENMASK_ULL(h, l)     ((~0ull << (l)) & (~0ull >> (63 - (h))))
#define GENMASK(h, l)	      ((unsigned long)GENMASK_ULL(h, l))
#define FIELD_SHIFT_(m)	      ((unsigned int)__builtin_ctzll(m))
#define FIELD_PREP(m, v)      (((u64)(v) << FIELD_SHIFT_(m)) & (u64)(m))
#define FIELD_GET(m, v)	      (((u64)(v) & (u64)(m)) >> FIELD_SHIFT_(m))
#define ARRAY_SIZE(a)	      (sizeof(a) / sizeof((a)[0]))
#define U32_MAX		      UINT32_MAX
#define U64_MAX		      UINT64_MAX
#define min(a, b)	      ((a) < (b) ? (a) : (b))
#define max(a, b)	      ((a) > (b) ? (a) : (b))
#define min_t(t, a, b)	      min((t)(a), (t)(b))
#define max_t(t, a, b)	      max((t)(a), (t)(b))
#define BUILD_BUG_ON(c)	      _Static_assert(!(c), #c)
#define WARN_ON(c)	      smmu_native_warn(!!(c), #c, __FILE__, __LINE__)
#define container_of(p, t, m) ((t *)((char *)(p)-offsetof(t, m)))
#define struct_size(p, m, n)  (sizeof(*(p)) + sizeof((p)->m[0]) * (size_t)(n))
#define __rcu
#define fallthrough __attribute__((fallthrough))
#define scnprintf   smmu_native_scnprintf

#define cpu_to_le64(v) (v)
#define le64_to_cpu(v) (v)

/* A model checker may take the place of the hardware's memory, see test/model.h. */
#ifdef SMMU_NATIVE_MODEL
#include "test/model.h"
#define READ_ONCE(x)	     ((__typeof__(x))(uintptr_t)model_load(&(x), sizeof(x)))
#define WRITE_ONCE(x, v)     model_store_now(&(x), sizeof(x), (uintptr_t)(v))
#define LOAD_ACQUIRE_(x)     READ_ONCE(x)
#define STORE_RELEASE_(x, v) model_store(&(x), sizeof(x), (uintptr_t)(v), true)
#define smp_mb()	     model_barrier()
/* Visible late, as far as the barrier lets it be. */
#define STORE_(x, v) model_store(&(x), sizeof(x), (uintptr_t)(v), false)
#else
#define READ_ONCE(x)	     __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)     __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define LOAD_ACQUIRE_(x)     __atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define STORE_RELEASE_(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELEASE)
#define smp_mb()	     __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define STORE_(x, v)	     WRITE_ONCE(x, v)
#endif
#define smp_store_mb(x, v)                                                                         \
	do {                                                                                       \
		STORE_(x, v);                                                                      \
		smp_mb();                                                                          \
	} while (0)
#define dma_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define dma_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)

static inline int smmu_native_warn(int hit, const char *what, const char *file, int line)
{
	if (hit)
		fprintf(stderr, "WARN %s:%d: %s\n", file, line, what);
	return hit;
}

int smmu_native_scnprintf(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Allocations go through these so that a test can make the n-th one fail. */
void *smmu_native_alloc(size_t size);
void smmu_native_free(const void *p);
static inline void *kzalloc(size_t size, gfp_t gfp)
{
	(void)gfp;
	return smmu_native_alloc(size);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	(void)gfp;
	if (size && n > SIZE_MAX / size)
		return NULL;
	return smmu_native_alloc(n * size);
}

static inline void kfree(const void *p)
{
	smmu_native_free(p);
}

#define ERR_PTR(e)  ((void *)(intptr_t)(e))
#define PTR_ERR(p)  ((int)(intptr_t)(p))
#define IS_ERR(p)   ((uintptr_t)(p) >= (uintptr_t)-4095)
#define ERR_CAST(p) ((void *)(p))

typedef struct {
	_Atomic(int64_t) v;
} atomic64_t;

static inline int64_t atomic64_read(atomic64_t *a)
{
	return atomic_load_explicit(&a->v, memory_order_relaxed);
}

static inline void atomic64_set(atomic64_t *a, int64_t v)
{
	atomic_store_explicit(&a->v, v, memory_order_relaxed);
}

static inline int64_t atomic64_inc_return(atomic64_t *a)
{
	return atomic_fetch_add(&a->v, 1) + 1;
}

static inline bool atomic64_try_cmpxchg(atomic64_t *a, int64_t *old, int64_t new)
{
	return atomic_compare_exchange_strong(&a->v, old, new);
}

typedef pthread_mutex_t spinlock_t;
#define spin_lock_init(l)	     pthread_mutex_init(l, NULL)
#define spin_lock_irqsave(l, f)	     ((void)((f) = 0), pthread_mutex_lock(l))
#define spin_unlock_irqrestore(l, f) ((void)(f), pthread_mutex_unlock(l))

struct rcu_head {
	void *next;
};

/* Grace periods are up to the test that has threads. */
void smmu_native_rcu_read_lock(void);
void smmu_native_rcu_read_unlock(void);
#define rcu_read_lock()			smmu_native_rcu_read_lock()
#define rcu_read_unlock()		smmu_native_rcu_read_unlock()
#define rcu_dereference(p)		LOAD_ACQUIRE_(p)
#define rcu_dereference_protected(p, c) READ_ONCE(p)
#define rcu_assign_pointer(p, v)	STORE_RELEASE_(p, v)

/* Frees at once; a test with readers replaces it by one that waits for them. */
void smmu_native_kfree_rcu(const void *p);
#define kfree_rcu(p, field) smmu_native_kfree_rcu(p)

static inline unsigned int ilog2(u64 v)
{
	return 63u - (unsigned int)__builtin_clzll(v);
}

static inline unsigned long __ffs(u64 v)
{
	return (unsigned long)__builtin_ctzll(v);
}

static inline unsigned int fls64(u64 v)
{
	return v ? 64u - (unsigned int)__builtin_clzll(v) : 0;
}

#endif
