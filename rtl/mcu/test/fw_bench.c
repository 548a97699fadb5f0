// SPDX-License-Identifier: BSD-2-Clause
#include "fw_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rv32_bench.h"

/* ---------------------------------------------------------------- the world around the core */

struct mcu_in in;
struct mcu_out out;
struct queue queue[SVARIG_MAX_QUEUES];
uint32_t invs[MAX_INVS];
unsigned int inv_count;
static unsigned int inv_busy_for;
bool inv_stuck;
char console[65536];
static size_t console_len;
uint64_t now, retired;
uint32_t last_bus_pc;
unsigned int rude_writes;

uint32_t *qreg(uint32_t q, uint32_t off)
{
	return &queue[q].reg[off / 4];
}

uint8_t in_reset;

static uint32_t function_of(uint32_t q)
{
	return q < SVARIG_PF_QUEUES ? 0 : 1 + (q - SVARIG_PF_QUEUES) / SVARIG_VF_QUEUES;
}

uint32_t first_of(uint32_t fn)
{
	return fn ? SVARIG_PF_QUEUES + (fn - 1) * SVARIG_VF_QUEUES : 0;
}

static void queue_write(uint32_t q, uint32_t off, uint32_t v)
{
	uint32_t old = *qreg(q, off), *status = qreg(q, SVARIG_QC_STATUS);

	if (off >= SVARIG_QC_SQ_TAIL && off != SVARIG_QC_WEIGHT)
		return;
	/* a function that is in reset has no queues */
	if (in_reset >> function_of(q) & 1)
		return;
	*qreg(q, off) = v;
	if (off != SVARIG_QC_CTRL) {
		if ((*qreg(q, SVARIG_QC_CTRL) & 3) == SVARIG_QC_CTRL_ENABLE ||
		    *status & SVARIG_QSTAT_BUSY)
			rude_writes++;
		return;
	}
	if (v & ~old & SVARIG_QC_CTRL_ENABLE) {
		uint32_t weight = *qreg(q, SVARIG_QC_WEIGHT);

		memset(qreg(q, SVARIG_QC_SQ_TAIL), 0, sizeof(queue[q].reg) - SVARIG_QC_SQ_TAIL);
		*qreg(q, SVARIG_QC_WEIGHT) = weight;
		*status = SVARIG_QSTAT_ENABLED;
	}
	if (!(v & SVARIG_QC_CTRL_ENABLE)) {
		if (*status & SVARIG_QSTAT_BUSY)
			rude_writes++;
		*status &= ~SVARIG_QSTAT_ENABLED;
	}
}

static void world(void)
{
	for (uint32_t q = 0; q < SVARIG_MAX_QUEUES; q++) {
		struct queue *p = &queue[q];
		uint32_t *status = qreg(q, SVARIG_QC_STATUS);

		if (*qreg(q, SVARIG_QC_CTRL) & SVARIG_QC_CTRL_STOP && *status & SVARIG_QSTAT_BUSY &&
		    p->stop_after != UINT32_MAX && p->stop_after-- == 0)
			*status &= ~SVARIG_QSTAT_BUSY;
		if (p->drain_in && --p->drain_in == 0) {
			*status &= ~SVARIG_QSTAT_BUSY;
			*qreg(q, SVARIG_QC_CQ_TAIL) = *qreg(q, SVARIG_QC_SQ_TAIL);
		}
	}
	in.inv_busy = inv_stuck || inv_busy_for > 0;
	if (inv_busy_for)
		inv_busy_for--;
}

void tick(void)
{
	in.q_ready = rnd_below(4) != 0;
	in.q_rdata = rnd();
	world();
	mcu_eval(&in, &out);
	if (out.q_valid) {
		in.q_rdata = queue[out.q_addr >> SVARIG_ADM_QUEUE_SHIFT].reg[out.q_addr >> 2 & 63];
		mcu_eval(&in, &out);
		if (out.q_write && in.q_ready)
			queue_write(out.q_addr >> SVARIG_ADM_QUEUE_SHIFT, out.q_addr & 255,
				    out.q_wdata);
	}
	if (out.inv_valid && inv_count < MAX_INVS) {
		invs[inv_count++] = (out.inv_pasid >> 20) << 31 | (uint32_t)out.inv_all << 30 |
				    (uint32_t)out.inv_fn << 24 | (out.inv_pasid & 0xfffff);
		inv_busy_for = rnd_below(200);
	}
	if (out.con_valid && console_len < sizeof(console) - 1)
		console[console_len++] = (char)out.con_char;
	if (out.bus)
		last_bus_pc = out.pc;
	retired += out.retired;
	mcu_edge();
	now++;
}

static uint32_t host(bool write, uint32_t addr, uint32_t v)
{
	in.h_valid = true;
	in.h_write = write;
	in.h_addr = addr;
	in.h_wdata = v;
	for (int i = 0; i < 10000; i++) {
		tick();
		if (out.h_ready) {
			in.h_valid = false;
			return out.h_rdata;
		}
	}
	printf("# host access to %x never ended\n", addr);
	exit(2);
}

