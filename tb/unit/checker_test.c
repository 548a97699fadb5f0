/* SPDX-License-Identifier: BSD-2-Clause */
/* Planted faults: for every rule a sequence that breaks it, and its twin that does not. The checker
 * must tell them apart. */
#include <string.h>

#include "unit.h"

#define VA 0x7f0000000000ull

static struct tlp request(enum tlp_kind kind, uint64_t addr, uint32_t len, unsigned tag)
{
	struct tlp t = {.kind = kind, .requester = EP, .tag = tag, .at = TLP_AT_TRANSLATED};

	tlp_set_bytes(&t, addr, len, NULL);
	return t;
}

void expect(struct bench *b, enum chk_rule rule, const char *what)
{
	bool good = true;

	for (unsigned r = 0; r < CHK_RULES; r++) {
		good &= (chk_count(b->chk, r) > 0) == (r == rule);
		chk_forgive(b->chk, r);
	}
	ok(good, "%s: %s", rule == CHK_RULES ? "good" : chk_rule_name(rule), what);
}

/* A bench with one page mapped at VA and its translation in *x. */
static struct bench *start(unsigned prot, bool no_write, struct tlp_xlat *x)
{
	struct bench *b = bench_new();

	bench_enable(b);
	as_add(b->as, VA, 4 * PAGE_SIZE, prot);
	as_map_range(b->as, VA, 4 * PAGE_SIZE);
	bench_translate(b, VA, no_write, 1, x);
	expect(b, CHK_RULES, "translation");
	return b;
}

/* A request for the translations of so many pages of PASID 5. */
static struct tlp ask(uint64_t va, unsigned pages, unsigned tag)
{
	return (struct tlp){.kind = TLP_MRD,
			    .at = TLP_AT_TRANSLATION_REQUEST,
			    .requester = EP,
			    .tag = tag,
			    .pasid_valid = true,
			    .pasid = 5,
			    .addr = va,
			    .length_dw = 2 * pages,
			    .first_be = 15,
			    .last_be = 15};
}

static void finish_read(struct bench *b)
{
	bench_until(b, TLP_CPLD);
}

static void complete_inv(struct bench *b, int itag)
{
	struct tlp t;

	tlp_make_inv_cpl(&t, EP, SMMU_RID, 1, 1u << itag);
	bench_ep(b, &t);
}

static void invalidation(void)
{
	struct tlp_xlat x, y;
	struct bench *b = start(AS_RW, false, &x);
	struct tlp t = request(TLP_MRD, x.addr, 64, 2), w = request(TLP_MWR, x.addr, 64, 0);
	int itag;

	bench_ep(b, &t);
	finish_read(b);
	expect(b, CHK_RULES, "read with a live translation");
	itag = smmu_unmap(b->smmu, b->as, VA, 1);
	bench_until(b, TLP_MSGD);
	bench_ep(b, &t);
	bench_ep(b, &w);
	expect(b, CHK_RULES, "use before the Invalidate Completion");
	complete_inv(b, itag);
	expect(b, CHK_DRAIN, "completion while the read is outstanding");
	finish_read(b);
	bench_ep(b, &w);
	expect(b, CHK_STALE, "write after the Invalidate Completion");
	bench_ep(b, &t);
	expect(b, CHK_STALE, "read after the Invalidate Completion");
	bench_until(b, TLP_CPL);
	w.addr = x.addr + (1ull << 40);
	bench_ep(b, &w);
	expect(b, CHK_NO_TRANSLATION, "an address that was never given");

	/* A translation made before the change, delivered after the invalidate request. */
	as_map(b->as, VA);
	b->smmu->knobs.walk_min = b->smmu->knobs.walk_max = 1;
	b->smmu->knobs.answer_min = b->smmu->knobs.answer_max = 100;
	t = ask(VA, 1, 4);
	bench_ep(b, &t);
	for (int i = 0; i < 10; i++)
		bench_step(b);
	itag = smmu_unmap(b->smmu, b->as, VA, 1);
	ok(bench_until(b, TLP_MSGD), "the invalidate request overtakes the completion");
	complete_inv(b, itag);
	bench_until(b, TLP_CPLD);
	tlp_get_xlat(&y, b->last.payload);
	expect(b, CHK_RULES, "stale completion arrives");
	w = request(TLP_MWR, y.addr, 4, 0);
	bench_ep(b, &w);
	expect(b, CHK_STALE, "use of a translation that met an invalidation in flight");

	/* Unmapped and mapped again: the new translation is good although the old one dies. */
	as_map(b->as, VA);
	bench_translate(b, VA, false, 5, &x);
	itag = smmu_unmap(b->smmu, b->as, VA, 1);
	as_map(b->as, VA);
	bench_translate(b, VA, false, 6, &y);
	complete_inv(b, itag);
	w = request(TLP_MWR, y.addr, 4, 0);
	bench_ep(b, &w);
	expect(b, CHK_RULES, "a translation made after the change");
	w = request(TLP_MWR, x.addr, 4, 0);
	bench_ep(b, &w);
	expect(b, CHK_STALE, "the one made before it");
	bench_free(b);
}

