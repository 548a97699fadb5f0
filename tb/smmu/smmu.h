/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An SMMUv3 as the endpoint sees it: address spaces by PASID with real page tables, translation
 * requests, page requests with their responses, invalidations with their completions. What the
 * endpoint cannot see (queues in memory, stream tables) is simplified; what it sees follows the
 * PCIe Base Specification, chapter 10.
 */
#ifndef TB_SMMU_H
#define TB_SMMU_H

#include "as.h"
#include "rc.h"

#define SMMU_RID	 0x0010 /* requester of invalidations and responses */
#define SMMU_ITAGS	 32
#define SMMU_GROUPS	 512
#define SMMU_DEVICES	 8
#define SMMU_GROUP_PAGES 64

enum smmu_prg_code { /* 10.4.2 */
	PRG_SUCCESS = 0,
	PRG_INVALID = 1,
	PRG_FAILURE = 15,
};

struct smmu_page {
	uint64_t va;
	bool read, write;
};

struct smmu_group { /* a page request group waiting for its response */
	bool used, last;
	bool pasid_valid;
	uint32_t pasid;
	uint16_t device;
	unsigned prgi, count;
	struct smmu_page page[SMMU_GROUP_PAGES];
	uint64_t due;
};

enum smmu_policy {
	POLICY_SERVE, /* map what the process may have; success, or invalid when it may not */
	POLICY_NOMAP, /* success without mapping (the SMMU's answer when its queue is full) */
	POLICY_INVALID,
	POLICY_FAILURE,
	POLICY_PARTIAL, /* map the first page of a group only, success */
	POLICY_RANDOM,	/* mostly serve, sometimes success without mapping */
	POLICY_SILENT,	/* no response until smmu_respond_all() */
};

struct smmu_knobs {
	uint32_t walk_min, walk_max;	 /* cycles from translation request to walk */
	uint32_t answer_min, answer_max; /* cycles from walk to its completion */
	uint32_t serve_min, serve_max;	 /* cycles to serve a page request group */
	enum smmu_policy policy;
	unsigned policy_count;	/* so many groups get the policy, then POLICY_SERVE; 0: all */
	bool enabled;		/* translation requests are answered; otherwise UR */
	unsigned fewer_percent; /* of answers to requests for several have fewer (default 30) */
};

struct smmu_inv { /* an invalidation under way */
	bool busy;
	uint64_t issued;  /* cycle */
	uint64_t *retire; /* physical pages to take away on completion */
	struct as **retire_as;
	unsigned retire_count;
};

struct smmu_walk_job;

struct smmu_device { /* a function of the endpoint: ITags are its own */
	bool used;
	uint16_t rid;
	struct smmu_inv inv[SMMU_ITAGS];
};

struct smmu {
	struct pmem *pm;
	struct rc *rc;
	struct chk *chk;
	struct rng rng;
	struct as *spaces;
	struct smmu_knobs knobs;
	uint16_t device; /* RID of the endpoint's PF */
	struct smmu_device dev[SMMU_DEVICES];
	struct smmu_walk_job *walks;
	struct smmu_group group[SMMU_GROUPS];
	unsigned groups_open;
	unsigned inv_depth; /* of the ATS capability */
	/* planted in translation answers */
	enum tlp_status xlat_status; /* error for the next xlat_count translation requests ... */
	enum rc_fault xlat_fault;    /* ... or this fault */
	unsigned xlat_count;
	unsigned xlat_least; /* only of requests for so many translations at least */
	/* Last word on an entry before it is sent; may be NULL. */
	void (*xlat_hook)(void *ctx, const struct tlp *q, uint64_t va, struct tlp_xlat *x);
	void *xlat_ctx;
	/* totals */
	uint64_t xlat_requests, xlat_faults, page_requests, groups_served, stop_markers;
	uint64_t inv_sent, inv_done, inv_cycles, inv_worst;
	uint64_t untranslated_faults;
};

struct smmu *smmu_new(struct pmem *pm, struct rc *rc, struct chk *chk, uint64_t seed);
/* Frees the address spaces too. */
void smmu_free(struct smmu *s);
/* Once per cycle. */
void smmu_tick(struct smmu *s);
/* Function level reset of the PF: the endpoint's invalidations and groups are forgotten, their
 * pages retired. */
void smmu_device_reset(struct smmu *s);
/* The same for one function. */
void smmu_function_reset(struct smmu *s, uint16_t rid);

/* The PF has this requester ID from now on. */
void smmu_renumber(struct smmu *s, uint16_t rid);

/* A new address space of the PF for this PASID (pasid_valid false: for requests without PASID). */
struct as *smmu_new_as(struct smmu *s, bool pasid_valid, uint32_t pasid);
struct as *smmu_as(struct smmu *s, bool pasid_valid, uint32_t pasid);
/* The same for a function: every function has PASIDs of its own. */
struct as *smmu_new_as_of(struct smmu *s, uint16_t rid, bool pasid_valid, uint32_t pasid);
struct as *smmu_as_of(struct smmu *s, uint16_t rid, bool pasid_valid, uint32_t pasid);

/*
 * Sends an invalidate request to the PF. Returns a handle (the ITag, for the PF), or -1 when as
 * many are outstanding as the endpoint takes. size_log2 12..64, 64 = everything.
 */
int smmu_invalidate(struct smmu *s, bool pasid_valid, uint32_t pasid, uint64_t addr,
		    unsigned size_log2, bool global);
int smmu_invalidate_of(struct smmu *s, uint16_t rid, bool pasid_valid, uint32_t pasid,
		       uint64_t addr, unsigned size_log2, bool global);
/* Unmaps `pages` pages (naturally aligned power of two) and sends the invalidation; -1: no ITag
 * free, nothing done. */
int smmu_unmap(struct smmu *s, struct as *as, uint64_t va, unsigned pages);
/* Changes the protection of one page and sends the invalidation. */
int smmu_protect(struct smmu *s, struct as *as, uint64_t va, unsigned prot);
bool smmu_inv_pending(const struct smmu *s, int itag);
unsigned smmu_inv_outstanding(const struct smmu *s); /* at all functions */
unsigned smmu_inv_outstanding_of(const struct smmu *s, uint16_t rid);

/* Page request groups received and not answered. */
unsigned smmu_groups(const struct smmu *s);
/* Answers all waiting groups with this code, mapping nothing. Returns how many. */
unsigned smmu_respond_all(struct smmu *s, enum smmu_prg_code code);

#endif
