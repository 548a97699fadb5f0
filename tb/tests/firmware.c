/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware: boot with self-test, console, mailbox. */
#include <ctype.h>
#include <string.h>

#include "queue.h"

TEST_COLD(firmware_boot, "boots, passes its self-test, prints, serves the mailbox")
{
	uint32_t res[SVARIG_MB_WORDS];
	char text[512];
	unsigned n = 0;
	bool printable = true;

	env_boot(e, 0);
	check_eq(e, mb_command(e, SVARIG_AC_NOP, 0, NULL, 0, NULL), SVARIG_AS_OK, "NOP");
	check_eq(e, mb_command(e, SVARIG_AC_VERSION, 0, NULL, 0, res), SVARIG_AS_OK, "VERSION");
	check_eq(e, res[0], env_read32(e, env_adm(SVARIG_ADM_FW_VERSION)), "firmware version");
	check_eq(e, res[1], SVARIG_IF_VERSION, "interface version");
	check_eq(e, mb_command(e, SVARIG_AC_SELFTEST, 0, NULL, 0, res), SVARIG_AS_OK, "SELFTEST");
	check_eq(e, res[0], 0, "engines that failed");
	check_eq(e, mb_command(e, 0xee, 0, NULL, 0, NULL), SVARIG_AS_BAD_COMMAND, "command 0xee");
	check_eq(e, mb_command(e, SVARIG_AC_NOP, 0, NULL, 0, NULL), SVARIG_AS_OK, "NOP afterwards");
	/* What it printed, character by character through the register. */
	for (uint32_t v; n < sizeof(text) - 1; text[n++] = v) {
		v = env_read32(e, env_adm(SVARIG_ADM_CON_DATA));
		if (!(v & 0x100))
			break;
		v &= 0xff;
		printable &= isprint((int)v) || v == '\n' || v == '\r';
	}
	text[n] = 0;
	check(e, n > 10 && printable, "%u characters on the console", n);
	check(e, n == e->console_len && !memcmp(text, e->console, n),
	      "the register and the console port differ");
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_CON_DATA)) & 0x100, 0,
		 "console is empty, valid bit");
}

TEST(mailbox_while_busy, "a second command while one runs is ignored")
{
	uint32_t res[SVARIG_MB_WORDS];

	env_boot(e, 0);
	env_write32(e, env_adm(SVARIG_ADM_MB_CMD), SVARIG_AC_SELFTEST);
	env_write32(e, env_adm(SVARIG_ADM_MB_CMD), 0xee);
	check(e, WAIT(e, !(env_read32(e, env_adm(SVARIG_ADM_MB_STATUS)) & SVARIG_MB_BUSY), 1000000),
	      "the mailbox stays busy");
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_MB_STATUS)) & 0xff, SVARIG_AS_OK,
		 "status of the first");
	env_run(e, 20000);
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_MB_STATUS)) & 0xff, SVARIG_AS_OK, "still");
	check_eq(e, mb_command(e, SVARIG_AC_VERSION, 0, NULL, 0, res), SVARIG_AS_OK, "VERSION");
}

TEST_COLD(firmware_selftest_watched,
	  "the self-test passes while the host reads registers all the time")
{
	/* The core waits for the host's accesses, long when a completion does not get away. */
	env_profile(e, PROFILE_ROUGH);
	env_boot(e, 0);
	for (unsigned turn = 0; turn < 12; turn++) {
		uint64_t end = e->cycle + 1000000;
		uint32_t v = SVARIG_MB_BUSY;

		env_write32(e, env_adm(SVARIG_ADM_MB_CMD), SVARIG_AC_SELFTEST);
		env_run(e, turn);
		while ((v & SVARIG_MB_BUSY) && e->cycle < end)
			v = env_read32(e, env_adm(SVARIG_ADM_MB_STATUS));
		check(e, v == SVARIG_AS_OK, "self-test %u: mailbox status %x", turn, v);
	}
}
