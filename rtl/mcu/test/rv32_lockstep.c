// SPDX-License-Identifier: BSD-2-Clause
/*
 * Random programs on the core and on the golden model, compared at every instruction: address,
 * register, value, traps and interrupts, stores, peripheral accesses.
 */
#include <stdio.h>
#include <string.h>

#include "rv32_bench.h"

#define HANDLER	     0x80u
#define CODE	     0x400u
#define CODE_END     0x8000u
#define DATA	     0xa000u			  /* x2; stores reach 2 KiB either way */
#define PERIPH	     (RV32_PERIPH_BASE + 0x41000) /* x3 */
#define INSTRUCTIONS 4000u

static const char *const cause_names[] = {
	"fetch misaligned",
	"fetch fault",
	"illegal",
	"breakpoint",
	"load misaligned",
	"load fault",
	"store misaligned",
	"store fault",
	"",
	"",
	"",
	"ecall",
};

static struct rv32_model model;
static uint8_t model_ram[RAM_SIZE];
static uint32_t model_periph[RV32_PERIPH_WORDS];
static unsigned int causes[16], interrupts, sleeps;

static void put(struct dut *d, uint32_t *pc, uint32_t insn)
{
	memcpy(d->ram + *pc, &insn, 4);
	*pc += 4;
}

static void set_reg(struct dut *d, uint32_t *pc, uint32_t rd, uint32_t v)
{
	put(d, pc, enc_u(OP_LUI, rd, v + 0x800));
	put(d, pc, enc_i(OP_IMM, 0, rd, rd, (int32_t)(v << 20) >> 20));
}

/* Goes on at a random place, interrupts allowed again. Uses x30 and x31 as they come. */
static void put_handler(struct dut *d)
{
	static const uint32_t shifts[] = {13, 17, 5};
	uint32_t pc = HANDLER;

	put(d, &pc, enc_i(OP_SYSTEM, 2, 30, 0, CSR_MSCRATCH));
	put(d, &pc, enc_i(OP_SYSTEM, 2, 31, 0, CSR_MINSTRET));
	put(d, &pc, enc_r(OP_OP, 0, 0, 30, 30, 31));
	for (int i = 0; i < 3; i++) {
		put(d, &pc, enc_i(OP_IMM, i == 1 ? 5 : 1, 31, 30, (int32_t)shifts[i]));
		put(d, &pc, enc_r(OP_OP, 4, 0, 30, 30, 31));
	}
	put(d, &pc, enc_i(OP_SYSTEM, 1, 0, 30, CSR_MSCRATCH));
	set_reg(d, &pc, 31, CODE_END - 4);
	put(d, &pc, enc_r(OP_OP, 7, 0, 30, 30, 31));
	put(d, &pc, enc_i(OP_SYSTEM, 1, 0, 30, CSR_MEPC));
	set_reg(d, &pc, 31, 0x800);
	put(d, &pc, enc_i(OP_SYSTEM, 2, 0, 31, CSR_MIE));
	put(d, &pc, enc_i(OP_IMM, 0, 31, 0, 0x80));
	put(d, &pc, enc_i(OP_SYSTEM, 2, 0, 31, CSR_MSTATUS));
	put(d, &pc, INSN_MRET);
}

