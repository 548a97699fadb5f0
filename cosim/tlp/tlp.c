/* SPDX-License-Identifier: BSD-2-Clause */
/* Encoding, decoding and the single-packet rules. See tlp.h. */
#include <string.h>

#include "tlp.h"

/* Fmt[2:0] Type[4:0] in byte 0: table 2-3. */
#define FT_MRD32   0x00
#define FT_MRD64   0x20
#define FT_MWR32   0x40
#define FT_MWR64   0x60
#define FT_CFGRD0  0x04
#define FT_CFGWR0  0x44
#define FT_CFGRD1  0x05
#define FT_CFGWR1  0x45
#define FT_CPL	   0x0a
#define FT_CPLD	   0x4a
#define FT_MSG	   0x30
#define FT_MSGD	   0x70
#define FT_PASID   0x91
#define FMT_DATA   0x40
#define FMT_4DW	   0x20
#define FMT_PREFIX 0x80

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool is_mem(enum tlp_kind k)
{
	return k == TLP_MRD || k == TLP_MWR;
}

static bool is_cfg(enum tlp_kind k)
{
	return k >= TLP_CFGRD0 && k <= TLP_CFGWR1;
}

static bool is_cpl(enum tlp_kind k)
{
	return k == TLP_CPL || k == TLP_CPLD;
}

static bool is_msg(enum tlp_kind k)
{
	return k == TLP_MSG || k == TLP_MSGD;
}

static bool has_data(enum tlp_kind k)
{
	return k == TLP_MWR || k == TLP_CFGWR0 || k == TLP_CFGWR1 || k == TLP_CPLD || k == TLP_MSGD;
}

bool tlp_is_non_posted(const struct tlp *t)
{
	return t->kind == TLP_MRD || is_cfg(t->kind);
}

static uint8_t fmt_type_of(const struct tlp *t)
{
	uint8_t wide = t->addr >> 32 ? FMT_4DW : 0;

	switch (t->kind) {
	case TLP_MRD:
		return FT_MRD32 | wide;
	case TLP_MWR:
		return FT_MWR32 | wide;
	case TLP_CFGRD0:
		return FT_CFGRD0;
	case TLP_CFGWR0:
		return FT_CFGWR0;
	case TLP_CFGRD1:
		return FT_CFGRD1;
	case TLP_CFGWR1:
		return FT_CFGWR1;
	case TLP_CPL:
		return FT_CPL;
	case TLP_CPLD:
		return FT_CPLD;
	case TLP_MSG:
		return FT_MSG | (t->routing & 7);
	case TLP_MSGD:
		return FT_MSGD | (t->routing & 7);
	case TLP_UNKNOWN:
		break;
	}
	return t->fmt_type;
}

static enum tlp_kind kind_of(uint8_t ft)
{
	switch (ft) {
	case FT_MRD32:
	case FT_MRD64:
		return TLP_MRD;
	case FT_MWR32:
	case FT_MWR64:
		return TLP_MWR;
	case FT_CFGRD0:
		return TLP_CFGRD0;
	case FT_CFGWR0:
		return TLP_CFGWR0;
	case FT_CFGRD1:
		return TLP_CFGRD1;
	case FT_CFGWR1:
		return TLP_CFGWR1;
	case FT_CPL:
		return TLP_CPL;
	case FT_CPLD:
		return TLP_CPLD;
	}
	if ((ft & 0xf8) == FT_MSG)
		return TLP_MSG;
	if ((ft & 0xf8) == FT_MSGD)
		return TLP_MSGD;
	return TLP_UNKNOWN;
}

static const char *encode_error(const struct tlp *t)
{
	if (t->pasid >> 20)
		return "PASID has more than 20 bits";
	if (has_data(t->kind)) {
		if (!t->payload_len || t->payload_len % 4 || t->payload_len > TLP_MAX_PAYLOAD)
			return "payload length is not 4..4096 in steps of 4";
		if (t->length_dw != t->payload_len / 4)
			return "length field and payload length differ";
	} else if (t->payload_len && t->kind != TLP_UNKNOWN) {
		return "this kind of packet has no payload";
	}
	if (t->length_dw > 1024 || (is_mem(t->kind) && !t->length_dw))
		return "length is not 1..1024 double words";
	if (is_mem(t->kind) && (t->addr & 3) && t->at != TLP_AT_TRANSLATION_REQUEST)
		return "address is not a multiple of 4";
	if (is_cfg(t->kind) && ((t->reg & 3) || t->reg > 0xfff))
		return "register offset is not a multiple of 4 below 4096";
	if (is_cpl(t->kind) && (t->byte_count > 4096 || t->lower_addr > 127))
		return "byte count or lower address out of range";
	if (t->tag > 1023 || (is_msg(t->kind) && t->tag > 255))
		return "tag out of range";
	if (t->th || t->td)
		return "processing hints and digests are not built";
	return NULL;
}

