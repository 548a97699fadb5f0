// SPDX-License-Identifier: BSD-2-Clause
/* Tests the core alone, against a golden model and qemu-riscv32. Prints TAP; exit status 1 if a
 * test failed. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rv32_bench.h"

const char *argp_program_version = "test_rv32 1.0";

static uint64_t seed;
static unsigned int programs = 300;
static struct dut dut;

static error_t parse(int key, char *arg, struct argp_state *state)
{
	char *end;

	switch (key) {
	case 's':
		seed = strtoull(arg, &end, 0);
		if (*end || !seed)
			argp_error(state, "seed must be a number other than 0, not '%s'", arg);
		return 0;
	case 'n':
		programs = (unsigned int)strtoul(arg, &end, 0);
		if (*end || !programs || programs > 1000000)
			argp_error(state, "1 to 1000000 programs, not '%s'", arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

int main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"seed", 's', "N", 0, "random seed (default: the time)", 0},
		{"programs", 'n', "N", 0, "number of random programs (default: 300)", 0},
		{0}};
	static const struct argp argp = {
		options, parse, NULL, "Tests svarig_rv32 in Verilator; prints TAP.",
		NULL,	 NULL,	NULL};

	seed = (uint64_t)time(NULL);
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	printf("# seed %llu\n", (unsigned long long)seed);
	rnd_seed(seed);
	rv32_open((int)(seed & 0x7fffffff));
	test_lockstep(&dut, programs);
	test_qemu(&dut, programs / 10 + 1);
	rv32_close();
	printf("1..%u\n# %u passed, %u failed\n", tap_tests, tap_tests - tap_failures,
	       tap_failures);
	return tap_failures ? 1 : 0;
}
