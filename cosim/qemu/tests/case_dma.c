/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory requests: untranslated with and without PASID, translated */
#include <string.h>

#include "cases.h"
#include "smmu.h"

#define VA 0x6000000000ull

static const uint8_t text[] = "SVM needs no pinned page";

static void setup(void)
{
	smmu_init();
	smmu_cd(5, 0, 0x51);
	smmu_ste_usual();
	mem_write(MEM_DATA + 0x100, text, sizeof(text));
}

static void untranslated(void)
{
	struct ep_answer a;
	uint8_t back[32];

	setup();
	smmu_map(0, VA, 3, MEM_DATA | PTE_URW);
	a = ep_read(P(5), TLP_AT_UNTRANSLATED, VA + 0x101, sizeof(text) - 1);
	is_bytes(a.data, a.len, text + 1, sizeof(text) - 1, "read with PASID, odd address");
	ep_write(P(5), TLP_AT_UNTRANSLATED, VA + 0x203, "written", 7);
	mem_read(MEM_DATA + 0x203, back, 7);
	is_bytes(back, 7, "written", 7, "write with PASID, odd address");
	a = ep_read(P(5), TLP_AT_UNTRANSLATED, VA, 0);
	is(a.status, TLP_SC, "zero-length read");
	ok(!smmu_event(&(struct event){0}), "no events");
}

/* Arm IHI 0070 7.3.13, 7.3.16: number, SSV, SubstreamID, StreamID; RnW 99, InD 98, PnU 97; address
 */
static void fault(const char *what, unsigned number, bool write, bool priv, uint64_t va)
{
	struct event e = {0};

	ok(smmu_event(&e), "%s: an event", what);
	is(e.dw[0], number | 1ull << 11 | 5ull << 12 | (uint64_t)RIG_RID << 32,
	   "its number, SSV, SubstreamID, StreamID");
	is(e.dw[1] >> 32 & 0xff, (write ? 0 : 8) | (priv ? 2 : 0), "its RnW, InD and PnU");
	is(e.dw[1] >> 40 & 3, 2, "class: input address");
	is(e.dw[2], va, "its address");
}

static void faults(void)
{
	struct ep_who priv = P(5);
	struct ep_answer a;
	uint8_t back[4];

	priv.priv = true;
	setup();
	a = ep_read(P(5), TLP_AT_UNTRANSLATED, VA + 0x10, 4);
	is(a.status, TLP_UR, "read of a missing page: UR");
	fault("missing page", 0x10, false, false, VA + 0x10);
	ok(spi_raised(SPI_EVENTQ), "with its interrupt");

	smmu_map(0, VA, 3, MEM_DATA | PTE_URO);
	ep_write(P(5), TLP_AT_UNTRANSLATED, VA + 0x100, "no", 2);
	fault("write to a read-only page", 0x13, true, false, VA + 0x100);
	mem_read(MEM_DATA + 0x100, back, 2);
	is_bytes(back, 2, text, 2, "nothing was written");

	smmu_map(0, VA + 0x1000, 3, MEM_DATA | PTE_PAGE | PTE_AF | PTE_NG);
	a = ep_read(P(5), TLP_AT_UNTRANSLATED, VA + 0x1000, 4);
	is(a.status, TLP_UR, "read of a kernel page: UR");
	fault("kernel page", 0x13, false, false, VA + 0x1000);
	a = ep_read(priv, TLP_AT_UNTRANSLATED, VA + 0x1100, 4);
	is(a.status, TLP_SC, "privileged read of it");

	smmu_map(0, VA + 0x2000, 3, (MEM_DATA | PTE_URW) & ~PTE_AF);
	a = ep_read(priv, TLP_AT_UNTRANSLATED, VA + 0x2000, 4);
	is(a.status, TLP_UR, "access flag clear: UR");
	fault("access flag", 0x12, false, true, VA + 0x2000);
}

