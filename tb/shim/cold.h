/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Goes behind the last line of the headers that all of Verilator's output includes. In most cycles
 * most of the endpoint does nothing, so the bodies of conditions belong out of the way of the
 * processor's instruction fetch, which is what limits the simulator: what is executed then lies
 * close together.
 */
/* clang-format off */
#define if(...) if (__builtin_expect(!!(__VA_ARGS__), 0))
