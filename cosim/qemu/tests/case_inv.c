/* SPDX-License-Identifier: BSD-2-Clause */
/* CMD_ATC_INV and the CMD_SYNC behind it (Arm IHI 0070 4.5.1, 3.9.1.4; PCIe Base Spec 10.3) */
#include "cases.h"
#include "smmu.h"

#define ALL_SIZES 52

static void setup(void)
{
	smmu_init();
	smmu_cd(5, 0, 0x51);
	smmu_ste_usual();
}

/* The Invalidate Request that must have arrived: @wire with byte 6 (ITag) as it is. Returns the
 * ITag. */
static unsigned expect(const char *what, const uint8_t *wire, unsigned len)
{
	uint8_t want[64], got[64];
	unsigned got_len = 0, tag_at = wire[0] == 0x91 ? 10 : 6;
	struct tlp t;

	if (!ep_message(&t, got, &got_len, 2000)) {
		ok(false, "%s: nothing came", what);
		return 0;
	}
	for (unsigned i = 0; i < len; i++)
		want[i] = i == tag_at ? got[i] : wire[i];
	is_bytes(got, got_len, want, len, what);
	ok(got[tag_at] < 32, "ITag %u", got[tag_at]);
	return got[tag_at];
}

static void messages(void)
{
	/* MsgD by ID, two DW, code 01, to 01:00.0 */
	static const uint8_t pasid_page[] = {
		0x91, 0x00, 0x00, 0x05, 0x72, 0x00, 0x00, 0x02, 0x00, 0x00, 0xff, 0x01, 0x01, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x12, 0x34, 0x56, 0x78, 0x90, 0x00,
	};
	/* 32 KiB: bits 13:12 one, 14 zero, S; PASID 0xabcde */
	static const uint8_t pasid_32k[] = {
		0x91, 0x0a, 0xbc, 0xde, 0x72, 0x00, 0x00, 0x02, 0x00, 0x00, 0xff, 0x01, 0x01, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x12, 0x34, 0x56, 0x78, 0xb8, 0x00,
	};
	/* everything, Global: bits 62:12 one, S, G */
	static const uint8_t pasid_global[] = {
		0x91, 0x00, 0x00, 0x05, 0x72, 0x00, 0x00, 0x02, 0x00, 0x00, 0xff, 0x01, 0x01, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf8, 0x01,
	};
	/* 8 KiB, no PASID: bit 12 zero, S; Global is ignored */
	static const uint8_t plain_8k[] = {
		0x72, 0x00, 0x00, 0x02, 0x00, 0x00, 0xff, 0x01, 0x01, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x76, 0x54, 0x28, 0x00,
	};
	unsigned tag;

	setup();
	smmu_cmd(CMD_ATC_INV | CMD_SSV | CMD_SSID(5) | CMD_SID(RIG_RID), 0x123456789000ull);
	ok(smmu_cmdq_empty(), "CMD_ATC_INV itself does not wait");
	tag = expect("one page of a PASID", pasid_page, sizeof(pasid_page));
	ep_inv_complete(1, 1u << tag);

	smmu_cmd(CMD_ATC_INV | CMD_SSV | CMD_SSID(0xabcde) | CMD_SID(RIG_RID),
		 0xffff12345678c000ull | 3);
	tag = expect("32 KiB, unaligned address", pasid_32k, sizeof(pasid_32k));
	ep_inv_complete(1, 1u << tag);

	smmu_cmd(CMD_ATC_INV | CMD_ATC_GLOBAL | CMD_SSV | CMD_SSID(5) | CMD_SID(RIG_RID),
		 ALL_SIZES);
	tag = expect("everything, global", pasid_global, sizeof(pasid_global));
	ep_inv_complete(1, 1u << tag);

	smmu_cmd(CMD_ATC_INV | CMD_ATC_GLOBAL | CMD_SID(RIG_RID), 0x76543000 | 1);
	tag = expect("8 KiB without PASID", plain_8k, sizeof(plain_8k));
	ep_inv_complete(1, 1u << tag);

	smmu_cmd_sync(CMD_ATC_INV | CMD_SID(0x08), ALL_SIZES);
	ok(true, "an invalidation for a device without ATC completes at once");
	smmu_cmd(CMD_ATC_INV | CMD_SID(RIG_RID), ALL_SIZES + 1);
	is(smmu_rd(CMDQ_CONS) >> 24 & 0x7f, 1, "a size beyond everything is illegal");
}

