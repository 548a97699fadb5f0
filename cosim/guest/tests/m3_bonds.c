// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours
 *
 * M3: a process and a device have one bond, however many queues there are: the context descriptor
 * is written at the first, stays as it is, and goes with the last, in whatever order they are
 * closed. Another process on the same device has one of its own.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

#define QUEUES 4

static int module;

static struct svt_tables tables(void)
{
	struct svt_tables t = {0};

	test_call(module, SVT_TABLES, (unsigned long)&t, "reading the tables");
	return t;
}

static bool same(const struct svt_tables *a, const struct svt_tables *b)
{
	return a->ste[0] == b->ste[0] && a->ste[1] == b->ste[1] && a->cds == b->cds &&
	       a->crc == b->crc;
}

static void close_in_order(const unsigned int order[QUEUES])
{
	struct svt_tables before = tables(), first, now;
	struct svarig *s[QUEUES];
	unsigned int changed = 0;

	s[0] = queue(2);
	first = tables();
	ok(first.cds == before.cds + 1 && first.asids == before.asids + 1,
	   "M1: allocated and attached with the first queue: one context descriptor more (%u), an "
	   "ASID of its own",
	   first.cds);
	for (int i = 1; i < QUEUES; i++) {
		s[i] = queue(2);
		now = tables();
		changed += !same(&now, &first);
	}
	ok(!changed, "M3: %u more: nothing changes in the tables (%u changes)", QUEUES - 1,
	   changed);
	for (int i = 0; i < QUEUES - 1; i++) {
		svarig_close(s[order[i]]);
		now = tables();
		changed += !same(&now, &first);
	}
	ok(!changed, "all but queue %u closed: nor then (%u changes)", order[QUEUES - 1], changed);
	svarig_close(s[order[QUEUES - 1]]);
	now = tables();
	ok(same(&now, &before),
	   "M1: detached and freed with the last one: the descriptor is gone (%u)", now.cds);
}

static void another_process(void)
{
	struct svt_tables before = tables(), both, now;
	int ready[2], end[2];
	struct svarig *s;
	pid_t pid;
	char c;

	if (pipe(ready) || pipe(end) || (pid = fork()) < 0)
		bail("no child");
	if (!pid) {
		struct svarig *own;

		close(end[1]);
		if (svarig_open(NULL, 2, &own) || write(ready[1], "", 1) != 1)
			_exit(1);
		_exit(read(end[0], &c, 1));
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		bail("no queue for the child");
	/* After the fork: the child would hold its file, too. */
	s = queue(2);
	both = tables();
	ok(both.cds == before.cds + 2 && both.asids == before.asids + 2,
	   "M3: two processes: a descriptor and an ASID for each (%u)", both.cds - before.cds);
	svarig_close(s);
	now = tables();
	ok(now.cds == before.cds + 1, "the first process has closed: the second's stays");
	close(end[1]);
	waitpid(pid, NULL, 0);
	now = tables();
	ok(same(&now, &before), "and goes with it");
}

int main(void)
{
	module = test_module();
	close_in_order((const unsigned int[]){0, 1, 2, 3});
	close_in_order((const unsigned int[]){3, 2, 1, 0});
	close_in_order((const unsigned int[]){2, 0, 3, 1});
	another_process();
	test_module_unload(module);
	device_works();
	return done();
}
