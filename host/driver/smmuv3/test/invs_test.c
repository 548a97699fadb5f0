// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation arrays: merging, counting, compacting, and the commands a sweep sends.
 */
#include "../cmdq.h"
#include "../invs.h"
#include "native.h"
#include "tap.h"

#define LOG2 10

/* An SMMU that executes at once and writes down what it was told. */
struct fake {
	struct smmu_instance inst;
	struct smmu_cmdq q;
	__le64 ring[2 << LOG2];
	u32 cons;
	u64 clock_us;
};

/* Everything sent to any instance, in order. */
static struct {
	u32 smmu;
	struct smmu_cmd cmd;
} sent[8192];
static unsigned int num_sent;

static u32 read_cons(struct smmu_cmdq *q)
{
	return container_of(q, struct fake, q)->cons;
}

static void write_prod(struct smmu_cmdq *q, u32 prod)
{
	struct fake *f = container_of(q, struct fake, q);

	while (f->cons != prod) {
		const __le64 *c = &f->ring[(f->cons & ((1u << LOG2) - 1)) * 2];

		sent[num_sent].smmu = f->inst.index;
		sent[num_sent].cmd = (struct smmu_cmd){{c[0], c[1]}};
		num_sent++;
		f->cons = (f->cons + 1) & ((2u << LOG2) - 1);
	}
}

static u64 now_us(struct smmu_cmdq *q)
{
	return container_of(q, struct fake, q)->clock_us++;
}

static void relax(struct smmu_cmdq *q, u64 waited_us)
{
	(void)q;
	(void)waited_us;
}

static void nothing(struct smmu_cmdq *q)
{
	(void)q;
}

static void report_timeout(struct smmu_cmdq *q, u32 cons, u32 prod)
{
	(void)q;
	(void)cons;
	(void)prod;
}

static const struct smmu_cmdq_ops ops = {
	.read_cons = read_cons,
	.write_prod = write_prod,
	.now_us = now_us,
	.relax = relax,
	.poll_error = nothing,
	.report_timeout = report_timeout,
};

static struct fake smmu[2];

static void setup(void)
{
	for (u32 i = 0; i < 2; i++) {
		smmu[i].inst = (struct smmu_instance){.index = i, .cmdq = &smmu[i].q};
		smmu_cmdq_init(&smmu[i].q, &ops, smmu[i].ring, LOG2);
	}
}

static struct smmu_inv asid(u32 s, u32 id)
{
	return (struct smmu_inv){.smmu = &smmu[s].inst, .kind = SMMU_INV_S1_ASID, .id = id};
}

static struct smmu_inv vmid(u32 s, u32 id)
{
	return (struct smmu_inv){.smmu = &smmu[s].inst, .kind = SMMU_INV_S2_VMID, .id = id};
}

static struct smmu_inv ats(u32 s, u32 sid, u32 pasid)
{
	return (struct smmu_inv){
		.smmu = &smmu[s].inst,
		.kind = SMMU_INV_ATS,
		.id = sid,
		.pasid = pasid,
	};
}

/* What a master behind a virtual SMMU adds to the array of the parent. */
static void nested(struct smmu_inv inv[3], u32 s, u32 vmid, u32 sid)
{
	inv[0] = (struct smmu_inv){.smmu = &smmu[s].inst, .kind = SMMU_INV_S2_VMID, .id = vmid};
	inv[1] = (struct smmu_inv){.smmu = &smmu[s].inst, .kind = SMMU_INV_S1_VMID, .id = vmid};
	inv[2] = (struct smmu_inv){.smmu = &smmu[s].inst, .kind = SMMU_INV_ATS_ALL, .id = sid};
}

static struct smmu_invs *must_merge(struct smmu_invs *old, const struct smmu_inv *add, u32 n)
{
	struct smmu_invs *invs = smmu_invs_merge(old, add, n, GFP_KERNEL);

	if (!invs)
		abort();
	kfree(old);
	return invs;
}

static bool is_inv(const struct smmu_invs *invs, u32 at, struct smmu_inv want, u32 users)
{
	const struct smmu_inv *got = &invs->inv[at];

	return at < invs->num && got->smmu == want.smmu && got->kind == want.kind &&
	       got->id == want.id && got->pasid == want.pasid && got->users == users;
}

