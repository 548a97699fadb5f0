/* SPDX-License-Identifier: BSD-2-Clause */
/* From reset to a firmware that serves the mailbox. See env.h; capability layouts: PCIe Base
 * Specification 7.5 - 7.9, 10.5. */
#include <stdio.h>
#include <string.h>

#include "env.h"

#define CAP_EXP	    0x10
#define CAP_MSIX    0x11
#define ECAP_AER    0x0001
#define ECAP_ATS    0x000f
#define ECAP_PRI    0x0013
#define ECAP_PASID  0x001b
#define ECAP_SRIOV  0x0010
#define VF_ATS	    0x150
#define CMD_MEMORY  0x2u
#define CMD_MASTER  0x4u
#define DEVCTL_BASE 0x011fu /* error reporting, relaxed ordering, extended tags */

static void find_capabilities(struct env *e)
{
	unsigned at = env_cfg_read(e, 0x34) & 0xfc;

	for (unsigned n = 0; at; n++) {
		uint32_t v = env_cfg_read(e, at);

		require(e, n < 48, "the list of capabilities has a loop");
		if ((v & 0xff) == CAP_EXP)
			e->cap.pcie = at;
		if ((v & 0xff) == CAP_MSIX)
			e->cap_msix = at;
		at = v >> 8 & 0xfc;
	}
	at = 0x100;
	for (unsigned n = 0; at; n++) {
		uint32_t v = env_cfg_read(e, at);

		require(e, n < 100, "the list of extended capabilities has a loop");
		switch (v & 0xffff) {
		case ECAP_AER:
			e->cap_aer = at;
			break;
		case ECAP_ATS:
			e->cap.ats = at;
			break;
		case ECAP_PRI:
			e->cap.pri = at;
			break;
		case ECAP_SRIOV:
			e->cap.sriov = at;
			break;
		case ECAP_PASID:
			e->cap.pasid = at;
			break;
		}
		at = v >> 20 & 0xffc;
	}
	require(e, e->cap.pcie && e->cap_msix && e->cap.ats && e->cap.pri && e->cap.pasid,
		"a capability is missing");
}

static uint64_t bar_size(struct env *e, unsigned bar)
{
	uint64_t mask;

	env_cfg_write(e, 0x10 + 4 * bar, ~0u);
	env_cfg_write(e, 0x14 + 4 * bar, ~0u);
	mask = env_cfg_read(e, 0x10 + 4 * bar) & ~0xfull;
	mask |= (uint64_t)env_cfg_read(e, 0x14 + 4 * bar) << 32;
	return ~mask + 1;
}

void env_enumerate(struct env *e)
{
	uint32_t v;

	/* The first configuration write gives the function its number (2.2.6.2). */
	chk_set_function(e->chk, e->bdf, SMMU_RID, &e->cap);
	env_cfg_write(e, 0x04, 0);
	find_capabilities(e);
	chk_set_function(e->chk, e->bdf, SMMU_RID, &e->cap);
	e->bar0_size = bar_size(e, 0);
	e->bar2_size = bar_size(e, 2);
	env_cfg_write(e, 0x10, (uint32_t)ENV_BAR0);
	env_cfg_write(e, 0x14, ENV_BAR0 >> 32);
	env_cfg_write(e, 0x18, (uint32_t)ENV_BAR2);
	env_cfg_write(e, 0x1c, ENV_BAR2 >> 32);
	env_cfg_write(e, 0x04, CMD_MEMORY);
	v = env_read32(e, env_adm(SVARIG_ADM_CAPS));
	e->queues = v & 0xff;
	e->vectors = v >> 8 & 0xff;
	e->db_stride = env_read32(e, env_adm(SVARIG_ADM_DB_STRIDE));
	v = env_cfg_read(e, e->cap.ats + 4);
	e->smmu->inv_depth = v & 31 ? v & 31 : 32;
}

void env_set_bme(struct env *e, bool on)
{
	env_cfg_write_be(e, 0x04, 3, CMD_MEMORY | (on ? CMD_MASTER : 0));
}

void env_set_ats(struct env *e, bool on)
{
	env_cfg_write_be(e, e->cap.ats + 4, 0xc, on ? 0x80000000u : 0);
}

void env_set_pri(struct env *e, bool on, uint32_t alloc)
{
	if (on)
		env_cfg_write(e, e->cap.pri + 12, alloc);
	env_cfg_write_be(e, e->cap.pri + 4, 3, on);
}

void env_set_pasid(struct env *e, bool on)
{
	env_cfg_write_be(e, e->cap.pasid + 4, 0xc, on ? 0x10000u : 0);
}

static unsigned size_code(unsigned bytes)
{
	unsigned code = 0;

	while (128u << code < bytes)
		code++;
	return code;
}

void env_set_sizes(struct env *e, unsigned mps, unsigned mrrs)
{
	env_cfg_write_be(e, e->cap.pcie + 8, 3,
			 DEVCTL_BASE | size_code(mps) << 5 | size_code(mrrs) << 12);
	e->rc->knobs.mps = mps;
}

uint64_t env_msi_addr(unsigned vector)
{
	return RC_MSI_BASE + 0x40 + 4 * vector;
}