static void scope(void)
{
	static const struct {
		bool pasid_valid;
		uint32_t pasid;
		uint64_t addr;
		unsigned log2;
		bool global, hits;
		const char *what;
	} kase[] = {
		{true, 5, VA, 12, false, true, "its PASID, its page"},
		{true, 5, VA + 0x1000, 12, false, false, "the next page"},
		{true, 5, VA, 14, false, true, "16 KiB around it"},
		{true, 5, VA + 0x4000, 14, false, false, "the next 16 KiB"},
		{true, 6, VA, 12, false, false, "another PASID"},
		{true, 6, VA, 12, true, true, "another PASID, Global"},
		{true, 6, 0, 64, true, true, "everything, Global"},
		{true, 6, 0, 64, false, false, "everything of another PASID"},
		{false, 0, VA, 12, false, true, "no PASID: the range in every space"},
		{false, 0, 0, 64, false, true, "no PASID, everything"},
	};

	for (unsigned i = 0; i < sizeof(kase) / sizeof(kase[0]); i++) {
		struct tlp_xlat x;
		struct bench *b = start(AS_RW, false, &x);
		struct tlp w = request(TLP_MWR, x.addr, 4, 0);
		int itag = smmu_invalidate(b->smmu, kase[i].pasid_valid, kase[i].pasid,
					   kase[i].addr, kase[i].log2, kase[i].global);

		bench_until(b, TLP_MSGD);
		complete_inv(b, itag);
		bench_ep(b, &w);
		expect(b, kase[i].hits ? CHK_STALE : CHK_RULES, kase[i].what);
		bench_free(b);
	}
}

static void permissions(void)
{
	struct tlp_xlat x;
	struct bench *b = start(AS_R, false, &x);
	struct tlp w = request(TLP_MWR, x.addr, 4, 0), r = request(TLP_MRD, x.addr, 4, 3);

	bench_ep(b, &r);
	finish_read(b);
	expect(b, CHK_RULES, "read of a read-only page");
	bench_ep(b, &w);
	expect(b, CHK_PERMISSION, "write to a read-only page");
	w.first_be = 0;
	bench_ep(b, &w);
	expect(b, CHK_RULES, "zero-length write to it");
	bench_free(b);
	b = start(AS_RW, true, &x);
	w = request(TLP_MWR, x.addr, 4, 0);
	bench_ep(b, &w);
	expect(b, CHK_PERMISSION, "write through a translation asked for with No Write");
	bench_free(b);
}

