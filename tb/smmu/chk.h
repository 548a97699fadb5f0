/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checker: sees every TLP in both directions, the SMMU's answers and the host's invalidations,
 * and complains about every TLP of the endpoint that the specification forbids at that moment. It
 * changes nothing. Written from the PCIe Base Specification; knows nothing of the RTL.
 */
#ifndef TB_CHK_H
#define TB_CHK_H

#include <stdbool.h>
#include <stdint.h>

#include "cov.h"
#include "tlp.h"

/* One name per rule, so that a test can ask whether exactly this one was broken. */
enum chk_rule {
	CHK_MALFORMED,	    /* a packet that is wrong by itself: 2.2, 10.2 - 10.4 */
	CHK_RID,	    /* requester or completer ID is not the function's */
	CHK_BME,	    /* memory request while bus mastering is off: 7.5.1.1.3 */
	CHK_MPS,	    /* payload longer than Max_Payload_Size: 7.5.3.4 */
	CHK_MRRS,	    /* read longer than Max_Read_Request_Size: 7.5.3.4 */
	CHK_TAG,	    /* tag in use, or outside what is enabled: 2.2.6.2 */
	CHK_ATTR,	    /* relaxed ordering or no snoop where it may not be; traffic class */
	CHK_POISON,	    /* the endpoint poisons nothing */
	CHK_PASID,	    /* PASID prefix while PASID is off, on AT=10, or with flags not
			       enabled: 6.20, 10.2 */
	CHK_ATS_OFF,	    /* AT is not 00 while ATS is off: 10.5.1.3 */
	CHK_UNTRANSLATED,   /* AT=00 from an address space while ATS is on (U=0): the design's own
			       rule */
	CHK_NO_TRANSLATION, /* AT=10 to an address that no translation ever gave */
	CHK_STALE,	/* AT=10 with a translation whose Invalidate Completion has left: 10.3 */
	CHK_PERMISSION, /* against R, W, U of the translation or its No Write: 10.2.3 */
	CHK_DRAIN,	/* Invalidate Completion while a read made with the translation is
			   outstanding: 10.3.2 */
	CHK_INV_CPL,	/* Invalidate Completion: ITags, count, destination: 10.3.2 */
	CHK_PAGE_REQ,	/* page request: enable, PRG index, form: 10.4.1 */
	CHK_STOP,	/* Stop Marker: form, and nothing of its PASID left undone: 10.4.1.2 */
	CHK_CREDIT,	/* more page requests than the host allocated: 10.4 */
	CHK_COMPLETION, /* completion that was not asked for, or with wrong fields: 2.2.9, 2.3.1 */
	CHK_MESSAGE,	/* a message endpoints do not send */
	CHK_RULES
};

struct chk;

struct chk_caps { /* offsets in configuration space, 0 = not there */
	uint16_t pcie, ats, pri, pasid, sriov;
};

struct chk *chk_new(void);
void chk_free(struct chk *c);

/* Requester ID of the function, capability offsets, requester ID of the SMMU that invalidations
 * carry. */
void chk_set_function(struct chk *c, uint16_t rid, uint16_t smmu_rid, const struct chk_caps *caps);
/* A VF is there (VF Enable was set), its enables are off; offset of its ATS capability, 0: none. */
void chk_add_vf(struct chk *c, uint16_t rid, uint16_t ats_cap);
/* VF Enable was cleared: the VFs and what they have are gone. */
void chk_remove_vfs(struct chk *c);
/* Range of message-signalled interrupt addresses: writes there are AT=00 without PASID. */
void chk_set_msi(struct chk *c, uint64_t lo, uint64_t hi);
/* Requests without PASID and not to the MSI range are expected (queues without PASID). */
void chk_allow_no_pasid(struct chk *c, bool allow);
/* Writes to these virtual addresses (completion rings) may not be relaxed or ID-ordered. */
void chk_ordered_range(struct chk *c, uint32_t pasid, uint64_t va, uint64_t len);

/* A whole TLP left the endpoint / entered the endpoint. cycle never goes back. */
void chk_from_ep(struct chk *c, uint64_t cycle, const struct tlp *t);
void chk_to_ep(struct chk *c, uint64_t cycle, const struct tlp *t);

/* The SMMU has made entry x for the translation request q (page of x holds va). Not yet delivered.
 */
void chk_walked(struct chk *c, const struct tlp *q, uint64_t va, const struct tlp_xlat *x);
/*
 * The host has changed its tables and will send this invalidation to function rid: every
 * translation made for it until now that it covers dies with its Invalidate Completion of itag.
 */
void chk_inv_issued(struct chk *c, uint16_t rid, unsigned itag, bool pasid_valid, uint32_t pasid,
		    uint64_t addr, unsigned size_log2, bool global);
/* The model will never complete the request of rid with this tag (a planted timeout). */
void chk_lost(struct chk *c, uint16_t rid, unsigned tag);
/* Reset, or function level reset of the PF: outstanding state of the endpoint is gone, enables are
 * off, VFs are gone. */
void chk_reset(struct chk *c, uint64_t cycle);
/* Function level reset of a VF. */
void chk_reset_vf(struct chk *c, uint64_t cycle, uint16_t rid);
/* Met this corner case. */
void chk_cover(struct chk *c, enum cov_case which);
uint64_t chk_covered(const struct chk *c, enum cov_case which);

/* Invalidations whose completion has not been seen: bit per ITag, of all functions. */
uint32_t chk_itags(const struct chk *c);
/* Requests of the endpoint that are not complete; page requests that hold credits. */
unsigned chk_outstanding(const struct chk *c);
unsigned chk_page_reqs(const struct chk *c);

/* Number of violations of one rule; of all rules with CHK_RULES. */
unsigned chk_count(const struct chk *c, enum chk_rule rule);
/* Forgets violations of a rule that a test provoked. */
void chk_forgive(struct chk *c, enum chk_rule rule);
/* Text of the first violation ("" when there is none), for the test's report. */
const char *chk_first(const struct chk *c);
const char *chk_rule_name(enum chk_rule rule);
/* Print violations to stdout as TAP comments (default on). */
void chk_set_print(struct chk *c, bool print);

struct chk_stats {
	uint64_t tlps;				  /* of the endpoint */
	uint64_t translated;			  /* AT=10 requests checked against translations */
	uint64_t invalidations;			  /* completed */
	uint64_t grants_killed;			  /* translations that died by them */
	uint64_t page_requests, errors;		  /* error messages received */
	uint64_t stop_markers, stop_markers_idle; /* those that no response was awaited for */
};

const struct chk_stats *chk_stats(const struct chk *c);

struct chk_traffic {		      /* of a function, as seen on the wire */
	uint64_t reads, read_bytes;   /* of memory (no translation requests); bytes asked for */
	uint64_t writes, write_bytes; /* interrupts aside */
	uint64_t translations, pages; /* requests for them */
};

/* Counts of the function with this requester ID since the checker began; NULL: no such function. */
const struct chk_traffic *chk_traffic(struct chk *c, uint16_t rid);

#endif
