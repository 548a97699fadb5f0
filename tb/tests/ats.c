/* SPDX-License-Identifier: BSD-2-Clause */
/* ATS itself: off, turned off under way, refused, never answered. PCIe Base
 * Specification 10.2, 10.5.1. */
#include "common.h"

TEST(ats_off, "without ATS every request is untranslated and carries the PASID")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, BOOT_NO_ATS);
	struct svarig_cpl c;
	struct job j;

	for (int i = 0; i < 30; i++) {
		job_random(e, &j, as, 9000, 0);
		job_run(&q, &j);
		job_free(&j);
	}
	check_eq(e, e->smmu->xlat_requests, 0, "translation requests");
	check_eq(e, chk_stats(e->chk)->translated, 0, "translated requests");
	/* The fault is the Unsupported Request. */
	common_copy(e, &j, as, 3 * PAGE_SIZE, true);
	as_retire(as, as_unmap(as, j.d.src + PAGE_SIZE));
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_UR, "status");
	check(e, (c.fault_addr & PAGE_MASK) == (j.d.src & PAGE_MASK) + PAGE_SIZE,
	      "fault address %#llx", (unsigned long long)c.fault_addr);
	check_eq(e, c.detail & SVARIG_SD_UNTRANSLATED, SVARIG_SD_UNTRANSLATED, "detail");
	job_free(&j);
	common_alive(&q);
}

TEST(ats_disabled_mid_flight, "ATS goes off and on under load: nothing old is used, jobs go on")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 60000, true);
	for (int i = 0; i < 12; i++) {
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		env_run(e, rng_below(&e->rng, 4000));
		env_set_ats(e, i & 1);
		tq_wait(&q, &c);
		tq_consumed(&q);
		/* A request refused between the two modes may fail the job; it may never be wrong.
		 */
		if (c.status == SVARIG_ST_OK)
			job_check(e, &j, &c);
		else
			check(e, c.status == SVARIG_ST_XLAT_ERROR || c.status == SVARIG_ST_ABORTED,
			      "status %u", c.status);
		job_refresh(e, &j);
	}
	env_set_ats(e, true);
	job_run(&q, &j);
	job_free(&j);
}

TEST(ats_unsupported_request, "UR on a translation turns ATS off until the host enables it again")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	uint64_t asked;
	struct job j;

	common_copy(e, &j, as, 9000, true);
	e->smmu->xlat_status = TLP_UR;
	e->smmu->xlat_count = 1;
	tq_run(&q, &j.d, &c);
	check(e, c.status == SVARIG_ST_XLAT_ERROR || c.status == SVARIG_ST_OK, "status %u",
	      c.status);
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_LIVE)) & 2, 0, "ATS in force");
	asked = e->smmu->xlat_requests;
	env_run(e, 1000);
	job_run(&q, &j); /* untranslated now */
	check_eq(e, e->smmu->xlat_requests, asked, "translation requests while off");
	env_set_ats(e, true);
	job_run(&q, &j);
	check(e, e->smmu->xlat_requests > asked, "ATS did not come back");
	job_free(&j);
}

TEST(ats_completer_abort, "CA on a translation fails this job only")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 500, true);
	common_alive(&q); /* the rings are warm */
	/* What is fetched ahead fails nothing: the request itself must meet it. */
	e->smmu->xlat_status = TLP_CA;
	e->smmu->xlat_count = 1000;
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_XLAT_ERROR, "status");
	e->smmu->xlat_count = 0;
	check(e, c.fault_addr == j.d.src || c.fault_addr == j.d.dst, "fault address %#llx",
	      (unsigned long long)c.fault_addr);
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_LIVE)) & 2, 2, "ATS in force");
	job_run(&q, &j);
	job_free(&j);
}

TEST(ats_poisoned_translation, "a poisoned translation is not used")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 500, true);
	common_alive(&q);
	e->smmu->xlat_fault = RC_POISON;
	e->smmu->xlat_status = TLP_SC;
	e->smmu->xlat_count = 1;
	tq_run(&q, &j.d, &c);
	check(e,
	      c.status == SVARIG_ST_XLAT_ERROR || c.status == SVARIG_ST_POISONED ||
		      c.status == SVARIG_ST_OK,
	      "status %u", c.status);
	if (c.status == SVARIG_ST_OK)
		job_check(e, &j, &c);
	job_run(&q, &j);
	job_free(&j);
}

TEST(ats_enable_flushes, "what was cached before ATS went off is gone when it comes back")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t asked;
	struct job j;

	common_copy(e, &j, as, 5000, true);
	job_run(&q, &j);
	env_set_ats(e, false);
	/* Remapped while ATS was off: nobody needs to tell the endpoint. */
	env_run(e, 1000);
	as_retire(as, as_unmap(as, j.d.src));
	as_map(as, j.d.src);
	env_set_ats(e, true);
	asked = e->smmu->xlat_requests;
	job_refresh(e, &j);
	job_run(&q, &j);
	check(e, e->smmu->xlat_requests > asked, "nothing was asked for again");
	job_free(&j);
}
