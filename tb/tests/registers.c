/* SPDX-License-Identifier: BSD-2-Clause */
/* Identification registers, access widths, read-only registers of BAR2. */
#include <string.h>

#include "env.h"

TEST_COLD(registers, "BAR2 identification, widths, read-only registers")
{
	struct tlp t = {.kind = TLP_MRD, .requester = RC_RID};
	uint32_t v, zero = 0;
	int tag;

	env_boot(e, BOOT_CONFIG_ONLY | BOOT_NO_FIRMWARE);
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_MAGIC)), SVARIG_MAGIC, "magic");
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_IF_VERSION)), SVARIG_IF_VERSION, "version");
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_MAX_LEN)), SVARIG_MAX_LEN, "longest job");
	v = env_read32(e, env_adm(SVARIG_ADM_CAPS)) >> 16;
	check_eq(e, v & 15, 15, "opcodes 0..3");
	check(e, e->db_stride >= 12, "doorbell stride 2^%u", e->db_stride);
	/* 10.5.2.3: Stopped, bit 4 here, is set while page requests are off. */
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_LIVE)), 0x10, "enables in force");
	/* Eight bytes at once, and one byte alone. */
	tag = rc_mem_read(e->rc, env_adm(0), 8);
	require(e, WAIT(e, e->rc->req[tag].done, ENV_LIMIT), "no answer to eight bytes");
	check_eq(e, e->rc->req[tag].len, 8, "bytes");
	memcpy(&v, e->rc->req[tag].data + 4, 4);
	check_eq(e, v, SVARIG_IF_VERSION, "second word of eight bytes");
	rc_req_free(e->rc, tag);
	tlp_set_bytes(&t, env_adm(2), 1, NULL);
	check_eq(e, env_request(e, &t, &v), TLP_SC, "status of a byte read");
	check_eq(e, v & 0xff, SVARIG_MAGIC >> 16 & 0xff, "one byte");
	tlp_set_bytes(&t, env_adm(0), 0, NULL);
	check_eq(e, env_request(e, &t, NULL), TLP_SC, "status of a zero-length read");
	/* Host writes of read-only registers change nothing. */
	env_write32(e, env_adm(SVARIG_ADM_MAGIC), 0);
	rc_mem_write(e->rc, env_adm(SVARIG_ADM_CAPS), 4, &zero);
	env_write32(e, env_adm(SVARIG_ADM_QUEUES), 1);
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_MAGIC)), SVARIG_MAGIC, "magic after a write");
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_CAPS)) & 0xff, e->queues,
		 "queues after a write");
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_QUEUES)) & 1, 0,
		 "queue enable after a host write");
	check_eq(e, env_read32(e, env_adm(0x7040)), 0, "a firmware-only register");
}