uint32_t host_read(uint32_t addr)
{
	return host(false, addr, 0);
}

static void host_write(uint32_t addr, uint32_t v)
{
	host(true, addr, v);
}

bool sleep_in(unsigned int limit)
{
	for (unsigned int i = 0; i < limit; i++) {
		tick();
		if (out.sleeping)
			return true;
	}
	return false;
}

void flr(void)
{
	in.gone = 0x1f;
	for (int i = 0; i < 8; i++)
		tick();
	in.gone = 0;
	memset(queue, 0, sizeof(queue));
	inv_stuck = false;
}

bool boot(void)
{
	in = (struct mcu_in){.rst = true,
			     .grant = in.grant,
			     .broken = in.broken,
			     .dead = in.dead,
			     .fn_idle = 0x1f};
	memset(queue, 0, sizeof(queue));
	/* not reset by the hardware */
	for (uint32_t q = 0; q < SVARIG_MAX_QUEUES; q++)
		*qreg(q, SVARIG_QC_JOBS_OK) = rnd();
	for (int i = 0; i < 4; i++)
		tick();
	in.rst = false;
	console_len = 0;
	inv_count = 0;
	memset(console, 0, sizeof(console));
	return sleep_in(100000);
}

/* ---------------------------------------------------------------- the host's side of the mailbox
 */

uint32_t last_res0;

void begin(uint32_t cmd, uint32_t q, const uint32_t *args)
{
	/* stale results are seen if they stay */
	for (uint32_t i = 0; i < SVARIG_MB_WORDS; i++)
		host_write(SVARIG_ADM_MB_ARG0 + 4 * i, args ? args[i] : rnd());
	inv_count = 0;
	rude_writes = 0;
	host_write(SVARIG_ADM_MB_CMD, cmd | q << 8);
}

/* The answer, or -1 if none comes. What the firmware's patience is worth need not be waited for. */
int end(uint64_t limit)
{
	bool skipped = limit <= LONG_WAIT;

	for (uint64_t start = now; now - start < limit;) {
		if (!skipped && now - start > LONG_WAIT / 4) {
			mcu_skip(1u << 23);
			skipped = true;
		}
		uint32_t v = host_read(SVARIG_ADM_MB_STATUS);

		if (!(v & SVARIG_MB_BUSY)) {
			last_res0 = host_read(SVARIG_ADM_MB_RES0);
			return (int)(v & 0xff);
		}
	}
	return -1;
}

int command(uint32_t cmd, uint32_t q, const uint32_t *args)
{
	begin(cmd, q, args);
	return end(200000);
}

/* A good AC_CREATE_QUEUE: 8 descriptors, 16 records. */
void good_setup(uint32_t a[SVARIG_MB_WORDS])
{
	static const uint32_t good[] = {0x80012345, 0x76543240, 0x0000ffff, 0xffffffc0 - 0x1000,
					0x00000012, 0x0403,	0x80000020, 7};

	memset(a, 0, 4 * SVARIG_MB_WORDS);
	memcpy(a, good, sizeof(good));
}

int create(uint32_t q, uint32_t pasid)
{
	uint32_t a[SVARIG_MB_WORDS];

	good_setup(a);
	a[0] = pasid;
	return command(SVARIG_AC_CREATE_QUEUE, q, a);
}

bool cleared(uint32_t q)
{
	for (uint32_t i = 0; i < SVARIG_QC_SQ_TAIL / 4; i++)
		if (queue[q].reg[i])
			return false;
	return !*qreg(q, SVARIG_QC_WEIGHT);
}

/* Commands to the mailbox of function fn. */
int fn_command(uint32_t fn, uint32_t cmd, uint32_t q, const uint32_t *args)
{
	int status;

	in.h_fn = (uint8_t)fn;
	status = command(cmd, q, args);
	in.h_fn = 0;
	return status;
}

int fn_create(uint32_t fn, uint32_t q, uint32_t pasid, uint32_t vector)
{
	uint32_t a[SVARIG_MB_WORDS];

	good_setup(a);
	a[0] = pasid;
	a[6] = vector | SVARIG_QC_VECTOR_VALID;
	return fn_command(fn, SVARIG_AC_CREATE_QUEUE, q, a);
}

/* Function-level reset of a VF: its queues are gone, counters stay until the firmware clears them.
 */
void vf_reset(uint32_t fn)
{
	uint32_t first = first_of(fn);

	in.gone = (uint8_t)(1u << fn);
	in_reset |= (uint8_t)(1u << fn);
	tick();
	in.gone = 0;
	for (uint32_t q = first; q < first + SVARIG_VF_QUEUES; q++) {
		memset(queue[q].reg, 0, SVARIG_QC_SQ_TAIL);
		*qreg(q, SVARIG_QC_STATUS) = 0;
		queue[q].drain_in = 0;
	}
}
