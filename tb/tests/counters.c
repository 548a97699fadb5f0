/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters against numbers known beforehand, and against what the bench has counted on the wire. */
#include "common.h"

/* A page-aligned copy has no ragged edges. */
TEST(counters, "bytes, requests, jobs and doorbells are counted")
{
	struct tq q;
	struct as *as = common_start(e, &q, 2, 1, 0);
	uint64_t src = env_alloc_filled(e, as, 8192, AS_R),
		 dst = env_alloc_filled(e, as, 8192, AS_RW);
	struct svarig_desc d = {.opcode = SVARIG_OP_COPY, .len = 8192, .src = src, .dst = dst};
	uint32_t res[SVARIG_MB_WORDS], page = 0;
	uint64_t before, busy;
	struct svarig_cpl c;

	env_set_sizes(e, 256, 512);
	busy = env_counter(e, SVARIG_CNT_BUSY);
	before = env_counter(e, SVARIG_CNT_CYCLES);
	for (int i = 0; i < 5; i++)
		check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_OK, "status");
	d.opcode = 77;
	check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_BAD_OPCODE, "status");
	env_run(e, 200);
	check_eq(e, env_counter(e, SVARIG_CNT_JOBS_OK), 5, "jobs ok");
	check_eq(e, env_counter(e, SVARIG_CNT_JOBS_FAILED), 1, "jobs failed");
	/* 6 descriptors of 64 bytes; 5 times 8192 in reads of 512. */
	check_eq(e, env_counter(e, SVARIG_CNT_BYTES_READ), 5 * 8192 + 6 * 64, "bytes read");
	check_eq(e, env_counter(e, SVARIG_CNT_DMA_READS), 5 * 16 + 6, "reads");
	/* 6 records of 32 bytes; 5 times 8192 in writes of 256. */
	check_eq(e, env_counter(e, SVARIG_CNT_BYTES_WRITTEN), 5 * 8192 + 6 * 32, "bytes written");
	check_eq(e, env_counter(e, SVARIG_CNT_DMA_WRITES), 5 * 32 + 6, "writes");
	check_eq(e, env_counter(e, SVARIG_CNT_XLAT_REQS), e->smmu->xlat_requests, "translations");
	check_eq(e, env_counter(e, SVARIG_CNT_DOORBELLS), 12, "doorbells");
	before = env_counter(e, SVARIG_CNT_CYCLES) - before;
	busy = env_counter(e, SVARIG_CNT_BUSY) - busy;
	check(e, busy > 0 && busy < before, "%llu of %llu cycles busy", (unsigned long long)busy,
	      (unsigned long long)before);
	check_eq(e, mb_command(e, SVARIG_AC_COUNTERS, 2, &page, 1, res), SVARIG_AS_OK, "COUNTERS");
	check_eq(e, res[0], 5, "queue: jobs ok");
	check_eq(e, res[1], 1, "queue: jobs failed");
	check_eq(e, res[6], 12, "queue: doorbells");
	check_eq(e, res[7], 0, "queue: bad doorbells");
}

/* ------------------------------------------------------------------ random jobs of all functions
 */

#define FUNCTIONS SVARIG_FUNCTIONS
#define JOBS	  6

struct counted { /* what the bench knows of a queue */
	struct tq q;
	struct as *as;
	uint32_t ok, failed, doorbells;
	uint64_t bytes, cycles;
};

static void between(struct env *e, const char *what, uint32_t value, uint32_t low, uint32_t high)
{
	check(e, value >= low && value <= high, "%s: %u cycles, not %u to %u", what, value, low,
	      high);
}

static uint32_t qc(struct counted *n, unsigned reg)
{
	struct env *e = n->q.e;
	uint64_t addr;
	unsigned fn = e->fn;

	e->fn = n->q.fn;
	addr = env_fn_adm(e, SVARIG_ADM_QUEUES + (n->q.id << SVARIG_ADM_QUEUE_SHIFT) + reg);
	e->fn = fn;
	return env_read32(e, addr);
}

static uint64_t qc64(struct counted *n, unsigned reg)
{
	return qc(n, reg) | (uint64_t)qc(n, reg + 4) << 32;
}

