/* SPDX-License-Identifier: BSD-2-Clause */
/* Root complex and SMMU: what they answer to packets made by hand. */
#include <string.h>

#include "unit.h"

#define VA 0x7f0000000000ull

static struct tlp read_of(uint64_t addr, uint32_t len, unsigned at, unsigned tag)
{
	struct tlp t = {.kind = TLP_MRD, .requester = EP, .tag = tag, .at = at};

	tlp_set_bytes(&t, addr, len, NULL);
	if (at == TLP_AT_UNTRANSLATED) {
		t.pasid_valid = true;
		t.pasid = 5;
	}
	return t;
}

/* 2.3.1.1: completions break at the boundary only, byte counts go down, lower addresses follow. */
static void splitting(struct bench *b, struct tlp_xlat *x)
{
	bool good = true;

	for (unsigned round = 0; round < 200; round++) {
		uint32_t off = rng_below(&b->rc->rng, 3000), len = 1 + rng_below(&b->rc->rng, 500);
		struct tlp t = read_of(x->addr + off, len, TLP_AT_TRANSLATED, 7);
		uint8_t got[600], want[600];
		uint32_t have = 0;

		b->rc->knobs.split_percent = round % 3 * 50;
		bench_ep(b, &t);
		while (have < len && bench_until(b, TLP_CPLD)) {
			uint32_t pad = b->last.lower_addr & 3, n = b->last.payload_len - pad;

			good &= b->last.byte_count == len - have;
			good &= b->last.lower_addr == ((x->addr + off + have) & 0x7f);
			if (n > len - have)
				n = len - have;
			memcpy(got + have, b->last.payload + pad, n);
			have += n;
			good &= have == len || (off + have) % 64 == 0;
			good &= b->last.payload_len <= 128;
		}
		as_read(b->as, VA + off, want, len);
		good &= have == len && !memcmp(got, want, len);
	}
	ok(good, "200 reads, split every way");
}

static void errors(struct bench *b, struct tlp_xlat *x)
{
	struct tlp t = read_of(x->addr, 64, TLP_AT_TRANSLATED, 9);

	rc_plant_fault(b->rc, &(struct rc_plant){.fault = RC_UR, .count = 1});
	bench_ep(b, &t);
	ok(bench_until(b, TLP_CPL) && b->last.status == TLP_UR, "planted UR");
	rc_plant_fault(b->rc, &(struct rc_plant){.fault = RC_POISON, .count = 1});
	bench_ep(b, &t);
	ok(bench_until(b, TLP_CPLD) && b->last.ep, "planted poison");
	rc_plant_fault(b->rc, &(struct rc_plant){.fault = RC_DROP, .count = 1});
	bench_ep(b, &t);
	ok(!bench_until(b, TLP_CPLD), "planted timeout");
	ok(rc_idle(b->rc) && rc_release_dropped(b->rc) == 1 && bench_until(b, TLP_CPLD),
	   "which comes late");
	t = read_of(0x1234567000, 64, TLP_AT_UNTRANSLATED, 9);
	bench_ep(b, &t);
	ok(bench_until(b, TLP_CPL) && b->last.status == TLP_UR, "untranslated read of no page: UR");
	chk_forgive(b->chk, CHK_UNTRANSLATED); /* ATS is on */
}

static void paging(struct bench *b)
{
	struct tlp_page_req q = {.addr = VA + 0x1000, .prgi = 3, .last = true, .write = true};
	struct as_walk w;
	unsigned prgi, code;
	uint16_t dest;
	struct tlp t;

	as_add(b->as, VA + 0x1000, PAGE_SIZE, AS_RW);
	tlp_make_page_req(&t, EP, &q, true, 5);
	bench_ep(b, &t);
	ok(bench_until(b, TLP_MSG) && tlp_get_prg_resp(&b->last, &dest, &prgi, &code) &&
		   dest == EP && prgi == 3 && code == 0 && b->last.pasid == 5 &&
		   as_walk(b->as, q.addr, &w),
	   "a page request is served and answered");
	as_add(b->as, VA + 0x2000, PAGE_SIZE, AS_R);
	q.addr = VA + 0x2000;
	tlp_make_page_req(&t, EP, &q, true, 5);
	bench_ep(b, &t);
	ok(bench_until(b, TLP_MSG) && tlp_get_prg_resp(&b->last, &dest, &prgi, &code) &&
		   code == 1 && !as_walk(b->as, q.addr, &w),
	   "a write to a read-only page is invalid");
	q = (struct tlp_page_req){.last = true};
	tlp_make_page_req(&t, EP, &q, true, 5);
	bench_ep(b, &t);
	ok(!bench_until(b, TLP_MSG) && b->smmu->stop_markers == 1,
	   "a Stop Marker gets no response");
}

void test_model(void)
{
	struct bench *b = bench_new();
	struct tlp_xlat x;
	struct tlp t;
	uint64_t pa;

	bench_enable(b);
	as_add(b->as, VA, PAGE_SIZE, AS_RW);
	ok(!bench_translate(b, VA, false, 1, &x), "a missing page has neither R nor W");
	rng_bytes(&b->rc->rng, as_page(b->as, VA)->data, PAGE_SIZE);
	as_map(b->as, VA);
	ok(bench_translate(b, VA, false, 1, &x) && x.r && x.w && x.size_log2 == 12, "translation");
	splitting(b, &x);
	errors(b, &x);
	paging(b);
	t = (struct tlp){.kind = TLP_MWR, .requester = EP};
	tlp_set_bytes(&t, RC_MSI_BASE + 12, 4, "abc");
	bench_ep(b, &t);
	ok(b->rc->msi_count == 1 && b->rc->msi[0].data == 0x636261, "an interrupt is captured");
	pa = x.addr;
	smmu_unmap(b->smmu, b->as, VA, 1);
	ok(bench_until(b, TLP_MSGD) && b->last.pasid == 5 && pmem_frame(b->pm, pa),
	   "an unmap sends the invalidation and keeps the frame");
	tlp_make_inv_cpl(&t, EP, SMMU_RID, 1, 1u << b->last.tag);
	bench_ep(b, &t);
	ok(!pmem_frame(b->pm, pa) && !smmu_inv_outstanding(b->smmu), "until the completion");
	ok(!chk_count(b->chk, CHK_RULES), "no complaint: %s", chk_first(b->chk));
	bench_free(b);
}
