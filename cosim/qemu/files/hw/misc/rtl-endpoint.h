/*
 * A PCIe endpoint whose hardware runs in another process and speaks TLPs over the link
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to rtl-endpoint*.c. Everything runs with the big lock held.
 */

#ifndef HW_MISC_RTL_ENDPOINT_H
#define HW_MISC_RTL_ENDPOINT_H

#include "qemu/queue.h"
#include "qemu/notify.h"
#include "qemu/thread.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pci_tlp_iommu.h"
#include "svarig-link/link.h"
#include "svarig-tlp/tlp.h"

#define TYPE_RTL_ENDPOINT "rtl-endpoint"
OBJECT_DECLARE_SIMPLE_TYPE(RtlEndpoint, RTL_ENDPOINT)
#define TYPE_RTL_ENDPOINT_VF "rtl-endpoint-vf"
OBJECT_DECLARE_SIMPLE_TYPE(RtlEndpointVF, RTL_ENDPOINT_VF)

/* The root complex as the requester of configuration and MMIO requests and the completer of DMA */
#define RTL_EP_HOST_RID 0x0000
#define RTL_EP_TAGS     256

/* A non-posted request on its way, found by its tag */
typedef struct RtlEpRequest {
    bool active;
    bool done;
    bool abandoned;     /* nobody waits any more; the tag stays taken until its completion comes */
    uint8_t status;     /* enum tlp_status */
    bool poisoned;
    unsigned want, got; /* bytes of data */
    uint8_t data[8];
} RtlEpRequest;

/* A TLP that waits for room in the ring */
typedef struct RtlEpPacket {
    QSIMPLEQ_ENTRY(RtlEpPacket) next;
    uint32_t len;
    uint8_t bytes[];
} RtlEpPacket;

typedef struct RtlEpFn RtlEpFn;

typedef struct RtlEpBar {
    MemoryRegion mr;
    RtlEpFn *fn;
    int index;
} RtlEpBar;

/* A function of the endpoint: the physical one, or a virtual one while it is enabled */
struct RtlEpFn {
    RtlEndpoint *ep;
    PCIDevice *dev;
    RtlEpBar bar[PCI_NUM_REGIONS];
    bool in_flr;
    PCITLPClient client;
    bool registered;            /* the IOMMU knows @client */
};

/* A virtual function. The endpoint owns it (hw/pci/pcie_sriov.c), enabled or not */
struct RtlEndpointVF {
    PCIDevice parent_obj;
    RtlEpFn fn;
};

struct RtlEndpoint {
    PCIDevice parent_obj;

    /* properties */
    char *socket;
    uint32_t connect_timeout_ms;
    uint32_t mmio_timeout_ms;
    uint32_t completion_bytes;

    /* link */
    struct svlink *link;
    bool dead;                  /* the peer is gone: the device answers all ones */
    bool serving;               /* a frame from the peer is being handled further up the stack */
    unsigned resets;            /* RESET frames without RESET_DONE: what arrives is older */
    QEMUBH *bh;                 /* serve again, from the main loop */
    QemuCond progress;          /* goes with the big lock: something was received */
    QSIMPLEQ_HEAD(, RtlEpPacket) txq;
    unsigned txq_len;
    uint8_t rx_bytes[SVLINK_MAX_PAYLOAD];
    RtlEpRequest req[RTL_EP_TAGS];
    uint8_t next_tag;

    /* PCI */
    RtlEpFn pf;
    struct {
        uint8_t type;           /* low bits of the BAR register */
        uint64_t size;          /* 0: none */
    } vf_bar[PCI_NUM_REGIONS];
    PCITLPIOMMU *iommu;
    bool drop_invalidations;    /* for tests of what software does when an ATC does not answer */
    uint32_t dropped;
    Notifier machine_done;
    Notifier exit;
};

static inline const char *rtl_ep_name(RtlEndpoint *ep)
{
    return DEVICE(ep)->id ? DEVICE(ep)->id : TYPE_RTL_ENDPOINT;
}

