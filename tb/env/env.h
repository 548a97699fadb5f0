/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a test sees: one endpoint, one root complex, one SMMU, the checker between them, and the
 * host's driver reduced to functions that return when the answer is there. Every wait has a limit;
 * a failed require() ends the test, a failed check() marks it and goes on.
 */
#ifndef TB_ENV_H
#define TB_ENV_H

#include <setjmp.h>

#include "chk.h"
#include "credits.h"
#include "port.h"
#include "rc.h"
#include "shim.h"
#include "smmu.h"
#include "svarig_hw.h"

#define ENV_BDF	      0x0100 /* bus 1, device 0, function 0 */
#define ENV_BAR0      0x400000000000ull
#define ENV_BAR2      0x20000000ull
#define ENV_VF_BAR0   0x410000000000ull
#define ENV_VF_BAR2   0x21000000ull
#define ENV_LIMIT     50000   /* cycles for one access */
#define ENV_BOOT      2000000 /* cycles until the firmware is ready */
#define ENV_PRI_ALLOC 16

enum env_boot { /* what env_boot() leaves out */
	BOOT_NO_ATS = 1,
	BOOT_NO_PRI = 2,
	BOOT_NO_FIRMWARE = 4, /* do not wait for it */
	BOOT_CONFIG_ONLY = 8, /* numbers and BARs, no enables */
};

enum env_profile {
	PROFILE_SMOOTH,
	PROFILE_USUAL,
	PROFILE_ROUGH,
	PROFILE_RANDOM
};

/* An endpoint whose firmware has booted; nothing was sent to it yet. */
struct booted {
	uint64_t seed;
	struct dut *dut;
	char console[8192];
	unsigned console_len;
	struct booted *next;
};

struct env {
	const struct test *test;
	uint64_t seed;
	struct rng rng;
	struct dut *dut;
	struct port port;
	struct pmem *pm;
	struct chk *chk;
	struct rc *rc;
	struct smmu *smmu;
	uint64_t cycle;
	bool verbose;
	/* found by enumeration */
	struct chk_caps cap;
	uint16_t cap_msix, cap_aer;
	uint16_t bdf; /* bus 15:8, device 7:3, function 2:0 */
	unsigned fn;  /* function that configuration accesses, env_db() and env_fn_adm() mean: 0 the
			 PF, n VF n */
	uint64_t bar0_size, bar2_size;
	unsigned queues, vectors, db_stride;
	/* what the firmware printed */
	char console[8192];
	unsigned console_len;
	/* verdict */
	unsigned checks, failures;
	jmp_buf bail;
	struct credits credits; /* flow control; off unless a test turns it on */
	struct tlp held;	/* waits for credits */
	bool holds;
	struct beat shown;    /* the endpoint's beat that was not taken yet */
	bool stop_clock;      /* while the endpoint says it is idle */
	uint64_t idle_cycles; /* without clock */
	/* called once per cycle, for what happens beside the test's own flow */
	void (*every_cycle)(struct env *e, void *ctx);
	void *every_ctx;
};

/* ---- life */
/* The same for each call with this seed: it may be used once in a process. */
const struct booted *env_booted(uint64_t seed);
/* booted NULL: a freshly reset endpoint, whose waves can be written. */
struct env *env_open(const struct test *t, uint64_t seed, const struct booted *booted,
		     const char *waves, bool verbose);
void env_close(struct env *e);
/* Ends the test: nothing of the endpoint is left undone, no rule was broken. */
void env_verdict(struct env *e);

/* ---- time */
void env_cycle(struct env *e);
void env_run(struct env *e, uint32_t cycles);
#define WAIT(e, cond, limit)                                                                       \
	({                                                                                         \
		uint64_t end_ = (e)->cycle + (limit);                                              \
		bool met_;                                                                         \
		while (!(met_ = (cond)) && (e)->cycle < end_)                                      \
			env_cycle(e);                                                              \
		met_;                                                                              \
	})

