/*
 * PCI_TLP_IOMMU: what an IOMMU and a PCIe device tell each other when both speak TLPs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QEMU's IOMMUMemoryRegion knows neither PASIDs nor ATS nor PRI. A device whose DMA arrives as TLPs
 * (PASID prefix, AT field, Page Requests) uses this interface instead of its DMA address space: it
 * asks the IOMMU about each request and then accesses the physical address itself. The IOMMU asks
 * the device to invalidate its ATC and answers its page requests through PCITLPClientOps.
 *
 * Locking and time: all functions and all callbacks run with the big lock held and no other lock.
 * A callback may call back into the IOMMU. Nothing here waits for the other side: translations are
 * walks of guest memory and return at once; invalidations and page request groups are answered
 * later by a call in the other direction. A callback therefore only queues its TLP.
 *
 * Requester IDs are bus/device/function as the guest numbered them, so that one client may own
 * several (a PF and its VFs).
 */

#ifndef HW_PCI_PCI_TLP_IOMMU_H
#define HW_PCI_PCI_TLP_IOMMU_H

#include "qom/object.h"
#include "hw/pci/pci.h"

#define TYPE_PCI_TLP_IOMMU "pci-tlp-iommu"

typedef struct PCITLPIOMMU PCITLPIOMMU;
typedef struct PCITLPIOMMUClass PCITLPIOMMUClass;
DECLARE_CLASS_CHECKERS(PCITLPIOMMUClass, PCI_TLP_IOMMU, TYPE_PCI_TLP_IOMMU)
#define PCI_TLP_IOMMU(obj) \
    INTERFACE_CHECK(PCITLPIOMMU, (obj), TYPE_PCI_TLP_IOMMU)

/* Completion Status values of a Cpl TLP (PCIe Base Spec 2.2.9) */
typedef enum PCITLPStatus {
    PCI_TLP_SC = 0,
    PCI_TLP_UR = 1,
    PCI_TLP_CA = 4,
} PCITLPStatus;

/* Who asks, and the contents of the PASID TLP prefix (PCIe Base Spec 6.20) */
typedef struct PCITLPRequester {
    uint16_t rid;       /* requester ID */
    bool ssv;           /* a PASID prefix is present */
    uint32_t ssid;      /* PASID, 20 bits; 0 without ssv */
    bool priv;          /* Privileged Mode Requested; false without ssv */
    bool exec;          /* Execute Requested; false without ssv */
} PCITLPRequester;

/* A memory request with AT=00 (untranslated) or AT=10 (translated) */
typedef struct PCITLPAccess {
    PCITLPRequester req;
    uint64_t addr;      /* first byte */
    uint32_t len;       /* bytes; a request never crosses 4 KiB. A zero-length read has 0 */
    bool write;
} PCITLPAccess;

/* A Translation Request (PCIe Base Spec 10.2.2) */
typedef struct PCITLPTransReq {
    PCITLPRequester req;
    uint64_t addr;      /* bits 63:12 */
    bool no_write;      /* NW */
    unsigned count;     /* translations asked for: Length / 2 */
} PCITLPTransReq;

/* One entry of a Translation Completion as a number: the first DW on the wire is bits 63:32 */
#define PCI_ATS_ENTRY_R         (1ULL << 0)
#define PCI_ATS_ENTRY_W         (1ULL << 1)
#define PCI_ATS_ENTRY_U         (1ULL << 2)
#define PCI_ATS_ENTRY_EXE       (1ULL << 3)
#define PCI_ATS_ENTRY_PRIV      (1ULL << 4)
#define PCI_ATS_ENTRY_G         (1ULL << 5)
#define PCI_ATS_ENTRY_N         (1ULL << 10)
#define PCI_ATS_ENTRY_S         (1ULL << 11)
#define PCI_ATS_ENTRY_ADDR      0xfffffffffffff000ULL

/* Most translations one completion may carry here; fewer than asked for is legal */
#define PCI_TLP_TRANS_MAX       8

