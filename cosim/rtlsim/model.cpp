// SPDX-License-Identifier: BSD-2-Clause
// The Verilated class Vtop behind model.h. C++ only because Verilator speaks nothing else.
#include "model.h"

#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "Vtop.h"
#include "verilated.h"
#ifdef WAVES
#include "verilated_fst_c.h"
#endif

// Ports of up to 64 bits are integers, wider ones arrays of 32-bit words, lowest bits first
template <class T>
static void put_bytes(T &port, const uint8_t *p)
{
	std::memcpy(&port, p, BEAT_BYTES);
}

template <class T>
static void get_bytes(uint8_t *p, const T &port)
{
	std::memcpy(p, &port, BEAT_BYTES);
}

// The console is optional: an endpoint without a processor has none
template <class T, class = void>
struct has_console : std::false_type {
};
template <class T>
struct has_console<T, std::void_t<decltype(std::declval<T>().con_valid)>> : std::true_type {
};

template <class T>
static int console(const T &top)
{
	if constexpr (has_console<T>::value)
		return top.con_valid ? top.con_char : -1;
	else
		return -1;
}

// Flow control is optional: no credits are counted here, the link has back-pressure of its own
template <class T, class = void>
struct has_credits : std::false_type {
};
template <class T>
struct has_credits<T, std::void_t<decltype(std::declval<T>().fc_finite)>> : std::true_type {
};

template <class T>
static void no_credits(T &top)
{
	if constexpr (has_credits<T>::value) {
		top.fc_finite = 0;
		top.fc_limit = 0;
		top.fc_check = 0;
	}
}

struct model {
	VerilatedContext context;
	std::unique_ptr<Vtop> top;
#ifdef WAVES
	std::unique_ptr<VerilatedFstC> fst;
#endif
	uint64_t cycles = 0;
};

struct model *model_new(const char *waves, uint64_t seed)
{
	auto m = std::make_unique<model>();

	// 2: registers without reset start with random values
	m->context.randReset(2);
	m->context.randSeed(static_cast<int>(seed & 0x7fffffff));
#ifdef WAVES
	m->context.traceEverOn(waves != nullptr);
#else
	if (waves)
		return nullptr;
#endif
	m->top = std::make_unique<Vtop>(&m->context, "top");
	no_credits(*m->top);
#ifdef WAVES
	if (waves) {
		m->fst = std::make_unique<VerilatedFstC>();
		m->top->trace(m->fst.get(), 99);
		m->fst->open(waves);
	}
#endif
	return m.release();
}

void model_free(struct model *m)
{
	if (!m)
		return;
	m->top->final();
#ifdef WAVES
	if (m->fst)
		m->fst->close();
#endif
	delete m;
}

uint64_t model_cycles(const struct model *m)
{
	return m->cycles;
}

bool model_finished(const struct model *m)
{
	return m->context.gotFinish();
}

static void drive(Vtop &t, const struct beat *rx)
{
	t.rx_valid = rx->valid;
	if (!rx->valid)
		return;
	t.rx_sop = rx->sop;
	t.rx_eop = rx->eop;
	t.rx_pfx_valid = rx->pfx_valid;
	t.rx_pfx = rx->pfx;
	for (int i = 0; i < 4; i++)
		t.rx_hdr[i] = rx->hdr[3 - i];
	put_bytes(t.rx_data, rx->data);
	t.rx_be = static_cast<std::remove_reference_t<decltype(t.rx_be)>>(rx->be);
}

static void sample(const Vtop &t, struct model_out *out)
{
	out->rx_ready = t.rx_ready;
	out->idle = t.idle;
	out->console = console(t);
	out->tx.valid = t.tx_valid;
	if (!t.tx_valid)
		return;
	out->tx.sop = t.tx_sop;
	out->tx.eop = t.tx_eop;
	out->tx.pfx_valid = t.tx_pfx_valid;
	out->tx.pfx = t.tx_pfx;
	for (int i = 0; i < 4; i++)
		out->tx.hdr[i] = t.tx_hdr[3 - i];
	get_bytes(out->tx.data, t.tx_data);
	out->tx.be = t.tx_be;
}

void model_cycle(struct model *m, bool rst, const struct beat *rx, bool tx_ready,
		 struct model_out *out)
{
	Vtop &t = *m->top;

	t.clk = 0;
	t.rst = rst;
	t.tx_ready = tx_ready;
	drive(t, rx);
	t.eval();
#ifdef WAVES
	if (m->fst)
		m->fst->dump(m->cycles * PS_PER_CYCLE);
#endif
	sample(t, out);
	t.clk = 1;
	t.eval();
#ifdef WAVES
	if (m->fst)
		m->fst->dump(m->cycles * PS_PER_CYCLE + PS_PER_CYCLE / 2);
#endif
	m->cycles++;
}
