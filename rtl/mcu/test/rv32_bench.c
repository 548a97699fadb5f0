// SPDX-License-Identifier: BSD-2-Clause
#include "rv32_bench.h"

#include <stdio.h>

unsigned int tap_tests, tap_failures;
static uint64_t rng;

void tap_ok(bool good, const char *name)
{
	tap_tests++;
	tap_failures += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", tap_tests, name);
}

void rnd_seed(uint64_t seed)
{
	rng = seed;
}

uint32_t rnd(void)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 16);
}

uint32_t rnd_below(uint32_t n)
{
	return rnd() % n;
}

uint32_t enc_r(uint32_t op, uint32_t f3, uint32_t f7, uint32_t rd, uint32_t rs1, uint32_t rs2)
{
	return f7 << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op;
}

uint32_t enc_i(uint32_t op, uint32_t f3, uint32_t rd, uint32_t rs1, int32_t imm)
{
	return (uint32_t)imm << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op;
}

uint32_t enc_s(uint32_t f3, uint32_t rs1, uint32_t rs2, int32_t imm)
{
	uint32_t i = (uint32_t)imm;

	return (i >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | (i & 31) << 7 | OP_STORE;
}

uint32_t enc_b(uint32_t f3, uint32_t rs1, uint32_t rs2, int32_t imm)
{
	uint32_t i = (uint32_t)imm;

	return (i >> 12 & 1) << 31 | (i >> 5 & 63) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 |
	       (i >> 1 & 15) << 8 | (i >> 11 & 1) << 7 | OP_BRANCH;
}

uint32_t enc_u(uint32_t op, uint32_t rd, uint32_t imm)
{
	return (imm & 0xfffff000) | rd << 7 | op;
}

uint32_t enc_j(uint32_t rd, int32_t imm)
{
	uint32_t i = (uint32_t)imm;

	return (i >> 20 & 1) << 31 | (i >> 1 & 0x3ff) << 21 | (i >> 11 & 1) << 20 |
	       (i >> 12 & 0xff) << 12 | rd << 7 | OP_JAL;
}
