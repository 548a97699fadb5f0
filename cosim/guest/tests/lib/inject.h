/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own failure injection: allocations that fail, of the slab and of pages. Only the
 * debug kernel has it. Failures to set it up end the program (bail()).
 */
#ifndef SVARIG_GUEST_INJECT_H
#define SVARIG_GUEST_INJECT_H

#include <stdbool.h>
#include <sys/types.h>

/* Skips the whole test where the kernel cannot do it; else any allocation may be made to fail. */
void inject_init(void);

/*
 * The @nth allocation from now on of a thread (0: of the calling process) fails, once. inject_end()
 * ends that and tells whether it has come to it. One at a time.
 */
void inject(pid_t thread, unsigned int nth);
bool inject_end(void);

/* From now on all allocations of the calling process fail, until the next call: none. */
void inject_all(bool on);

/*
 * Counted are only allocations on the way into which the code of a module, or of one function of
 * the kernel, was called; NULL: all again.
 */
void inject_within(const char *module_or_function);
/* Not counted are those on the way into which one of the kernel's functions from the first to the
 * last in its text was called; NULL: none is left out. */
void inject_without(const char *first_function, const char *last_function);
/* So many page allocations within that fail, whoever makes them; 0: no more. */
void inject_pages(unsigned int times);

/*
 * Whether the kernel finds memory that nothing points to. Takes some seconds. @known: a function of
 * the kernel that is known to lose memory; what was allocated on the way through it does not count.
 */
bool leaks(const char *known);

#endif
