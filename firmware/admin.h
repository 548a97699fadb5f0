/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The admin mailboxes, one per function. Queue state is in the hardware's registers only: after a
 * host reset there is none to mend.
 */
#ifndef FW_ADMIN_H
#define FW_ADMIN_H

#include <stdbool.h>
#include <stdint.h>

#define FW_VERSION 0x00020000u

/*
 * Looks after the function's mailbox: begins a command that waits, goes on with one that is at
 * work, writes results and status when it ends, which frees the mailbox. True if there was
 * something to do: call again.
 */
bool admin_poll(uint32_t fn);

/* The function was reset by the host (or is seen for the first time): what was at work is gone. */
void admin_function_reset(uint32_t fn);

/*
 * Runs the self-test and sets FW_STATUS. False if the engines could not be had, or if the PF was
 * reset meanwhile, in which case nothing is known and FW_STATUS stays.
 */
bool admin_selftest(uint32_t *failed);

#endif
