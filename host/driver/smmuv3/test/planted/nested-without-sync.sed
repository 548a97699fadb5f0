# SPDX-License-Identifier: GPL-2.0-only
# sweep.c: no SYNC between stage 2 and what a guest's stage 1 made of it
s/^	if (rank > batch->rank) {/	if (rank == RANK_GUEST)\n		batch->rank = rank;\n&/
