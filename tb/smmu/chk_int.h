/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the checker. */
#ifndef TB_CHK_INT_H
#define TB_CHK_INT_H

#include "chk.h"

#define TAGS	   1024
#define PRG_MAX	   512
#define ITAG_MAX   32
#define GRANT_HASH 4096
#define DEAD_RING  4096
#define ORDERED	   128
/* What was prepared before an enable changed may still leave for this many cycles. */
#define GRACE 512

/* A translation the endpoint was given (or will be). */
struct grant {
	uint64_t pa, va;
	unsigned size_log2;
	bool pasid_valid, global, r, w, u, no_write;
	bool dead; /* died before it was delivered */
	uint32_t pasid;
	uint32_t dying;	    /* ITags of invalidations that cover it */
	struct grant *next; /* same hash chain, list of large pages, or waiting for delivery */
};

struct request { /* of the endpoint, by tag */
	bool busy, lost;
	struct tlp *tlp; /* header only */
	uint32_t left;	 /* bytes not yet completed */
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
};

struct chk {
	uint64_t cycle;
	uint16_t rid, smmu_rid;
	struct chk_caps caps;
	uint64_t msi_lo, msi_hi;
	bool allow_no_pasid, print;
	struct live now, before;
	uint64_t changed; /* cycle of the last change of an enable */
	struct request req[TAGS];
	struct host_request host[TAGS];
	struct prg prg[PRG_MAX];
	unsigned page_reqs;
	uint32_t itags;
	struct grant *hash[GRANT_HASH];
	struct grant *large;
	struct grant *pending[TAGS]; /* made, completion not delivered yet */
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
	unsigned count[CHK_RULES];
	char first[512];
	struct chk_stats stats;
};

void chk_bad(struct chk *c, enum chk_rule rule, const struct tlp *t, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* True while an enable that is off now may still be seen as on. */
bool chk_in_grace(const struct chk *c);

/* chk_grant.c */
void grants_free(struct chk *c);
void grants_delivered(struct chk *c, uint16_t tag);
void grants_forget(struct chk *c, uint16_t tag); /* the translation completion will not come */
void grants_kill(struct chk *c, uint32_t itag_vector, const struct tlp *t);
void grants_drop_all(struct chk *c);
void grant_check(struct chk *c, const struct tlp *t);
/* A delivered translation with U set covers va. */
bool grant_untranslated(struct chk *c, bool pasid_valid, uint32_t pasid, uint64_t va);

/* chk_msg.c */
void chk_ep_message(struct chk *c, const struct tlp *t);
void chk_host_message(struct chk *c, const struct tlp *t);

/* chk_cfg.c */
void chk_host_cfg(struct chk *c, const struct tlp *t);
void chk_cfg_done(struct chk *c, const struct tlp *t);
void chk_cfg_defaults(struct chk *c);

#endif
