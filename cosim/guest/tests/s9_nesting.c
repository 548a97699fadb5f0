// SPDX-License-Identifier: BSD-2-Clause
/* guest-test: alone smmu=ours timeout=240 */
/*
 * iommufd: hardware information, a stage 2 parent, nested page tables above it and their owner's
 * invalidation commands. This program plays the guest: its page tables and context descriptors are
 * in its own memory, named by addresses that only the parent maps, and the real endpoint walks
 * through both. Where a cached translation must go, it is first shown to be there.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "lib/stage1.h"

enum {
	VSID = 0x4242, /* the guest's stream ID, nothing like ours */
	VSMMU = 7,
	PASID = 5,
	ASID = 0x21, /* without PASID; with PASID one more */
	PAGES = 8,
};

#define RAM_IPA	 0x80000000ull
#define DATA_IPA 0x90000000ull
#define RING_VA	 0x7f0000000000ull
#define SRC_VA	 0x123456789000ull
#define DST_VA	 0x00abcdef0000ull

static struct vdev v;
static struct ram ram;
static struct stage1 plain, shared; /* without PASID, with it */
static uint64_t *cds, cds_ipa;
static uint8_t *data; /* PAGES pages, each an area of its own in the parent */
static uint32_t ioas, parent, nested;
static struct vqueue q, p; /* without PASID, with it */

static uint64_t data_ipa(unsigned int i)
{
	return DATA_IPA + i * PAGE;
}

/* The owner's pages: page @i has fill(seed). */
static void set(unsigned int i, uint32_t seed)
{
	fill(data + i * PAGE, PAGE, seed);
}

static bool holds(unsigned int i, uint32_t seed)
{
	return differs(data + i * PAGE, PAGE, seed) == PAGE;
}

/* Copies the page at SRC_VA to the page at DST_VA. */
static int copy(struct vqueue *queue, struct svarig_cpl *c)
{
	const struct svarig_desc d = {
		.opcode = SVARIG_OP_COPY, .len = PAGE, .src = SRC_VA, .dst = DST_VA};

	return vqueue_run(queue, &d, c);
}

static bool copies(struct vqueue *queue, unsigned int to, uint32_t seed, const char *what)
{
	struct svarig_cpl c;
	int status;

	memset(data + to * PAGE, 0, PAGE);
	status = copy(queue, &c);
	return ok(status == SVARIG_ST_OK && holds(to, seed), "%s (%s)", what,
		  svarig_status_name(status));
}

static bool fails(struct vqueue *queue, int want, uint64_t addr, const char *what)
{
	struct svarig_cpl c;
	int status = copy(queue, &c);

	return ok(status == want && c.fault_addr == addr, "%s (%s at %#llx)", what,
		  svarig_status_name(status), (unsigned long long)c.fault_addr);
}

static void run(const command *cmds, uint32_t n, const char *what)
{
	uint32_t done;
	int ret = invalidate(&v, nested, cmds, n, &done);

	ok(!ret && done == n, "%s: %u of %u commands, %s", what, done, n, strerror(-ret));
}

static void information(void)
{
	struct svarig_hw_info_smmuv3 info = {0};
	struct iommu_hw_info cmd = {
		.size = sizeof(cmd),
		.dev_id = v.dev_id,
		.data_len = sizeof(info),
		.data_uptr = (uintptr_t)&info,
	};

	ok(!iommufd(&v, IOMMU_GET_HW_INFO, &cmd) &&
		   cmd.out_data_type == SVARIG_IOMMU_HW_INFO_SMMUV3 && cmd.data_len == sizeof(info),
	   "hardware information is the SMMUv3's");
	ok((info.idr[0] & 3) == 3 && info.idr[0] >> 10 & 1 && (info.idr[1] >> 6 & 31) == 20,
	   "both stages, ATS, 20-bit SubstreamIDs (IDR0 %#x IDR1 %#x)", info.idr[0], info.idr[1]);
	ok((info.aidr & 0xff) == 1, "SMMUv3.1 (AIDR %#x)", info.aidr);
}

