/* SPDX-License-Identifier: BSD-2-Clause */
/* The endpoint's side of the link: a configuration space, and requests a test makes. See rig.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../../link/link.h"
#include "rig.h"
#include "rig_int.h"

#define BOX 64

static struct svlink_server *server;
static struct svlink *lnk;
static uint8_t cfg[1 + RIG_VFS][4096], wmask[1 + RIG_VFS][4096];

static unsigned speaker; /* the function in whose name requests are made */

/* Messages not yet looked at, in wire order */
static struct message {
	unsigned len;
	uint8_t wire[64];
} box[BOX];
static unsigned box_head, box_tail;

/* The one request under way */
static struct {
	bool active, done;
	uint16_t tag;
	uint32_t want;
	struct ep_answer a;
} req;

static void put_fn(unsigned fn, unsigned reg, uint32_t v, uint32_t writable)
{
	for (int i = 0; i < 4; i++) {
		cfg[fn][reg + i] = v >> (8 * i);
		wmask[fn][reg + i] = writable >> (8 * i);
	}
}

static void put(unsigned reg, uint32_t v, uint32_t writable)
{
	put_fn(0, reg, v, writable);
}

static void virtual_functions(void)
{
	put(0x140, 0x00010010, 0); /* SR-IOV */
	put(0x148, 0, 0x9);
	put(0x14c, RIG_VFS | RIG_VFS << 16, 0);
	put(0x150, 0, 0xffff);
	put(0x154, 0x00010001, 0); /* at +1, +2 */
	put(0x158, 0x56790000, 0);
	put(0x15c, 1, 0);
	put(0x160, 1, 0);
	put(0x164, 0, 0xfffff000); /* VF BAR0: 4 KiB of 32-bit memory */
	for (unsigned fn = 1; fn <= RIG_VFS; fn++) {
		put_fn(fn, 0x00, 0xffffffff, 0);
		put_fn(fn, 0x04, 0x00100000, 0x4);
		put_fn(fn, 0x34, 0x40, 0);
		put_fn(fn, 0x40, 0x00020010, 0);
		put_fn(fn, 0x44, 0x10008000, 0);
		put_fn(fn, 0x100, 0x0001000f, 0); /* ATS, one invalidation at a time */
		put_fn(fn, 0x104, 1, 0x801f0000);
	}
}

static void config_space(void)
{
	memset(cfg, 0, sizeof(cfg));
	memset(wmask, 0, sizeof(wmask));
	put(0x00, 0x56781234, 0);
	put(0x04, 0x00100000, 0x0407);
	put(0x08, 0x12000001, 0);
	put(0x10, 0x00000000, 0xffff0000); /* BAR0: 64 KiB of 32-bit memory */
	put(0x34, 0x40, 0);
	put(0x40, 0x00020010, 0); /* PCI Express, endpoint */
	put(0x44, 0x10008000, 0);
	put(0x48, 0x00002810, 0xffff);
	put(0x64, 0x00200000, 0);  /* End-End TLP Prefix Supported */
	put(0x100, 0x1101000f, 0); /* ATS */
	put(0x104, RIG_INV_DEPTH, 0x801f0000);
	put(0x110, 0x12010013, 0); /* PRI */
	put(0x114, 0x00000000, 0x3);
	put(0x118, 32, 0);
	put(0x11c, 0, 0xffffffff);
	put(0x120, 0x1401001b, 0); /* PASID, 20 bits */
	put(0x124, 0x00001406, 0x00070000);
	virtual_functions();
}

static void send_tlp(const struct tlp *t)
{
	uint8_t wire[TLP_MAX_BYTES];
	const char *why = "";
	size_t len = tlp_encode(t, wire, sizeof(wire), &why);
	int err;

	if (!len)
		die("a TLP of the test is none: %s", why);
	while ((err = svlink_send(lnk, SVLINK_TLP, 0, wire, len)) == -EAGAIN) {
		if (!svlink_wait(lnk, SVLINK_WAIT_TX, 5000))
			die("QEMU does not take TLPs");
	}
	if (err)
		die("link: %s", svlink_error(lnk));
}