static void open_all(struct env *e, struct counted n[FUNCTIONS])
{
	env_boot(e, 0);
	env_set_vfs(e, FUNCTIONS - 1);
	for (unsigned i = 0; i < FUNCTIONS; i++) {
		n[i].as = smmu_new_as_of(e->smmu, e->bdf + i, true, 9);
		e->fn = i;
		require_eq(e, tq_create(e, &n[i].q, i, n[i].as, 4, 4, -1), SVARIG_AS_OK,
			   "CREATE_QUEUE");
		e->fn = 0;
	}
}

static void account(struct counted *n, const struct svarig_cpl *c)
{
	n->ok += c->status == SVARIG_ST_OK;
	n->failed += c->status != SVARIG_ST_OK;
	n->bytes += c->done;
	n->cycles += c->cycles;
	tq_consumed(&n->q);
	n->doorbells++;
}

/* Jobs on all functions at once, one after the other on each; some with an unknown opcode. */
static void work(struct env *e, struct counted n[FUNCTIONS])
{
	struct job j[FUNCTIONS];
	struct svarig_cpl c;

	for (unsigned round = 0; round < JOBS; round++) {
		for (unsigned i = 0; i < FUNCTIONS; i++) {
			job_random(e, &j[i], n[i].as, 6000, 30);
			if (round == i) {
				j[i].d.opcode = 77;
				j[i].status = SVARIG_ST_BAD_OPCODE;
			}
			tq_post(&n[i].q, &j[i].d);
			tq_doorbell(&n[i].q);
			n[i].doorbells++;
		}
		for (unsigned i = 0; i < FUNCTIONS; i++) {
			tq_wait(&n[i].q, &c);
			if (round == i)
				check_eq(e, c.status, SVARIG_ST_BAD_OPCODE, "status");
			else
				job_check(e, &j[i], &c);
			account(&n[i], &c);
			job_free(&j[i]);
		}
	}
}

TEST(counters_queues,
     "jobs, bytes, cycles, requests, pages of queues of five functions: as seen on the wire")
{
	struct chk_traffic all = {0};
	struct counted n[FUNCTIONS] = {0};
	uint64_t ok = 0, failed = 0, busiest = 0, hits = 0, misses = 0, doorbells = 0;

	open_all(e, n);
	for (unsigned i = 0; i < FUNCTIONS; i++) {
		check_eq(e, qc(&n[i], SVARIG_QC_JOBS_OK), 0, "jobs ok of a new queue");
		check_eq(e, qc(&n[i], SVARIG_QC_JOBS_FAILED), 0, "jobs failed");
		check_eq(e, qc64(&n[i], SVARIG_QC_BYTES_LO), 0, "bytes");
		check_eq(e, qc64(&n[i], SVARIG_QC_CYCLES_LO), 0, "cycles");
		check_eq(e, qc(&n[i], SVARIG_QC_DMA_READS), 0, "reads");
	}
	work(e, n);
	env_run(e, 2000);
	for (unsigned i = 0; i < FUNCTIONS; i++) {
		const struct chk_traffic *t = chk_traffic(e->chk, e->bdf + i);

		check_eq(e, qc(&n[i], SVARIG_QC_JOBS_OK), n[i].ok, "jobs ok");
		check_eq(e, qc(&n[i], SVARIG_QC_JOBS_FAILED), n[i].failed, "jobs failed");
		check_eq(e, qc64(&n[i], SVARIG_QC_BYTES_LO), n[i].bytes, "bytes");
		/* A record says them before it is sent. */
		between(e, "cycles", qc64(&n[i], SVARIG_QC_CYCLES_LO), n[i].cycles,
			n[i].cycles + JOBS * 100);
		check_eq(e, qc(&n[i], SVARIG_QC_DOORBELLS), n[i].doorbells, "doorbells");
		check_eq(e, qc(&n[i], SVARIG_QC_BAD_DOORBELLS), 0, "bad doorbells");
		check_eq(e, qc(&n[i], SVARIG_QC_DMA_READS), t->reads, "reads");
		check_eq(e, qc(&n[i], SVARIG_QC_DMA_WRITES), t->writes, "writes");
		check_eq(e, qc(&n[i], SVARIG_QC_PAGE_REQS), t->pages, "page requests");
		/* Every request was looked up once, and none was refused. */
		check_eq(e, qc(&n[i], SVARIG_QC_ATC_HITS) + qc(&n[i], SVARIG_QC_ATC_MISSES),
			 t->reads + t->writes, "ATC hits and misses");
		hits += qc(&n[i], SVARIG_QC_ATC_HITS);
		misses += qc(&n[i], SVARIG_QC_ATC_MISSES);
		all.reads += t->reads;
		all.read_bytes += t->read_bytes;
		all.writes += t->writes;
		all.write_bytes += t->write_bytes;
		all.translations += t->translations;
		all.pages += t->pages;
		ok += n[i].ok;
		failed += n[i].failed;
		doorbells += n[i].doorbells;
		busiest = n[i].cycles > busiest ? n[i].cycles : busiest;
	}
	check_eq(e, env_counter(e, SVARIG_CNT_JOBS_OK), ok, "all jobs ok");
	check_eq(e, env_counter(e, SVARIG_CNT_JOBS_FAILED), failed, "all jobs failed");
	check_eq(e, env_counter(e, SVARIG_CNT_DMA_READS), all.reads, "all reads");
	check_eq(e, env_counter(e, SVARIG_CNT_BYTES_READ), all.read_bytes, "all bytes read");
	check_eq(e, env_counter(e, SVARIG_CNT_DMA_WRITES), all.writes, "all writes");
	check_eq(e, env_counter(e, SVARIG_CNT_BYTES_WRITTEN), all.write_bytes, "all bytes written");
	check_eq(e, env_counter(e, SVARIG_CNT_XLAT_REQS), all.translations, "all translations");
	check_eq(e, env_counter(e, SVARIG_CNT_PAGE_REQS), all.pages, "all page requests");
	check_eq(e, env_counter(e, SVARIG_CNT_PRG_OK), e->smmu->groups_served, "all responses");
	check_eq(e, env_counter(e, SVARIG_CNT_ATC_HITS), hits, "all hits");
	check_eq(e, env_counter(e, SVARIG_CNT_ATC_MISSES), misses, "all misses");
	check_eq(e, env_counter(e, SVARIG_CNT_DOORBELLS), doorbells, "all doorbells");
	check_eq(e, env_counter(e, SVARIG_CNT_BAD_DOORBELLS), 0, "all bad doorbells");
	check(e, env_counter(e, SVARIG_CNT_BUSY) >= busiest, "less than the busiest queue's");
	check(e, env_counter(e, SVARIG_CNT_XLAT_FAULTS) > 0, "pages were missing and no fault");
}

