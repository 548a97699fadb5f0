/*
 * rtl-endpoint: what the endpoint asks for, and what the IOMMU tells it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * References are to the PCI Express Base Specification 5.0.
 */

#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/error-report.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pcie_aer.h"
#include "rtl-endpoint.h"
#include "trace.h"

#define RCB_BYTES       64      /* what a root complex may always use (2.3.1.1) */
#define MSG_INTX_ASSERT 0x20    /* 2.2.8.1: INTA..INTD asserted, then deasserted */
#define MSG_INTX_LAST   0x27

static void refuse(RtlEndpoint *ep, const struct tlp *q, PCITLPStatus status)
{
    g_autofree struct tlp *c = g_new(struct tlp, 1);

    /* Both are the values of the wire */
    tlp_make_cpl(c, q, RTL_EP_HOST_RID, (enum tlp_status)status);
    rtl_ep_send(ep, c);
}

static PCITLPRequester requester(const struct tlp *t)
{
    return (PCITLPRequester) {
        .rid = t->requester,
        .ssv = t->pasid_valid,
        .ssid = t->pasid_valid ? t->pasid : 0,
        .priv = t->pasid_valid && t->pasid_priv,
        .exec = t->pasid_valid && t->pasid_exec,
    };
}

/* ---- memory ---- */

static bool is_master(RtlEpFn *fn)
{
    return pci_get_word(fn->dev->config + PCI_COMMAND) & PCI_COMMAND_MASTER;
}

/* Where a request goes after the IOMMU: an address space and an address in it */
static PCITLPStatus translate(RtlEpFn *fn, const struct tlp *t, AddressSpace **as, uint64_t *addr)
{
    PCITLPIOMMU *iommu = fn->ep->iommu;
    PCITLPAccess acc = {
        .req = requester(t),
        .addr = tlp_first_byte(t),
        .len = tlp_byte_span(t),
        .write = t->kind == TLP_MWR,
    };

    if (!is_master(fn)) {
        return PCI_TLP_UR;
    }
    *as = &address_space_memory;
    if (t->at == TLP_AT_TRANSLATED) {
        return iommu ? pci_tlp_access_translated(iommu, &acc, addr) : PCI_TLP_UR;
    }
    if (iommu) {
        return pci_tlp_access(iommu, &acc, addr);
    }
    /* An IOMMU that knows no TLPs, or none, translates by address space; it has no PASIDs */
    *as = pci_get_address_space(fn->dev);
    *addr = acc.addr;
    return t->pasid_valid ? PCI_TLP_UR : PCI_TLP_SC;
}

static MemTxAttrs attrs_of(const struct tlp *t)
{
    return (MemTxAttrs) { .requester_id = t->requester };
}

/*
 * Stores as wide as alignment allows, in the order of addresses: a CPU that sees the last bytes of
 * a record sees all of it, as with a root complex that writes whole cache lines.
 */
static void copy_ascending(uint8_t *dst, const uint8_t *src, size_t n)
{
    while (n) {
        uintptr_t at = (uintptr_t)dst;
        size_t step;

        if (!(at & 7) && n >= 8) {
            qatomic_set((uint64_t *)dst, ldq_he_p(src));
            step = 8;
        } else if (!(at & 3) && n >= 4) {
            qatomic_set((uint32_t *)dst, ldl_he_p(src));
            step = 4;
        } else {
            qatomic_set(dst, *src);
            step = 1;
        }
        smp_wmb();
        dst += step;
        src += step;
        n -= step;
    }
}

static MemTxResult write_bytes(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                               const uint8_t *src, size_t n)
{
    hwaddr xlat, len = n, mapped = n;
    MemoryRegion *mr;
    bool ram;
    void *p;

    WITH_RCU_READ_LOCK_GUARD() {
        mr = address_space_translate(as, addr, &xlat, &len, true, attrs);
        ram = len == n && memory_access_is_direct(mr, true, attrs);
    }
    if (!ram) {
        /* MSIs and other devices: the requester ID goes along */
        return address_space_write(as, addr, attrs, src, n);
    }
    p = address_space_map(as, addr, &mapped, true, attrs);
    if (!p || mapped < n) {
        if (p) {
            address_space_unmap(as, p, mapped, true, 0);
        }
        return address_space_write(as, addr, attrs, src, n);
    }
    copy_ascending(p, src, n);
    address_space_unmap(as, p, mapped, true, n);
    return MEMTX_OK;
}

