/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transaction layer packets as the PCIe Base Specification (5.0, chapter 2; ATS and PRI: chapter
 * 10) lays them out. Bytes are in wire order: end-to-end prefix (4, optional), header (12 or 16),
 * payload. No allocation, no state, no dependency: shared by the testbench, the link and the
 * simulator process.
 */
#ifndef SVARIG_TLP_H
#define SVARIG_TLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLP_MAX_PAYLOAD 4096 /* bytes */
#define TLP_MAX_BYTES	(4 + 16 + TLP_MAX_PAYLOAD)

enum tlp_kind {
	TLP_MRD, /* memory read; AT=01 makes it a translation request */
	TLP_MWR,
	TLP_CFGRD0,
	TLP_CFGWR0,
	TLP_CFGRD1,
	TLP_CFGWR1,
	TLP_CPL,
	TLP_CPLD,
	TLP_MSG,
	TLP_MSGD,
	TLP_UNKNOWN, /* a format and type this library does not build (I/O, atomics, locked) */
};

enum tlp_at { /* 2.2.4.1 */
	TLP_AT_UNTRANSLATED = 0,
	TLP_AT_TRANSLATION_REQUEST = 1,
	TLP_AT_TRANSLATED = 2,
};

enum tlp_attr {		  /* bits of .attr, 2.2.6.3 */
	TLP_ATTR_NS = 1,  /* no snoop */
	TLP_ATTR_RO = 2,  /* relaxed ordering */
	TLP_ATTR_IDO = 4, /* ID-based ordering */
};

enum tlp_status {    /* completion status, 2.2.9 */
	TLP_SC = 0,  /* successful */
	TLP_UR = 1,  /* unsupported request */
	TLP_CRS = 2, /* configuration request retry */
	TLP_CA = 4,  /* completer abort */
};

enum tlp_routing { /* r[2:0] of a message, 2.2.8 */
	TLP_TO_ROOT = 0,
	TLP_BY_ADDRESS = 1,
	TLP_BY_ID = 2,
	TLP_BROADCAST = 3,
	TLP_LOCAL = 4,
};

enum tlp_msg_code { /* 10.3, 10.4; 2.2.8.3 */
	TLP_MSG_INVALIDATE_REQUEST = 0x01,
	TLP_MSG_INVALIDATE_COMPLETION = 0x02,
	TLP_MSG_PAGE_REQUEST = 0x04,
	TLP_MSG_PRG_RESPONSE = 0x05,
	TLP_MSG_ERR_COR = 0x30,
	TLP_MSG_ERR_NONFATAL = 0x31,
	TLP_MSG_ERR_FATAL = 0x33,
};

struct tlp {
	enum tlp_kind kind;
	/* PASID prefix, 6.20 */
	bool pasid_valid;
	bool pasid_exec; /* execute requested */
	bool pasid_priv; /* privileged mode requested */
	uint32_t pasid;	 /* 20 bits */
	/* first double word */
	uint8_t fmt_type; /* byte 0 as decoded; ignored by tlp_encode unless kind is TLP_UNKNOWN */
	uint8_t tc;
	uint8_t attr;	    /* TLP_ATTR_* */
	uint8_t at;	    /* TLP_AT_*; requests only */
	bool th;	    /* processing hints: never built */
	bool td;	    /* digest: never built, the decoder drops the digest's four bytes */
	bool ep;	    /* poisoned */
	bool addr64;	    /* as decoded: a four double word request header; tlp_encode goes by the
			       address */
	uint16_t length_dw; /* 1..1024; 0 when the packet kind has no length */
	/* requests */
	uint16_t requester; /* requests and messages: who asks; completions: who gets it */
	uint16_t tag;	    /* 10 bits; of messages 8 bits (the ITag of an invalidate request) */
	uint8_t first_be, last_be;
	uint64_t addr;	 /* memory: byte address, multiple of 4; bit 0 = No Write in translation
			    requests */
	uint16_t target; /* configuration: bus 15:8, device 7:3, function 2:0 */
	uint16_t reg;	 /* configuration: byte offset, multiple of 4 */
	/* completions */
	uint16_t completer;
	uint8_t status; /* TLP_SC .. */
	bool bcm;
	uint16_t byte_count; /* 1..4096 */
	uint8_t lower_addr;  /* 7 bits */
	/* messages */
	uint8_t msg_code;
	uint8_t routing;
	uint32_t msg_dw2, msg_dw3; /* header double words, byte 8 (12) in 31:24 */
	/* payload, first byte on the wire first */
	uint32_t payload_len; /* bytes, multiple of 4 */
	uint8_t payload[TLP_MAX_PAYLOAD];
};

/*
 * Writes t in wire order to buf (size bytes). Returns the bytes written, or 0 when the fields
 * cannot be a TLP (then *why, if why is not NULL, says which one in English; static string).
 */
size_t tlp_encode(const struct tlp *t, uint8_t *buf, size_t size, const char **why);

