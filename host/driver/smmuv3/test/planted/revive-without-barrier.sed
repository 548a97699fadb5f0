# SPDX-License-Identifier: GPL-2.0-only
# invs.c: the CD may become visible before the instruction that is counted in again
s/^		smp_store_mb(/		STORE_(/
