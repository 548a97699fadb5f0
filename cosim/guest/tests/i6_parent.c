// SPDX-License-Identifier: BSD-2-Clause
/* guest-test: alone smmu=ours timeout=300 endpoints=3 smmus=2 */
/*
 * One stage 2 parent under three virtual SMMUs: two on one SMMU, the third on another, an endpoint
 * behind each. They use the same addresses, ASIDs and stream IDs, so nothing but a VMID of its own
 * keeps them apart. What the parent unmaps is gone for all of them.
 */
#include <errno.h>
#include <string.h>

#include "lib/stage1.h"

enum {
	GUESTS = 3,
	VSID = 0x10,
	ASID = 3,
	PASID = 2,
	COMMON = 2 * GUESTS, /* the page that all have */
	FRESH,
	PAGES,
};

#define RAM_IPA	  0x80000000ull
#define DATA_IPA  0x90000000ull
#define RING_VA	  0x1000000000ull
#define SRC_VA	  0x2000000000ull
#define DST_VA	  0x3000000000ull
#define COMMON_VA 0x4000000000ull

/* A virtual SMMU, and the endpoint behind it. */
struct guest {
	struct vdev v;
	unsigned int endpoint;
	uint32_t vsmmu, hwpt;
	struct ram ram;
	struct stage1 s;
	uint64_t *cds, cds_ipa;
	struct vqueue q;
	uint8_t *src, *dst; /* pages of its own */
};

static struct guest g[GUESTS];
static uint32_t ioas, parent;
static uint8_t *data;

static uint64_t data_ipa(unsigned int page)
{
	return DATA_IPA + page * PAGE;
}

static int copy(struct guest *x, uint64_t from)
{
	const struct svarig_desc d = {
		.opcode = SVARIG_OP_COPY, .len = PAGE, .src = from, .dst = DST_VA};
	struct svarig_cpl c;

	memset(x->dst, 0, PAGE);
	return vqueue_run(&x->q, &d, &c);
}

static void all_copy(uint64_t from, const uint32_t seeds[GUESTS], const char *what)
{
	for (unsigned int i = 0; i < GUESTS; i++) {
		int status = copy(&g[i], from);

		ok(status == SVARIG_ST_OK && differs(g[i].dst, PAGE, seeds[i]) == PAGE,
		   "guest %u: %s (%s)", i, what, svarig_status_name(status));
	}
}

static void all_fail(uint64_t from, const char *what)
{
	for (unsigned int i = 0; i < GUESTS; i++) {
		int status = copy(&g[i], from);

		ok(status == SVARIG_ST_FAULT_READ, "guest %u: %s (%s)", i, what,
		   svarig_status_name(status));
	}
}

/* Guests 0 and 1 get the endpoints of one SMMU, guest 2 that of the other. */
static void choose_endpoints(void)
{
	uint64_t smmu[GUESTS];
	unsigned int odd;

	if (endpoints_take() != GUESTS)
		bail("not three endpoints");
	for (unsigned int i = 0; i < GUESTS; i++)
		smmu[i] = endpoint_smmu(i);
	odd = smmu[0] == smmu[1] ? 2 : smmu[0] == smmu[2] ? 1 : 0;
	ok(smmu[(odd + 1) % 3] == smmu[(odd + 2) % 3] && smmu[odd] != smmu[(odd + 1) % 3],
	   "two endpoints behind one SMMU, one behind another");
	g[0].endpoint = (odd + 1) % 3;
	g[1].endpoint = (odd + 2) % 3;
	g[2].endpoint = odd;
}

static void memory_of(struct guest *x, unsigned int i)
{
	uint64_t ring;

	ram_init(&x->ram, 32 * PAGE, RAM_IPA + i * 0x100000);
	if (ioas_map(&x->v, ioas, x->ram.mem, x->ram.bytes, x->ram.ipa))
		bail("memory of guest %u", i);
	x->cds = ram_page(&x->ram, &x->cds_ipa);
	stage1_init(&x->s, &x->ram);
	ram_page(&x->ram, &ring);
	x->src = data + 2 * i * PAGE;
	x->dst = x->src + PAGE;
	fill(x->src, PAGE, 10 + i);
	stage1_map(&x->s, RING_VA, ring, S1_RW);
	stage1_map(&x->s, SRC_VA, data_ipa(2 * i), S1_RW);
	stage1_map(&x->s, DST_VA, data_ipa(2 * i + 1), S1_RW);
	stage1_map(&x->s, COMMON_VA, data_ipa(COMMON), S1_RW);
	stage1_cd(&x->s, &x->cds[8 * PASID], ASID);
}

static void attach(struct guest *x, unsigned int i)
{
	struct svarig_hwpt_smmuv3 h = {.vsmmu = x->vsmmu, .vsid = VSID};

	ste_stage1(&h, x->cds_ipa, 4, true);
	ok(!hwpt_nested(&x->v, parent, &h, 0, &x->hwpt) && !vdev_attach(&x->v, x->hwpt),
	   "guest %u: attached through virtual SMMU %u", i, x->vsmmu);
	vdev_start(&x->v);
	vqueue_create(&x->q, &x->v, 0, (uint8_t *)x->s.root + PAGE, RING_VA, PASID);
}

