# SPDX-License-Identifier: GPL-2.0-only
# invs.c: detach counts its instructions down before the caches are empty
/^	smmu_invs_flush_gone(del, n);/d
s/^	smmu_invs_unref(invs, del, n);/&\n	smmu_invs_flush_gone(del, n);/