static void allocation(void)
{
	struct svarig_hwpt_smmuv3 h = {.vsmmu = VSMMU, .vsid = VSID};
	struct iommu_hwpt_alloc plain_pt = {
		.size = sizeof(plain_pt), .dev_id = v.dev_id, .pt_id = ioas};
	uint32_t id;

	ok(!hwpt_parent(&v, ioas, &parent), "a stage 2 parent");
	ste_stage1(&h, cds_ipa, 4, true);
	nesting_allow(false);
	ok(hwpt_nested(&v, parent, &h, 0, &id) == -EOPNOTSUPP,
	   "no nested page table unless nesting is allowed");
	nesting_allow(true);
	h.ste[0] |= 2 << 1;
	ok(hwpt_nested(&v, parent, &h, 0, &id) == -EIO, "nor one with a stage 2 of its own");
	ste_stage1(&h, cds_ipa, 21, true);
	ok(hwpt_nested(&v, parent, &h, 0, &id) == -EIO, "nor one with too many PASIDs");
	ste_stage1(&h, cds_ipa, 4, true);
	h.ste[1] |= 1ull << 30;
	ok(hwpt_nested(&v, parent, &h, 0, &id) == -EIO, "nor one with a field that is not its own");
	if (iommufd(&v, IOMMU_HWPT_ALLOC, &plain_pt))
		bail("a plain page table");
	ste_stage1(&h, cds_ipa, 4, true);
	ok(hwpt_nested(&v, plain_pt.out_hwpt_id, &h, 0, &id) == -EINVAL,
	   "nor below a page table that is no parent");
	iommufd_destroy(&v, plain_pt.out_hwpt_id);
	ok(!hwpt_nested(&v, parent, &h, 0, &nested), "a nested page table");
	ok(!vdev_attach(&v, nested), "the device is attached to it");
}

/* Both queues' rings at the same address, in two address spaces. */
static void address_spaces(void)
{
	struct stage1 *s[] = {&plain, &shared};

	for (unsigned int i = 0; i < 2; i++) {
		uint64_t ring;

		stage1_init(s[i], &ram);
		ram_page(&ram, &ring);
		stage1_map(s[i], RING_VA, ring, S1_RW);
		stage1_map(s[i], SRC_VA, data_ipa(2 * i), S1_RW);
		stage1_map(s[i], DST_VA, data_ipa(2 * i + 1), S1_RW);
		stage1_cd(s[i], &cds[8 * (i ? PASID : 0)], ASID + i);
	}
	for (unsigned int i = 0; i < PAGES; i++)
		set(i, 100 + i);
}

/* The ring's page is the one behind the root: see address_spaces(). */
static void *ring_page(const struct stage1 *s)
{
	return (uint8_t *)s->root + PAGE;
}

static uint64_t ring_ipa(const struct stage1 *s)
{
	return s->root_ipa + PAGE;
}

static void translation(void)
{
	struct svarig_cpl c;
	uint8_t want[PAGE];
	const struct svarig_desc aes = {
		.opcode = SVARIG_OP_CIPHER,
		.alg = SVARIG_CI_AES128 | SVARIG_CM_CTR << 4,
		.len = PAGE - 64,
		.src = SRC_VA + 64,
		.dst = DST_VA + 5,
		.key = SRC_VA,
		.iv = SRC_VA + 16,
	};
	int status;

	vdev_start(&v);
	vqueue_create(&q, &v, 0, ring_page(&plain), RING_VA, NO_PASID);
	vqueue_create(&p, &v, 1, ring_page(&shared), RING_VA, PASID);
	copies(&q, 1, 100, "no PASID: through stage 1 over stage 2");
	copies(&p, 3, 102, "PASID: the same addresses, its own pages");
	status = vqueue_run(&p, &aes, &c);
	aes_ctr(want, data + 2 * PAGE + 64, PAGE - 64, data + 2 * PAGE, 128, data + 2 * PAGE + 16);
	ok(status == SVARIG_ST_OK && !memcmp(data + 3 * PAGE + 5, want, PAGE - 64),
	   "PASID: AES-CTR is what libcrypto says (%s)", svarig_status_name(status));
}

