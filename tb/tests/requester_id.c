/* SPDX-License-Identifier: BSD-2-Clause */
/* The requester ID follows the bus and device number of the last configuration write (2.2.6.2). */
#include "common.h"

TEST(requester_id, "the function moves to another bus: every packet carries the new number")
{
	static const uint16_t bdf[] = {0x0500, 0xff00, 0x0108, 0x01f8};
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);

	common_alive(&q);
	for (unsigned i = 0; i < 4; i++) {
		e->bdf = bdf[i];
		smmu_renumber(e->smmu, bdf[i]);
		chk_set_function(e->chk, bdf[i], SMMU_RID, &e->cap);
		env_cfg_write_be(e, 0x3c, 1, i);
		env_unmap_wait(e, as, q.sq, 1);
		common_alive(&q);
	}
}
