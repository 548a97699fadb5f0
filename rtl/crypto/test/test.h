/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of test_engines share. */
#ifndef SVARIG_CRYPTO_TEST_H
#define SVARIG_CRYPTO_TEST_H

#include "drive.h"

void ok(bool good, const char *name);
void job_fill(struct job *j);
void job_free(struct job *j);
void job_random(struct job *j, uint32_t max_len);
bool job_right(const struct job *j);
bool run(struct job *jobs, unsigned n);

void test_streams(void);
void test_speed(void);

#endif