size_t tlp_encode(const struct tlp *t, uint8_t *buf, size_t size, const char **why)
{
	const char *error = encode_error(t);
	uint8_t ft = fmt_type_of(t);
	size_t header = ft & FMT_4DW ? 16 : 12;
	size_t total = (t->pasid_valid ? 4 : 0) + header + t->payload_len;
	uint32_t dw0;
	uint8_t *h = buf;

	if (!error && total > size)
		error = "buffer too small";
	if (error) {
		if (why)
			*why = error;
		return 0;
	}
	if (t->pasid_valid) {
		put32(h, (uint32_t)FT_PASID << 24 | (uint32_t)t->pasid_priv << 23 |
				 (uint32_t)t->pasid_exec << 22 | t->pasid);
		h += 4;
	}
	memset(h, 0, header);
	dw0 = (uint32_t)ft << 24 | (uint32_t)(t->tc & 7) << 20 |
	      (uint32_t)(t->attr >> 2 & 1) << 18 | (uint32_t)t->ep << 14 |
	      (uint32_t)(t->attr & 3) << 12 | (t->length_dw & 0x3ff);
	if (is_mem(t->kind))
		dw0 |= (uint32_t)(t->at & 3) << 10;
	if (!is_msg(t->kind))
		dw0 |= (uint32_t)(t->tag >> 9 & 1) << 23 | (uint32_t)(t->tag >> 8 & 1) << 19;
	put32(h, dw0);
	if (is_cpl(t->kind)) {
		put32(h + 4, (uint32_t)t->completer << 16 | (uint32_t)(t->status & 7) << 13 |
				     (uint32_t)t->bcm << 12 | (t->byte_count & 0xfff));
		put32(h + 8, (uint32_t)t->requester << 16 | (uint32_t)(t->tag & 0xff) << 8 |
				     t->lower_addr);
	} else {
		uint8_t low = is_msg(t->kind) ? t->msg_code : t->last_be << 4 | (t->first_be & 15);

		put32(h + 4, (uint32_t)t->requester << 16 | (uint32_t)(t->tag & 0xff) << 8 | low);
	}
	if (is_msg(t->kind)) {
		put32(h + 8, t->msg_dw2);
		put32(h + 12, t->msg_dw3);
	} else if (is_cfg(t->kind)) {
		put32(h + 8, (uint32_t)t->target << 16 | t->reg);
	} else if (is_mem(t->kind)) {
		if (header == 16)
			put32(h + 8, t->addr >> 32);
		put32(h + header - 4, (uint32_t)t->addr);
	}
	memcpy(h + header, t->payload, t->payload_len);
	return total;
}

size_t tlp_wire_size(const uint8_t *buf, size_t len)
{
	size_t prefix = 0, words;
	uint32_t dw0;

	while (len >= prefix + 4 && (buf[prefix] & 0xe0) == FMT_PREFIX)
		prefix += 4;
	if (len < prefix + 4)
		return 0;
	dw0 = get32(buf + prefix);
	words = dw0 >> 24 & FMT_4DW ? 4 : 3;
	if (dw0 >> 24 & FMT_DATA)
		words += dw0 & 0x3ff ? dw0 & 0x3ff : 1024;
	if (dw0 >> 15 & 1) /* TD */
		words++;
	return prefix + words * 4;
}

static int bad(const char **why, const char *text)
{
	if (why)
		*why = text;
	return -1;
}

