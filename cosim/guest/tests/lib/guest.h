/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guest tests share: TAP, memory with a recognisable content, and a neighbour at work. */
#ifndef SVARIG_GUEST_H
#define SVARIG_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "svarig.h"
#include "svarig_hw.h"

#define PAGE 4096u
#define MIB  (1u << 20)

/* One TAP line; the text says what must hold. Returns @good. */
bool ok(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The whole test makes no sense here: one skipped line, exit. */
void skip_all(const char *reason) __attribute__((noreturn));
void bail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* How many lines there were; and for a test that goes on in another kernel: how many before it. */
unsigned int results(void);
void results_so_far(unsigned int n);
/* The plan line; the value for main to return. */
int done(void);

/* Whether the host's IOMMU driver takes page requests (init tells by the kernel command line). */
bool have_pri(void);

/* Whether this run may take long (test --long): then @many, else @few. */
unsigned int rounds(unsigned int few, unsigned int many);

struct svarig *queue(unsigned int depth);
/* Fresh anonymous memory, never touched. */
uint8_t *memory(size_t bytes);
uint8_t *memory_at(void *address, size_t bytes);
/* Memory's content as a function of @seed and the offset. */
void fill(uint8_t *p, size_t bytes, uint32_t seed);
/* Offset of the first byte that differs from fill(), or @bytes. */
size_t differs(const uint8_t *p, size_t bytes, uint32_t seed);
/* Touch every page, for writing. */
void touch(uint8_t *p, size_t bytes);

void sha256(uint8_t digest[32], const void *p, size_t bytes);
void aes_ctr(uint8_t *to, const uint8_t *from, size_t bytes, const uint8_t *key, unsigned int bits,
	     const uint8_t iv[16]);

/* A process with a queue of its own that runs jobs and checks them until it is stopped. */
struct neighbour {
	pid_t pid;
	int stop; /* a byte stops the process */
	int report;
};
void neighbour_start(struct neighbour *n);
/* One TAP line: the neighbour did jobs, and all were right. */
void neighbour_stop(struct neighbour *n);

/* Free hardware queues as sysfs tells. */
int queues_free(void);
/* A counter of the hardware by its name in sysfs. */
uint64_t counter(const char *name);
/* Waits until the hardware has read so much more than @bytes_before: a job is surely running. */
void wait_until_reading(uint64_t bytes_before, uint64_t bytes);
/* A small job on a fresh queue is right: the device still works. One TAP line. */
void device_works(void);

#endif
