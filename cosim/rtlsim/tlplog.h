/* SPDX-License-Identifier: BSD-2-Clause */
/* The TLP log: one line for each TLP that crossed the link, decoded and in bytes */
#ifndef RTLSIM_TLPLOG_H
#define RTLSIM_TLPLOG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum tlplog_dir {
	TLPLOG_DOWN, /* host to endpoint */
	TLPLOG_UP,   /* endpoint to host */
};

/* @f: NULL does nothing. Flushed by each line, so that the log of a killed run is whole. */
void tlplog(FILE *f, uint64_t cycle, enum tlplog_dir dir, const uint8_t *bytes, size_t len);
/* A line of its own, for events that are no TLPs */
void tlplog_note(FILE *f, uint64_t cycle, const char *text);

#endif