static void decode_request(struct tlp *t, const uint8_t *h, size_t header)
{
	t->requester = get32(h + 4) >> 16;
	t->tag |= h[6];
	if (is_msg(t->kind)) {
		t->tag = h[6];
		t->msg_code = h[7];
		t->routing = t->fmt_type & 7;
		t->msg_dw2 = get32(h + 8);
		t->msg_dw3 = get32(h + 12);
		return;
	}
	t->first_be = h[7] & 15;
	t->last_be = h[7] >> 4;
	if (is_cfg(t->kind)) {
		t->target = get32(h + 8) >> 16;
		t->reg = get32(h + 8) & 0xffc;
	} else if (is_mem(t->kind)) {
		t->at = h[2] >> 2 & 3;
		t->addr64 = header == 16;
		t->addr =
			header == 16 ? (uint64_t)get32(h + 8) << 32 | get32(h + 12) : get32(h + 8);
	}
}

int tlp_decode(struct tlp *t, const uint8_t *buf, size_t len, const char **why)
{
	const uint8_t *h = buf;
	size_t total = tlp_wire_size(buf, len);
	size_t header;
	uint32_t dw0;

	memset(t, 0, offsetof(struct tlp, payload));
	if (!total || total != len)
		return bad(why, "the number of bytes is not that of the header");
	while ((h[0] & 0xe0) == FMT_PREFIX) {
		if (h[0] == FT_PASID) {
			if (t->pasid_valid)
				return bad(why, "two PASID prefixes");
			t->pasid_valid = true;
			t->pasid_priv = h[1] >> 7;
			t->pasid_exec = h[1] >> 6 & 1;
			t->pasid = get32(h) & 0xfffff;
		} else {
			return bad(why, "a prefix other than PASID");
		}
		h += 4;
	}
	dw0 = get32(h);
	t->fmt_type = dw0 >> 24;
	t->kind = kind_of(t->fmt_type);
	header = t->fmt_type & FMT_4DW ? 16 : 12;
	t->tc = dw0 >> 20 & 7;
	t->attr = (dw0 >> 12 & 3) | (dw0 >> 16 & 4);
	t->th = dw0 >> 16 & 1;
	t->td = dw0 >> 15 & 1;
	t->ep = dw0 >> 14 & 1;
	t->tag = (dw0 >> 14 & 0x200) | (dw0 >> 11 & 0x100);
	if (t->fmt_type & FMT_DATA || t->kind == TLP_MRD || is_cfg(t->kind) ||
	    t->kind == TLP_UNKNOWN)
		t->length_dw = dw0 & 0x3ff ? dw0 & 0x3ff : 1024;
	if (is_cpl(t->kind)) {
		uint32_t dw1 = get32(h + 4);

		t->completer = dw1 >> 16;
		t->status = dw1 >> 13 & 7;
		t->bcm = dw1 >> 12 & 1;
		t->byte_count = dw1 & 0xfff ? dw1 & 0xfff : 4096;
		t->requester = get32(h + 8) >> 16;
		t->tag |= h[10];
		t->lower_addr = h[11] & 0x7f;
	} else {
		decode_request(t, h, header);
	}
	if (t->fmt_type & FMT_DATA) {
		t->payload_len = t->length_dw * 4;
		memcpy(t->payload, h + header, t->payload_len);
	}
	return 0;
}

size_t tlp_header_size(const struct tlp *t)
{
	return fmt_type_of(t) & FMT_4DW ? 16 : 12;
}

static unsigned lowest(unsigned be)
{
	return be & 1 ? 0 : be & 2 ? 1 : be & 4 ? 2 : 3;
}

static unsigned highest(unsigned be)
{
	return be & 8 ? 3 : be & 4 ? 2 : be & 2 ? 1 : 0;
}

void tlp_set_bytes(struct tlp *t, uint64_t addr, uint32_t len, const void *data)
{
	unsigned off = addr & 3;
	unsigned words = len ? (off + len + 3) / 4 : 1;
	unsigned end = (off + len) & 3;

	t->addr = addr & ~(uint64_t)3;
	t->length_dw = words;
	t->first_be = len ? (0xf << off) & 0xf : 0;
	t->last_be = end ? 0xf >> (4 - end) : 0xf;
	if (words == 1) {
		t->first_be = len ? t->first_be & t->last_be : 0;
		t->last_be = 0;
	}
	if (t->kind == TLP_MWR) {
		t->payload_len = words * 4;
		memset(t->payload, 0, t->payload_len);
		if (data)
			memcpy(t->payload + off, data, len);
	}
}

