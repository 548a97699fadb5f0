// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: debug smmu=ours timeout=300
 *
 * S3, I5: every allocation of attaching a domain made to fail, one after the other: to a PASID, in
 * place of the default domain, and on the way back to that, which must not fail. What the SMMU
 * would fetch is what it was, nothing stays behind, and a neighbour's jobs go on.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/inject.h"
#include "lib/module.h"
#include "lib/state.h"

#define S1CONTEXTPTR 0x000fffffffffffc0ull /* of an STE's first word (5.2) */

static int module;

/* A space of the kernel's own behind a PASID: allocated, mapped, attached. */
static void space(void)
{
	struct svt_space open = {.op = SVT_SPACE_OPEN}, close = {.op = SVT_SPACE_CLOSE};
	struct state before = state_look(module);
	struct tally t = {0};
	unsigned int n;
	bool failed;
	int ret;

	for (n = 1; n <= STATE_MOST; n++) {
		inject(0, n);
		ret = ioctl(module, SVT_SPACE, &open) ? -errno : 0;
		failed = inject_end();
		if (!ret)
			test_call(module, SVT_SPACE, (unsigned long)&close, "closing a space");
		if (!failed)
			break;
		t.failed += !!ret;
		t.survived += !ret;
		if ((ret && ret != -ENOMEM && ret != -ENOSPC) ||
		    !state_same(module, &before, "space", n)) {
			note("space, allocation %u: %s", n, strerror(-ret));
			t.wrong++;
		}
	}
	t.wrong += !!ret;
	tally_report(&t, n, "an address space of the kernel's");
}

/* Changes between domains with tables may leave the STE with another table of the same content. */
static bool same_but_table(const struct state *was, const char *what, unsigned int n)
{
	struct state is = state_look(module);

	is.tables.ste[0] ^= (is.tables.ste[0] ^ was->tables.ste[0]) & S1CONTEXTPTR;
	return !memcmp(was, &is, sizeof(is)) || state_same(module, was, what, n);
}

/* The domain of requests without PASID is to change while they stream: they notice nothing. */
static void change(unsigned int kind, const char *what)
{
	/* The other domain with tables has no place for their messages; blocked, jobs fail. */
	static const unsigned int flags[] = {
		[SVT_TURN_IDENTITY] = SVT_STREAM_IRQ,
		[SVT_TURN_BLOCKED] = SVT_STREAM_LOSSY,
		[SVT_TURN_PAGING] = 0,
	};
	struct svt_turn turn = {.kind = kind, .turns = 1};
	struct svt_stream_result r;
	struct state before;
	struct tally t = {0};
	unsigned int n;
	int ret;

	test_call(module, SVT_STREAM_START, flags[kind], "starting the stream");
	before = state_look(module);
	for (n = 1; n <= STATE_MOST; n++) {
		turn.fail = n;
		ret = ioctl(module, SVT_TURN, &turn) ? -errno : 0;
		if (!turn.failed)
			break;
		t.failed += !!ret;
		t.survived += !ret;
		/* What failed has changed nothing; what did not has been there and back. */
		if (ret ? ret != -ENOMEM || !state_same(module, &before, what, n)
			: !same_but_table(&before, what, n)) {
			note("%s, allocation %u: %s", what, n, strerror(-ret));
			t.wrong++;
		}
		before = state_look(module);
	}
	t.wrong += !!ret;
	usleep(100000);
	test_call(module, SVT_STREAM_STOP, (unsigned long)&r, "stopping the stream");
	if (kind == SVT_TURN_PAGING)
		tally_report(&t, n, what);
	else
		ok(n == 1 && !ret, "%s: needs no memory", what);
	ok(r.jobs && (!r.failed || kind == SVT_TURN_BLOCKED) && !r.wrong && !r.irqs_lost &&
		   !r.stuck,
	   "%s: %llu jobs meanwhile, %llu failed, %llu bytes wrong, %llu interrupts lost", what,
	   r.jobs, r.failed, r.wrong, r.irqs_lost);
}

/*
 * The way back to the default domain: it does not fail, and what was left is no longer in use, as
 * it is freed then. Without memory for a copy of the table there may be a gap, so jobs may fail.
 */
static void change_back(unsigned int kind, const char *what)
{
	struct svt_turn turn = {.kind = kind, .turns = 1};
	struct svt_stream_result r;
	struct state before;
	unsigned int n, wrong = 0;
	int ret;

	test_call(module, SVT_STREAM_START, SVT_STREAM_LOSSY, "starting the stream");
	before = state_look(module);
	for (n = 1; n <= STATE_MOST; n++) {
		turn.fail_back = n;
		ret = ioctl(module, SVT_TURN, &turn) ? -errno : 0;
		if (ret || !same_but_table(&before, what, n)) {
			note("%s, allocation %u: %s", what, n, strerror(-ret));
			wrong++;
		}
		if (!turn.failed)
			break;
	}
	usleep(100000);
	test_call(module, SVT_STREAM_STOP, (unsigned long)&r, "stopping the stream");
	ok(!wrong && n <= STATE_MOST && r.jobs && !r.wrong && !r.stuck,
	   "the way back from %s: %u allocations, each may fail; %u wrong, %llu jobs, %llu failed",
	   what, n - 1, wrong, r.jobs, r.failed);
}

int main(void)
{
	struct neighbour n;

	inject_init();
	module = test_module();
	neighbour_start(&n);
	space();
	change(SVT_TURN_PAGING, "another domain for requests without PASID");
	change(SVT_TURN_IDENTITY, "identity");
	change(SVT_TURN_BLOCKED, "blocked");
	change_back(SVT_TURN_PAGING, "another domain");
	change_back(SVT_TURN_IDENTITY, "identity");
	change_back(SVT_TURN_BLOCKED, "blocked");
	neighbour_stop(&n);
	test_module_unload(module);
	ok(!leaks(NULL), "the kernel finds no memory that nothing points to");
	return done();
}
