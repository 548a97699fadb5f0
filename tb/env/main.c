/* SPDX-License-Identifier: BSD-2-Clause */
/* The runner: tests in the order of their names, TAP on standard output. */
#include <argp.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>

#include "die.h"
#include "env.h"
#include "pool.h"

const char *argp_program_version = "svarig-tb 0.1";

#define MAX_PATTERNS 256

static struct test *tests;

static struct {
	uint64_t seed;
	bool seeded, list, verbose, fail_fast;
	const char *waves, *patterns[MAX_PATTERNS];
	unsigned num_patterns;
	uint64_t seeds, invalidations, jobs, mutant, at_once;
	bool corners;
} opt = {.seeds = 1, .at_once = 1};

/* A test and a seed. outcome is shared with the process it runs in. */
struct run {
	const struct test *test;
	uint64_t seed, parts;
	struct outcome {
		bool good;
		uint64_t cycles, corner[COV_CASES];
	} * outcome;
};
static struct run *runs;
static unsigned num_runs, passed, failed;
static uint64_t cycles;

/* The test that runs: in how many parts, and which lengths it has asked for. */
static uint64_t parts = 1;
static char lengths[64];

/* Corner cases met by the directed tests [0] and the random ones [1]. */
static uint64_t corner[2][COV_CASES];

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
	uint64_t n = !strcmp(name, "jobs") ? opt.jobs : opt.invalidations;

	n = (n ? n : otherwise) / parts;
	snprintf(lengths, sizeof(lengths), " --%s %" PRIu64, name, n);
	return n;
}

/* Finds something else with every seed; test_option() says how long it is. */
static bool is_random(const struct test *t)
{
	return !strncmp(t->name, "random_", 7) || !strcmp(t->name, "invalidation_under_fire");
}

static const struct argp_option options[] = {
	{"seed", 's', "N", 0, "Seed of all random choices (default: a random one, printed)", 0},
	{"seeds", 'n', "N", 0,
	 "Run the random tests with N seeds, SEED and those behind it, each an Nth as long", 0},
	{"waves", 'w', "FILE", 0,
	 "Write FST waves of the first test that runs (builds with VARIANT=waves)", 0},
	{"list", 'l', 0, 0, "List the tests", 0},
	{"test", 't', "NAME", 0, "Run this test only (a shell pattern; may be given several times)",
	 0},
	{"fail-fast", 'f', 0, 0, "Stop at the first test that fails", 0},
	{"mutant", 'M', "N", 0, "Switch planted bug N on (builds with VARIANT=mutants)", 0},
	{"coverage", 'c', "FOLDER", 0,
	 "Leave what was covered there (builds with VARIANT=lines or toggles)", 0},
	{"at-once", 'p', "N", 0,
	 "Run N tests at once (default 1; 0: one for each processor); what they print stays in "
	 "order",
	 0},
	{"verbose", 'v', 0, 0, "Print every TLP", 0},
	{"invalidations", 'i', "N", 0, "Invalidations of the test under fire (default 2000)", 0},
	{"jobs", 'j', "N", 0, "Jobs of the random test (default 120)", 0},
	{"corner-cases", 'k', 0, 0,
	 "Print how often each corner case was met; one that no test met is a failure", 0},
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
	case 'n':
		if (number(arg, &opt.seeds, state) || !opt.seeds)
			argp_error(state, "not a number of seeds: %s", arg);
		return 0;
	case 'w':
		if (!dut_waves())
			argp_error(state, "this build writes no waves: make -C tb VARIANT=waves");
		opt.waves = arg;
		return 0;
	case 'l':
		opt.list = true;
		return 0;
	case 't':
		if (opt.num_patterns == MAX_PATTERNS)
			argp_error(state, "more than %d patterns", MAX_PATTERNS);
		opt.patterns[opt.num_patterns++] = arg;
		return 0;
	case 'v':
		opt.verbose = true;
		return 0;
	case 'f':
		opt.fail_fast = true;
		return 0;
	case 'M':
		if (number(arg, &opt.mutant, state) || !dut_mutant(opt.mutant))
			argp_error(state, "this build has no planted bugs: make VARIANT=mutants");
		return 0;
	case 'c':
		if (!dut_coverage(arg))
			argp_error(state, "this build does not count: make VARIANT=lines");
		return 0;
	case 'p':
		return number(arg, &opt.at_once, state);
	case 'i':
		return number(arg, &opt.invalidations, state);
	case 'j':
		return number(arg, &opt.jobs, state);
	case 'k':
		opt.corners = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_usage(state);
	}
	return ARGP_ERR_UNKNOWN;
}

