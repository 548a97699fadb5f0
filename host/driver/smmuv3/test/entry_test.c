// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries and their writer, against a reading of the architecture that shares nothing with the
 * driver: bit positions are typed in here from IHI 0070 5.2 and 5.4.
 *
 * For every ordered pair of entry kinds the writer runs on memory that a fake SMMU watches. The
 * SMMU may fetch any mixture of old and new words of the stores made since the last CFGI and
 * SYNC; each mixture must mean the old entry, the new one, or (only on the path with a break)
 * nothing at all, and never go back.
 */
#include "../cd.h"
#include "../ste.h"
#include "tap.h"

#define W SMMU_ENTRY_QWORDS

static u64 bits(const u64 *qw, unsigned int high, unsigned int low)
{
	u64 v = qw[low / 64] >> (low % 64);
	unsigned int n = high - low + 1;

	return n == 64 ? v : v & ((1ull << n) - 1);
}

/* What an entry does, as plain numbers; equal numbers, equal behaviour. */
struct meaning {
	u64 v[24];
};

static struct meaning ste_means(const u64 *qw)
{
	struct meaning m = {{0}};
	unsigned int config = (unsigned int)bits(qw, 3, 1);
	bool s1 = config & 1, s2 = config & 2, cds;

	m.v[0] = bits(qw, 0, 0);
	if (!m.v[0])
		return m;
	if (config < 4) {
		m.v[1] = 1; /* abort */
		return m;
	}
	m.v[1] = config;
	m.v[23] = bits(qw, 83, 83); /* MEV */
	if (s1) {
		cds = bits(qw, 63, 59) > 0;
		m.v[2] = bits(qw, 55, 6);	      /* S1ContextPtr */
		m.v[3] = bits(qw, 63, 59);	      /* S1CDMax */
		m.v[4] = cds ? bits(qw, 5, 4) : 0;    /* S1Fmt */
		m.v[5] = cds ? bits(qw, 65, 64) : 99; /* S1DSS */
		m.v[6] = bits(qw, 71, 66);	      /* S1CIR, S1COR, S1CSH */
		m.v[7] = bits(qw, 91, 91);	      /* S1STALLD */
		if (!s2)
			m.v[8] = bits(qw, 95, 94); /* STRW */
	}
	if (s1 || s2) {
		m.v[9] = bits(qw, 93, 92);    /* EATS */
		m.v[10] = bits(qw, 82, 82);   /* PPAR */
		m.v[11] = bits(qw, 143, 128); /* S2VMID */
	}
	if (!s1 || m.v[5] == 1)
		m.v[12] = 1 + bits(qw, 109, 108); /* SHCFG of what skips stage 1 */
	if (s2) {
		m.v[13] = bits(qw, 178, 160); /* VTCR */
		m.v[14] = bits(qw, 186, 179); /* S2AA64 to S2R */
		m.v[15] = bits(qw, 247, 196); /* S2TTB */
	}
	return m;
}

static struct meaning cd_means(const u64 *qw)
{
	struct meaning m = {{0}};

	m.v[0] = bits(qw, 31, 31);
	if (!m.v[0])
		return m;
	m.v[1] = bits(qw, 14, 14); /* EPD0 */
	if (!m.v[1]) {
		m.v[2] = bits(qw, 13, 0);   /* T0SZ, TG0, IR0, OR0, SH0 */
		m.v[3] = bits(qw, 115, 68); /* TTB0 */
	}
	m.v[4] = bits(qw, 30, 30);   /* EPD1 */
	m.v[5] = bits(qw, 34, 32);   /* IPS */
	m.v[6] = bits(qw, 63, 35);   /* AFFD, WXN, TBI, PAN, AA64, HD, HA, S, R, A, ASET, ASID */
	m.v[7] = bits(qw, 255, 192); /* MAIR */
	return m;
}

struct watch {
	struct smmu_entry_writer writer;
	struct smmu_entry *entry;
	u64 synced[W]; /* the words as of the last sync */
	struct meaning (*means)(const u64 *qw);
	struct meaning from, to;
	bool passed; /* some mixture let transactions through untranslated */
	int reached; /* 0 old, 1 nothing, 2 new */
	bool broke, wrong;
	unsigned int syncs, mixtures;
};