/* A device of SMMU 1, two of SMMU 0, then the first of those with a second PASID. */
static struct smmu_invs *example(void)
{
	struct smmu_invs *invs = smmu_invs_alloc(0, GFP_KERNEL);

	invs = must_merge(invs, (struct smmu_inv[]){ats(1, 8, 5), asid(1, 3)}, 2);
	invs = must_merge(invs, (struct smmu_inv[]){asid(0, 3), ats(0, 9, 5)}, 2);
	invs = must_merge(invs, (struct smmu_inv[]){asid(0, 3), ats(0, 2, 5)}, 2);
	return must_merge(invs, (struct smmu_inv[]){asid(0, 3), ats(0, 2, 1)}, 2);
}

static void merging(void)
{
	struct smmu_invs *invs = example(), *same;

	ok(invs->num == 6 && is_inv(invs, 0, asid(0, 3), 3) && is_inv(invs, 1, ats(0, 2, 1), 1) &&
		   is_inv(invs, 2, ats(0, 2, 5), 1) && is_inv(invs, 3, ats(0, 9, 5), 1) &&
		   is_inv(invs, 4, asid(1, 3), 1) && is_inv(invs, 5, ats(1, 8, 5), 1),
	   "I3: sorted by instance, ATS last, the ASID counted");
	native_fail_alloc_at = 0;
	same = smmu_invs_merge(invs, (struct smmu_inv[]){asid(0, 4)}, 1, GFP_KERNEL);
	native_fail_alloc_at = -1;
	ok(!same && invs->num == 6, "without memory nothing changes");
	same = smmu_invs_merge(invs, (struct smmu_inv[]){ats(0, 2, 5), ats(0, 2, 5)}, 2,
			       GFP_KERNEL);
	ok(same && same->num == 6 && is_inv(same, 2, ats(0, 2, 5), 3) &&
		   is_inv(invs, 2, ats(0, 2, 5), 1),
	   "I4: the same twice is one with more users; the old array is as it was");
	kfree(same);
	kfree(invs);
}

static void detaching(void)
{
	struct smmu_invs *invs = example(), *less;
	struct smmu_inv del[] = {ats(0, 2, 5), asid(0, 3)};
	struct smmu_inv last[] = {asid(1, 3), ats(1, 8, 5)};

	smmu_invs_peek(invs, del, 2);
	ok(del[0].users == 0 && del[1].users == 2 && is_inv(invs, 2, ats(0, 2, 5), 1),
	   "I5: who will be gone and who is left is told, and stays for the time being");
	smmu_invs_unref(invs, del, 2);
	ok(invs->trash == 1 && invs->num == 6 && is_inv(invs, 2, ats(0, 2, 5), 0),
	   "I2: counting down is in place");
	native_fail_alloc_at = 0;
	less = smmu_invs_purge(invs, GFP_KERNEL);
	native_fail_alloc_at = -1;
	ok(!less, "I5: without memory the trash stays");
	less = smmu_invs_purge(invs, GFP_KERNEL);
	ok(less && less->num == 5 && !less->trash && is_inv(less, 2, ats(0, 9, 5), 1),
	   "with memory it goes");
	ok(!smmu_invs_purge(less, GFP_KERNEL), "nothing to purge, no new array");
	kfree(less);

	/* Attaching anew while trash of the same is still there. */
	less = smmu_invs_merge(invs, (struct smmu_inv[]){ats(0, 2, 5)}, 1, GFP_KERNEL);
	ok(less && less->num == 6 && !less->trash && is_inv(less, 2, ats(0, 2, 5), 1),
	   "attaching anew replaces trash");
	kfree(less);

	smmu_invs_unref(invs, last, 2);
	less = smmu_invs_purge(invs, GFP_KERNEL);
	for (u32 i = 0; less && i < less->num; i++)
		if (less->inv[i].smmu == &smmu[1].inst)
			less->trash = 99;
	ok(less && less->num == 3 && !less->trash, "I7: an instance without users is gone");
	kfree(less);
	kfree(invs);
}

