// SPDX-License-Identifier: BSD-2-Clause
#include "guest.h"

#include <errno.h>
#include <glob.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static int count;
static int failures;

bool ok(bool good, const char *format, ...)
{
	va_list ap;

	printf("%s %d - ", good ? "ok" : "not ok", ++count);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	failures += !good;
	return good;
}

void note(const char *format, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

void skip_all(const char *reason)
{
	printf("ok 1 - # SKIP %s\n1..1\n", reason);
	exit(0);
}

void bail(const char *format, ...)
{
	va_list ap;

	printf("not ok %d - bail out: ", ++count);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n1..%d\n", count);
	exit(1);
}

unsigned int results(void)
{
	return count;
}

void results_so_far(unsigned int n)
{
	count = n;
}

int done(void)
{
	printf("1..%d\n", count);
	return failures != 0;
}

bool have_pri(void)
{
	glob_t found;
	char path[512];
	unsigned int live = 0;
	FILE *f;

	if (glob("/sys/class/uacce/svarig-*", 0, NULL, &found))
		bail("no accelerator in /sys/class/uacce");
	snprintf(path, sizeof(path), "%s/device/live", found.gl_pathv[0]);
	globfree(&found);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%x", &live) != 1)
		bail("%s: %s", path, strerror(errno));
	fclose(f);
	return live >> 2 & 1;
}

unsigned int rounds(unsigned int few, unsigned int many)
{
	FILE *f = fopen("/proc/cmdline", "r");
	char line[4096] = "";

	if (!f || !fgets(line, sizeof(line), f))
		bail("/proc/cmdline: %s", strerror(errno));
	fclose(f);
	return strstr(line, "svarig.long") ? many : few;
}

struct svarig *queue(unsigned int depth)
{
	struct svarig *s;
	int ret = svarig_open(NULL, depth, &s);

	if (ret)
		bail("svarig_open: %s", strerror(-ret));
	return s;
}

uint8_t *memory_at(void *address, size_t bytes)
{
	void *p = mmap(address, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | (address ? MAP_FIXED_NOREPLACE : 0), -1, 0);

	if (p == MAP_FAILED)
		bail("mmap: %s", strerror(errno));
	/* Huge pages would hide which page was missing. */
	madvise(p, bytes, MADV_NOHUGEPAGE);
	return p;
}

uint8_t *memory(size_t bytes)
{
	return memory_at(NULL, bytes);
}

static uint32_t word(uint32_t seed, size_t index)
{
	uint32_t x = seed * 2654435761u ^ (uint32_t)index * 2246822519u;

	x ^= x >> 15;
	x *= 0x2c1b3c6du;
	return x ^ x >> 12;
}

void fill(uint8_t *p, size_t bytes, uint32_t seed)
{
	for (size_t i = 0; i < bytes; i++)
		p[i] = word(seed, i / 4) >> i % 4 * 8;
}

size_t differs(const uint8_t *p, size_t bytes, uint32_t seed)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		if (p[i] != (uint8_t)(word(seed, i / 4) >> i % 4 * 8))
			break;
	return i;
}

void touch(uint8_t *p, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += PAGE)
		((volatile uint8_t *)p)[i] = p[i];
}

void sha256(uint8_t digest[32], const void *p, size_t bytes)
{
	SHA256(p, bytes, digest);
}

void aes_ctr(uint8_t *to, const uint8_t *from, size_t bytes, const uint8_t *key, unsigned int bits,
	     const uint8_t iv[16])
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int n;

	if (!c ||
	    !EVP_EncryptInit_ex(c, bits == 256 ? EVP_aes_256_ctr() : EVP_aes_128_ctr(), NULL, key,
				iv) ||
	    !EVP_EncryptUpdate(c, to, &n, from, bytes))
		bail("libcrypto: AES-CTR");
	EVP_CIPHER_CTX_free(c);
}

