// SPDX-License-Identifier: BSD-2-Clause
#include "beats.h"

#include <string.h>

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

/* Byte enables bind requests; completions and messages have all the bytes of their length */
static bool byte_counts(const struct tlp *t, uint32_t i)
{
	if (t->kind == TLP_MWR || t->kind == TLP_CFGWR0 || t->kind == TLP_CFGWR1)
		return tlp_byte_enabled(t, i);
	return i < t->payload_len;
}

static void fill(struct beats_in *b)
{
	size_t left = b->tlp.payload_len - b->sent;
	size_t n = left < BEAT_BYTES ? left : BEAT_BYTES;
	size_t i;

	b->beat.valid = true;
	b->beat.sop = b->sent == 0;
	b->beat.eop = left <= BEAT_BYTES;
	b->beat.be = 0;
	memset(b->beat.data, 0, sizeof(b->beat.data));
	memcpy(b->beat.data, b->tlp.payload + b->sent, n);
	for (i = 0; i < n; i++)
		if (byte_counts(&b->tlp, (uint32_t)(b->sent + i)))
			b->beat.be |= 1u << i;
}

const char *beats_start(struct beats_in *b, const uint8_t *bytes, size_t len)
{
	const char *why = NULL;
	size_t words, i;

	if (tlp_decode(&b->tlp, bytes, len, &why) < 0)
		return why;
	if (b->tlp.td)
		return "a digest cannot be passed to the TLP port";
	memset(&b->beat, 0, sizeof(b->beat));
	if (b->tlp.pasid_valid) {
		b->beat.pfx_valid = true;
		b->beat.pfx = get32(bytes);
		bytes += 4;
	}
	words = tlp_header_size(&b->tlp) / 4;
	for (i = 0; i < words; i++)
		b->beat.hdr[i] = get32(bytes + 4 * i);
	b->sent = 0;
	b->active = true;
	fill(b);
	return NULL;
}

bool beats_next(struct beats_in *b)
{
	if (b->beat.eop) {
		b->active = false;
		b->beat.valid = false;
		return true;
	}
	b->sent += BEAT_BYTES;
	fill(b);
	return false;
}

static int broken(struct beats_out *b, const char **why, const char *text)
{
	b->active = false;
	*why = text;
	return -1;
}

static int start(struct beats_out *b, const struct beat *t, const char **why)
{
	size_t words = t->hdr[0] >> 29 & 1 ? 4 : 3;
	size_t i;

	b->have = 0;
	if (t->pfx_valid) {
		put32(b->bytes, t->pfx);
		b->have = 4;
	}
	for (i = 0; i < words; i++, b->have += 4)
		put32(b->bytes + b->have, t->hdr[i]);
	b->want = tlp_wire_size(b->bytes, b->have);
	if (t->hdr[0] >> 31)
		return broken(b, why, "the header starts with a prefix");
	if (t->hdr[0] >> 15 & 1)
		return broken(b, why, "the header announces a digest");
	b->active = true;
	return 0;
}

int beats_add(struct beats_out *b, const struct beat *t, const char **why)
{
	size_t n;

	if (t->sop == b->active)
		return broken(b, why,
			      t->sop ? "a TLP starts before the last one ended"
				     : "a beat without a start");
	if (t->sop && start(b, t, why) < 0)
		return -1;
	n = b->want - b->have;
	if (n > BEAT_BYTES)
		n = BEAT_BYTES;
	memcpy(b->bytes + b->have, t->data, n);
	b->have += n;
	if (t->eop != (b->have == b->want))
		return broken(b, why,
			      t->eop ? "the TLP ends before its length"
				     : "the TLP goes on after its length");
	if (!t->eop)
		return 0;
	b->active = false;
	return 1;
}
