/* SPDX-License-Identifier: BSD-2-Clause */
/* Text to the console register, one character a write; the oldest are lost if nobody reads. */
#ifndef FW_CONSOLE_H
#define FW_CONSOLE_H

#include <stdint.h>

void put_text(const char *s);
/* 8 digits */
void put_hex(uint32_t v);
void put_dec(uint32_t v);

#endif
