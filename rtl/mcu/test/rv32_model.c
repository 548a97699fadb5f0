// SPDX-License-Identifier: BSD-2-Clause
#include "rv32_model.h"

#include <string.h>

enum cause {
	FETCH_MISALIGNED = 0,
	FETCH_FAULT = 1,
	ILLEGAL = 2,
	BREAKPOINT = 3,
	LOAD_MISALIGNED = 4,
	LOAD_FAULT = 5,
	STORE_MISALIGNED = 6,
	STORE_FAULT = 7,
	ECALL_M = 11,
};

#define IRQ_EXTERNAL (1u << 31 | 11)

void rv32_model_reset(struct rv32_model *m)
{
	memset(m->x, 0, sizeof(m->x));
	m->pc = 0;
	m->mie = m->mpie = m->meie = false;
	m->mtvec = m->mepc = m->mcause = m->mtval = m->mscratch = 0;
	m->instret = 0;
}

bool rv32_model_irq_enabled(const struct rv32_model *m)
{
	return m->mie && m->meie;
}

static struct rv32_step trap(struct rv32_model *m, uint32_t cause, uint32_t value)
{
	struct rv32_step s = {.trap = true, .pc = m->pc, .value = cause};

	m->mepc = m->pc & ~3u;
	m->mcause = cause;
	m->mtval = value;
	m->mpie = m->mie;
	m->mie = false;
	m->pc = m->mtvec;
	return s;
}

struct rv32_step rv32_model_irq(struct rv32_model *m)
{
	return trap(m, IRQ_EXTERNAL, 0);
}

static int32_t sext(uint32_t v, int bits)
{
	return (int32_t)(v << (32 - bits)) >> (32 - bits);
}

static uint32_t read_word(const struct rv32_model *m, bool periph, uint32_t addr)
{
	uint32_t v;

	if (periph)
		return m->periph[addr / 4];
	memcpy(&v, m->ram + addr, 4);
	return v;
}

/* False if the CSR does not exist or may not be accessed that way. */
static bool csr_read(struct rv32_model *m, uint32_t n, bool line, uint32_t *v, bool *counter)
{
	switch (n) {
	case 0x300:
		*v = 3u << 11 | (uint32_t)m->mpie << 7 | (uint32_t)m->mie << 3;
		return true;
	case 0x301:
		*v = 1u << 30 | 1u << ('i' - 'a') | 1u << ('m' - 'a');
		return true;
	case 0x304:
		*v = (uint32_t)m->meie << 11;
		return true;
	case 0x305:
		*v = m->mtvec;
		return true;
	case 0x340:
		*v = m->mscratch;
		return true;
	case 0x341:
		*v = m->mepc;
		return true;
	case 0x342:
		*v = m->mcause;
		return true;
	case 0x343:
		*v = m->mtval;
		return true;
	case 0x344:
		*v = (uint32_t)line << 11;
		return true;
	case 0xb00:
	case 0xb80:
	case 0xc00:
	case 0xc80:
		*v = 0;
		*counter = true;
		return true;
	case 0xb02:
	case 0xc02:
		*v = (uint32_t)m->instret;
		return true;
	case 0xb82:
	case 0xc82:
		*v = (uint32_t)(m->instret >> 32);
		return true;
	case 0x310:
	case 0xf11:
	case 0xf12:
	case 0xf13:
	case 0xf14:
		*v = 0;
		return true;
	}
	return false;
}

/* Returns true if the instruction's own retirement must not be counted on top. */
static bool csr_write(struct rv32_model *m, uint32_t n, uint32_t v)
{
	switch (n) {
	case 0x300:
		m->mpie = v >> 7 & 1;
		m->mie = v >> 3 & 1;
		break;
	case 0x304:
		m->meie = v >> 11 & 1;
		break;
	case 0x305:
		m->mtvec = v & ~3u;
		break;
	case 0x340:
		m->mscratch = v;
		break;
	case 0x341:
		m->mepc = v & ~3u;
		break;
	case 0x342:
		/* WLRL: bit 31 and the four bits that hold the causes there are */
		m->mcause = v & 0x8000000f;
		break;
	case 0x343:
		m->mtval = v;
		break;
	case 0xb02:
		m->instret = (m->instret & ~0xffffffffull) | v;
		return true;
	case 0xb82:
		m->instret = (uint32_t)m->instret | (uint64_t)v << 32;
		return true;
	}
	return false;
}

