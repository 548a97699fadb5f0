// SPDX-License-Identifier: BSD-2-Clause
#include "shim.h"

#include <cstdio>
#include <cstring>
#include <deque>
#include <verilated.h>
#include <verilated_fst_c.h>

#include "../../leave_coverage.h"
#include "Vsvarig_ep.h"
#include "Vsvarig_ep___024root.h"

static VerilatedContext *ctx;
static Vsvarig_ep *top;
static VerilatedFstC *fst;
static std::deque<tlp> out;
static std::deque<int> con;
static tlp cur;
static unsigned int ready_percent = 100;
static uint64_t rng = 1;

static const unsigned int BEAT = 16; // bytes; the bench builds DATA_WIDTH 128

static unsigned int rnd(void)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return rng >> 33;
}

static void eval(int clk)
{
	top->clk = clk;
	top->eval();
	if (fst)
		fst->dump(ctx->time());
	ctx->timeInc(5);
}

// The rules of the TLP port: whole TLPs; a beat that is offered stays until it is taken.
static bool inside, waiting;
static unsigned int violations;
static uint64_t sent[6];
static uint64_t offered[2];

static void watch_port(void)
{
	uint64_t now[2] = {(uint64_t)top->tx_hdr[3] << 32 | top->tx_hdr[2],
			   (uint64_t)top->tx_data[0] << 32 | top->tx_be << 2 | top->tx_sop << 1 |
				   top->tx_eop};

	if (waiting && (!top->tx_valid || memcmp(now, offered, sizeof(now))))
		violations++;
	memcpy(offered, now, sizeof(now));
	waiting = top->tx_valid && !top->tx_ready;
	if (top->tx_valid && top->tx_ready) {
		if (inside == (bool)top->tx_sop)
			violations++;
		inside = !top->tx_eop;
	}
}

extern "C" void dut_credits(unsigned int finite, uint64_t limit, bool check)
{
	top->fc_finite = finite;
	top->fc_limit = limit;
	top->fc_check = check;
}

extern "C" void dut_sent(uint64_t counts[6])
{
	memcpy(counts, sent, sizeof(sent));
}

extern "C" uint64_t dut_alloc(void)
{
	return top->fc_alloc;
}

extern "C" unsigned int dut_violations(void)
{
	return violations;
}

static void take_beat(void)
{
	if (top->tx_sop) {
		memset(&cur, 0, sizeof(cur));
		cur.pfx_valid = top->tx_pfx_valid;
		for (int i = 0; i < 4; i++)
			cur.pfx[i] = top->tx_pfx >> (24 - 8 * i);
		for (int i = 0; i < 16; i++)
			cur.hdr[i] = top->tx_hdr[3 - i / 4] >> (24 - 8 * (i % 4));
	}
	for (unsigned int i = 0; i < BEAT; i++)
		if (top->tx_be >> i & 1 && cur.len < TLP_MAX_DATA)
			cur.data[cur.len++] = top->tx_data[i / 4] >> 8 * (i % 4);
	if (top->tx_eop) {
		unsigned int type = cur.hdr[0] & 0x1f;
		int h = (type & 0x1e) == 0x0a					    ? 4
			: (type & 0x18) == 0x10 || (type == 0 && cur.hdr[0] & 0x40) ? 0
										    : 2;

		sent[h]++;
		sent[h + 1] += (cur.len + 15) / 16;
		out.push_back(cur);
	}
}

extern "C" void dut_tick(void)
{
	top->tx_ready = rnd() % 100 < ready_percent;
	eval(0);
	if (!top->rst)
		watch_port();
	if (!top->rst && top->tx_valid && top->tx_ready)
		take_beat();
	if (!top->rst && top->con_valid)
		con.push_back(top->con_char);
	eval(1);
}

extern "C" void dut_open(int argc, char **argv, const char *waves)
{
	ctx = new VerilatedContext;
	ctx->commandArgs(argc, argv);
	ctx->traceEverOn(true);
	top = new Vsvarig_ep(ctx);
	if (waves) {
		fst = new VerilatedFstC;
		top->trace(fst, 99);
		fst->open(waves);
	}
	dut_reset();
}