static void form(void)
{
	struct tlp_xlat x;
	struct bench *b = start(AS_RW, false, &x);
	struct tlp t = request(TLP_MWR, x.addr, 4, 0), r = request(TLP_MRD, x.addr, 4, 9);

	t.requester = 0x0200;
	bench_ep(b, &t);
	expect(b, CHK_RID, "another requester");
	t = request(TLP_MWR, x.addr, 256, 0);
	bench_ep(b, &t);
	expect(b, CHK_MPS, "256 bytes of payload at 128");
	r = request(TLP_MRD, x.addr, 1024, 9);
	bench_ep(b, &r);
	expect(b, CHK_MRRS, "a read of 1024 at 512");
	r = request(TLP_MRD, x.addr, 64, 9);
	bench_ep(b, &r);
	expect(b, CHK_TAG, "a tag in use");
	r.tag = 256;
	bench_ep(b, &r);
	expect(b, CHK_TAG, "a ten-bit tag");
	t = request(TLP_MWR, x.addr, 4, 0);
	t.pasid_valid = true;
	t.pasid = 5;
	bench_ep(b, &t);
	expect(b, CHK_PASID, "AT=10 with PASID");
	t.at = TLP_AT_UNTRANSLATED;
	bench_ep(b, &t);
	expect(b, CHK_UNTRANSLATED, "AT=00 while ATS is on");
	t = request(TLP_MWR, x.addr, 4, 0);
	t.ep = true;
	bench_ep(b, &t);
	expect(b, CHK_POISON, "a poisoned write");
	t.ep = false;
	t.tc = 1;
	bench_ep(b, &t);
	expect(b, CHK_ATTR, "another traffic class");
	t.tc = 0;
	t.attr = TLP_ATTR_RO;
	bench_ep(b, &t);
	expect(b, CHK_RULES, "a relaxed write of data");
	chk_ordered_range(b->chk, 5, VA, 64);
	bench_ep(b, &t);
	expect(b, CHK_ATTR, "a relaxed completion record");
	t = request(TLP_MWR, RC_MSI_BASE, 4, 0);
	t.at = 0;
	bench_ep(b, &t);
	expect(b, CHK_RULES, "an interrupt");
	t.attr = TLP_ATTR_RO;
	bench_ep(b, &t);
	expect(b, CHK_ATTR, "a relaxed interrupt");
	t = request(TLP_MRD, x.addr, 64, 20);
	t.addr = (x.addr & PAGE_MASK) + 0xff0;
	bench_ep(b, &t);
	expect(b, CHK_MALFORMED, "a read across 4 KiB");
	bench_free(b);
}

static void enables(void)
{
	struct tlp_xlat x;
	struct bench *b = start(AS_RW, false, &x);
	struct tlp w = request(TLP_MWR, x.addr, 4, 0);

	bench_cfg_write(b, 0x04, 3, 2);
	bench_ep(b, &w);
	expect(b, CHK_RULES, "a write just after bus mastering went off");
	b->cycle += 10000;
	bench_ep(b, &w);
	expect(b, CHK_BME, "a write long after");
	bench_cfg_write(b, 0x04, 3, 6);
	bench_cfg_write(b, 0x154, 0xc, 0);
	b->cycle += 10000;
	bench_ep(b, &w);
	expect(b, CHK_ATS_OFF, "AT=10 after ATS went off");
	bench_cfg_write(b, 0x154, 0xc, 0x80000000);
	b->cycle += 10000;
	bench_ep(b, &w);
	expect(b, CHK_NO_TRANSLATION, "what was cached before ATS went off and on");
	bench_free(b);
}

static void page_requests(void)
{
	struct tlp_xlat x;
	struct bench *b = start(AS_RW, false, &x);
	struct tlp_page_req q = {.addr = VA, .prgi = 1, .last = true, .read = true};
	struct tlp t;

	b->smmu->knobs.policy = POLICY_SILENT;
	tlp_make_page_req(&t, EP, &q, true, 5);
	bench_ep(b, &t);
	expect(b, CHK_RULES, "a page request");
	bench_ep(b, &t);
	expect(b, CHK_PAGE_REQ, "an index that awaits its response");
	for (q.prgi = 2; q.prgi <= 4; q.prgi++) {
		tlp_make_page_req(&t, EP, &q, true, 5);
		bench_ep(b, &t);
	}
	expect(b, CHK_RULES, "four pages with four credits");
	tlp_make_page_req(&t, EP, &q, true, 5);
	bench_ep(b, &t);
	expect(b, CHK_CREDIT, "the fifth");
	q.read = false;
	q.last = false;
	tlp_make_page_req(&t, EP, &q, true, 5);
	bench_ep(b, &t);
	expect(b, CHK_PAGE_REQ, "neither read nor write nor Last");
	smmu_respond_all(b->smmu, PRG_SUCCESS);
	while (bench_until(b, TLP_MSG))
		;
	ok(chk_page_reqs(b->chk) == 0, "responses give the credits back");
	bench_cfg_write(b, 0x164, 3, 0);
	b->cycle += 10000;
	q.read = q.last = true;
	tlp_make_page_req(&t, EP, &q, true, 5);
	bench_ep(b, &t);
	expect(b, CHK_PAGE_REQ, "while page requests are off");
	bench_free(b);
}

