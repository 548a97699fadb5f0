# SPDX-License-Identifier: GPL-2.0-only
# invs_model_test.c: detach empties the caches before the CD is invalid
/^static void detach/,/^}/{
/^	write_cd(e, false);/d
s/^	smmu_invs_leave.*/&\n	write_cd(e, false);/
}
