# SPDX-License-Identifier: GPL-2.0-only
# sweep.c: what a guest's stage 1 made of stage 2 stays in the TLB
s/^		add(batch, smmu_cmd_tlbi_vmid_s1.*/		;/