/*
 * Fills *t from len bytes in wire order. Returns 0, or -1 for bytes that are not one whole TLP
 * (then *why says so). A well-formed TLP of a kind not known here gives TLP_UNKNOWN with fmt_type,
 * requester and tag. Rules of behaviour (4 KiB crossing, byte enables, ...) are not checked here:
 * see tlp_malformed().
 */
int tlp_decode(struct tlp *t, const uint8_t *buf, size_t len, const char **why);

/*
 * Bytes of the TLP that starts at buf, of which len are there: prefix + header + payload + digest,
 * or 0 when more bytes are needed to tell.
 */
size_t tlp_wire_size(const uint8_t *buf, size_t len);

/* Header bytes of a decoded TLP on the wire: 12 or 16 (without the prefix). */
size_t tlp_header_size(const struct tlp *t);

/*
 * The rules a single TLP can break by itself: byte enables (2.2.5), 4 KiB crossing (2.2.7), address
 * format, translation request form (10.2.2), message lengths. Returns NULL, or what is wrong
 * (static string).
 */
const char *tlp_malformed(const struct tlp *t);

/* True for packets that want completions: reads and configuration requests. */
bool tlp_is_non_posted(const struct tlp *t);

/*
 * Memory requests by bytes: sets addr, length_dw, first_be, last_be for bytes [addr, addr + len);
 * len 0 makes a zero-length request of one DW without enables (flush). For writes copies data into
 * the payload at the right offset (the rest is zero). len plus the offset in the first DW is at
 * most 4096.
 */
void tlp_set_bytes(struct tlp *t, uint64_t addr, uint32_t len, const void *data);

/* First enabled byte address and number of bytes from the first to the last enabled byte (0: no
 * enables). */
uint64_t tlp_first_byte(const struct tlp *t);
uint32_t tlp_byte_span(const struct tlp *t);
/* True when byte i of the payload (or of the range read) is enabled. */
bool tlp_byte_enabled(const struct tlp *t, uint32_t i);

/* Translations, 10.2.3 */
struct tlp_xlat {
	uint64_t addr;	    /* 63:12; size is in size_log2 */
	unsigned size_log2; /* 12.. 63 */
	bool n;		    /* non-snooped */
	bool global, priv, exe;
	bool u; /* untranslated access only */
	bool w, r;
};

/* One completion entry, 8 bytes in wire order (address 63:32 first). */
void tlp_put_xlat(uint8_t *p, const struct tlp_xlat *x);
void tlp_get_xlat(struct tlp_xlat *x, const uint8_t *p);

/*
 * Ready-made packets. All fill *t completely. Sizes: size_log2 is log2 of the range in
 * bytes, 12..64, 64 = everything.
 */
void tlp_make_inv_req(struct tlp *t, uint16_t requester, uint16_t device, unsigned itag,
		      bool pasid_valid, uint32_t pasid, uint64_t addr, unsigned size_log2,
		      bool global);
/* Decodes an invalidate request: returns false when t is none. */
bool tlp_get_inv_req(const struct tlp *t, uint64_t *addr, unsigned *size_log2, bool *global);
void tlp_make_inv_cpl(struct tlp *t, uint16_t device, uint16_t requester, unsigned count,
		      uint32_t itag_vector);
/* Decodes an invalidate completion; count is 1..8. */
bool tlp_get_inv_cpl(const struct tlp *t, uint16_t *dest, unsigned *count, uint32_t *itag_vector);
void tlp_make_prg_resp(struct tlp *t, uint16_t requester, uint16_t device, unsigned prgi,
		       unsigned code, bool pasid_valid, uint32_t pasid);
bool tlp_get_prg_resp(const struct tlp *t, uint16_t *dest, unsigned *prgi, unsigned *code);

struct tlp_page_req {
	uint64_t addr; /* 63:12 */
	unsigned prgi; /* 9 bits */
	bool last, write, read;
};

void tlp_make_page_req(struct tlp *t, uint16_t device, const struct tlp_page_req *q,
		       bool pasid_valid, uint32_t pasid);
bool tlp_get_page_req(const struct tlp *t, struct tlp_page_req *q);

/*
 * A completion without data for request q (status TLP_UR, TLP_CA, or TLP_SC for a write), 2.2.9.
 */
void tlp_make_cpl(struct tlp *t, const struct tlp *q, uint16_t completer, enum tlp_status status);
/*
 * A completion with data of a memory or configuration read q: bytes [off, off + len) of the byte
 * span of the request (tlp_byte_span, 4 for configuration), data starting with the first of them.
 * Lower address and byte count are set for that part (2.3.1.1).
 */
void tlp_make_cpld(struct tlp *t, const struct tlp *q, uint16_t completer, uint32_t off,
		   uint32_t len, const void *data);

/* One line of text for logs, without newline. Returns what snprintf returns. */
int tlp_format(const struct tlp *t, char *buf, size_t size);

#endif