/* Child: copy, digest and encrypt until the pipe closes; report jobs and failures. */
static void neighbour_work(int stop, int report)
{
	enum {
		BYTES = 3 * PAGE
	};
	struct {
		unsigned int jobs;
		unsigned int failures;
	} r = {0};
	struct pollfd pfd = {.fd = stop, .events = POLLIN};
	struct svarig *s;
	uint8_t *src = memory(BYTES), *dst = memory(BYTES), *want = memory(BYTES);
	uint8_t digest[32], reference[32], key[32], iv[16];

	if (svarig_open(NULL, 4, &s)) {
		r.failures = 1;
		goto out;
	}
	/* From here on the number of free queues is steady. */
	if (write(report, "", 1) != 1)
		_exit(1);
	while (!poll(&pfd, 1, 0)) {
		fill(src, BYTES, r.jobs + 1000);
		fill(key, sizeof(key), r.jobs + 1);
		fill(iv, sizeof(iv), r.jobs + 2);
		touch(dst, BYTES);
		memset(dst, 0, BYTES);
		r.failures += svarig_copy(s, dst, src, BYTES, NULL) || memcmp(dst, src, BYTES);
		sha256(reference, src, BYTES - 7);
		r.failures += svarig_sha256(s, digest, src, BYTES - 7, NULL) ||
			      memcmp(digest, reference, 32);
		aes_ctr(want, src, BYTES - 1, key, 256, iv);
		r.failures += svarig_aes_ctr(s, dst, src, BYTES - 1, key, 256, iv, NULL) ||
			      memcmp(dst, want, BYTES - 1);
		r.jobs += 3;
	}
	svarig_close(s);
out:
	if (write(report, &r, sizeof(r)) != sizeof(r))
		_exit(1);
	_exit(0);
}

void neighbour_start(struct neighbour *n)
{
	int stop[2], report[2];
	char ready;

	fflush(stdout);
	if (pipe(stop) || pipe(report))
		bail("pipe: %s", strerror(errno));
	n->pid = fork();
	if (n->pid < 0)
		bail("fork: %s", strerror(errno));
	if (!n->pid) {
		close(stop[1]);
		close(report[0]);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		neighbour_work(stop[0], report[1]);
	}
	close(stop[0]);
	close(report[1]);
	n->stop = stop[1];
	n->report = report[0];
	if (read(n->report, &ready, 1) != 1)
		bail("the neighbour gets no queue");
}

void neighbour_stop(struct neighbour *n)
{
	struct {
		unsigned int jobs;
		unsigned int failures;
	} r = {0, 1};
	ssize_t got;

	/* Closing the pipe is not enough where later children have a copy of its end. */
	if (write(n->stop, "", 1) != 1)
		bail("the neighbour is gone");
	close(n->stop);
	got = read(n->report, &r, sizeof(r));
	close(n->report);
	waitpid(n->pid, NULL, 0);
	ok(got == sizeof(r) && r.jobs && !r.failures,
	   "the neighbour's %u jobs were right (%u wrong)", r.jobs, r.failures);
}

static uint64_t sysfs_value(const char *pattern)
{
	glob_t found;
	unsigned long long value;
	FILE *f;

	if (glob(pattern, 0, NULL, &found))
		bail("%s: not there", pattern);
	f = fopen(found.gl_pathv[0], "r");
	if (!f || fscanf(f, "%llu", &value) != 1)
		bail("%s: %s", found.gl_pathv[0], strerror(errno));
	fclose(f);
	globfree(&found);
	return value;
}

int queues_free(void)
{
	return sysfs_value("/sys/class/uacce/svarig-*/available_instances");
}

uint64_t counter(const char *name)
{
	char pattern[256];

	snprintf(pattern, sizeof(pattern), "/sys/class/uacce/svarig-*/device/counters/%s", name);
	return sysfs_value(pattern);
}

void wait_until_reading(uint64_t bytes_before, uint64_t bytes)
{
	time_t end = time(NULL) + 60;

	while (counter("bytes_read") - bytes_before < bytes)
		if (time(NULL) > end)
			bail("the device does not read: the job never started");
}

void device_works(void)
{
	enum {
		BYTES = 10000
	};
	struct svarig *s = queue(2);
	uint8_t *src = memory(BYTES);
	uint8_t digest[32], want[32];
	struct svarig_result r;
	int ret;

	fill(src, BYTES, 77);
	sha256(want, src, BYTES);
	ret = svarig_sha256(s, digest, src, BYTES, &r);
	ok(!ret && !memcmp(digest, want, 32), "the device works afterwards (%s)",
	   svarig_status_name(r.status));
	svarig_close(s);
	munmap(src, BYTES);
}
