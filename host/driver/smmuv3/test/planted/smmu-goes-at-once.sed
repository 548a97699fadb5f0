# SPDX-License-Identifier: GPL-2.0-only
# invs_model_test.c: an SMMU is gone without a grace period
/^static void smmu_goes/,/^}/s/^	model_synchronize();//