static int stage_of(const struct watch *w, const u64 *qw)
{
	static const struct meaning nothing;
	struct meaning m = w->means(qw);

	if (!memcmp(&m, &w->to, sizeof(m)))
		return 2;
	if (!memcmp(&m, &nothing, sizeof(m)))
		return 1;
	return memcmp(&m, &w->from, sizeof(m)) ? -1 : 0;
}

/* Looks at every mixture of what was there at the last sync and what is there now. */
static void look(struct watch *w)
{
	u64 now[W], mix[W];
	int lowest = 2;

	for (unsigned int i = 0; i < W; i++)
		now[i] = w->entry->qw[i];
	for (unsigned int choice = 0; choice < 1u << W; choice++) {
		bool needed = true;
		int stage;

		for (unsigned int i = 0; i < W; i++) {
			bool take = choice >> i & 1;

			if (take && now[i] == w->synced[i])
				needed = false;
			mix[i] = take ? now[i] : w->synced[i];
		}
		if (!needed)
			continue;
		w->mixtures++;
		w->passed |= bits(mix, 3, 0) == 9;
		stage = stage_of(w, mix);
		if (stage < w->reached)
			w->wrong = true;
		if (stage == 1)
			w->broke = true;
		lowest = stage < lowest ? stage : lowest;
	}
	memcpy(w->synced, now, sizeof(now));
	/* From here on the SMMU knows what is there now. */
	w->reached = stage_of(w, now);
	w->syncs++;
}

static void watch_sync(struct smmu_entry_writer *writer)
{
	look(container_of(writer, struct watch, writer));
}

struct kind {
	const char *name;
	struct smmu_entry_val val;
};

static bool is_nothing(struct meaning m)
{
	static const struct meaning nothing;

	return !memcmp(&m, &nothing, sizeof(m));
}

static enum smmu_write_path run(struct watch *w, const struct kind *from, const struct kind *to,
				void (*used)(const struct smmu_entry_val *,
					     struct smmu_entry_val *),
				u64 valid, struct meaning (*means)(const u64 *))
{
	struct smmu_entry entry;
	enum smmu_write_path path, plan;

	for (unsigned int i = 0; i < W; i++)
		entry.qw[i] = from->val.qw[i];
	memset(w, 0, sizeof(*w));
	w->writer = (struct smmu_entry_writer){.used = used, .sync = watch_sync, .valid = valid};
	w->entry = &entry;
	w->means = means;
	memcpy(w->synced, from->val.qw, sizeof(w->synced));
	w->from = means(from->val.qw);
	w->to = means(to->val.qw);
	w->reached = is_nothing(w->from) ? 1 : 0;
	if (!memcmp(&w->from, &w->to, sizeof(w->from)))
		w->reached = 2;
	plan = smmu_entry_plan(&w->writer, &from->val, &to->val);
	path = smmu_entry_write(&w->writer, &entry, &to->val);
	if (memcmp(entry.qw, to->val.qw, sizeof(entry.qw)) ||
	    memcmp(entry.qw, w->synced, sizeof(entry.qw)) || plan != path)
		w->wrong = true;
	w->entry = NULL;
	return path;
}

/* Nothing to be seen in between where neither end is nothing and no break was announced. */
static bool good(const struct watch *w, enum smmu_write_path path)
{
	bool ends = is_nothing(w->from) || is_nothing(w->to);

	return !w->wrong && (path == SMMU_WRITE_BREAK || ends || !w->broke);
}

static struct kind stes[64];
static unsigned int num_stes;

static struct smmu_entry_val *next(struct kind *kinds, unsigned int *num, const char *name)
{
	kinds[*num].name = name;
	return &kinds[(*num)++].val;
}

