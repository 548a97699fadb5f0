# SPDX-License-Identifier: GPL-2.0-only
# invs.c: without memory for a smaller array the instructions stay
/^void smmu_invs_leave/,/^}/{
/^	smmu_invs_unref/d
s/^	invs = smmu_invs_purge(.*/	struct smmu_invs *new = smmu_invs_merge(invs, NULL, 0, GFP_KERNEL);\n\n	if (new)\n		smmu_invs_unref(new, del, n);\n	invs = new;/
}
