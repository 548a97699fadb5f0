/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoding of event records (IHI 0070 7.3) and page requests (chapter 8).
 */
#ifndef SVARIG_SMMUV3_EVENT_H
#define SVARIG_SMMUV3_EVENT_H

#include "hw.h"

struct smmu_event {
	u8 id;
	const char *name; /* as in the architecture, "unknown" for a reserved number */
	bool ssv;
	u32 sid;
	u32 ssid;	       /* counts only with ssv */
	bool has_addr;	       /* an address and the access come with this kind of event */
	u64 addr;	       /* input address */
	bool read, priv, exec; /* the access; a write if not read */
	bool stage2;
	bool has_ipa;
	u64 ipa; /* input address of stage 2 */
};

void smmu_event_decode(struct smmu_event *event, const u64 record[SMMU_EVENT_QWORDS]);

/* One line for people; always terminated. Returns its length. */
int smmu_event_format(char *buf, size_t size, const struct smmu_event *event);

struct smmu_page_req {
	u32 sid;
	bool ssv;
	u32 ssid; /* 0 without ssv */
	u16 prgi; /* page request group index */
	bool last, read, write, exec, priv;
	u64 addr;	  /* 4 KiB aligned */
	bool stop_marker; /* needs no response */
};

void smmu_page_req_decode(struct smmu_page_req *req, const u64 record[SMMU_PRI_QWORDS]);

#endif
