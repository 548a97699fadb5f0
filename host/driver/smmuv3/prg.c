// SPDX-License-Identifier: GPL-2.0-only
/*
 * Assembly of page request groups.
 */
#include "prg.h"

static u32 *bucket_of(struct smmu_prg_pool *pool, const struct smmu_page_req *req)
{
	return &pool->bucket[(req->prgi ^ req->sid * 7) % SMMU_PRG_BUCKETS];
}

static void chain_free(struct smmu_prg_pool *pool)
{
	for (u32 i = 0; i < pool->size; i++)
		pool->pages[i].next = i + 1 < pool->size ? i + 2 : 0;
	pool->free = pool->size ? 1 : 0;
	pool->waiting = 0;
	memset(pool->bucket, 0, sizeof(pool->bucket));
}

int smmu_prg_init(struct smmu_prg_pool *pool, u32 size)
{
	memset(pool, 0, sizeof(*pool));
	pool->pages = kcalloc(size, sizeof(*pool->pages), GFP_KERNEL);
	if (!pool->pages)
		return -ENOMEM;
	pool->size = size;
	chain_free(pool);
	return 0;
}

void smmu_prg_free(struct smmu_prg_pool *pool)
{
	kfree(pool->pages);
	memset(pool, 0, sizeof(*pool));
}

/* Unlinks the page that @link leads to and makes it free. */
static void release(struct smmu_prg_pool *pool, u32 *link)
{
	u32 at = *link;
	struct smmu_prg_page *page = &pool->pages[at - 1];

	*link = page->next;
	page->next = pool->free;
	pool->free = at;
	pool->waiting--;
}

void smmu_prg_hold(struct smmu_prg_pool *pool, const struct smmu_page_req *req)
{
	u32 *link = bucket_of(pool, req);
	u32 at = pool->free;

	if (!at) {
		pool->dropped++;
		return;
	}
	while (*link)
		link = &pool->pages[*link - 1].next;
	pool->free = pool->pages[at - 1].next;
	pool->pages[at - 1].req = *req;
	pool->pages[at - 1].next = 0;
	*link = at;
	pool->waiting++;
}

bool smmu_prg_take(struct smmu_prg_pool *pool, const struct smmu_page_req *last,
		   struct smmu_page_req *req)
{
	u32 *link;

	for (link = bucket_of(pool, last); *link; link = &pool->pages[*link - 1].next) {
		const struct smmu_page_req *held = &pool->pages[*link - 1].req;

		if (held->sid != last->sid || held->prgi != last->prgi || held->ssv != last->ssv ||
		    held->ssid != last->ssid)
			continue;
		*req = *held;
		release(pool, link);
		return true;
	}
	return false;
}

static void drop(struct smmu_prg_pool *pool, u32 sid, bool any, bool ssv, u32 ssid)
{
	/* The usual case, and every detach comes along here. */
	if (!pool->waiting)
		return;
	for (u32 b = 0; b < SMMU_PRG_BUCKETS; b++) {
		u32 *link = &pool->bucket[b];

		while (*link) {
			struct smmu_prg_page *page = &pool->pages[*link - 1];

			if (page->req.sid == sid &&
			    (any || (page->req.ssv == ssv && page->req.ssid == ssid)))
				release(pool, link);
			else
				link = &page->next;
		}
	}
}

void smmu_prg_drop_pasid(struct smmu_prg_pool *pool, u32 sid, bool ssv, u32 ssid)
{
	drop(pool, sid, false, ssv, ssv ? ssid : 0);
}

void smmu_prg_drop_stream(struct smmu_prg_pool *pool, u32 sid)
{
	drop(pool, sid, true, false, 0);
}

void smmu_prg_drop_all(struct smmu_prg_pool *pool)
{
	chain_free(pool);
}

u32 smmu_pri_share(u32 places, u32 left, u32 endpoints, u32 wanted)
{
	u32 share = max_t(u32, places / (endpoints + 1), 1);

	/* Half of what is left, rounded up: who came before may have counted fewer. */
	return min_t(u32, min_t(u32, wanted, share), (left + 1) / 2);
}
