/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "die.h"
#include "unit.h"

static unsigned count, failed;

void ok(bool good, const char *format, ...)
{
	va_list ap;

	failed += !good;
	printf("%sok %u - ", good ? "" : "not ", ++count);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
}

static const struct chk_caps caps = {.pcie = 0x50, .ats = 0x150, .pri = 0x160, .pasid = 0x170};

struct bench *bench_new(void)
{
	struct bench *b = xalloc(sizeof(*b));

	b->pm = pmem_new(1);
	b->chk = chk_new();
	chk_set_print(b->chk, false);
	chk_set_function(b->chk, EP, SMMU_RID, &caps);
	chk_set_msi(b->chk, RC_MSI_BASE, RC_MSI_BASE + RC_MSI_SIZE);
	b->rc = rc_new(b->pm, b->chk, 2);
	b->smmu = smmu_new(b->pm, b->rc, b->chk, 3);
	b->smmu->device = EP;
	b->as = smmu_new_as(b->smmu, true, 5);
	return b;
}

void bench_free(struct bench *b)
{
	smmu_free(b->smmu);
	rc_free(b->rc);
	chk_free(b->chk);
	pmem_free(b->pm);
	free(b);
}

bool bench_step(struct bench *b)
{
	b->rc->cycle = b->cycle++;
	rc_tick(b->rc);
	smmu_tick(b->smmu);
	if (!rc_next(b->rc, &b->last))
		return false;
	chk_to_ep(b->chk, b->cycle, &b->last);
	return true;
}

bool bench_until(struct bench *b, enum tlp_kind kind)
{
	for (int i = 0; i < 10000; i++)
		if (bench_step(b) && b->last.kind == kind)
			return true;
	return false;
}

void bench_ep(struct bench *b, const struct tlp *t)
{
	b->rc->cycle = b->cycle;
	rc_receive(b->rc, t);
}

void bench_cfg_write_to(struct bench *b, uint16_t rid, uint16_t reg, unsigned be, uint32_t value)
{
	int tag = rc_cfg(b->rc, true, rid, reg, be, value);
	struct tlp t;

	bench_until(b, TLP_CFGWR0);
	tlp_make_cpl(&t, &b->last, rid, TLP_SC);
	bench_ep(b, &t);
	rc_req_free(b->rc, tag);
}

void bench_cfg_write(struct bench *b, uint16_t reg, unsigned be, uint32_t value)
{
	bench_cfg_write_to(b, EP, reg, be, value);
}

void bench_enable(struct bench *b)
{
	bench_cfg_write(b, 0x04, 3, 6);
	bench_cfg_write(b, 0x58, 3, 0x211f); /* MPS 128, MRRS 512, extended tags */
	bench_cfg_write(b, 0x174, 0xc, 0x10000);
	bench_cfg_write(b, 0x154, 0xc, 0x80000000);
	bench_cfg_write(b, 0x16c, 15, 4);
	bench_cfg_write(b, 0x164, 3, 1);
	b->cycle += 10000; /* beyond the grace for what was prepared before */
}

bool bench_translate(struct bench *b, uint64_t va, bool no_write, unsigned tag, struct tlp_xlat *x)
{
	struct tlp t = {
		.kind = TLP_MRD, .at = TLP_AT_TRANSLATION_REQUEST, .requester = EP, .tag = tag};

	t.pasid_valid = true;
	t.pasid = 5;
	t.addr = (va & PAGE_MASK) | no_write;
	t.length_dw = 2;
	t.first_be = t.last_be = 15;
	bench_ep(b, &t);
	if (!bench_until(b, TLP_CPLD) || b->last.tag != tag)
		die("no translation completion");
	tlp_get_xlat(x, b->last.payload);
	return x->r || x->w;
}

int main(void)
{
	test_memory();
	test_model();
	test_checker();
	test_functions();
	test_netlist();
	printf("1..%u\n", count);
	return failed != 0;
}
