/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual functions: PCIe Base Specification chapter 9. */
#include "common.h"

#define VFS 4

static unsigned config_status(struct env *e, unsigned fn)
{
	struct tlp t = {.kind = TLP_CFGRD0,
			.requester = RC_RID,
			.target = e->bdf + fn,
			.first_be = 15,
			.length_dw = 1};

	return env_request(e, &t, NULL);
}

static unsigned read_status(struct env *e, uint64_t addr)
{
	int tag = rc_mem_read(e->rc, addr, 4);
	unsigned status;

	require(e, tag >= 0 && WAIT(e, e->rc->req[tag].done, ENV_LIMIT), "no completion");
	status = e->rc->req[tag].status;
	rc_req_free(e->rc, tag);
	return status;
}

TEST(config_sriov, "the capability, VFs that are there and those that are not, their registers")
{
	unsigned at;
	uint32_t v;

	env_boot(e, 0);
	at = e->cap.sriov;
	require(e, at, "no SR-IOV capability");
	check_eq(e, env_cfg_read(e, at + 0xc), VFS << 16 | VFS, "TotalVFs and InitialVFs");
	check_eq(e, env_cfg_read(e, at + 0x14), 0x00010001, "VF Stride and First VF Offset");
	check_eq(e, env_cfg_read(e, at + 0x18) >> 16, SVARIG_PCI_VF_DEVICE, "VF Device ID");
	v = env_cfg_read(e, at + 0x1c);
	check_eq(e, v & 0x553, 0x553, "the required page sizes");
	for (unsigned fn = 1; fn < 8; fn++)
		check_eq(e, config_status(e, fn), TLP_UR, "configuration read without VF Enable");
	env_set_vfs(e, 3);
	for (unsigned fn = 1; fn < 8; fn++)
		check_eq(e, config_status(e, fn), fn <= 3 ? TLP_SC : TLP_UR,
			 "configuration read with 3 VFs");
	for (e->fn = 1; e->fn <= 3; e->fn++) {
		check_eq(e, env_cfg_read(e, 0), 0xffffffff, "IDs of a VF");
		check_eq(e, env_cfg_read(e, 8), SVARIG_PCI_CLASS << 8 | SVARIG_PCI_REVISION,
			 "class of a VF");
		check_eq(e, env_cfg_read(e, 0x10), 0, "BAR of a VF");
		check_eq(e, env_read32(e, env_fn_adm(e, SVARIG_ADM_MAGIC)), SVARIG_MAGIC, "magic");
		v = env_read32(e, env_fn_adm(e, SVARIG_ADM_CAPS));
		check_eq(e, v & 0xffff, (SVARIG_VF_QUEUES + 1) << 8 | SVARIG_VF_QUEUES,
			 "queues and vectors");
		v = env_read32(e, env_fn_adm(e, SVARIG_ADM_FUNCTION));
		check_eq(e, v, (SVARIG_PF_QUEUES + (e->fn - 1) * SVARIG_VF_QUEUES) << 8 | e->fn,
			 "function register");
		check_eq(e, env_read32(e, env_fn_adm(e, SVARIG_ADM_LIVE)) & 3, 3,
			 "bus master and ATS");
		check_eq(e, read_status(e, env_db(e, SVARIG_VF_QUEUES - 1, 0)), TLP_SC,
			 "last doorbell page");
	}
	check_eq(e, read_status(e, env_fn_adm(e, 0)), TLP_UR,
		 "registers of a VF that is not there");
	check_eq(e, read_status(e, env_db(e, 0, 0)), TLP_UR, "its doorbells");
	e->fn = 0;
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_FUNCTION)) >> 16 & 0xff, 3,
		 "VFs as the PF tells them");
	env_set_vfs(e, 0);
	check_eq(e, config_status(e, 1), TLP_UR, "configuration read after VF Enable was cleared");
	check_eq(e, read_status(e, ENV_VF_BAR2), TLP_UR, "registers after VF Enable was cleared");
}

/* An interrupt of each function, told apart by its data; vector 2 of every function. */
#define VECTOR 2

static void set_up_vector(struct env *e)
{
	uint64_t entry = env_fn_adm(e, SVARIG_ADM_MSIX_TABLE + 16 * VECTOR);

	env_write32(e, entry, (uint32_t)env_msi_addr(64 + e->fn));
	env_write32(e, entry + 4, env_msi_addr(64 + e->fn) >> 32);
	env_write32(e, entry + 8, env_msi_data(64 + e->fn));
	env_write32(e, entry + 12, 0);
	env_cfg_write_be(e, e->cap_msix, 8, 0x80000000u);
}

