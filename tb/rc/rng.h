/* SPDX-License-Identifier: BSD-2-Clause */
/* Reproducible random numbers (splitmix64): the same seed gives the same run everywhere. */
#ifndef TB_RNG_H
#define TB_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

static inline uint64_t rng64(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* 0 .. n-1; 0 for n = 0. */
static inline uint32_t rng_below(struct rng *r, uint32_t n)
{
	return n ? (uint32_t)(rng64(r) >> 32) % n : 0;
}

/* lo .. hi, both possible. */
static inline uint32_t rng_range(struct rng *r, uint32_t lo, uint32_t hi)
{
	return hi > lo ? lo + rng_below(r, hi - lo + 1) : lo;
}

/* True in percent of the calls. */
static inline bool rng_chance(struct rng *r, uint32_t percent)
{
	return percent && rng_below(r, 100) < percent;
}

static inline void rng_bytes(struct rng *r, void *buf, size_t len)
{
	uint8_t *p = buf;

	for (size_t i = 0; i < len; i++)
		p[i] = rng64(r) >> 24;
}

#endif
