// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: endpoints=3 smmus=2
 *
 * One process on three devices, of which two share an SMMU: one SVA domain with one PASID for all
 * (rows M2, D2 and D3 of docs/iommu-driver.md), and what the CPU's page table loses is invalidated
 * in each device's ATC, and in none that the process has left.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"

enum {
	DEVICES = 3,
	BYTES = 2 * PAGE
};

static struct device {
	char node[32];
	char function[32]; /* PCI address */
	char smmu[64];
	struct svarig *queue;
} dev[DEVICES];

static const char *last_word(const char *path)
{
	return strrchr(path, '/') + 1;
}

static void find(struct device *d, int number)
{
	char path[PATH_MAX], real[PATH_MAX];

	snprintf(d->node, sizeof(d->node), "/dev/svarig-%d", number);
	snprintf(path, sizeof(path), "/sys/class/uacce/svarig-%d/device", number);
	if (!realpath(path, real))
		bail("%s: %s", path, strerror(errno));
	snprintf(d->function, sizeof(d->function), "%s", last_word(real));
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu", d->function);
	if (!realpath(path, real))
		bail("%s: %s", path, strerror(errno));
	snprintf(d->smmu, sizeof(d->smmu), "%s", last_word(real));
	note("%s is %s behind %s", d->node, d->function, d->smmu);
}

static void open_queue(struct device *d)
{
	int ret = svarig_open(d->node, 4, &d->queue);

	if (ret)
		bail("svarig_open(%s): %s", d->node, strerror(-ret));
}

static void close_queue(struct device *d)
{
	svarig_close(d->queue);
	d->queue = NULL;
}

/* The PASID that the hardware uses for this process's queue */
static unsigned int pasid(const struct device *d)
{
	unsigned int queue, value;
	char path[128], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/debug/svarig/%s/queues", d->function);
	f = fopen(path, "r");
	if (!f)
		bail("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %u", &queue, &value) == 2 && queue == svarig_queue(d->queue)) {
			fclose(f);
			return value;
		}
	bail("%s has no queue %u", path, svarig_queue(d->queue));
}

static unsigned long long invalidations(const struct device *d)
{
	unsigned long long value;
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/counters/inv_reqs", d->function);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%llu", &value) != 1)
		bail("%s: %s", path, strerror(errno));
	fclose(f);
	return value;
}

/* @d copies @src, which then must be fill(seed). */
static bool copies(struct device *d, const uint8_t *src, uint32_t seed)
{
	uint8_t *dst = memory(BYTES);
	struct svarig_result r = {0};
	bool good;

	touch(dst, BYTES);
	good = !svarig_copy(d->queue, dst, src, BYTES, &r) && differs(dst, BYTES, seed) == BYTES;
	if (!good)
		note("%s: %s, first wrong byte at %zu", d->node, svarig_status_name(r.status),
		     differs(dst, BYTES, seed));
	munmap(dst, BYTES);
	return good;
}

/* Other memory at the same address: nobody may read the old one any more. */
static void replace(uint8_t *p, uint32_t seed)
{
	if (mmap(p, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		 0) != p)
		bail("mmap: %s", strerror(errno));
	fill(p, BYTES, seed);
}

static void topology(void)
{
	int pairs = 0;

	for (int i = 0; i < DEVICES; i++)
		find(&dev[i], i);
	for (int i = 0; i < DEVICES; i++)
		for (int j = 0; j < i; j++)
			pairs += !strcmp(dev[i].smmu, dev[j].smmu);
	ok(pairs == 1, "two of the three devices share an SMMU, the third has one of its own");
}

static void one_pasid(void)
{
	unsigned int mine = pasid(&dev[0]), theirs[DEVICES];
	int pipes[2], status;
	pid_t pid;

	ok(mine && pasid(&dev[1]) == mine && pasid(&dev[2]) == mine,
	   "M2: one PASID (%u, %u, %u) for one process on all devices", mine, pasid(&dev[1]),
	   pasid(&dev[2]));
	fflush(stdout);
	if (pipe(pipes))
		bail("pipe: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		for (int i = 0; i < DEVICES; i++) {
			open_queue(&dev[i]);
			theirs[i] = pasid(&dev[i]);
		}
		_exit(write(pipes[1], theirs, sizeof(theirs)) != sizeof(theirs));
	}
	close(pipes[1]);
	if (read(pipes[0], theirs, sizeof(theirs)) != sizeof(theirs))
		bail("the other process failed");
	close(pipes[0]);
	waitpid(pid, &status, 0);
	ok(theirs[0] && theirs[0] != mine && theirs[1] == theirs[0] && theirs[2] == theirs[0],
	   "another one (%u, %u, %u) for another process", theirs[0], theirs[1], theirs[2]);
}

static void right_invalidations(void)
{
	unsigned long long before[DEVICES];
	uint8_t *src = memory(BYTES);
	uint32_t seed = 1;

	fill(src, BYTES, seed);
	for (int i = 0; i < DEVICES; i++)
		ok(copies(&dev[i], src, seed), "%s copies", dev[i].node);
	for (int turn = 0; turn < 20; turn++) {
		int good = 0, told = 0;

		for (int i = 0; i < DEVICES; i++)
			before[i] = invalidations(&dev[i]);
		replace(src, ++seed);
		for (int i = 0; i < DEVICES; i++)
			told += invalidations(&dev[i]) > before[i];
		for (int i = 0; i < DEVICES; i++)
			good += copies(&dev[i], src, seed);
		if (good != DEVICES || told != DEVICES || turn == 19) {
			ok(good == DEVICES,
			   "D3: new memory at the old address: each device reads it");
			ok(told == DEVICES, "D3: each was told to invalidate");
			break;
		}
	}
	munmap(src, BYTES);
}

static void leaving_one(int left)
{
	unsigned int mine = pasid(&dev[(left + 1) % DEVICES]);
	unsigned long long before[DEVICES];
	uint8_t *src = memory(BYTES);

	fill(src, BYTES, 50);
	for (int i = 0; i < DEVICES; i++)
		if (!copies(&dev[i], src, 50))
			bail("%s does not copy", dev[i].node);
	close_queue(&dev[left]);
	for (int i = 0; i < DEVICES; i++)
		before[i] = invalidations(&dev[i]);
	replace(src, 51);
	for (int i = 0; i < DEVICES; i++) {
		if (i == left) {
			ok(invalidations(&dev[i]) == before[i],
			   "D1: %s, which was left, is told nothing", dev[i].node);
			continue;
		}
		ok(invalidations(&dev[i]) > before[i], "D1: %s is told", dev[i].node);
		ok(copies(&dev[i], src, 51), "and reads the new memory");
	}
	open_queue(&dev[left]);
	ok(pasid(&dev[left]) == mine, "D1: %s again: the same PASID", dev[left].node);
	ok(copies(&dev[left], src, 51), "and the same memory");
	munmap(src, BYTES);
}

int main(void)
{
	if (access("/dev/svarig-2", F_OK))
		skip_all("fewer than three accelerators");
	topology();
	for (int i = 0; i < DEVICES; i++)
		open_queue(&dev[i]);
	one_pasid();
	right_invalidations();
	for (int i = 0; i < DEVICES; i++)
		leaving_one(i);
	for (int i = 0; i < DEVICES; i++)
		close_queue(&dev[i]);
	open_queue(&dev[1]);
	ok(pasid(&dev[1]), "D1: bound anew after all was left");
	close_queue(&dev[1]);
	return done();
}
