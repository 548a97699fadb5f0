// SPDX-License-Identifier: BSD-2-Clause
/* fork and copy-on-write while jobs run: each side keeps its own memory. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"

enum {
	BYTES = MIB
};

int main(void)
{
	struct neighbour n;
	struct svarig *s;
	uint8_t *src = memory(BYTES), *dst = memory(BYTES), digest[32];
	struct svarig_job job = {.op = SVARIG_OP_COPY, .len = BYTES, .src = src, .dst = dst};
	struct svarig_result r = {0};
	int go[2], status;
	uint64_t before;
	pid_t pid;

	neighbour_start(&n);
	s = queue(4);
	if (pipe(go))
		bail("pipe: %s", strerror(errno));
	fill(src, BYTES, 1);
	fill(dst, BYTES, 9);
	before = counter("bytes_read");
	if (svarig_submit(s, &job))
		bail("submit");
	wait_until_reading(before, 2 * PAGE);

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	if (!pid) {
		uint8_t *snapshot = memory(BYTES);
		char c;

		close(go[1]);
		if (svarig_submit(s, &job) != -ECHILD ||
		    svarig_sha256(s, digest, src, 16, NULL) != -ECHILD)
			_exit(1);
		memcpy(snapshot, dst, BYTES);
		/* The source is shared until one side writes: the parent's job must not see this.
		 */
		fill(src, BYTES, 2);
		svarig_close(s);
		/* The parent has finished its job and run another. */
		if (read(go[0], &c, 1) < 0)
			_exit(2);
		if (memcmp(snapshot, dst, BYTES))
			_exit(3);
		_exit(differs(src, BYTES, 2) == BYTES ? 0 : 4);
	}
	close(go[0]);
	if (svarig_wait(s, &r, 1, 120000) != 1)
		bail("the job was lost");
	/* Without page requests the device cannot write to a page that fork made copy-on-write. */
	if (have_pri())
		ok(!r.error, "the job that ran across fork is done (%s)",
		   svarig_status_name(r.status));
	else
		ok(!r.error || (r.status == SVARIG_ST_FAULT_WRITE && r.detail & SVARIG_SD_NO_PRI),
		   "the job that ran across fork is done or says why not (%s)",
		   svarig_status_name(r.status));
	ok(differs(dst, r.done, 1) == r.done && (r.done || r.error),
	   "it read the parent's memory (%u bytes)", r.done);

	fill(src, BYTES, 3);
	if (!have_pri())
		touch(dst, BYTES);
	ok(!svarig_copy(s, dst, src, BYTES, &r) && differs(dst, BYTES, 3) == BYTES,
	   "a job after fork is right, its pages copied on write (%s)",
	   svarig_status_name(r.status));
	close(go[1]);
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && !WEXITSTATUS(status),
	   "the child kept its own memory and no right to the queue (%#x)", status);
	ok(!svarig_copy(s, dst, src, BYTES, &r),
	   "the child's close left the parent's queue alone (%s)", svarig_status_name(r.status));
	svarig_close(s);
	neighbour_stop(&n);
	device_works();
	return done();
}
