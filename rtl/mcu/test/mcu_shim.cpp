// SPDX-License-Identifier: BSD-2-Clause
// Verilator's C++ and nothing else; the test is in C.
#include "Vtb_mcu.h"
#include "Vtb_mcu___024root.h"
#include "verilated.h"
#include "../../leave_coverage.h"
#include "mcu_shim.h"

static VerilatedContext *ctx;
static Vtb_mcu *top;

double sc_time_stamp()
{
	return 0;
}

void mcu_open(int seed)
{
	ctx = new VerilatedContext;
	ctx->randReset(2);
	ctx->randSeed(seed);
	top = new Vtb_mcu(ctx);
	top->clk = 0;
}

void mcu_close(void)
{
	top->final();
	leave_coverage(ctx);
	delete top;
	delete ctx;
}

void mcu_eval(const struct mcu_in *in, struct mcu_out *out)
{
	top->rst = in->rst;
	top->gone = in->gone;
	top->fn_idle = in->fn_idle;
	top->h_fn = in->h_fn;
	top->h_valid = in->h_valid;
	top->h_write = in->h_write;
	top->h_addr = in->h_addr;
	top->h_wdata = in->h_wdata;
	top->q_ready = in->q_ready;
	top->q_rdata = in->q_rdata;
	top->inv_busy = in->inv_busy;
	top->grant = in->grant;
	top->broken = in->broken;
	top->dead = in->dead;
	top->poison = in->poison;
	top->poison_pc = in->poison_pc;
	top->eval();
	out->h_ready = top->h_ready;
	out->h_rdata = top->h_rdata;
	out->q_valid = top->q_valid;
	out->q_write = top->q_write;
	out->q_addr = top->q_addr;
	out->q_wdata = top->q_wdata;
	out->inv_valid = top->inv_valid;
	out->inv_all = top->inv_all;
	out->inv_fn = top->inv_fn;
	out->inv_pasid = top->inv_pasid;
	out->con_valid = top->con_valid;
	out->con_char = top->con_char;
	out->sleeping = top->sleeping;
	out->bus = top->bus;
	out->retired = top->retired;
	out->pc = top->pc;
}

void mcu_skip(uint32_t n)
{
	top->rootp->tb_mcu__DOT__u_mcu__DOT__u_core__DOT__u_csr__DOT__cycle += n;
}

void mcu_edge(void)
{
	top->clk = 1;
	top->eval();
	top->clk = 0;
	top->eval();
}
