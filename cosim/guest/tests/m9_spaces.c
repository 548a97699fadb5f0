// SPDX-License-Identifier: BSD-2-Clause
/* guest-test: timeout=240 */
/*
 * M9, S7: address spaces that the kernel maps and unmaps, behind PASIDs, beside those of processes;
 * and the domain of requests without PASID turning meanwhile.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/guest.h"
#include "lib/module.h"

static int fd;

static int call(unsigned int index, unsigned int op, struct svt_space *s)
{
	s->index = index;
	s->op = op;
	return ioctl(fd, SVT_SPACE, s) ? -errno : 0;
}

static void does(unsigned int index, unsigned int op, const char *what)
{
	struct svt_space s = {.pasid = ~0u};
	int ret = call(index, op, &s);

	ok(!ret, "space %u: %s (%s)", index, what, strerror(-ret));
}

static void copies(unsigned int index, const char *what)
{
	struct svt_space s = {0};
	int ret = call(index, SVT_SPACE_COPY, &s);

	ok(!ret && s.status == SVARIG_ST_OK && !s.wrong, "space %u: %s (%s, %u bytes wrong)", index,
	   what, ret ? strerror(-ret) : svarig_status_name(s.status), s.wrong);
}

static void fails(unsigned int index, const char *what)
{
	struct svt_space s = {0};
	int ret = call(index, SVT_SPACE_COPY, &s);

	ok(!ret && s.status == SVARIG_ST_FAULT_READ, "space %u: %s (%s)", index, what,
	   ret ? strerror(-ret) : svarig_status_name(s.status));
}

static void cannot_attach(unsigned int index, uint32_t pasid, int want, const char *what)
{
	struct svt_space s = {.pasid = pasid};
	int ret = call(index, SVT_SPACE_ATTACH, &s);

	ok(ret == want, "space %u: no attach to %s (%s)", index, what, strerror(-ret));
}

int main(void)
{
	struct svt_turn turns = {.kind = SVT_TURN_IDENTITY, .turns = 20};
	struct svt_space s[2] = {0};
	struct neighbour n;

	fd = test_module();
	neighbour_start(&n);
	for (unsigned int i = 0; i < 2; i++) {
		int ret = call(i, SVT_SPACE_OPEN, &s[i]);

		ok(!ret && s[i].pasid, "space %u: behind PASID %u (%s)", i, s[i].pasid,
		   strerror(-ret));
	}
	ok(s[0].pasid != s[1].pasid, "M9: each a PASID of its own");
	copies(0, "a job");
	copies(1, "a job at the same addresses");

	does(0, SVT_SPACE_UNMAP, "its source unmapped");
	fails(0, "cannot be read");
	copies(1, "as before");
	does(0, SVT_SPACE_MAP, "mapped again");
	copies(0, "can be read");

	ok(!ioctl(fd, SVT_TURN, &turns) && turns.done == 20,
	   "S7: the domain of requests without PASID turned %u times", turns.done);
	copies(0, "after the turns");
	copies(1, "after the turns");

	/* The space that is to be attached has a queue; nothing runs in it meanwhile. */
	does(0, SVT_SPACE_DETACH, "detached");
	copies(1, "goes on");
	cannot_attach(0, 0, -EINVAL, "PASID 0");
	cannot_attach(0, 1u << 20, -EINVAL, "a PASID of 21 bits");
	cannot_attach(0, s[1].pasid, -EBUSY, "the PASID of another");
	copies(1, "is none the worse for it");
	does(0, SVT_SPACE_ATTACH, "attached again");
	copies(0, "a job");

	does(0, SVT_SPACE_DETACH, "detached");
	ok(call(0, SVT_SPACE_COPY, &s[0]) == -EIO, "space 0: its queue halts");
	copies(1, "goes on");
	does(0, SVT_SPACE_CLOSE, "closed");
	does(0, SVT_SPACE_OPEN, "another one");
	copies(0, "a job");
	does(0, SVT_SPACE_CLOSE, "closed");
	does(1, SVT_SPACE_CLOSE, "closed");
	neighbour_stop(&n);
	test_module_unload(fd);
	device_works();
	return done();
}