extern "C" void dut_close(void)
{
	if (fst)
		fst->close();
	top->final();
	leave_coverage(ctx);
	delete top;
	delete ctx;
}

extern "C" void dut_reset(void)
{
	auto *r = top->rootp;
	r->svarig_ep__DOT__u_core__DOT__b_stopped = 1;
	r->svarig_ep__DOT__u_core__DOT__b_pulse = 0;
	r->svarig_ep__DOT__u_core__DOT__b_pending = 0;
	r->svarig_ep__DOT__u_core__DOT__b_msix_valid = 0;
	r->svarig_ep__DOT__u_core__DOT__b_ev = 0;
	r->svarig_ep__DOT__u_core__DOT__b_bytes = 0;
	r->svarig_ep__DOT__u_core__DOT__b_tx_len = 0;
	r->svarig_ep__DOT__u_core__DOT__b_busy = 0;
	r->svarig_ep__DOT__u_core__DOT__b_fn = 0;
	r->svarig_ep__DOT__u_core__DOT__b_fn_busy = 0;
	top->fc_finite = 0;
	top->fc_limit = 0;
	top->fc_check = 0;
	r->svarig_ep__DOT__u_mcu__DOT__b_req = 0;
	top->rx_valid = 0;
	ready_percent = 100;
	top->rst = 1;
	for (int i = 0; i < 5; i++)
		dut_tick();
	top->rst = 0;
	inside = waiting = false;
	memset(sent, 0, sizeof(sent));
	out.clear();
	con.clear();
}

extern "C" bool dut_idle(void)
{
	return top->idle;
}

extern "C" bool dut_irq(void)
{
	return top->rootp->svarig_ep__DOT__u_mcu__DOT__s_irq;
}

extern "C" void dut_tx_ready(unsigned int percent, uint64_t seed)
{
	ready_percent = percent;
	rng = seed ? seed : 1;
}

extern "C" bool dut_send(const struct tlp *t, unsigned int limit)
{
	unsigned int pos = 0;

	do {
		bool sop = pos == 0, eop = t->len <= pos + BEAT;

		top->rx_valid = 1;
		top->rx_sop = sop;
		top->rx_eop = eop;
		top->rx_pfx_valid = sop && t->pfx_valid;
		top->rx_pfx = 0;
		top->rx_be = 0;
		for (int i = 0; i < 4; i++) {
			top->rx_pfx |= (uint32_t)t->pfx[i] << (24 - 8 * i);
			top->rx_hdr[3 - i] = 0;
			top->rx_data[i] = 0;
			for (int j = 0; j < 4 && sop; j++)
				top->rx_hdr[3 - i] |= (uint32_t)t->hdr[4 * i + j] << (24 - 8 * j);
		}
		for (unsigned int i = 0; i < BEAT && pos + i < t->len; i++) {
			top->rx_be |= 1u << i;
			top->rx_data[i / 4] |= (uint32_t)t->data[pos + i] << 8 * (i % 4);
		}
		for (bool taken = false; !taken; limit--) {
			if (!limit) {
				top->rx_valid = 0;
				return false;
			}
			top->eval();
			taken = top->rx_ready;
			dut_tick();
		}
		pos += BEAT;
	} while (pos < t->len);
	top->rx_valid = 0;
	return true;
}

extern "C" bool dut_recv(struct tlp *t, unsigned int limit)
{
	while (out.empty()) {
		if (!limit--)
			return false;
		dut_tick();
	}
	*t = out.front();
	out.pop_front();
	return true;
}

extern "C" int dut_console(void)
{
	if (con.empty())
		return -1;
	int c = con.front();
	con.pop_front();
	return c;
}

