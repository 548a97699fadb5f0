// SPDX-License-Identifier: BSD-2-Clause
// Verilator's C++ and nothing else; the test is in C.
#include "Vsvarig_rv32.h"
#include "verilated.h"
#include "../../leave_coverage.h"
#include "rv32_shim.h"

static VerilatedContext *ctx;
static Vsvarig_rv32 *top;

double sc_time_stamp()
{
	return 0;
}

void rv32_open(int seed)
{
	ctx = new VerilatedContext;
	ctx->randReset(2);
	ctx->randSeed(seed);
	top = new Vsvarig_rv32(ctx);
	top->clk = 0;
}

void rv32_close(void)
{
	top->final();
	leave_coverage(ctx);
	delete top;
	delete ctx;
}

void rv32_eval(const struct rv32_in *in, struct rv32_out *out)
{
	top->rst = in->rst;
	top->p_ready = in->p_ready;
	top->irq = in->irq;
	top->i_rdata = in->i_rdata;
	top->d_rdata = in->d_rdata;
	top->p_rdata = in->p_rdata;
	top->eval();
	out->i_en = top->i_en;
	out->d_en = top->d_en;
	out->p_valid = top->p_valid;
	out->p_write = top->p_write;
	out->sleeping = top->sleeping;
	out->trace_valid = top->trace_valid;
	out->trace_trap = top->trace_trap;
	out->d_we = top->d_we;
	out->p_wstrb = top->p_wstrb;
	out->trace_rd = top->trace_rd;
	out->i_addr = top->i_addr;
	out->d_addr = top->d_addr;
	out->d_wdata = top->d_wdata;
	out->p_addr = top->p_addr;
	out->p_wdata = top->p_wdata;
	out->trace_pc = top->trace_pc;
	out->trace_value = top->trace_value;
}

void rv32_edge(void)
{
	top->clk = 1;
	top->eval();
	top->clk = 0;
	top->eval();
}