static bool alu(uint32_t f3, bool alt, uint32_t a, uint32_t b, uint32_t *v)
{
	switch (f3) {
	case 0:
		*v = alt ? a - b : a + b;
		return true;
	case 1:
		*v = a << (b & 31);
		return !alt;
	case 2:
		*v = (int32_t)a < (int32_t)b;
		return !alt;
	case 3:
		*v = a < b;
		return !alt;
	case 4:
		*v = a ^ b;
		return !alt;
	case 5:
		*v = alt ? (uint32_t)((int32_t)a >> (b & 31)) : a >> (b & 31);
		return true;
	case 6:
		*v = a | b;
		return !alt;
	default:
		*v = a & b;
		return !alt;
	}
}

/* Chapter 7, table 7.1 for division by zero and overflow. */
static uint32_t muldiv(uint32_t f3, uint32_t a, uint32_t b)
{
	int64_t sa = (int32_t)a, sb = (int32_t)b;

	switch (f3) {
	case 0:
		return a * b;
	case 1:
		return (uint32_t)((uint64_t)(sa * sb) >> 32);
	case 2:
		return (uint32_t)((uint64_t)(sa * (int64_t)b) >> 32);
	case 3:
		return (uint32_t)((uint64_t)a * b >> 32);
	case 4:
		return b ? (uint32_t)(sa / sb) : ~0u;
	case 5:
		return b ? a / b : ~0u;
	case 6:
		return b ? (uint32_t)(sa % sb) : a;
	default:
		return b ? a % b : a;
	}
}

static bool branch_taken(uint32_t f3, uint32_t a, uint32_t b)
{
	switch (f3) {
	case 0:
		return a == b;
	case 1:
		return a != b;
	case 4:
		return (int32_t)a < (int32_t)b;
	case 5:
		return (int32_t)a >= (int32_t)b;
	case 6:
		return a < b;
	default:
		return a >= b;
	}
}

static struct rv32_step finish(struct rv32_model *m, struct rv32_step s, uint32_t next)
{
	if (s.rd)
		m->x[s.rd] = s.value;
	m->pc = next;
	m->instret++;
	return s;
}

static struct rv32_step load_store(struct rv32_model *m, struct rv32_step s, uint32_t insn)
{
	bool store = insn & 0x20;
	uint32_t f3 = insn >> 12 & 7, size = 1u << (f3 & 3);
	uint32_t imm = (uint32_t)(store ? sext(insn >> 25 << 5 | (insn >> 7 & 31), 12)
					: sext(insn >> 20, 12));
	uint32_t addr = m->x[insn >> 15 & 31] + imm;
	bool periph = addr - RV32_PERIPH_BASE < 4 * RV32_PERIPH_WORDS;
	uint32_t shift = 8 * (addr & 3), word;

	if (addr & (size - 1))
		return trap(m, store ? STORE_MISALIGNED : LOAD_MISALIGNED, addr);
	if (!periph && addr >= m->ram_size)
		return trap(m, store ? STORE_FAULT : LOAD_FAULT, addr);
	if (periph)
		addr -= RV32_PERIPH_BASE;
	word = read_word(m, periph, addr & ~3u);
	s.has_access = store || periph;
	s.access = (struct rv32_access){.periph = periph, .write = store, .addr = addr & ~3u};
	if (store) {
		uint32_t v = m->x[insn >> 20 & 31];
		uint32_t mask = (size == 4 ? ~0u : (1u << 8 * size) - 1) << shift;

		word = (word & ~mask) | (v << shift & mask);
		s.access.wdata = word;
		s.access.strb = (uint8_t)(((1u << size) - 1) << (addr & 3));
		if (periph)
			m->periph[addr / 4] = word;
		else
			memcpy(m->ram + (addr & ~3u), &word, 4);
	} else {
		s.rd = insn >> 7 & 31;
		s.value = word >> shift;
		if (size < 4)
			s.value = f3 & 4 ? s.value & ((1u << 8 * size) - 1)
					 : (uint32_t)sext(s.value, (int)(8 * size));
	}
	return finish(m, s, m->pc + 4);
}

static struct rv32_step system(struct rv32_model *m, struct rv32_step s, uint32_t insn, bool line)
{
	uint32_t f3 = insn >> 12 & 7, rs1 = insn >> 15 & 31, n = insn >> 20, old, v;
	bool writes = (f3 & 3) == 1 || rs1;
	uint32_t operand = f3 & 4 ? rs1 : m->x[rs1];