/* A page that the guest maps elsewhere, with and without a word about it. */
static void guest_invalidates(void)
{
	const command bad_order[] = {cmd_atc_page(VSID, PASID, SRC_VA)};
	const command page[] = {cmd_tlbi_va(ASID + 1, SRC_VA), cmd_atc_page(VSID, PASID, SRC_VA)};
	const command all[] = {cmd_tlbi_all(), cmd_atc_all(VSID)};
	const command cd[] = {cmd_cfgi_cd(VSID, PASID), cmd_tlbi_asid(ASID + 1), cmd_atc_all(VSID)};
	const command cd_all[] = {cmd_cfgi_cd_all(VSID), cmd_tlbi_asid(ASID + 1),
				  cmd_atc_all(VSID)};
	struct stage1 other;

	stage1_map(&shared, SRC_VA, data_ipa(4), S1_RW);
	copies(&p, 3, 102, "mapped elsewhere, not a word: the ATC still has the old page");
	run(bad_order, 1, "the ATC alone");
	copies(&p, 3, 102, "the TLB still has it");
	run(page, 2, "TLBI_NH_VA and ATC_INV");
	copies(&p, 3, 104, "now the new page");
	copies(&q, 1, 100, "requests without PASID as before");

	stage1_map(&plain, SRC_VA, data_ipa(5), S1_RW);
	copies(&q, 1, 100, "no PASID: mapped elsewhere, not a word");
	run(all, 2, "TLBI_NSNH_ALL and ATC_INV of all");
	copies(&q, 1, 105, "no PASID: the new page");
	copies(&p, 3, 104, "the PASID as before");

	/* Another table for the PASID: only word 1 of the CD changes, in one store. */
	stage1_init(&other, &ram);
	stage1_map(&other, RING_VA, ring_ipa(&shared), S1_RW);
	stage1_map(&other, SRC_VA, data_ipa(6), S1_RW);
	stage1_map(&other, DST_VA, data_ipa(3), S1_RW);
	stage1_cd(&other, &cds[8 * PASID], ASID + 1);
	run(&cd[1], 2, "another table in the CD; the TLB and the ATC alone");
	copies(&p, 3, 104, "the SMMU still has the old CD");
	run(cd, 3, "CFGI_CD, TLBI_NH_ASID, ATC_INV");
	copies(&p, 3, 106, "now the new table");
	stage1_cd(&shared, &cds[8 * PASID], ASID + 1);
	run(cd_all, 3, "the old table again: CFGI_CD_ALL, TLBI_NH_ASID, ATC_INV");
	copies(&p, 3, 104, "the old table");
}

static void bad_commands(void)
{
	const struct {
		command cmd;
		const char *what;
	} bad[] = {
		{cmd_cfgi_ste(VSID), "CFGI_STE"},
		{{{0x46, 0}}, "SYNC"},
		{{{0x2a, 0}}, "TLBI_S2_IPA"},
		{{{0x28, 0}}, "TLBI_S12_VMALL"},
		{{{0x41 | (uint64_t)VSID << 32, 0}}, "PRI_RESP"},
		{cmd_cfgi_cd(VSID + 1, 0), "a stream it does not have"},
		{cmd_atc_all(endpoint_sid(0)), "our number for its stream"},
		{{{0x30, 1}}, "a reserved bit"},
	};
	struct iommu_hwpt_invalidate other = {
		.size = sizeof(other),
		.hwpt_id = nested,
		.data_uptr = (uintptr_t)&bad[0].cmd,
		.data_type = 1,
		.entry_len = sizeof(command),
		.entry_num = 1,
	};
	command cmds[80];
	uint32_t done;
	int ret;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const command three[] = {cmd_tlbi_all(), cmd_atc_all(VSID), bad[i].cmd,
					 cmd_tlbi_all()};

		ret = invalidate(&v, nested, three, 4, &done);
		ok(ret == -EIO && done == 2, "refused, at index %u: %s", done, bad[i].what);
	}
	for (unsigned int i = 0; i < 80; i++)
		cmds[i] = i % 2 ? cmd_atc_page(VSID, PASID, SRC_VA) : cmd_tlbi_va(ASID + 1, SRC_VA);
	run(cmds, 80, "a long list");
	cmds[77] = bad[0].cmd;
	ret = invalidate(&v, nested, cmds, 80, &done);
	ok(ret == -EIO && done == 77, "a long list with a bad one is told at its index, %u", done);
	ret = iommufd(&v, IOMMU_HWPT_INVALIDATE, &other);
	ok(ret == -EINVAL && !other.entry_num, "another type of data");
	ok(invalidate(&v, nested, (void *)8, 1, &done) == -EFAULT && !done, "a bad pointer");
	ok(!invalidate(&v, nested, NULL, 0, &done), "no command at all is fine");
}

