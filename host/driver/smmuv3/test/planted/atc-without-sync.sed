# SPDX-License-Identifier: GPL-2.0-only
# sweep.c: no SYNC between TLB and ATC
s/^		add(batch, smmu_cmd_sync());/		;/
