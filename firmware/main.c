// SPDX-License-Identifier: BSD-2-Clause
/* Boot, then sleep until the mailbox or a reset of the host side calls. */
#include "admin.h"
#include "console.h"
#include "hw.h"
#include "queue.h"
#include "work.h"

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
	uint32_t failed = 0;
	bool done;

	reg_write(SVARIG_ADM_FW_STATUS, SVARIG_FWS_BOOT);
	reg_write(SVARIG_ADM_FW_VERSION, FW_VERSION);
	put_text("svarig firmware ");
	put_dec(FW_VERSION >> 16);
	put_text(".");
	put_dec(FW_VERSION & 0xffff);
	put_text(", ");
	put_dec(queue_count(0));
	put_text(" queues and ");
	put_dec(SVARIG_FUNCTIONS - 1);
	put_text(" VFs with ");
	put_dec(queue_count(1));
	put_text("\n");

	csr_write("mie", MIE_EXTERNAL);
	reg_write(SVARIG_MCU_IRQ_ENABLE, UINT32_MAX);

	/* counters of queues that never were read zero, too */
	work_reset(0, true);
	while (work_step(0) == WORK_GOES_ON)
		;
	for (uint32_t fn = 1; fn < SVARIG_FUNCTIONS; fn++)
		admin_function_reset(fn);

	/* a reset of the host side takes the engines away in the middle: once more, then */
	do {
		reg_write(SVARIG_MCU_IRQ_PENDING, IRQ_RESET(0));
		done = admin_selftest(&failed);
	} while (!done && host_reset_pending(0));

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

static void tell_reset(uint32_t pending, uint32_t fn)
{
	if (!fn) {
		put_text("reset by the host\n");
	} else if (!(pending & IRQ_RESET(0))) {
		put_text("VF ");
		put_dec(fn);
		put_text(" reset by the host\n");
	}
}

int main(void)
{
	boot();
	for (;;) {
		uint32_t pending = reg_read(SVARIG_MCU_IRQ_PENDING);
		bool active = pending;

		reg_write(SVARIG_MCU_IRQ_PENDING, pending);
		for (uint32_t fn = 0; fn < SVARIG_FUNCTIONS; fn++) {
			if (pending & IRQ_RESET(fn)) {
				admin_function_reset(fn);
				tell_reset(pending, fn);
			}
			active |= admin_poll(fn);
		}
		if (!active)
			wait_for_interrupt();
	}
}