/* What the parent loses is lost behind the guest's back, whatever the guest's tables say. */
static void parent_changes(void)
{
	uint8_t *fresh = memory(PAGE);

	copies(&p, 3, 104, "PASID: before the parent's unmap");
	copies(&q, 1, 105, "no PASID: before it");
	ok(!ioas_unmap(&v, ioas, data_ipa(4), PAGE) && !ioas_unmap(&v, ioas, data_ipa(5), PAGE),
	   "the parent unmaps the sources of both");
	fails(&p, SVARIG_ST_FAULT_READ, SRC_VA, "PASID: gone at once");
	fails(&q, SVARIG_ST_FAULT_READ, SRC_VA, "no PASID: gone at once");
	fill(fresh, PAGE, 77);
	ok(!ioas_map(&v, ioas, fresh, PAGE, data_ipa(4)) &&
		   !ioas_map(&v, ioas, data + 5 * PAGE, PAGE, data_ipa(5)),
	   "other memory in their place");
	copies(&p, 3, 77, "PASID: reads that memory");
	copies(&q, 1, 105, "no PASID: as it was");
}

static void permissions(void)
{
	struct iommu_ioas_map ro = {
		.size = sizeof(ro),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE,
		.ioas_id = ioas,
		.user_va = (uintptr_t)(data + 7 * PAGE),
		.length = PAGE,
		.iova = data_ipa(7),
	};
	const command dst[] = {cmd_tlbi_va(ASID + 1, DST_VA), cmd_atc_page(VSID, PASID, DST_VA)};

	stage1_map(&shared, DST_VA, data_ipa(3), S1_RO);
	run(dst, 2, "stage 1 read-only");
	fails(&p, SVARIG_ST_FAULT_WRITE, DST_VA, "not writable for stage 1");
	if (ioas_unmap(&v, ioas, data_ipa(7), PAGE) || iommufd(&v, IOMMU_IOAS_MAP, &ro))
		bail("a read-only mapping in the parent");
	stage1_map(&shared, DST_VA, data_ipa(7), S1_RW);
	run(dst, 2, "stage 2 read-only");
	fails(&p, SVARIG_ST_FAULT_WRITE, DST_VA, "not writable for stage 2");
	ok(holds(7, 107), "and not written");
	stage1_map(&shared, DST_VA, data_ipa(3), S1_RW);
	run(dst, 2, "both writable");
	copies(&p, 3, 77, "writable again");
}

static atomic_bool stop;
static uint32_t twin;

static void *turn(void *turns)
{
	for (unsigned int *n = turns; !stop; ++*n)
		if (vdev_attach(&v, *n % 2 ? nested : twin)) {
			*n = 0;
			break;
		}
	return NULL;
}

/* The guest moves its CD table, over and over, while its jobs run: S1ContextPtr is in one word. */
static void under_fire(void)
{
	struct svarig_hwpt_smmuv3 h = {.vsmmu = VSMMU, .vsid = VSID};
	unsigned int turns = 0, wrong = 0, jobs;
	struct svarig_cpl c;
	pthread_t thread;
	uint64_t ipa;

	memcpy(ram_page(&ram, &ipa), cds, PAGE);
	ste_stage1(&h, ipa, 4, true);
	if (hwpt_nested(&v, parent, &h, 0, &twin) || pthread_create(&thread, NULL, turn, &turns))
		bail("a twin page table and a thread");
	for (jobs = 0; jobs < 100; jobs++) {
		memset(data + 3 * PAGE, 0, PAGE);
		wrong += copy(&p, &c) != SVARIG_ST_OK || !holds(3, 77);
		memset(data + PAGE, 0, PAGE);
		wrong += copy(&q, &c) != SVARIG_ST_OK || !holds(1, 105);
	}
	stop = true;
	pthread_join(thread, NULL);
	ok(turns > 10 && !wrong, "%u turns of the STE under %u jobs: none fails (%u)", turns,
	   2 * jobs, wrong);
	if (vdev_attach(&v, nested))
		bail("the first page table");
	iommufd_destroy(&v, twin);
}

