/* SPDX-License-Identifier: BSD-2-Clause */
/* Function level reset, bus mastering, stop and destroy under load. PCIe Base
 * Specification 6.6.2, 7.5.1.1.3. */
#include "common.h"

TEST(flr_idle, "a reset of an idle function: everything is off, then it works again")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);

	common_alive(&q);
	env_flr(e);
	check_eq(e, env_cfg_read(e, 4) & 6, 0, "memory space and bus mastering");
	check_eq(e, env_cfg_read(e, e->cap.ats + 4) >> 31, 0, "ATS");
	check_eq(e, env_cfg_read(e, e->cap.pri + 4) & 1, 0, "PRI");
	check_eq(e, env_cfg_read(e, e->cap.pasid + 4) >> 16 & 1, 0, "PASID");
	check_eq(e, env_cfg_read(e, e->cap_msix) >> 31, 0, "MSI-X");
	env_boot(e, 0);
	check_eq(e, tq_status(&q) & SVARIG_QSTAT_ENABLED, 0, "the queue");
	tq_open(e, &q, 0, as);
	common_alive(&q);
}

TEST(flr_under_load, "a reset amid jobs, faults and invalidations; what arrives late is unexpected")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	common_copy(e, &j, as, 60000, true);
	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < 4; i++)
			tq_post(&q, &j.d);
		if (round & 1)
			env_unmap_wait(e, as, (j.d.src & PAGE_MASK) + 5 * PAGE_SIZE, 1);
		tq_doorbell(&q);
		env_run(e, 100 + rng_below(&e->rng, 6000));
		if (round & 2)
			smmu_invalidate(e->smmu, true, 1, j.d.src, 12, false);
		env_flr(e);
		/* The host waits until late completions have come (6.6.2). */
		require(e, WAIT(e, rc_idle(e->rc) && !e->smmu->walks, 50000),
			"the host never idles");
		chk_reset(e->chk, e->cycle);
		smmu_device_reset(e->smmu);
		env_boot(e, 0);
		as_map_range(as, j.d.src, j.d.len);
		tq_open(e, &q, 0, as);
		common_alive(&q);
	}
	job_free(&j);
}

TEST(bus_mastering_off_mid_job,
     "no request leaves while it is off; afterwards the queue works or says why not")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	common_copy(e, &j, as, 60000, true);
	for (int round = 0; round < 8; round++) {
		unsigned msi;
		uint64_t before;
		struct svarig_cpl c;
		bool came;

		tq_post(&q, &j.d);
		tq_doorbell(&q);
		tq_arm(&q, q.head);
		env_run(e, rng_below(&e->rng, 5000));
		env_set_bme(e, false);
		/* Answers to what was asked before are still due. */
		require(e, WAIT(e, rc_idle(e->rc), 50000), "the host never idles");
		env_run(e, 600);
		msi = e->rc->msi_count;
		before = e->rc->writes_done + e->rc->reads_done;
		env_run(e, 30000);
		check_eq(e, e->rc->msi_count, msi, "interrupts while off");
		check_eq(e, e->rc->writes_done + e->rc->reads_done, before, "requests while off");
		env_set_bme(e, true);
		env_run(e, 500);
		came = WAIT(e, tq_poll(&q, &c), 60000);
		if (came && c.status == SVARIG_ST_OK)
			job_check(e, &j, &c);
		else if (came)
			check_eq(e, c.status, SVARIG_ST_ABORTED, "status");
		else
			check(e, tq_status(&q) & SVARIG_QSTAT_HALTED,
			      "no record, and queue status %#x", tq_status(&q));
		require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
		tq_open(e, &q, 0, as);
		common_alive(&q);
	}
	job_free(&j);
}

TEST(destroy_under_load,
     "queues die with jobs, faults and reads outstanding; the neighbour is unharmed")
{
	struct tq q, n;
	struct as *as = common_start(e, &q, 0, 1, 0), *ns = smmu_new_as(e->smmu, true, 2);
	struct svarig_cpl c;
	struct job j, k;

	tq_open(e, &n, 1, ns);
	common_copy(e, &j, as, 40000, true);
	common_copy(e, &k, ns, 20000, true);
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < 5; i++)
			tq_post(&q, &j.d);
		if (round & 1) {
			env_unmap_wait(e, as, (j.d.dst & PAGE_MASK) + 4 * PAGE_SIZE, 1);
			e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 30000;
		}
		tq_doorbell(&q);
		tq_post(&n, &k.d);
		tq_doorbell(&n);
		env_run(e, rng_below(&e->rng, 6000));
		check_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
		/* Its memory may go now: nothing of it may be outstanding. */
		for (uint64_t v = j.d.dst & PAGE_MASK; v < j.d.dst + j.d.len; v += PAGE_SIZE)
			env_unmap_wait(e, as, v, 1);
		tq_wait(&n, &c);
		tq_consumed(&n);
		job_check(e, &k, &c);
		e->smmu->knobs.serve_min = 300;
		e->smmu->knobs.serve_max = 1000;
		tq_open(e, &q, 0, as);
		as_map_range(as, j.d.dst, j.d.len);
		common_alive(&q);
	}
	job_free(&j);
	job_free(&k);
}