static void memory_write(RtlEpFn *fn, const struct tlp *t)
{
    RtlEndpoint *ep = fn->ep;
    uint64_t addr;
    uint64_t first = tlp_first_byte(t);
    uint32_t span = tlp_byte_span(t);
    uint32_t skip = first - (t->addr & ~3ULL);
    AddressSpace *as;
    PCITLPStatus status;
    uint32_t i, run;

    if (t->ep) {
        warn_report_once("%s: dropped a poisoned write to 0x%" PRIx64, rtl_ep_name(ep), first);
        return;
    }
    status = translate(fn, t, &as, &addr);
    for (i = 0; status == PCI_TLP_SC && i < span; i += run) {
        bool enabled = tlp_byte_enabled(t, skip + i);

        /* Enables may leave holes in requests of up to two words (2.2.5) */
        for (run = 1; i + run < span && tlp_byte_enabled(t, skip + i + run) == enabled; run++) {
            /* count */
        }
        if (enabled && write_bytes(as, addr + i, attrs_of(t), t->payload + skip + i, run)) {
            status = PCI_TLP_UR;
        }
    }
    if (status != PCI_TLP_SC) {
        /* A posted write has no completion: it is lost */
        trace_rtl_endpoint_dma_error(rtl_ep_name(ep), "write", t->requester, first, span, status);
    }
}

/* Most bytes of one completion: Max_Payload_Size, or less if the user wants */
static uint32_t completion_bytes(RtlEndpoint *ep)
{
    PCIDevice *pdev = PCI_DEVICE(ep);
    uint32_t mps = 128;

    if (pdev->exp.exp_cap) {
        uint16_t ctl = pci_get_word(pdev->config + pdev->exp.exp_cap + PCI_EXP_DEVCTL);

        mps = 128 << MIN((ctl & PCI_EXP_DEVCTL_PAYLOAD) >> 5, 5);
    }
    return ep->completion_bytes ? MIN(ep->completion_bytes, mps) : mps;
}

static void memory_read(RtlEpFn *fn, const struct tlp *t)
{
    RtlEndpoint *ep = fn->ep;
    g_autofree struct tlp *c = g_new(struct tlp, 1);
    uint8_t data[TLP_MAX_PAYLOAD];
    uint64_t addr, first = tlp_first_byte(t);
    uint32_t span = tlp_byte_span(t), off, n, most = completion_bytes(ep);
    PCITLPStatus status;
    AddressSpace *as;

    status = translate(fn, t, &as, &addr);
    if (status == PCI_TLP_SC && span && address_space_read(as, addr, attrs_of(t), data, span)) {
        status = PCI_TLP_UR;
    }
    if (status != PCI_TLP_SC) {
        trace_rtl_endpoint_dma_error(rtl_ep_name(ep), "read", t->requester, first, span, status);
        refuse(ep, t, status);
        return;
    }
    if (!span) {
        /* A zero-length read, which flushes writes: one word of anything (2.2.5) */
        memset(data, 0, 4);
        tlp_make_cpld(c, t, RTL_EP_HOST_RID, 0, 0, data);
        rtl_ep_send(ep, c);
        return;
    }
    /* All but the last end on a multiple of the read completion boundary (2.3.1.1) */
    QEMU_BUILD_BUG_ON(TLP_MAX_PAYLOAD % RCB_BYTES);
    for (off = 0; off < span; off += n) {
        n = MIN(span - off, most - (first + off) % most);
        tlp_make_cpld(c, t, RTL_EP_HOST_RID, off, n, data + off);
        rtl_ep_send(ep, c);
    }
}

