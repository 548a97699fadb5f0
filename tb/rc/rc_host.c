/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of the host and their completions. */
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "rc_int.h"

void rc_send(struct rc *rc, const struct tlp *t)
{
	uint8_t buf[TLP_MAX_BYTES];
	const char *why = NULL;
	size_t len = tlp_encode(t, buf, sizeof(buf), &why);
	struct rc_out *o;

	if (!len)
		die("cannot send: %s", why);
	o = xalloc(sizeof(*o) + len);
	memcpy(o->bytes, buf, len);
	o->len = len;
	o->seq = ++rc->seq;
	o->due = rc->cycle;
	if (tlp_is_non_posted(t)) {
		*rc->nonposted_tail = o;
		rc->nonposted_tail = &o->next;
		return;
	}
	o->due += rng_range(&rc->rng, rc->knobs.post_min, rc->knobs.post_max);
	*rc->posted_tail = o;
	rc->posted_tail = &o->next;
}

int rc_request(struct rc *rc, struct tlp *t)
{
	for (int tag = 0; tag < RC_HOST_TAGS; tag++) {
		struct rc_req *r = &rc->req[tag];

		if (r->busy)
			continue;
		r->busy = true;
		r->done = false;
		r->poisoned = false;
		r->len = 0;
		t->tag = tag;
		r->tlp = rc_header_copy(t);
		rc_send(rc, t);
		return tag;
	}
	return -1;
}

void rc_req_free(struct rc *rc, int tag)
{
	free(rc->req[tag].tlp);
	rc->req[tag].tlp = NULL;
	rc->req[tag].busy = false;
}

void rc_mem_write(struct rc *rc, uint64_t addr, uint32_t len, const void *data)
{
	struct tlp t = {.kind = TLP_MWR, .requester = RC_RID};

	tlp_set_bytes(&t, addr, len, data);
	rc_send(rc, &t);
}

int rc_mem_read(struct rc *rc, uint64_t addr, uint32_t len)
{
	struct tlp t = {.kind = TLP_MRD, .requester = RC_RID};

	tlp_set_bytes(&t, addr, len, NULL);
	return rc_request(rc, &t);
}

int rc_cfg(struct rc *rc, bool write, uint16_t target, uint16_t reg, unsigned be, uint32_t value)
{
	struct tlp t = {.kind = write ? TLP_CFGWR0 : TLP_CFGRD0, .requester = RC_RID};

	t.target = target;
	t.reg = reg;
	t.first_be = be;
	t.length_dw = 1;
	if (write) {
		t.payload_len = 4;
		for (int i = 0; i < 4; i++)
			t.payload[i] = value >> (8 * i);
	}
	return rc_request(rc, &t);
}

void rc_host_completion(struct rc *rc, const struct tlp *t)
{
	struct rc_req *r = t->tag < RC_HOST_TAGS ? &rc->req[t->tag] : NULL;
	uint32_t pad, n;

	if (!r || !r->busy || r->done || t->requester != RC_RID)
		return; /* the checker has complained */
	r->status = t->status;
	r->poisoned |= t->ep;
	if (t->kind == TLP_CPL) {
		r->done = true;
		return;
	}
	pad = r->tlp->kind == TLP_MRD ? t->lower_addr & 3 : 0;
	n = t->payload_len - pad;
	if (n > t->byte_count)
		n = t->byte_count;
	if (r->len + n > sizeof(r->data))
		n = sizeof(r->data) - r->len;
	memcpy(r->data + r->len, t->payload + pad, n);
	r->len += n;
	r->done = n >= t->byte_count;
}