static void make_stes(void)
{
	static const struct smmu_ste_s2 s2a = {.ttb = 0x40001000, .vtcr = 0x2358, .vmid = 7};
	static const struct smmu_ste_s2 s2b = {
		.ttb = 0x7777000,
		.vtcr = 0x62358,
		.vmid = 0x1234,
		.ats = true,
	};

	next(stes, &num_stes, "invalid");
	smmu_ste_make_abort(next(stes, &num_stes, "abort"));
	smmu_ste_make_bypass(next(stes, &num_stes, "bypass"));
	for (unsigned int dss = 0; dss < 3; dss++) {
		static const char *const names[2][2][3] = {
			{{"s1-term", "s1-bypass", "s1-ssid0"},
			 {"s1-term-ats", "s1-bypass-ats", "s1-ssid0-ats"}},
			{{"s1b-term", "s1b-bypass", "s1b-ssid0"},
			 {"s1b-term-ats", "s1b-bypass-ats", "s1b-ssid0-ats"}},
		};

		for (unsigned int i = 0; i < 4; i++) {
			struct smmu_ste_s1 s1 = {
				.cdtab = i & 1 ? 0xfffff0000040 : 0x80000,
				.s1fmt = i & 1 ? 0 : 2,
				.s1cdmax = i & 1 ? 5 : 20,
				.s1dss = dss,
				.ats = i >> 1,
				.ppar = i >> 1,
			};

			smmu_ste_make_s1(next(stes, &num_stes, names[i & 1][i >> 1][dss]), &s1);
			smmu_ste_make_nested(next(stes, &num_stes, "nested"), &s1,
					     i & 1 ? &s2b : &s2a);
		}
	}
	smmu_ste_make_s1(next(stes, &num_stes, "s1-one-cd"),
			 &(struct smmu_ste_s1){.cdtab = 0x1000, .s1dss = 2});
	smmu_ste_make_s1(next(stes, &num_stes, "s1-stalld"),
			 &(struct smmu_ste_s1){.cdtab = 0x80000,
					       .s1fmt = 2,
					       .s1cdmax = 20,
					       .s1dss = 2,
					       .stall_disable = true});
	/* One guest's STEs: two CD tables, and the first below another parent. */
	for (unsigned int i = 0; i < 3; i++) {
		static const char *const names[] = {"guest-a", "guest-b", "guest-a-s2b"};

		smmu_ste_make_nested(next(stes, &num_stes, names[i]),
				     &(struct smmu_ste_s1){.cdtab = i == 1 ? 0x70000 : 0x30000,
							   .s1cdmax = 4,
							   .s1dss = 2},
				     i == 2 ? &s2b : &s2a);
	}
	smmu_ste_make_s2(next(stes, &num_stes, "s2a"), &s2a);
	smmu_ste_make_s2(next(stes, &num_stes, "s2b"), &s2b);
}

static const struct kind *ste(const char *name)
{
	for (unsigned int i = 0; i < num_stes; i++)
		if (!strcmp(stes[i].name, name))
			return &stes[i];
	abort();
}

static void ste_pairs(void)
{
	unsigned int pairs = 0, breaks = 0, mixtures = 0;
	bool all = true;

	for (unsigned int i = 0; i < num_stes; i++) {
		for (unsigned int j = 0; j < num_stes; j++) {
			struct watch w;
			enum smmu_write_path path =
				run(&w, &stes[i], &stes[j], smmu_ste_used, 1, ste_means);

			pairs++;
			breaks += path == SMMU_WRITE_BREAK;
			mixtures += w.mixtures;
			if (!good(&w, path)) {
				printf("# %s -> %s goes wrong\n", stes[i].name, stes[j].name);
				all = false;
			}
		}
	}
	ok(all, "S6: STE: %u pairs, %u with a break, %u mixtures of words", pairs, breaks,
	   mixtures);
	ok(pairs == num_stes * num_stes && mixtures > 2 * pairs,
	   "S6: STE: the pairs were looked at");
}