/* A Page Request (PCIe Base Spec 10.4.1). last and neither r nor w: a Stop Marker */
typedef struct PCITLPPageReq {
    PCITLPRequester req;
    uint64_t addr;      /* bits 63:12 */
    uint16_t prgi;      /* page request group index, 9 bits */
    bool last, r, w;
} PCITLPPageReq;

/* An Invalidate Request (PCIe Base Spec 10.3.1) for a device's ATC */
typedef struct PCITLPInvalidate {
    uint16_t rid;       /* the function the message is routed to */
    uint8_t itag;       /* 0..31, unique per function until completed */
    bool ssv;
    uint32_t ssid;
    bool global;        /* G: the range in all PASIDs; only with ssv */
    /* DW pair of the payload as a number: bits 63:12 address, 11 S, 0 G */
    uint64_t payload;
} PCITLPInvalidate;

/* Response codes of a PRG Response (PCIe Base Spec 10.4.2) */
typedef enum PCITLPPRGCode {
    PCI_PRG_SUCCESS = 0x0,
    PCI_PRG_INVALID = 0x1,
    PCI_PRG_FAILURE = 0xf,
} PCITLPPRGCode;

typedef struct PCITLPPRGResponse {
    uint16_t rid;
    bool ssv;
    uint32_t ssid;
    uint16_t prgi;
    PCITLPPRGCode code;
} PCITLPPRGResponse;

typedef struct PCITLPClient PCITLPClient;

typedef struct PCITLPClientOps {
    /* Does the message routed to @rid reach this client? Optional: the client's own RID. */
    bool (*owns_rid)(PCITLPClient *c, uint16_t rid);
    /*
     * Send an Invalidate Request. Never more than @inv_depth per RID are outstanding. Answered by
     * pci_tlp_invalidate_complete(), which may be called from within.
     */
    void (*invalidate)(PCITLPClient *c, const PCITLPInvalidate *inv);
    /* Send a PRG Response. */
    void (*prg_response)(PCITLPClient *c, const PCITLPPRGResponse *resp);
} PCITLPClientOps;

/* Embedded in the device, which owns it; registered between realize and unrealize */
struct PCITLPClient {
    const PCITLPClientOps *ops;
    PCIDevice *dev;
    /* ATS capability's Invalidate Queue Depth, 1..32 (the register's 0 is 32); may change later */
    unsigned inv_depth;
    QTAILQ_ENTRY(PCITLPClient) next;
};

struct PCITLPIOMMUClass {
    InterfaceClass parent_class;

    void (*register_client)(PCITLPIOMMU *iommu, PCITLPClient *c);
    void (*unregister_client)(PCITLPIOMMU *iommu, PCITLPClient *c);
    void (*client_reset)(PCITLPIOMMU *iommu, PCITLPClient *c);
    PCITLPStatus (*access)(PCITLPIOMMU *iommu, const PCITLPAccess *acc, uint64_t *pa);
    PCITLPStatus (*access_translated)(PCITLPIOMMU *iommu, const PCITLPAccess *acc, uint64_t *pa);
    PCITLPStatus (*trans_request)(PCITLPIOMMU *iommu, const PCITLPTransReq *treq,
                                  uint64_t *entries, unsigned *n);
    void (*page_request)(PCITLPIOMMU *iommu, const PCITLPPageReq *preq);
    void (*invalidate_complete)(PCITLPIOMMU *iommu, uint16_t rid, uint32_t itags, unsigned count);
};

/**
 * pci_device_tlp_iommu: the IOMMU in front of @dev, if it speaks TLPs
 *
 * Returns: NULL when there is no IOMMU (then AT=00 addresses are physical, AT=01 and AT=10 are
 * Unsupported Requests and Page Requests go nowhere) or one without this interface. Call it after
 * the machine is built (first use or machine-done), the IOMMU may be realized after the device.
 */
PCITLPIOMMU *pci_device_tlp_iommu(PCIDevice *dev);

/**
 * pci_tlp_register: @c receives the IOMMU's messages for the requester IDs it owns
 *
 * Ownership of @c stays with the caller, who keeps it until pci_tlp_unregister().
 */
