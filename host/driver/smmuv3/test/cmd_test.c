// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands: encodings worked out by hand from IHI 0070 chapter 4, and ranges taken apart again by
 * a decoder written from 4.4.1.1 that shares nothing with the encoder.
 */
#include "../cmd.h"
#include "../event.h"
#include "tap.h"

static void is_cmd(struct smmu_cmd cmd, u64 w0, u64 w1, const char *what)
{
	bool good = cmd.qw[0] == w0 && cmd.qw[1] == w1;

	ok(good, "%s", what);
	if (!good)
		printf("# got %016llx %016llx\n", (unsigned long long)cmd.qw[0],
		       (unsigned long long)cmd.qw[1]);
}

static void encodings(void)
{
	is_cmd(smmu_cmd_sync(), 0x46, 0, "CMD_SYNC, SIG_NONE");
	is_cmd(smmu_cmd_cfgi_ste(0x1234, true), 0x0000123400000003, 1, "CFGI_STE leaf");
	is_cmd(smmu_cmd_cfgi_ste(0x1234, false), 0x0000123400000003, 0, "CFGI_STE");
	is_cmd(smmu_cmd_cfgi_all(), 0x04, 31, "CFGI_ALL");
	is_cmd(smmu_cmd_cfgi_cd(0x100, 0xabcde, true), 0x00000100abcde005, 1, "CFGI_CD leaf");
	is_cmd(smmu_cmd_cfgi_cd_all(0x100), 0x0000010000000006, 0, "CFGI_CD_ALL");
	is_cmd(smmu_cmd_tlbi_all(), 0x30, 0, "TLBI_NSNH_ALL");
	is_cmd(smmu_cmd_tlbi_asid(0xbeef), 0xbeef000000000011, 0, "TLBI_NH_ASID");
	is_cmd(smmu_cmd_tlbi_vmid(0x0102), 0x0000010200000028, 0, "TLBI_S12_VMALL");
	is_cmd(smmu_cmd_pri_resp(0x100, true, 0x12345, 0x1ff, 2), 0x0000010012345841, 0x21ff,
	       "PRI_RESP success with PASID");
	is_cmd(smmu_cmd_pri_resp(0x100, false, 0x12345, 5, 1), 0x0000010000000041, 0x1005,
	       "PRI_RESP invalid without PASID");
	is_cmd(smmu_cmd_pri_resp(0x100, false, 0, 5, 0), 0x0000010000000041, 0x0005,
	       "PRI_RESP failure");
	is_cmd(smmu_cmd_atc_inv(0x100, 7, 0x7f0000001000, 0x1000), 0x0000010000007840,
	       0x00007f0000001000, "ATC_INV one page of a PASID");
	is_cmd(smmu_cmd_atc_inv(0x100, 0, 0x7f0000001000, 0x1000), 0x0000010000000040,
	       0x00007f0000001000, "ATC_INV one page without PASID");
	is_cmd(smmu_cmd_atc_inv(0x100, 7, 0, 0), 0x0000010000007840, 52, "ATC_INV everything");
	is_cmd(smmu_cmd_atc_inv(0x100, 7, 0x200000, 0x200000), 0x0000010000007840, 0x200009,
	       "ATC_INV 2 MiB");
	/* Pages 7 and 8 share no smaller aligned span than 0 to 15. */
	is_cmd(smmu_cmd_atc_inv(0x100, 7, 0x7000, 0x2000), 0x0000010000007840, 4,
	       "ATC_INV over an alignment boundary");
	is_cmd(smmu_cmd_atc_inv(0x100, 7, 0xffffffffffffe000, 0x2000), 0x0000010000007840,
	       0xffffffffffffe001, "ATC_INV up to the top");
}

