/* SPDX-License-Identifier: BSD-2-Clause */
/* Byte enables of configuration writes: 2.2.5, each byte by itself, none at all. */
#include "env.h"

TEST_COLD(config_byte_enables, "configuration writes change the enabled bytes only")
{
	uint32_t want = 0x20000000;

	env_boot(e, BOOT_CONFIG_ONLY | BOOT_NO_FIRMWARE);
	/* Interrupt line, byte 0 of 0x3c, is plain storage; the rest of the word is read-only. */
	env_cfg_write_be(e, 0x3c, 1, 0x5a);
	check_eq(e, env_cfg_read(e, 0x3c) & 0xff, 0x5a, "interrupt line");
	env_cfg_write_be(e, 0x3c, 0xe, 0xffffffa5);
	check_eq(e, env_cfg_read(e, 0x3c) & 0xff, 0x5a, "interrupt line, not enabled");
	env_cfg_write_be(e, 0x3c, 0, 0xffffffff);
	check_eq(e, env_cfg_read(e, 0x3c) & 0xff, 0x5a, "interrupt line, no enables");
	/* So is byte 0 of 0x0c, the cache line size, which means nothing to us (7.5.1.1.7). */
	env_cfg_write_be(e, 0xc, 1, 0x10);
	check_eq(e, env_cfg_read(e, 0xc), 0x10, "cache line size");
	env_cfg_write_be(e, 0xc, 0xe, 0xffffffff);
	check_eq(e, env_cfg_read(e, 0xc), 0x10, "cache line size, not enabled");
	/* The upper half of BAR2 takes any value, byte by byte. */
	env_cfg_write(e, 0x1c, 0x44332211);
	for (unsigned i = 0; i < 16; i++) {
		uint32_t v = rng64(&e->rng), mask = 0;

		want = env_cfg_read(e, 0x1c);
		for (unsigned b = 0; b < 4; b++)
			mask |= i >> b & 1 ? 0xffu << (8 * b) : 0;
		env_cfg_write_be(e, 0x1c, i, v);
		want = (want & ~mask) | (v & mask);
		check_eq(e, env_cfg_read(e, 0x1c), want, "BAR2, upper half");
	}
	/* Read-only registers stay. */
	env_cfg_write(e, 0, 0xffffffff);
	check_eq(e, env_cfg_read(e, 0), SVARIG_PCI_DEVICE << 16 | SVARIG_PCI_VENDOR, "IDs");
}