static inline void pci_tlp_register(PCITLPIOMMU *iommu, PCITLPClient *c)
{
    PCI_TLP_IOMMU_GET_CLASS(iommu)->register_client(iommu, c);
}

/**
 * pci_tlp_unregister: @c goes away
 *
 * Its outstanding invalidations count as completed: no ATC is left that could hold anything.
 */
static inline void pci_tlp_unregister(PCITLPIOMMU *iommu, PCITLPClient *c)
{
    PCI_TLP_IOMMU_GET_CLASS(iommu)->unregister_client(iommu, c);
}

/**
 * pci_tlp_reset: @c was reset (FLR, hot reset) or its link died; its ATC is empty
 *
 * Its outstanding invalidations count as completed, page request groups without their last request
 * are forgotten. PRG Responses to older groups may still come.
 */
static inline void pci_tlp_reset(PCITLPIOMMU *iommu, PCITLPClient *c)
{
    PCI_TLP_IOMMU_GET_CLASS(iommu)->client_reset(iommu, c);
}

/**
 * pci_tlp_access: translate a request with AT=00
 *
 * @pa: physical address of the first byte. All @acc->len bytes are behind it.
 *
 * The caller then accesses address_space_memory with MemTxAttrs.requester_id = RID (the ITS takes
 * an MSI's DeviceID from there).
 *
 * Returns: PCI_TLP_SC, or PCI_TLP_UR or PCI_TLP_CA as the status of the Cpl of a read (a posted
 * write is dropped). Faults are recorded in the IOMMU's own way.
 */
static inline PCITLPStatus pci_tlp_access(PCITLPIOMMU *iommu, const PCITLPAccess *acc,
                                          uint64_t *pa)
{
    return PCI_TLP_IOMMU_GET_CLASS(iommu)->access(iommu, acc, pa);
}

/**
 * pci_tlp_access_translated: check a request with AT=10 and get the address to use
 *
 * @pa: physical address of the first byte (differs from @acc->addr with split-stage ATS only)
 *
 * Returns: PCI_TLP_SC or PCI_TLP_UR.
 */
static inline PCITLPStatus pci_tlp_access_translated(PCITLPIOMMU *iommu, const PCITLPAccess *acc,
                                                     uint64_t *pa)
{
    return PCI_TLP_IOMMU_GET_CLASS(iommu)->access_translated(iommu, acc, pa);
}

/**
 * pci_tlp_trans_request: serve a Translation Request
 *
 * @entries: room for PCI_TLP_TRANS_MAX entries
 * @n: entries written with PCI_TLP_SC, 1..MIN(count, PCI_TLP_TRANS_MAX). R=W=0: no access.
 *
 * Returns: PCI_TLP_SC; PCI_TLP_UR (the device must stop using ATS); PCI_TLP_CA (this one failed).
 */
static inline PCITLPStatus pci_tlp_trans_request(PCITLPIOMMU *iommu, const PCITLPTransReq *treq,
                                                 uint64_t *entries, unsigned *n)
{
    return PCI_TLP_IOMMU_GET_CLASS(iommu)->trans_request(iommu, treq, entries, n);
}

/**
 * pci_tlp_page_request: a Page Request or Stop Marker arrived
 *
 * The group's answer is PCITLPClientOps.prg_response, at any time from now on, also from within.
 */
static inline void pci_tlp_page_request(PCITLPIOMMU *iommu, const PCITLPPageReq *preq)
{
    PCI_TLP_IOMMU_GET_CLASS(iommu)->page_request(iommu, preq);
}

/**
 * pci_tlp_invalidate_complete: an Invalidate Completion arrived
 *
 * @rid: its sender
 * @itags: DW3, the ITag vector
 * @count: Completion Count as in the message (0 means 8): so many messages complete each ITag
 */
static inline void pci_tlp_invalidate_complete(PCITLPIOMMU *iommu, uint16_t rid, uint32_t itags,
                                               unsigned count)
{
    PCI_TLP_IOMMU_GET_CLASS(iommu)->invalidate_complete(iommu, rid, itags, count);
}

#endif
