// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours timeout=240
 *
 * S5: the domain of requests without PASID turns between PAGING and BLOCKED under streaming writes.
 * The addresses written are mapped to other memory; what lies there physically is watched, and one
 * write that passed untranslated on the way would be seen. The stream table entry is watched, too:
 * how much is written while it says something depends on how fast the endpoint is simulated. PASIDs
 * do not notice.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/guest.h"
#include "lib/module.h"

static void under_fire(int fd, unsigned int turns, const char *when)
{
	struct svt_turn t = {.kind = SVT_TURN_BLOCKED, .turns = turns, .dwell_us = 20000};
	struct svt_stream_result r;
	struct svt_watch w;

	test_call(fd, SVT_STREAM_START, SVT_STREAM_CANARY | SVT_STREAM_LOSSY,
		  "starting the stream");
	test_call(fd, SVT_WATCH_START, 0, "watching the STE");
	if (ioctl(fd, SVT_TURN, &t))
		note("turning: %s", strerror(errno));
	test_call(fd, SVT_WATCH_STOP, (unsigned long)&w, "watching the STE");
	test_call(fd, SVT_STREAM_STOP, (unsigned long)&r, "stopping the stream");
	ok(t.done == turns, "%s: %u turns", when, t.done);
	ok(r.failed || r.restarts, "%s: %llu jobs done, %llu cut off, the queue halted %llu times",
	   when, r.jobs, r.failed, r.restarts);
	ok(!r.leaked, "%s: no write passed untranslated (%llu bytes)", when, r.leaked);
	ok(w.changes > turns / 4 && !w.bypass,
	   "%s: the STE never let one pass (%llu of %llu looks; it was seen to change %llu times)",
	   when, w.bypass, w.looks, w.changes);
}

int main(void)
{
	unsigned int turns = rounds(100, 2000);
	int fd = test_module();
	struct neighbour n;

	under_fire(fd, turns, "without PASIDs");
	neighbour_start(&n);
	under_fire(fd, turns, "with a PASID at work");
	neighbour_stop(&n);
	test_module_unload(fd);
	device_works();
	return done();
}
