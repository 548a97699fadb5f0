/* SPDX-License-Identifier: BSD-2-Clause */
/* What the machine tells an operating system that boots with ACPI: the IORT (Arm DEN 0049) */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "rig.h"

/* The firmware configuration device of the virt machine: selector (big-endian) and data */
#define FW_CFG_DATA   0x09020000ull
#define FW_CFG_SELECT 0x09020008ull
#define FILE_DIR      0x19
#define TABLES_MAX    0x20000

static void select_item(unsigned item)
{
	wr16(FW_CFG_SELECT, item >> 8 | (item & 0xff) << 8);
}

static uint32_t next_be(unsigned bytes)
{
	uint32_t v = 0;

	while (bytes--)
		v = v << 8 | rd8(FW_CFG_DATA);
	return v;
}

/* Selects the file @name; returns its size. */
static uint32_t open_file(const char *name)
{
	uint32_t count;

	select_item(FILE_DIR);
	count = next_be(4);
	while (count--) {
		uint32_t size = next_be(4), item = next_be(2);
		char got[56];

		next_be(2);
		for (unsigned i = 0; i < sizeof(got); i++)
			got[i] = rd8(FW_CFG_DATA);
		if (!strncmp(got, name, sizeof(got))) {
			select_item(item);
			return size;
		}
	}
	die("no %s", name);
}

static uint32_t le32(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The ATS attribute of the root complex node: 4 bytes at offset 24 of a node of type 2 */
static uint32_t ats_attribute(void)
{
	uint32_t size = open_file("etc/acpi/tables"), end;
	uint8_t *t = malloc(TABLES_MAX), *iort, *node;
	uint32_t attr = ~0u;

	if (!t || size > TABLES_MAX)
		die("ACPI tables of %u bytes", size);
	for (uint32_t i = 0; i < size; i++)
		t[i] = rd8(FW_CFG_DATA);
	iort = memmem(t, size, "IORT", 4);
	if (!iort)
		die("no IORT");
	end = le32(iort + 4);
	for (node = iort + le32(iort + 40); node < iort + end; node += node[1] | node[2] << 8)
		if (node[0] == 2)
			attr = le32(node + 24);
	free(t);
	return attr;
}

static void with_ats(void)
{
	is(ats_attribute(), 3, "IORT: the root complex serves ATS and PRI");
}

static void without(void)
{
	is(ats_attribute(), 0, "ats=off,pri=off: neither");
}

static const char *const off[] = {"-global", "arm-smmuv3.ats=off", "-global", "arm-smmuv3.pri=off",
				  NULL};

const struct test_case cases_firmware[] = {
	{"iort", with_ats, NULL},
	{"iort-off", without, off},
	{0},
};