static void translation_request(RtlEpFn *fn, const struct tlp *t)
{
    RtlEndpoint *ep = fn->ep;
    g_autofree struct tlp *c = g_new(struct tlp, 1);
    uint64_t entry[PCI_TLP_TRANS_MAX];
    PCITLPTransReq req = {
        .req = requester(t),
        .addr = t->addr & ~0xfffULL,
        .no_write = t->addr & 1,
        .count = t->length_dw / 2,
    };
    PCITLPStatus status = PCI_TLP_UR;
    unsigned n = 0, i;

    if (ep->iommu && is_master(fn)) {
        status = pci_tlp_trans_request(ep->iommu, &req, entry, &n);
    }
    if (status != PCI_TLP_SC || n == 0) {
        refuse(ep, t, status == PCI_TLP_SC ? PCI_TLP_CA : status);
        return;
    }
    tlp_make_cpl(c, t, RTL_EP_HOST_RID, TLP_SC);
    c->kind = TLP_CPLD;
    c->length_dw = n * 2;
    c->payload_len = n * 8;
    c->byte_count = n * 8;
    /* As if it ended on a read completion boundary (10.2.3.1) */
    c->lower_addr = (RCB_BYTES - n * 8) & 0x7f;
    for (i = 0; i < n; i++) {
        stq_be_p(c->payload + i * 8, entry[i]);
    }
    rtl_ep_send(ep, c);
}

/* ---- messages from the endpoint ---- */

static void page_request(RtlEndpoint *ep, const struct tlp *t, const struct tlp_page_req *q)
{
    PCITLPPageReq req = {
        .req = requester(t),
        .addr = q->addr,
        .prgi = q->prgi,
        .last = q->last,
        .r = q->read,
        .w = q->write,
    };

    if (ep->iommu) {
        pci_tlp_page_request(ep->iommu, &req);
    } else if (q->last && (q->read || q->write)) {
        g_autofree struct tlp *c = g_new(struct tlp, 1);

        tlp_make_prg_resp(c, RTL_EP_HOST_RID, t->requester, q->prgi, PCI_PRG_FAILURE,
                          t->pasid_valid, t->pasid);
        rtl_ep_send(ep, c);
    }
}

/* 6.2.4.1: the endpoint's AER has decided already; the ports above have their own enables */
static void error_message(RtlEndpoint *ep, const struct tlp *t)
{
    PCIDevice *port = pci_bridge_get_device(pci_get_bus(PCI_DEVICE(ep)));
    PCIEAERMsg msg = { .source_id = t->requester };

    switch (t->msg_code) {
    case TLP_MSG_ERR_COR:
        msg.severity = PCI_ERR_ROOT_CMD_COR_EN;
        break;
    case TLP_MSG_ERR_NONFATAL:
        msg.severity = PCI_ERR_ROOT_CMD_NONFATAL_EN;
        break;
    default:
        msg.severity = PCI_ERR_ROOT_CMD_FATAL_EN;
        break;
    }
    if (port && pci_is_express(port) && port->exp.aer_cap) {
        pcie_aer_msg(port, &msg);
    }
}

static void message(RtlEndpoint *ep, const struct tlp *t)
{
    PCIDevice *pdev = PCI_DEVICE(ep);
    struct tlp_page_req q;
    uint32_t itags;
    unsigned count;
    uint16_t dest;

    if (tlp_get_page_req(t, &q)) {
        page_request(ep, t, &q);
    } else if (tlp_get_inv_cpl(t, &dest, &count, &itags)) {
        if (ep->iommu) {
            pci_tlp_invalidate_complete(ep->iommu, t->requester, itags, count & 7);
        }
    } else if (t->msg_code >= MSG_INTX_ASSERT && t->msg_code <= MSG_INTX_LAST) {
        if (pci_get_byte(pdev->config + PCI_INTERRUPT_PIN) == (t->msg_code & 3) + 1) {
            pci_set_irq(pdev, !(t->msg_code & 4));
        }
    } else if (t->msg_code == TLP_MSG_ERR_COR || t->msg_code == TLP_MSG_ERR_NONFATAL ||
               t->msg_code == TLP_MSG_ERR_FATAL) {
        error_message(ep, t);
    } else {
        trace_rtl_endpoint_message(rtl_ep_name(ep), t->msg_code, t->requester);
    }
}