/* The script of a sweep: "I:OP" per command, "s" for SYNC. */
static const char *script(void)
{
	static char text[8192];
	int n = 0;

	text[0] = 0;
	for (unsigned int i = 0; i < num_sent && n < 8000; i++) {
		u64 w0 = sent[i].cmd.qw[0];
		unsigned int op = w0 & 0xff;

		n += sprintf(text + n, "%s%u:", i ? " " : "", sent[i].smmu);
		if (op == 0x46)
			n += sprintf(text + n, "s");
		else if (op == 0x40)
			n += sprintf(text + n, "atc%u.%u", (unsigned int)(w0 >> 32),
				     (unsigned int)(w0 >> 12 & 0xfffff));
		else if (op == 0x11)
			n += sprintf(text + n, "asid%u", (unsigned int)(w0 >> 48));
		else if (op == 0x12)
			n += sprintf(text + n, "va%u@%llx", (unsigned int)(w0 >> 48),
				     (unsigned long long)(sent[i].cmd.qw[1] >> 12));
		else if (op == 0x10)
			n += sprintf(text + n, "s1vmid%u", (unsigned int)(w0 >> 32 & 0xffff));
		else if (op == 0x2a)
			n += sprintf(text + n, "ipa%u@%llx", (unsigned int)(w0 >> 32 & 0xffff),
				     (unsigned long long)(sent[i].cmd.qw[1] >> 12));
		else if (op == 0x28)
			n += sprintf(text + n, "vmid%u", (unsigned int)(w0 >> 32 & 0xffff));
		else
			n += sprintf(text + n, "?%x", op);
	}
	return text;
}

static void is_script(const char *want, const char *what)
{
	bool good = !strcmp(script(), want);

	ok(good, "%s", what);
	if (!good)
		printf("# got  %s\n# want %s\n", script(), want);
	num_sent = 0;
}

/* Joining, where others have TLB entries that an older sweep may still be dropping. */
static void joining(void)
{
	struct smmu_invs *invs = smmu_invs_alloc(0, GFP_KERNEL), *before;
	struct smmu_inv first[] = {asid(0, 3), ats(0, 2, 5)};
	struct smmu_inv second[] = {ats(0, 9, 5), asid(0, 3)};
	struct smmu_inv third[] = {asid(0, 3)};

	num_sent = 0;
	native_fail_alloc_at = 0;
	before = invs;
	ok(smmu_invs_join(&invs, first, 2) == -ENOMEM && invs == before && !num_sent,
	   "S3: joining without memory changes nothing and sends nothing");
	native_fail_alloc_at = -1;
	ok(!smmu_invs_join(&invs, first, 2) && invs->num == 2, "joining");
	is_script("", "the first user: there is nothing to drop");
	smmu_invs_join(&invs, second, 2);
	is_script("0:asid3 0:s", "I2: a second ATC: TLB entries go first");
	smmu_invs_join(&invs, third, 1);
	is_script("", "without an ATC they may stay");
	smmu_invs_leave(&invs, second, 2, false);
	is_script("0:s 0:atc9.5 0:s", "leaving: its ATC, not the ASID that others use");
	native_fail_alloc_at = 0;
	smmu_invs_leave(&invs, first, 2, true);
	native_fail_alloc_at = -1;
	is_script("", "I5: leaving with ATS off and no memory");
	smmu_invs_leave(&invs, third, 1, false);
	is_script("0:asid3 0:s", "the last one leaves: the ASID");
	ok(invs->num == invs->trash, "nothing is left");
	kfree(invs);
}

/* A place kept for who has not joined yet. */
static void reserving(void)
{
	struct smmu_invs *invs = NULL;
	struct smmu_inv first[] = {ats(0, 2, 5), asid(0, 3)};
	struct smmu_range all = {.size = 0};

	num_sent = 0;
	native_fail_alloc_at = 0;
	ok(smmu_invs_reserve(&invs, first, 2) == -ENOMEM && !invs,
	   "S3: reserving without memory changes nothing");
	native_fail_alloc_at = -1;
	ok(!smmu_invs_reserve(&invs, first, 2) && invs->num == 2 && invs->trash == 2, "reserving");
	smmu_invs_sweep(&invs, &all);
	is_script("", "who has not joined is not told");
	native_fail_alloc_at = 0;
	ok(!smmu_invs_join(&invs, first, 2) && !invs->trash,
	   "S3: joining a place kept: without memory");
	native_fail_alloc_at = -1;
	smmu_invs_sweep(&invs, &all);
	is_script("0:asid3 0:s 0:atc2.5 0:s", "and is told");
	kfree(invs);
}

