// SPDX-License-Identifier: BSD-2-Clause
/* The core with RAM and peripherals around it. */
#include <string.h>

#include "rv32_bench.h"

void dut_clear(struct dut *d)
{
	memset(d, 0, sizeof(*d));
}

void dut_reset(struct dut *d)
{
	d->in = (struct rv32_in){.rst = true};
	d->accesses = 0;
	for (int i = 0; i < 3; i++)
		dut_cycle(d);
	d->in.rst = false;
	d->accesses = 0;
}

static void note(struct dut *d, struct rv32_access a)
{
	if (d->accesses < sizeof(d->access) / sizeof(d->access[0]))
		d->access[d->accesses++] = a;
}

static void merge(uint8_t *word, uint32_t data, uint8_t strb)
{
	for (int i = 0; i < 4; i++)
		if (strb >> i & 1)
			word[i] = (uint8_t)(data >> 8 * i);
}

void dut_cycle(struct dut *d)
{
	d->last_irq = d->irq;
	d->irq = d->in.irq;
	d->in.p_ready = (rnd() & 255) >= d->wait_256;
	d->in.p_rdata = rnd();
	rv32_eval(&d->in, &d->out);
	if (d->out.p_valid) {
		/* registered by the core, so it cannot depend on what follows */
		d->in.p_rdata = d->in.p_ready ? d->periph[d->out.p_addr / 4] : rnd();
		rv32_eval(&d->in, &d->out);
	}
	rv32_edge();
	d->cycles++;

	if (d->out.i_en)
		memcpy(&d->in.i_rdata, d->ram + 4 * d->out.i_addr, 4);
	d->in.d_rdata = rnd();
	if (d->out.d_en && d->out.d_we) {
		uint8_t *word = d->ram + 4 * d->out.d_addr;
		struct rv32_access a = {
			.write = true, .addr = 4 * d->out.d_addr, .strb = d->out.d_we};

		merge(word, d->out.d_wdata, d->out.d_we);
		memcpy(&a.wdata, word, 4);
		note(d, a);
	} else if (d->out.d_en) {
		memcpy(&d->in.d_rdata, d->ram + 4 * d->out.d_addr, 4);
	}
	if (d->out.p_valid && d->in.p_ready) {
		struct rv32_access a = {.periph = true,
					.write = d->out.p_write,
					.addr = d->out.p_addr,
					.strb = d->out.p_wstrb};

		if (a.write) {
			uint8_t *word = (uint8_t *)&d->periph[a.addr / 4];

			merge(word, d->out.p_wdata, a.strb);
			memcpy(&a.wdata, word, 4);
		}
		note(d, a);
	}
}