/* ---- rtl-endpoint.c ---- */

/* @type: the low bits of the BAR register */
void rtl_ep_register_bar(RtlEpFn *fn, int index, uint8_t type, uint64_t size);
/* The IOMMU, if there is one that speaks TLPs, has messages for @fn from now on, or no longer. */
void rtl_ep_set_registered(RtlEpFn *fn, bool on);
/* Reset of one function: its ATC is empty. */
void rtl_ep_function_reset(RtlEpFn *fn);
/* The function that @pdev is, physical or virtual */
RtlEpFn *rtl_ep_fn(PCIDevice *pdev);

/* ---- rtl-endpoint-vf.c: virtual functions ---- */

/*
 * The endpoint's SR-IOV capability is at @cap and QEMU's copy of its registers is up to date, but
 * for the BARs, which are in @ep->vf_bar: create the virtual functions.
 */
bool rtl_ep_create_vfs(RtlEndpoint *ep, uint16_t cap, Error **errp);
/* The guest wrote to the SR-IOV capability, and so did rtl_ep_config_write() to QEMU's copy. */
void rtl_ep_sriov_written(RtlEndpoint *ep);
/* The guest wrote Command of virtual function @pdev. */
void rtl_ep_vf_command(PCIDevice *pdev, uint16_t command);
/* The function with requester ID @rid; NULL when the endpoint has none */
RtlEpFn *rtl_ep_function(RtlEndpoint *ep, uint16_t rid);

/* ---- rtl-endpoint-link.c: frames in and out, requests and their completions ---- */

bool rtl_ep_connect(RtlEndpoint *ep, Error **errp);
/* The peer is told @reason. No wait can be going on. */
void rtl_ep_disconnect(RtlEndpoint *ep, const char *reason);
/* After this the device answers all ones. Reports @why once. */
void rtl_ep_die(RtlEndpoint *ep, const char *why);

/* Queue a posted TLP or a completion behind all that were queued before. Never waits. */
void rtl_ep_send(RtlEndpoint *ep, const struct tlp *t);
/*
 * Send a posted write of the CPU: as rtl_ep_send(), but waits while too many TLPs stand in line.
 */
void rtl_ep_post(RtlEndpoint *ep, const struct tlp *t);
/*
 * Send a non-posted request and wait for its completion. @t gets requester and tag. @data gets
 * @want bytes (at most 8) when the status is TLP_SC. @release: other holders of the big lock may
 * run when it takes long (not possible where a caller relies on the lock).
 *
 * Returns an enum tlp_status, or -1: no answer (dead, timeout) or not possible in this place.
 */
int rtl_ep_request(RtlEndpoint *ep, struct tlp *t, uint8_t *data, unsigned want, bool release);
/* All outstanding requests end with UR, all TLPs in line are dropped (reset, death). */
void rtl_ep_flush(RtlEndpoint *ep);
/* Conventional reset of the endpoint; returns when it is done. */
void rtl_ep_bus_reset(RtlEndpoint *ep);

/* ---- rtl-endpoint-cfg.c: configuration space ---- */

/* Fill QEMU's copy from the endpoint, register its BARs, create its virtual functions. */
bool rtl_ep_probe(RtlEndpoint *ep, Error **errp);
/* Fill QEMU's copy of a virtual function that was just enabled. */
void rtl_ep_probe_vf(RtlEpFn *fn);
uint32_t rtl_ep_config_read(PCIDevice *pdev, uint32_t addr, int len);
void rtl_ep_config_write(PCIDevice *pdev, uint32_t addr, uint32_t val, int len);

/* ---- rtl-endpoint-dma.c: what the endpoint asks for ---- */

/* Any TLP from the endpoint but a completion. */
void rtl_ep_upstream(RtlEndpoint *ep, struct tlp *t);
extern const PCITLPClientOps rtl_ep_client_ops;

#endif