/* One queue in each function, with the same PASID in each: five address spaces. */
static void open_all(struct env *e, struct tq q[VFS + 1], struct as *as[VFS + 1])
{
	env_boot(e, 0);
	env_set_vfs(e, VFS);
	for (unsigned fn = 0; fn <= VFS; fn++) {
		as[fn] = smmu_new_as_of(e->smmu, e->bdf + fn, true, 7);
		e->fn = fn;
		set_up_vector(e);
		require_eq(e, tq_create(e, &q[fn], fn ? 3 : 5, as[fn], 4, 4, VECTOR), SVARIG_AS_OK,
			   "status of CREATE_QUEUE");
		e->fn = 0;
	}
}

TEST(sriov_jobs, "jobs on the PF and four VFs at once: each in its own address space, under its "
		 "own requester ID")
{
	struct as *as[VFS + 1];
	struct tq q[VFS + 1];
	struct job j[VFS + 1][3];
	struct svarig_cpl c;

	open_all(e, q, as);
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned fn = 0; fn <= VFS; fn++)
			for (unsigned i = 0; i < 3; i++) {
				common_copy(e, &j[fn][i], as[fn], 1 + rng_below(&e->rng, 9000),
					    round != 1);
				tq_post(&q[fn], &j[fn][i].d);
			}
		for (unsigned fn = 0; fn <= VFS; fn++) {
			tq_arm(&q[fn], q[fn].tail - 3);
			tq_doorbell(&q[fn]);
		}
		for (unsigned fn = 0; fn <= VFS; fn++)
			for (unsigned i = 0; i < 3; i++) {
				tq_wait(&q[fn], &c);
				job_check(e, &j[fn][i], &c);
				tq_consumed(&q[fn]);
			}
		for (unsigned fn = 0; fn <= VFS; fn++) {
			env_unmap_wait(e, as[fn], j[fn][0].d.src & PAGE_MASK, 1);
			for (unsigned i = 0; i < 3; i++)
				job_free(&j[fn][i]);
		}
	}
	env_run(e, 500);
	for (unsigned fn = 0; fn <= VFS; fn++)
		check_eq(e, env_msi_count(e, 64 + fn), 3, "interrupts of a function");
	for (unsigned fn = 0; fn <= VFS; fn++)
		check_eq(e, tq_destroy(&q[fn]), SVARIG_AS_OK, "status of DESTROY_QUEUE");
}

/* The VF as its driver finds it after a reset: enables, mailbox, a queue, a job. */
static void revive(struct env *e, unsigned fn, struct tq *q, struct as *as)
{
	env_vf_enables(e, fn);
	e->fn = fn;
	require_eq(e, mb_command(e, SVARIG_AC_RESET, 0, NULL, 0, NULL), SVARIG_AS_OK,
		   "status of RESET");
	require_eq(e, tq_create(e, q, q->id, as, 4, 4, -1), SVARIG_AS_OK, "status of CREATE_QUEUE");
	e->fn = 0;
	common_alive(q);
}

/* A job on each function that takes a while. */
static void start_all(struct env *e, struct tq q[VFS + 1], struct as *as[VFS + 1],
		      struct job j[VFS + 1], bool mapped)
{
	for (unsigned fn = 0; fn <= VFS; fn++) {
		common_copy(e, &j[fn], as[fn], 20000, mapped);
		tq_post(&q[fn], &j[fn].d);
		tq_doorbell(&q[fn]);
	}
}

TEST(flr_per_function, "reset of one VF amid jobs of all: the others end well, it comes back clean")
{
	struct as *as[VFS + 1];
	struct tq q[VFS + 1];
	struct job j[VFS + 1];
	struct svarig_cpl c;

	open_all(e, q, as);
	for (unsigned round = 0; round < 6; round++) {
		unsigned victim = 1 + round % VFS;

		start_all(e, q, as, j, round & 1);
		env_run(e, 50 + rng_below(&e->rng, 4000));
		env_vf_flr(e, victim);
		for (unsigned fn = 0; fn <= VFS; fn++) {
			if (fn != victim) {
				tq_wait(&q[fn], &c);
				job_check(e, &j[fn], &c);
				tq_consumed(&q[fn]);
			}
			job_free(&j[fn]);
		}
		check_eq(e, tq_status(&q[victim]) & SVARIG_QSTAT_ENABLED, 0,
			 "the queue of the VF that was reset");
		revive(e, victim, &q[victim], as[victim]);
	}
}