static void serve_config(const struct tlp *q)
{
	unsigned fn = q->target & 7;
	static struct tlp c;

	if (fn > RIG_VFS)
		die("a configuration request for function %u", fn);
	if (q->kind == TLP_CFGRD0 || q->kind == TLP_CFGRD1) {
		tlp_make_cpld(&c, q, q->target, 0, 4, cfg[fn] + q->reg);
	} else {
		for (int i = 0; i < 4; i++) {
			uint8_t m = wmask[fn][q->reg + i];

			if (q->first_be >> i & 1)
				cfg[fn][q->reg + i] =
					(cfg[fn][q->reg + i] & ~m) | (q->payload[i] & m);
		}
		tlp_make_cpl(&c, q, q->target, TLP_SC);
	}
	send_tlp(&c);
}

static void take_completion(const struct tlp *t)
{
	if (!req.active || t->tag != req.tag)
		die("completion with tag %u, which nobody asked for", t->tag);
	req.a.status = t->status;
	if (t->kind == TLP_CPLD && t->status == TLP_SC) {
		uint32_t off = t->lower_addr & 3, n = t->payload_len - off;

		if (n > req.want - req.a.len)
			n = req.want - req.a.len;
		memcpy(req.a.data + req.a.len, t->payload + off, n);
		req.a.len += n;
		req.done = req.a.len == req.want || t->byte_count <= n;
	} else {
		req.done = true;
	}
}

static void take_tlp(const uint8_t *wire, unsigned len)
{
	static struct tlp t;
	const char *why = "";

	if (tlp_decode(&t, wire, len, &why))
		die("QEMU sent bytes that are no TLP: %s", why);
	switch (t.kind) {
	case TLP_CFGRD0:
	case TLP_CFGRD1:
	case TLP_CFGWR0:
	case TLP_CFGWR1:
		serve_config(&t);
		break;
	case TLP_CPL:
	case TLP_CPLD:
		take_completion(&t);
		break;
	case TLP_MSG:
	case TLP_MSGD:
		if (box_tail - box_head == BOX || len > sizeof(box[0].wire))
			die("more messages than the test can hold");
		box[box_tail % BOX].len = len;
		memcpy(box[box_tail++ % BOX].wire, wire, len);
		break;
	default:
		break;
	}
}

void link_serve(void)
{
	static uint8_t payload[SVLINK_MAX_PAYLOAD];
	struct svlink_frame f;

	if (!lnk)
		return;
	svlink_disarm(lnk);
	while (svlink_recv(lnk, &f, payload) == 1) {
		if (f.type == SVLINK_TLP)
			take_tlp(payload, f.len);
		else if (f.type == SVLINK_RESET)
			svlink_send(lnk, SVLINK_RESET_DONE, 0, NULL, 0);
	}
}

int link_poll(struct pollfd *p)
{
	if (!lnk)
		return 0;
	while (!svlink_arm(lnk, SVLINK_WAIT_RX))
		link_serve();
	p[0] = (struct pollfd){.fd = svlink_event_fd(lnk), .events = POLLIN};
	return 1;
}

void link_listen(const char *path)
{
	char err[SVLINK_ERROR_LEN];

	config_space();
	box_head = box_tail = 0;
	speaker = 0;
	memset(&req, 0, sizeof(req));
	if (svlink_listen(path, &server, err))
		die("link: %s", err);
}

void link_accept(void)
{
	char err[SVLINK_ERROR_LEN];
	int res, tries = 0;

	while ((res = svlink_accept(server, "smmu test", 0, 100, &lnk, err)) == -ETIMEDOUT) {
		rig_check_alive();
		if (++tries == 200)
			break;
	}
	if (res)
		die("QEMU did not connect to the link: %s", err);
	/* configuration reads follow; rig.c's first qtest command serves them */
}

void link_drop(void)
{
	svlink_close(lnk, NULL);
	svlink_server_close(server);
	lnk = NULL;
	server = NULL;
}

void rig_kill_link(void)
{
	link_drop();
}

void ep_become(unsigned fn)
{
	speaker = fn;
}

static uint16_t ep_rid(void)
{
	return RIG_RID + speaker;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ull + ts.tv_nsec / 1000000;
}

