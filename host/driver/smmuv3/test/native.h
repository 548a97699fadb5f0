/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SVARIG_SMMUV3_TEST_NATIVE_H
#define SVARIG_SMMUV3_TEST_NATIVE_H

/* Allocations still to succeed before one fails; -1: none fails. */
extern int native_fail_alloc_at;

#endif