/* What an ATC_INV of a range must be: covering, and half the span must not be. */
static void atc_spans(void)
{
	bool covers = true, least = true;
	u64 seed = 88172645463325252ull;

	for (unsigned int i = 0; i < 200000; i++) {
		u64 start, size, span, base;
		unsigned int log2;
		struct smmu_cmd cmd;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		start = (seed & 0xfffffffff) << 12 >> (seed >> 40 & 15) >> 12 << 12;
		size = ((seed >> 50) % 700 + 1) << 12;
		cmd = smmu_cmd_atc_inv(1, 2, start, size);
		log2 = cmd.qw[1] & 0x3f;
		base = cmd.qw[1] >> 12 << 12;
		span = 0x1000ull << log2;
		covers &= base <= start && start + size <= base + span && !(base & (span - 1));
		/* Least: the range crosses the middle. */
		least &= !log2 || (start < base + span / 2 && start + size > base + span / 2);
	}
	ok(covers, "ATC_INV covers 200,000 random ranges, aligned");
	ok(least, "ATC_INV is the smallest span that does");
}

/* Bytes a TLBI by address covers (4.4.1.1), @granule being the stream's. */
static u64 tlbi_bytes(struct smmu_cmd cmd, unsigned int granule, u64 stride)
{
	unsigned int tg = cmd.qw[1] >> 10 & 3;
	unsigned int num = cmd.qw[0] >> 12 & 0x1f, scale = cmd.qw[0] >> 20 & 0x1f;

	if (!tg)
		return num || scale ? 0 : stride;
	if (tg != (granule - 10) / 2)
		return 0;
	/* NUM = SCALE = TTL = 0 with a granule is CERROR_ILL. */
	if (!num && !scale && !(cmd.qw[1] >> 8 & 3))
		return 0;
	return (u64)(num + 1) << (scale + granule);
}

static void tlbi_ranges(void)
{
	const struct smmu_tlbi_space space = {.id = 0x55};
	static const u64 pages[] = {1,
				    2,
				    3,
				    7,
				    31,
				    32,
				    33,
				    63,
				    64,
				    65,
				    511,
				    512,
				    513,
				    1023,
				    4096,
				    0x12345,
				    0xfffff,
				    1ull << 36,
				    (1ull << 36) - 1};
	bool exact = true, few = true;

	for (unsigned int ril = 0; ril < 2; ril++) {
		for (unsigned int granule = 12; granule <= 16; granule += 2) {
			for (unsigned int i = 0; i < ARRAY_SIZE(pages); i++) {
				struct smmu_range range = {
					.start = 0x7000000000,
					.size = pages[i] << granule,
					.stride = 1ull << granule,
					.granule_shift = (u8)granule,
				};
				u64 at = range.start, end = at + range.size;
				unsigned int total = 0, count, n;
				struct smmu_cmd cmds[7];

				if (!ril && pages[i] > 5000)
					continue;
				count = smmu_cmd_tlbi_count(&range, ril, 1000000);
				while ((n = smmu_cmd_tlbi_range(cmds, 7, &space, &range, ril))) {
					total += n;
					for (unsigned int c = 0; c < n; c++) {
						u64 got = tlbi_bytes(cmds[c], granule,
								     1ull << granule);

						exact &= got && (cmds[c].qw[1] >> 12 << 12) == at;
						at += got;
					}
				}
				exact &= at == end;
				few &= total <= count && (!ril || total <= 8);
			}
		}
	}
	ok(exact, "TLBI: ranges are covered exactly, with and without range invalidation");
	ok(few, "TLBI: no more commands than promised");

	struct smmu_range one = {.start = 0x1000,
				 .size = 0x1000,
				 .stride = 0x1000,
				 .granule_shift = 12,
				 .leaf = true};
	struct smmu_range big = {
		.start = 0x200000, .size = 0x400000, .stride = 0x200000, .granule_shift = 12};
	struct smmu_range ril = {
		.start = 0x40000, .size = 0x30000, .stride = 0x1000, .granule_shift = 12};
	struct smmu_cmd cmd;

	smmu_cmd_tlbi_range(&cmd, 1, &space, &one, true);
	is_cmd(cmd, 0x0055000000000012, 0x1001, "TLBI_NH_VA one page, leaf");
	smmu_cmd_tlbi_range(&cmd, 1, &space, &big, false);
	is_cmd(cmd, 0x0055000000000012, 0x200000, "TLBI_NH_VA first of two blocks");
	ok(big.size == 0x200000 && big.start == 0x400000, "TLBI: the range moved on by a block");
	/* 48 pages: 3 chunks of 2^4, NUM 2, SCALE 4, TG 4 KiB. */
	smmu_cmd_tlbi_range(&cmd, 1, &space, &ril, true);
	is_cmd(cmd, 0x0055000000000012 | 2 << 12 | 4 << 20, 0x40000 | 1 << 10,
	       "TLBI_NH_VA 48 pages by range");
	one = (struct smmu_range){
		.start = 0x3000, .size = 0x1000, .stride = 0x1000, .granule_shift = 12};
	smmu_cmd_tlbi_range(&cmd, 1, &(struct smmu_tlbi_space){.id = 0x66, .stage2 = true}, &one,
			    false);
	is_cmd(cmd, 0x000000660000002a, 0x3000, "TLBI_S2_IPA");
}