static uint32_t random_insn(void)
{
	static const uint16_t csrs[] = {0x300, 0x301, 0x304, 0x305, 0x310, 0x340, 0x341,
					0x342, 0x343, 0x344, 0xb00, 0xb02, 0xb80, 0xb82,
					0xc00, 0xc02, 0xf11, 0xf14, 0x7c0, 0x180};
	/* few registers, so that dependences are close */
	uint32_t rd = rnd_below(4) ? 4 + rnd_below(5) : rnd_below(32);
	uint32_t rs1 = rnd_below(4) ? 4 + rnd_below(5) : rnd_below(32);
	uint32_t rs2 = rnd_below(4) ? 4 + rnd_below(5) : rnd_below(32);
	uint32_t base = rnd_below(5) ? 2 : 3;
	int32_t imm = (int32_t)(rnd() << 20) >> 20;

	switch (rnd_below(24)) {
	case 0 ... 4:
		return enc_r(OP_OP, rnd_below(8), rnd_below(2) ? rnd_below(2) : rnd_below(2) << 5,
			     rd, rs1, rs2);
	case 5 ... 8:
		return enc_i(OP_IMM, rnd_below(8), rd, rs1, imm);
	case 9:
		return enc_i(OP_IMM, rnd_below(2) ? 1 : 5, rd, rs1,
			     (int32_t)(rnd_below(32) | rnd_below(2) << 10));
	case 10:
		return enc_u(rnd_below(2) ? OP_LUI : OP_AUIPC, rd, rnd());
	case 11 ... 14:
		return enc_i(OP_LOAD, rnd_below(6), rd, rnd_below(12) ? base : rs1,
			     rnd_below(8) ? imm & ~3 : imm);
	case 15 ... 17:
		return enc_s(rnd_below(3), base, rs2, rnd_below(8) ? imm & ~3 : imm);
	case 18 ... 19:
		return enc_b(rnd_below(8), rs1, rs2, rnd_below(16) ? (imm & ~3) / 8 * 4 : imm);
	case 20:
		if (rnd_below(2))
			return enc_j(rd, rnd_below(16) ? (imm & ~3) / 4 * 4 : imm);
		return enc_i(OP_JALR, 0, rd, rs1, imm);
	case 21:
		return enc_i(OP_SYSTEM, rnd_below(8), rd, rs1,
			     csrs[rnd_below(sizeof(csrs) / sizeof(csrs[0]))]);
	case 22:
		switch (rnd_below(6)) {
		case 0:
			return INSN_ECALL;
		case 1:
			return 0x00100073;
		case 2:
			return INSN_WFI;
		case 3:
			return INSN_MRET;
		default:
			return enc_i(OP_FENCE, rnd_below(2), 0, 0, imm);
		}
	default:
		return rnd() | 3;
	}
}

/* Keeps programs alive: x2, x3 and the trap vector stay, stores go to data and peripherals only. */
static uint32_t tame(uint32_t insn)
{
	uint32_t op = insn & 0x7f, rd = insn >> 7 & 31;

	if (op == OP_STORE) {
		/* at the top of the address space there is nothing */
		uint32_t base = insn >> 31 && !(insn >> 28 & 7) ? 0 : 2 + (insn >> 15 & 1);

		return (insn & ~(31u << 15)) | base << 15;
	}
	if (op == OP_SYSTEM && insn >> 20 == CSR_MTVEC)
		insn = (insn & 0xfffff) | (uint32_t)CSR_MSCRATCH << 20;
	if (op != OP_BRANCH && (rd == 2 || rd == 3))
		insn |= 4u << 7;
	return insn;
}

static void generate(struct dut *d)
{
	uint32_t pc = 0;

	dut_clear(d);
	put(d, &pc, enc_j(0, CODE));
	put_handler(d);
	pc = CODE;
	set_reg(d, &pc, 1, HANDLER);
	put(d, &pc, enc_i(OP_SYSTEM, 1, 0, 1, CSR_MTVEC));
	for (uint32_t r = 1; r < 32; r++)
		set_reg(d, &pc, r,
			r == 2	       ? DATA
			: r == 3       ? PERIPH
			: rnd_below(3) ? rnd()
				       : rnd_below(16));
	put(d, &pc, enc_i(OP_SYSTEM, 1, 0, 4, CSR_MSCRATCH));
	put(d, &pc, enc_i(OP_SYSTEM, 1, 0, 5, CSR_MEPC));
	while (pc < CODE_END)
		put(d, &pc, tame(random_insn()));
	for (uint32_t a = DATA - 2048; a < DATA + 2048; a++)
		d->ram[a] = (uint8_t)rnd();
	for (uint32_t i = 0; i < RV32_PERIPH_WORDS; i++)
		d->periph[i] = rnd();
	d->wait_256 = rnd_below(2) ? rnd_below(200) : 0;
}

static bool complain(const struct dut *d, const struct rv32_step *s, const char *what)
{
	uint32_t insn = 0;

	if (s->pc < RAM_SIZE)
		memcpy(&insn, model_ram + s->pc, 4);
	printf("# %s: cycle %llu, model pc %08x insn %08x trap %d rd %u value %08x,"
	       " core pc %08x trap %d rd %u value %08x\n",
	       what, (unsigned long long)d->cycles, s->pc, insn, s->trap, s->rd, s->value,
	       d->out.trace_pc, d->out.trace_trap, d->out.trace_rd, d->out.trace_value);
	return false;
}

