/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start and trap entry. The image at address 0 is never written, so that a reset without a reload
 * finds .data as it was linked.
 */
	.section .init, "ax"
	.globl _start
_start:
	.option push
	.option norelax
	la	gp, __global_pointer$
	.option pop
	la	sp, __stack_top
	la	t0, trap_entry
	csrw	mtvec, t0

	la	a0, __data_start
	la	a1, __data_end
	la	a2, __data_load
1:	bgeu	a0, a1, 2f
	lw	a3, 0(a2)
	sw	a3, 0(a0)
	addi	a0, a0, 4
	addi	a2, a2, 4
	j	1b
2:	la	a0, __bss_start
	la	a1, __bss_end
3:	bgeu	a0, a1, 4f
	sw	zero, 0(a0)
	addi	a0, a0, 4
	j	3b
4:	call	main
	/* main does not return; if it did, that is a panic as well */
	ebreak

/* No trap is expected: interrupts stay masked and only end WFI. */
	.balign	4
trap_entry:
	la	t0, dead
	csrw	mtvec, t0
	la	sp, __stack_top
	csrr	a0, mcause
	csrr	a1, mepc
	csrr	a2, mtval
	call	panic
	.balign	4
dead:	csrw	mie, zero
	wfi
	j	dead
