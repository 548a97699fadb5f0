/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How fast the simulator is: cycles of the endpoint in a second of this processor (not of the wall
 * clock), the root complex and the checker included. The figure belongs to the machine, so it has
 * no goal here; its limit is what issue 3 asks for at full load. A build that can write waves
 * (VARIANT=waves) says so in the names; --waves makes it write them.
 */
#include <stdio.h>
#include <time.h>

#include "bench.h"

#define QUEUES 4
#define JOBS   8
#define LEN    65536
#define WANTED 300000.0

static double processor(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void rate(struct env *e, const char *what, uint64_t cycle, double since)
{
	char name[64];

	snprintf(name, sizeof(name), "simulator_%s%s", what, dut_waves() ? "_waves_build" : "");
	bench_at_least(e, name, (double)(e->cycle - cycle) / (processor() - since), "cycles/s",
		       WANTED, 0);
}

/* All lanes at work: each queue's jobs fill the port. */
static void load(struct env *e, const char *what, unsigned op, unsigned alg)
{
	struct svarig_desc d;
	struct tq q[QUEUES];
	uint64_t cycle;
	double since;

	for (unsigned i = 0; i < QUEUES; i++) {
		bench_desc(e, bench_queue(e, &q[i], i, 5), &d, op, alg, LEN, true);
		for (unsigned k = 0; k < JOBS; k++)
			tq_post(&q[i], &d);
	}
	cycle = e->cycle;
	since = processor();
	for (unsigned i = 0; i < QUEUES; i++)
		tq_doorbell(&q[i]);
	for (unsigned i = 0; i < QUEUES; i++)
		bench_collect(&q[i], JOBS, NULL);
	rate(e, what, cycle, since);
	for (unsigned i = 0; i < QUEUES; i++)
		require_eq(e, tq_destroy(&q[i]), SVARIG_AS_OK, "DESTROY_QUEUE");
}

static void rest(struct env *e, const char *what, uint32_t cycles)
{
	uint64_t cycle = e->cycle;
	double since = processor();

	env_run(e, cycles);
	rate(e, what, cycle, since);
}

TEST(simulator_speed,
     "cycles in a second of the processor: full load, at rest, with its clock standing")
{
	bench_start(e, 500);
	load(e, "copy_4_queues", SVARIG_OP_COPY, 0);
	load(e, "aes_ctr_4_queues", SVARIG_OP_CIPHER, SVARIG_CI_AES256 | SVARIG_CM_CTR << 4);
	load(e, "sha256_4_queues", SVARIG_OP_HASH, SVARIG_HA_SHA256);
	rest(e, "at_rest", 50000);
	e->stop_clock = true;
	rest(e, "clock_stopped", 1000000);
}
