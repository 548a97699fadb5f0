/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of text for a TLP. See tlp.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "tlp.h"

struct out {
	char *buf;
	size_t size;
	int used;
};

__attribute__((format(printf, 2, 3))) static void add(struct out *o, const char *format, ...)
{
	size_t left = (size_t)o->used < o->size ? o->size - o->used : 0;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(left ? o->buf + o->used : NULL, left, format, ap);
	va_end(ap);
	if (n > 0)
		o->used += n;
}

static void add_payload(struct out *o, const struct tlp *t)
{
	uint32_t n = t->payload_len < 16 ? t->payload_len : 16;

	if (!n)
		return;
	add(o, " [");
	for (uint32_t i = 0; i < n; i++)
		add(o, "%s%02x", i && i % 4 == 0 ? " " : "", t->payload[i]);
	add(o, n < t->payload_len ? " ...]" : "]");
}

static const char *status_name(unsigned s)
{
	switch (s) {
	case TLP_SC:
		return "SC";
	case TLP_UR:
		return "UR";
	case TLP_CRS:
		return "CRS";
	case TLP_CA:
		return "CA";
	}
	return "?";
}

static void add_msg(struct out *o, const struct tlp *t)
{
	struct tlp_page_req q;
	unsigned a, b;
	uint64_t addr;
	uint16_t dest;
	uint32_t v;
	bool g;

	if (tlp_get_inv_req(t, &addr, &a, &g))
		add(o, "InvReq itag=%u to=%04x %016" PRIx64 "/2^%u%s", t->tag, t->msg_dw2 >> 16,
		    addr, a, g ? " G" : "");
	else if (tlp_get_inv_cpl(t, &dest, &a, &v))
		add(o, "InvCpl to=%04x count=%u itags=%08x", dest, a, v);
	else if (tlp_get_page_req(t, &q))
		add(o, "PageReq %016" PRIx64 " prgi=%u%s%s%s", q.addr, q.prgi, q.last ? " L" : "",
		    q.write ? " W" : "", q.read ? " R" : "");
	else if (tlp_get_prg_resp(t, &dest, &a, &b))
		add(o, "PRGResp to=%04x prgi=%u code=%x", dest, a, b);
	else
		add(o, "Msg%s code=%02x r=%u %08x %08x", t->kind == TLP_MSGD ? "D" : "",
		    t->msg_code, t->routing, t->msg_dw2, t->msg_dw3);
}

int tlp_format(const struct tlp *t, char *buf, size_t size)
{
	static const char *const name[] = {"MRd",    "MWr",    "CfgRd0", "CfgWr0",
					   "CfgRd1", "CfgWr1", "Cpl",	 "CplD"};
	static const char *const at[] = {"", " AT=req", " AT=xl", " AT=3"};
	struct out o = {buf, size, 0};

	if (size)
		buf[0] = 0;
	switch (t->kind) {
	case TLP_MSG:
	case TLP_MSGD:
		add_msg(&o, t);
		break;
	case TLP_MRD:
	case TLP_MWR:
		add(&o, "%s %016" PRIx64 " len=%u be=%x/%x tag=%u%s", name[t->kind], t->addr,
		    t->length_dw, t->first_be, t->last_be, t->tag, at[t->at & 3]);
		break;
	case TLP_CPL:
	case TLP_CPLD:
		add(&o, "%s %s len=%u bc=%u la=%02x to=%04x tag=%u", name[t->kind],
		    status_name(t->status), t->length_dw, t->byte_count, t->lower_addr,
		    t->requester, t->tag);
		break;
	case TLP_UNKNOWN:
		add(&o, "unknown %02x len=%u", t->fmt_type, t->length_dw);
		break;
	default:
		add(&o, "%s %04x+%03x be=%x tag=%u", name[t->kind], t->target, t->reg, t->first_be,
		    t->tag);
		break;
	}
	add(&o, " from=%04x",
	    t->kind == TLP_CPL || t->kind == TLP_CPLD ? t->completer : t->requester);
	if (t->pasid_valid)
		add(&o, " pasid=%x%s%s", t->pasid, t->pasid_exec ? " exe" : "",
		    t->pasid_priv ? " priv" : "");
	if (t->tc || t->attr)
		add(&o, " tc=%u attr=%u", t->tc, t->attr);
	if (t->ep)
		add(&o, " EP");
	add_payload(&o, t);
	return o.used;
}
