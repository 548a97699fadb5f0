// SPDX-License-Identifier: BSD-2-Clause
#include "state.h"

#include <glob.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"
#include "module.h"

static bool bound(void)
{
	glob_t found;

	if (glob("/sys/bus/pci/drivers/svarig/0000:*", 0, NULL, &found))
		return false;
	globfree(&found);
	return true;
}

struct state state_look(int module)
{
	struct state s = {0};

	test_call(module, SVT_TABLES, (unsigned long)&s.tables, "reading the tables");
	s.asids = smmu_stat("asids");
	s.credits = smmu_stat("pri_credits_left");
	s.queues = bound() ? queues_free() : 0;
	return s;
}

bool state_same(int module, const struct state *was, const char *what, unsigned int n)
{
	struct state is = state_look(module);

	if (!memcmp(was, &is, sizeof(is)))
		return true;
	note("%s, allocation %u: STE %#llx, %u CDs, %llu ASIDs, %llu credits, %lld queues; before "
	     "%#llx, %u, %llu, %llu, %lld",
	     what, n, is.tables.ste[0], is.tables.cds, is.asids, is.credits, is.queues,
	     was->tables.ste[0], was->tables.cds, was->asids, was->credits, was->queues);
	return false;
}

bool state_same_soon(int module, const struct state *was, const char *what, unsigned int n)
{
	for (int ms = 0; ms < 5000; ms += 50) {
		struct state is = state_look(module);

		if (!memcmp(was, &is, sizeof(is)))
			return true;
		usleep(50000);
	}
	return state_same(module, was, what, n);
}

void tally_report(const struct tally *t, unsigned int n, const char *what)
{
	ok(t->failed + t->survived && !t->wrong && n <= STATE_MOST,
	   "%s: %u allocations, %u fail it, without %u it does; %u wrong", what, n - 1, t->failed,
	   t->survived, t->wrong);
}