/* ---- verdicts */
bool env_check(struct env *e, bool good, const char *where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void env_require(struct env *e, bool good, const char *where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
#define STR_(x) #x
#define STR(x)	STR_(x)
/* A condition, and what is wrong when it does not hold. */
#define check(e, cond, ...)   env_check(e, cond, __FILE__ ":" STR(__LINE__), __VA_ARGS__)
#define require(e, cond, ...) env_require(e, cond, __FILE__ ":" STR(__LINE__), __VA_ARGS__)
/* Two integers are equal. */
#define check_eq(e, got, want, what)                                                               \
	({                                                                                         \
		uint64_t got_ = (got), want_ = (want);                                             \
		check(e, got_ == want_, "%s is %#llx, not %#llx", what, (unsigned long long)got_,  \
		      (unsigned long long)want_);                                                  \
	})
#define require_eq(e, got, want, what)                                                             \
	({                                                                                         \
		uint64_t got_ = (got), want_ = (want);                                             \
		require(e, got_ == want_, "%s is %#llx, not %#llx", what,                          \
			(unsigned long long)got_, (unsigned long long)want_);                      \
	})
/* The test provoked violations of this rule: at least one must have been found. */
void env_expect_violation(struct env *e, enum chk_rule rule);

/* ---- configuration and registers (return when the answer is there; UR and the like fail the test)
 */
uint32_t env_cfg_read(struct env *e, uint16_t reg);
void env_cfg_write(struct env *e, uint16_t reg, uint32_t value);
void env_cfg_write_be(struct env *e, uint16_t reg, unsigned be, uint32_t value);
uint32_t env_read32(struct env *e, uint64_t addr);
void env_write32(struct env *e, uint64_t addr, uint32_t value);
/* Any non-posted request: returns its completion status, data in e->rc->req[tag] until the next
 * call. */
unsigned env_request(struct env *e, struct tlp *t, uint32_t *data);
uint64_t env_counter(struct env *e, unsigned index);
uint64_t env_db(struct env *e, unsigned queue, unsigned reg);
uint64_t env_adm(unsigned reg);
/* The same of function e->fn. */
uint64_t env_fn_adm(struct env *e, unsigned reg);

/* ---- bring-up */
void env_profile(struct env *e, enum env_profile p);
/* enum env_boot flags; ends with the firmware ready. */
void env_boot(struct env *e, unsigned without);
void env_enumerate(struct env *e);
void env_wait_firmware(struct env *e);
/* NumVFs n, VF BARs, VF Enable, then bus mastering and ATS of each VF. 0: VF Enable off. */
void env_set_vfs(struct env *e, unsigned n);
/* Bus mastering and ATS of the VF. */
void env_vf_enables(struct env *e, unsigned fn);
/* Function level reset of the VF, as env_flr(). Leaves it without enables. */
void env_vf_flr(struct env *e, unsigned fn);
void env_set_bme(struct env *e, bool on);
void env_set_ats(struct env *e, bool on);
void env_set_pri(struct env *e, bool on, uint32_t alloc);
void env_set_pasid(struct env *e, bool on);
/* Max_Payload_Size and Max_Read_Request_Size in bytes. */
void env_set_sizes(struct env *e, unsigned mps, unsigned mrrs);
void env_msix_setup(struct env *e);
void env_msix_mask(struct env *e, unsigned vector, bool masked);
uint64_t env_msi_addr(unsigned vector);
uint32_t env_msi_data(unsigned vector);
/* Interrupts received on a vector since env_boot(). */
unsigned env_msi_count(struct env *e, unsigned vector);
/* Requests the reset by Device Control, waits as 6.6.2 says, forgets the old state. */
void env_flr(struct env *e);

/* ---- memory of processes */
/* len bytes of fresh virtual addresses (page-aligned, unmapped neighbours); the same in every
 * address space. */
uint64_t env_alloc(struct env *e, struct as *as, uint64_t len, unsigned prot);
/* The same, mapped and filled with random bytes. */
uint64_t env_alloc_filled(struct env *e, struct as *as, uint64_t len, unsigned prot);
/* Waits until an ITag is free, unmaps, waits for the completion. */
void env_unmap_wait(struct env *e, struct as *as, uint64_t va, unsigned pages);
void env_invalidate_wait(struct env *e, bool pasid_valid, uint32_t pasid, uint64_t addr,
			 unsigned size_log2, bool global);

/* ---- tests register themselves */
struct test {
	const char *name, *text;
	void (*run)(struct env *e);
	bool cold; /* begins with the reset: the host is there while the firmware boots */
	struct test *next;
};

void test_register(struct test *t);
/* Value of an option of the run, such as --invalidations N. */
uint64_t test_option(const char *name, uint64_t otherwise);

/* Defines a test: its name is what the runner lists and what --test takes. TEST_COLD: see struct
 * test. */
#define TEST(id, description)	   TEST_(id, description, false)
#define TEST_COLD(id, description) TEST_(id, description, true)
#define TEST_(id, description, is_cold)                                                            \
	static void run_##id(struct env *e);                                                       \
	__attribute__((constructor)) static void register_##id(void)                               \
	{                                                                                          \
		static struct test t = {#id, description, run_##id, is_cold, 0};                   \
		test_register(&t);                                                                 \
	}                                                                                          \
	static void run_##id(struct env *e)

#endif
