// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues the SMMU fills, and the assembly of page request groups.
 */
#include "../inq.h"
#include "../prg.h"
#include "native.h"
#include "tap.h"

#define LOG2 3
#define SIZE (1u << LOG2)

/* The SMMU's end of a page request queue (IHI 0070 3.5.1, 8.1). */
struct fake {
	struct smmu_inq q;
	__le64 ring[SIZE * 2];
	u32 prod, cons;
};

static u32 read_prod(struct smmu_inq *q)
{
	return container_of(q, struct fake, q)->prod;
}

static void write_cons(struct smmu_inq *q, u32 cons)
{
	container_of(q, struct fake, q)->cons = cons;
}

static const struct smmu_inq_ops ops = {.read_prod = read_prod, .write_cons = write_cons};

/* Returns false if the record was lost. */
static bool produce(struct fake *f, u64 value)
{
	const u32 wrap = SIZE, flag = 1u << 31;
	bool overflow = (f->prod ^ f->cons) & flag;
	bool full = ((f->prod ^ f->cons) & (2 * SIZE - 1)) == wrap;
	u32 index = f->prod & (SIZE - 1);

	if (overflow)
		return false;
	if (full) {
		f->prod ^= flag;
		return false;
	}
	f->ring[index * 2] = value;
	f->ring[index * 2 + 1] = ~value;
	f->prod = (f->prod & flag) | ((f->prod + 1) & (2 * SIZE - 1));
	return true;
}

static void queue(void)
{
	struct fake f = {.prod = 0};
	u64 record[4], next = 0, want = 0, lost = 0;
	bool good = true;

	smmu_inq_init(&f.q, &ops, f.ring, LOG2, 2);
	ok(!smmu_inq_pop(&f.q, record), "empty queue");
	for (unsigned int round = 0; round < 100; round++) {
		for (unsigned int i = 0; i < round % (SIZE + 1); i++)
			good &= produce(&f, next++);
		while (smmu_inq_pop(&f.q, record))
			good &= record[0] == want && record[1] == ~want && ++want;
	}
	ok(good && want == next && !smmu_inq_overflowed(&f.q), "100 rounds, up to full, in order");

	for (unsigned int turn = 0; turn < 3; turn++) {
		for (unsigned int i = 0; i < SIZE + 3; i++)
			lost += !produce(&f, next + i);
		for (unsigned int i = 0; i < SIZE; i++)
			good &= smmu_inq_pop(&f.q, record) && record[0] == next + i;
		good &= !smmu_inq_pop(&f.q, record) && smmu_inq_overflowed(&f.q);
		good &= !produce(&f, 0);
		smmu_inq_ack_overflow(&f.q);
		good &= !smmu_inq_overflowed(&f.q) && produce(&f, 77);
		good &= smmu_inq_pop(&f.q, record) && record[0] == 77;
	}
	ok(good,
	   "F4: overflow: what is there is kept, nothing new until acknowledged, three times");
	is_u64(lost, 9, "overflow: the fake lost what it should");
	is_u64(f.q.overflows, 3, "overflow: counted");
}

static struct smmu_page_req page(u32 sid, u32 ssid, u16 prgi, u64 addr)
{
	return (struct smmu_page_req){
		.sid = sid,
		.ssv = ssid != 0,
		.ssid = ssid,
		.prgi = prgi,
		.addr = addr,
		.read = true,
	};
}

static unsigned int taken(struct smmu_prg_pool *pool, struct smmu_page_req last, u64 *first)
{
	struct smmu_page_req req;
	unsigned int n = 0;

	while (smmu_prg_take(pool, &last, &req)) {
		if (!n++ && first)
			*first = req.addr;
		if (req.sid != last.sid || req.ssid != last.ssid || req.prgi != last.prgi)
			return 1000;
	}
	return n;
}

