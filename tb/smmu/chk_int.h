/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the checker. */
#ifndef TB_CHK_INT_H
#define TB_CHK_INT_H

#include "chk.h"

#define TAGS	   1024
#define PRG_MAX	   512
#define ITAG_MAX   32
#define FUNCTIONS  8
#define GRANT_HASH 4096
#define DEAD_RING  4096
#define ORDERED	   512
/* What was prepared before an enable changed may still leave for this many cycles. */
#define GRACE	 512
#define INV_RING 128

/* A translation the endpoint was given (or will be). */
struct grant {
	uint64_t pa, va;
	unsigned size_log2, fn;
	bool pasid_valid, global, priv, r, w, u, no_write;
	bool dead; /* died before it was delivered */
	uint32_t pasid;
	uint32_t dying;	    /* ITags of invalidations that cover it */
	struct grant *next; /* same hash chain, list of large pages, or waiting for delivery */
};

struct request { /* of the endpoint, by tag */
	bool busy, lost;
	struct tlp *tlp; /* header only */
	uint32_t left;	 /* bytes not yet completed */
	uint64_t serial;
	uint64_t since; /* cycle */
};

struct invalidation { /* what of its pages a request in flight may have met */
	unsigned itag;
	bool pasid_valid, global;
	uint32_t pasid;
	uint64_t addr;
	unsigned size_log2;
	uint64_t until; /* cycle of its completion; UINT64_MAX: it is not complete; 0: none */
};

struct host_request { /* of the root complex, by tag */
	bool busy;
	struct tlp *tlp;
	uint32_t left;
};

struct live { /* enables in force */
	bool bme, ats, pri, pasid, exec, priv, relaxed, no_snoop, ext_tag;
	unsigned mps, mrrs; /* bytes */
	uint32_t alloc;	    /* page requests */
};

struct prg {
	bool open;   /* requests seen, not answered */
	bool closed; /* Last was seen */
	bool pasid_valid;
	uint32_t pasid;
	unsigned pages;
	uint64_t first_va;
};

/* A function. A VF has bus mastering and ATS of its own; the rest of its enables is the PF's. */
struct chk_fn {
	bool present;
	uint16_t rid, ats_cap;
	struct live now, before;
	uint64_t changed; /* cycle of the last change of an enable */
	struct request req[TAGS];
	struct grant *pending[TAGS]; /* made, completion not delivered yet */
	struct prg prg[PRG_MAX];
	struct invalidation inv[INV_RING]; /* the last ones */
	unsigned inv_next;
	uint32_t itags;
	uint32_t itags_written; /* writes have left since these came */
	struct chk_traffic traffic;
};

struct chk {
	uint64_t cycle;
	uint16_t smmu_rid;
	struct chk_caps caps;
	uint64_t msi_lo, msi_hi;
	bool allow_no_pasid, print;
	struct chk_fn fn[FUNCTIONS]; /* 0 is the PF */
	struct host_request host[TAGS];
	unsigned page_reqs; /* of all functions: they share the PF's allocation */
	uint64_t serial;
	struct grant *hash[GRANT_HASH];
	struct grant *large;
	struct {
		uint64_t pa;
		unsigned size_log2;
	} dead[DEAD_RING];
	unsigned dead_next;
	struct {
		uint32_t pasid;
		uint64_t va, len;
	} ordered[ORDERED];
	unsigned ordered_count;
	/* pages a success was said for, to see whether they are there */
	struct {
		bool used, pasid_valid;
		uint32_t pasid;
		uint64_t va;
	} served;
	bool pri_failed; /* a response failure, and the host has not enabled PRI since */
	unsigned count[CHK_RULES];
	char first[512];
	struct chk_stats stats;
	uint64_t cov[COV_CASES];
};

void chk_bad(struct chk *c, enum chk_rule rule, const struct tlp *t, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* True while an enable that is off now may still be seen as on. */
bool chk_in_grace(const struct chk *c, const struct chk_fn *f);

/* chk_fn.c */
struct chk_fn *fn_of(struct chk *c, uint16_t rid); /* NULL: none */
unsigned fn_index(const struct chk *c, const struct chk_fn *f);
unsigned fn_outstanding(const struct chk_fn *f);
void fn_forget(struct chk *c, struct chk_fn *f);
void request_free(struct request *r);
struct tlp *header_copy(const struct tlp *t);

/* chk_cpl.c */
void chk_ep_completion(struct chk *c, const struct tlp *t);
void chk_host_completion(struct chk *c, const struct tlp *t);

/* chk_grant.c */
void grants_free(struct chk *c);
void grants_delivered(struct chk *c, struct chk_fn *f, uint16_t tag);
void grants_forget(struct chk_fn *f, uint16_t tag); /* the translation completion will not come */
void grants_kill(struct chk *c, struct chk_fn *f, uint32_t itag_vector, const struct tlp *t);
void grants_drop(struct chk *c, struct chk_fn *f); /* all of the function */
void grant_check(struct chk *c, struct chk_fn *f, const struct tlp *t);
/* A delivered translation with U set covers va. */
bool grant_untranslated(struct chk *c, const struct chk_fn *f, bool pasid_valid, uint32_t pasid,
			uint64_t va);
/* The invalidation t lies inside a larger translation that the function holds. */
bool grant_larger(struct chk *c, const struct chk_fn *f, uint64_t va, unsigned size_log2);

/* chk_msg.c */
void chk_ep_message(struct chk *c, struct chk_fn *f, const struct tlp *t);
void chk_host_message(struct chk *c, const struct tlp *t);

/* chk_cfg.c */
void chk_host_cfg(struct chk *c, const struct tlp *t);
void chk_cfg_done(struct chk *c, const struct tlp *t);
void chk_cfg_defaults(struct live *l);

#endif