/* ------------------------------------------------------------------ what the host does to it */

TEST(counters_host,
     "invalidations, responses, interrupts, errors, bad doorbells: as many as the host made")
{
	static const enum rc_fault fault[] = {RC_UR, RC_CA, RC_POISON};
	struct tq q;
	struct as *as = common_start(e, &q, 1, 1, 0);
	uint64_t cycles, before;
	struct svarig_cpl c;
	struct job j;
	struct tlp t;

	env_msix_setup(e);
	common_copy(e, &j, as, 3000, true);
	for (unsigned i = 0; i < 5; i++) {
		env_unmap_wait(e, as, j.d.src & PAGE_MASK, 1);
		tq_arm(&q, q.head);
		e->smmu->knobs.policy = i < 3 ? POLICY_SERVE : POLICY_INVALID;
		check_eq(e, tq_run(&q, &j.d, &c), i < 3 ? SVARIG_ST_OK : SVARIG_ST_FAULT_READ,
			 "status");
	}
	e->smmu->knobs.policy = POLICY_SERVE;
	job_run(&q, &j);
	for (unsigned i = 0; i < 3; i++) {
		require(e,
			rc_plant_fault(
				e->rc,
				&(struct rc_plant){.fault = fault[i],
						   .page = as_page(as, j.d.src & PAGE_MASK)->data,
						   .count = 1}),
			"no room for a fault");
		check(e, tq_run(&q, &j.d, &c) != SVARIG_ST_OK, "a failed read is not told");
		rc_unplant(e->rc);
	}
	for (unsigned i = 0; i < 4; i++) {
		tlp_make_prg_resp(&t, SMMU_RID, ENV_BDF, 100 + i, PRG_SUCCESS, true, 1);
		rc_send(e->rc, &t);
	}
	env_write32(e, env_db(e, 1, SVARIG_DB_SQ_TAIL), q.tail + 100);
	env_write32(e, env_db(e, 1, SVARIG_DB_CQ_HEAD), q.head + 1);
	env_run(e, 1000);
	check_eq(e, env_counter(e, SVARIG_CNT_INV_REQS), e->smmu->inv_sent, "invalidations");
	check_eq(e, env_counter(e, SVARIG_CNT_INV_CPLS), e->smmu->inv_done, "their completions");
	check_eq(e, env_counter(e, SVARIG_CNT_PRG_OK), chk_covered(e->chk, COV_PRG_SUCCESS),
		 "responses: success");
	check_eq(e, env_counter(e, SVARIG_CNT_PRG_INVALID), chk_covered(e->chk, COV_PRG_INVALID),
		 "responses: invalid");
	check_eq(e, env_counter(e, SVARIG_CNT_PRG_FAILURE), 0, "responses: failure");
	check_eq(e, env_counter(e, SVARIG_CNT_PRG_UNEXPECTED), 4, "unexpected responses");
	check_eq(e, env_counter(e, SVARIG_CNT_MSIX), env_msi_count(e, 1), "interrupts");
	check_eq(e, env_msi_count(e, 1), 5, "interrupts that were armed");
	check_eq(e, env_counter(e, SVARIG_CNT_CPL_ERROR), 3, "failed reads");
	check_eq(e, env_counter(e, SVARIG_CNT_CPL_TIMEOUT), 0, "timeouts");
	check_eq(e, env_counter(e, SVARIG_CNT_BAD_DOORBELLS), 2, "bad doorbells");
	/* Reads of a register do not all take as long. */
	before = env_counter(e, SVARIG_CNT_CYCLES);
	cycles = e->cycle;
	env_run(e, 5000);
	before = env_counter(e, SVARIG_CNT_CYCLES) - before;
	cycles = e->cycle - cycles;
	check(e, before + 400 > cycles && before < cycles + 400, "%llu cycles counted of %llu",
	      (unsigned long long)before, (unsigned long long)cycles);
	job_free(&j);
}