TEST(flr_anywhere, "a VF is reset after any number of cycles of its jobs; the PF's jobs are right, "
		   "the VF comes back clean")
{
	struct as *as[VFS + 1];
	struct tq q[VFS + 1];
	struct svarig_cpl c;
	struct job j[3], k;

	open_all(e, q, as);
	for (unsigned after = 0; after < 1600; after += 1 + rng_below(&e->rng, 70)) {
		common_copy(e, &k, as[0], 1 + rng_below(&e->rng, 9000), rng_chance(&e->rng, 50));
		tq_post(&q[0], &k.d);
		for (unsigned i = 0; i < 3; i++) {
			job_random(e, &j[i], as[2], 6000, 15);
			tq_post(&q[2], &j[i].d);
		}
		tq_doorbell(&q[2]);
		tq_doorbell(&q[0]);
		env_run(e, after);
		env_vf_flr(e, 2);
		tq_wait(&q[0], &c);
		job_check(e, &k, &c);
		tq_consumed(&q[0]);
		job_free(&k);
		for (unsigned i = 0; i < 3; i++)
			job_free(&j[i]);
		revive(e, 2, &q[2], as[2]);
		job_random(e, &k, as[2], 6000, 15);
		job_run(&q[2], &k);
		job_free(&k);
	}
}

TEST(flr_translation_out, "a VF is reset with translation requests out: their answers are "
			  "unexpected, the tags come back")
{
	struct as *as[VFS + 1];
	struct tq q[VFS + 1];
	struct job j;

	open_all(e, q, as);
	common_alive(&q[1]);
	for (unsigned round = 0; round < 3; round++) {
		uint32_t before = env_counter(e, SVARIG_CNT_CPL_UNEXPECTED), came;
		unsigned asked = e->smmu->xlat_requests;

		common_copy(e, &j, as[1], 20000, true);
		e->smmu->knobs.answer_min = e->smmu->knobs.answer_max = 8000;
		tq_post(&q[1], &j.d);
		tq_doorbell(&q[1]);
		env_run(e, 2000);
		asked = e->smmu->xlat_requests - asked;
		check(e, asked > 0, "no translation request");
		env_vf_flr(e, 1);
		check_eq(e, env_counter(e, SVARIG_CNT_CPL_UNEXPECTED), before,
			 "before the answers");
		require(e, WAIT(e, rc_idle(e->rc) && !e->smmu->walks, 50000),
			"the host never idles");
		env_run(e, 1000);
		/* An answer comes in one completion or in two. */
		came = env_counter(e, SVARIG_CNT_CPL_UNEXPECTED) - before;
		check(e, came >= asked && came <= 2 * asked,
		      "%u unexpected completions, %u requests", came, asked);
		e->smmu->knobs.answer_min = 10;
		e->smmu->knobs.answer_max = 100;
		revive(e, 1, &q[1], as[1]);
		common_alive(&q[0]);
		job_free(&j);
	}
}

TEST(flr_translation_lost, "a VF is reset with translation requests out that are never answered: "
			   "their tags come back when their time is over")
{
	struct as *as[VFS + 1];
	struct tq q[VFS + 1];
	struct job j;

	open_all(e, q, as);
	common_alive(&q[1]);
	/* More than there are tags. */
	for (unsigned round = 0; round < 6; round++) {
		e->smmu->xlat_status = TLP_SC;
		e->smmu->xlat_fault = RC_DROP;
		e->smmu->xlat_count = 1000;
		common_copy(e, &j, as[1], 60000, true);
		tq_post(&q[1], &j.d);
		tq_doorbell(&q[1]);
		env_run(e, 2500);
		env_vf_flr(e, 1);
		e->smmu->xlat_count = 0;
		env_run(e, 21000);
		revive(e, 1, &q[1], as[1]);
		common_alive(&q[0]);
		job_free(&j);
	}
	rc_release_dropped(e->rc);
	env_run(e, 3000);
	common_alive(&q[1]);
}

TEST(vf_enable_cleared,
     "VF Enable cleared amid jobs of all functions: the PF's ends well, the VFs come back clean")
{
	struct as *as[VFS + 1];
	struct tq q[VFS + 1];
	struct job j[VFS + 1];
	struct svarig_cpl c;

	open_all(e, q, as);
	for (unsigned round = 0; round < 3; round++) {
		start_all(e, q, as, j, round != 1);
		env_run(e, 50 + rng_below(&e->rng, 4000));
		env_set_vfs(e, 0);
		for (unsigned fn = 1; fn <= VFS; fn++)
			smmu_function_reset(e->smmu, e->bdf + fn);
		tq_wait(&q[0], &c);
		job_check(e, &j[0], &c);
		tq_consumed(&q[0]);
		for (unsigned fn = 0; fn <= VFS; fn++)
			job_free(&j[fn]);
		require(e, WAIT(e, rc_idle(e->rc) && !e->smmu->walks, 50000),
			"the host never idles");
		env_set_vfs(e, VFS);
		for (unsigned fn = 1; fn <= VFS; fn++)
			revive(e, fn, &q[fn], as[fn]);
		common_alive(&q[0]);
	}
}
