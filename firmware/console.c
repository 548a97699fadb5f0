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

/* The core has no divider: subtract powers of ten. */
void put_dec(uint32_t v)
{
	static const uint32_t powers[] = {1000000000, 100000000, 10000000, 1000000, 100000,
					  10000,      1000,	 100,	   10,	    1};
	bool begun = false;

	for (int i = 0; i < 10; i++) {
		char digit = '0';

		while (v >= powers[i]) {
			v -= powers[i];
			digit++;
		}
		begun = begun || digit != '0' || i == 9;
		if (begun)
			reg_write(SVARIG_ADM_CON_DATA, (uint8_t)digit);
	}
}