/* ------------------------------------------------------------------ stalls */

static uint32_t stalled(struct counted *n, unsigned reg, struct job *j)
{
	uint32_t before = qc(n, reg);

	job_run(&n->q, j);
	env_run(n->q.e, 200);
	return qc(n, reg) - before;
}

TEST(counters_stalls, "stall counters: as long as the host lets each cause last")
{
	struct counted n = {0};
	struct job j, big;
	uint64_t start;
	uint32_t tag;

	n.as = common_start(e, &n.q, 1, 1, 0);
	common_copy(e, &j, n.as, 2000, true);
	job_run(&n.q, &j);
	between(e, "warm: page", stalled(&n, SVARIG_QC_STALL_FAULT, &j), 0, 0);
	/* One page, asked for once; reading is what waits for it. */
	e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 20000;
	env_unmap_wait(e, n.as, j.d.src & PAGE_MASK, 1);
	between(e, "missing page", stalled(&n, SVARIG_QC_STALL_FAULT, &j), 19000, 21000);
	e->smmu->knobs.answer_min = e->smmu->knobs.answer_max = 5000;
	env_invalidate_wait(e, true, 1, j.d.src & PAGE_MASK, 12, false);
	between(e, "translation", stalled(&n, SVARIG_QC_STALL_XLAT, &j), 4500, 6500);
	e->smmu->knobs.answer_min = e->smmu->knobs.answer_max = 10;
	e->rc->knobs.read_min = e->rc->knobs.read_max = 5000;
	between(e, "engine without data", stalled(&n, SVARIG_QC_STALL_DATA, &j), 4500, 12000);
	between(e, "few reads: tag", stalled(&n, SVARIG_QC_STALL_TAG, &j), 0, 50);
	/* 256 KiB are 512 reads of 512 bytes, in several rounds of 5,000 cycles: as many as there
	 * are tags for. */
	common_copy(e, &big, n.as, 256 << 10, true);
	env_set_sizes(e, 256, 512);
	start = e->cycle;
	tag = stalled(&n, SVARIG_QC_STALL_TAG, &big);
	between(e, "many reads: tag", tag, 5000, e->cycle - start);
	e->rc->knobs.read_min = e->rc->knobs.read_max = 50;
	job_free(&big);
	job_free(&j);
}
