// SPDX-License-Identifier: BSD-2-Clause
/*
 * Random user-mode programs on the core and under qemu-riscv32: the same image at the same
 * addresses ends with write(1, window, 4096), and the window, which holds data and registers, must
 * be the same. The core is interrupted at random meanwhile; its handler leaves no trace but a
 * count.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rv32_bench.h"

#define BASE   0x20000u
#define SIZE   0x10000u
#define CODE   (BASE + 0x1000)
#define WINDOW (BASE + 0x8000)
#define DATA   (WINDOW + 2048) /* x2 */
#define BODY   600
/* below 2 KiB, of the core alone */
#define HANDLER 0x100u
#define COUNT	0x200

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

static uint32_t any_reg(void)
{
	return rnd_below(3) ? 4 + rnd_below(5) : rnd_below(32);
}

static uint32_t any_rd(void)
{
	uint32_t r = any_reg();

	return r == 2 ? 0 : r;
}

/* Forward jumps land at most 8 instructions on; the epilogue is that far behind the body. */
static void put_random(struct dut *d, uint32_t *pc)
{
	static const uint32_t load_f3[] = {0, 1, 2, 4, 5};
	static const uint32_t branch_f3[] = {0, 1, 4, 5, 6, 7};
	uint32_t f3, link;
	int32_t ahead = 4 * (2 + (int32_t)rnd_below(6));
	int32_t imm = (int32_t)(rnd() << 20) >> 20;
	int32_t offset;

	switch (rnd_below(12)) {
	case 0 ... 3:
		f3 = rnd_below(8);
		put(d, pc,
		    enc_r(OP_OP, f3,
			  rnd_below(3) == 0    ? 1
			  : f3 == 0 || f3 == 5 ? rnd_below(2) << 5
					       : 0,
			  any_rd(), any_reg(), any_reg()));
		break;
	case 4 ... 5:
		f3 = rnd_below(8);
		if (f3 == 1 || f3 == 5)
			imm = (imm & 31) | (f3 == 5 ? (int32_t)rnd_below(2) << 10 : 0);
		put(d, pc, enc_i(OP_IMM, f3, any_rd(), any_reg(), imm));
		break;
	case 6:
		put(d, pc, enc_u(rnd_below(2) ? OP_LUI : OP_AUIPC, any_rd(), rnd()));
		break;
	case 7 ... 8:
		f3 = load_f3[rnd_below(5)];
		offset = (int32_t)rnd_below(3072) - 2048;
		put(d, pc, enc_i(OP_LOAD, f3, any_rd(), 2, offset & -(1 << (f3 & 3))));
		break;
	case 9:
		f3 = rnd_below(3);
		offset = (int32_t)rnd_below(3072) - 2048;
		put(d, pc, enc_s(f3, 2, any_reg(), offset & -(1 << f3)));
		break;
	case 10:
		put(d, pc, enc_b(branch_f3[rnd_below(6)], any_reg(), any_reg(), ahead));
		break;
	default:
		if (rnd_below(2)) {
			put(d, pc, enc_j(any_rd(), ahead));
			break;
		}
		/* no jump from before reaches the JALR without its AUIPC */
		link = 9 + rnd_below(20);
		for (int i = 0; i < 7; i++)
			put(d, pc,
			    enc_r(OP_OP, 4 + (rnd() & 2), 0, any_rd(), any_reg(), any_reg()));
		put(d, pc, enc_u(OP_AUIPC, link, 0));
		put(d, pc, enc_i(OP_JALR, 0, any_rd(), link, ahead | (int32_t)rnd_below(2)));
	}
}

static void generate(struct dut *d)
{
	uint32_t pc = 0;

	dut_clear(d);
	/* the core alone has this: interrupts on, and a handler that counts */
	set_reg(d, &pc, 1, HANDLER);
	put(d, &pc, enc_i(OP_SYSTEM, 1, 0, 1, CSR_MTVEC));
	set_reg(d, &pc, 1, 0x800);
	put(d, &pc, enc_i(OP_SYSTEM, 1, 0, 1, CSR_MIE));
	put(d, &pc, enc_i(OP_SYSTEM, 6, 0, 8, CSR_MSTATUS));
	put(d, &pc, enc_j(0, (int32_t)(CODE - pc)));
	pc = HANDLER;
	put(d, &pc, enc_i(OP_SYSTEM, 1, 0, 31, CSR_MSCRATCH));
	put(d, &pc, enc_i(OP_LOAD, 2, 31, 0, COUNT));
	put(d, &pc, enc_i(OP_IMM, 0, 31, 31, 1));
	put(d, &pc, enc_s(2, 0, 31, COUNT));
	put(d, &pc, enc_i(OP_SYSTEM, 2, 31, 0, CSR_MSCRATCH));
	put(d, &pc, INSN_MRET);
	pc = CODE;
	for (uint32_t r = 1; r < 32; r++)
		set_reg(d, &pc, r, r == 2 ? DATA : rnd_below(3) ? rnd() : rnd_below(16));
	for (int i = 0; i < BODY; i++)
		put_random(d, &pc);
	for (int i = 0; i < 8; i++)
		put(d, &pc, enc_i(OP_IMM, 0, 0, 0, 0));
	for (uint32_t r = 0; r < 32; r++)
		put(d, &pc, enc_s(2, 2, r, (int32_t)(1024 + 4 * r)));
	set_reg(d, &pc, 17, 64);
	set_reg(d, &pc, 10, 1);
	set_reg(d, &pc, 11, WINDOW);
	set_reg(d, &pc, 12, 4096);
	put(d, &pc, INSN_ECALL);
	set_reg(d, &pc, 17, 93);
	set_reg(d, &pc, 10, 0);
	put(d, &pc, INSN_ECALL);
	for (uint32_t a = WINDOW; a < WINDOW + 3072; a++)
		d->ram[a] = (uint8_t)rnd();
}

