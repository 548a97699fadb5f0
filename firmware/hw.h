/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers and the core's own instructions. */
#ifndef FW_HW_H
#define FW_HW_H

#include <stdbool.h>
#include <stdint.h>

#include "svarig_hw.h"

/* off: ADM_* or MCU_* of function 0, or what fn_reg() or queue_at() give */
static inline uint32_t reg_read(uint32_t off)
{
	return *(volatile uint32_t *)(SVARIG_MCU_PERIPH_BASE + off);
}

static inline void reg_write(uint32_t off, uint32_t v)
{
	*(volatile uint32_t *)(SVARIG_MCU_PERIPH_BASE + off) = v;
}

/* A register in the set of a function. */
static inline uint32_t fn_reg(uint32_t fn, uint32_t off)
{
	return (fn << SVARIG_MCU_FN_SHIFT) + off;
}

#define csr_read(name)                                                                             \
	({                                                                                         \
		uint32_t v_;                                                                       \
		__asm__ volatile("csrr %0, " name : "=r"(v_));                                     \
		v_;                                                                                \
	})

#define csr_write(name, v) __asm__ volatile("csrw " name ", %0" : : "r"((uint32_t)(v)))

/* Clock cycles since reset. */
static inline uint64_t cycles(void)
{
	uint32_t hi, lo;

	do {
		hi = csr_read("mcycleh");
		lo = csr_read("mcycle");
	} while (hi != csr_read("mcycleh"));
	return (uint64_t)hi << 32 | lo;
}

/* Ends when an interrupt that mie enables is pending; it is not taken while mstatus.MIE is 0. */
static inline void wait_for_interrupt(void)
{
	__asm__ volatile("wfi" : : : "memory");
}

#define MIE_EXTERNAL (1u << 11)

/* MCU_IRQ_PENDING and MCU_IRQ_ENABLE; the reset of the PF sets the bits of all functions. */
#define IRQ_MAILBOX(fn) (1u << (fn))
#define IRQ_RESET(fn)	(1u << (8 + (fn)))

/*
 * The host side of the function was reset while we work: what the command was about is gone, and so
 * is whoever waits for its answer.
 */
static inline bool host_reset_pending(uint32_t fn)
{
	return reg_read(SVARIG_MCU_IRQ_PENDING) & IRQ_RESET(fn);
}

#endif
