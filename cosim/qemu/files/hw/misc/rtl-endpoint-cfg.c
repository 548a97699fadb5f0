/*
 * rtl-endpoint: configuration space
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The endpoint's configuration space is the true one: every access of the guest goes there as
 * CfgRd0 or CfgWr0. QEMU's copy holds what QEMU itself looks at: the header (memory decoding, bus
 * mastering, BARs), and the PCI Express capability.
 *
 * Configuration accesses keep the big lock while they wait: the host bridge serves one at a time.
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/range.h"
#include "qapi/error.h"
#include "hw/pci/pci_bus.h"
#include "rtl-endpoint.h"
#include "trace.h"

#define ALL_BYTES       0xf
#define PCI_EXP_BYTES   0x3c    /* version 2 of the PCI Express capability */
#define CRS_PAUSE_US    500

/* One configuration request for the bytes @be of the word at @reg. *val is in CPU order. */
static bool cfg_request(RtlEndpoint *ep, bool write, uint16_t reg, uint8_t be, uint32_t *val)
{
    g_autofree struct tlp *t = g_new0(struct tlp, 1);
    int64_t end = g_get_monotonic_time() + (int64_t)ep->mmio_timeout_ms * 1000;
    uint8_t bytes[8];
    int status;

    do {
        memset(t, 0, offsetof(struct tlp, payload));
        t->kind = write ? TLP_CFGWR0 : TLP_CFGRD0;
        /* The endpoint learns its bus and device number from each CfgWr0 (2.2.6.2) */
        t->target = pci_get_bdf(PCI_DEVICE(ep));
        t->reg = reg;
        t->length_dw = 1;
        t->first_be = be;
        if (write) {
            t->payload_len = 4;
            stl_le_p(t->payload, *val);
        }
        status = rtl_ep_request(ep, t, bytes, write ? 0 : 4, false);
        if (status != TLP_CRS) {
            break;
        }
        g_usleep(CRS_PAUSE_US);
    } while (g_get_monotonic_time() < end);
    if (status == TLP_SC && !write) {
        *val = ldl_le_p(bytes);
    }
    return status == TLP_SC;
}

static bool cfg_read32(RtlEndpoint *ep, uint16_t reg, uint32_t *val)
{
    return cfg_request(ep, false, reg, ALL_BYTES, val);
}

/* Bring QEMU's copy of one word up to date. All ones when the endpoint does not answer. */
static uint32_t sync32(RtlEndpoint *ep, uint16_t reg)
{
    uint32_t val = UINT32_MAX;

    if (cfg_read32(ep, reg, &val)) {
        pci_set_long(PCI_DEVICE(ep)->config + reg, val);
    }
    return val;
}

uint32_t rtl_ep_config_read(PCIDevice *pdev, uint32_t addr, int len)
{
    RtlEndpoint *ep = RTL_ENDPOINT(pdev);
    uint32_t ones = MAKE_64BIT_MASK(0, len * 8);
    unsigned off = addr & 3;
    uint32_t val;

    if (off + len > 4) {
        unsigned first = 4 - off;

        return rtl_ep_config_read(pdev, addr, first) |
               rtl_ep_config_read(pdev, addr + first, len - first) << (first * 8);
    }
    if (!cfg_request(ep, false, addr & ~3, MAKE_64BIT_MASK(off, len), &val)) {
        return ones;
    }
    return (val >> (off * 8)) & ones;
}

static bool is_flr(PCIDevice *pdev, uint32_t addr, uint32_t val, int len)
{
    uint32_t high = pdev->exp.exp_cap + PCI_EXP_DEVCTL + 1;

    return pdev->exp.exp_cap && range_covers_byte(addr, len, high) &&
           (val >> ((high - addr) * 8)) & (PCI_EXP_DEVCTL_BCR_FLR >> 8) &&
           pci_get_long(pdev->config + pdev->exp.exp_cap + PCI_EXP_DEVCAP) & PCI_EXP_DEVCAP_FLR;
}

void rtl_ep_config_write(PCIDevice *pdev, uint32_t addr, uint32_t val, int len)
{
    RtlEndpoint *ep = RTL_ENDPOINT(pdev);
    uint16_t cap = pdev->exp.exp_cap;
    unsigned off = addr & 3;
    uint32_t shifted;

    if (off + len > 4) {
        unsigned first = 4 - off;

        rtl_ep_config_write(pdev, addr, val & MAKE_64BIT_MASK(0, first * 8), first);
        rtl_ep_config_write(pdev, addr + first, val >> (first * 8), len - first);
        return;
    }
    shifted = (val & MAKE_64BIT_MASK(0, len * 8)) << (off * 8);
    cfg_request(ep, true, addr & ~3, MAKE_64BIT_MASK(off, len), &shifted);
    if (addr < PCI_STD_HEADER_SIZEOF) {
        pci_default_write_config(pdev, addr, val, len);
    } else if (is_flr(pdev, addr, val, len)) {
        ep->in_flr = true;
        pci_device_reset(pdev);
        ep->in_flr = false;
    } else if (cap && ranges_overlap(addr, len, cap, PCI_EXP_BYTES)) {
        sync32(ep, addr & ~3);
    }
}

/* ---- at realize time ---- */