/* Where the architecture allows a change without a break, and a few where it does not. */
static void ste_paths(void)
{
	static const struct {
		const char *from, *to;
		enum smmu_write_path path;
	} paths[] = {
		{"bypass", "s1-ssid0", SMMU_WRITE_HITLESS},
		{"s1-ssid0", "bypass", SMMU_WRITE_HITLESS},
		{"bypass", "s1-bypass-ats", SMMU_WRITE_HITLESS},
		{"s1-bypass-ats", "bypass", SMMU_WRITE_HITLESS},
		{"s1-ssid0-ats", "s1-bypass-ats", SMMU_WRITE_HITLESS},
		{"s1-bypass-ats", "s1-term-ats", SMMU_WRITE_HITLESS},
		{"s1-ssid0", "abort", SMMU_WRITE_HITLESS},
		{"abort", "s1-ssid0-ats", SMMU_WRITE_HITLESS},
		{"bypass", "abort", SMMU_WRITE_HITLESS},
		{"abort", "bypass", SMMU_WRITE_HITLESS},
		{"bypass", "s2a", SMMU_WRITE_HITLESS},
		{"s2a", "abort", SMMU_WRITE_HITLESS},
		{"s1-ssid0", "s1b-ssid0", SMMU_WRITE_HITLESS},
		{"s1-ssid0", "s1b-bypass", SMMU_WRITE_BREAK},
		{"s1-ssid0", "s2a", SMMU_WRITE_BREAK},
		{"s2a", "s2b", SMMU_WRITE_BREAK},
		{"s2a", "guest-a", SMMU_WRITE_HITLESS},
		{"guest-a", "guest-b", SMMU_WRITE_HITLESS},
		{"guest-b", "s2a", SMMU_WRITE_HITLESS},
		{"guest-a", "guest-a-s2b", SMMU_WRITE_BREAK},
		{"guest-a", "abort", SMMU_WRITE_HITLESS},
		{"s2a", "s2a", SMMU_WRITE_NONE},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(paths); i++) {
		struct watch w;
		enum smmu_write_path path =
			run(&w, ste(paths[i].from), ste(paths[i].to), smmu_ste_used, 1, ste_means);

		ok(path == paths[i].path, "S8: STE: %s -> %s", paths[i].from, paths[i].to);
	}
}

/* The streams of an address space, whatever else is attached to them, to one that is blocked. */
static void never_identity(void)
{
	static const char *const froms[] = {"s1-ssid0", "s1-ssid0-ats", "s1b-ssid0", "s2a", "s2b"};
	static const char *const tos[] = {"abort", "s1-term", "s1-term-ats", "s1b-term", "invalid"};
	bool clean = true;
	struct watch w;

	for (unsigned int i = 0; i < ARRAY_SIZE(froms); i++)
		for (unsigned int j = 0; j < ARRAY_SIZE(tos); j++) {
			run(&w, ste(froms[i]), ste(tos[j]), smmu_ste_used, 1, ste_means);
			clean &= !w.passed && !w.wrong;
		}
	ok(clean, "S5: no store on the way from PAGING to BLOCKED lets anything through");
	run(&w, ste("s2a"), ste("bypass"), smmu_ste_used, 1, ste_means);
	ok(w.passed, "S5: what would let it through is seen");
}

/* Words put together by hand from the figures in 5.2. */
static void ste_words(void)
{
	struct smmu_entry_val v;
	const struct smmu_ste_s1 s1 = {
		.cdtab = 0x123456789a40,
		.s1fmt = 2,
		.s1cdmax = 20,
		.s1dss = SMMU_S1DSS_SSID0,
		.ats = true,
		.ppar = true,
	};

	smmu_ste_make_abort(&v);
	is_u64(v.qw[0], 0x1, "S1: STE abort: V, Config 000");
	smmu_ste_make_bypass(&v);
	is_u64(v.qw[0], 0x9, "S1: STE bypass: V, Config 100");
	is_u64(v.qw[1], 1ull << 44, "STE bypass: SHCFG use incoming");
	smmu_ste_make_s1(&v, &s1);
	is_u64(v.qw[0], 0xa000123456789a40ull | 2 << 4 | 5 << 1 | 1,
	       "STE stage 1: S1CDMax, S1ContextPtr, S1Fmt, Config 101, V");
	is_u64(v.qw[1], 1ull << 28 | 1 << 18 | 3 << 6 | 1 << 4 | 1 << 2 | 2,
	       "STE stage 1: EATS full, PPAR, S1CSH, S1COR, S1CIR, S1DSS");
	is_u64(v.qw[2] | v.qw[3] | v.qw[4] | v.qw[5] | v.qw[6] | v.qw[7], 0, "STE stage 1: rest 0");
}

