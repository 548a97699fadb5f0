/* SPDX-License-Identifier: BSD-2-Clause */
/* Known answers through every engine. */
#ifndef FW_SELFTEST_H
#define FW_SELFTEST_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Takes the engines, runs all tests, gives them back. *failed gets a bit (1 << OP_*) per opcode
 * that gave a wrong answer or none. False if the engines could not be had: a job holds them.
 */
bool selftest(uint32_t *failed);

#endif
