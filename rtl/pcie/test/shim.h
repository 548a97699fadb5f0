/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Verilated svarig_ep with stand-ins for core and mcu (stub/), as the bench in C sees it.
 * One instance; every call runs clock cycles only where it says so.
 */
#ifndef SHIM_H
#define SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TLP_MAX_DATA 4096
#define FUNCTIONS    5

/* A TLP: header as on the wire, payload as on the wire. */
struct tlp {
	bool pfx_valid;
	uint8_t pfx[4];
	uint8_t hdr[16];
	unsigned int len; /* payload bytes, a multiple of 4 */
	uint8_t data[TLP_MAX_DATA];
};

enum core_field {
	CORE_STOPPED,
	CORE_PULSE,
	CORE_PENDING,
	CORE_HDR_MARK,
	CORE_MSIX_VALID,
	CORE_MSIX_VECTOR,
	CORE_EV,
	CORE_BYTES,
	CORE_TX_LEN,
	CORE_BUSY,
	CORE_FN,
	CORE_FN_BUSY,
	CORE_RESETS,
	CORE_CPL_BEATS,
	CORE_CPL_DW0,
	CORE_MSGS,
	CORE_MSG_DW1,
	CORE_MSG_PFX,
	CORE_MSG_DATA,
	CORE_PRI_RESETS,
	CORE_INV,
	CORE_STARTS,
	CORE_COMMAND,
	CORE_FUNCTIONS,
	CORE_LIVE,
};

void dut_open(int argc, char **argv, const char *waves);
void dut_close(void);
void dut_reset(void);
void dut_tick(void);
bool dut_idle(void);
bool dut_irq(void);
/* Percentage of cycles in which tx_ready is high. */
void dut_tx_ready(unsigned int percent, uint64_t seed);
/* Drive a TLP; false if a beat was not taken within limit cycles (the TLP is withdrawn). */
bool dut_send(const struct tlp *t, unsigned int limit);
/* The oldest TLP that left, waiting up to limit cycles for it; false: none. */
bool dut_recv(struct tlp *t, unsigned int limit);
/*
 * Credits of our sending side: fields of limit lowest first PH 8, PD 12, NPH, NPD, CPLH, CPLD bits;
 * finite: bit per field. check: receiver overflow is an error. alloc: the credits the endpoint
 * allows, in the same layout.
 */
void dut_credits(unsigned int finite, uint64_t limit, bool check);
uint64_t dut_alloc(void);
/* What was sent since reset: headers and data units (16 bytes) of posted, non-posted, completions,
 * in that order. */
void dut_sent(uint64_t counts[6]);
/* How often the transmit port broke its rules (rtl/README.md, "The TLP port"). */
unsigned int dut_violations(void);
/* The oldest character on con_*, or -1. */
int dut_console(void);

/* Inputs of a board whose PCIe block owns configuration space (EXT_CFG 1; ignored otherwise). */
struct ext {
	uint16_t rid[FUNCTIONS];
	uint64_t bar0, bar2, vf_bar0, vf_bar2;
	uint8_t fn_on, flr, bme, msix_en, msix_fmask, ats_en; /* bit n: function n */
	bool mem_en, vf_mem_en, pri_en, pasid_en;
	uint8_t mps, mrrs, stu;
	uint32_t pri_alloc;
};
void dut_ext(const struct ext *x);

void core_set(enum core_field f, uint64_t v);
uint64_t core_get(enum core_field f);
/* One access on the management core's bus; runs until done. false: no answer. */
bool mcu_access(bool write, uint32_t addr, uint32_t *data);

#ifdef __cplusplus
}
#endif
#endif
