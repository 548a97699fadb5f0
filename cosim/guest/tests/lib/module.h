/* SPDX-License-Identifier: BSD-2-Clause */
/* The test module in the guest's kernel (host/driver/testing): loaded by who needs it. */
#ifndef SVARIG_GUEST_MODULE_H
#define SVARIG_GUEST_MODULE_H

#include "svarig_test.h"

/* Loads the module unless it is there; returns a descriptor of /dev/svarig-test. Bails out. */
int test_module(void);
void test_module_unload(int fd);

/* An ioctl that must work; returns what it does. @what is for the message. */
int test_call(int fd, unsigned long call, unsigned long arg, const char *what);

/* A line "NAME NUMBER" of the SMMU driver's statistics; bails out if there is none. */
unsigned long long smmu_stat(const char *name);

#endif