static unsigned itag_of_next(void)
{
	uint8_t wire[64];
	unsigned len;
	struct tlp t;

	if (!ep_message(&t, wire, &len, 2000))
		die("no invalidate request came");
	return t.tag & 31;
}

static bool nothing_comes(void)
{
	uint8_t wire[64];
	unsigned len;
	struct tlp t;

	ep_sync();
	return !ep_message(&t, wire, &len, 0);
}

static void invalidate(void)
{
	smmu_cmd(CMD_ATC_INV | CMD_SSV | CMD_SSID(5) | CMD_SID(RIG_RID), ALL_SIZES);
}

static void sync_waits(void)
{
	unsigned a, b, c;

	setup();
	invalidate();
	invalidate();
	smmu_cmd(CMD_SYNC, 0);
	smmu_cmd(CMD_TLBI_NSNH_ALL, 0);
	a = itag_of_next();
	b = itag_of_next();
	ok(a != b, "two ITags");
	ok(!smmu_cmdq_empty(), "CMD_SYNC waits for two completions");
	ep_inv_complete(1, 1u << b);
	ok(!smmu_cmdq_empty(), "one is not enough");
	ep_inv_complete(1, 1u << a);
	ok(smmu_cmdq_empty(), "both are; the commands behind it run too");

	invalidate();
	invalidate();
	smmu_cmd(CMD_SYNC, 0);
	a = itag_of_next();
	b = itag_of_next();
	ep_inv_complete(1, 1u << a | 1u << b);
	ok(smmu_cmdq_empty(), "one completion for two ITags");

	invalidate();
	smmu_cmd(CMD_SYNC, 0);
	c = itag_of_next();
	ep_inv_complete(2, 1u << c);
	ok(!smmu_cmdq_empty(), "completion count 2: the first does not complete");
	ep_inv_complete(2, 1u << c);
	ok(smmu_cmdq_empty(), "the second does");

	ep_inv_complete(1, 0xffffffff);
	smmu_cmd(CMD_SYNC, 0);
	ok(smmu_cmdq_empty(), "unexpected completions do no harm");
}

static void queue_depth(void)
{
	unsigned tag[RIG_INV_DEPTH + 1];

	setup();
	for (int i = 0; i < RIG_INV_DEPTH + 1; i++)
		invalidate();
	smmu_cmd(CMD_SYNC, 0);
	for (int i = 0; i < RIG_INV_DEPTH; i++)
		tag[i] = itag_of_next();
	ok(nothing_comes(), "no more requests than the device's queue holds");
	ep_inv_complete(1, 1u << tag[0]);
	tag[RIG_INV_DEPTH] = itag_of_next();
	ok(true, "the next one when there is room");
	for (int i = 1; i <= RIG_INV_DEPTH; i++)
		ep_inv_complete(1, 1u << tag[i]);
	ok(smmu_cmdq_empty(), "CMD_SYNC waited for those in line too");
}

static void timeout(void)
{
	unsigned lost, next;

	setup();
	spi_raised(SPI_GERROR);
	invalidate();
	smmu_cmd(CMD_SYNC, 0);
	lost = itag_of_next();
	clock_step_ms(9900);
	ok(!smmu_cmdq_empty(), "after 9.9 s CMD_SYNC waits still");
	is(smmu_rd(GERROR), 0, "no error");
	clock_step_ms(200);
	is(smmu_rd(GERROR), 1, "after 10 s: GERROR.CMDQ_ERR");
	is(smmu_rd(CMDQ_CONS) >> 24 & 0x7f, 3, "CERROR_ATC_INV_SYNC");
	ok(!smmu_cmdq_empty(), "CONS stays at the CMD_SYNC");
	ok(spi_raised(SPI_GERROR), "its interrupt");
	smmu_wr(GERRORN, 1);
	ok(smmu_cmdq_empty(), "acknowledged: the repeated CMD_SYNC completes");

	invalidate();
	smmu_cmd(CMD_SYNC, 0);
	next = itag_of_next();
	ok(next != lost, "the lost ITag is not used again");
	ep_inv_complete(1, 1u << lost);
	ok(!smmu_cmdq_empty(), "its late completion completes nothing else");
	ep_inv_complete(1, 1u << next);
	ok(smmu_cmdq_empty(), "the right one does");
	clock_step_ms(20000);
	is(smmu_rd(GERROR), 1, "no timer is left behind");
}