uint32_t env_msi_data(unsigned vector)
{
	return 0x5a000000u | vector;
}

void env_msix_setup(struct env *e)
{
	uint64_t table = ENV_BAR2 + SVARIG_ADM_MSIX_TABLE;

	for (unsigned v = 0; v < e->vectors; v++) {
		env_write32(e, table + 16 * v, (uint32_t)env_msi_addr(v));
		env_write32(e, table + 16 * v + 4, env_msi_addr(v) >> 32);
		env_write32(e, table + 16 * v + 8, env_msi_data(v));
		env_write32(e, table + 16 * v + 12, 0);
	}
	env_cfg_write_be(e, e->cap_msix, 8, 0x80000000u);
}

void env_msix_mask(struct env *e, unsigned vector, bool masked)
{
	env_write32(e, ENV_BAR2 + SVARIG_ADM_MSIX_TABLE + 16 * vector + 12, masked);
}

unsigned env_msi_count(struct env *e, unsigned vector)
{
	unsigned n = 0;

	for (unsigned i = 0; i < e->rc->msi_count && i < RC_MSI_LOG; i++)
		n += e->rc->msi[i].addr == env_msi_addr(vector) &&
		     e->rc->msi[i].data == env_msi_data(vector);
	return n;
}

void env_wait_firmware(struct env *e)
{
	uint64_t end = e->cycle + ENV_BOOT;
	uint32_t v = 0;

	while (e->cycle < end) {
		v = env_read32(e, env_adm(SVARIG_ADM_FW_STATUS));
		if (v == SVARIG_FWS_READY)
			return;
		if (v == SVARIG_FWS_PANIC || v == SVARIG_FWS_SELFTEST_FAILED)
			break;
		env_run(e, 500);
	}
	e->console[e->console_len] = 0;
	require(e, false, "firmware status is %u after %llu cycles; console: %s", v,
		(unsigned long long)e->cycle, e->console);
}

static void enables(struct env *e, unsigned without)
{
	static const unsigned size[] = {128, 256, 512};
	unsigned mps = size[rng_below(&e->rng, 2)];

	env_set_sizes(e, mps, mps == 128 ? 128u << rng_below(&e->rng, 3) : 512);
	env_set_pasid(e, true);
	if (!(without & BOOT_NO_ATS))
		env_set_ats(e, true);
	if (!(without & (BOOT_NO_PRI | BOOT_NO_ATS)))
		env_set_pri(e, true, ENV_PRI_ALLOC);
	env_set_bme(e, true);
	env_msix_setup(e);
}

void env_boot(struct env *e, unsigned without)
{
	env_enumerate(e);
	if (!(without & BOOT_CONFIG_ONLY))
		enables(e, without);
	if (!(without & BOOT_NO_FIRMWARE))
		env_wait_firmware(e);
}

void env_flr(struct env *e)
{
	int tag = rc_cfg(e->rc, true, e->bdf, e->cap.pcie + 8, 3, 0x8000 | DEVCTL_BASE);

	require(e, tag >= 0 && WAIT(e, e->rc->req[tag].done, ENV_LIMIT),
		"function level reset is not completed");
	rc_req_free(e->rc, tag);
	/* 6.6.2 gives 100 ms; the design says how soon it is ready, a few hundred cycles do. */
	env_run(e, 2000);
	chk_reset(e->chk, e->cycle);
	smmu_device_reset(e->smmu);
}

void env_vf_enables(struct env *e, unsigned fn)
{
	unsigned before = e->fn;

	e->fn = fn;
	env_cfg_write_be(e, 0x04, 3, CMD_MASTER);
	env_cfg_write_be(e, VF_ATS + 4, 0xc, 0x80000000u);
	e->fn = before;
}

void env_set_vfs(struct env *e, unsigned n)
{
	unsigned at = e->cap.sriov;

	if (!n) {
		env_cfg_write_be(e, at + 8, 3, 0);
		chk_remove_vfs(e->chk);
		return;
	}
	env_cfg_write_be(e, at + 0x10, 3, n);
	env_cfg_write(e, at + 0x24, (uint32_t)ENV_VF_BAR0);
	env_cfg_write(e, at + 0x28, ENV_VF_BAR0 >> 32);
	env_cfg_write(e, at + 0x2c, (uint32_t)ENV_VF_BAR2);
	env_cfg_write(e, at + 0x30, ENV_VF_BAR2 >> 32);
	env_cfg_write_be(e, at + 8, 3, 0x9); /* VF Enable, VF MSE */
	for (unsigned fn = 1; fn <= n; fn++) {
		chk_add_vf(e->chk, e->bdf + fn, VF_ATS);
		env_vf_enables(e, fn);
	}
}

void env_vf_flr(struct env *e, unsigned fn)
{
	int tag = rc_cfg(e->rc, true, e->bdf + fn, e->cap.pcie + 8, 3, 0x8000);

	require(e, tag >= 0 && WAIT(e, e->rc->req[tag].done, ENV_LIMIT),
		"function level reset of VF %u is not completed", fn);
	rc_req_free(e->rc, tag);
	chk_reset_vf(e->chk, e->cycle, e->bdf + fn);
	smmu_function_reset(e->smmu, e->bdf + fn);
}
