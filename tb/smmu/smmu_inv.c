/* SPDX-License-Identifier: BSD-2-Clause */
/* Invalidations: the host's side of 10.3. */
#include <stdlib.h>

#include "die.h"
#include "smmu_int.h"

static int free_itag(struct smmu *s)
{
	unsigned start = rng_below(&s->rng, SMMU_ITAGS);

	if (smmu_inv_outstanding(s) >= s->inv_depth)
		return -1;
	for (unsigned i = 0; i < SMMU_ITAGS; i++)
		if (!s->inv[(start + i) % SMMU_ITAGS].busy)
			return (start + i) % SMMU_ITAGS;
	return -1;
}

int smmu_invalidate(struct smmu *s, bool pasid_valid, uint32_t pasid, uint64_t addr,
		    unsigned size_log2, bool global)
{
	int itag = free_itag(s);
	struct tlp t;

	if (itag < 0)
		return -1;
	s->inv[itag].busy = true;
	s->inv[itag].issued = s->rc->cycle;
	s->inv_sent++;
	chk_inv_issued(s->chk, itag, pasid_valid, pasid, addr, size_log2, global);
	tlp_make_inv_req(&t, SMMU_RID, s->device, itag, pasid_valid, pasid, addr, size_log2,
			 global);
	rc_send(s->rc, &t);
	return itag;
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
	if (smmu_inv_outstanding(s) >= s->inv_depth)
		return -1;
	uint64_t *retire = xalloc(pages * sizeof(*retire));
	struct as **retire_as = xalloc(pages * sizeof(struct as *));
	unsigned n = 0;

	for (unsigned i = 0; i < pages; i++) {
		retire[n] = as_unmap(as, va + i * PAGE_SIZE);
		retire_as[n] = as;
		n += retire[n] != 0;
	}
	itag = smmu_invalidate(s, as->pasid_valid, as->pasid, va, log2, false);
	v = &s->inv[itag];
	v->retire = retire;
	v->retire_as = retire_as;
	v->retire_count = n;
	return itag;
}

int smmu_protect(struct smmu *s, struct as *as, uint64_t va, unsigned prot)
{
	if (smmu_inv_outstanding(s) >= s->inv_depth)
		return -1;
	as_protect(as, va, prot);
	return smmu_invalidate(s, as->pasid_valid, as->pasid, va, 12, false);
}

static void done(struct smmu *s, unsigned itag)
{
	struct smmu_inv *v = &s->inv[itag];

	for (unsigned i = 0; i < v->retire_count; i++)
		as_retire(v->retire_as[i], v->retire[i]);
	free(v->retire);
	free(v->retire_as);
	*v = (struct smmu_inv){0};
}

void smmu_inv_completion(struct smmu *s, const struct tlp *t)
{
	uint32_t vector;
	unsigned count;
	uint16_t dest;

	tlp_get_inv_cpl(t, &dest, &count, &vector);
	for (unsigned i = 0; i < SMMU_ITAGS; i++) {
		uint64_t took = s->rc->cycle - s->inv[i].issued;

		if (!(vector >> i & 1) || !s->inv[i].busy)
			continue;
		done(s, i);
		s->inv_done++;
		s->inv_cycles += took;
		if (took > s->inv_worst)
			s->inv_worst = took;
	}
}

void smmu_inv_drop(struct smmu *s)
{
	for (unsigned i = 0; i < SMMU_ITAGS; i++)
		done(s, i);
}

bool smmu_inv_pending(const struct smmu *s, int itag)
{
	return itag >= 0 && s->inv[itag].busy;
}

unsigned smmu_inv_outstanding(const struct smmu *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SMMU_ITAGS; i++)
		n += s->inv[i].busy;
	return n;
}
