// SPDX-License-Identifier: BSD-2-Clause
/* Many jobs in one doorbell, rings that wrap, completions in order, sleeping in poll. */
#include <errno.h>
#include <string.h>

#include "lib/guest.h"

enum {
	DEPTH = 16,
	ROUNDS = 5,
	BYTES = 1000
};

int main(void)
{
	struct svarig *s = queue(DEPTH);
	struct svarig_job jobs[DEPTH + 1];
	struct svarig_result r[DEPTH];
	uint8_t *src = memory(DEPTH * BYTES), *dst = memory(DEPTH * BYTES);
	uint64_t next = 0;
	bool in_order = true, right = true, all = true;
	int n;

	ok(svarig_wait(s, r, DEPTH, 1000) == -ENODATA, "waiting for nothing is refused");
	fill(src, DEPTH * BYTES, 3);
	for (unsigned int round = 0; round < ROUNDS; round++) {
		unsigned int got = 0;

		memset(dst, 0, DEPTH * BYTES);
		for (unsigned int i = 0; i <= DEPTH; i++)
			jobs[i] = (struct svarig_job){.op = SVARIG_OP_COPY,
						      .len = BYTES,
						      .src = src + i % DEPTH * BYTES,
						      .dst = dst + i % DEPTH * BYTES,
						      .cookie = round * DEPTH + i};
		n = svarig_submit_many(s, jobs, DEPTH + 1);
		all &= n == DEPTH;
		if (!round) {
			ok(n == DEPTH, "a queue of %d takes %d of %d jobs", DEPTH, n, DEPTH + 1);
			ok(svarig_submit(s, &jobs[0]) == -EAGAIN, "one more is refused");
		}
		while (got < DEPTH) {
			n = svarig_wait(s, r, DEPTH, 60000);
			if (n <= 0)
				bail("round %u: wait: %d", round, n);
			for (int i = 0; i < n; i++) {
				in_order &= r[i].cookie == next++;
				right &= !r[i].error && r[i].done == BYTES && r[i].cycles;
			}
			got += n;
		}
		right &= !memcmp(src, dst, DEPTH * BYTES);
	}
	ok(all, "every batch was taken whole");
	ok(in_order, "%u completions came in order", ROUNDS * DEPTH);
	ok(right, "every job was right");
	ok(!svarig_outstanding(s), "nothing is outstanding");
	svarig_close(s);
	return done();
}
