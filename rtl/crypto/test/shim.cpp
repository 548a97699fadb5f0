// SPDX-License-Identifier: BSD-2-Clause
// Verilator's C++ and nothing else; the test is in C.
#include <cstring>
#include "Vtb_engines.h"
#include "verilated.h"
#include "../../leave_coverage.h"
#include "shim.h"

static VerilatedContext *ctx;
static Vtb_engines *top;

double sc_time_stamp()
{
	return 0;
}

void shim_open(int seed)
{
	ctx = new VerilatedContext;
	ctx->randReset(2);
	ctx->randSeed(seed);
	top = new Vtb_engines(ctx);
	top->clk = 0;
	top->probe = 0;
}

void shim_close(void)
{
	top->final();
	leave_coverage(ctx);
	delete top;
	delete ctx;
}

unsigned shim_secrets(void)
{
	top->probe = 1;
	top->eval();
	top->probe = 0;
	top->eval();
	return top->secrets;
}

bool shim_boxes(uint32_t four)
{
	top->box_in = four;
	top->probe = 1;
	top->eval();
	top->probe = 0;
	top->eval();
	return top->box_same;
}

static void set(CData &v, int p, bool bit)
{
	v = static_cast<CData>((v & ~(1u << p)) | (unsigned(bit) << p));
}

void shim_clock(const struct shim_in *in, struct shim_out *out)
{
	top->rst = in->rst;
	top->cmd_op = top->cmd_alg = 0;
	top->s_bytes = top->s_kind = 0;
	for (int p = 0; p < PORTS; p++) {
		const struct port_in *i = &in->port[p];

		set(top->cmd_valid, p, i->cmd_valid);
		set(top->cmd_decrypt, p, i->decrypt);
		set(top->cmd_state_in, p, i->state_in);
		set(top->cmd_state_out, p, i->state_out);
		set(top->stop, p, i->abort);
		set(top->s_valid, p, i->s_valid);
		set(top->s_last, p, i->s_last);
		set(top->s_cut, p, i->s_cut);
		set(top->m_ready, p, i->m_ready);
		set(top->end_ready, p, i->end_ready);
		top->cmd_op |= uint64_t(i->op) << 8 * p;
		top->cmd_alg |= uint64_t(i->alg) << 8 * p;
		top->cmd_len[p] = i->len;
		top->cmd_aad_len[p] = i->aad_len;
		top->s_bytes |= unsigned(i->s_bytes) << 6 * p;
		top->s_kind = static_cast<SData>(top->s_kind | unsigned(i->s_kind) << 3 * p);
		memcpy(&top->s_data[p * BEAT / 4], i->s_data, BEAT);
	}
	top->eval();

	for (int p = 0; p < PORTS; p++) {
		struct port_out *o = &out->port[p];

		o->cmd_ready = top->cmd_ready >> p & 1;
		o->s_ready = top->s_ready >> p & 1;
		o->m_valid = top->m_valid >> p & 1;
		o->m_last = top->m_last >> p & 1;
		o->m_bytes = top->m_bytes >> 6 * p & 63;
		o->m_kind = top->m_kind >> 3 * p & 7;
		memcpy(o->m_data, &top->m_data[p * BEAT / 4], BEAT);
		o->end_valid = top->end_valid >> p & 1;
		o->end_status = static_cast<uint8_t>(top->end_status >> 8 * p);
		o->end_done = top->end_done[p];
	}

	top->clk = 1;
	top->eval();
	top->clk = 0;
	top->eval();
}