static void answers(void)
{
	struct tlp_xlat x;
	struct bench *b = start(AS_RW, false, &x);
	struct tlp q, t;
	int tag;

	tlp_make_inv_cpl(&t, EP, SMMU_RID, 1, 4);
	bench_ep(b, &t);
	expect(b, CHK_INV_CPL, "an ITag nobody sent");
	tag = smmu_invalidate(b->smmu, true, 5, VA, 12, false);
	bench_until(b, TLP_MSGD);
	tlp_make_inv_cpl(&t, EP, SMMU_RID, 2, 1u << tag);
	bench_ep(b, &t);
	expect(b, CHK_INV_CPL, "count 2 with one traffic class");
	tag = smmu_invalidate(b->smmu, true, 5, VA, 12, false);
	bench_until(b, TLP_MSGD);
	tlp_make_inv_cpl(&t, EP, 0x0018, 1, 1u << tag);
	bench_ep(b, &t);
	expect(b, CHK_INV_CPL, "to somebody else");
	tlp_make_inv_cpl(&t, EP, SMMU_RID, 1, 0);
	bench_ep(b, &t);
	expect(b, CHK_INV_CPL, "of nothing");
	t.msg_code = 0x14;
	bench_ep(b, &t);
	expect(b, CHK_MESSAGE, "a message of a root port");

	tag = rc_mem_read(b->rc, 0x20000004, 8);
	bench_until(b, TLP_MRD);
	q = b->last;
	tlp_make_cpld(&t, &q, EP, 0, 8, "abcdefgh");
	bench_ep(b, &t);
	expect(b, CHK_RULES, "completion of a register read");
	bench_ep(b, &t);
	expect(b, CHK_COMPLETION, "the same once more");
	rc_req_free(b->rc, tag);
	tag = rc_mem_read(b->rc, 0x20000004, 8);
	bench_until(b, TLP_MRD);
	q = b->last;
	tlp_make_cpld(&t, &q, EP, 0, 8, "abcdefgh");
	t.byte_count = 4;
	bench_ep(b, &t);
	expect(b, CHK_COMPLETION, "a wrong byte count");
	tlp_make_cpl(&t, &q, 0x0300, TLP_UR);
	chk_to_ep(b->chk, b->cycle, &q);
	bench_ep(b, &t);
	expect(b, CHK_RID, "a wrong completer");
	bench_free(b);
}

static void only_untranslated(void *ctx, const struct tlp *q, uint64_t va, struct tlp_xlat *x)
{
	(void)ctx;
	(void)q;
	(void)va;
	x->u = true;
}

static void untranslated_page(void)
{
	struct bench *b = bench_new();
	struct tlp_xlat x;
	struct tlp t;

	bench_enable(b);
	as_add(b->as, VA, PAGE_SIZE, AS_RW);
	as_map(b->as, VA);
	b->smmu->xlat_hook = only_untranslated;
	bench_translate(b, VA, false, 1, &x);
	t = request(TLP_MWR, x.addr, 4, 0);
	bench_ep(b, &t);
	expect(b, CHK_PERMISSION, "AT=10 through a translation with U");
	t = request(TLP_MWR, VA + 16, 4, 0);
	t.at = TLP_AT_UNTRANSLATED;
	t.pasid_valid = true;
	t.pasid = 5;
	bench_ep(b, &t);
	expect(b, CHK_RULES, "AT=00 to the page with U");
	t.addr = VA + PAGE_SIZE;
	as_add(b->as, t.addr, PAGE_SIZE, AS_RW);
	as_map(b->as, t.addr);
	bench_ep(b, &t);
	expect(b, CHK_UNTRANSLATED, "AT=00 to the next page");
	bench_free(b);
}

