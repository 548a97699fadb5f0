/*
 * rtl-endpoint: virtual functions
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The endpoint serves the configuration space of each virtual function, as it does its own. QEMU
 * needs of it where the BARs are and whether the function may do DMA: the BARs are in the SR-IOV
 * capability of the physical function, whose copy hw/pci/pcie_sriov.c works on, and Memory Space
 * Enable is SR-IOV Control's (PCI Express Base Specification 5.0, 9.3.4.1.3), while hw/pci looks for
 * it in Command. So QEMU's copy of Command has the one bit from there and Bus Master from the guest.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/pci/pci_bus.h"
#include "hw/resettable.h"
#include "migration/vmstate.h"
#include "rtl-endpoint.h"
#include "trace.h"

RtlEpFn *rtl_ep_function(RtlEndpoint *ep, uint16_t rid)
{
    PCIDevice *pdev = PCI_DEVICE(ep);
    int i;

    if (rid == pci_get_bdf(pdev)) {
        return &ep->pf;
    }
    for (i = 0; i < pcie_sriov_num_vfs(pdev); i++) {
        PCIDevice *vf = pcie_sriov_get_vf_at_index(pdev, i);

        if (rid == pci_get_bdf(vf)) {
            return rtl_ep_fn(vf);
        }
    }
    return NULL;
}

void rtl_ep_vf_command(PCIDevice *vf, uint16_t command)
{
    PCIDevice *pf = pcie_sriov_get_pf(vf);
    uint16_t control = pci_get_word(pf->config + pf->exp.sriov_cap + PCI_SRIOV_CTRL);

    command &= PCI_COMMAND_MASTER;
    if (control & PCI_SRIOV_CTRL_MSE) {
        command |= PCI_COMMAND_MEMORY;
    }
    pci_default_write_config(vf, PCI_COMMAND, command, 2);
}

void rtl_ep_sriov_written(RtlEndpoint *ep)
{
    PCIDevice *pdev = PCI_DEVICE(ep);
    int i;

    for (i = 0; i < pcie_sriov_num_vfs(pdev); i++) {
        PCIDevice *vf = pcie_sriov_get_vf_at_index(pdev, i);

        if (!vf->exp.exp_cap) {
            rtl_ep_probe_vf(rtl_ep_fn(vf));
        }
        rtl_ep_vf_command(vf, pci_get_word(vf->config + PCI_COMMAND));
    }
}

bool rtl_ep_create_vfs(RtlEndpoint *ep, uint16_t cap, Error **errp)
{
    PCIDevice *pdev = PCI_DEVICE(ep);
    const uint8_t *cfg = pdev->config + cap;
    uint16_t total = pci_get_word(cfg + PCI_SRIOV_TOTAL_VF);
    uint16_t offset = pci_get_word(cfg + PCI_SRIOV_VF_OFFSET);
    uint16_t stride = pci_get_word(cfg + PCI_SRIOV_VF_STRIDE);
    int i;

    if (!total) {
        return true;
    }
    if (!offset || (total > 1 && !stride)) {
        error_setg(errp, "the endpoint's SR-IOV capability says First VF Offset %u, VF Stride %u",
                   offset, stride);
        return false;
    }
    if (!pcie_sriov_pf_init(pdev, cap, TYPE_RTL_ENDPOINT_VF,
                            pci_get_word(cfg + PCI_SRIOV_VF_DID), total, total, offset,
                            MAX(stride, 1), errp)) {
        return false;
    }
    for (i = 0; i < PCI_SRIOV_NUM_BARS; i++) {
        if (ep->vf_bar[i].size) {
            pcie_sriov_pf_init_vf_bar(pdev, i, ep->vf_bar[i].type, ep->vf_bar[i].size);
        }
    }
    return true;
}

static void rtl_ep_vf_realize(PCIDevice *vf, Error **errp)
{
    RtlEpFn *fn = &RTL_ENDPOINT_VF(vf)->fn;
    int i;

    if (!pcie_sriov_get_pf(vf)) {
        error_setg(errp, "virtual functions come with their rtl-endpoint");
        return;
    }
    fn->ep = RTL_ENDPOINT(pcie_sriov_get_pf(vf));
    fn->dev = vf;
    fn->client.ops = &rtl_ep_client_ops;
    fn->client.dev = vf;
    fn->client.inv_depth = 1;
    for (i = 0; i < PCI_SRIOV_NUM_BARS; i++) {
        if (fn->ep->vf_bar[i].size) {
            rtl_ep_register_bar(fn, i, fn->ep->vf_bar[i].type, fn->ep->vf_bar[i].size);
        }
    }
}

static void rtl_ep_vf_exit(PCIDevice *vf)
{
    rtl_ep_set_registered(&RTL_ENDPOINT_VF(vf)->fn, false);
}

/* Comes when the function is enabled and when it is disabled, too */
static void rtl_ep_vf_reset_hold(Object *obj, ResetType type)
{
    PCIDevice *vf = PCI_DEVICE(obj);
    RtlEpFn *fn = rtl_ep_fn(vf);

    trace_rtl_endpoint_reset(rtl_ep_name(fn->ep), PCI_FUNC(vf->devfn),
                             fn->in_flr ? "function level" : vf->enabled ? "bus" : "no VF Enable");
    rtl_ep_function_reset(fn);
    rtl_ep_set_registered(fn, vf->enabled);
    if (!vf->enabled) {
        /* to be probed again: see rtl_ep_sriov_written() */
        vf->exp.exp_cap = 0;
    }
}

static const VMStateDescription rtl_ep_vf_vmstate = {
    .name = TYPE_RTL_ENDPOINT_VF,
    .unmigratable = 1,
};

static void rtl_ep_vf_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    pc->realize = rtl_ep_vf_realize;
    pc->exit = rtl_ep_vf_exit;
    pc->config_read = rtl_ep_config_read;
    pc->config_write = rtl_ep_config_write;
    rc->phases.hold = rtl_ep_vf_reset_hold;
    dc->vmsd = &rtl_ep_vf_vmstate;
    dc->desc = "Virtual function of an rtl-endpoint";
    /* Reason: needs its physical function */
    dc->user_creatable = false;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo rtl_ep_vf_info = {
    .name = TYPE_RTL_ENDPOINT_VF,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(RtlEndpointVF),
    .class_init = rtl_ep_vf_class_init,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { },
    },
};

static void rtl_ep_vf_register_types(void)
{
    type_register_static(&rtl_ep_vf_info);
}

type_init(rtl_ep_vf_register_types)
