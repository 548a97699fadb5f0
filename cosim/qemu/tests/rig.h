/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU without a running CPU: the test is the CPU (through the qtest protocol: physical memory and
 * MMIO) and the endpoint behind the root port (through the link: TLPs).
 *
 * Whatever does not answer in time, or answers nonsense, ends the test program with a message.
 */
#ifndef RIG_H
#define RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "../../tlp/tlp.h"

#define RIG_RAM		0x40000000ull /* 64 MiB */
#define RIG_FIRST_SMMU	0x09050000ull
#define RIG_SECOND_SMMU 0x09100000ull

/* The endpoint is behind the second root bus and its SMMU */
extern bool rig_second;
/* The SMMU before the endpoint; the endpoint's bus, device 0, function 0 */
#define RIG_SMMU (rig_second ? RIG_SECOND_SMMU : RIG_FIRST_SMMU)
#define RIG_RID	 (rig_second ? 0x8100u : 0x0100u)

/* ATS capability of the endpoint: so many invalidations it takes at once */
#define RIG_INV_DEPTH 4
/* It has virtual functions, functions 1 and up, which take one at once */
#define RIG_VFS 2

/* Starts QEMU (the program is $SVARIG_QEMU) with @extra more arguments (may be NULL), numbers the
 * buses, enables memory and bus mastering. @second becomes rig_second. */
void rig_start(const char *const *extra, bool second);
/* Ends QEMU; fails when it does not end orderly. */
void rig_stop(void);
/* The endpoint vanishes without a goodbye. */
void rig_kill_link(void);

uint8_t rd8(uint64_t addr);
uint32_t rd32(uint64_t addr);
uint64_t rd64(uint64_t addr);
/* Configuration space of function @fn of the endpoint */
uint64_t rig_config(unsigned fn, unsigned reg);
void wr16(uint64_t addr, uint16_t v);
void wr32(uint64_t addr, uint32_t v);
void wr64(uint64_t addr, uint64_t v);
void mem_write(uint64_t addr, const void *data, unsigned len);
void mem_read(uint64_t addr, void *data, unsigned len);
void mem_zero(uint64_t addr, unsigned len);
/* Virtual time passes. */
void clock_step_ms(unsigned ms);
/* Has shared peripheral interrupt @spi been raised since the last call? */
bool spi_raised(unsigned spi);

/* ---- the endpoint ---- */

/* From now on requests and messages are those of function @fn: 0, or a virtual one. */
void ep_become(unsigned fn);
/* Sends @t as it is. */
void ep_send(const struct tlp *t);
/* Sends a non-posted request under a tag of its own and returns its completions put together:
 * status, and data from the first enabled byte on. */
struct ep_answer {
	uint8_t status; /* enum tlp_status */
	uint32_t len;	/* bytes of data */
	uint8_t data[512];
};
struct ep_answer ep_request(struct tlp *t);
/* The next message (of any code) from the root, in wire order: its bytes and @t. False: none came
 * within @ms. */
bool ep_message(struct tlp *t, uint8_t *wire, unsigned *wire_len, unsigned ms);

/* Ready-made */
struct ep_who {
	bool pasid_valid, priv, exec;
	uint32_t pasid;
};
/* Translation request for @count pages; entries as numbers. */
struct ep_treq {
	uint8_t status;
	unsigned n;
	uint64_t entry[8];
};
struct ep_treq ep_treq(struct ep_who who, uint64_t addr, bool nw, unsigned count);
struct ep_answer ep_read(struct ep_who who, unsigned at, uint64_t addr, unsigned len);
/* A posted write, followed by a read that pushes it. */
void ep_write(struct ep_who who, unsigned at, uint64_t addr, const void *data, unsigned len);
void ep_page_request(struct ep_who who, uint64_t addr, unsigned prgi, bool last, bool r, bool w);
void ep_inv_complete(unsigned count, uint32_t itags);
/* Everything sent so far has been handled. */
void ep_sync(void);

/* ---- TAP ---- */

__attribute__((format(printf, 2, 3))) bool ok(bool cond, const char *fmt, ...);
/* ok() that shows both values */
bool is(uint64_t got, uint64_t want, const char *what);
/* ok() that shows both byte strings */
bool is_bytes(const void *got, unsigned got_len, const void *want, unsigned len, const char *what);
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *fmt, ...);

#endif