static void device_gone(void)
{
	setup();
	invalidate();
	smmu_cmd(CMD_SYNC, 0);
	itag_of_next();
	ok(!smmu_cmdq_empty(), "CMD_SYNC waits");
	rig_kill_link();
	for (int i = 0; i < 200 && !smmu_cmdq_empty(); i++)
		;
	ok(smmu_cmdq_empty(), "the endpoint's death ends the wait");
	is(smmu_rd(GERROR), 0, "without an error: its ATC is gone");
	smmu_cmd(CMD_ATC_INV | CMD_SID(RIG_RID), ALL_SIZES);
	smmu_cmd(CMD_SYNC, 0);
	for (int i = 0; i < 200 && !smmu_cmdq_empty(); i++)
		;
	ok(smmu_cmdq_empty(), "later invalidations do not hang");
}

/* Software stops the command queue while a CMD_SYNC waits, and starts it afresh */
static void queue_stopped(void)
{
	unsigned lost, next;

	setup();
	invalidate();
	smmu_cmd(CMD_SYNC, 0);
	lost = itag_of_next();
	smmu_wr(CR0, 0);
	clock_step_ms(11000);
	is(smmu_rd(GERROR), 0, "no error while the queue is off");
	setup();
	ok(smmu_cmdq_empty() && !smmu_rd(GERROR), "a new start owes nothing to the old");
	invalidate();
	smmu_cmd(CMD_SYNC, 0);
	next = itag_of_next();
	ok(next != lost && !smmu_cmdq_empty(), "an invalidation under another ITag");
	ep_inv_complete(1, 1u << next);
	ok(smmu_cmdq_empty(), "completes");
}

static const char *const fast[] = {"-global", "arm-smmuv3.ats-inv-timeout-ms=50", NULL};

static void timeout_property(void)
{
	setup();
	invalidate();
	smmu_cmd(CMD_SYNC, 0);
	itag_of_next();
	clock_step_ms(60);
	is(smmu_rd(CMDQ_CONS) >> 24 & 0x7f, 3, "ats-inv-timeout-ms=50");
}

static const char *const mute[] = {"-global", "rtl-endpoint.drop-invalidations=on", "-global",
				   "arm-smmuv3.ats-inv-timeout-ms=50", NULL};

static void dropped(void)
{
	setup();
	invalidate();
	smmu_cmd(CMD_SYNC, 0);
	ok(nothing_comes(), "drop-invalidations: the request does not reach the endpoint");
	ok(!smmu_cmdq_empty(), "CMD_SYNC waits");
	clock_step_ms(60);
	is(smmu_rd(CMDQ_CONS) >> 24 & 0x7f, 3, "and fails");
}

/* A second root bus is there, and the endpoint is on the first */
static const char *const two_smmus[] = {"-M", "second-smmu=on", NULL};

const struct test_case cases_inv[] = {
	{"inv-messages", messages, NULL},
	{"inv-sync", sync_waits, NULL},
	{"inv-queue-depth", queue_depth, NULL},
	{"inv-timeout", timeout, NULL},
	{"inv-device-gone", device_gone, NULL},
	{"inv-queue-stopped", queue_stopped, NULL},
	{"inv-timeout-property", timeout_property, fast},
	{"inv-dropped", dropped, mute},
	{"inv-first-of-two", sync_waits, two_smmus},
	{0},
};
