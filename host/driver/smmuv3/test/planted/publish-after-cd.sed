# SPDX-License-Identifier: GPL-2.0-only
# invs_model_test.c: the CD is written before the array is published
/^static bool attach/,/^}/{
s/^	ret = smmu_invs_join.*/	write_cd(e, true);\n&/
s/^		write_cd(e, true);/		;/
}