/* Requests that the TLP library does not know but that wait for a completion (table 2-3) */
static bool is_other_non_posted(const struct tlp *t)
{
    switch (t->kind == TLP_UNKNOWN ? t->fmt_type : 0) {
    case 0x01: case 0x21:                   /* MRdLk */
    case 0x02: case 0x42:                   /* IORd, IOWr */
    case 0x4c: case 0x6c:                   /* FetchAdd */
    case 0x4d: case 0x6d:                   /* Swap */
    case 0x4e: case 0x6e:                   /* CAS */
        return true;
    default:
        return false;
    }
}

void rtl_ep_upstream(RtlEndpoint *ep, struct tlp *t)
{
    const char *wrong = tlp_malformed(t);
    bool answer = tlp_is_non_posted(t) || is_other_non_posted(t);
    RtlEpFn *fn = rtl_ep_function(ep, t->requester);

    if (wrong && t->kind != TLP_UNKNOWN) {
        warn_report("%s: the endpoint sent a malformed TLP: %s", rtl_ep_name(ep), wrong);
    } else if (t->kind != TLP_UNKNOWN && !fn) {
        /* ACS source validation (6.12.1.1), without which a device could speak for others */
        warn_report_once("%s: the endpoint sent a TLP as %02x:%02x.%x, which it is not",
                         rtl_ep_name(ep), t->requester >> 8, t->requester >> 3 & 0x1f,
                         t->requester & 7);
    } else if (t->kind == TLP_MRD && t->at == TLP_AT_TRANSLATION_REQUEST) {
        translation_request(fn, t);
        return;
    } else if (t->kind == TLP_MRD) {
        memory_read(fn, t);
        return;
    } else if (t->kind == TLP_MWR) {
        memory_write(fn, t);
        return;
    } else if (t->kind == TLP_MSG || t->kind == TLP_MSGD) {
        message(ep, t);
        return;
    } else {
        /* I/O and AtomicOps and configuration requests have no business upstream here */
        warn_report_once("%s: the endpoint sent a TLP of type 0x%02x: unsupported",
                         rtl_ep_name(ep), t->fmt_type);
    }
    if (answer) {
        refuse(ep, t, PCI_TLP_UR);
    }
}

/* ---- messages from the IOMMU ---- */

static void client_invalidate(PCITLPClient *c, const PCITLPInvalidate *inv)
{
    RtlEndpoint *ep = container_of(c, RtlEpFn, client)->ep;
    g_autofree struct tlp *t = g_new(struct tlp, 1);

    if (ep->drop_invalidations) {
        ep->dropped++;
        return;
    }
    if (ep->dead) {
        pci_tlp_invalidate_complete(ep->iommu, inv->rid, 1u << inv->itag, 1);
        return;
    }
    tlp_make_inv_req(t, RTL_EP_HOST_RID, inv->rid, inv->itag, inv->ssv, inv->ssid, 0, 12,
                     inv->global);
    stq_be_p(t->payload, inv->payload);
    rtl_ep_send(ep, t);
}

static void client_prg_response(PCITLPClient *c, const PCITLPPRGResponse *resp)
{
    RtlEndpoint *ep = container_of(c, RtlEpFn, client)->ep;
    g_autofree struct tlp *t = g_new(struct tlp, 1);

    tlp_make_prg_resp(t, RTL_EP_HOST_RID, resp->rid, resp->prgi, resp->code, resp->ssv,
                      resp->ssid);
    rtl_ep_send(ep, t);
}

const PCITLPClientOps rtl_ep_client_ops = {
    .invalidate = client_invalidate,
    .prg_response = client_prg_response,
};
