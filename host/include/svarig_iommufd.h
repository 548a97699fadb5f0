/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What iommufd's own header (6.12) has no numbers for: the SMMUv3's hardware information, nested
 * page tables and their invalidation, as svarig_smmuv3.ko understands them.
 *
 * The structures are those that later kernels chose for their own SMMUv3 driver, so that a program
 * written for one needs other numbers for the other and little else. There a virtual SMMU and its
 * streams are objects; here both are numbers in the nested page table's parameters.
 */
#ifndef SVARIG_IOMMUFD_H
#define SVARIG_IOMMUFD_H

#include <linux/types.h>

/* In place of the kernel's enumerations, far away from their ends. */
#define SVARIG_IOMMU_HW_INFO_SMMUV3    0x53560001 /* iommu_hw_info.out_data_type */
#define SVARIG_IOMMU_HWPT_SMMUV3       0x53560002 /* iommu_hwpt_alloc.data_type */
#define SVARIG_IOMMU_INVALIDATE_SMMUV3 0x53560003 /* iommu_hwpt_invalidate.data_type */

/* IOMMU_GET_HW_INFO: the ID registers of the SMMU behind the device. */
struct svarig_hw_info_smmuv3 {
	__u32 flags; /* zero */
	__u32 __reserved;
	__u32 idr[6];
	__u32 iidr;
	__u32 aidr;
};

/*
 * IOMMU_HWPT_ALLOC below a parent that was allocated with IOMMU_HWPT_ALLOC_NEST_PARENT: one state
 * of the STE of one stream of a virtual SMMU.
 *
 * @ste: words 0 and 1 as the guest wrote them, little-endian. Word 0 may have V, Config (stage 1,
 *       bypass, abort), S1Fmt, S1ContextPtr, S1CDMax; word 1 S1DSS, S1CIR, S1COR, S1CSH, S1STALLD,
 *       EATS (0 or 1). S1ContextPtr and all it leads to are addresses in the parent. EIO if
 *       anything else is set.
 * @vsmmu: which virtual SMMU below this parent, any number. It comes into being with its first
 *       page table and goes with its last. Each has its own VMID.
 * @vsid: the guest's stream ID of the device, as its commands name it.
 *
 * A page table is attached to one device at a time (EBUSY). When the guest writes its STE and says
 * CMD_CFGI_STE, allocate another with the same @vsmmu and @vsid and attach that in its place.
 */
struct svarig_hwpt_smmuv3 {
	__aligned_le64 ste[2];
	__u32 vsmmu;
	__u32 vsid;
};

/*
 * IOMMU_HWPT_INVALIDATE: commands as the guest put them into its queue, little-endian, for the
 * whole virtual SMMU that the page table is of. Understood are TLBI_NSNH_ALL, TLBI_NH_ALL,
 * TLBI_NH_ASID, TLBI_NH_VA, TLBI_NH_VAA, CFGI_CD, CFGI_CD_ALL and ATC_INV; the guest's VMID does
 * not count, its stream IDs are those of @vsid. All have been executed and completed on return; a CMD_SYNC needs no word.
 *
 * At the first command that is none of these, is malformed or names an unknown stream the call
 * ends with EIO; entry_num is then how many before it were executed, its index in the array.
 */
struct svarig_invalidate_smmuv3 {
	__aligned_le64 cmd[2];
};

#endif
