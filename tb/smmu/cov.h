/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Corner cases of address translation and how often they were met. What is counted is seen in the
 * TLPs of both directions (or planted by the model), never asked of the endpoint.
 */
#ifndef TB_COV_H
#define TB_COV_H

#include <stdbool.h>
#include <stdint.h>

enum cov_case {
	COV_INV_IN_FLIGHT,     /* an invalidation meets a translation request in flight */
	COV_INV_DRAIN,	       /* an invalidation meets a translated read in flight */
	COV_INV_WRITES,	       /* writes leave between an invalidation and its completion */
	COV_INV_ALL_ITAGS,     /* as many invalidations outstanding as are advertised */
	COV_INV_OFF,	       /* an invalidation while ATS is off */
	COV_INV_NO_BME,	       /* ... while bus mastering is off */
	COV_INV_PASID,	       /* scope: one PASID */
	COV_INV_GLOBAL,	       /* scope: Global */
	COV_INV_NO_PASID,      /* scope: no PASID */
	COV_INV_RANGE,	       /* more than a page, less than everything */
	COV_INV_EVERYTHING,    /* all ones */
	COV_INV_INSIDE_LARGE,  /* a page of a larger translation */
	COV_XLAT_MULTI,	       /* a translation request for several */
	COV_XLAT_FEWER,	       /* answered with fewer */
	COV_XLAT_SPLIT,	       /* answered in two completions */
	COV_XLAT_SPLIT_POISON, /* the first of two is poisoned */
	COV_XLAT_LARGE,	       /* a translation of more than 4 KiB */
	COV_XLAT_HIGH,	       /* physical address at or above 4 GiB */
	COV_XLAT_LOW,	       /* below */
	COV_XLAT_U,	       /* U set */
	COV_XLAT_NONE,	       /* neither R nor W */
	COV_XLAT_WRITE_ONLY,
	COV_XLAT_NO_WRITE, /* W given although No Write was set */
	COV_XLAT_GLOBAL,
	COV_XLAT_EXE,
	COV_XLAT_PRIV,
	COV_XLAT_UR,
	COV_XLAT_CA,
	COV_XLAT_POISONED,
	COV_XLAT_LOST,	    /* never answered */
	COV_XLAT_AFTER_OFF, /* answered after ATS was turned off */
	COV_ATS_OFF_BUSY,   /* ATS turned off with requests in flight */
	COV_ATS_ON_AGAIN,
	COV_BME_OFF_BUSY, /* bus mastering turned off with requests in flight */
	COV_RESET_BUSY,	  /* function level reset with requests in flight */
	COV_LATE,	  /* a completion for a request given up */
	COV_UNTRANSLATED, /* AT=00 with PASID */
	COV_TRANSLATED,	  /* AT=10 */
	COV_PAGE_GROUP,	  /* a group of several pages */
	COV_PAGE_32,	  /* 32 pages outstanding */
	COV_PAGE_LIMIT,	  /* all of the allocation in use */
	COV_PRG_SUCCESS,
	COV_PRG_INVALID,
	COV_PRG_FAILURE,
	COV_PRG_UNMAPPED,    /* success, and the translation still misses */
	COV_PRG_UNEXPECTED,  /* a response for no group */
	COV_PRG_WRONG_PASID, /* ... for another PASID */
	COV_PRI_OFF_BUSY,    /* PRI turned off with groups outstanding */
	COV_PRI_RESET_BUSY,  /* PRI reset with groups outstanding */
	COV_STOP_MARKER,
	COV_REORDER,	    /* a completion of a later request comes first */
	COV_SPLIT_READ,	    /* a read answered in several completions */
	COV_VF_TRANSLATION, /* the same things of a VF */
	COV_VF_INVALIDATION,
	COV_VF_PAGE_REQUEST,
	COV_CASES
};

const char *cov_name(enum cov_case c);

/* Totals of the run: what every checker of it has counted is added when it is freed, if wanted. */
extern uint64_t cov_total[COV_CASES];

#endif
