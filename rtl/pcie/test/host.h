/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's side of the bench: TLPs byte by byte (PCIe Base Specification 5.0, 2.2), TAP output.
 * The requester is 00:00.0 with rising tags; every call fails the test when no or a wrong answer
 * comes.
 */
#ifndef HOST_H
#define HOST_H

#include "shim.h"

#define BAR0 0x0000000840000000ull
#define BAR2 0x00000000e0100000ull
#define RID  0x0100 /* bus 1, device 0, function 0 */
/* VF BARs: 32 KiB and 64 KiB for each VF */
#define VF_BAR0(n) (0x0000000850000000ull + 0x8000ull * ((n)-1))
#define VF_BAR2(n) (0x00000000e0200000ull + 0x10000ull * ((n)-1))

enum {
	CPL_SC = 0,
	CPL_UR = 1,
	CPL_CA = 4
};

extern int failures;
/* A failed check prints where and counts. */
#define CHECK(cond)	    check((cond), #cond, __FILE__, __LINE__)
#define CHECK_EQ(got, want) check_eq((got), (want), #got, __FILE__, __LINE__)
bool check(bool ok, const char *what, const char *file, int line);
bool check_eq(uint64_t got, uint64_t want, const char *what, const char *file, int line);

void put_be32(uint8_t *p, uint32_t v);
uint32_t get_be32(const uint8_t *p);
uint32_t get_le32(const uint8_t *p);

/* As dut_recv; what came while request() waited for its completion comes first. */
bool host_recv(struct tlp *t, unsigned int limit);
/* Non-posted request; returns the completion status, *cpl the completion. */
int request(struct tlp *req, struct tlp *cpl);
uint32_t cfg_read(unsigned int off);
void cfg_write(unsigned int off, uint32_t v, unsigned int be);
/* The same in function fn; fn_cfg_status: the completion status of a read. */
uint32_t fn_cfg_read(unsigned int fn, unsigned int off);
void fn_cfg_write(unsigned int fn, unsigned int off, uint32_t v, unsigned int be);
int fn_cfg_status(unsigned int fn);
/* VFs on: NumVFs n, BARs, VF Enable, VF MSE, each VF bus master. */
void vfs_up(unsigned int n);
struct tlp mem_read_tlp(uint64_t addr, unsigned int dws, unsigned int first, unsigned int last);
struct tlp mem_write_tlp(uint64_t addr, unsigned int dws, unsigned int first, unsigned int last,
			 const uint32_t *data);
uint32_t rd32(uint64_t addr);
void wr32(uint64_t addr, uint32_t v);
/* addr: function << 16 | offset */
uint32_t mcu_rd(uint32_t addr);
void mcu_wr(uint32_t addr, uint32_t v);
/* Reset, then as an enumerated function: bus number, BARs, memory space and bus mastering on.
 * With EXT defined the board's inputs say so. */
void host_up(void);
void ticks(unsigned int n);
bool quiet(unsigned int n); /* no TLP leaves within n cycles */

/* The tests, one array per file, ended by a NULL name. */
struct test {
	const char *name;
	void (*run)(void);
};
extern const struct test tests_cfg[], tests_mem[], tests_ctl[], tests_ext[], tests_iov[],
	tests_aer[], tests_fc[];

#endif
