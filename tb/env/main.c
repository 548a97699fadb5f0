/* SPDX-License-Identifier: BSD-2-Clause */
/* The runner: tests in the order of their names, TAP on standard output. */
#include <argp.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "env.h"

const char *argp_program_version = "svarig-tb 0.1";

static struct test *tests;

static struct {
	uint64_t seed;
	bool seeded, list, verbose;
	const char *waves, *pattern;
	uint64_t invalidations, jobs;
} opt;

void test_register(struct test *t)
{
	struct test **p = &tests;

	while (*p && strcmp((*p)->name, t->name) < 0)
		p = &(*p)->next;
	t->next = *p;
	*p = t;
}

uint64_t test_option(const char *name, uint64_t otherwise)
{
	if (!strcmp(name, "invalidations") && opt.invalidations)
		return opt.invalidations;
	if (!strcmp(name, "jobs") && opt.jobs)
		return opt.jobs;
	return otherwise;
}

static const struct argp_option options[] = {
	{"seed", 's', "N", 0, "Seed of all random choices (default: a random one, printed)", 0},
	{"waves", 'w', "FILE", 0, "Write FST waves of the first test that runs", 0},
	{"list", 'l', 0, 0, "List the tests", 0},
	{"test", 't', "NAME", 0, "Run this test only (a shell pattern)", 0},
	{"verbose", 'v', 0, 0, "Print every TLP", 0},
	{"invalidations", 'i', "N", 0, "Invalidations of the test under fire (default 2000)", 0},
	{"jobs", 'j', "N", 0, "Jobs of the random test (default 120)", 0},
	{0},
};

static error_t number(const char *arg, uint64_t *n, struct argp_state *state)
{
	char *end;

	*n = strtoull(arg, &end, 0);
	if (*end || !*arg)
		argp_error(state, "not a number: %s", arg);
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 's':
		opt.seeded = true;
		return number(arg, &opt.seed, state);
	case 'w':
		opt.waves = arg;
		return 0;
	case 'l':
		opt.list = true;
		return 0;
	case 't':
		opt.pattern = arg;
		return 0;
	case 'v':
		opt.verbose = true;
		return 0;
	case 'i':
		return number(arg, &opt.invalidations, state);
	case 'j':
		return number(arg, &opt.jobs, state);
	case ARGP_KEY_ARG:
		argp_usage(state);
	}
	return ARGP_ERR_UNKNOWN;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static bool run_one(const struct test *t, unsigned n, uint64_t *cycles)
{
	double start = now();
	struct env *e = env_open(t, opt.seed, opt.waves, opt.verbose);
	bool good;

	opt.waves = NULL;
	if (!setjmp(e->bail))
		t->run(e);
	if (!setjmp(e->bail))
		env_verdict(e);
	good = !e->failures && e->checks;
	if (!e->checks)
		printf("# nothing was checked\n");
	if (!good && e->console_len) {
		char *save, *line = strtok_r(e->console, "\r\n", &save);

		for (; line; line = strtok_r(NULL, "\r\n", &save))
			printf("# console: %s\n", line);
	}
	printf("%sok %u - %s: %s # %" PRIu64 " cycles, %u checks, %.1f s\n", good ? "" : "not ", n,
	       t->name, t->text, e->cycle, e->checks, now() - start);
	if (!good)
		printf("# again: svarig-tb --seed %" PRIu64
		       " --test %s --verbose --waves out.fst\n",
		       opt.seed, t->name);
	fflush(stdout);
	*cycles += e->cycle;
	env_close(e);
	return good;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {options,
					 parse,
					 NULL,
					 "The endpoint under a C root complex and SMMUv3 model. "
					 "Prints TAP; status 1 when a test failed.",
					 NULL,
					 NULL,
					 NULL};
	unsigned n = 0, failed = 0;
	uint64_t cycles = 0;
	double start;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	if (!opt.seeded && getrandom(&opt.seed, 4, 0) != 4)
		opt.seed = time(NULL);
	for (struct test *t = tests; t; t = t->next) {
		if (opt.pattern && fnmatch(opt.pattern, t->name, 0))
			continue;
		n++;
		if (opt.list)
			printf("%-28s %s\n", t->name, t->text);
	}
	if (!n) {
		fprintf(stderr, "svarig-tb: no such test: %s (--list shows them)\n", opt.pattern);
		return 2;
	}
	if (opt.list)
		return 0;
	printf("1..%u\n# seed %" PRIu64 "\n", n, opt.seed);
	fflush(stdout);
	n = 0;
	start = now();
	for (struct test *t = tests; t; t = t->next)
		if (!opt.pattern || !fnmatch(opt.pattern, t->name, 0))
			failed += !run_one(t, ++n, &cycles);
	printf("# %" PRIu64 " cycles in %.1f s: %.0f cycles/s\n# %u passed, %u failed\n", cycles,
	       now() - start, cycles / (now() - start), n - failed, failed);
	return failed != 0;
}
