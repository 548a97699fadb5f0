/* SPDX-License-Identifier: BSD-2-Clause */
/* Ready-made packets: address translation services and completions. See tlp.h. */
#include <string.h>

#include "tlp.h"

#define PAGE_LOG2 12u

static void put64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = v >> (56 - 8 * i);
}

static uint64_t get64(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

static void clear(struct tlp *t, enum tlp_kind kind)
{
	memset(t, 0, offsetof(struct tlp, payload));
	t->kind = kind;
}

/*
 * 10.2.3.2 and 10.3.1: S clear is 4 KiB; S set is twice the size of the position of the lowest zero
 * at or above bit 12.
 */
static uint64_t put_size(uint64_t addr, unsigned size_log2)
{
	uint64_t ones;

	if (size_log2 <= PAGE_LOG2)
		return addr & ~0xfffull;
	ones = ((1ull << (size_log2 - 1)) - 1) & ~0xfffull;
	if (size_log2 >= 64)
		return ones | 0x800;
	return (addr & ~((1ull << size_log2) - 1)) | ones | 0x800;
}

static unsigned get_size(uint64_t v, uint64_t *addr)
{
	unsigned pos = PAGE_LOG2;

	*addr = v & ~0xfffull;
	if (!(v & 0x800))
		return PAGE_LOG2;
	while (pos < 63 && v >> pos & 1)
		pos++;
	*addr = pos == 63 ? 0 : v & ~((2ull << pos) - 1);
	return pos + 1;
}

void tlp_put_xlat(uint8_t *p, const struct tlp_xlat *x)
{
	put64(p, put_size(x->addr, x->size_log2) | (uint64_t)x->n << 10 | (uint64_t)x->global << 5 |
			 (uint64_t)x->priv << 4 | (uint64_t)x->exe << 3 | (uint64_t)x->u << 2 |
			 (uint64_t)x->w << 1 | x->r);
}

void tlp_get_xlat(struct tlp_xlat *x, const uint8_t *p)
{
	uint64_t v = get64(p);

	x->size_log2 = get_size(v, &x->addr);
	x->n = v >> 10 & 1;
	x->global = v >> 5 & 1;
	x->priv = v >> 4 & 1;
	x->exe = v >> 3 & 1;
	x->u = v >> 2 & 1;
	x->w = v >> 1 & 1;
	x->r = v & 1;
}

static void set_pasid(struct tlp *t, bool valid, uint32_t pasid)
{
	t->pasid_valid = valid;
	t->pasid = valid ? pasid & 0xfffff : 0;
}

void tlp_make_inv_req(struct tlp *t, uint16_t requester, uint16_t device, unsigned itag,
		      bool pasid_valid, uint32_t pasid, uint64_t addr, unsigned size_log2,
		      bool global)
{
	clear(t, TLP_MSGD);
	set_pasid(t, pasid_valid, pasid);
	t->routing = TLP_BY_ID;
	t->msg_code = TLP_MSG_INVALIDATE_REQUEST;
	t->requester = requester;
	t->tag = itag & 31;
	t->msg_dw2 = (uint32_t)device << 16;
	t->length_dw = 2;
	t->payload_len = 8;
	put64(t->payload, put_size(addr, size_log2) | global);
}

bool tlp_get_inv_req(const struct tlp *t, uint64_t *addr, unsigned *size_log2, bool *global)
{
	if (t->kind != TLP_MSGD || t->msg_code != TLP_MSG_INVALIDATE_REQUEST || t->payload_len != 8)
		return false;
	*size_log2 = get_size(get64(t->payload), addr);
	*global = get64(t->payload) & 1;
	return true;
}

void tlp_make_inv_cpl(struct tlp *t, uint16_t device, uint16_t requester, unsigned count,
		      uint32_t itag_vector)
{
	clear(t, TLP_MSG);
	t->routing = TLP_BY_ID;
	t->msg_code = TLP_MSG_INVALIDATE_COMPLETION;
	t->requester = device;
	t->msg_dw2 = (uint32_t)requester << 16 | (count & 7);
	t->msg_dw3 = itag_vector;
}

bool tlp_get_inv_cpl(const struct tlp *t, uint16_t *dest, unsigned *count, uint32_t *itag_vector)
{
	if (t->kind != TLP_MSG || t->msg_code != TLP_MSG_INVALIDATE_COMPLETION)
		return false;
	*dest = t->msg_dw2 >> 16;
	*count = t->msg_dw2 & 7 ? t->msg_dw2 & 7 : 8;
	*itag_vector = t->msg_dw3;
	return true;
}

void tlp_make_prg_resp(struct tlp *t, uint16_t requester, uint16_t device, unsigned prgi,
		       unsigned code, bool pasid_valid, uint32_t pasid)
{
	clear(t, TLP_MSG);
	set_pasid(t, pasid_valid, pasid);
	t->routing = TLP_BY_ID;
	t->msg_code = TLP_MSG_PRG_RESPONSE;
	t->requester = requester;
	t->msg_dw2 = (uint32_t)device << 16 | (code & 15) << 12 | (prgi & 0x1ff);
}

bool tlp_get_prg_resp(const struct tlp *t, uint16_t *dest, unsigned *prgi, unsigned *code)
{
	if (t->kind != TLP_MSG || t->msg_code != TLP_MSG_PRG_RESPONSE)
		return false;
	*dest = t->msg_dw2 >> 16;
	*code = t->msg_dw2 >> 12 & 15;
	*prgi = t->msg_dw2 & 0x1ff;
	return true;
}

void tlp_make_page_req(struct tlp *t, uint16_t device, const struct tlp_page_req *q,
		       bool pasid_valid, uint32_t pasid)
{
	uint64_t v = (q->addr & ~0xfffull) | (uint64_t)(q->prgi & 0x1ff) << 3 |
		     (uint64_t)q->last << 2 | (uint64_t)q->write << 1 | q->read;

	clear(t, TLP_MSG);
	set_pasid(t, pasid_valid, pasid);
	t->routing = TLP_TO_ROOT;
	t->msg_code = TLP_MSG_PAGE_REQUEST;
	t->requester = device;
	t->msg_dw2 = v >> 32;
	t->msg_dw3 = (uint32_t)v;
}

bool tlp_get_page_req(const struct tlp *t, struct tlp_page_req *q)
{
	uint64_t v = (uint64_t)t->msg_dw2 << 32 | t->msg_dw3;

	if (t->kind != TLP_MSG || t->msg_code != TLP_MSG_PAGE_REQUEST)
		return false;
	q->addr = v & ~0xfffull;
	q->prgi = v >> 3 & 0x1ff;
	q->last = v >> 2 & 1;
	q->write = v >> 1 & 1;
	q->read = v & 1;
	return true;
}

static void answer(struct tlp *t, enum tlp_kind kind, const struct tlp *q, uint16_t completer)
{
	clear(t, kind);
	t->tc = q->tc;
	t->attr = q->attr; /* 2.2.9: the attributes of the request come back */
	t->requester = q->requester;
	t->tag = q->tag;
	t->completer = completer;
	t->byte_count = 4;
}

void tlp_make_cpl(struct tlp *t, const struct tlp *q, uint16_t completer, enum tlp_status status)
{
	answer(t, TLP_CPL, q, completer);
	t->status = status;
	if (q->kind == TLP_MRD) {
		uint32_t span = tlp_byte_span(q);

		t->byte_count = span ? span : 1;
		t->lower_addr = tlp_first_byte(q) & 0x7f;
	}
}

void tlp_make_cpld(struct tlp *t, const struct tlp *q, uint16_t completer, uint32_t off,
		   uint32_t len, const void *data)
{
	bool mem = q->kind == TLP_MRD;
	uint32_t span = mem ? tlp_byte_span(q) : 4;
	uint64_t first = mem ? tlp_first_byte(q) + off : 0;
	uint32_t pad = first & 3;

	answer(t, TLP_CPLD, q, completer);
	if (mem && q->at == TLP_AT_TRANSLATION_REQUEST)
		first = 0;
	t->lower_addr = first & 0x7f;
	/* 2.2.9: what is left of the request, this packet included; a flush answers one byte. */
	t->byte_count = span ? span - off : 1;
	t->length_dw = len ? (pad + len + 3) / 4 : 1;
	t->payload_len = t->length_dw * 4;
	memset(t->payload, 0, t->payload_len);
	if (len)
		memcpy(t->payload + pad, data, len);
}
