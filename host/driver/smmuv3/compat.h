/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one door through which the portable part of this driver sees its surroundings: kernel
 * services when built as a module, small equivalents when built natively for tests and for tb/.
 */
#ifndef SVARIG_SMMUV3_COMPAT_H
#define SVARIG_SMMUV3_COMPAT_H

#ifdef __KERNEL__

#include <linux/atomic.h>
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/byteorder.h>

#else

#include "compat_native.h"

#endif

#endif