/* The guest writes its STE: other page tables of the same stream, put in place of the first. */
static void other_stes(void)
{
	struct svarig_hwpt_smmuv3 h = {.vsmmu = VSMMU, .vsid = VSID};
	uint32_t bypass, abort, noats;
	struct svarig_cpl c;
	struct vqueue b;
	uint64_t ipa;
	void *ring = ram_page(&ram, &ipa);
	const struct svarig_desc d = {
		.opcode = SVARIG_OP_COPY, .len = PAGE, .src = data_ipa(6), .dst = data_ipa(1)};
	int status;

	ste_stage1(&h, cds_ipa, 4, false);
	if (hwpt_nested(&v, parent, &h, 0, &noats))
		bail("a nested page table without ATS");
	ok(!vdev_attach(&v, noats), "the same with ATS off");
	copies(&p, 3, 77, "PASID: untranslated requests");
	copies(&q, 1, 105, "no PASID: untranslated requests");
	ok(!vdev_attach(&v, nested), "and ATS on again");
	copies(&p, 3, 77, "PASID: works");
	vqueue_destroy(&p);
	vqueue_destroy(&q);

	ste_bypass(&h, true);
	if (hwpt_nested(&v, parent, &h, 0, &bypass))
		bail("a bypass page table");
	ok(!vdev_attach(&v, bypass), "the guest's stage 1 off");
	vqueue_create(&b, &v, 2, ring, ipa, NO_PASID);
	memset(data + PAGE, 0, PAGE);
	status = vqueue_run(&b, &d, &c);
	ok(status == SVARIG_ST_OK && holds(1, 106), "addresses are the parent's (%s)",
	   svarig_status_name(status));
	ste_abort(&h);
	if (hwpt_nested(&v, parent, &h, 0, &abort))
		bail("an abort page table");
	ok(!vdev_attach(&v, abort), "everything aborts");
	vqueue_submit(&b, &d);
	ok(!vqueue_wait(&b, &c, 2000) && vqueue_status(&b) & SVARIG_QSTAT_HALTED,
	   "the queue cannot reach its ring");
	vqueue_destroy(&b);
	ok(!vdev_attach(&v, parent), "straight to the parent");
	vqueue_create(&b, &v, 2, ring, ipa, NO_PASID);
	memset(data + PAGE, 0, PAGE);
	status = vqueue_run(&b, &d, &c);
	ok(status == SVARIG_ST_OK && holds(1, 106), "stage 2 alone (%s)",
	   svarig_status_name(status));
	vqueue_destroy(&b);
	ok(!vdev_detach(&v), "detached");
	iommufd_destroy(&v, noats);
	iommufd_destroy(&v, bypass);
	iommufd_destroy(&v, abort);
	iommufd_destroy(&v, nested);
	iommufd_destroy(&v, parent);
}

int main(void)
{
	endpoints_take();
	vdev_open_cdev(&v, 0);
	ioas = ioas_alloc(&v);
	ram_init(&ram, 64 * PAGE, RAM_IPA);
	data = memory(PAGES * PAGE);
	if (ioas_map(&v, ioas, ram.mem, ram.bytes, ram.ipa))
		bail("the guest's memory");
	for (unsigned int i = 0; i < PAGES; i++)
		if (ioas_map(&v, ioas, data + i * PAGE, PAGE, data_ipa(i)))
			bail("page %u", i);
	cds = ram_page(&ram, &cds_ipa);

	information();
	address_spaces();
	allocation();
	translation();
	guest_invalidates();
	bad_commands();
	parent_changes();
	permissions();
	under_fire();
	other_stes();
	vdev_close(&v);
	endpoints_give_back();
	return done();
}
