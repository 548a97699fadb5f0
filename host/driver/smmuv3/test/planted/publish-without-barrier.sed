# SPDX-License-Identifier: GPL-2.0-only
# invs.c: the CD may become visible before the new array
/^	smp_mb();/d
