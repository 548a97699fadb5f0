/* SPDX-License-Identifier: BSD-2-Clause */
/* What the testbench does when it is itself wrong or out of memory: say so and stop (exit status
 * 99). */
#ifndef TB_DIE_H
#define TB_DIE_H

#include <stddef.h>

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Zeroed memory, never NULL. Free with free(). */
void *xalloc(size_t size);

#endif
