/*
 * rtl-endpoint: plugs a PCIe endpoint that runs in another process into a root port
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The other process (a Verilog simulator with the endpoint's RTL) speaks TLPs over the link
 * (docs/link-protocol.md of svarig). Identity, capabilities and BARs are the endpoint's own: this
 * device reads them when it is realized and forwards configuration and memory requests. What the
 * endpoint sends reaches guest memory through the IOMMU in front of it (hw/pci/pci_tlp_iommu.h).
 *
 *   -device pcie-root-port,id=rp0 -device rtl-endpoint,socket=/tmp/ep.sock,bus=rp0
 */

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "migration/vmstate.h"
#include "system/system.h"
#include "rtl-endpoint.h"
#include "trace.h"

static uint64_t rtl_ep_bar_addr(RtlEpBar *bar, hwaddr addr)
{
    return bar->fn->dev->io_regions[bar->index].addr + addr;
}

static MemTxResult rtl_ep_bar_read(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                                   MemTxAttrs attrs)
{
    RtlEpBar *bar = opaque;
    RtlEndpoint *ep = bar->fn->ep;
    g_autofree struct tlp *t = g_new0(struct tlp, 1);
    uint8_t bytes[8];

    *data = MAKE_64BIT_MASK(0, size * 8);
    if (ep->serving) {
        /* DMA of the endpoint to itself: its own completion could never come */
        return MEMTX_ERROR;
    }
    t->kind = TLP_MRD;
    tlp_set_bytes(t, rtl_ep_bar_addr(bar, addr), size, NULL);
    if (rtl_ep_request(ep, t, bytes, size, true) == TLP_SC) {
        *data = ldn_le_p(bytes, size);
    }
    /* A root complex answers its CPU with all ones, not with an abort */
    return MEMTX_OK;
}

static MemTxResult rtl_ep_bar_write(void *opaque, hwaddr addr, uint64_t data, unsigned size,
                                    MemTxAttrs attrs)
{
    RtlEpBar *bar = opaque;
    g_autofree struct tlp *t = g_new0(struct tlp, 1);
    uint8_t bytes[8];

    stn_le_p(bytes, size, data);
    t->kind = TLP_MWR;
    t->requester = RTL_EP_HOST_RID;
    tlp_set_bytes(t, rtl_ep_bar_addr(bar, addr), size, bytes);
    rtl_ep_post(bar->fn->ep, t);
    return MEMTX_OK;
}