static void large(void)
{
	struct bench *b = bench_new();
	uint64_t va = 0x40000000;
	struct tlp_xlat x;
	struct tlp t;
	int itag;

	bench_enable(b);
	as_add(b->as, va, PAGE_SIZE, AS_RW);
	as_add(b->as, va + 0x1ff000, PAGE_SIZE, AS_RW);
	as_map_block(b->as, va, 21);
	bench_translate(b, va, false, 1, &x);
	ok(x.size_log2 == 21, "a block is answered as one");
	t = request(TLP_MWR, x.addr + 0x1ff010, 4, 0);
	bench_ep(b, &t);
	expect(b, CHK_RULES, "the other end of a 2 MiB translation");
	t = request(TLP_MWR, x.addr + 0x200000, 4, 0);
	bench_ep(b, &t);
	expect(b, CHK_NO_TRANSLATION, "just behind it");
	itag = smmu_invalidate(b->smmu, true, 5, va + 0x42000, 12, false);
	bench_until(b, TLP_MSGD);
	complete_inv(b, itag);
	t = request(TLP_MWR, x.addr, 4, 0);
	bench_ep(b, &t);
	expect(b, CHK_STALE, "after 4 KiB of it were invalidated");
	bench_free(b);
}

/* Four pages of a block are asked for; the answer meets the invalidation of one of them. */
static void large_in_flight(void)
{
	struct bench *b = bench_new();
	uint64_t va = 0x40000000;
	struct tlp_xlat x;
	struct tlp t = ask(va, 4, 4);
	int itag;

	bench_enable(b);
	as_add(b->as, va, 8 * PAGE_SIZE, AS_RW);
	as_map_block(b->as, va, 21);
	b->smmu->knobs.walk_min = b->smmu->knobs.walk_max = 1;
	b->smmu->knobs.answer_min = b->smmu->knobs.answer_max = 100;
	bench_ep(b, &t);
	for (int i = 0; i < 10; i++)
		bench_step(b);
	itag = smmu_invalidate(b->smmu, true, 5, va + 3 * PAGE_SIZE, 12, false);
	bench_until(b, TLP_MSGD);
	bench_until(b, TLP_CPLD);
	tlp_get_xlat(&x, b->last.payload);
	ok(x.size_log2 == 21, "the answer is a block");
	t = request(TLP_MWR, x.addr + 5 * PAGE_SIZE, 4, 0);
	bench_ep(b, &t);
	expect(b, CHK_RULES, "all of it before the Invalidate Completion");
	complete_inv(b, itag);
	t.addr = x.addr;
	bench_ep(b, &t);
	t.addr = x.addr + 2 * PAGE_SIZE;
	bench_ep(b, &t);
	expect(b, CHK_RULES, "pages asked for beside the one that was invalidated");
	t.addr = x.addr + 3 * PAGE_SIZE;
	bench_ep(b, &t);
	expect(b, CHK_STALE, "the one that was");
	t.addr = x.addr + 4 * PAGE_SIZE;
	bench_ep(b, &t);
	expect(b, CHK_STALE, "one that nobody asked for");
	itag = smmu_invalidate(b->smmu, true, 5, va, 13, false);
	bench_until(b, TLP_MSGD);
	complete_inv(b, itag);
	t.addr = x.addr + 2 * PAGE_SIZE;
	bench_ep(b, &t);
	expect(b, CHK_RULES, "the third when the first two are invalidated");
	t.addr = x.addr;
	bench_ep(b, &t);
	expect(b, CHK_STALE, "the first");
	bench_free(b);
}