/* Serves the link until *flag or for @ms. */
static bool serve_until(const bool *flag, unsigned ms)
{
	uint64_t end = now_ms() + ms;

	for (;;) {
		link_serve();
		if (*flag)
			return true;
		if (now_ms() >= end)
			return false;
		svlink_wait(lnk, SVLINK_WAIT_RX, 20);
	}
}

void ep_send(const struct tlp *t)
{
	send_tlp(t);
}

struct ep_answer ep_request(struct tlp *t)
{
	t->requester = ep_rid();
	t->tag = (req.tag + 1) & 0xff;
	memset(&req.a, 0, sizeof(req.a));
	req.tag = t->tag;
	req.want = t->at == TLP_AT_TRANSLATION_REQUEST ? t->length_dw * 4u : tlp_byte_span(t);
	if (req.want > sizeof(req.a.data))
		die("ep_request: %u bytes", req.want);
	if (!req.want)
		req.want = 1; /* a zero-length read gets one DW */
	req.active = true;
	req.done = false;
	send_tlp(t);
	if (!serve_until(&req.done, 10000))
		die("QEMU did not complete a request");
	req.active = false;
	return req.a;
}

bool ep_message(struct tlp *t, uint8_t *wire, unsigned *wire_len, unsigned ms)
{
	uint64_t end = now_ms() + ms;
	struct message *m;
	const char *why;

	for (;;) {
		link_serve();
		if (box_head != box_tail)
			break;
		if (now_ms() >= end)
			return false;
		svlink_wait(lnk, SVLINK_WAIT_RX, 20);
	}
	m = &box[box_head++ % BOX];
	memcpy(wire, m->wire, m->len);
	*wire_len = m->len;
	tlp_decode(t, m->wire, m->len, &why);
	return true;
}

static void set_who(struct tlp *t, struct ep_who who)
{
	t->requester = ep_rid();
	t->pasid_valid = who.pasid_valid;
	t->pasid = who.pasid;
	t->pasid_priv = who.priv;
	t->pasid_exec = who.exec;
}

struct ep_treq ep_treq(struct ep_who who, uint64_t addr, bool nw, unsigned count)
{
	struct tlp t = {.kind = TLP_MRD};
	struct ep_treq r = {0};
	struct ep_answer a;

	set_who(&t, who);
	t.at = TLP_AT_TRANSLATION_REQUEST;
	t.addr = (addr & ~0xfffull) | nw;
	t.length_dw = 2 * count;
	t.first_be = t.last_be = 0xf;
	a = ep_request(&t);
	r.status = a.status;
	r.n = a.len / 8;
	for (unsigned i = 0; i < r.n && i < 8; i++)
		for (unsigned j = 0; j < 8; j++)
			r.entry[i] = r.entry[i] << 8 | a.data[8 * i + j];
	return r;
}

struct ep_answer ep_read(struct ep_who who, unsigned at, uint64_t addr, unsigned len)
{
	struct tlp t = {.kind = TLP_MRD};

	set_who(&t, who);
	t.at = at;
	tlp_set_bytes(&t, addr, len, NULL);
	return ep_request(&t);
}

void ep_sync(void)
{
	/* a configuration read of the CPU comes back through the same link, behind all we sent */
	rd32(0x4010000000ull + (1 << 20));
}

void ep_write(struct ep_who who, unsigned at, uint64_t addr, const void *data, unsigned len)
{
	struct tlp t = {.kind = TLP_MWR};

	set_who(&t, who);
	t.at = at;
	tlp_set_bytes(&t, addr, len, data);
	send_tlp(&t);
	ep_sync();
}

void ep_page_request(struct ep_who who, uint64_t addr, unsigned prgi, bool last, bool r, bool w)
{
	struct tlp_page_req q = {.addr = addr, .prgi = prgi, .last = last, .write = w, .read = r};
	struct tlp t;

	tlp_make_page_req(&t, ep_rid(), &q, who.pasid_valid, who.pasid);
	t.pasid_priv = who.priv;
	t.pasid_exec = who.exec;
	send_tlp(&t);
	ep_sync();
}

void ep_inv_complete(unsigned count, uint32_t itags)
{
	struct tlp t;

	tlp_make_inv_cpl(&t, ep_rid(), 0, count, itags);
	send_tlp(&t);
	ep_sync();
}
