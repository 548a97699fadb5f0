# sweep.c: commands are sent after the reader has left
/^int smmu_invs_sweep/,/^}/{
/^	flush(&batch, true);/d
s/^	rcu_read_unlock();/&\n	flush(\&batch, true);/
}
