// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours share=docs
 *
 * M4: the first and the last PASID of a device, 1 and 2^20 - 1, can be attached and used; 0 and
 * what is above cannot. M5: why there is no bond is told apart, and nothing stays behind: no PASID
 * left, the process's is above what the device can do, no shared addresses at all, switched on
 * already. Want of memory is s3_alloc's.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"
#include "lib/state.h"

#define LAST_PASID ((1u << 20) - 1)

static int module;

/* Returns 0 or a negative errno; a job was right if there is a space at all. */
static int space_at(unsigned int pasid)
{
	struct svt_space s = {.op = SVT_SPACE_OPEN_AT, .pasid = pasid};
	struct state before = state_look(module);

	if (ioctl(module, SVT_SPACE, &s)) {
		int ret = -errno;

		return state_same(module, &before, "PASID", pasid) ? ret : -EBADMSG;
	}
	s.op = SVT_SPACE_COPY;
	if (ioctl(module, SVT_SPACE, &s))
		return -errno;
	if (s.status != SVARIG_ST_OK || s.wrong)
		return -EIO;
	s.op = SVT_SPACE_CLOSE;
	test_call(module, SVT_SPACE, (unsigned long)&s, "closing a space");
	return state_same(module, &before, "PASID", pasid) ? 0 : -EBADMSG;
}

static void range(void)
{
	int ret;

	ret = space_at(1);
	ok(!ret, "M4: PASID 1: a job is right (%s)", strerror(-ret));
	ret = space_at(LAST_PASID);
	ok(!ret, "M4: PASID 2^20 - 1: a job is right (%s)", strerror(-ret));
	ret = space_at(0);
	ok(ret == -EINVAL, "M4: PASID 0 is kept (%s)", strerror(-ret));
	ret = space_at(LAST_PASID + 1);
	ok(ret == -EINVAL, "M4: PASID 2^20 is out of range (%s)", strerror(-ret));
	ret = space_at(1u << 31);
	ok(ret == -EINVAL, "M4: and so is 2^31 (%s)", strerror(-ret));
}

/* In a process of its own, which has no PASID yet. */
static struct svt_bind bind(unsigned int kind)
{
	struct svt_bind b = {.kind = kind};
	int tell[2], status = 0;
	pid_t pid;

	fflush(stdout);
	if (pipe(tell) || (pid = fork()) < 0)
		bail("fork: %s", strerror(errno));
	if (!pid) {
		int ret = ioctl(module, SVT_BIND, &b) ? errno : 0;

		if (write(tell[1], &b, sizeof(b)) != sizeof(b))
			ret = EPIPE;
		_exit(ret);
	}
	close(tell[1]);
	if (read(tell[0], &b, sizeof(b)) != sizeof(b) || waitpid(pid, &status, 0) != pid || status)
		bail("a bond of kind %u: status %#x", kind, status);
	close(tell[0]);
	return b;
}

static void told(unsigned int kind, int want, const char *why)
{
	struct state before = state_look(module);
	struct svt_bind b = bind(kind);

	ok(b.ret == -want, "%s: %s", why, strerror(-b.ret));
	if (kind == SVT_BIND_EXHAUSTED)
		ok(b.first == 1 && b.last == LAST_PASID && b.taken == LAST_PASID,
		   "there were %u PASIDs, %u to %u", b.taken, b.first, b.last);
	ok(state_same_soon(module, &before, why, 0), "%s: nothing stays behind", why);
	b = bind(SVT_BIND_PLAIN);
	ok(!b.ret && b.pasid >= 1 && b.pasid <= LAST_PASID, "a bond can be had (%s, PASID %u)",
	   strerror(-b.ret), b.pasid);
}

int main(void)
{
	struct svt_bind b;

	module = test_module();
	range();
	told(SVT_BIND_EXHAUSTED, ENOSPC, "all PASIDs are taken");
	told(SVT_BIND_BELOW, EOVERFLOW, "the device's PASIDs end below the process's");
	told(SVT_BIND_NO_SVA, ENOSPC, "a device without PASIDs");
	b = bind(SVT_BIND_NO_SVA);
	ok(b.feature == -ENODEV, "which cannot share addresses: %s", strerror(-b.feature));
	b = bind(SVT_BIND_TWICE);
	ok(b.feature == -EBUSY, "ours does already: %s", strerror(-b.feature));
	device_works();
	test_module_unload(module);
	return done();
}