extern "C" void dut_ext(const struct ext *x)
{
	memset(&top->ext_rid, 0, sizeof(top->ext_rid));
	for (int i = 0; i < FUNCTIONS; i++)
		top->ext_rid[i / 2] |= (uint32_t)x->rid[i] << 16 * (i % 2);
	top->ext_fn_on = x->fn_on;
	top->ext_vf_mem_en = x->vf_mem_en;
	top->ext_vf_bar0 = x->vf_bar0;
	top->ext_vf_bar2 = x->vf_bar2;
	top->ext_vf_bar0_log2 = 15;
	top->ext_vf_bar2_log2 = 16;
	top->ext_bar0 = x->bar0;
	top->ext_bar2 = x->bar2;
	top->ext_flr = x->flr;
	top->ext_mem_en = x->mem_en;
	top->ext_bme = x->bme;
	top->ext_msix_en = x->msix_en;
	top->ext_msix_fmask = x->msix_fmask;
	top->ext_ats_en = x->ats_en;
	top->ext_pri_en = x->pri_en;
	top->ext_pasid_en = x->pasid_en;
	top->ext_mps = x->mps;
	top->ext_mrrs = x->mrrs;
	top->ext_stu = x->stu;
	top->ext_pri_alloc = x->pri_alloc;
}

#define FIELDS(X)                                                                                  \
	X(CORE_STOPPED, b_stopped)                                                                 \
	X(CORE_PULSE, b_pulse)                                                                     \
	X(CORE_PENDING, b_pending)                                                                 \
	X(CORE_HDR_MARK, b_hdr_mark)                                                               \
	X(CORE_MSIX_VALID, b_msix_valid)                                                           \
	X(CORE_MSIX_VECTOR, b_msix_vector)                                                         \
	X(CORE_EV, b_ev)                                                                           \
	X(CORE_BYTES, b_bytes)                                                                     \
	X(CORE_TX_LEN, b_tx_len)                                                                   \
	X(CORE_BUSY, b_busy)                                                                       \
	X(CORE_FN, b_fn)                                                                           \
	X(CORE_FN_BUSY, b_fn_busy)                                                                 \
	X(CORE_RESETS, s_resets)                                                                   \
	X(CORE_CPL_BEATS, s_cpl_beats)                                                             \
	X(CORE_CPL_DW0, s_cpl_dw0)                                                                 \
	X(CORE_MSGS, s_msgs)                                                                       \
	X(CORE_MSG_DW1, s_msg_dw1)                                                                 \
	X(CORE_MSG_PFX, s_msg_pfx)                                                                 \
	X(CORE_MSG_DATA, s_msg_data)                                                               \
	X(CORE_PRI_RESETS, s_pri_resets)                                                           \
	X(CORE_INV, s_inv)                                                                         \
	X(CORE_STARTS, s_starts)                                                                   \
	X(CORE_COMMAND, s_command)                                                                 \
	X(CORE_FUNCTIONS, s_functions)                                                             \
	X(CORE_LIVE, s_live)

extern "C" void core_set(enum core_field f, uint64_t v)
{
	switch (f) {
#define X(id, sig)                                                                                 \
	case id:                                                                                   \
		top->rootp->svarig_ep__DOT__u_core__DOT__##sig = v;                                \
		break;
		FIELDS(X)
#undef X
	}
}

extern "C" uint64_t core_get(enum core_field f)
{
	switch (f) {
#define X(id, sig)                                                                                 \
	case id:                                                                                   \
		return top->rootp->svarig_ep__DOT__u_core__DOT__##sig;
		FIELDS(X)
#undef X
	}
	return 0;
}

extern "C" bool mcu_access(bool write, uint32_t addr, uint32_t *data)
{
	auto *r = top->rootp;
	uint32_t before = r->svarig_ep__DOT__u_mcu__DOT__s_done;

	r->svarig_ep__DOT__u_mcu__DOT__b_write = write;
	r->svarig_ep__DOT__u_mcu__DOT__b_addr = addr;
	r->svarig_ep__DOT__u_mcu__DOT__b_wdata = write ? *data : 0;
	r->svarig_ep__DOT__u_mcu__DOT__b_req = 1;
	dut_tick();
	r->svarig_ep__DOT__u_mcu__DOT__b_req = 0;
	for (int i = 0; i < 100; i++) {
		if (r->svarig_ep__DOT__u_mcu__DOT__s_done != before) {
			if (!write)
				*data = r->svarig_ep__DOT__u_mcu__DOT__s_rdata;
			return true;
		}
		dut_tick();
	}
	return false;
}
