/* SPDX-License-Identifier: BSD-2-Clause */
/* See port.h. The rules of the port are in rtl/README.md. */
#include <stdio.h>
#include <string.h>

#include "die.h"
#include "port.h"

void port_init(struct port *p, uint64_t seed)
{
	memset(p, 0, sizeof(*p));
	p->rng.state = seed;
}

static uint32_t get32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void put32(uint8_t *b, uint32_t v)
{
	b[0] = v >> 24;
	b[1] = v >> 16;
	b[2] = v >> 8;
	b[3] = v;
}

/* Only memory writes and configuration writes have byte enables; other payload exists whole. */
static bool has_enables(const struct tlp *t)
{
	return t->kind == TLP_MWR || t->kind == TLP_CFGWR0 || t->kind == TLP_CFGWR1;
}

static uint32_t enables(const struct tlp *t, uint32_t from)
{
	uint32_t be = 0;

	for (uint32_t i = 0; i < BEAT_BYTES && from + i < t->payload_len; i++)
		if (!has_enables(t) || tlp_byte_enabled(t, from + i))
			be |= 1u << i;
	return be;
}

static void load_beat(struct port *p)
{
	const struct tlp *t = &p->out_tlp;
	struct beat *b = &p->out_beat;
	uint32_t left = t->payload_len - p->out_pos;

	memset(b->data, 0, sizeof(b->data));
	memcpy(b->data, t->payload + p->out_pos, left < BEAT_BYTES ? left : BEAT_BYTES);
	b->valid = true;
	b->sop = p->out_pos == 0;
	b->eop = left <= BEAT_BYTES;
	b->be = enables(t, p->out_pos);
}

void port_send(struct port *p, const struct tlp *t)
{
	const uint8_t *h = p->out;
	const char *why;

	if (!tlp_encode(t, p->out, sizeof(p->out), &why))
		die("cannot send: %s", why);
	p->out_tlp = *t;
	memset(&p->out_beat, 0, sizeof(p->out_beat));
	p->out_beat.pfx_valid = t->pasid_valid;
	if (t->pasid_valid) {
		p->out_beat.pfx = get32(h);
		h += 4;
	}
	for (size_t i = 0; i < tlp_header_size(t) / 4; i++)
		p->out_beat.hdr[i] = get32(h + 4 * i);
	p->out_pos = 0;
	p->out_busy = true;
	load_beat(p);
}

const struct beat *port_beat(struct port *p)
{
	if (!p->out_busy)
		return NULL;
	/* A beat once shown stays until it is taken. */
	if (!p->out_shown && rng_chance(&p->rng, p->knobs.gap_percent))
		return NULL;
	p->out_shown = true;
	return &p->out_beat;
}

bool port_sent(struct port *p)
{
	p->out_shown = false;
	if (p->out_beat.eop) {
		p->out_busy = false;
		return true;
	}
	p->out_pos += BEAT_BYTES;
	load_beat(p);
	return false;
}

bool port_ready(struct port *p)
{
	if (p->stall) {
		p->stall--;
		return false;
	}
	if (p->knobs.stall_burst && rng_below(&p->rng, 10000) < p->knobs.stall_burst)
		p->stall = rng_below(&p->rng, 200);
	return !rng_chance(&p->rng, p->knobs.stall_percent);
}

static void fault(struct port *p, const char *text)
{
	if (!p->error[0])
		snprintf(p->error, sizeof(p->error), "%s (header %02x%02x%02x%02x)", text, p->in[0],
			 p->in[1], p->in[2], p->in[3]);
}

static void take_header(struct port *p, const struct beat *b)
{
	unsigned words = b->hdr[0] >> 29 & 1 ? 4 : 3;

	p->in_len = 0;
	if (b->pfx_valid) {
		put32(p->in, b->pfx);
		p->in_len = 4;
	}
	for (unsigned i = 0; i < words; i++, p->in_len += 4)
		put32(p->in + p->in_len, b->hdr[i]);
	if (words == 3 && b->hdr[3])
		fault(p, "a three double word header with a fourth one");
	p->in_want = tlp_wire_size(p->in, p->in_len);
	if (p->in_want > sizeof(p->in) || p->in_want < p->in_len) {
		fault(p, "a header that makes no sense");
		p->in_want = p->in_len;
	}
}

bool port_received(struct port *p, const struct beat *b)
{
	uint32_t first, n, left;
	const char *why = "";

	if (b->sop == p->in_busy)
		fault(p, b->sop ? "start within a packet" : "a beat outside of a packet");
	if (b->sop)
		take_header(p, b);
	p->in_busy = !b->eop;
	first = p->in_len;
	left = p->in_want - p->in_len;
	n = left < BEAT_BYTES ? left : BEAT_BYTES;
	memcpy(p->in + p->in_len, b->data, n);
	p->in_len += n;
	if (b->eop != (left <= BEAT_BYTES))
		fault(p, b->eop ? "end before the length is reached"
				: "no end where the length is reached");
	if (b->eop && p->in_len < p->in_want)
		memset(p->in + p->in_len, 0, p->in_want - p->in_len);
	/* The enables beside the data say the same as the header. */
	if (n) {
		struct tlp *t = &p->in_tlp;

		if (b->sop && tlp_decode(t, p->in, p->in_want, &why))
			fault(p, why);
		first -= p->in_want - t->payload_len;
		if (b->be != enables(t, first))
			fault(p, "byte enables of a beat are not those of the header");
	}
	if (!b->eop)
		return false;
	if (tlp_decode(&p->in_tlp, p->in, p->in_want, &why)) {
		fault(p, why);
		return false;
	}
	return true;
}