static bool write_elf(const struct dut *d, const char *path)
{
	struct {
		Elf32_Ehdr e;
		Elf32_Phdr p;
	} head = {0};
	FILE *f = fopen(path, "wb");
	bool good;

	if (!f)
		return false;
	memcpy(head.e.e_ident, ELFMAG, SELFMAG);
	head.e.e_ident[EI_CLASS] = ELFCLASS32;
	head.e.e_ident[EI_DATA] = ELFDATA2LSB;
	head.e.e_ident[EI_VERSION] = EV_CURRENT;
	head.e.e_type = ET_EXEC;
	head.e.e_machine = EM_RISCV;
	head.e.e_version = EV_CURRENT;
	head.e.e_entry = CODE;
	head.e.e_phoff = sizeof(head.e);
	head.e.e_ehsize = sizeof(head.e);
	head.e.e_phentsize = sizeof(head.p);
	head.e.e_phnum = 1;
	head.p = (Elf32_Phdr){.p_type = PT_LOAD,
			      .p_offset = 0x1000,
			      .p_vaddr = BASE,
			      .p_paddr = BASE,
			      .p_filesz = SIZE,
			      .p_memsz = SIZE,
			      .p_flags = PF_R | PF_W | PF_X,
			      .p_align = 0x1000};
	good = fwrite(&head, sizeof(head), 1, f) == 1 && !fseek(f, 0x1000, SEEK_SET) &&
	       fwrite(d->ram + BASE, SIZE, 1, f) == 1;
	return !fclose(f) && good;
}

/* Runs until the first trap that is no interrupt, the ECALL. */
static bool run_core(struct dut *d)
{
	unsigned int rate = 1 + rnd_below(100);

	dut_reset(d);
	d->wait_256 = 0;
	for (unsigned int i = 0; i < 400000; i++) {
		if (rnd_below(1000) < rate)
			d->in.irq = !d->in.irq;
		dut_cycle(d);
		if (d->out.trace_valid && d->out.trace_trap && !(d->out.trace_value >> 31))
			return d->out.trace_value == 11;
	}
	return false;
}

void test_qemu(struct dut *d, unsigned int programs)
{
	char path[] = "/tmp/svarig-rv32-XXXXXX", command[100], name[100];
	int fd = mkstemp(path);
	bool good = fd >= 0;
	uint8_t window[4096];
	unsigned int interrupts = 0;

	snprintf(name, sizeof(name), "core equals qemu-riscv32 in %u random programs", programs);
	if (system("command -v qemu-riscv32 >/dev/null 2>&1")) {
		strcat(name, " # SKIP no qemu-riscv32: install qemu-user");
		tap_ok(true, name);
		return;
	}
	if (fd >= 0) {
		fchmod(fd, 0700);
		close(fd);
	}
	snprintf(command, sizeof(command), "timeout 20 qemu-riscv32 %s", path);
	for (unsigned int i = 0; i < programs && good; i++) {
		FILE *p;
		size_t n;
		int status;

		generate(d);
		good = write_elf(d, path);
		p = good ? popen(command, "r") : NULL;
		if (!p) {
			good = false;
			break;
		}
		n = fread(window, 1, sizeof(window), p);
		status = pclose(p);
		good = run_core(d);
		if (n != sizeof(window) || status) {
			printf("# qemu-riscv32 gave %zu bytes, status %d\n", n, status);
			good = false;
		} else if (!good) {
			printf("# the core trapped at %08x, cause %u\n", d->out.trace_pc,
			       d->out.trace_value);
		} else if (memcmp(window, d->ram + WINDOW, sizeof(window))) {
			for (uint32_t k = 0; k < sizeof(window); k += 4)
				if (memcmp(window + k, d->ram + WINDOW + k, 4))
					printf("# window + %u differs (registers from 3072)\n", k);
			good = false;
		}
		interrupts += d->ram[COUNT] | (unsigned int)d->ram[COUNT + 1] << 8;
	}
	unlink(path);
	printf("# interrupted %u times\n", interrupts);
	tap_ok(good && interrupts > programs, name);
}
