/* SPDX-License-Identifier: BSD-2-Clause */
/* Order of what goes to the endpoint, and what comes from it. See rc.h. */
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "rc_int.h"

struct rc *rc_new(struct pmem *pm, struct chk *chk, uint64_t seed)
{
	struct rc *rc = xalloc(sizeof(*rc));

	rc->pm = pm;
	rc->chk = chk;
	rc->rng.state = seed;
	rc->posted_tail = &rc->posted;
	rc->nonposted_tail = &rc->nonposted;
	rc->knobs = (struct rc_knobs){.read_min = 20, .read_max = 20, .rcb = 64, .mps = 128};
	return rc;
}

static void out_free(struct rc_out **list, struct rc_out ***tail)
{
	while (*list) {
		struct rc_out *o = *list;

		*list = o->next;
		free(o);
	}
	*tail = list;
}

void rc_reset(struct rc *rc)
{
	rc_reads_free(rc);
	out_free(&rc->posted, &rc->posted_tail);
	out_free(&rc->nonposted, &rc->nonposted_tail);
	for (int i = 0; i < RC_HOST_TAGS; i++)
		rc_req_free(rc, i);
	rc_unplant(rc);
}

void rc_free(struct rc *rc)
{
	if (!rc)
		return;
	rc_reset(rc);
	free(rc);
}

void rc_tick(struct rc *rc)
{
	rc_reads_tick(rc);
}

bool rc_idle(const struct rc *rc)
{
	if (rc->posted || rc->nonposted)
		return false;
	for (const struct rc_read *r = rc->reads; r; r = r->next)
		if (!r->dropped)
			return false;
	return true;
}

static void take_out(struct rc_out **list, struct rc_out ***tail, struct tlp *t)
{
	struct rc_out *o = *list;

	if (tlp_decode(t, o->bytes, o->len, NULL))
		die("own packet does not decode");
	*list = o->next;
	if (!*list)
		*tail = list;
	free(o);
}

/* Table 2-42: posted requests pass everything; nothing passes a posted request that was there
 * before. */
bool rc_next(struct rc *rc, struct tlp *t)
{
	bool posted = rc->posted && rc->posted->due <= rc->cycle;
	uint64_t before = rc->posted ? rc->posted->seq : UINT64_MAX;

	if (posted && rng_chance(&rc->rng, 75)) {
		take_out(&rc->posted, &rc->posted_tail, t);
		return true;
	}
	if (rc_next_completion(rc, before, t))
		return true;
	if (posted) {
		take_out(&rc->posted, &rc->posted_tail, t);
		return true;
	}
	if (rc->nonposted && rc->nonposted->seq < before) {
		take_out(&rc->nonposted, &rc->nonposted_tail, t);
		return true;
	}
	return false;
}

static void capture_msi(struct rc *rc, const struct tlp *t)
{
	struct rc_msi *m = &rc->msi[rc->msi_count++ % RC_MSI_LOG];

	m->cycle = rc->cycle;
	m->addr = t->addr;
	m->data = t->payload[0] | t->payload[1] << 8 | t->payload[2] << 16 |
		  (uint32_t)t->payload[3] << 24;
}

static bool is_msi(const struct tlp *t)
{
	return t->kind == TLP_MWR && !t->pasid_valid && t->at == TLP_AT_UNTRANSLATED &&
	       t->addr - RC_MSI_BASE < RC_MSI_SIZE;
}

static void write_memory(struct rc *rc, const struct tlp *t, bool known, uint64_t pa)
{
	uint8_t *page = known ? pmem_frame(rc->pm, pa) : NULL;
	uint32_t off = t->addr & (PAGE_SIZE - 1);

	if (!page) {
		rc->bad_access += known;
		return;
	}
	for (uint32_t i = 0; i < t->payload_len && off + i < PAGE_SIZE; i++)
		if (tlp_byte_enabled(t, i))
			page[off + i] = t->payload[i];
	rc->bytes_written += t->payload_len;
	rc->writes_done++;
}

static void receive_memory(struct rc *rc, const struct tlp *t)
{
	uint64_t first = tlp_first_byte(t), pa = first;
	bool known = true;

	if (is_msi(t)) {
		capture_msi(rc, t);
		return;
	}
	if (t->at == TLP_AT_TRANSLATION_REQUEST) {
		if (t->kind == TLP_MRD && rc->iommu)
			rc->iommu->translation_request(rc->iommu_ctx, t);
		return;
	}
	if (t->at == TLP_AT_UNTRANSLATED && rc->iommu)
		known = rc->iommu->untranslated(rc->iommu_ctx, t, first, &pa);
	if (t->kind == TLP_MWR)
		write_memory(rc, t, known, pa);
	else
		rc_take_read(rc, t, known, pa);
}

void rc_receive(struct rc *rc, const struct tlp *t)
{
	chk_from_ep(rc->chk, rc->cycle, t);
	switch (t->kind) {
	case TLP_MRD:
	case TLP_MWR:
		receive_memory(rc, t);
		break;
	case TLP_CPL:
	case TLP_CPLD:
		rc_host_completion(rc, t);
		break;
	case TLP_MSG:
	case TLP_MSGD:
		if (rc->iommu)
			rc->iommu->message(rc->iommu_ctx, t);
		break;
	default:
		break;
	}
}

bool rc_plant_fault(struct rc *rc, const struct rc_plant *p)
{
	for (unsigned i = 0; i < sizeof(rc->plant) / sizeof(rc->plant[0]); i++) {
		if (rc->plant[i].count)
			continue;
		rc->plant[i] = *p;
		return true;
	}
	return false;
}

void rc_unplant(struct rc *rc)
{
	memset(rc->plant, 0, sizeof(rc->plant));
}