static void cd_checks(void)
{
	static const struct smmu_cd_s1 a = {
		.ttb = 0x81234000,
		.mair = 0x00bbff440c040400,
		.asid = 0xabcd,
		.t0sz = 16,
		.irgn = 1,
		.orgn = 1,
		.sh = 3,
		.ips = 4,
	};
	struct smmu_cd_s1 b = a;
	struct kind cds[5];
	unsigned int num = 0;
	struct watch w;
	bool all = true;

	b.asid = 3;
	b.ttb = 0x99990000;
	smmu_cd_make_invalid(next(cds, &num, "invalid"));
	smmu_cd_make_s1(next(cds, &num, "a"), &a);
	smmu_cd_make_released(next(cds, &num, "a released"), &a);
	smmu_cd_make_s1(next(cds, &num, "b"), &b);
	smmu_cd_make_released(next(cds, &num, "b released"), &b);

	is_u64(cds[1].val.qw[0],
	       0xabcdull << 48 | 1ull << 47 | 1ull << 46 | 1ull << 45 | 1ull << 41 | 4ull << 32 |
		       1ull << 31 | 1 << 30 | 3 << 12 | 1 << 10 | 1 << 8 | 16,
	       "CD: ASID, ASET, A, R, AA64, IPS, V, EPD1, SH0, OR0, IR0, T0SZ");
	is_u64(cds[1].val.qw[1], 0x81234000, "CD: TTB0");
	is_u64(cds[1].val.qw[3], 0x00bbff440c040400, "CD: MAIR");
	is_u64(cds[2].val.qw[0],
	       0xabcdull << 48 | 1ull << 47 | 1ull << 46 | 1ull << 41 | 4ull << 32 | 1ull << 31 |
		       1 << 30 | 1 << 14,
	       "CD released: EPD0 set, faults not recorded");

	for (unsigned int i = 0; i < num; i++) {
		for (unsigned int j = 0; j < num; j++) {
			enum smmu_write_path path =
				run(&w, &cds[i], &cds[j], smmu_cd_used, 1ull << 31, cd_means);

			if (!good(&w, path)) {
				printf("# %s -> %s goes wrong\n", cds[i].name, cds[j].name);
				all = false;
			}
		}
	}
	ok(all, "S6: CD: %u pairs", num * num);
	ok(run(&w, &cds[1], &cds[2], smmu_cd_used, 1ull << 31, cd_means) == SMMU_WRITE_HITLESS,
	   "M7: CD: live -> released without a break");
	ok(run(&w, &cds[1], &cds[0], smmu_cd_used, 1ull << 31, cd_means) == SMMU_WRITE_HITLESS,
	   "S8: CD: live -> invalid without a detour");
	ok(run(&w, &cds[1], &cds[3], smmu_cd_used, 1ull << 31, cd_means) == SMMU_WRITE_BREAK,
	   "S8: CD: another ASID and table needs a break");
}

/* The watcher must be able to see a bad writer: stores in an order that has no excuse. */
static void watcher_sees(void)
{
	const struct kind *from = ste("s1-ssid0-ats"), *to = ste("s2b");
	struct smmu_entry entry;
	struct watch w;

	memset(&w, 0, sizeof(w));
	for (unsigned int i = 0; i < W; i++)
		entry.qw[i] = from->val.qw[i];
	w.entry = &entry;
	w.means = ste_means;
	memcpy(w.synced, from->val.qw, sizeof(w.synced));
	w.from = ste_means(from->val.qw);
	w.to = ste_means(to->val.qw);
	for (unsigned int i = 0; i < W; i++)
		entry.qw[i] = to->val.qw[i];
	look(&w);
	ok(w.wrong, "the watcher objects to all words at once");
}

int main(void)
{
	make_stes();
	ste_words();
	ste_pairs();
	ste_paths();
	never_identity();
	cd_checks();
	watcher_sees();
	return tap_done();
}