static void sweeping(void)
{
	struct smmu_invs *invs = example();
	struct smmu_inv gone[] = {asid(0, 3), ats(0, 2, 5), ats(0, 9, 5)};
	struct smmu_range all = {.size = 0};
	struct smmu_range two = {
		.start = 0x5000, .size = 0x2000, .stride = 0x1000, .granule_shift = 12};
	struct smmu_range many = {
		.start = 0, .size = 600 << 12, .stride = 0x1000, .granule_shift = 12};
	unsigned int n, syncs = 0;

	num_sent = 0;
	is_u64((unsigned int)smmu_invs_sweep(&invs, &two), 0, "sweep returns 0");
	is_script("0:va3@5 0:va3@6 0:s 0:atc2.1 0:atc2.5 0:atc9.5 0:s "
		  "1:va3@5 1:va3@6 1:s 1:atc8.5 1:s",
		  "I1: per instance: TLB, SYNC, ATCs, SYNC");
	smmu_invs_sweep(&invs, &all);
	is_script("0:asid3 0:s 0:atc2.1 0:atc2.5 0:atc9.5 0:s 1:asid3 1:s 1:atc8.5 1:s",
		  "everything: by ASID");
	smmu_invs_sweep(&invs, &many);
	is_script("0:asid3 0:s 0:atc2.1 0:atc2.5 0:atc9.5 0:s 1:asid3 1:s 1:atc8.5 1:s",
		  "more pages than it is worth: by ASID");
	many.size = 300 << 12;
	smmu_invs_sweep(&invs, &many);
	for (n = 0; n < num_sent; n++)
		syncs += (sent[n].cmd.qw[0] & 0xff) == 0x46;
	ok(num_sent == 300 + 1 + 3 + 1 + 300 + 1 + 1 + 1 && syncs == 4,
	   "I3: a long range: in several batches, with no more SYNCs");
	num_sent = 0;
	invs->inv[2].users = 0;
	smmu_invs_sweep(&invs, &all);
	is_script("0:asid3 0:s 0:atc2.1 0:atc9.5 0:s 1:asid3 1:s 1:atc8.5 1:s", "trash is skipped");
	for (u32 i = 0; i < invs->num; i++)
		invs->inv[i].users = 0;
	smmu_invs_sweep(&invs, &all);
	is_script("", "an array of trash sends nothing");
	kfree(invs);

	gone[0].users = 1;
	smmu_invs_flush_gone(gone, 3);
	is_script("0:s 0:atc2.5 0:atc9.5 0:s", "flush of what is gone leaves the rest alone");
	gone[0].users = 0;
	smmu_invs_flush_gone((struct smmu_inv[]){gone[1], gone[0]}, 2);
	is_script("0:asid3 0:s 0:atc2.5 0:s", "flush of what is gone: TLB before ATC");

	invs = must_merge(NULL, (struct smmu_inv[]){asid(0, 1), vmid(0, 9), asid(0, 2)}, 3);
	smmu_invs_sweep(&invs, &all);
	is_script("0:vmid9 0:asid1 0:asid2 0:s", "no ATC: one SYNC");
	kfree(invs);

	smmu[1].inst.ril = true;
	invs = must_merge(NULL, (struct smmu_inv[]){asid(0, 1), asid(1, 1)}, 2);
	smmu_invs_sweep(&invs, &(struct smmu_range){.start = 0x10000,
						    .size = 0x4000,
						    .stride = 0x1000,
						    .granule_shift = 12});
	is_script("0:va1@10 0:va1@11 0:va1@12 0:va1@13 0:s 1:va1@10 1:s",
		  "range invalidation where the instance has it");
	smmu[1].inst.ril = false;
	kfree(invs);
}