static void events(void)
{
	/* F_TRANSLATION, sid 0x100, PASID 5, unprivileged data write at 0x7f1234567890. */
	const u64 fault[4] = {0x0000010000005810, 0, 0x00007f1234567890, 0};
	/* F_PERMISSION of stage 2, privileged instruction read. */
	const u64 s2[4] = {0x0000020000000013, 1ull << 33 | 1ull << 34 | 1ull << 35 | 1ull << 39,
			   0x1000, 0x000fedcba9876abc};
	const u64 odd[4] = {0x00000300000000ee, ~0ull, ~0ull, ~0ull};
	struct smmu_event e;
	char text[128], tiny[9];

	smmu_event_decode(&e, fault);
	ok(e.id == 0x10 && e.ssv && e.ssid == 5 && e.sid == 0x100 && e.has_addr && !e.read &&
		   !e.priv && !e.exec && e.addr == 0x7f1234567890 && !e.has_ipa,
	   "event: F_TRANSLATION");
	smmu_event_format(text, sizeof(text), &e);
	ok(!strcmp(text, "F_TRANSLATION (0x10) sid 0x100 pasid 0x5 write at 0x7f1234567890"),
	   "event: text");
	smmu_event_decode(&e, s2);
	ok(e.stage2 && e.ipa == 0xfedcba9876000 && e.read && e.priv && e.exec,
	   "event: stage 2 permission fault");
	smmu_event_decode(&e, odd);
	ok(!strcmp(e.name, "unknown") && !e.has_addr && e.sid == 0x300, "event: reserved number");
	ok(smmu_event_format(tiny, sizeof(tiny), &e) == 8 && tiny[8] == 0,
	   "event: text cut short stays terminated");
}

static void page_requests(void)
{
	struct smmu_page_req r;

	smmu_page_req_decode(&r, (u64[]){1ull << 63 | 1ull << 62 | 1ull << 61 | 1ull << 60 |
						 0x12345ull << 32 | 0x108,
					 0x7f0000003000 | 0x1a5});
	ok(r.ssv && r.ssid == 0x12345 && r.sid == 0x108 && r.last && r.write && r.read && !r.exec &&
		   !r.priv && r.prgi == 0x1a5 && r.addr == 0x7f0000003000 && !r.stop_marker,
	   "page request: last, read and write, PASID");
	smmu_page_req_decode(&r, (u64[]){1ull << 63 | 1ull << 62 | 7ull << 32 | 0x108, 0});
	ok(r.stop_marker, "page request: stop marker");
	smmu_page_req_decode(&r, (u64[]){1ull << 62 | 7ull << 32 | 0x108, 0});
	ok(!r.stop_marker && !r.ssv && r.ssid == 0, "page request: no PASID, no stop marker");
	smmu_page_req_decode(&r, (u64[]){1ull << 60 | 3ull << 58 | 0x108, 0x1000});
	ok(!r.exec && !r.priv && r.read && !r.last, "page request: X and Priv need a PASID");
}

int main(void)
{
	encodings();
	atc_spans();
	tlbi_ranges();
	events();
	page_requests();
	return tap_done();
}
