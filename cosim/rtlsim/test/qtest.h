/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU without running CPUs, beside a simulator process: the test takes the CPU's place through
 * the qtest protocol. Whatever does not answer ends the test program with a message.
 */
#ifndef RTLSIM_QTEST_H
#define RTLSIM_QTEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define VIRT_RAM  0x40000000u
#define VIRT_ECAM 0x4010000000ull

/* @sim, @qemu: programs. @iommu: "none" or "smmuv3". @device: more properties of rtl-endpoint. */
void qtest_start(const char *sim, const char *qemu, const char *iommu, const char *device);
/* Ends both. */
void qtest_stop(void);
pid_t qtest_sim_pid(void);
/* What QEMU (the simulator) wrote to stderr so far */
const char *qtest_qemu_stderr(void);
const char *qtest_sim_stderr(void);
/* Starts @program with the QEMU command line of qtest_start() and returns its exit status. */
int qtest_qemu_fails(const char *qemu, const char *device);

uint64_t rd(uint64_t addr, unsigned bytes);
void wr(uint64_t addr, unsigned bytes, uint64_t v);
void mem_read(uint64_t addr, void *data, unsigned len);
void mem_write(uint64_t addr, const void *data, unsigned len);

#endif
