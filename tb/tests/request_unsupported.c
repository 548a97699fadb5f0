/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests the function does not serve are answered Unsupported Request or Completer Abort (2.3.1),
 * never with silence. */
#include "env.h"

static unsigned read_status(struct env *e, uint64_t addr, uint32_t len)
{
	struct tlp t = {.kind = TLP_MRD, .requester = RC_RID};

	tlp_set_bytes(&t, addr, len, NULL);
	return env_request(e, &t, NULL);
}

static unsigned cfg_status(struct env *e, enum tlp_kind kind, uint16_t target)
{
	struct tlp t = {.kind = kind, .requester = RC_RID, .target = target, .first_be = 15};

	t.length_dw = 1;
	return env_request(e, &t, NULL);
}

TEST_COLD(request_unsupported, "what nobody serves is answered UR or CA")
{
	env_boot(e, BOOT_CONFIG_ONLY | BOOT_NO_FIRMWARE);
	check_eq(e, cfg_status(e, TLP_CFGRD0, ENV_BDF), TLP_SC, "our function");
	check_eq(e, cfg_status(e, TLP_CFGRD0, ENV_BDF + 1), TLP_UR, "function 1");
	check_eq(e, cfg_status(e, TLP_CFGRD1, ENV_BDF), TLP_UR, "type 1");
	check_eq(e, read_status(e, 0x1000, 4), TLP_UR, "outside of the BARs");
	check_eq(e, read_status(e, ENV_BAR2 + SVARIG_BAR2_SIZE, 4), TLP_UR, "just behind BAR2");
	check_eq(e, read_status(e, ENV_BAR0 + e->bar0_size, 4), TLP_UR, "just behind BAR0");
	check_eq(e, read_status(e, ENV_BAR2, 4), TLP_SC, "inside BAR2");
	check(e, read_status(e, ENV_BAR2, 64) != TLP_SC, "a long register read succeeds");
	env_cfg_write(e, 4, 0);
	check_eq(e, read_status(e, ENV_BAR2, 4), TLP_UR, "with memory space off");
	env_cfg_write(e, 4, 2);
	check_eq(e, env_read32(e, env_adm(SVARIG_ADM_MAGIC)), SVARIG_MAGIC, "magic afterwards");
}
