// SPDX-License-Identifier: BSD-2-Clause
/* Boot, then sleep until the mailbox or a reset of the host side calls. */
#include "admin.h"
#include "console.h"
#include "hw.h"
#include "queue.h"

_Noreturn void panic(uint32_t cause, uint32_t pc, uint32_t value);
int main(void);

_Noreturn void panic(uint32_t cause, uint32_t pc, uint32_t value)
{
	reg_write(SVARIG_ADM_MB_RES0, cause);
	reg_write(SVARIG_ADM_MB_RES0 + 4, pc);
	reg_write(SVARIG_ADM_MB_RES0 + 8, value);
	reg_write(SVARIG_ADM_FW_STATUS, SVARIG_FWS_PANIC);
	put_text("PANIC: trap ");
	put_hex(cause);
	put_text(" at ");
	put_hex(pc);
	put_text(" value ");
	put_hex(value);
	put_text("\n");
	csr_write("mie", 0);
	for (;;)
		wait_for_interrupt();
}

static void boot(void)
{
	uint32_t caps = reg_read(SVARIG_ADM_CAPS), failed = 0;
	bool done;

	reg_write(SVARIG_ADM_FW_STATUS, SVARIG_FWS_BOOT);
	reg_write(SVARIG_ADM_FW_VERSION, FW_VERSION);
	put_text("svarig firmware ");
	put_dec(FW_VERSION >> 16);
	put_text(".");
	put_dec(FW_VERSION & 0xffff);
	put_text(", ");
	put_dec(caps & 0xff);
	put_text(" queues\n");

	csr_write("mie", MIE_EXTERNAL);
	reg_write(SVARIG_MCU_IRQ_ENABLE, IRQ_MAILBOX | IRQ_FLR);

	/* counters of queues that never were read zero, too */
	queue_reset_all();

	/* a reset of the host side takes the engines away in the middle: once more, then */
	do {
		reg_write(SVARIG_MCU_IRQ_PENDING, IRQ_FLR);
		done = admin_selftest(&failed);
	} while (!done && host_reset_pending());

	if (!done) {
		put_text("self-test: engines not granted\n");
		reg_write(SVARIG_ADM_FW_STATUS, SVARIG_FWS_SELFTEST_FAILED);
	} else if (!failed) {
		put_text("self-test passed, ready after ");
		put_dec((uint32_t)cycles());
		put_text(" cycles, ");
		put_dec(csr_read("minstret"));
		put_text(" instructions\n");
	}
}

int main(void)
{
	boot();
	for (;;) {
		uint32_t pending = reg_read(SVARIG_MCU_IRQ_PENDING);
		bool command;

		reg_write(SVARIG_MCU_IRQ_PENDING, pending);
		if (pending & IRQ_FLR) {
			/* a command that was at work may have written to queues after the reset */
			queue_reset_all();
			put_text("reset by the host\n");
		}
		/* the level, not the event: a command behind a reset is not to be lost */
		command = reg_read(SVARIG_ADM_MB_STATUS) & SVARIG_MB_BUSY;
		if (command)
			admin_serve();
		if (!pending && !command)
			wait_for_interrupt();
	}
}
