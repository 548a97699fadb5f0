/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page request groups: the pages of a group arrive one by one, mixed with those of other groups,
 * and are handled together when the one marked Last is there (PCIe 10.4.1, IHI 0070 chapter 8).
 *
 * Waiting pages live in a pool of fixed size: the pages granted to all endpoints. An endpoint that
 * keeps to its credits never finds it full; one that does not loses pages of its own group, which
 * it asks for again. One caller at a time.
 */
#ifndef SVARIG_SMMUV3_PRG_H
#define SVARIG_SMMUV3_PRG_H

#include "event.h"

#define SMMU_PRG_BUCKETS 64

struct smmu_prg_page {
	struct smmu_page_req req;
	u32 next; /* index + 1 in the pool, 0 at the end */
};

struct smmu_prg_pool {
	struct smmu_prg_page *pages;
	u32 size;
	u32 free; /* index + 1 of the first free page */
	u32 waiting;
	u64 dropped; /* pages lost because the pool was full */
	u32 bucket[SMMU_PRG_BUCKETS];
};

/* Returns 0 or -ENOMEM. @size: most pages waiting at one time. */
int smmu_prg_init(struct smmu_prg_pool *pool, u32 size);
void smmu_prg_free(struct smmu_prg_pool *pool);

/* Keeps @req, which is not the last of its group. */
void smmu_prg_hold(struct smmu_prg_pool *pool, const struct smmu_page_req *req);

/*
 * Takes one of the pages waiting for @last's group (same stream, PASID and index) into @req, in
 * the order of arrival. Returns false if there is none left.
 */
bool smmu_prg_take(struct smmu_prg_pool *pool, const struct smmu_page_req *last,
		   struct smmu_page_req *req);

/* Forgets what waits for one PASID of a stream (@ssv) or for its requests without PASID. */
void smmu_prg_drop_pasid(struct smmu_prg_pool *pool, u32 sid, bool ssv, u32 ssid);
void smmu_prg_drop_stream(struct smmu_prg_pool *pool, u32 sid);
/* After an overflow: the last pages of any group may be among those lost. */
void smmu_prg_drop_all(struct smmu_prg_pool *pool);

/*
 * How many of the queue's @places, of which @left are not granted yet, an endpoint gets that can
 * use @wanted; @endpoints, with this one, may ask for pages. Where there is not enough for all,
 * each gets an equal share, and one share stays for those plugged in later, who halve what is left.
 * Returns 0 only if nothing is left.
 */
u32 smmu_pri_share(u32 places, u32 left, u32 endpoints, u32 wanted);

#endif
