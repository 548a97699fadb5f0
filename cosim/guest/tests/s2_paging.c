// SPDX-License-Identifier: BSD-2-Clause
/* guest-test: alone smmu=ours timeout=240 */
/*
 * Domains of either stage, mapped before the first attach, after it, and while the device is
 * elsewhere. Stage 2 is asked for as a parent of nested page tables that never come.
 */
#include <errno.h>
#include <string.h>

#include "lib/stage1.h"

enum {
	RINGS = 0x100000,
	SRC = 0x40000000,
	LATE = 0x50000000,
	DST = 0x80000000,
	BYTES = 3 * PAGE,
};

static struct vdev v;
static uint8_t *rings, *src, *late, *dst;

struct space {
	const char *name;
	uint32_t ioas, hwpt;
	unsigned int bits; /* of an address that it can map */
};

static int copy(struct vqueue *q, uint64_t from, struct svarig_cpl *c)
{
	const struct svarig_desc d = {
		.opcode = SVARIG_OP_COPY, .len = BYTES, .src = from, .dst = DST};

	memset(dst, 0, BYTES);
	return vqueue_run(q, &d, c);
}

static void copies(struct vqueue *q, const struct space *s, uint64_t from, uint32_t seed,
		   const char *what)
{
	struct svarig_cpl c;
	int status = copy(q, from, &c);

	ok(status == SVARIG_ST_OK && differs(dst, BYTES, seed) == BYTES, "%s: %s (%s)", s->name,
	   what, svarig_status_name(status));
}

static void fails(struct vqueue *q, const struct space *s, uint64_t from, const char *what)
{
	struct svarig_cpl c;
	int status = copy(q, from, &c);

	ok(status == SVARIG_ST_FAULT_READ && c.fault_addr == from, "%s: %s (%s)", s->name, what,
	   svarig_status_name(status));
}

/* Mapped, without a device anywhere near. */
static void make(struct space *s, bool stage2)
{
	struct iommu_hwpt_alloc plain = {.size = sizeof(plain), .dev_id = v.dev_id};
	uint64_t last = 1ull << s->bits, limit = last - PAGE;
	int ret;

	s->ioas = ioas_alloc(&v);
	ok(!ioas_map(&v, s->ioas, rings, PAGE, RINGS) && !ioas_map(&v, s->ioas, src, BYTES, SRC),
	   "%s: memory mapped before there is a page table", s->name);
	plain.pt_id = s->ioas;
	if (stage2) {
		ret = hwpt_parent(&v, s->ioas, &s->hwpt);
	} else {
		ret = iommufd(&v, IOMMU_HWPT_ALLOC, &plain);
		s->hwpt = plain.out_hwpt_id;
	}
	ok(!ret, "%s: a page table", s->name);
	ok(!ioas_map(&v, s->ioas, dst, BYTES, DST), "%s: mapped before the first attach", s->name);
	ok(!ioas_map(&v, s->ioas, dst, PAGE, limit), "%s: its highest page can be mapped", s->name);
	ret = ioas_map(&v, s->ioas, dst, PAGE, last);
	ok(ret, "%s: the one above it cannot (%s)", s->name, strerror(-ret));
}

static void use(const struct space *s, bool first)
{
	struct vqueue q;

	ok(!vdev_attach(&v, s->hwpt), "%s: attached", s->name);
	if (first)
		vdev_start(&v);
	vqueue_create(&q, &v, 1, rings, RINGS, NO_PASID);
	copies(&q, s, SRC, 1, "what was mapped before the attach");
	fails(&q, s, LATE, "what is not mapped");
	ok(!ioas_map(&v, s->ioas, late, BYTES, LATE), "%s: mapped after the attach", s->name);
	copies(&q, s, LATE, 2, "what was mapped after it");
	ok(!ioas_unmap(&v, s->ioas, LATE, BYTES), "%s: unmapped", s->name);
	fails(&q, s, LATE, "gone at once");
	vqueue_destroy(&q);
}

/* From one stage to the other with the queue in place: it works after each turn. */
static void turns(struct space s[2])
{
	struct vqueue q;

	vqueue_create(&q, &v, 1, rings, RINGS, NO_PASID);
	for (unsigned int i = 0; i < 10; i++) {
		if (vdev_attach(&v, s[i & 1].hwpt))
			bail("turn %u", i);
		copies(&q, &s[i & 1], SRC, 1, "in its turn");
	}
	vqueue_destroy(&q);
}

int main(void)
{
	struct space s[] = {{.name = "stage 1", .bits = 48}, {.name = "stage 2", .bits = 44}};
	struct vqueue q;
	struct svarig_cpl c;

	endpoints_take();
	rings = memory(PAGE);
	src = memory(BYTES);
	late = memory(BYTES);
	dst = memory(BYTES);
	fill(src, BYTES, 1);
	fill(late, BYTES, 2);
	vdev_open_cdev(&v, 0);
	make(&s[0], false);
	make(&s[1], true);
	use(&s[0], true);
	ok(!vdev_detach(&v), "detached");
	use(&s[1], false);
	turns(s);

	/* While nobody looks. */
	vdev_detach(&v);
	ok(!ioas_unmap(&v, s[1].ioas, SRC, BYTES) && !ioas_map(&v, s[1].ioas, late, BYTES, SRC),
	   "stage 2: changed while nothing is attached");
	vdev_attach(&v, s[1].hwpt);
	vqueue_create(&q, &v, 1, rings, RINGS, NO_PASID);
	copies(&q, &s[1], SRC, 2, "nothing old is left");
	vdev_detach(&v);
	vqueue_submit(&q, &(struct svarig_desc){.opcode = SVARIG_OP_NOP});
	ok(!vqueue_wait(&q, &c, 1000), "detached: nothing works");
	vqueue_destroy(&q);
	vdev_close(&v);
	endpoints_give_back();
	return done();
}
