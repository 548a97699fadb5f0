// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoding of what the SMMU reports.
 */
#include "event.h"

enum {
	ADDR = 1, /* the record has an input address and the kind of access */
	IPA = 2,  /* and the address stage 2 saw */
};

struct kind {
	u8 id;
	u8 has;
	const char *name;
};

static const struct kind kinds[] = {
	{0x01, ADDR, "F_UUT"},
	{0x02, 0, "C_BAD_STREAMID"},
	{0x03, 0, "F_STE_FETCH"},
	{0x04, 0, "C_BAD_STE"},
	{0x05, ADDR, "F_BAD_ATS_TREQ"},
	{0x06, 0, "F_STREAM_DISABLED"},
	{0x07, ADDR, "F_TRANSL_FORBIDDEN"},
	{0x08, 0, "C_BAD_SUBSTREAMID"},
	{0x09, 0, "F_CD_FETCH"},
	{0x0a, 0, "C_BAD_CD"},
	{0x0b, ADDR | IPA, "F_WALK_EABT"},
	{0x10, ADDR | IPA, "F_TRANSLATION"},
	{0x11, ADDR | IPA, "F_ADDR_SIZE"},
	{0x12, ADDR | IPA, "F_ACCESS"},
	{0x13, ADDR | IPA, "F_PERMISSION"},
	{0x20, ADDR, "F_TLB_CONFLICT"},
	{0x21, 0, "F_CFG_CONFLICT"},
	{0x24, ADDR, "E_PAGE_REQUEST"},
	{0x25, 0, "F_VMS_FETCH"},
};

void smmu_event_decode(struct smmu_event *event, const u64 record[SMMU_EVENT_QWORDS])
{
	u8 has = 0;

	memset(event, 0, sizeof(*event));
	event->id = (u8)FIELD_GET(SMMU_EVT0_ID, record[0]);
	event->ssv = record[0] & SMMU_EVT0_SSV;
	event->sid = (u32)FIELD_GET(SMMU_EVT0_SID, record[0]);
	event->ssid = event->ssv ? (u32)FIELD_GET(SMMU_EVT0_SSID, record[0]) : 0;
	event->name = "unknown";
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].id != event->id)
			continue;
		event->name = kinds[i].name;
		has = kinds[i].has;
	}

	event->has_addr = has & ADDR;
	if (event->has_addr) {
		event->addr = record[2];
		event->priv = record[1] & SMMU_EVT1_PNU;
		event->exec = record[1] & SMMU_EVT1_IND;
		event->read = record[1] & SMMU_EVT1_RNW;
	}
	event->stage2 = (has & IPA) && (record[1] & SMMU_EVT1_S2);
	event->has_ipa = event->stage2;
	if (event->has_ipa)
		event->ipa = record[3] & GENMASK_ULL(51, 12);
}

int smmu_event_format(char *buf, size_t size, const struct smmu_event *event)
{
	int n;

	n = scnprintf(buf, size, "%s (0x%02x) sid 0x%x", event->name, event->id, event->sid);
	if (event->ssv)
		n += scnprintf(buf + n, size - n, " pasid 0x%x", event->ssid);
	if (event->has_addr)
		n += scnprintf(buf + n, size - n, " %s%s%s at 0x%llx", event->priv ? "priv " : "",
			       event->exec ? "exec " : "", event->read ? "read" : "write",
			       (unsigned long long)event->addr);
	if (event->has_ipa)
		n += scnprintf(buf + n, size - n, " stage 2 ipa 0x%llx",
			       (unsigned long long)event->ipa);
	return n;
}

void smmu_page_req_decode(struct smmu_page_req *req, const u64 record[SMMU_PRI_QWORDS])
{
	req->sid = (u32)FIELD_GET(SMMU_PRI0_SID, record[0]);
	req->ssv = record[0] & SMMU_PRI0_SSV;
	req->ssid = req->ssv ? (u32)FIELD_GET(SMMU_PRI0_SSID, record[0]) : 0;
	req->prgi = (u16)FIELD_GET(SMMU_PRI1_PRGI, record[1]);
	req->last = record[0] & SMMU_PRI0_LAST;
	req->read = record[0] & SMMU_PRI0_READ;
	req->write = record[0] & SMMU_PRI0_WRITE;
	/* Both are reserved without a PASID. */
	req->exec = req->ssv && (record[0] & SMMU_PRI0_EXEC);
	req->priv = req->ssv && (record[0] & SMMU_PRI0_PRIV);
	req->addr = record[1] & SMMU_PRI1_ADDR;
	req->stop_marker = req->ssv && req->last && !req->read && !req->write;
}