/* The invalidation is over before the SMMU walks, but it has met the request: the endpoint may have
 * kept pages of the answer, which a later invalidation beside them leaves alone. */
static void large_behind_an_invalidation(void)
{
	struct bench *b = bench_new();
	uint64_t va = 0x40000000;
	struct tlp_xlat x;
	struct tlp t = ask(va, 2, 4);

	bench_enable(b);
	as_add(b->as, va, 8 * PAGE_SIZE, AS_RW);
	as_map_block(b->as, va, 21);
	b->smmu->knobs.walk_min = b->smmu->knobs.walk_max = 100;
	bench_ep(b, &t);
	for (int i = 0; i < 2; i++) {
		int itag = smmu_invalidate(b->smmu, true, 5, va + 3 * PAGE_SIZE, 12, false);

		bench_until(b, TLP_MSGD);
		complete_inv(b, itag);
		if (i)
			break;
		bench_until(b, TLP_CPLD);
		tlp_get_xlat(&x, b->last.payload);
		t = request(TLP_MWR, x.addr + 3 * PAGE_SIZE, 4, 0);
		bench_ep(b, &t);
		expect(b, CHK_RULES, "all of an answer that was made behind the invalidation");
	}
	for (int i = 0; i < 4; i++) {
		t.addr = x.addr + i * PAGE_SIZE;
		bench_ep(b, &t);
		expect(b, i < 2 ? CHK_RULES : CHK_STALE,
		       i < 2 ? "pages asked for, when another one is invalidated"
			     : "pages that nobody asked for");
	}
	bench_free(b);
}

static void lost(void)
{
	struct tlp_xlat x;
	struct bench *b = start(AS_RW, false, &x);
	struct tlp r = request(TLP_MRD, x.addr, 64, 8), t;

	rc_plant_fault(b->rc, &(struct rc_plant){.fault = RC_DROP, .count = 1});
	bench_ep(b, &r);
	bench_ep(b, &r);
	expect(b, CHK_TAG, "a tag whose request was never completed");
	while (bench_until(b, TLP_CPLD))
		;
	t = ask(VA, 1, 4);
	b->smmu->xlat_status = TLP_UR;
	b->smmu->xlat_count = 1;
	bench_ep(b, &t);
	bench_until(b, TLP_CPL);
	b->cycle += 10000;
	bench_ep(b, &t);
	expect(b, CHK_ATS_OFF, "a translation request after one was answered UR");
	t = request(TLP_MWR, x.addr, 4, 0);
	bench_ep(b, &t);
	expect(b, CHK_ATS_OFF, "AT=10 after a translation was answered UR");
	bench_free(b);
}

static void response_failure(void)
{
	struct tlp_xlat x;
	struct bench *b = start(AS_RW, false, &x);
	struct tlp_page_req q = {.addr = VA, .prgi = 1, .last = true, .read = true};
	struct tlp t;

	b->smmu->knobs.policy = POLICY_FAILURE;
	tlp_make_page_req(&t, EP, &q, true, 5);
	bench_ep(b, &t);
	bench_until(b, TLP_MSG);
	q.prgi = 2;
	tlp_make_page_req(&t, EP, &q, true, 5);
	bench_ep(b, &t);
	expect(b, CHK_RULES, "a page request that meets a response failure");
	ok(chk_page_reqs(b->chk) == 0, "and awaits no response");
	b->cycle += 10000;
	bench_ep(b, &t);
	expect(b, CHK_PAGE_REQ, "after a response failure");
	bench_cfg_write(b, 0x164, 3, 0);
	bench_cfg_write(b, 0x164, 3, 1);
	bench_ep(b, &t);
	expect(b, CHK_RULES, "when the host has enabled PRI again");
	ok(chk_page_reqs(b->chk) == 1, "which counts");
	bench_free(b);
}

void test_checker(void)
{
	untranslated_page();
	large();
	large_in_flight();
	large_behind_an_invalidation();
	lost();
	response_failure();
	invalidation();
	scope();
	permissions();
	form();
	enables();
	page_requests();
	answers();
}
