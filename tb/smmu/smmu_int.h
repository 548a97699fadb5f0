/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the SMMU model. */
#ifndef TB_SMMU_INT_H
#define TB_SMMU_INT_H

#include "smmu.h"

struct smmu_walk_job {
	struct smmu_walk_job *next;
	struct tlp *q;
	uint64_t due;
};

/* smmu_pri.c */
void smmu_page_request(struct smmu *s, const struct tlp *t);
void smmu_pri_tick(struct smmu *s);

/* smmu_inv.c */
void smmu_inv_completion(struct smmu *s, const struct tlp *t);
void smmu_inv_drop(struct smmu_device *d);
struct smmu_device *smmu_dev(struct smmu *s, uint16_t rid);

#endif
