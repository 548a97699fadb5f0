/* SPDX-License-Identifier: BSD-2-Clause */
/* BARs: sizes by writing ones (7.5.1.2.1), 64-bit pairs, the ones that are not there. */
#include "env.h"

TEST_COLD(config_bar_sizing, "BAR sizes, types and absent BARs")
{
	env_boot(e, BOOT_CONFIG_ONLY | BOOT_NO_FIRMWARE);
	check(e, e->bar0_size >= (uint64_t)e->queues << e->db_stride, "BAR0 holds %#llx bytes",
	      (unsigned long long)e->bar0_size);
	check_eq(e, e->bar0_size & (e->bar0_size - 1), 0, "BAR0 size is a power of two, remainder");
	check_eq(e, e->bar2_size, SVARIG_BAR2_SIZE, "BAR2 size");
	check_eq(e, env_cfg_read(e, 0x10) & 7, 4, "BAR0 type: 64-bit memory");
	check_eq(e, env_cfg_read(e, 0x18) & 7, 4, "BAR2 type: 64-bit memory");
	for (unsigned reg = 0x20; reg <= 0x24; reg += 4) {
		env_cfg_write(e, reg, ~0u);
		check_eq(e, env_cfg_read(e, reg), 0, "BAR that is not there");
	}
	env_cfg_write(e, 0x30, ~0u);
	check_eq(e, env_cfg_read(e, 0x30), 0, "expansion ROM");
	/* Moved: the old place is no longer answered, the new one is. */
	env_cfg_write(e, 0x18, 0x60000000);
	check_eq(e, env_read32(e, 0x60000000 + SVARIG_ADM_MAGIC), SVARIG_MAGIC,
		 "magic at the new place");
	struct tlp t = {.kind = TLP_MRD, .requester = RC_RID};

	tlp_set_bytes(&t, ENV_BAR2, 4, NULL);
	check_eq(e, env_request(e, &t, NULL), TLP_UR, "status at the old place");
}
