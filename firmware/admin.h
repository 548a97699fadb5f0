/* SPDX-License-Identifier: BSD-2-Clause */
/* The admin mailbox. Queue state is in the hardware's registers only: after a host reset there is
 * none to mend. */
#ifndef FW_ADMIN_H
#define FW_ADMIN_H

#include <stdbool.h>
#include <stdint.h>

#define FW_VERSION 0x00010000u

/* Reads MB_CMD and its arguments, does it, writes results and status, which frees the mailbox. */
void admin_serve(void);

/*
 * Runs the self-test and sets FW_STATUS. False if the engines could not be had, or if the host side
 * was reset meanwhile, in which case nothing is known and FW_STATUS stays.
 */
bool admin_selftest(uint32_t *failed);

#endif
