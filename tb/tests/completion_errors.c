/* SPDX-License-Identifier: BSD-2-Clause */
/* Completions that go wrong: UR, CA, poisoned, late, never, uncalled-for. PCIe Base
 * Specification 2.3.2, 2.7.2, 2.8. */
#include <string.h>

#include "common.h"

/* The physical address of byte va, which is mapped. */
static void planted(struct env *e, enum rc_fault fault, unsigned status, unsigned detail)
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t errors = 0;
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 3 * PAGE_SIZE, true);
	for (unsigned page = 0; page < 3; page++) {
		uint64_t at = j.d.src + page * PAGE_SIZE;

		rc_plant_fault(e->rc, &(struct rc_plant){.fault = fault,
							 .pa = common_pa(as, at) & PAGE_MASK,
							 .len = PAGE_SIZE,
							 .skip = rng_below(&e->rng, 4),
							 .count = 1});
		check_eq(e, tq_run(&q, &j.d, &c), status, "status");
		check(e, c.fault_addr >= at && c.fault_addr < at + PAGE_SIZE,
		      "fault address %#llx is not in page %u", (unsigned long long)c.fault_addr,
		      page);
		check_eq(e, c.detail, detail, "detail");
		check(e, j.d.src + c.done <= c.fault_addr, "%u bytes done", c.done);
		errors++;
		rc_unplant(e->rc);
		job_run(&q, &j); /* and the next is well */
	}
	check_eq(e, env_counter(e, SVARIG_CNT_CPL_ERROR), errors, "error counter");
	check_eq(e, env_counter(e, SVARIG_CNT_CPL_UNEXPECTED), 0, "unexpected completions");
	job_free(&j);
}

TEST(completion_ur, "a read is answered Unsupported Request")
{
	planted(e, RC_UR, SVARIG_ST_UR, 0);
}

TEST(completion_ca, "a read is answered Completer Abort")
{
	planted(e, RC_CA, SVARIG_ST_CA, 0);
}

TEST(completion_ca_after_data, "data first, then Completer Abort for the rest")
{
	e->rc->knobs.split_percent = 100;
	planted(e, RC_CA_TAIL, SVARIG_ST_CA, 0);
}

TEST(completion_poisoned, "one completion of a read is poisoned; the tag stays until the last byte")
{
	e->rc->knobs.split_percent = 80;
	planted(e, RC_POISON, SVARIG_ST_POISONED, 0);
}

TEST(completion_timeout, "a read is never answered: the job fails, the tag is not used again")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 20000, true);
	rc_plant_fault(e->rc, &(struct rc_plant){.fault = RC_DROP,
						 .pa = common_pa(as, j.d.src + 8000) & PAGE_MASK,
						 .len = PAGE_SIZE,
						 .count = 2});
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_TIMEOUT, "status");
	check(e, (c.fault_addr & PAGE_MASK) == ((j.d.src + 8000) & PAGE_MASK),
	      "fault address %#llx", (unsigned long long)c.fault_addr);
	check(e, env_counter(e, SVARIG_CNT_CPL_TIMEOUT) >= 1, "no timeout is counted");
	rc_unplant(e->rc);
	for (int i = 0; i < 6; i++)
		job_run(&q, &j);
	/* They come late: unexpected, and nothing is harmed. */
	check(e, rc_release_dropped(e->rc) >= 1, "nothing was dropped");
	env_run(e, 2000);
	for (int i = 0; i < 6; i++)
		job_run(&q, &j);
	check(e, env_counter(e, SVARIG_CNT_CPL_UNEXPECTED) >= 1,
	      "late completions are not counted");
	job_free(&j);
}

TEST(completion_timeout_of_the_rest, "the first part comes, the rest never")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	e->rc->knobs.split_percent = 100;
	common_copy(e, &j, as, 9000, true);
	rc_plant_fault(e->rc, &(struct rc_plant){.fault = RC_DROP_TAIL,
						 .pa = common_pa(as, j.d.src) & PAGE_MASK,
						 .len = PAGE_SIZE,
						 .count = 1});
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_TIMEOUT, "status");
	rc_unplant(e->rc);
	for (int i = 0; i < 4; i++)
		job_run(&q, &j);
	rc_release_dropped(e->rc);
	env_run(e, 2000);
	job_run(&q, &j);
	job_free(&j);
}

