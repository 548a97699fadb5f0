# SPDX-License-Identifier: GPL-2.0-only
# sweep.c: the array may be read before the unmap is visible
/^	smp_mb();/d
