// SPDX-License-Identifier: BSD-2-Clause
// Pins of the Verilated endpoint. See shim.h. C++ because Verilator's output is.
#include <cstring>
#include <memory>
#include <string>
#include <unistd.h>

#include "Vsvarig_ep.h"
#include "verilated.h"
#if VM_TRACE
#include "verilated_fst_c.h"
#else
// A build without waves: faster, and built in half the time.
struct VerilatedFstC {
	void dump(uint64_t)
	{
	}
	void close()
	{
	}
};
#endif
#if VM_COVERAGE
#include "verilated_cov.h"
#endif

#include "shim.h"

struct dut {
	std::unique_ptr<VerilatedContext> context;
	std::unique_ptr<Vsvarig_ep> top;
	std::unique_ptr<VerilatedFstC> waves;
	uint64_t time = 0;
	bool settled = false; // what the pins show now is evaluated, the clock low
};

unsigned svarig_mutant;
static std::string coverage;

extern "C" bool dut_waves(void)
{
#if VM_TRACE
	return true;
#else
	return false;
#endif
}

extern "C" bool dut_mutant(unsigned number)
{
	svarig_mutant = number;
#ifdef MUTANTS
	return true;
#else
	return !number;
#endif
}

extern "C" bool dut_coverage(const char *folder)
{
	coverage = folder;
#if VM_COVERAGE
	return true;
#else
	return false;
#endif
}

extern "C" struct dut *dut_open(uint64_t seed, const char *waves)
{
	auto d = std::make_unique<dut>();

	d->context = std::make_unique<VerilatedContext>();
	d->context->fatalOnError(true);
	// Tests are forks (env/booted.c), into which no other thread would follow.
	d->context->threads(1);
	// Registers begin with anything: what a reset forgets is met.
	d->context->randReset(2);
	d->context->randSeed(static_cast<int>(seed >> 1 & 0x7fffffff) | 1);
	d->context->traceEverOn(waves != nullptr);
	d->top = std::make_unique<Vsvarig_ep>(d->context.get(), "svarig_ep");
	d->top->clk = 0;
	d->top->rst = 0;
	d->top->rx_valid = 0;
	d->top->tx_ready = 0;
	d->top->fc_finite = 0;
	d->top->fc_limit = 0;
	d->top->fc_check = 0;
#if !VM_TRACE
	if (waves)
		return nullptr;
#else
	if (waves) {
		d->waves = std::make_unique<VerilatedFstC>();
		d->top->trace(d->waves.get(), 99);
		d->waves->open(waves);
		if (!d->waves->isOpen())
			return nullptr;
	}
#endif
	return d.release();
}

extern "C" void dut_close(struct dut *d)
{
	if (!d)
		return;
	if (d->waves)
		d->waves->close();
	d->top->final();
#if VM_COVERAGE
	// Each test has a process of its own.
	if (!coverage.empty())
		d->context->coveragep()->write(
			(coverage + "/" + std::to_string(getpid()) + ".dat").c_str());
#endif
	delete d;
}

static void put_words(VlWide<4> &to, const uint32_t *hdr)
{
	for (int i = 0; i < 4; i++)
		to[3 - i] = hdr[i];
}

extern "C" void dut_drive(struct dut *d, const struct beat *rx, bool tx_ready)
{
	Vsvarig_ep *t = d->top.get();

	// Where the clock stands still nothing happens between two packets.
	if (d->settled && !rx && !t->rx_valid && t->tx_ready == tx_ready)
		return;
	t->rx_valid = rx != nullptr;
	if (rx) {
		t->rx_sop = rx->sop;
		t->rx_eop = rx->eop;
		t->rx_pfx_valid = rx->pfx_valid;
		t->rx_pfx = rx->pfx;
		put_words(t->rx_hdr, rx->hdr);
		std::memcpy(&t->rx_data, rx->data, BEAT_BYTES);
		t->rx_be = rx->be;
	}
	t->tx_ready = tx_ready;
	t->clk = 0;
	t->eval();
	d->settled = true;
	if (d->waves)
		d->waves->dump(d->time);
}

extern "C" void dut_clock(struct dut *d)
{
	d->settled = false;
	d->top->clk = 1;
	d->top->eval();
	if (d->waves)
		d->waves->dump(d->time + 5);
	d->time += 10;
}

extern "C" void dut_reset(struct dut *d, unsigned cycles)
{
	d->top->rst = 1;
	for (unsigned i = 0; i < cycles; i++) {
		dut_drive(d, nullptr, false);
		dut_clock(d);
	}
	d->top->rst = 0;
	d->settled = false;
}

extern "C" bool dut_rx_ready(struct dut *d)
{
	return d->top->rx_ready;
}

extern "C" void dut_credits(struct dut *d, unsigned finite, uint64_t limit, bool check)
{
	d->top->fc_finite = finite;
	d->top->fc_limit = limit;
	d->top->fc_check = check;
	d->settled = false;
}

extern "C" uint64_t dut_alloc(struct dut *d)
{
	return d->top->fc_alloc;
}

extern "C" void dut_tx(struct dut *d, struct beat *b)
{
	Vsvarig_ep *t = d->top.get();

	b->valid = t->tx_valid;
	if (!b->valid)
		return;
	b->sop = t->tx_sop;
	b->eop = t->tx_eop;
	b->pfx_valid = t->tx_pfx_valid;
	b->pfx = t->tx_pfx;
	for (int i = 0; i < 4; i++)
		b->hdr[i] = t->tx_hdr[3 - i];
	std::memcpy(b->data, &t->tx_data, BEAT_BYTES);
	b->be = t->tx_be;
}

extern "C" bool dut_console(struct dut *d, char *c)
{
	*c = static_cast<char>(d->top->con_char);
	return d->top->con_valid;
}

extern "C" bool dut_idle(struct dut *d)
{
	return d->top->idle;
}