TEST(completion_timeout_amid_a_completion,
     "the time is over while the data come, with pauses: what is told to be there is there")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct port_knobs calm = e->port.knobs;
	unsigned late = 0, in_time = 0;
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 512, true);
	e->rc->knobs.split_percent = 0;
	for (uint32_t delay = 19300; delay < 20300; delay += 20 + rng_below(&e->rng, 60)) {
		uint8_t got[512], want[512];

		job_refresh(e, &j);
		rc_plant_fault(e->rc, &(struct rc_plant){.fault = RC_SLOW,
							 .pa = common_pa(as, j.d.src) & PAGE_MASK,
							 .len = PAGE_SIZE,
							 .count = 1,
							 .delay = delay});
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		env_run(e, 10000);
		e->port.knobs.gap_percent = 97;
		tq_wait(&q, &c);
		tq_consumed(&q);
		e->port.knobs = calm;
		rc_unplant(e->rc);
		in_time += c.status == SVARIG_ST_OK;
		late += c.status == SVARIG_ST_TIMEOUT;
		check(e, c.status == SVARIG_ST_OK || c.status == SVARIG_ST_TIMEOUT, "status %u",
		      c.status);
		as_read(as, j.d.src, want, j.d.len);
		as_read(as, j.d.dst, got, j.d.len);
		require(e, c.done <= j.d.len, "%u bytes done", c.done);
		check(e, !memcmp(got, want, c.done), "the %u bytes that are done differ", c.done);
		require(e, WAIT(e, rc_idle(e->rc), 50000), "the host never idles");
	}
	check(e, late && in_time, "%u in time, %u late", in_time, late);
	job_free(&j);
}

TEST(translation_timeout, "a translation request is never answered")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_alive(&q);
	common_copy(e, &j, as, 500, true);
	e->smmu->xlat_status = TLP_SC;
	e->smmu->xlat_fault = RC_DROP;
	e->smmu->xlat_count = 4; /* what is fetched ahead goes first */
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_TIMEOUT, "status");
	e->smmu->xlat_count = 0;
	for (int i = 0; i < 3; i++)
		job_run(&q, &j);
	rc_release_dropped(e->rc);
	env_run(e, 2000);
	job_refresh(e, &j);
	job_run(&q, &j);
	job_free(&j);
}

TEST(completion_unexpected, "completions nobody asked for are counted and ignored, under load too")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint8_t junk[64] = {0x5a};
	struct svarig_cpl c;
	struct tlp m = {.kind = TLP_MRD, .requester = ENV_BDF}, t;
	struct job j;

	common_copy(e, &j, as, 20000, true);
	tlp_set_bytes(&m, 0x80000000, 64, NULL);
	for (int i = 0; i < 20; i++) {
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		env_run(e, rng_below(&e->rng, 1000));
		/* A tag that is not in use, or another requester. */
		m.tag = 224 + i;
		m.requester = i & 1 ? ENV_BDF : 0x0200;
		if (i % 3)
			tlp_make_cpld(&t, &m, RC_RID, 0, 64, junk);
		else
			tlp_make_cpl(&t, &m, RC_RID, TLP_UR);
		rc_send(e->rc, &t);
		tq_wait(&q, &c);
		tq_consumed(&q);
		job_check(e, &j, &c);
	}
	env_run(e, 500);
	check_eq(e, env_counter(e, SVARIG_CNT_CPL_UNEXPECTED), 20, "unexpected completions");
	job_free(&j);
}

TEST(completion_reordering,
     "answers in any order across tags, split in many ways, slow ones between")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	e->rc->knobs.reorder = true;
	e->rc->knobs.read_min = 1;
	e->rc->knobs.read_max = 2000;
	e->rc->knobs.gap_max = 200;
	for (int i = 0; i < 12; i++) {
		e->rc->knobs.split_percent = rng_below(&e->rng, 101);
		job_random(e, &j, as, 30000, 0);
		job_run(&q, &j);
		job_free(&j);
	}
}

TEST(request_sizes, "every Max_Payload_Size and Max_Read_Request_Size")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	for (unsigned mps = 128; mps <= 512; mps *= 2)
		for (unsigned mrrs = 128; mrrs <= 4096; mrrs *= 2) {
			env_set_sizes(e, mps, mrrs);
			job_random(e, &j, as, 20000, 0);
			job_run(&q, &j);
			job_free(&j);
		}
}

TEST(tags_without_extension, "with extended tags off only 32 tags are used")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	env_cfg_write_be(e, e->cap.pcie + 8, 3, 0x201f); /* MRRS 512, MPS 128, no extended tags */
	e->rc->knobs.mps = 128;
	e->rc->knobs.read_min = 500;
	e->rc->knobs.read_max = 1500;
	for (int i = 0; i < 6; i++) {
		job_random(e, &j, as, 30000, 0);
		job_run(&q, &j);
		job_free(&j);
	}
}
