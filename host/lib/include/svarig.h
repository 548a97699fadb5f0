/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libsvarig: crypto jobs on an accelerator that shares the process's virtual addresses.
 *
 * A queue is opened, jobs with plain pointers are submitted, completions are collected. Nothing is
 * registered, pinned or copied; memory that is not resident is faulted in by the device. A pointer
 * that leads nowhere costs one failed job, whose result names the address.
 *
 * All functions return 0 or a count on success and a negative errno on failure. One queue may be
 * used by one thread at a time; different queues are independent. After fork() a queue belongs to
 * the parent alone: the child gets -ECHILD.
 */
#ifndef SVARIG_LIB_H
#define SVARIG_LIB_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SVARIG_LIB_VERSION "0.1.0"

/* One open queue. */
struct svarig;

/*
 * A job. The memory it names belongs to the caller and must stay mapped until the completion is
 * collected; unmapping it earlier is safe for everybody else and fails this job.
 */
struct svarig_job {
	uint8_t op;	/* SVARIG_OP_* of svarig_hw.h */
	uint8_t alg;	/* SVARIG_HA_*, or SVARIG_CI_* with SVARIG_CM_* << 4; else 0 */
	uint16_t flags; /* SVARIG_DF_* */
	uint32_t len;	/* bytes of text, at most svarig_max_len() */
	const void *src;
	void *dst;
	const void *key;
	const void *iv;
	uint64_t cookie; /* comes back in the result */
};

/* What became of a job. */
struct svarig_result {
	uint64_t cookie;
	int error;	     /* 0, -EINVAL, -EFAULT, -EIO, -ETIMEDOUT or -ECANCELED, from status */
	uint8_t status;	     /* SVARIG_ST_* */
	uint8_t detail;	     /* SVARIG_SD_* */
	uint64_t fault_addr; /* first byte that could not be reached, else 0 */
	uint32_t done;	     /* source bytes processed in order */
	uint32_t cycles;     /* clock cycles of the device */
};

/*
 * svarig_open() - open a queue
 * @path: device node, or NULL for $SVARIG_DEVICE or else the first /dev/svarig-*
 * @depth: jobs that may be outstanding, 1 to 4096; rounded up to a power of two (at least 2)
 *
 * -ENODEV: no such device. -EBUSY: all queues taken. -EACCES: not permitted.
 */
int svarig_open(const char *path, unsigned int depth, struct svarig **out);

/* Stop the queue (jobs that still run are abandoned) and free it. NULL is allowed. */
void svarig_close(struct svarig *s);

/*
 * svarig_submit() - hand one job to the device
 *
 * -EAGAIN: as many jobs are outstanding as the queue holds; collect some. -EIO: the queue has
 * halted, see svarig_queue_error(). -ENODEV: the device is gone.
 */
int svarig_submit(struct svarig *s, const struct svarig_job *job);

/* Submit @count jobs with one doorbell. Returns how many were taken, from the first. */
int svarig_submit_many(struct svarig *s, const struct svarig_job *jobs, unsigned int count);

/* Collect up to @max completions without waiting. Returns how many. */
int svarig_poll(struct svarig *s, struct svarig_result *results, unsigned int max);

/*
 * svarig_wait() - collect up to @max completions, sleeping until there is at least one
 * @timeout_ms: at most so long; negative: no limit
 *
 * -ETIMEDOUT; -ENODATA: nothing is outstanding; -EIO, -ENODEV as svarig_submit().
 */
int svarig_wait(struct svarig *s, struct svarig_result *results, unsigned int max, int timeout_ms);

/* File descriptor for poll(2); it becomes readable after svarig_arm() when a completion arrives. */
int svarig_fd(const struct svarig *s);
int svarig_arm(struct svarig *s);

unsigned int svarig_outstanding(const struct svarig *s);
unsigned int svarig_queue(const struct svarig *s); /* hardware queue number */
uint32_t svarig_max_len(void);

/*
 * svarig_queue_error() - why the queue halted
 * @fault_addr: where (may be NULL)
 *
 * Returns SVARIG_ST_*, 0 while the queue runs, -ENODEV if the device is gone.
 */
int svarig_queue_error(struct svarig *s, uint64_t *fault_addr);

/*
 * Synchronous jobs. -EBUSY while submitted jobs are outstanding on @s. @result (may be NULL) tells
 * more on success and on failure; the return value is its error.
 */
int svarig_copy(struct svarig *s, void *dst, const void *src, uint32_t len,
		struct svarig_result *result);
int svarig_sha256(struct svarig *s, uint8_t digest[32], const void *src, uint32_t len,
		  struct svarig_result *result);
/* @key_bits is 128 or 256; @iv is the initial counter block, 16 bytes, big-endian. */
int svarig_aes_ctr(struct svarig *s, void *dst, const void *src, uint32_t len, const void *key,
		   unsigned int key_bits, const void *iv, struct svarig_result *result);

/* Text for SVARIG_ST_*: never NULL. */
const char *svarig_status_name(int status);
const char *svarig_status_text(int status);

#ifdef __cplusplus
}
#endif

#endif
