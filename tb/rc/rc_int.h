/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the root complex. */
#ifndef TB_RC_INT_H
#define TB_RC_INT_H

#include "rc.h"

struct rc_read { /* a read of the endpoint under way */
	struct rc_read *next;
	struct tlp *q;
	uint64_t pa; /* of its first byte */
	uint32_t span, off;
	uint64_t due;
	uint64_t seq; /* place in the order of what goes to the endpoint; 0 until due */
	enum rc_fault fault;
	uint32_t fault_at; /* offset from which the fault shows */
	enum tlp_status status;
	bool dropped;
	uint8_t *snap; /* data taken at arrival, or the entries of a translation */
};

struct rc_out { /* a request to the endpoint */
	struct rc_out *next;
	uint64_t due, seq;
	size_t len;
	uint8_t bytes[];
};

struct tlp *rc_header_copy(const struct tlp *t);
void rc_take_read(struct rc *rc, const struct tlp *t, bool known, uint64_t pa);
/* Picks a read whose completion can go now and makes it. before: sequence of the oldest posted
 * request waiting. */
bool rc_next_completion(struct rc *rc, uint64_t before, struct tlp *t);
void rc_reads_tick(struct rc *rc);
void rc_reads_free(struct rc *rc);
void rc_read_free(struct rc_read *r);

/* rc_host.c */
void rc_host_completion(struct rc *rc, const struct tlp *t);

#endif