static void groups(void)
{
	struct smmu_prg_pool pool;
	struct smmu_page_req p;
	u64 first = 0;

	native_fail_alloc_at = 0;
	ok(smmu_prg_init(&pool, 8) == -ENOMEM, "no memory is told");
	native_fail_alloc_at = -1;
	ok(smmu_prg_init(&pool, 8) == 0, "pool of 8 pages");

	/* Groups that share the index, in other PASIDs and streams; one 64 away shares a bucket. */
	p = page(1, 5, 3, 0x1000), smmu_prg_hold(&pool, &p);
	p = page(1, 6, 3, 0x2000), smmu_prg_hold(&pool, &p);
	p = page(2, 5, 3, 0x3000), smmu_prg_hold(&pool, &p);
	p = page(1, 5, 67, 0x4000), smmu_prg_hold(&pool, &p);
	p = page(1, 5, 3, 0x5000), smmu_prg_hold(&pool, &p);
	p = page(1, 0, 3, 0x6000), smmu_prg_hold(&pool, &p);
	is_u64(taken(&pool, page(1, 5, 3, 0), &first), 2, "F4: a group gets its own pages");
	is_u64(first, 0x1000, "in the order of arrival");
	is_u64(taken(&pool, page(1, 5, 3, 0), NULL), 0, "and gets them once");
	is_u64(taken(&pool, page(1, 0, 3, 0), NULL), 1, "F3: no PASID is a group of its own");
	is_u64(taken(&pool, page(1, 6, 3, 0), NULL), 1, "another PASID's group is untouched");
	is_u64(taken(&pool, page(2, 5, 3, 0), NULL), 1, "another stream's group is untouched");
	is_u64(taken(&pool, page(1, 5, 67, 0), NULL), 1, "another index' group is untouched");
	is_u64(pool.waiting, 0, "nothing is left");

	for (u16 i = 0; i < 12; i++)
		p = page(1, 5, i, i * 0x1000), smmu_prg_hold(&pool, &p);
	is_u64(pool.dropped, 4, "F4: what exceeds the pool is dropped and counted");
	is_u64(taken(&pool, page(1, 5, 7, 0), NULL) + taken(&pool, page(1, 5, 8, 0), NULL), 1,
	       "the first eight were kept");
	p = page(1, 6, 1, 0), smmu_prg_hold(&pool, &p);
	smmu_prg_drop_pasid(&pool, 1, true, 5);
	is_u64(pool.waiting, 1, "F3: detaching a PASID drops its pages, no other's");
	smmu_prg_drop_pasid(&pool, 1, false, 0);
	is_u64(pool.waiting, 1, "F3: detaching the requests without PASID, too");
	smmu_prg_drop_stream(&pool, 2);
	is_u64(pool.waiting, 1, "another stream's device going away, too");
	smmu_prg_drop_stream(&pool, 1);
	is_u64(pool.waiting, 0, "F4: the device going away drops all");
	for (u16 i = 0; i < 8; i++)
		p = page(1, 5, i, 0), smmu_prg_hold(&pool, &p);
	smmu_prg_drop_all(&pool);
	is_u64(pool.waiting, 0, "F4: overflow drops all");
	for (u16 i = 0; i < 8; i++)
		p = page(1, 5, 9, 0), smmu_prg_hold(&pool, &p);
	is_u64(taken(&pool, page(1, 5, 9, 0), NULL), 8, "and the whole pool is free again");
	smmu_prg_free(&pool);
}

/* Each of @endpoints takes its share, knowing how many there are or coming when the rest is done.
 */
static u32 granted(u32 places, u32 endpoints, u32 latecomers, u32 wanted, u32 *least)
{
	u32 left = places, n;

	*least = wanted;
	for (n = 1; n <= endpoints + latecomers; n++) {
		u32 take = smmu_pri_share(places, left, n <= endpoints ? endpoints : n, wanted);

		if (take < *least)
			*least = take;
		if (take > left || take > wanted)
			return places + 1;
		left -= take;
	}
	return places - left;
}

static void shares(void)
{
	bool bounded = true, all = true, fair = true, late = true;
	u32 least, last;

	for (u32 places = 0; places <= 64; places++) {
		for (u32 n = 1; n <= 70; n++) {
			bounded &= granted(places, n, 3, 1 + n % 40, &last) <= places;
			granted(places, n, 0, 40, &least);
			all &= places < n || least >= 1;
			fair &= places < 2 * n || least >= places / (2 * n) || least == 40;
			granted(places, n, 1, 40, &last);
			late &= places <= n || last >= 1;
		}
	}
	ok(bounded, "F4: never more is granted than the queue holds, nor more than asked for");
	ok(all, "F4: each endpoint gets a place while there are as many places as endpoints");
	ok(fair, "none less than half of an equal share");
	ok(late, "one that comes later gets a place, too, if there is one more");
	is_u64(granted(448, 8, 0, 32, &least), 8 * 32,
	       "where there is enough each gets all it can");
	/* 32 entries less those for stop markers: the next to come still finds some. */
	is_u64(granted(28, 2, 0, 32, &least), 18, "28 places, two endpoints: nine each");
	is_u64(smmu_pri_share(28, 0, 2, 32), 0, "nothing is left: nothing");
}

int main(void)
{
	queue();
	groups();
	shares();
	return tap_done();
}
