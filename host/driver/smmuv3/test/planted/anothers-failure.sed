# SPDX-License-Identifier: GPL-2.0-only
# sweep.c: an unanswered invalidation is looked into only by whoever's SYNC reports it
/^static void send/,/^}/s/if (ret && ret != -EIO)/if (ret)/
/^static void finish/,/^}/s/ && smmu_cmdq_atc_failures.*/ \&\& batch->err == -EIO)/