static void set_up(void)
{
	struct svarig_hwpt_smmuv3 h = {.vsmmu = 1, .vsid = VSID};
	uint32_t id;

	nesting_allow(true);
	vdev_open_cdev(&g[0].v, g[0].endpoint);
	for (unsigned int i = 1; i < GUESTS; i++)
		vdev_join(&g[i].v, &g[0].v, g[i].endpoint);
	ioas = ioas_alloc(&g[0].v);
	data = memory(PAGES * PAGE);
	for (unsigned int i = 0; i < FRESH; i++)
		if (ioas_map(&g[0].v, ioas, data + i * PAGE, PAGE, data_ipa(i)))
			bail("page %u", i);
	fill(data + COMMON * PAGE, PAGE, 99);
	fill(data + FRESH * PAGE, PAGE, 77);
	ok(!hwpt_parent(&g[0].v, ioas, &parent), "one stage 2 parent");
	for (unsigned int i = 0; i < GUESTS; i++) {
		g[i].vsmmu = 1 + i;
		memory_of(&g[i], i);
		attach(&g[i], i);
	}
	ok(hwpt_nested(&g[2].v, parent, &h, 0, &id) == -EINVAL,
	   "virtual SMMU 1 is on one SMMU, not on the other");
	ok(vdev_attach(&g[1].v, g[0].hwpt) == -EBUSY, "a stream is one device's");
	ste_abort(&h);
	ok(vdev_attach(&g[2].v, g[0].hwpt), "a device of another SMMU cannot have it, either");
}

/* Guest 0 empties all it has: the others' translations are theirs. */
static void one_invalidates(void)
{
	const command all[] = {cmd_tlbi_all(), cmd_atc_all(VSID)};
	const command page[] = {cmd_tlbi_va(ASID, SRC_VA), cmd_atc_page(VSID, PASID, SRC_VA)};
	uint32_t done;

	/* Every guest's tables change, one guest says so. */
	for (unsigned int i = 0; i < GUESTS; i++)
		stage1_map(&g[i].s, SRC_VA, data_ipa(COMMON), S1_RW);
	ok(!invalidate(&g[0].v, g[0].hwpt, all, 2, &done), "guest 0 invalidates everything");
	all_copy(SRC_VA, (const uint32_t[]){99, 11, 12}, "only guest 0 has lost anything");
	ok(!invalidate(&g[2].v, g[2].hwpt, page, 2, &done), "guest 2 invalidates a page");
	all_copy(SRC_VA, (const uint32_t[]){99, 11, 99}, "and guest 2");
	ok(!invalidate(&g[1].v, g[1].hwpt, all, 2, &done), "guest 1 invalidates everything");
	all_copy(SRC_VA, (const uint32_t[]){99, 99, 99}, "and guest 1");
}

static void parent_invalidates(void)
{
	all_copy(COMMON_VA, (const uint32_t[]){99, 99, 99}, "the common page");
	ok(!ioas_unmap(&g[0].v, ioas, data_ipa(COMMON), PAGE), "the parent unmaps it");
	all_fail(COMMON_VA, "gone at once");
	all_fail(SRC_VA, "gone by its other address, too");
	ok(!ioas_map(&g[0].v, ioas, data + FRESH * PAGE, PAGE, data_ipa(COMMON)),
	   "the parent maps another page there");
	all_copy(COMMON_VA, (const uint32_t[]){77, 77, 77}, "that page");
}

/* Endpoint 1 becomes a second stream of virtual SMMU 1, with another PASID and ASID. */
static void two_streams(void)
{
	struct svarig_hwpt_smmuv3 h = {.vsmmu = 1, .vsid = VSID + 1};
	const command page[] = {cmd_tlbi_va(ASID + 1, COMMON_VA),
				cmd_atc_page(VSID + 1, PASID + 1, COMMON_VA)};
	uint32_t done;
	int status;

	vqueue_destroy(&g[1].q);
	ok(!vdev_detach(&g[1].v), "guest 1's device is taken away");
	iommufd_destroy(&g[1].v, g[1].hwpt);
	ok(copy(&g[0], COMMON_VA) == SVARIG_ST_OK && copy(&g[2], COMMON_VA) == SVARIG_ST_OK,
	   "the others go on");
	ste_stage1(&h, g[0].cds_ipa, 4, true);
	stage1_cd(&g[1].s, &g[0].cds[8 * (PASID + 1)], ASID + 1);
	ok(!hwpt_nested(&g[1].v, parent, &h, 0, &g[1].hwpt) && !vdev_attach(&g[1].v, g[1].hwpt),
	   "and comes back as a second stream of guest 0");
	vqueue_create(&g[1].q, &g[1].v, 0, (uint8_t *)g[1].s.root + PAGE, RING_VA, PASID + 1);
	all_copy(COMMON_VA, (const uint32_t[]){77, 77, 77}, "the common page");
	stage1_map(&g[1].s, COMMON_VA, data_ipa(0), S1_RW);
	ok(!invalidate(&g[0].v, g[0].hwpt, page, 2, &done) && done == 2,
	   "a command for one stream through the page table of the other");
	status = copy(&g[1], COMMON_VA);
	ok(status == SVARIG_ST_OK && differs(g[1].dst, PAGE, 10) == PAGE,
	   "reaches the second stream (%s)", svarig_status_name(status));
	stage1_map(&g[1].s, COMMON_VA, data_ipa(COMMON), S1_RW);
	ok(!invalidate(&g[1].v, g[1].hwpt, page, 2, &done), "as it was");
	all_copy(COMMON_VA, (const uint32_t[]){77, 77, 77}, "the common page");
	ok(!ioas_unmap(&g[0].v, ioas, data_ipa(COMMON), PAGE), "the parent unmaps it");
	all_fail(COMMON_VA, "gone at once, two streams sharing a VMID");
}

int main(void)
{
	choose_endpoints();
	set_up();
	all_copy(SRC_VA, (const uint32_t[]){10, 11, 12}, "the same address, its own page");
	all_copy(SRC_VA, (const uint32_t[]){10, 11, 12}, "and again, from the caches");
	one_invalidates();
	parent_invalidates();
	two_streams();
	for (unsigned int i = 0; i < GUESTS; i++)
		vdev_close(&g[i].v);
	endpoints_give_back();
	return done();
}
