# SPDX-License-Identifier: GPL-2.0-only
# invs.c: a new ATC is filled from a TLB entry that a sweep of the older array is dropping
/^int smmu_invs_join/,/^}/s/^	smmu_invs_flush_gone.*//