	switch (insn) {
	case 0x00000073:
		return trap(m, ECALL_M, 0);
	case 0x00100073:
		return trap(m, BREAKPOINT, 0);
	case 0x10500073:
		s.wfi = true;
		return finish(m, s, m->pc + 4);
	case 0x30200073:
		m->mie = m->mpie;
		m->mpie = true;
		return finish(m, s, m->mepc);
	}
	if (!(f3 & 3) || !csr_read(m, n, line, &old, &s.counter) || (writes && n >> 10 == 3))
		return trap(m, ILLEGAL, 0);
	s.rd = insn >> 7 & 31;
	s.value = old;
	v = (f3 & 3) == 1 ? operand : (f3 & 3) == 2 ? old | operand : old & ~operand;
	if (writes && csr_write(m, n, v))
		m->instret--;
	return finish(m, s, m->pc + 4);
}

struct rv32_step rv32_model_step(struct rv32_model *m, bool line)
{
	struct rv32_step s = {.pc = m->pc};
	uint32_t insn, f3, f7, a, b, target;

	if (m->pc >= m->ram_size)
		return trap(m, FETCH_FAULT, 0);
	insn = read_word(m, false, m->pc);
	f3 = insn >> 12 & 7;
	f7 = insn >> 25;
	a = m->x[insn >> 15 & 31];
	b = m->x[insn >> 20 & 31];

	switch (insn & 0x7f) {
	case 0x37:
		s.rd = insn >> 7 & 31;
		s.value = insn & 0xfffff000;
		return finish(m, s, m->pc + 4);
	case 0x17:
		s.rd = insn >> 7 & 31;
		s.value = m->pc + (insn & 0xfffff000);
		return finish(m, s, m->pc + 4);
	case 0x6f:
		target = m->pc + (uint32_t)sext((insn >> 31) << 20 | (insn >> 12 & 0xff) << 12 |
							(insn >> 20 & 1) << 11 |
							(insn >> 21 & 0x3ff) << 1,
						21);
		if (target & 3)
			return trap(m, FETCH_MISALIGNED, target);
		s.rd = insn >> 7 & 31;
		s.value = m->pc + 4;
		return finish(m, s, target);
	case 0x67:
		if (f3)
			return trap(m, ILLEGAL, 0);
		target = (a + (uint32_t)sext(insn >> 20, 12)) & ~1u;
		if (target & 3)
			return trap(m, FETCH_MISALIGNED, target);
		s.rd = insn >> 7 & 31;
		s.value = m->pc + 4;
		return finish(m, s, target);
	case 0x63:
		if (f3 == 2 || f3 == 3)
			return trap(m, ILLEGAL, 0);
		target = m->pc + (uint32_t)sext((insn >> 31) << 12 | (insn >> 7 & 1) << 11 |
							(insn >> 25 & 0x3f) << 5 |
							(insn >> 8 & 15) << 1,
						13);
		if (!branch_taken(f3, a, b))
			target = m->pc + 4;
		if (target & 3)
			return trap(m, FETCH_MISALIGNED, target);
		return finish(m, s, target);
	case 0x03:
		if (f3 == 3 || f3 > 5)
			return trap(m, ILLEGAL, 0);
		return load_store(m, s, insn);
	case 0x23:
		if (f3 > 2)
			return trap(m, ILLEGAL, 0);
		return load_store(m, s, insn);
	case 0x13:
		if ((f3 == 1 && f7) || (f3 == 5 && f7 && f7 != 0x20))
			return trap(m, ILLEGAL, 0);
		alu(f3, f3 == 5 && f7, a, (uint32_t)sext(insn >> 20, 12), &s.value);
		s.rd = insn >> 7 & 31;
		return finish(m, s, m->pc + 4);
	case 0x33:
		if (f7 == 1) {
			s.slow = true;
			s.value = muldiv(f3, a, b);
			s.rd = insn >> 7 & 31;
			return finish(m, s, m->pc + 4);
		}
		if ((f7 && f7 != 0x20) || !alu(f3, f7, a, b, &s.value))
			return trap(m, ILLEGAL, 0);
		s.rd = insn >> 7 & 31;
		return finish(m, s, m->pc + 4);
	case 0x0f:
		if (f3 > 1)
			return trap(m, ILLEGAL, 0);
		return finish(m, s, m->pc + 4);
	case 0x73:
		return system(m, s, insn, line);
	}
	return trap(m, ILLEGAL, 0);
}
