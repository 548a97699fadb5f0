// SPDX-License-Identifier: BSD-2-Clause
// Verilator's C++ and nothing else; the test is in C.
#include <cstring>
#include "Vtb_crypto.h"
#include "verilated.h"
#include "shim.h"

static VerilatedContext *ctx;
static Vtb_crypto *top;

double sc_time_stamp()
{
	return 0;
}

void shim_open(int seed)
{
	ctx = new VerilatedContext;
	ctx->randReset(2);
	ctx->randSeed(seed);
	top = new Vtb_crypto(ctx);
	top->clk = 0;
}

void shim_close(void)
{
	top->final();
	delete top;
	delete ctx;
}

void shim_clock(const struct shim_in *in, struct shim_out *out)
{
	top->rst = in->rst;
	top->iter = in->small;
	top->start = in->start;
	top->stop = in->stop;
	top->op = in->op;
	top->s_valid = in->s_valid;
	top->s_last = in->s_last;
	top->s_bytes = in->s_bytes;
	top->m_ready = in->m_ready;
	top->box_in = in->box;
	memcpy(&top->key, in->key, 32);
	memcpy(&top->iv, in->iv, 16);
	memcpy(&top->s_data, in->s_data, 16);
	top->eval();

	out->busy = top->busy;
	out->s_ready = top->s_ready;
	out->m_valid = top->m_valid;
	out->m_last = top->m_last;
	out->m_bytes = top->m_bytes;
	out->secrets = top->secrets;
	out->box_same = top->box_same;
	memcpy(out->m_data, &top->m_data, 16);

	top->clk = 1;
	top->eval();
	top->clk = 0;
	top->eval();
}