/* One trace event of the core against one step of the model. */
static bool compare(struct dut *d)
{
	bool enabled = d->last_irq && rv32_model_irq_enabled(&model);
	struct rv32_step s;

	if (d->out.trace_trap && d->out.trace_value >> 31) {
		s = (struct rv32_step){.pc = model.pc};
		if (!enabled)
			return complain(d, &s, "interrupt that is not enabled");
		s = rv32_model_irq(&model);
		interrupts++;
	} else {
		s = rv32_model_step(&model, d->last_irq);
		if (enabled && !s.wfi && !s.slow && !(s.has_access && s.access.periph))
			return complain(d, &s, "interrupt not taken");
		if (s.trap)
			causes[s.value & 15]++;
	}
	if (s.counter && s.rd) {
		s.value = d->out.trace_value;
		model.x[s.rd] = s.value;
	}
	if (s.pc != d->out.trace_pc || s.trap != d->out.trace_trap || s.rd != d->out.trace_rd ||
	    ((s.trap || s.rd) && s.value != d->out.trace_value))
		return complain(d, &s, "differs");
	if (s.has_access) {
		const struct rv32_access *a = &d->access[0];

		if (!d->accesses || a->periph != s.access.periph || a->write != s.access.write ||
		    a->addr != s.access.addr || a->strb != s.access.strb ||
		    (a->write && a->wdata != s.access.wdata))
			return complain(d, &s, "memory access differs");
		memmove(d->access, d->access + 1, --d->accesses * sizeof(d->access[0]));
	}
	return true;
}

static bool run(struct dut *d)
{
	unsigned int quiet = 0, irq_rate = rnd_below(3) ? rnd_below(60) : 0;

	/* a store of the program before may end in the reset's first cycle */
	dut_reset(d);
	memcpy(model_ram, d->ram, sizeof(model_ram));
	memcpy(model_periph, d->periph, sizeof(model_periph));
	model.ram = model_ram;
	model.ram_size = RAM_SIZE;
	model.periph = model_periph;
	rv32_model_reset(&model);

	for (unsigned int n = 0; n < INSTRUCTIONS;) {
		if (rnd_below(1000) < irq_rate)
			d->in.irq = !d->in.irq;
		dut_cycle(d);
		if (d->out.trace_valid) {
			if (!compare(d))
				return false;
			quiet = 0;
			n++;
		} else if (++quiet > 2000) {
			uint32_t insn = 0;

			memcpy(&insn, model_ram + (model.pc & (RAM_SIZE - 1)), 4);
			if (d->out.sleeping && insn == INSN_WFI && (!model.meie || !d->in.irq)) {
				if (!model.meie)
					return true;
				/* asleep as it should be: now it must wake up */
				sleeps++;
				d->in.irq = true;
				quiet = 1000;
				continue;
			}
			printf("# hangs at %08x, cycle %llu\n", model.pc,
			       (unsigned long long)d->cycles);
			return false;
		}
	}
	/* a store may be out whose instruction is not yet traced */
	return d->accesses <= 1;
}

void test_lockstep(struct dut *d, unsigned int programs)
{
	bool good = true, all = true;
	uint64_t cycles = 0;
	char name[120];

	for (unsigned int i = 0; i < programs && good; i++) {
		generate(d);
		good = run(d);
		cycles += d->cycles;
	}
	snprintf(name, sizeof(name), "core equals the golden model in %u random programs",
		 programs);
	tap_ok(good, name);
	for (int i = 0; i < 12; i++)
		if (*cause_names[i]) {
			printf("# %u x %s\n", causes[i], cause_names[i]);
			all = all && causes[i];
		}
	printf("# %u interrupts, %u wake-ups, %llu cycles\n", interrupts, sleeps,
	       (unsigned long long)cycles);
	tap_ok(all && interrupts && sleeps,
	       "every cause of a trap, interrupts and wake-ups were among them");
}
