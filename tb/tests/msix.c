/* SPDX-License-Identifier: BSD-2-Clause */
/* MSI-X: arming, masking, pending bits, order. PCIe Base Specification 6.1.4. */
#include "common.h"

#define PBA (ENV_BAR2 + SVARIG_ADM_MSIX_PBA)

static void nop(struct tq *q)
{
	struct svarig_desc d = {.opcode = SVARIG_OP_NOP};
	struct svarig_cpl c;

	tq_run(q, &d, &c);
}

TEST(msix_arm, "one interrupt per arming, when the count differs from the value written")
{
	struct tq q;

	common_start(e, &q, 5, 1, 0);
	nop(&q);
	env_run(e, 1000);
	check_eq(e, env_msi_count(e, 5), 0, "interrupts without arming");
	tq_arm(&q, q.head);
	env_run(e, 1000);
	check_eq(e, env_msi_count(e, 5), 0, "interrupts before the next record");
	nop(&q);
	check(e, WAIT(e, env_msi_count(e, 5) == 1, 5000), "no interrupt");
	nop(&q);
	env_run(e, 1000);
	check_eq(e, env_msi_count(e, 5), 1, "interrupts after one arming");
	/* The count differs already: at once. */
	tq_arm(&q, q.head - 1);
	check(e, WAIT(e, env_msi_count(e, 5) == 2, 5000), "no interrupt at once");
	check_eq(e, e->rc->msi_count, 2, "interrupts of all vectors");
}

TEST(msix_mask, "masked vectors stay pending and fire when unmasked")
{
	struct tq q;

	common_start(e, &q, 3, 1, 0);
	env_msix_mask(e, 3, true);
	tq_arm(&q, q.head);
	nop(&q);
	env_run(e, 2000);
	check_eq(e, env_msi_count(e, 3), 0, "interrupts while masked");
	check_eq(e, env_read32(e, PBA) >> 3 & 1, 1, "pending bit");
	env_msix_mask(e, 3, false);
	check(e, WAIT(e, env_msi_count(e, 3) == 1, 5000), "no interrupt after unmasking");
	check_eq(e, env_read32(e, PBA) >> 3 & 1, 0, "pending bit afterwards");
	/* The mask of the function. */
	env_cfg_write_be(e, e->cap_msix, 8, 0xc0000000);
	tq_arm(&q, q.head);
	nop(&q);
	env_run(e, 2000);
	check_eq(e, env_msi_count(e, 3), 1, "interrupts with the function masked");
	check_eq(e, env_read32(e, PBA) >> 3 & 1, 1, "pending bit");
	env_cfg_write_be(e, e->cap_msix, 8, 0x80000000);
	check(e, WAIT(e, env_msi_count(e, 3) == 2, 5000),
	      "no interrupt after unmasking the function");
}

TEST(msix_table, "table entries are read back; each vector has its own address and data")
{
	struct tq q;
	struct as *as = smmu_new_as(e->smmu, true, 1);
	uint64_t table = ENV_BAR2 + SVARIG_ADM_MSIX_TABLE;

	env_boot(e, 0);
	for (unsigned v = 0; v < e->vectors; v++) {
		check_eq(e, env_read32(e, table + 16 * v), (uint32_t)env_msi_addr(v), "address");
		check_eq(e, env_read32(e, table + 16 * v + 8), env_msi_data(v), "data");
		check_eq(e, env_read32(e, table + 16 * v + 12), 0, "vector control");
	}
	for (unsigned v = 0; v < e->vectors; v++) {
		require_eq(e, tq_create(e, &q, 0, as, 2, 2, v), SVARIG_AS_OK, "CREATE_QUEUE");
		tq_arm(&q, 0);
		nop(&q);
		check(e, WAIT(e, env_msi_count(e, v) == 1, 5000), "no interrupt on vector %u", v);
		require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
	}
	check_eq(e, e->rc->msi_count, e->vectors, "interrupts in all");
}

TEST(msix_after_record, "the record is in memory when its interrupt arrives, always")
{
	struct tq q;
	struct as *as = common_start(e, &q, 2, 1, 0);
	struct svarig_cpl c;
	struct job j;

	for (int i = 0; i < 60; i++) {
		job_random(e, &j, as, 600, 0);
		tq_arm(&q, q.head);
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		/* The doorbell of consumption is late: poll without consuming until the interrupt
		 * is seen. */
		require(e, WAIT(e, env_msi_count(e, 2) == (unsigned)i + 1, TQ_LIMIT),
			"no interrupt");
		require(e, tq_poll(&q, &c), "the interrupt came before its record");
		tq_consumed(&q);
		job_check(e, &j, &c);
		job_free(&j);
	}
}

TEST(msix_bus_mastering_off, "no interrupt leaves while bus mastering is off; it is not lost")
{
	struct tq q;

	common_start(e, &q, 4, 1, 0);
	nop(&q);
	env_set_bme(e, false);
	env_run(e, 300);
	/* The count differs already: due at once, but not allowed out. */
	tq_arm(&q, q.head - 1);
	env_run(e, 3000);
	check_eq(e, e->rc->msi_count, 0, "interrupts while off");
	env_set_bme(e, true);
	check(e, WAIT(e, env_msi_count(e, 4) == 1, 5000), "the interrupt is lost");
}
