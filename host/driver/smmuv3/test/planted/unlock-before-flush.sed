# SPDX-License-Identifier: GPL-2.0-only
# sweep.c: commands are sent after the reader has left
/^int smmu_invs_sweep/,/^}/{
/^	if (invs)/d
/^		finish(&batch, invs->inv, invs->num/d
s/^	rcu_read_unlock();/&\n	finish(\&batch, NULL, 0, range);/
}
