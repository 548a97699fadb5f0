# sweep.c: the sweep returns before its commands are done
/^int smmu_invs_sweep/,/^}/s/flush(&batch, true)/flush(\&batch, false)/
