/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets against bytes written down by hand from the specification's figures. Prints TAP. */
#include <stdio.h>
#include <string.h>

#include "tlp.h"

static int count, failed;

static void ok(bool good, const char *name)
{
	count++;
	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", count, name);
}

static size_t from_hex(const char *hex, uint8_t *out)
{
	size_t n = 0;
	unsigned v;

	while (*hex) {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		sscanf(hex, "%2x", &v);
		out[n++] = v;
		hex += 2;
	}
	return n;
}

/* Encodes to the given bytes, and decoding these bytes and encoding again gives them back. */
static void both_ways(const struct tlp *t, const char *hex, const char *name)
{
	uint8_t want[256], got[256];
	size_t n = from_hex(hex, want);
	const char *why = NULL;
	struct tlp back;
	bool good;

	good = tlp_encode(t, got, sizeof(got), &why) == n && !memcmp(want, got, n);
	good = good && tlp_wire_size(want, n) == n && tlp_decode(&back, want, n, &why) == 0;
	good = good && back.kind == t->kind && tlp_encode(&back, got, sizeof(got), &why) == n &&
	       !memcmp(want, got, n);
	ok(good, name);
	if (!good) {
		size_t m = tlp_encode(t, got, sizeof(got), &why);

		printf("# %s\n# want %s\n# got  ", why ? why : "bytes differ", hex);
		for (size_t i = 0; i < m; i++)
			printf("%02x", got[i]);
		printf("\n");
	}
}

static void memory(void)
{
	static const uint8_t five[] = {1, 2, 3, 4, 5};
	struct tlp t = {.kind = TLP_MRD, .requester = 0x0100, .tag = 0x2a, .tc = 0};

	/* Figure 2-17: 3 DW, length 0x40 DW, all enables. */
	tlp_set_bytes(&t, 0x89abc000, 256, NULL);
	both_ways(&t, "00000040 01002aff 89abc000", "MRd below 4 GiB");
	/* Figure 2-18: 4 DW; translated; bytes 1..3 of the first and 0..1 of the last. */
	t.at = TLP_AT_TRANSLATED;
	tlp_set_bytes(&t, 0x1234567801ull, 9, NULL);
	both_ways(&t, "20000803 01002a3e 00000012 34567800", "MRd translated, odd bytes");
	ok(tlp_first_byte(&t) == 0x1234567801ull && tlp_byte_span(&t) == 9, "first byte and span");
	/* Prefix byte 0 0x91, privileged bit 7 and execute bit 6 of byte 1, PASID 0xabcde. */
	t.kind = TLP_MWR;
	t.at = 0;
	t.pasid_valid = t.pasid_priv = true;
	t.pasid = 0xabcde;
	tlp_set_bytes(&t, 0x7f0000001003ull, 5, five);
	both_ways(&t, "918abcde 60000002 01002af8 00007f00 00001000 00000001 02030405",
		  "MWr with PASID, five bytes at offset 3");
	t.pasid_valid = false;
	tlp_set_bytes(&t, 0x1001, 2, five);
	both_ways(&t, "40000001 01002a06 00001000 00010200", "MWr of two bytes within one word");
	tlp_set_bytes(&t, 0x1000, 0, NULL);
	both_ways(&t, "40000001 01002a00 00001000 00000000", "zero-length write");
	/* Ten-bit tag: T9 is byte 1 bit 7, T8 byte 1 bit 3. */
	t.kind = TLP_MRD;
	t.tag = 0x3ff;
	t.payload_len = 0;
	tlp_set_bytes(&t, 0x2000, 4096, NULL);
	both_ways(&t, "00880000 0100ffff 00002000", "length 1024 is encoded 0; ten-bit tag");
}

