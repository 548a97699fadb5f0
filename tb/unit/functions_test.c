/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions, groups, Stop Markers, answers for several: what the model says, and what the checker
 * must tell apart. */
#include <string.h>

#include "unit.h"

#define VA 0x7f0000000000ull

static struct tlp request(uint16_t rid, enum tlp_kind kind, uint64_t addr, uint32_t len,
			  unsigned tag)
{
	struct tlp t = {.kind = kind, .requester = rid, .tag = tag, .at = TLP_AT_TRANSLATED};

	tlp_set_bytes(&t, addr, len, NULL);
	return t;
}

static struct tlp translation_request(uint16_t rid, uint64_t va, unsigned n, unsigned tag)
{
	struct tlp t = {.kind = TLP_MRD, .requester = rid, .tag = tag};

	t.at = TLP_AT_TRANSLATION_REQUEST;
	t.pasid_valid = true;
	t.pasid = 5;
	t.addr = va;
	t.length_dw = 2 * n;
	t.first_be = t.last_be = 15;
	return t;
}

/* A page of PASID 5 of the function, asked for; its translation in *x. */
static void translate(struct bench *b, uint16_t rid, unsigned tag, struct tlp_xlat *x)
{
	struct tlp t = translation_request(rid, VA, 1, tag);

	bench_ep(b, &t);
	ok(bench_until(b, TLP_CPLD) && b->last.requester == rid, "the answer goes to %04x", rid);
	tlp_get_xlat(x, b->last.payload);
}

static struct bench *with_vf(struct as **vf)
{
	struct bench *b = bench_new();

	bench_enable(b);
	b->smmu->knobs.fewer_percent = 0;
	chk_add_vf(b->chk, VF, 0x150);
	*vf = smmu_new_as_of(b->smmu, VF, true, 5);
	as_add(b->as, VA, 16 * PAGE_SIZE, AS_RW);
	as_add(*vf, VA, 16 * PAGE_SIZE, AS_RW);
	as_map_range(b->as, VA, 4 * PAGE_SIZE);
	as_map_range(*vf, VA, 4 * PAGE_SIZE);
	return b;
}

static void enable_vf(struct bench *b)
{
	bench_cfg_write_to(b, VF, 0x04, 3, 4);
	bench_cfg_write_to(b, VF, 0x154, 0xc, 0x80000000);
	b->cycle += 10000;
}

