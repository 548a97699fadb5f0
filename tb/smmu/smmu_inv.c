/* SPDX-License-Identifier: BSD-2-Clause */
/* Invalidations: the host's side of 10.3. */
#include <stdlib.h>

#include "die.h"
#include "smmu_int.h"

/* A handle: number of the device, ITag. */
#define HANDLE(d, itag) ((int)((d) << 8 | (itag)))

struct smmu_device *smmu_dev(struct smmu *s, uint16_t rid)
{
	for (unsigned i = 0; i < SMMU_DEVICES; i++) {
		struct smmu_device *d = &s->dev[i];

		if (d->used && d->rid == rid)
			return d;
		if (!d->used) {
			d->used = true;
			d->rid = rid;
			return d;
		}
	}
	die("too many functions");
}

static unsigned outstanding(const struct smmu_device *d)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SMMU_ITAGS; i++)
		n += d->inv[i].busy;
	return n;
}

static int free_itag(struct smmu *s, struct smmu_device *d)
{
	unsigned start = rng_below(&s->rng, SMMU_ITAGS);

	if (outstanding(d) >= s->inv_depth)
		return -1;
	for (unsigned i = 0; i < SMMU_ITAGS; i++)
		if (!d->inv[(start + i) % SMMU_ITAGS].busy)
			return (start + i) % SMMU_ITAGS;
	return -1;
}

int smmu_invalidate_of(struct smmu *s, uint16_t rid, bool pasid_valid, uint32_t pasid,
		       uint64_t addr, unsigned size_log2, bool global)
{
	struct smmu_device *d = smmu_dev(s, rid);
	int itag = free_itag(s, d);
	struct tlp t;

	if (itag < 0)
		return -1;
	d->inv[itag].busy = true;
	d->inv[itag].issued = s->rc->cycle;
	s->inv_sent++;
	chk_inv_issued(s->chk, rid, itag, pasid_valid, pasid, addr, size_log2, global);
	tlp_make_inv_req(&t, SMMU_RID, rid, itag, pasid_valid, pasid, addr, size_log2, global);
	rc_send(s->rc, &t);
	return HANDLE(d - s->dev, itag);
}

int smmu_invalidate(struct smmu *s, bool pasid_valid, uint32_t pasid, uint64_t addr,
		    unsigned size_log2, bool global)
{
	return smmu_invalidate_of(s, s->device, pasid_valid, pasid, addr, size_log2, global);
}

int smmu_unmap(struct smmu *s, struct as *as, uint64_t va, unsigned pages)
{
	unsigned log2 = 12;
	struct smmu_inv *v;
	int itag;

	while (1u << (log2 - 12) < pages)
		log2++;
	if (1u << (log2 - 12) != pages || va & ((1ull << log2) - 1))
		die("unmap of %u pages at %#llx", pages, (unsigned long long)va);
	if (smmu_inv_outstanding_of(s, as->rid) >= s->inv_depth)
		return -1;
	uint64_t *retire = xalloc(pages * sizeof(*retire));
	struct as **retire_as = xalloc(pages * sizeof(struct as *));
	unsigned n = 0;

	for (unsigned i = 0; i < pages; i++) {
		retire[n] = as_unmap(as, va + i * PAGE_SIZE);
		retire_as[n] = as;
		n += retire[n] != 0;
	}
	itag = smmu_invalidate_of(s, as->rid, as->pasid_valid, as->pasid, va, log2, false);
	v = &s->dev[itag >> 8].inv[itag & 0xff];
	v->retire = retire;
	v->retire_as = retire_as;
	v->retire_count = n;
	return itag;
}

int smmu_protect(struct smmu *s, struct as *as, uint64_t va, unsigned prot)
{
	if (smmu_inv_outstanding_of(s, as->rid) >= s->inv_depth)
		return -1;
	as_protect(as, va, prot);
	return smmu_invalidate_of(s, as->rid, as->pasid_valid, as->pasid, va, 12, false);
}

static void done(struct smmu_inv *v)
{
	for (unsigned i = 0; i < v->retire_count; i++)
		as_retire(v->retire_as[i], v->retire[i]);
	free(v->retire);
	free(v->retire_as);
	*v = (struct smmu_inv){0};
}

void smmu_inv_completion(struct smmu *s, const struct tlp *t)
{
	struct smmu_device *d = smmu_dev(s, t->requester);
	uint32_t vector;
	unsigned count;
	uint16_t dest;

	tlp_get_inv_cpl(t, &dest, &count, &vector);
	for (unsigned i = 0; i < SMMU_ITAGS; i++) {
		uint64_t took = s->rc->cycle - d->inv[i].issued;

		if (!(vector >> i & 1) || !d->inv[i].busy)
			continue;
		done(&d->inv[i]);
		s->inv_done++;
		s->inv_cycles += took;
		if (took > s->inv_worst)
			s->inv_worst = took;
	}
}

void smmu_inv_drop(struct smmu_device *d)
{
	for (unsigned i = 0; i < SMMU_ITAGS; i++)
		done(&d->inv[i]);
}

bool smmu_inv_pending(const struct smmu *s, int itag)
{
	return itag >= 0 && s->dev[itag >> 8].inv[itag & 0xff].busy;
}

unsigned smmu_inv_outstanding_of(const struct smmu *s, uint16_t rid)
{
	for (unsigned i = 0; i < SMMU_DEVICES; i++)
		if (s->dev[i].used && s->dev[i].rid == rid)
			return outstanding(&s->dev[i]);
	return 0;
}

unsigned smmu_inv_outstanding(const struct smmu *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SMMU_DEVICES; i++)
		n += outstanding(&s->dev[i]);
	return n;
}
