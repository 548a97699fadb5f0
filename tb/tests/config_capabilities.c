/* SPDX-License-Identifier: BSD-2-Clause */
/* Identification and the two lists of capabilities: PCIe Base Specification 7.5 - 7.9, 10.5. */
#include "env.h"

TEST_COLD(config_capabilities, "IDs, capability lists and what they promise")
{
	uint32_t v;

	env_boot(e, BOOT_CONFIG_ONLY | BOOT_NO_FIRMWARE);
	check_eq(e, env_cfg_read(e, 0), SVARIG_PCI_DEVICE << 16 | SVARIG_PCI_VENDOR, "IDs");
	check_eq(e, env_cfg_read(e, 8), SVARIG_PCI_CLASS << 8 | SVARIG_PCI_REVISION, "class");
	check_eq(e, env_cfg_read(e, 0xc) >> 16 & 0xff, 0, "header type");
	check_eq(e, env_cfg_read(e, 4) >> 20 & 1, 1, "capability list bit");
	v = env_cfg_read(e, e->cap.pcie);
	check_eq(e, v >> 20 & 15, 0, "device/port type: endpoint");
	check_eq(e, v >> 16 & 15, 2, "capability version");
	check_eq(e, env_cfg_read(e, e->cap.pcie + 4) >> 28 & 1, 1, "FLR capable");
	v = env_cfg_read(e, e->cap.pcie + 0x24);
	check_eq(e, v >> 21 & 1, 1, "End-End TLP Prefix Supported");
	check_eq(e, v >> 22 & 3, 1, "one End-End prefix");
	v = env_cfg_read(e, e->cap_msix);
	check_eq(e, (v >> 16 & 0x7ff) + 1, e->vectors, "MSI-X table size");
	check_eq(e, env_cfg_read(e, e->cap_msix + 4), SVARIG_ADM_MSIX_TABLE | SVARIG_BAR_ADMIN,
		 "table");
	check_eq(e, env_cfg_read(e, e->cap_msix + 8), SVARIG_ADM_MSIX_PBA | SVARIG_BAR_ADMIN,
		 "PBA");
	v = env_cfg_read(e, e->cap.ats + 4);
	check_eq(e, v >> 5 & 1, 1, "ATS page aligned request");
	check_eq(e, v >> 31, 0, "ATS off after reset");
	check(e, env_cfg_read(e, e->cap.pri + 8) >= 1, "PRI capacity is zero");
	check_eq(e, env_cfg_read(e, e->cap.pri + 4) & 0xffff, 0, "PRI off after reset");
	v = env_cfg_read(e, e->cap.pasid + 4);
	check_eq(e, v >> 8 & 31, 20, "PASID width");
	check_eq(e, v >> 16 & 7, 0, "PASID off after reset");
	check(e, e->cap_aer, "no advanced error reporting");
	check(e, e->queues >= 8 && e->vectors >= e->queues, "%u queues, %u vectors", e->queues,
	      e->vectors);
}