static const MemoryRegionOps rtl_ep_bar_ops = {
    .read_with_attrs = rtl_ep_bar_read,
    .write_with_attrs = rtl_ep_bar_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

void rtl_ep_register_bar(RtlEpFn *fn, int index, uint8_t type, uint64_t size)
{
    RtlEpBar *bar = &fn->bar[index];
    g_autofree char *name = g_strdup_printf("%s.%d bar %d", rtl_ep_name(fn->ep),
                                            PCI_FUNC(fn->dev->devfn), index);

    bar->fn = fn;
    bar->index = index;
    memory_region_init_io(&bar->mr, OBJECT(fn->dev), &rtl_ep_bar_ops, bar, name, size);
    /* A second CPU may come while the first waits for the endpoint without the big lock */
    bar->mr.disable_reentrancy_guard = true;
    pci_register_bar(fn->dev, index, type, &bar->mr);
    trace_rtl_endpoint_bar(rtl_ep_name(fn->ep), index, size, type);
}

RtlEpFn *rtl_ep_fn(PCIDevice *pdev)
{
    return pci_is_vf(pdev) ? &RTL_ENDPOINT_VF(pdev)->fn : &RTL_ENDPOINT(pdev)->pf;
}

void rtl_ep_set_registered(RtlEpFn *fn, bool on)
{
    if (!fn->ep->iommu || fn->registered == on) {
        return;
    }
    fn->registered = on;
    if (on) {
        pci_tlp_register(fn->ep->iommu, &fn->client);
    } else {
        pci_tlp_unregister(fn->ep->iommu, &fn->client);
    }
}

void rtl_ep_function_reset(RtlEpFn *fn)
{
    if (fn->registered) {
        pci_tlp_reset(fn->ep->iommu, &fn->client);
    }
}

static void rtl_ep_reset_hold(Object *obj, ResetType type)
{
    RtlEndpoint *ep = RTL_ENDPOINT(obj);

    trace_rtl_endpoint_reset(rtl_ep_name(ep), 0, ep->pf.in_flr ? "function level" : "bus");
    if (ep->pf.in_flr) {
        rtl_ep_flush(ep);
    } else {
        rtl_ep_bus_reset(ep);
    }
    rtl_ep_function_reset(&ep->pf);
}

static void rtl_ep_machine_done(Notifier *n, void *opaque)
{
    RtlEndpoint *ep = container_of(n, RtlEndpoint, machine_done);

    ep->iommu = pci_device_tlp_iommu(PCI_DEVICE(ep));
    rtl_ep_set_registered(&ep->pf, true);
}

/* The process ends without unrealizing devices: say goodbye all the same */
static void rtl_ep_exit_notify(Notifier *n, void *opaque)
{
    RtlEndpoint *ep = container_of(n, RtlEndpoint, exit);

    rtl_ep_disconnect(ep, "QEMU exits");
}

static void rtl_ep_realize(PCIDevice *pdev, Error **errp)
{
    RtlEndpoint *ep = RTL_ENDPOINT(pdev);

    if (!ep->socket) {
        error_setg(errp, "rtl-endpoint needs socket=PATH, the socket its simulator listens on");
        return;
    }
    if (ep->completion_bytes && ep->completion_bytes % 64) {
        error_setg(errp, "completion-bytes must be 0 or a multiple of 64");
        return;
    }
    ep->pf.ep = ep;
    ep->pf.dev = pdev;
    ep->pf.client.ops = &rtl_ep_client_ops;
    ep->pf.client.dev = pdev;
    QSIMPLEQ_INIT(&ep->txq);
    qemu_cond_init(&ep->progress);
    if (!rtl_ep_connect(ep, errp)) {
        qemu_cond_destroy(&ep->progress);
        return;
    }
    if (!rtl_ep_probe(ep, errp)) {
        if (pdev->exp.sriov_pf.vf) {
            pcie_sriov_pf_exit(pdev);
        }
        rtl_ep_disconnect(ep, "the endpoint's configuration space is of no use");
        qemu_cond_destroy(&ep->progress);
        return;
    }
    ep->exit.notify = rtl_ep_exit_notify;
    qemu_add_exit_notifier(&ep->exit);
    /* The IOMMU may be realized after us */
    ep->machine_done.notify = rtl_ep_machine_done;
    qemu_add_machine_init_done_notifier(&ep->machine_done);
}

static void rtl_ep_unplug(PCIDevice *pdev)
{
    RtlEndpoint *ep = RTL_ENDPOINT(pdev);

    qemu_remove_machine_init_done_notifier(&ep->machine_done);
    qemu_remove_exit_notifier(&ep->exit);
    if (pdev->exp.sriov_pf.vf) {
        pcie_sriov_pf_exit(pdev);
    }
    rtl_ep_set_registered(&ep->pf, false);
    ep->iommu = NULL;
    rtl_ep_disconnect(ep, "the device was unplugged");
    qemu_cond_destroy(&ep->progress);
}

static const Property rtl_ep_properties[] = {
    DEFINE_PROP_STRING("socket", RtlEndpoint, socket),
    DEFINE_PROP_UINT32("connect-timeout-ms", RtlEndpoint, connect_timeout_ms, 10000),
    /* A CPU that waits longer for a completion reads all ones */
    DEFINE_PROP_UINT32("mmio-timeout-ms", RtlEndpoint, mmio_timeout_ms, 10000),
    /* Longest part a DMA read is answered in; 0: as the Max_Payload_Size allows */
    DEFINE_PROP_UINT32("completion-bytes", RtlEndpoint, completion_bytes, 0),
};

/* The state that matters lives in another process */
static const VMStateDescription rtl_ep_vmstate = {
    .name = TYPE_RTL_ENDPOINT,
    .unmigratable = 1,
};

static bool rtl_ep_get_drop(Object *obj, Error **errp)
{
    return RTL_ENDPOINT(obj)->drop_invalidations;
}

static void rtl_ep_set_drop(Object *obj, bool value, Error **errp)
{
    RTL_ENDPOINT(obj)->drop_invalidations = value;
}

static void rtl_ep_get_dropped(Object *obj, Visitor *v, const char *name, void *opaque,
                               Error **errp)
{
    visit_type_uint32(v, name, &RTL_ENDPOINT(obj)->dropped, errp);
}

static void rtl_ep_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    pc->realize = rtl_ep_realize;
    pc->exit = rtl_ep_unplug;
    pc->config_read = rtl_ep_config_read;
    pc->config_write = rtl_ep_config_write;
    rc->phases.hold = rtl_ep_reset_hold;
    device_class_set_props(dc, rtl_ep_properties);
    object_class_property_add_bool(klass, "drop-invalidations", rtl_ep_get_drop, rtl_ep_set_drop);
    object_class_property_set_description(klass, "drop-invalidations",
        "Lose Invalidate Requests on their way to the endpoint (may change while it runs)");
    object_class_property_add(klass, "dropped-invalidations", "uint32", rtl_ep_get_dropped, NULL,
                              NULL, NULL);
    object_class_property_set_description(klass, "dropped-invalidations",
        "How many were lost");
    dc->vmsd = &rtl_ep_vmstate;
    dc->desc = "PCIe endpoint in another process, reached by TLPs";
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo rtl_ep_info = {
    .name = TYPE_RTL_ENDPOINT,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(RtlEndpoint),
    .class_init = rtl_ep_class_init,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { },
    },
};

static void rtl_ep_register_types(void)
{
    type_register_static(&rtl_ep_info);
}

type_init(rtl_ep_register_types)
