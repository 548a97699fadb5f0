// SPDX-License-Identifier: BSD-2-Clause
#include "stage1.h"

#include <stdio.h>
#include <string.h>

#define VALID	   1ull
#define TABLE	   3ull /* also: a page at the last level */
#define INNER	   (3ull << 8)
#define ACCESSED   (1ull << 10)
#define NOT_GLOBAL (1ull << 11)
#define NO_EXEC	   (3ull << 53)
#define ADDRESS	   0x0000fffffffff000ull

void ram_init(struct ram *r, size_t bytes, uint64_t ipa)
{
	*r = (struct ram){.mem = memory(bytes), .bytes = bytes, .ipa = ipa};
	touch(r->mem, bytes);
}

void *ram_page(struct ram *r, uint64_t *ipa)
{
	uint8_t *p = r->mem + r->used;

	if (r->used == r->bytes)
		bail("the guest's memory is used up");
	*ipa = r->ipa + r->used;
	r->used += PAGE;
	memset(p, 0, PAGE);
	return p;
}

void stage1_init(struct stage1 *s, struct ram *r)
{
	s->ram = r;
	s->root = ram_page(r, &s->root_ipa);
}

void stage1_map(struct stage1 *s, uint64_t va, uint64_t ipa, uint64_t access)
{
	uint64_t *table = s->root, *entry, next;

	for (int shift = 39; shift > 12; shift -= 9) {
		entry = &table[va >> shift & 511];
		if (!(*entry & VALID)) {
			ram_page(s->ram, &next);
			__atomic_store_n(entry, next | TABLE, __ATOMIC_RELEASE);
		}
		table = (uint64_t *)(s->ram->mem + ((*entry & ADDRESS) - s->ram->ipa));
	}
	__atomic_store_n(&table[va >> 12 & 511],
			 access ? ipa | TABLE | access | INNER | ACCESSED | NOT_GLOBAL | NO_EXEC
				: 0,
			 __ATOMIC_RELEASE);
	__asm__ volatile("dsb ish" ::: "memory");
}

void stage1_cd(const struct stage1 *s, uint64_t cd[8], uint16_t asid)
{
	/* T0SZ 16, write-back walks, inner shareable; EPD1; IPS 44 bits; AA64, R, A, ASET. */
	uint64_t word0 = 16 | 1ull << 8 | 1ull << 10 | 3ull << 12 | 1ull << 30 | 4ull << 32 |
			 1ull << 41 | 1ull << 45 | 1ull << 46 | 1ull << 47 | (uint64_t)asid << 48;

	cd[1] = s->root_ipa;
	cd[3] = 0xff; /* attribute 0: write-back */
	__atomic_store_n(&cd[0], word0 | 1ull << 31, __ATOMIC_RELEASE);
	__asm__ volatile("dsb ish" ::: "memory");
}

#define EATS_FULL (1ull << 28)

void ste_stage1(struct svarig_hwpt_smmuv3 *h, uint64_t cdtab, unsigned int cdmax, bool ats)
{
	/* V, Config 5, a linear table; S1DSS 2: CD 0; write-back, inner shareable. */
	h->ste[0] = 1 | 5 << 1 | cdtab | (uint64_t)cdmax << 59;
	h->ste[1] = 2 | 1 << 2 | 1 << 4 | 3 << 6 | (ats ? EATS_FULL : 0);
}

void ste_bypass(struct svarig_hwpt_smmuv3 *h, bool ats)
{
	h->ste[0] = 1 | 4 << 1;
	h->ste[1] = ats ? EATS_FULL : 0;
}

void ste_abort(struct svarig_hwpt_smmuv3 *h)
{
	h->ste[0] = 1;
	h->ste[1] = 0;
}

command cmd_tlbi_all(void)
{
	return (command){{0x30, 0}};
}

command cmd_tlbi_asid(uint16_t asid)
{
	return (command){{0x11 | (uint64_t)asid << 48, 0}};
}

command cmd_tlbi_va(uint16_t asid, uint64_t va)
{
	return (command){{0x12 | (uint64_t)asid << 48, va & ~0xfffull}};
}

command cmd_cfgi_cd(uint32_t sid, uint32_t ssid)
{
	return (command){{0x05 | (uint64_t)ssid << 12 | (uint64_t)sid << 32, 1}};
}

command cmd_cfgi_cd_all(uint32_t sid)
{
	return (command){{0x06 | (uint64_t)sid << 32, 0}};
}

command cmd_cfgi_ste(uint32_t sid)
{
	return (command){{0x03 | (uint64_t)sid << 32, 1}};
}

command cmd_atc_page(uint32_t sid, uint32_t pasid, uint64_t va)
{
	uint64_t ssid = pasid == NO_PASID ? 0 : 1ull << 11 | (uint64_t)pasid << 12;

	return (command){{0x40 | ssid | (uint64_t)sid << 32, va & ~0xfffull}};
}

command cmd_atc_all(uint32_t sid)
{
	return (command){{0x40 | (uint64_t)sid << 32, 52}};
}

void nesting_allow(bool yes)
{
	static const char path[] = "/sys/module/svarig_smmuv3/parameters/unsafe_nesting";
	FILE *f = fopen(path, "w");

	if (!f || fputs(yes ? "1" : "0", f) < 0 || fclose(f))
		bail("%s: cannot be written", path);
}

static int hwpt_alloc(struct vdev *v, struct iommu_hwpt_alloc *cmd, uint32_t *id)
{
	int ret;

	cmd->size = sizeof(*cmd);
	cmd->dev_id = v->dev_id;
	ret = iommufd(v, IOMMU_HWPT_ALLOC, cmd);
	*id = cmd->out_hwpt_id;
	return ret;
}

int hwpt_parent(struct vdev *v, uint32_t ioas, uint32_t *id)
{
	struct iommu_hwpt_alloc cmd = {.flags = IOMMU_HWPT_ALLOC_NEST_PARENT, .pt_id = ioas};

	return hwpt_alloc(v, &cmd, id);
}

int hwpt_nested(struct vdev *v, uint32_t parent, const struct svarig_hwpt_smmuv3 *h, uint32_t fault,
		uint32_t *id)
{
	struct iommu_hwpt_alloc cmd = {
		.flags = fault ? IOMMU_HWPT_FAULT_ID_VALID : 0,
		.pt_id = parent,
		.data_type = SVARIG_IOMMU_HWPT_SMMUV3,
		.data_len = sizeof(*h),
		.data_uptr = (uintptr_t)h,
		.fault_id = fault,
	};

	return hwpt_alloc(v, &cmd, id);
}

int invalidate(struct vdev *v, uint32_t hwpt, const command *cmds, uint32_t n, uint32_t *done)
{
	struct iommu_hwpt_invalidate cmd = {
		.size = sizeof(cmd),
		.hwpt_id = hwpt,
		.data_uptr = (uintptr_t)cmds,
		.data_type = SVARIG_IOMMU_INVALIDATE_SMMUV3,
		.entry_len = sizeof(*cmds),
		.entry_num = n,
	};
	int ret = iommufd(v, IOMMU_HWPT_INVALIDATE, &cmd);

	*done = cmd.entry_num;
	return ret;
}
