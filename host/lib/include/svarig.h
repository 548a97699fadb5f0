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
	uint8_t op;	 /* SVARIG_OP_* of svarig_hw.h */
	uint8_t alg;	 /* SVARIG_HA_*, or SVARIG_CI_* with SVARIG_CM_* << 4; else 0 */
	uint16_t flags;	 /* SVARIG_DF_* */
	uint32_t len;	 /* bytes of text, at most svarig_max_len() */
	const void *src; /* or its scatter list */
	void *dst;	 /* likewise */
	const void *key;
	const void *iv;
	void *state;	  /* with SVARIG_DF_STATE_*: SVARIG_STATE_SIZE bytes, aligned to 16 */
	uint32_t aad_len; /* SVARIG_OP_AEAD: bytes of AAD in front of the text */
	uint16_t src_sg;  /* entries if src is a list (struct svarig_sg, aligned to 16), else 0 */
	uint16_t dst_sg;  /* the same for dst */
	uint64_t cookie;  /* comes back in the result */
};

/* What became of a job. */
struct svarig_result {
	uint64_t cookie;
	int error; /* from status: 0, -EINVAL, -EFAULT, -EIO, -ETIMEDOUT, -ECANCELED, -EBADMSG (a
		    * tag is wrong, compared bytes differ) */
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
int svarig_run(struct svarig *s, const struct svarig_job *job, struct svarig_result *result);
int svarig_copy(struct svarig *s, void *dst, const void *src, uint32_t len,
		struct svarig_result *result);
/* The 16 bytes of @pattern again and again. */
int svarig_fill(struct svarig *s, void *dst, uint32_t len, const void *pattern,
		struct svarig_result *result);
/* 0: equal; 1: not, and result->done tells how many bytes are. */
int svarig_compare(struct svarig *s, const void *a, const void *b, uint32_t len,
		   struct svarig_result *result);
/* CRC-32C of RFC 3720. */
int svarig_crc32c(struct svarig *s, uint32_t *crc, const void *src, uint32_t len,
		  struct svarig_result *result);
/* @alg is SVARIG_HA_*; @digest has room for svarig_digest_len() bytes. */
int svarig_digest(struct svarig *s, unsigned int alg, void *digest, const void *src, uint32_t len,
		  struct svarig_result *result);
/* HMAC of RFC 2104 with a key of any length. */
int svarig_hmac(struct svarig *s, unsigned int alg, void *mac, const void *src, uint32_t len,
		const void *key, uint32_t key_len, struct svarig_result *result);
/*
 * @alg is SVARIG_CI_* | SVARIG_CM_* << 4; the key has svarig_key_len() bytes, @iv 16 (none with
 * ECB). ECB and CBC take multiples of 16 bytes, XTS at least 16.
 */
int svarig_cipher(struct svarig *s, unsigned int alg, int decrypt, void *dst, const void *src,
		  uint32_t len, const void *key, const void *iv, struct svarig_result *result);
/*
 * GCM. @alg is SVARIG_CI_*, @iv 12 bytes. Encrypting, @len bytes of text go in and @dst gets them
 * and the 16-byte tag; decrypting,
 * @src has @len bytes of text and the tag, and @dst gets the text. -EBADMSG: the tag is wrong, what
 * is in
 * @dst must not be used.
 */
int svarig_aead(struct svarig *s, unsigned int alg, int decrypt, void *dst, const void *src,
		uint32_t len, const void *aad, uint32_t aad_len, const void *key, const void *iv,
		struct svarig_result *result);
int svarig_sha256(struct svarig *s, uint8_t digest[32], const void *src, uint32_t len,
		  struct svarig_result *result);
/* @key_bits is 128 or 256; @iv is the initial counter block, 16 bytes, big-endian. */
int svarig_aes_ctr(struct svarig *s, void *dst, const void *src, uint32_t len, const void *key,
		   unsigned int key_bits, const void *iv, struct svarig_result *result);

/*
 * A message in several jobs: @state (SVARIG_STATE_SIZE bytes, aligned to 16) carries what is needed
 * from one to the next. The lengths of all but the last are multiples of the block: 16 for ciphers,
 * 64 or 128 for hashes, 1 for CRC-32C. The result (digest, MAC, tag) comes with the last. Key and
 * IV are given with each.
 */
int svarig_piece(struct svarig *s, const struct svarig_job *job, void *state, int first, int last,
		 struct svarig_result *result);

/* Bytes of a digest, of a hash's block, of a key (SVARIG_OP_CIPHER or _AEAD); 0: no such algorithm.
 */
unsigned int svarig_digest_len(unsigned int alg);
unsigned int svarig_block_len(unsigned int alg);
unsigned int svarig_key_len(unsigned int op, unsigned int alg);

/* Text for SVARIG_ST_*: never NULL. */
const char *svarig_status_name(int status);
const char *svarig_status_text(int status);

#ifdef __cplusplus
}
#endif

#endif
