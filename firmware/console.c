// SPDX-License-Identifier: BSD-2-Clause
#include "console.h"

#include "hw.h"

void put_text(const char *s)
{
	while (*s)
		reg_write(SVARIG_ADM_CON_DATA, (uint8_t)*s++);
}

void put_hex(uint32_t v)
{
	for (int shift = 28; shift >= 0; shift -= 4)
		reg_write(SVARIG_ADM_CON_DATA, (uint8_t) "0123456789abcdef"[v >> shift & 15]);
}

void put_dec(uint32_t v)
{
	if (v >= 10)
		put_dec(v / 10);
	reg_write(SVARIG_ADM_CON_DATA, '0' + v % 10);
}
