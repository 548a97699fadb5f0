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
static bool cfg_request(RtlEpFn *fn, bool write, uint16_t reg, uint8_t be, uint32_t *val)
{
    RtlEndpoint *ep = fn->ep;
    g_autofree struct tlp *t = g_new0(struct tlp, 1);
    int64_t end = g_get_monotonic_time() + (int64_t)ep->mmio_timeout_ms * 1000;
    uint8_t bytes[8];
    int status;

    do {
        memset(t, 0, offsetof(struct tlp, payload));
        t->kind = write ? TLP_CFGWR0 : TLP_CFGRD0;
        /* The endpoint learns its bus and device number from each CfgWr0 (2.2.6.2) */
        t->target = pci_get_bdf(fn->dev);
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

static bool cfg_read32(RtlEpFn *fn, uint16_t reg, uint32_t *val)
{
    return cfg_request(fn, false, reg, ALL_BYTES, val);
}

/* Bring QEMU's copy of one word up to date. All ones when the endpoint does not answer. */
static uint32_t sync32(RtlEpFn *fn, uint16_t reg)
{
    uint32_t val = UINT32_MAX;

    if (cfg_read32(fn, reg, &val)) {
        pci_set_long(fn->dev->config + reg, val);
    }
    return val;
}

uint32_t rtl_ep_config_read(PCIDevice *pdev, uint32_t addr, int len)
{
    uint32_t ones = MAKE_64BIT_MASK(0, len * 8);
    unsigned off = addr & 3;
    uint32_t val;

    if (off + len > 4) {
        unsigned first = 4 - off;

        return rtl_ep_config_read(pdev, addr, first) |
               rtl_ep_config_read(pdev, addr + first, len - first) << (first * 8);
    }
    if (!cfg_request(rtl_ep_fn(pdev), false, addr & ~3, MAKE_64BIT_MASK(off, len), &val)) {
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
    RtlEpFn *fn = rtl_ep_fn(pdev);
    uint16_t cap = pdev->exp.exp_cap, sriov = pdev->exp.sriov_cap;
    unsigned off = addr & 3;
    uint32_t shifted;

    if (off + len > 4) {
        unsigned first = 4 - off;

        rtl_ep_config_write(pdev, addr, val & MAKE_64BIT_MASK(0, first * 8), first);
        rtl_ep_config_write(pdev, addr + first, val >> (first * 8), len - first);
        return;
    }
    shifted = (val & MAKE_64BIT_MASK(0, len * 8)) << (off * 8);
    cfg_request(fn, true, addr & ~3, MAKE_64BIT_MASK(off, len), &shifted);
    if (addr < PCI_STD_HEADER_SIZEOF && pci_is_vf(pdev)) {
        if (range_covers_byte(addr, len, PCI_COMMAND)) {
            rtl_ep_vf_command(pdev, shifted);
        }
    } else if (addr < PCI_STD_HEADER_SIZEOF) {
        pci_default_write_config(pdev, addr, val, len);
    } else if (is_flr(pdev, addr, val, len)) {
        fn->in_flr = true;
        pci_device_reset(pdev);
        fn->in_flr = false;
        if (pci_is_vf(pdev)) {
            /* still mapped, but no longer a bus master */
            rtl_ep_vf_command(pdev, 0);
        }
    } else if (cap && ranges_overlap(addr, len, cap, PCI_EXP_BYTES)) {
        sync32(fn, addr & ~3);
    } else if (sriov && ranges_overlap(addr, len, sriov, PCI_EXT_CAP_SRIOV_SIZEOF)) {
        /* what the endpoint made of it: it need not take everything */
        if (cfg_read32(fn, addr & ~3, &shifted)) {
            pci_default_write_config(pdev, addr & ~3, shifted, 4);
        }
        rtl_ep_sriov_written(fn->ep);
    }
}

/* ---- at realize time ---- */

/*
 * Size and type of the BAR whose register is at @reg, the @index'th of six. *size is 0 where there
 * is none. A 64-bit BAR takes the next one too.
 */
static bool probe_bar(RtlEndpoint *ep, uint16_t reg, int index, uint8_t *type, uint64_t *size,
                      Error **errp)
{
    RtlEpFn *fn = &ep->pf;
    uint32_t was = 0, ones = UINT32_MAX, mask = 0, high_mask = UINT32_MAX;

    *size = 0;
    if (!cfg_read32(fn, reg, &was) || !cfg_request(fn, true, reg, ALL_BYTES, &ones) ||
        !cfg_read32(fn, reg, &mask) || !cfg_request(fn, true, reg, ALL_BYTES, &was)) {
        error_setg(errp, "the endpoint does not answer for the BAR at 0x%x", reg);
        return false;
    }
    if (!mask) {
        return true;
    }
    if (mask & PCI_BASE_ADDRESS_SPACE_IO) {
        warn_report("%s: the BAR at 0x%x is I/O space, which PCIe endpoints should not need: left "
                    "out", rtl_ep_name(ep), reg);
        return true;
    }
    *type = mask & ~PCI_BASE_ADDRESS_MEM_MASK;
    if (*type & PCI_BASE_ADDRESS_MEM_TYPE_64) {
        uint16_t high = reg + 4;

        ones = UINT32_MAX;
        if (index == 5 || !cfg_read32(fn, high, &was) ||
            !cfg_request(fn, true, high, ALL_BYTES, &ones) || !cfg_read32(fn, high, &high_mask) ||
            !cfg_request(fn, true, high, ALL_BYTES, &was)) {
            error_setg(errp, "the endpoint's 64-bit BAR at 0x%x has no upper half", reg);
            return false;
        }
    }
    *size = ~((uint64_t)high_mask << 32 | (mask & PCI_BASE_ADDRESS_MEM_MASK)) + 1;
    if (*size < 16 || !is_power_of_2(*size)) {
        error_setg(errp, "the endpoint's BAR at 0x%x reads 0x%08x after all ones were written: its "
                   "size is no power of two", reg, mask);
        return false;
    }
    return true;
}

static bool probe_bars(RtlEndpoint *ep, Error **errp)
{
    uint64_t size;
    uint8_t type;
    int i;

    for (i = 0; i < 6; i++) {
        uint16_t reg = PCI_BASE_ADDRESS_0 + i * 4;

        if (!probe_bar(ep, reg, i, &type, &size, errp)) {
            return false;
        }
        if (size) {
            rtl_ep_register_bar(&ep->pf, i, type, size);
            pci_set_long(PCI_DEVICE(ep)->config + reg, type);
            i += !!(type & PCI_BASE_ADDRESS_MEM_TYPE_64);
        }
    }
    return true;
}

static void probe_capabilities(RtlEpFn *fn)
{
    uint8_t at = sync32(fn, PCI_CAPABILITY_LIST) & ~3;
    int left = 48, i;

    while (at >= PCI_STD_HEADER_SIZEOF && left-- && !fn->ep->dead) {
        uint32_t head = sync32(fn, at);

        if ((head & 0xff) == PCI_CAP_ID_EXP && at <= 0x100 - PCI_EXP_BYTES) {
            fn->dev->exp.exp_cap = at;
            for (i = 4; i < PCI_EXP_BYTES; i += 4) {
                sync32(fn, at + i);
            }
        }
        at = (head >> 8) & 0xfc;
    }
}

/* Returns where the SR-IOV capability is, or 0 */
static uint16_t probe_extended_capabilities(RtlEpFn *fn)
{
    uint32_t at = PCI_CONFIG_SPACE_SIZE;
    uint16_t sriov = 0;
    int left = 960;

    fn->client.inv_depth = 1;
    while (at >= PCI_CONFIG_SPACE_SIZE && left-- && !fn->ep->dead) {
        uint32_t head = sync32(fn, at);

        if (head == UINT32_MAX) {
            break;
        }
        if (PCI_EXT_CAP_ID(head) == PCI_EXT_CAP_ID_ATS) {
            uint32_t depth = sync32(fn, at + PCI_ATS_CAP) & 0x1f;

            fn->client.inv_depth = depth ? depth : 32;
        } else if (PCI_EXT_CAP_ID(head) == PCI_EXT_CAP_ID_SRIOV &&
                   at <= PCIE_CONFIG_SPACE_SIZE - PCI_EXT_CAP_SRIOV_SIZEOF) {
            sriov = at;
        }
        at = PCI_EXT_CAP_NEXT(head);
    }
    return sriov;
}

static bool probe_sriov(RtlEndpoint *ep, uint16_t cap, Error **errp)
{
    int i;

    for (i = 4; i < PCI_SRIOV_BAR; i += 4) {
        sync32(&ep->pf, cap + i);
    }
    for (i = 0; i < PCI_SRIOV_NUM_BARS; i++) {
        uint8_t *type = &ep->vf_bar[i].type;
        uint64_t *size = &ep->vf_bar[i].size;

        if (!probe_bar(ep, cap + PCI_SRIOV_BAR + i * 4, i, type, size, errp)) {
            return false;
        }
        i += *size && *type & PCI_BASE_ADDRESS_MEM_TYPE_64;
    }
    return rtl_ep_create_vfs(ep, cap, errp);
}

void rtl_ep_probe_vf(RtlEpFn *fn)
{
    probe_capabilities(fn);
    probe_extended_capabilities(fn);
}

bool rtl_ep_probe(RtlEndpoint *ep, Error **errp)
{
    static const uint8_t header[] = {
        PCI_VENDOR_ID, PCI_CLASS_REVISION, PCI_SUBSYSTEM_VENDOR_ID,
    };
    PCIDevice *pdev = PCI_DEVICE(ep);
    RtlEpFn *fn = &ep->pf;
    uint32_t id = UINT32_MAX, val;
    uint16_t sriov;
    int i;

    if (!cfg_read32(fn, PCI_VENDOR_ID, &id) || (uint16_t)id == 0xffff) {
        error_setg(errp, "the endpoint at %s does not answer configuration reads%s%s", ep->socket,
                   *svlink_error(ep->link) ? ": " : "", svlink_error(ep->link));
        return false;
    }
    for (i = 0; i < ARRAY_SIZE(header); i++) {
        sync32(fn, header[i]);
    }
    if (cfg_read32(fn, PCI_COMMAND, &val)) {
        pci_set_word(pdev->config + PCI_STATUS, val >> 16);
    }
    if (cfg_read32(fn, PCI_CACHE_LINE_SIZE, &val) && (val >> 16 & 0x7f) != PCI_HEADER_TYPE_NORMAL) {
        error_setg(errp, "the endpoint's header type is 0x%02x, not that of an endpoint",
                   val >> 16 & 0xff);
        return false;
    }
    if (cfg_read32(fn, PCI_INTERRUPT_LINE, &val)) {
        pci_config_set_interrupt_pin(pdev->config, val >> 8 & 0xff);
    }
    if (!probe_bars(ep, errp)) {
        return false;
    }
    probe_capabilities(fn);
    sriov = probe_extended_capabilities(fn);
    if (sriov && !probe_sriov(ep, sriov, errp)) {
        return false;
    }
    if (ep->dead) {
        error_setg(errp, "the endpoint at %s went away while it was probed", ep->socket);
        return false;
    }
    trace_rtl_endpoint_probe(rtl_ep_name(ep), svlink_peer_name(ep->link), id & 0xffff, id >> 16,
                             fn->client.inv_depth);
    return true;
}