uint64_t tlp_first_byte(const struct tlp *t)
{
	return (t->addr & ~(uint64_t)3) + (t->first_be ? lowest(t->first_be) : 0);
}

uint32_t tlp_byte_span(const struct tlp *t)
{
	if (t->length_dw == 1)
		return t->first_be ? highest(t->first_be) - lowest(t->first_be) + 1 : 0;
	return t->length_dw * 4 - lowest(t->first_be) - (3 - highest(t->last_be));
}

bool tlp_byte_enabled(const struct tlp *t, uint32_t i)
{
	uint32_t word = i / 4;

	if (word >= t->length_dw)
		return false;
	if (word == 0)
		return t->first_be >> (i & 3) & 1;
	if (word == t->length_dw - 1u)
		return t->last_be >> (i & 3) & 1;
	return true;
}

/* Byte enables that leave a hole, which 2.2.5 allows in few places. */
static bool first_has_hole(unsigned be)
{
	return be && be != ((0xfu << lowest(be)) & 0xf);
}

static const char *malformed_mem(const struct tlp *t)
{
	if (t->addr64 && !(t->addr >> 32))
		return "address below 4 GiB in a four double word header (2.2.4.1)";
	if (t->at == TLP_AT_TRANSLATION_REQUEST) {
		if (t->kind != TLP_MRD)
			return "AT=01 on a write (10.2.2)";
		if (t->length_dw % 2)
			return "translation request of odd length (10.2.2)";
		if (t->first_be != 0xf || t->last_be != 0xf)
			return "translation request without all byte enables (10.2.2)";
		if (t->addr & 0xffe)
			return "translation request with reserved address bits set (10.2.2)";
		return NULL;
	}
	if (t->at == 3)
		return "AT=11 is reserved (2.2.4.1)";
	if (t->addr & 3)
		return "reserved address bits set (2.2.4.1)";
	if ((t->addr & 0xfff) + t->length_dw * 4u > 4096)
		return "request crosses a 4 KiB boundary (2.2.7)";
	if (t->length_dw == 1)
		return t->last_be ? "one double word with last byte enables (2.2.5)" : NULL;
	if (!t->first_be || !t->last_be)
		return "several double words without first or last byte enables (2.2.5)";
	if (t->length_dw == 2 && !(t->addr & 7))
		return NULL;
	if (first_has_hole(t->first_be) || t->last_be & (t->last_be + 1))
		return "byte enables are not contiguous (2.2.5)";
	return NULL;
}

static const char *malformed_msg(const struct tlp *t)
{
	switch (t->msg_code) {
	case TLP_MSG_INVALIDATE_REQUEST:
		if (t->kind != TLP_MSGD || t->length_dw != 2 || t->routing != TLP_BY_ID ||
		    t->tag > 31)
			return "invalidate request form (10.3.1)";
		return NULL;
	case TLP_MSG_INVALIDATE_COMPLETION:
		if (t->kind != TLP_MSG || t->routing != TLP_BY_ID || t->msg_dw2 & 0xfff8)
			return "invalidate completion form (10.3.2)";
		return t->pasid_valid ? "invalidate completion with a PASID prefix (10.3.2)" : NULL;
	case TLP_MSG_PAGE_REQUEST:
		if (t->kind != TLP_MSG || t->routing != TLP_TO_ROOT)
			return "page request form (10.4.1)";
		return NULL;
	case TLP_MSG_PRG_RESPONSE:
		if (t->kind != TLP_MSG || t->routing != TLP_BY_ID)
			return "PRG response form (10.4.2)";
		return NULL;
	}
	return NULL;
}

const char *tlp_malformed(const struct tlp *t)
{
	if (t->kind == TLP_UNKNOWN)
		return "unknown format and type";
	if (is_mem(t->kind))
		return malformed_mem(t);
	if (is_cfg(t->kind)) {
		if (t->length_dw != 1 || t->last_be || t->tc || t->attr || t->pasid_valid)
			return "configuration request form (2.2.7.1)";
		return NULL;
	}
	if (is_msg(t->kind))
		return malformed_msg(t);
	if (t->pasid_valid)
		return "completion with a PASID prefix (6.20)";
	if (t->kind == TLP_CPLD && t->status != TLP_SC)
		return "completion with data and an error status (2.2.9)";
	return NULL;
}