static void config_faults(void)
{
	struct event e = {0};
	struct ep_answer a;

	setup();
	a = ep_read(NO_PASID, TLP_AT_UNTRANSLATED, VA, 4);
	is(a.status, TLP_UR, "no PASID, S1DSS terminates");
	ok(smmu_event(&e), "an event");
	is(e.dw[0], 0x06 | (uint64_t)RIG_RID << 32, "F_STREAM_DISABLED");
	a = ep_read(P(0xabcde), TLP_AT_UNTRANSLATED, VA, 4);
	is(a.status, TLP_UR, "PASID beyond S1CDMax");
	ok(smmu_event(&e), "an event");
	is(e.dw[0], 0x08 | 0xabcdeull << 12 | (uint64_t)RIG_RID << 32, "C_BAD_SUBSTREAMID");
	a = ep_read(P(7), TLP_AT_UNTRANSLATED, VA, 4);
	is(a.status, TLP_UR, "invalid CD");
	ok(smmu_event(&e), "an event");
	is(e.dw[0], 0x0a | 1ull << 11 | 7ull << 12 | (uint64_t)RIG_RID << 32, "C_BAD_CD");
	smmu_ste(STE_V | STE_BYPASS, 0);
	a = ep_read(P(5), TLP_AT_UNTRANSLATED, MEM_DATA, 4);
	is(a.status, TLP_UR, "PASID on a stream in bypass");
	ok(smmu_event(&e), "an event");
	is(e.dw[0] & 0xff, 0x08, "C_BAD_SUBSTREAMID");
	a = ep_read(NO_PASID, TLP_AT_UNTRANSLATED, MEM_DATA + 0x100, 4);
	is_bytes(a.data, a.len, text, 4, "bypass: read of the physical address");
	smmu_ste(STE_V | STE_ABORT, 0);
	a = ep_read(NO_PASID, TLP_AT_UNTRANSLATED, MEM_DATA + 0x100, 4);
	is(a.status, TLP_UR, "abort");
	ok(!smmu_event(&e), "without an event");
}

static void translated(void)
{
	struct event e = {0};
	struct ep_answer a;
	uint8_t back[8];

	setup();
	a = ep_read(NO_PASID, TLP_AT_TRANSLATED, MEM_DATA + 0x100, sizeof(text));
	is_bytes(a.data, a.len, text, sizeof(text), "translated read");
	ep_write(NO_PASID, TLP_AT_TRANSLATED, MEM_DATA + 0x300, "at ten", 6);
	mem_read(MEM_DATA + 0x300, back, 6);
	is_bytes(back, 6, "at ten", 6, "translated write");

	smmu_ste(STE_V | STE_S1 | STE_2LVL_4K | MEM_L1CD | STE_CDMAX(10), STE1_TERMINATE);
	a = ep_read(NO_PASID, TLP_AT_TRANSLATED, MEM_DATA + 0x100, 4);
	is(a.status, TLP_UR, "EATS off, ATSCHK: UR");
	ok(smmu_event(&e), "an event");
	is(e.dw[0], 0x07 | (uint64_t)RIG_RID << 32, "F_TRANSL_FORBIDDEN");
	is(e.dw[1] >> 35 & 1, 1, "of a read");
	is(e.dw[2], MEM_DATA + 0x100, "its address");
	ep_write(NO_PASID, TLP_AT_TRANSLATED, MEM_DATA + 0x300, "FORBID", 6);
	mem_read(MEM_DATA + 0x300, back, 6);
	is_bytes(back, 6, "at ten", 6, "a forbidden write does not arrive");
	ok(smmu_event(&e) && !(e.dw[1] >> 35 & 1), "F_TRANSL_FORBIDDEN of a write");

	smmu_wr(CR0, CR0_ALL & ~CR0_ATSCHK);
	a = ep_read(NO_PASID, TLP_AT_TRANSLATED, MEM_DATA + 0x100, 4);
	is(a.status, TLP_SC, "EATS off, ATSCHK off: passes");
	smmu_wr(CR0, CR0_ALL & ~CR0_SMMUEN);
	a = ep_read(NO_PASID, TLP_AT_TRANSLATED, MEM_DATA + 0x100, 4);
	is(a.status, TLP_UR, "SMMU disabled: UR");
}

const struct test_case cases_dma[] = {
	{"dma-untranslated", untranslated, NULL},
	{"dma-faults", faults, NULL},
	{"dma-config-faults", config_faults, NULL},
	{"dma-translated", translated, NULL},
	{0},
};