static bool wanted(const struct test *t)
{
	for (unsigned i = 0; i < opt.num_patterns; i++)
		if (!fnmatch(opt.patterns[i], t->name, 0))
			return true;
	return !opt.num_patterns;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Waves are of the first test. */
static const char *waves(unsigned n)
{
	return n ? NULL : opt.waves;
}

static bool from_reset(unsigned n)
{
	return runs[n].test->cold || waves(n);
}

static void prepare(unsigned n)
{
	if (!from_reset(n))
		env_booted(runs[n].seed);
}

static void run_one(unsigned n)
{
	const struct run *r = runs + n;
	const struct test *t = r->test;
	double start = now();
	struct env *e = env_open(t, r->seed, from_reset(n) ? NULL : env_booted(r->seed), waves(n),
				 opt.verbose);
	char with[40] = "";
	bool good;

	parts = r->parts;
	lengths[0] = 0;
	if (parts > 1)
		snprintf(with, sizeof(with), " (seed %" PRIu64 ")", r->seed);
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
	printf("%sok %u - %s%s: %s # %" PRIu64 " cycles, %u checks, %.1f s\n", good ? "" : "not ",
	       n + 1, t->name, with, t->text, e->cycle, e->checks, now() - start);
	if (!good)
		printf("# again: svarig-tb --seed %" PRIu64 " --test %s%s --verbose\n", r->seed,
		       t->name, lengths);
	r->outcome->cycles = e->cycle;
	env_close(e);
	memcpy(r->outcome->corner, cov_total, sizeof(cov_total));
	r->outcome->good = good;
}

static bool ended(unsigned n, int status)
{
	const struct run *r = runs + n;

	/* run_one() prints the verdict last but for closing. */
	if (status) {
		printf("not ok %u - %s: ended with %s %d\n", n + 1, r->test->name,
		       WIFSIGNALED(status) ? "signal" : "status",
		       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		r->outcome->good = false;
	}
	passed += r->outcome->good;
	failed += !r->outcome->good;
	cycles += r->outcome->cycles;
	for (unsigned i = 0; i < COV_CASES; i++)
		corner[is_random(r->test)][i] += r->outcome->corner[i];
	fflush(stdout);
	return r->outcome->good || !opt.fail_fast;
}

/* What is to be run, in order. */
static void gather(void)
{
	struct outcome *o;

	for (struct test *t = tests; t; t = t->next)
		num_runs += !wanted(t) ? 0 : is_random(t) ? opt.seeds : 1;
	if (!num_runs)
		return;
	runs = xalloc(num_runs * sizeof(*runs));
	o = mmap(NULL, num_runs * sizeof(*o), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		 -1, 0);
	if (o == MAP_FAILED)
		die("no memory shared with the tests: %m");
	num_runs = 0;
	for (struct test *t = tests; t; t = t->next) {
		uint64_t n = is_random(t) ? opt.seeds : 1;

		for (uint64_t i = 0; i < n && wanted(t); i++, num_runs++)
			runs[num_runs] = (struct run){t, opt.seed + i, n, o + num_runs};
	}
}

/* Returns how many corner cases no test has met. */
static unsigned corner_table(void)
{
	unsigned missed = 0;

	printf("# %-52s %10s %10s\n", "corner case, times met", "directed", "random");
	for (unsigned i = 0; i < COV_CASES; i++) {
		printf("# %-52s %10" PRIu64 " %10" PRIu64 "%s\n", cov_name(i), corner[0][i],
		       corner[1][i],
		       corner[1][i]   ? ""
		       : corner[0][i] ? "  directed only"
				      : "  MISSED");
		missed += !corner[0][i] && !corner[1][i];
	}
	return missed;
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
	struct pool pool = {0, 0, prepare, run_one, ended};
	double start;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	if (!opt.seeded && getrandom(&opt.seed, 4, 0) != 4)
		opt.seed = time(NULL);
	gather();
	if (!num_runs) {
		fprintf(stderr, "svarig-tb: no test of that name (--list shows them)\n");
		return 2;
	}
	if (opt.list) {
		for (struct test *t = tests; t; t = t->next)
			if (wanted(t))
				printf("%-28s %s\n", t->name, t->text);
		return 0;
	}
	printf("1..%u\n# seed %" PRIu64 "\n", num_runs + opt.corners, opt.seed);
	fflush(stdout);
	start = now();
	pool.pieces = num_runs;
	pool.at_once = opt.at_once;
	pool_run(&pool);
	if (opt.corners) {
		unsigned missed = corner_table();

		printf("%sok %u - corner_cases: every one is met by some test # %u missed\n",
		       missed ? "not " : "", num_runs + 1, missed);
		passed += !missed;
		failed += !!missed;
	}
	printf("# %" PRIu64 " cycles in %.1f s: %.0f cycles/s\n# %u passed, %u failed\n", cycles,
	       now() - start, cycles / (now() - start), passed, failed);
	return failed != 0;
}
