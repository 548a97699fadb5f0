// SPDX-License-Identifier: BSD-2-Clause
/* guest-test: alone smmu=ours timeout=240 global=arm-smmuv3.ats-inv-timeout-ms=1000 */
/*
 * An endpoint that does not answer ATC invalidations, owned by a guest: the guest's own command
 * ends with an error, what the parent unmaps is out of the endpoint's reach when the unmap
 * returns, and after a reset it is back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/stage1.h"

enum {
	VSID = 1,
};

#define RAM_IPA	 0x80000000ull
#define DATA_IPA 0x90000000ull
#define RING_VA	 0x10000000ull
#define SRC_VA	 0x20000000ull
#define DST_VA	 0x30000000ull

static struct vdev v;
static struct ram ram;
static struct stage1 s;
static struct vqueue q;
static uint8_t *data; /* source, destination */
static uint32_t ioas, parent, nested;

static void host(const char *request, const char *what)
{
	char command[128];

	snprintf(command, sizeof(command), "svarig-host %s >/dev/null", request);
	ok(!system(command), "%s", what);
}

static const struct svarig_desc job = {
	.opcode = SVARIG_OP_COPY, .len = PAGE, .src = SRC_VA, .dst = DST_VA};

static void create(void)
{
	vqueue_create(&q, &v, 0, (uint8_t *)s.root + PAGE, RING_VA, NO_PASID);
}

static void works(const char *what)
{
	struct svarig_cpl c;
	int status;

	fill(data, PAGE, 3);
	memset(data + PAGE, 0, PAGE);
	status = vqueue_run(&q, &job, &c);
	ok(status == SVARIG_ST_OK && differs(data + PAGE, PAGE, 3) == PAGE, "%s (%s)", what,
	   svarig_status_name(status));
}

/* The destination keeps what it has. */
static void out_of_reach(const char *what)
{
	struct svarig_cpl c;

	fill(data + PAGE, PAGE, 4);
	vqueue_submit(&q, &job);
	ok(!vqueue_wait(&q, &c, 2000) || c.status, "%s: the job does not end well", what);
	ok(differs(data + PAGE, PAGE, 4) == PAGE, "%s: not one byte is written", what);
	vqueue_destroy(&q);
}

static void back(const char *what)
{
	vdev_detach(&v);
	host("drop-invalidations 0 off", "it would answer again");
	if (ioctl(v.device, VFIO_DEVICE_RESET))
		bail("VFIO_DEVICE_RESET: %s", strerror(errno));
	ok(!vdev_attach(&v, nested), "%s: reset and attached", what);
	vdev_restart(&v);
	create();
	works("a job");
}

static void set_up(void)
{
	struct svarig_hwpt_smmuv3 h = {.vsmmu = 1, .vsid = VSID};
	uint64_t *cds, cds_ipa, ring;

	vdev_open_cdev(&v, 0);
	ioas = ioas_alloc(&v);
	ram_init(&ram, 32 * PAGE, RAM_IPA);
	data = memory(2 * PAGE);
	touch(data, 2 * PAGE);
	if (ioas_map(&v, ioas, ram.mem, ram.bytes, ram.ipa) ||
	    ioas_map(&v, ioas, data, PAGE, DATA_IPA) ||
	    ioas_map(&v, ioas, data + PAGE, PAGE, DATA_IPA + PAGE))
		bail("the guest's memory");
	cds = ram_page(&ram, &cds_ipa);
	stage1_init(&s, &ram);
	ram_page(&ram, &ring);
	stage1_map(&s, RING_VA, ring, S1_RW);
	stage1_map(&s, SRC_VA, DATA_IPA, S1_RW);
	stage1_map(&s, DST_VA, DATA_IPA + PAGE, S1_RW);
	stage1_cd(&s, cds, 1);
	nesting_allow(true);
	ste_stage1(&h, cds_ipa, 0, true);
	if (hwpt_parent(&v, ioas, &parent) || hwpt_nested(&v, parent, &h, 0, &nested) ||
	    vdev_attach(&v, nested))
		bail("page tables");
	vdev_start(&v);
	create();
}

int main(void)
{
	const command atc[] = {cmd_tlbi_all(), cmd_atc_all(VSID)};
	uint32_t handled;
	int ret;

	endpoints_take();
	set_up();
	works("a job");

	host("drop-invalidations 0 on", "from now on it does not answer invalidations");
	ret = invalidate(&v, nested, atc, 2, &handled);
	ok(ret == -EIO && !handled, "the guest is told (%s, %u done)", strerror(-ret), handled);
	out_of_reach("isolated after the guest's command");
	back("after it");

	host("drop-invalidations 0 on", "again it does not answer");
	ok(!ioas_unmap(&v, ioas, DATA_IPA + PAGE, PAGE), "the parent unmaps the destination");
	out_of_reach("isolated after the parent's unmap");
	if (ioas_map(&v, ioas, data + PAGE, PAGE, DATA_IPA + PAGE))
		bail("the destination");
	back("after it");
	ok(!invalidate(&v, nested, atc, 2, &handled) && handled == 2, "and answers");
	vdev_close(&v);
	endpoints_give_back();
	return done();
}