static void functions(void)
{
	struct tlp_xlat p, v;
	struct tlp t;
	struct as *vf;
	struct bench *b = with_vf(&vf);
	int itag, other;

	b->cycle += 10000;
	t = translation_request(VF, VA, 1, 3);
	bench_ep(b, &t);
	bench_until(b, TLP_CPLD);
	ok(chk_count(b->chk, CHK_BME) == 1 && chk_count(b->chk, CHK_ATS_OFF) == 1,
	   "a VF has enables of its own");
	chk_forgive(b->chk, CHK_BME);
	chk_forgive(b->chk, CHK_ATS_OFF);
	enable_vf(b);
	translate(b, EP, 3, &p);
	translate(b, VF, 3, &v);
	expect(b, CHK_RULES, "PF and VF use the same tag");
	ok(p.addr != v.addr, "equal PASID and address of two functions are two pages");
	t = request(VF, TLP_MWR, v.addr, 64, 0);
	bench_ep(b, &t);
	expect(b, CHK_RULES, "the VF writes its page");
	t = request(VF, TLP_MWR, p.addr, 64, 0);
	bench_ep(b, &t);
	expect(b, CHK_NO_TRANSLATION, "the VF writes the PF's page");

	itag = smmu_invalidate_of(b->smmu, VF, true, 5, VA, 12, false);
	bench_until(b, TLP_MSGD);
	ok(b->last.msg_dw2 >> 16 == VF, "an invalidation goes to the VF");
	tlp_make_inv_cpl(&t, EP, SMMU_RID, 1, 1u << (itag & 31));
	bench_ep(b, &t);
	expect(b, CHK_INV_CPL, "the PF completes what went to the VF");
	tlp_make_inv_cpl(&t, VF, SMMU_RID, 1, 1u << (itag & 31));
	bench_ep(b, &t);
	ok(!smmu_inv_pending(b->smmu, itag), "the VF completes it");
	t = request(VF, TLP_MWR, v.addr, 64, 0);
	bench_ep(b, &t);
	expect(b, CHK_STALE, "the VF after it");
	t = request(EP, TLP_MWR, p.addr, 64, 0);
	bench_ep(b, &t);
	expect(b, CHK_RULES, "the PF after it");

	for (other = 0; other < SMMU_ITAGS; other++)
		smmu_invalidate(b->smmu, true, 5, VA, 12, false);
	ok(smmu_invalidate(b->smmu, true, 5, VA, 12, false) < 0 &&
		   smmu_invalidate_of(b->smmu, VF, true, 5, VA, 12, false) >= 0,
	   "ITags are the function's");
	chk_reset_vf(b->chk, b->cycle, VF);
	smmu_function_reset(b->smmu, VF);
	ok(smmu_inv_outstanding_of(b->smmu, VF) == 0 &&
		   smmu_inv_outstanding_of(b->smmu, EP) == SMMU_ITAGS,
	   "a reset of the VF forgets the VF's");
	b->cycle += 10000;
	t = request(VF, TLP_MRD, v.addr, 64, 9);
	bench_ep(b, &t);
	ok(chk_count(b->chk, CHK_BME) && chk_count(b->chk, CHK_ATS_OFF), "and its enables");
	chk_remove_vfs(b->chk);
	chk_forgive(b->chk, CHK_BME);
	chk_forgive(b->chk, CHK_ATS_OFF);
	bench_ep(b, &t);
	expect(b, CHK_RID, "a VF that is gone");
	bench_free(b);
}

static void page_request(struct bench *b, uint16_t rid, unsigned prgi, unsigned page, bool last)
{
	struct tlp_page_req q = {.addr = VA + page * PAGE_SIZE, .prgi = prgi, .last = last};
	struct tlp t;

	q.read = true;
	tlp_make_page_req(&t, rid, &q, true, 5);
	bench_ep(b, &t);
}

static void stop_marker(struct bench *b)
{
	struct tlp_page_req q = {.last = true};
	struct tlp t;

	tlp_make_page_req(&t, EP, &q, true, 5);
	bench_ep(b, &t);
}

static void groups(void)
{
	struct as *vf;
	struct bench *b = with_vf(&vf);
	struct as_walk w;
	struct tlp t;
	unsigned prgi, code;
	uint16_t dest;

	enable_vf(b);
	page_request(b, EP, 7, 4, false);
	page_request(b, VF, 7, 4, true);
	page_request(b, EP, 7, 5, false);
	page_request(b, EP, 7, 6, true);
	expect(b, CHK_RULES, "groups of two functions with one index, four credits");
	page_request(b, VF, 8, 5, true);
	expect(b, CHK_CREDIT, "a VF takes from the PF's allocation");
	for (int i = 0; i < 3; i++)
		ok(bench_until(b, TLP_MSG) && tlp_get_prg_resp(&b->last, &dest, &prgi, &code) &&
			   code == 0 && (dest == EP || dest == VF),
		   "response");
	ok(as_walk(b->as, VA + 4 * PAGE_SIZE, &w) && as_walk(b->as, VA + 6 * PAGE_SIZE, &w) &&
		   as_walk(vf, VA + 5 * PAGE_SIZE, &w) && !as_walk(vf, VA + 6 * PAGE_SIZE, &w),
	   "the pages of each are there");
	ok(chk_page_reqs(b->chk) == 0, "and the credits are back");

	page_request(b, EP, 1, 7, false);
	stop_marker(b);
	expect(b, CHK_STOP, "a Stop Marker while a group is not ended");
	bench_cfg_write(b, 0x164, 3, 0);
	b->cycle += 10000;
	page_request(b, EP, 1, 8, true);
	expect(b, CHK_RULES, "the end of a group after PRI was turned off");
	page_request(b, EP, 2, 8, true);
	expect(b, CHK_PAGE_REQ, "a new group");
	bench_cfg_write(b, 0x164, 3, 1);
	t = translation_request(EP, VA, 1, 4);
	bench_ep(b, &t);
	stop_marker(b);
	expect(b, CHK_STOP, "a Stop Marker while a translation request of its PASID is out");
	bench_until(b, TLP_CPLD);
	stop_marker(b);
	expect(b, CHK_RULES, "a Stop Marker");
	ok(b->smmu->stop_markers == 3 && chk_stats(b->chk)->stop_markers == 3, "three came");
	bench_free(b);
}

