// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours timeout=400
 *
 * S4, S7, S8: the function streams DMA without PASID while the domain of such requests turns
 * between IDENTITY and DMA, and between DMA and another with tables of its own, PASIDs staying
 * attached, coming and going, with their jobs running. In a long run 10,000 turns.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

static struct svt_turn turn(int fd, unsigned int kind, unsigned int turns, unsigned int dwell_us)
{
	struct svt_turn t = {.kind = kind, .turns = turns, .dwell_us = dwell_us};

	if (ioctl(fd, SVT_TURN, &t))
		note("turning: %s after %u turns", strerror(errno), t.done);
	return t;
}

static struct svt_stream_result stop(int fd)
{
	struct svt_stream_result r;

	test_call(fd, SVT_STREAM_STOP, (unsigned long)&r, "stopping the stream");
	return r;
}

static void hitless(int fd, unsigned int kind, unsigned int turns, unsigned int dwell_us,
		    const char *when)
{
	unsigned long long events = smmu_stat("events");
	struct svt_stream_result r;
	struct svt_turn t;

	test_call(fd, SVT_STREAM_START, SVT_STREAM_IRQ, "starting the stream");
	t = turn(fd, kind, turns, dwell_us);
	r = stop(fd);
	ok(t.done == turns, "%s: %u of %u turns, %llu us each", when, t.done, turns,
	   t.done ? t.ns / 1000 / t.done : 0);
	ok(r.jobs && !r.failed && !r.stuck, "%s: %llu jobs without PASID, %llu failed (%s)%s", when,
	   r.jobs, r.failed, svarig_status_name(r.last_status), r.stuck ? ", stuck" : "");
	ok(!r.wrong, "%s: not one wrong byte (%llu)", when, r.wrong);
	ok(r.irqs && !r.irqs_lost, "%s: %llu interrupts, %llu lost", when, r.irqs, r.irqs_lost);
	ok(smmu_stat("events") == events, "%s: not one fault (%llu events)", when,
	   smmu_stat("events") - events);
}

/* Opens a queue, which binds its process, does a job and closes it, until @stop closes. */
static void come_and_go(int stop, int report)
{
	struct pollfd pfd = {.fd = stop, .events = POLLIN};
	unsigned int count[2] = {0, 0};
	uint8_t *src = memory(3 * PAGE), *dst = memory(3 * PAGE);
	struct svarig *s;

	while (!poll(&pfd, 1, 0)) {
		fill(src, 3 * PAGE, count[0]);
		memset(dst, 0, 3 * PAGE);
		if (svarig_open(NULL, 2, &s)) {
			count[1]++;
			break;
		}
		count[1] += svarig_copy(s, dst, src, 3 * PAGE, NULL) ||
			    differs(dst, 3 * PAGE, count[0]) != 3 * PAGE;
		svarig_close(s);
		count[0]++;
	}
	if (write(report, count, sizeof(count)) != sizeof(count))
		_exit(1);
	_exit(0);
}

static void with_pasids_coming_and_going(int fd, unsigned int kind, unsigned int turns,
					 const char *when)
{
	unsigned int count[2] = {0, 1};
	int stop[2], report[2];
	struct neighbour n;
	pid_t pid;

	neighbour_start(&n);
	if (pipe(stop) || pipe(report))
		bail("pipe: %s", strerror(errno));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(stop[1]);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		come_and_go(stop[0], report[1]);
	}
	hitless(fd, kind, turns, 0, when);
	close(stop[0]);
	close(stop[1]);
	close(report[1]);
	ok(read(report[0], count, sizeof(count)) == sizeof(count) && count[0] && !count[1],
	   "a process was bound and unbound %u times meanwhile, its jobs right (%u wrong)",
	   count[0], count[1]);
	waitpid(pid, NULL, 0);
	close(report[0]);
	neighbour_stop(&n);
}

int main(void)
{
	unsigned int turns = rounds(500, 10000);
	int fd = test_module();
	struct svarig *s;

	/* Nothing attached: the STE changes between stage 1 and bypass, ATS goes on and off. */
	hitless(fd, SVT_TURN_IDENTITY, turns / 10, 100, "without PASIDs");
	/* The STE goes to another CD table, with the other domain's CD in it. */
	hitless(fd, SVT_TURN_PAGING, turns / 10, 100, "between two with tables");
	/* One PASID attached: the STE keeps its CD table. */
	s = queue(2);
	hitless(fd, SVT_TURN_IDENTITY, turns - turns / 10 - turns / 10, 0, "one PASID stays");
	svarig_close(s);
	with_pasids_coming_and_going(fd, SVT_TURN_IDENTITY, turns / 10, "PASIDs come and go");
	with_pasids_coming_and_going(fd, SVT_TURN_PAGING, turns / 10,
				     "between two with tables, PASIDs come and go");
	test_module_unload(fd);
	device_works();
	return done();
}