/* A stage 2 parent: used by itself, by two virtual SMMUs of instance 0 and by one of instance 1. */
static void parent(void)
{
	struct smmu_range two = {
		.start = 0x5000, .size = 0x2000, .stride = 0x1000, .granule_shift = 12};
	struct smmu_inv a[3], b[3], b2[3], c[3], itself[2] = {vmid(0, 1), ats(0, 7, 0)};
	struct smmu_invs *invs, *next;

	nested(a, 0, 2, 11);
	nested(b, 0, 3, 12);
	nested(b2, 0, 3, 13);
	nested(c, 1, 4, 21);
	invs = must_merge(NULL, itself, 2);
	invs = must_merge(invs, b2, 3);
	invs = must_merge(invs, a, 3);
	invs = must_merge(invs, c, 3);
	invs = must_merge(invs, b, 3);
	num_sent = 0;
	smmu_invs_sweep(&invs, &two);
	is_script("0:ipa1@5 0:ipa1@6 0:ipa2@5 0:ipa2@6 0:ipa3@5 0:ipa3@6 0:s 0:s1vmid2 0:s1vmid3 "
		  "0:s 0:atc7.0 0:atc11.0 0:atc12.0 0:atc13.0 0:s "
		  "1:ipa4@5 1:ipa4@6 1:s 1:s1vmid4 1:s 1:atc21.0 1:s",
		  "parent: stage 2 of every virtual SMMU, SYNC, their stage 1, SYNC, ATCs, SYNC");
	/* Pages 5 and 6 differ in bit 1: the span that is aligned to its size is pages 4 to 7. */
	is_u64(sent[10].cmd.qw[1], 0x4000 | 2, "the ATC of the parent's own master: the range");
	is_u64(sent[11].cmd.qw[1], 52, "I6: the ATC behind a virtual SMMU: everything");

	smmu_invs_peek(invs, b, 3);
	ok(b[0].users == 1 && b[1].users == 1 && !b[2].users,
	   "one of two masters leaves: the VMID stays, its ATC goes");
	smmu_invs_flush_gone(b, 3);
	is_script("0:s 0:atc12.0 0:s", "so only the ATC is emptied");
	smmu_invs_unref(invs, b, 3);
	smmu_invs_peek(invs, b2, 3);
	smmu_invs_flush_gone(b2, 3);
	is_script("0:vmid3 0:s 0:s1vmid3 0:s 0:atc13.0 0:s",
		  "I6: the last one leaves: both stages");
	smmu_invs_unref(invs, b2, 3);
	next = smmu_invs_purge(invs, GFP_KERNEL);
	ok(next && next->num == invs->num - 4, "the array is shorter by what they had");
	kfree(next);
	kfree(invs);
}

/* 300 attachments of one domain, all kinds mixed, in and out in another order. */
static void large(void)
{
	struct smmu_invs *invs = smmu_invs_alloc(0, GFP_KERNEL), *next;
	bool good = true;

	for (u32 i = 0; i < 300; i++)
		invs = must_merge(
			invs, (struct smmu_inv[]){ats(i & 1, i * 37 % 300, 1), asid(i & 1, 5)}, 2);
	good &= invs->num == 302;
	for (u32 i = 1; i < invs->num; i++) {
		const struct smmu_inv *a = &invs->inv[i - 1], *b = &invs->inv[i];

		good &= a->smmu->index < b->smmu->index ||
			(a->smmu == b->smmu && (a->kind < b->kind || a->id < b->id));
	}
	ok(good, "I3: 300 attachments: sorted");
	for (u32 i = 0; i < 300; i++) {
		struct smmu_inv del[] = {ats(i & 1, i * 37 % 300, 1), asid(i & 1, 5)};

		smmu_invs_peek(invs, del, 2);
		smmu_invs_unref(invs, del, 2);
		good &= del[0].users == 0 && (del[1].users == 0) == (i >= 298);
		/* Every third time there is no memory. */
		next = i % 3 ? smmu_invs_purge(invs, GFP_KERNEL) : NULL;
		if (next) {
			kfree(invs);
			invs = next;
		}
	}
	ok(good && invs->num == invs->trash, "I5: 300 detachments, a third of them without memory");
	kfree(invs);
}

int main(void)
{
	setup();
	merging();
	detaching();
	joining();
	reserving();
	sweeping();
	parent();
	large();
	return tap_done();
}
