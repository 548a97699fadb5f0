// SPDX-License-Identifier: BSD-2-Clause
// What a unit bench reached, for tb/coverage.py: a bench built with COVERAGE=1 leaves it in the folder SVARIG_COVERAGE names.
#ifndef LEAVE_COVERAGE_H
#define LEAVE_COVERAGE_H

#if VM_COVERAGE
#include <cstdlib>
#include <string>
#include <unistd.h>
#include <verilated_cov.h>
#endif

static inline void leave_coverage(VerilatedContext *ctx)
{
#if VM_COVERAGE
	static unsigned int number;
	const char *folder = getenv("SVARIG_COVERAGE");

	if (folder)
		ctx->coveragep()->write((std::string(folder) + "/" + std::to_string(getpid()) +
					 std::to_string(number++) + ".dat").c_str());
#else
	(void)ctx;
#endif
}

#endif
