/* SPDX-License-Identifier: BSD-2-Clause */
/* Credits, posted, non-posted and completion, headers and data, on both sides: PCIe Base
 * Specification 2.6.1. */
#include "common.h"

/* Whether each class that has an end was held up by it; the requests of FC_NPD carry no data. */
static bool all_dry(const struct env *e, const unsigned size[FC_FIELDS])
{
	for (unsigned i = 0; i < FC_FIELDS; i++)
		if (size[i] && i != FC_NPD && !e->credits.dry[i])
			return false;
	return true;
}

/* Jobs of all lengths, page faults and invalidations among them, over a link with these buffers. */
static void under(struct env *e, const unsigned size[FC_FIELDS], unsigned percent)
{
	struct as *as = smmu_new_as(e->smmu, true, 1);
	struct job j[3];
	struct tq q[2];

	credits_on(&e->credits, e->dut, size, percent, rng64(&e->rng));
	env_boot(e, 0);
	for (unsigned i = 0; i < 2; i++)
		tq_open(e, &q[i], i, as);
	/* Which class is held up is up to chance: some runs have to go on. */
	for (unsigned round = 0; round < 4 || (round < 40 && !all_dry(e, size)); round++) {
		struct svarig_cpl c;

		common_copy(e, &j[0], as, 20000, true);
		common_copy(e, &j[1], as, 1 + rng_below(&e->rng, 300), round & 1);
		common_copy(e, &j[2], as, 5000, true);
		tq_post(&q[0], &j[0].d);
		tq_post(&q[1], &j[1].d);
		tq_post(&q[0], &j[2].d);
		tq_doorbell(&q[0]);
		tq_doorbell(&q[1]);
		tq_wait(&q[1], &c);
		job_check(e, &j[1], &c);
		tq_wait(&q[0], &c);
		job_check(e, &j[0], &c);
		tq_wait(&q[0], &c);
		job_check(e, &j[2], &c);
		for (unsigned i = 0; i < 2; i++)
			tq_consumed(&q[i]);
		env_unmap_wait(e, as, j[0].d.src & PAGE_MASK, 1);
		as_map_range(as, j[0].d.src & PAGE_MASK, PAGE_SIZE);
		for (unsigned i = 0; i < 3; i++)
			job_free(&j[i]);
	}
	for (unsigned i = 0; i < FC_FIELDS; i++)
		if (size[i] && i != FC_NPD)
			check(e, e->credits.dry[i], "credits of field %u were never used up", i);
	check_eq(e, env_cfg_read(e, e->cap_aer + 4) & 0x60000, 0, "receiver overflow, malformed");
}

TEST(flow_control_tight,
     "the smallest buffers there can be, refilled slowly: every class is held up, nothing is lost")
{
	/* data for one TLP of the largest payload (512 bytes; a message needs one unit) */
	static const unsigned size[FC_FIELDS] = {1, 32, 1, 1, 1, 1};

	/* 4.5 units of 16 bytes on average each time: a little less than the port could send. */
	under(e, size, 20 * BEAT_BYTES / 16);
}

TEST(flow_control_posted,
     "posted data credits are short, the others not: reads and completions pass")
{
	static const unsigned size[FC_FIELDS] = {0, 33, 0, 0, 0, 0};

	under(e, size, 10);
}

TEST(flow_control_non_posted, "non-posted credits are short: writes, messages and completions pass")
{
	static const unsigned size[FC_FIELDS] = {0, 0, 2, 0, 0, 0};

	under(e, size, 10);
}

/* Writes to registers as fast as the endpoint's own credits let them go. */
TEST(flow_control_receive,
     "a host that keeps to the endpoint's credits is never made to wait, and does meet their end")
{
	static const unsigned size[FC_FIELDS] = {0};
	struct tq q;
	struct as *as = smmu_new_as(e->smmu, true, 1);

	credits_on(&e->credits, e->dut, size, 100, rng64(&e->rng));
	env_profile(e, PROFILE_SMOOTH);
	env_boot(e, 0);
	tq_open(e, &q, 0, as);
	for (unsigned i = 0; i < 400; i++)
		env_write32(e, env_adm(SVARIG_ADM_MB_ARG0 + 4 * (i % 12)), i);
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_MB_ARG0 + 4 * (399 % 12))), 399,
		 "the last of many writes");
	check(e, e->credits.held, "the writes never waited for credits");
	common_alive(&q);
}