static bool probe_bar(RtlEndpoint *ep, int *index, Error **errp)
{
    PCIDevice *pdev = PCI_DEVICE(ep);
    uint16_t reg = PCI_BASE_ADDRESS_0 + *index * 4;
    uint32_t was = 0, ones = UINT32_MAX, mask = 0, high_mask = UINT32_MAX;
    uint64_t size;
    uint8_t type;

    if (!cfg_read32(ep, reg, &was) || !cfg_request(ep, true, reg, ALL_BYTES, &ones) ||
        !cfg_read32(ep, reg, &mask) || !cfg_request(ep, true, reg, ALL_BYTES, &was)) {
        error_setg(errp, "the endpoint does not answer for BAR %d", *index);
        return false;
    }
    if (!mask) {
        return true;
    }
    if (mask & PCI_BASE_ADDRESS_SPACE_IO) {
        warn_report("%s: BAR %d is I/O space, which PCIe endpoints should not need: left out",
                    rtl_ep_name(ep), *index);
        return true;
    }
    type = mask & ~PCI_BASE_ADDRESS_MEM_MASK;
    if (type & PCI_BASE_ADDRESS_MEM_TYPE_64) {
        uint16_t high = reg + 4;

        ones = UINT32_MAX;
        if (*index == 5 || !cfg_read32(ep, high, &was) ||
            !cfg_request(ep, true, high, ALL_BYTES, &ones) || !cfg_read32(ep, high, &high_mask) ||
            !cfg_request(ep, true, high, ALL_BYTES, &was)) {
            error_setg(errp, "the endpoint's 64-bit BAR %d has no upper half", *index);
            return false;
        }
    }
    size = ~((uint64_t)high_mask << 32 | (mask & PCI_BASE_ADDRESS_MEM_MASK)) + 1;
    if (size < 16 || !is_power_of_2(size)) {
        error_setg(errp, "the endpoint's BAR %d reads 0x%08x after all ones were written: its "
                   "size is no power of two", *index, mask);
        return false;
    }
    rtl_ep_register_bar(ep, *index, type, size);
    if (type & PCI_BASE_ADDRESS_MEM_TYPE_64) {
        (*index)++;
    }
    pci_set_long(pdev->config + reg, type);
    return true;
}

static void probe_capabilities(RtlEndpoint *ep)
{
    PCIDevice *pdev = PCI_DEVICE(ep);
    uint8_t at = sync32(ep, PCI_CAPABILITY_LIST) & ~3;
    int left = 48, i;

    while (at >= PCI_STD_HEADER_SIZEOF && left-- && !ep->dead) {
        uint32_t head = sync32(ep, at);

        if ((head & 0xff) == PCI_CAP_ID_EXP && at <= 0x100 - PCI_EXP_BYTES) {
            pdev->exp.exp_cap = at;
            for (i = 4; i < PCI_EXP_BYTES; i += 4) {
                sync32(ep, at + i);
            }
        }
        at = (head >> 8) & 0xfc;
    }
}

static void probe_extended_capabilities(RtlEndpoint *ep)
{
    uint32_t at = PCI_CONFIG_SPACE_SIZE;
    int left = 960;

    ep->client.inv_depth = 1;
    while (at >= PCI_CONFIG_SPACE_SIZE && left-- && !ep->dead) {
        uint32_t head = sync32(ep, at);

        if (PCI_EXT_CAP_ID(head) == PCI_EXT_CAP_ID_ATS && head != UINT32_MAX) {
            uint32_t depth = sync32(ep, at + PCI_ATS_CAP) & 0x1f;

            ep->client.inv_depth = depth ? depth : 32;
        }
        at = head == UINT32_MAX ? 0 : PCI_EXT_CAP_NEXT(head);
    }
}

bool rtl_ep_probe(RtlEndpoint *ep, Error **errp)
{
    static const uint8_t header[] = {
        PCI_VENDOR_ID, PCI_CLASS_REVISION, PCI_SUBSYSTEM_VENDOR_ID,
    };
    PCIDevice *pdev = PCI_DEVICE(ep);
    uint32_t id = UINT32_MAX, val;
    int i;

    if (!cfg_read32(ep, PCI_VENDOR_ID, &id) || (uint16_t)id == 0xffff) {
        error_setg(errp, "the endpoint at %s does not answer configuration reads%s%s", ep->socket,
                   *svlink_error(ep->link) ? ": " : "", svlink_error(ep->link));
        return false;
    }
    for (i = 0; i < ARRAY_SIZE(header); i++) {
        sync32(ep, header[i]);
    }
    if (cfg_read32(ep, PCI_COMMAND, &val)) {
        pci_set_word(pdev->config + PCI_STATUS, val >> 16);
    }
    if (cfg_read32(ep, PCI_CACHE_LINE_SIZE, &val) && (val >> 16 & 0x7f) != PCI_HEADER_TYPE_NORMAL) {
        error_setg(errp, "the endpoint's header type is 0x%02x, not that of an endpoint",
                   val >> 16 & 0xff);
        return false;
    }
    if (cfg_read32(ep, PCI_INTERRUPT_LINE, &val)) {
        pci_config_set_interrupt_pin(pdev->config, val >> 8 & 0xff);
    }
    for (i = 0; i < 6; i++) {
        if (!probe_bar(ep, &i, errp)) {
            return false;
        }
    }
    probe_capabilities(ep);
    probe_extended_capabilities(ep);
    if (ep->dead) {
        error_setg(errp, "the endpoint at %s went away while it was probed", ep->socket);
        return false;
    }
    trace_rtl_endpoint_probe(rtl_ep_name(ep), svlink_peer_name(ep->link), id & 0xffff, id >> 16,
                             ep->client.inv_depth);
    return true;
}