/* 10.2.3: as many as asked, fewer, in two parts, with a poisoned first part. */
static void several(void)
{
	struct as *vf;
	struct bench *b = with_vf(&vf);
	struct tlp t = translation_request(EP, VA, 8, 4), w;
	struct tlp_xlat x[8];
	unsigned n;

	bench_ep(b, &t);
	ok(bench_until(b, TLP_CPLD) && b->last.byte_count == 64 && b->last.payload_len == 64,
	   "eight are answered with eight");
	for (unsigned i = 0; i < 8; i++)
		tlp_get_xlat(&x[i], b->last.payload + 8 * i);
	ok(x[3].r && x[3].w && !x[4].r && !x[4].w, "the fifth page is not there");
	for (unsigned i = 0; i < 4; i++) {
		w = request(EP, TLP_MWR, x[i].addr, 4, 0);
		bench_ep(b, &w);
	}
	expect(b, CHK_RULES, "all of them can be used");

	b->smmu->knobs.fewer_percent = 100;
	for (n = 0; n < 100; n++) {
		bench_ep(b, &t);
		if (bench_until(b, TLP_CPLD) && b->last.payload_len < 64)
			break;
	}
	ok(n < 100 && b->last.byte_count == b->last.payload_len, "fewer are answered");
	b->smmu->knobs.fewer_percent = 0;
	b->rc->knobs.split_percent = 100;
	bench_ep(b, &t);
	ok(bench_until(b, TLP_CPLD) && b->last.byte_count == 64 && b->last.payload_len < 64 &&
		   b->last.payload_len + b->last.lower_addr == 64,
	   "the first of two");
	n = 64 - b->last.payload_len;
	ok(bench_until(b, TLP_CPLD) && b->last.byte_count == n && b->last.payload_len == n,
	   "the second");
	ok(chk_covered(b->chk, COV_XLAT_SPLIT) == 1 && chk_covered(b->chk, COV_XLAT_FEWER) >= 1,
	   "both are counted");
	expect(b, CHK_RULES, "all of this");
	as_map(b->as, VA + 4 * PAGE_SIZE);
	b->smmu->xlat_status = TLP_SC;
	b->smmu->xlat_fault = RC_POISON;
	b->smmu->xlat_count = 1;
	bench_ep(b, &t);
	ok(bench_until(b, TLP_CPLD) && b->last.ep && bench_until(b, TLP_CPLD) && !b->last.ep,
	   "the first of two is poisoned");
	/* Nothing of it counts: the fifth page was never given. */
	struct as_walk at;

	as_walk(b->as, VA + 4 * PAGE_SIZE, &at);
	w = request(EP, TLP_MWR, at.pa, 4, 0);
	bench_ep(b, &w);
	expect(b, CHK_NO_TRANSLATION, "a page of the answer that was spoilt");
	bench_free(b);
}

static void privileged(void *ctx, const struct tlp *q, uint64_t va, struct tlp_xlat *x)
{
	(void)ctx;
	(void)q;
	(void)va;
	x->priv = true;
}

static void priv(void)
{
	struct as *vf;
	struct bench *b = with_vf(&vf);
	struct tlp_xlat x;
	struct tlp t;

	b->smmu->xlat_hook = privileged;
	translate(b, EP, 1, &x);
	t = request(EP, TLP_MWR, x.addr, 4, 0);
	bench_ep(b, &t);
	expect(b, CHK_PERMISSION, "what is for privileged access only");
	bench_free(b);
}

void test_functions(void)
{
	functions();
	groups();
	several();
	priv();
}
