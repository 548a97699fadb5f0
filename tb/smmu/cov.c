/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of the corner cases. See cov.h. */
#include "cov.h"

uint64_t cov_total[COV_CASES];

static const char *const name[COV_CASES] = {
	[COV_INV_IN_FLIGHT] = "invalidation meets a translation request in flight",
	[COV_INV_DRAIN] = "invalidation meets a translated read in flight",
	[COV_INV_WRITES] = "writes between an invalidation and its completion",
	[COV_INV_ALL_ITAGS] = "as many invalidations as advertised",
	[COV_INV_OFF] = "invalidation while ATS is off",
	[COV_INV_NO_BME] = "invalidation while bus mastering is off",
	[COV_INV_PASID] = "invalidation of one PASID",
	[COV_INV_GLOBAL] = "invalidation with Global",
	[COV_INV_NO_PASID] = "invalidation without PASID",
	[COV_INV_RANGE] = "invalidation of a range",
	[COV_INV_EVERYTHING] = "invalidation of everything",
	[COV_INV_INSIDE_LARGE] = "invalidation inside a large translation",
	[COV_XLAT_MULTI] = "translation request for several",
	[COV_XLAT_FEWER] = "answered with fewer",
	[COV_XLAT_SPLIT] = "answered in two completions",
	[COV_XLAT_SPLIT_POISON] = "the first of two poisoned",
	[COV_XLAT_LARGE] = "translation larger than 4 KiB",
	[COV_XLAT_HIGH] = "physical address at or above 4 GiB",
	[COV_XLAT_LOW] = "physical address below 4 GiB",
	[COV_XLAT_U] = "U: untranslated access only",
	[COV_XLAT_NONE] = "neither R nor W",
	[COV_XLAT_WRITE_ONLY] = "W without R",
	[COV_XLAT_NO_WRITE] = "W in spite of No Write",
	[COV_XLAT_GLOBAL] = "Global translation",
	[COV_XLAT_EXE] = "Exe translation",
	[COV_XLAT_PRIV] = "Priv translation",
	[COV_XLAT_UR] = "translation answered UR",
	[COV_XLAT_CA] = "translation answered CA",
	[COV_XLAT_POISONED] = "translation poisoned",
	[COV_XLAT_LOST] = "translation never answered",
	[COV_XLAT_AFTER_OFF] = "translation answered after ATS was turned off",
	[COV_ATS_OFF_BUSY] = "ATS turned off with requests in flight",
	[COV_ATS_ON_AGAIN] = "ATS turned on again",
	[COV_BME_OFF_BUSY] = "bus mastering turned off with requests in flight",
	[COV_RESET_BUSY] = "function level reset with requests in flight",
	[COV_LATE] = "completion for a request given up",
	[COV_UNTRANSLATED] = "untranslated request with PASID",
	[COV_TRANSLATED] = "translated request",
	[COV_PAGE_GROUP] = "page request group of several pages",
	[COV_PAGE_32] = "32 pages outstanding",
	[COV_PAGE_LIMIT] = "all credits in use",
	[COV_PRG_SUCCESS] = "response: success",
	[COV_PRG_INVALID] = "response: invalid request",
	[COV_PRG_FAILURE] = "response: failure",
	[COV_PRG_UNMAPPED] = "success without a mapping",
	[COV_PRG_UNEXPECTED] = "unexpected response",
	[COV_PRG_WRONG_PASID] = "response for another PASID",
	[COV_PRI_OFF_BUSY] = "PRI turned off with groups outstanding",
	[COV_PRI_RESET_BUSY] = "PRI reset with groups outstanding",
	[COV_STOP_MARKER] = "Stop Marker",
	[COV_REORDER] = "completions out of order",
	[COV_SPLIT_READ] = "read answered in several completions",
	[COV_VF_TRANSLATION] = "translation of a VF",
	[COV_VF_INVALIDATION] = "invalidation of a VF",
	[COV_VF_PAGE_REQUEST] = "page request of a VF",
};

const char *cov_name(enum cov_case c)
{
	return name[c];
}