static void ats(void)
{
	/* Translation request: AT=01, 2 DW, No Write is bit 0 of the last address word. */
	struct tlp t = {
		.kind = TLP_MRD, .at = TLP_AT_TRANSLATION_REQUEST, .requester = 0x0100, .tag = 3};
	struct tlp_page_req q;
	struct tlp_xlat x;
	uint64_t addr;
	unsigned a, b;
	uint16_t dest;
	uint32_t v;
	bool g;

	t.length_dw = 2;
	t.first_be = t.last_be = 0xf;
	t.addr = 0x7ffff7dd1001ull;
	t.pasid_valid = true;
	t.pasid = 5;
	both_ways(&t, "91000005 20000402 010003ff 00007fff f7dd1001",
		  "translation request, No Write");
	ok(!tlp_malformed(&t), "which is well formed");
	t.length_dw = 1;
	ok(tlp_malformed(&t), "of odd length is not");

	/* 2 MiB is S=1 and ones in 19:12: 0x40000000 | 0xff000 | 0x800, W and R. */
	x = (struct tlp_xlat){.addr = 0x440000000ull, .size_log2 = 21, .w = true, .r = true};
	uint8_t entry[8], want[8];

	tlp_put_xlat(entry, &x);
	from_hex("00000004 400ff803", want);
	ok(!memcmp(entry, want, 8), "entry of 2 MiB");
	tlp_get_xlat(&x, entry);
	ok(x.addr == 0x440000000ull && x.size_log2 == 21 && x.r && x.w && !x.u, "and back");
	from_hex("00000001 00001800", want);
	tlp_get_xlat(&x, want);
	ok(x.size_log2 == 14 && x.addr == 0x100000000ull, "S=1, bit 12 set, bit 13 clear: 16 KiB");
	from_hex("00000001 00002800", want);
	tlp_get_xlat(&x, want);
	ok(x.size_log2 == 13 && x.addr == 0x100002000ull, "S=1, bit 12 clear: 8 KiB");
	from_hex("00000000 1234543e", want);
	tlp_get_xlat(&x, want);
	ok(x.n && x.global && x.priv && x.exe && x.u && x.w && !x.r && x.addr == 0x12345000,
	   "entry flags");

	tlp_make_inv_req(&t, 0x0010, 0x0100, 9, true, 0x12345, 0x7f1234567000ull, 12, false);
	both_ways(&t, "91012345 72000002 00100901 01000000 00000000 00007f12 34567000",
		  "invalidate request of a page");
	tlp_make_inv_req(&t, 0x0010, 0x0100, 31, false, 0, 0, 64, true);
	both_ways(&t, "72000002 00101f01 01000000 00000000 7fffffff fffff801",
		  "invalidate request of everything, global");
	ok(tlp_get_inv_req(&t, &addr, &a, &g) && a == 64 && addr == 0 && g, "decoded");
	tlp_make_inv_cpl(&t, 0x0100, 0x0010, 8, 0x80000001);
	both_ways(&t, "32000000 01000002 00100000 80000001", "invalidate completion, count 8 is 0");
	ok(tlp_get_inv_cpl(&t, &dest, &a, &v) && dest == 0x10 && a == 8 && v == 0x80000001,
	   "decoded");

	q = (struct tlp_page_req){
		.addr = 0x7f1234567000ull, .prgi = 0x101, .last = true, .read = true};
	tlp_make_page_req(&t, 0x0100, &q, true, 7);
	both_ways(&t, "91000007 30000000 01000004 00007f12 3456780d", "page request");
	ok(tlp_get_page_req(&t, &q) && q.prgi == 0x101 && q.last && q.read && !q.write, "decoded");
	tlp_make_prg_resp(&t, 0x0010, 0x0100, 0x1ff, 0xf, false, 0);
	both_ways(&t, "32000000 00100005 0100f1ff 00000000", "PRG response");
	ok(tlp_get_prg_resp(&t, &dest, &a, &b) && dest == 0x0100 && a == 0x1ff && b == 15,
	   "decoded");
}

static void completions(void)
{
	struct tlp q = {.kind = TLP_MRD, .requester = 0x0100, .tag = 0x11, .attr = TLP_ATTR_RO};
	uint8_t data[64];
	struct tlp t;

	for (int i = 0; i < 64; i++)
		data[i] = i;
	/* 2.3.1.1: 70 bytes from 0x103a, split at the 64-byte boundary 0x1040: 6 bytes, then 64. */
	tlp_set_bytes(&q, 0x103a, 70, NULL);
	tlp_make_cpld(&t, &q, 0x0000, 0, 6, data);
	both_ways(&t, "4a002002 00000046 0100113a 00000001 02030405", "first part of a split read");
	tlp_make_cpld(&t, &q, 0x0000, 6, 4, data);
	both_ways(&t, "4a002001 00000040 01001140 00010203", "second part");
	tlp_make_cpl(&t, &q, 0x0000, TLP_UR);
	both_ways(&t, "0a002000 00002046 0100113a", "unsupported request");
	tlp_set_bytes(&q, 0x2000, 4096, NULL);
	tlp_make_cpl(&t, &q, 0x0000, TLP_CA);
	both_ways(&t, "0a002000 00008000 01001100", "completer abort; 4096 is 0");
	q = (struct tlp){
		.kind = TLP_CFGRD0, .requester = 0, .tag = 1, .target = 0x0100, .reg = 0x104};
	q.length_dw = 1;
	q.first_be = 0xf;
	both_ways(&q, "04000001 0000010f 01000104", "configuration read of an extended register");
	tlp_make_cpld(&t, &q, 0x0100, 0, 4, data);
	both_ways(&t, "4a000001 01000004 00000100 00010203", "and its completion");
}

static void rules(void)
{
	struct tlp t = {.kind = TLP_MRD};
	uint8_t raw[32];
	const char *why;

	tlp_set_bytes(&t, 0x1ff0, 32, NULL);
	ok(tlp_malformed(&t), "4 KiB crossing is found");
	tlp_set_bytes(&t, 0x1fe0, 32, NULL);
	ok(!tlp_malformed(&t), "up to the boundary is right");
	t.first_be = 0;
	ok(tlp_malformed(&t), "no first enables in several words");
	t.first_be = 5;
	ok(tlp_malformed(&t), "a hole in the first enables");
	tlp_set_bytes(&t, 0x1000, 4, NULL);
	t.last_be = 1;
	ok(tlp_malformed(&t), "last enables in one word");
	ok(tlp_decode(&t, raw, from_hex("20000001 0100000f 00000000 00001000", raw), &why) == 0 &&
		   tlp_malformed(&t),
	   "four words for an address below 4 GiB");
	ok(tlp_decode(&t, raw, from_hex("40000002 0100000f 00001000 00000000", raw), &why) < 0,
	   "payload too short");
	ok(tlp_decode(&t, raw, 3, &why) < 0, "three bytes");
	ok(tlp_decode(&t, raw, from_hex("91000001 91000001 00000001 0100000f 00001000", raw),
		      &why) < 0,
	   "two PASID prefixes");
	ok(tlp_decode(&t, raw, from_hex("02000001 0100000f 00001000", raw), &why) == 0 &&
		   t.kind == TLP_UNKNOWN && t.requester == 0x0100,
	   "an I/O read is well formed but unknown");
}

int main(void)
{
	memory();
	ats();
	completions();
	rules();
	printf("1..%d\n", count);
	return failed != 0;
}
