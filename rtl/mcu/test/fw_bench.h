/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware's bench: the core and the register blocks in Verilator, the queues, the ATC and the
 * functions' resets in C, and the host's side of the mailboxes.
 */
#ifndef SVARIG_FW_BENCH_H
#define SVARIG_FW_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "mcu_shim.h"
#include "svarig_hw.h"

#define QUEUES	 SVARIG_PF_QUEUES /* of the PF; the VFs' lie behind them */
#define MAX_INVS 64
/* cycles; longer limits are those of commands that must run into a timeout */
#define LONG_WAIT 200000

struct queue {
	uint32_t reg[64];	 /* per-queue block */
	unsigned int stop_after; /* cycles from STOP to not busy; UINT32_MAX: never */
	unsigned int drain_in;	 /* cycles until all jobs are complete; 0: no change */
};

extern struct mcu_in in;
extern struct mcu_out out;
extern struct queue queue[SVARIG_MAX_QUEUES];
extern uint8_t in_reset;	/* functions whose queues take no writes, bit per function */
extern uint32_t invs[MAX_INVS]; /* orders to the ATC since the last command, as MCU_ATC_INV */
extern unsigned int inv_count;
extern bool inv_stuck; /* the ATC never ends */
extern char console[65536];
extern uint64_t now, retired; /* cycles, instructions */
extern uint32_t last_bus_pc;
/* writes to QC_CTRL while the queue was busy and not stopped, or before the other registers */
extern unsigned int rude_writes;
extern uint32_t last_res0;

uint32_t *qreg(uint32_t q, uint32_t off);
/* The function's first queue in the endpoint. */
uint32_t first_of(uint32_t fn);
/* All a queue's user gave is zero. */
bool cleared(uint32_t q);

void tick(void);
uint32_t host_read(uint32_t addr);
/* False if the core does not go to sleep within limit cycles. */
bool sleep_in(unsigned int limit);
/* Power-on reset and boot. */
bool boot(void);
/* Reset of the PF. */
void flr(void);
/* Function-level reset of a VF: its queues are gone, counters stay until the firmware clears them.
 */
void vf_reset(uint32_t fn);

/* A command to the mailbox of function in.h_fn; args SVARIG_MB_WORDS words, or NULL: random ones.
 */
void begin(uint32_t cmd, uint32_t q, const uint32_t *args);
/* The answer, or -1 if none comes. What the firmware's patience is worth need not be waited for. */
int end(uint64_t limit);
int command(uint32_t cmd, uint32_t q, const uint32_t *args);
/* The same to function fn. */
int fn_command(uint32_t fn, uint32_t cmd, uint32_t q, const uint32_t *args);
/* A good AC_CREATE_QUEUE: 8 descriptors, 16 records. */
void good_setup(uint32_t a[SVARIG_MB_WORDS]);
int create(uint32_t q, uint32_t pasid);
int fn_create(uint32_t fn, uint32_t q, uint32_t pasid, uint32_t vector);

#endif
