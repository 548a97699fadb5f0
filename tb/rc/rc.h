/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root complex: answers the endpoint's requests from physical memory, sends the host's
 * configuration and BAR requests, captures interrupts. Latency, completion splitting, reordering
 * and errors are set by the test. It knows no simulator: TLPs go in by rc_receive() and come out by
 * rc_next().
 */
#ifndef TB_RC_H
#define TB_RC_H

#include "chk.h"
#include "pmem.h"
#include "rng.h"
#include "tlp.h"

#define RC_RID	     0x0000 /* root complex, requester of configuration and BAR requests */
#define RC_MSI_BASE  0xfee00000ull
#define RC_MSI_SIZE  0x100000ull
#define RC_MSI_LOG   4096
#define RC_HOST_TAGS 64

/* What the IOMMU does for the root complex. ctx is rc->iommu_ctx. */
struct rc_iommu {
	/* Untranslated request (AT=00), one page: false when it is refused. */
	bool (*untranslated)(void *ctx, const struct tlp *t, uint64_t va, uint64_t *pa);
	void (*translation_request)(void *ctx, const struct tlp *t);
	void (*message)(void *ctx, const struct tlp *t);
};

enum rc_fault {
	RC_GOOD,
	RC_UR,	      /* answered Unsupported Request */
	RC_CA,	      /* Completer Abort */
	RC_POISON,    /* one of the completions is poisoned */
	RC_DROP,      /* never answered (rc_release_dropped() sends the answers late) */
	RC_DROP_TAIL, /* the first completion only */
	RC_SLOW,      /* answered after `delay` more cycles */
	RC_CA_TAIL,   /* one completion with data, then Completer Abort for the rest */
};

struct rc_plant { /* a fault for DMA reads */
	enum rc_fault fault;
	uint64_t pa, len;    /* of reads that touch this range; len 0: of any */
	const uint8_t *page; /* if set, only of reads of this page, wherever it is mapped */
	unsigned skip;	     /* so many matching reads are answered well first */
	unsigned count;	     /* then so many get the fault */
	uint32_t delay;
};

struct rc_knobs {
	uint32_t read_min, read_max; /* cycles from a read to its first completion */
	uint32_t gap_max;	     /* cycles between completions of one read, at most */
	uint32_t post_min, post_max; /* delay of posted requests to the endpoint */
	unsigned rcb;		     /* 64 or 128 */
	unsigned mps;		     /* payload of a completion, at most */
	unsigned split_percent;	     /* chance that a completion ends at the next boundary */
	bool reorder;		     /* answers overtake each other across tags */
};

struct rc_req { /* a request of the host; index is its tag */
	bool busy, done;
	uint8_t status; /* TLP_SC.. */
	bool poisoned;
	uint32_t len; /* bytes received */
	uint8_t data[TLP_MAX_PAYLOAD];
	struct tlp *tlp;
};

struct rc_msi {
	uint64_t cycle;
	uint64_t addr;
	uint32_t data;
};

struct rc_read;
struct rc_out;

struct rc {
	struct pmem *pm;
	struct chk *chk;
	struct rng rng;
	uint64_t cycle, seq;
	struct rc_knobs knobs;
	const struct rc_iommu *iommu;
	void *iommu_ctx;
	struct rc_read *reads;
	struct rc_out *posted, **posted_tail;
	struct rc_out *nonposted, **nonposted_tail;
	struct rc_req req[RC_HOST_TAGS];
	struct rc_plant plant[8];
	struct rc_msi msi[RC_MSI_LOG];
	unsigned msi_count;
	uint64_t bad_access; /* requests of the endpoint that no memory answered */
	uint64_t bytes_read, bytes_written, reads_done, writes_done;
};

struct rc *rc_new(struct pmem *pm, struct chk *chk, uint64_t seed);
void rc_free(struct rc *rc);

/* Once per cycle, before rc_next(). */
void rc_tick(struct rc *rc);
/* The TLP to send now, if any. It counts as sent in order; the checker is told by the port when it
 * has arrived. */
bool rc_next(struct rc *rc, struct tlp *t);
/* A TLP of the endpoint has arrived. Also hands it to the checker. */
void rc_receive(struct rc *rc, const struct tlp *t);
/* Nothing is waiting to be sent or answered (planted drops aside). */
bool rc_idle(const struct rc *rc);

/* Posted and non-posted requests of the host, and any other TLP, in order. */
void rc_send(struct rc *rc, const struct tlp *t);
void rc_mem_write(struct rc *rc, uint64_t addr, uint32_t len, const void *data);
/* Both return the tag, or -1 when no tag is free. Poll rc->req[tag].done, then rc_req_free(). */
int rc_mem_read(struct rc *rc, uint64_t addr, uint32_t len);
int rc_cfg(struct rc *rc, bool write, uint16_t target, uint16_t reg, unsigned be, uint32_t value);
/* A non-posted TLP as it is; its tag is filled in. */
int rc_request(struct rc *rc, struct tlp *t);
void rc_req_free(struct rc *rc, int tag);

/* Answers a translation request after `delay` cycles: entries (8 bytes each, n may be 0 with an
 * error status). */
void rc_answer_xlat(struct rc *rc, const struct tlp *q, enum tlp_status status,
		    const uint8_t *entries, unsigned n, uint32_t delay, enum rc_fault fault);

/* Plants a fault; false when there is no room. rc_unplant() takes all away. */
bool rc_plant_fault(struct rc *rc, const struct rc_plant *p);
void rc_unplant(struct rc *rc);
/* Answers all dropped reads now: the endpoint has given them up. Returns how many. */
unsigned rc_release_dropped(struct rc *rc);
/* Forgets everything under way (reset of the link). */
void rc_reset(struct rc *rc);

#endif
