/*
 * SMMUv3: memory requests with and without PASID, ATS translation requests, translated requests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Arm IHI 0070, 3.9 (ATS and PRI), 13.7 (PCIe permissions) and chapter 15 (outcome per kind of
 * transaction). PCIe Base Spec chapter 10.
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "trace.h"
#include "smmuv3-tlp.h"

/* Without a PASID prefix a PCIe request is unprivileged data */
static SMMUAccess tlp_access_kind(const PCITLPRequester *req, bool write)
{
    bool priv = req->ssv && req->priv;
    bool exec = req->ssv && req->exec && !write;
    uint8_t user_need = write ? SMMU_PERM_UW : exec ? SMMU_PERM_UX : SMMU_PERM_UR;

    QEMU_BUILD_BUG_ON(SMMU_PERM_UR << 3 != SMMU_PERM_PR);
    return (SMMUAccess) {
        .need = priv ? user_need << 3 : user_need,
        .rnw = !write,
        .pnu = priv,
        .ind = exec,
    };
}

static SMMUEventInfo tlp_event(const PCITLPRequester *req)
{
    return (SMMUEventInfo) {
        .type = SMMU_EVT_NONE,
        .sid = req->rid,
        .ssv = req->ssv,
        .ssid = req->ssv ? req->ssid : 0,
    };
}

static uint32_t tlp_sub(const PCITLPRequester *req)
{
    return req->ssv ? req->ssid & (SMMU_SUB_NONE - 1) : SMMU_SUB_NONE;
}

void smmuv3_record_ats_event(SMMUv3State *s, SMMUEventInfo *event)
{
    uint32_t cr2 = s->cr[2];

    switch (event->type) {
    case SMMU_EVT_F_BAD_ATS_TREQ:
    case SMMU_EVT_F_TRANS_FORBIDDEN:
        break;
    case SMMU_EVT_C_BAD_STREAMID:
        if (!FIELD_EX32(cr2, CR2, REC_CFG_ATS) || !FIELD_EX32(cr2, CR2, RECINVSID)) {
            return;
        }
        break;
    default:
        if (!FIELD_EX32(cr2, CR2, REC_CFG_ATS)) {
            return;
        }
        break;
    }
    smmuv3_record_event(s, event);
}

/* No translation: the address goes through if it is a physical one (3.4) */
static bool tlp_bypass_ok(SMMUv3State *s, uint64_t addr)
{
    return !(addr >> smmuv3_oas_bits(s));
}

/* AT=00 with s->mutex held */
static PCITLPStatus tlp_untranslated(SMMUv3State *s, const PCITLPAccess *a, SMMUAccess acc,
                                     SMMUEventInfo *event, uint64_t *pa)
{
    SMMUTransCfg *cfg;
    SMMUTLBEntry tlbe;

    if (!smmu_enabled(s)) {
        bool abort = FIELD_EX32(s->gbpa, GBPA, ABORT);

        return abort || !tlp_bypass_ok(s, a->addr) ? PCI_TLP_UR : PCI_TLP_SC;
    }
    cfg = smmuv3_get_config(s, a->req.rid, tlp_sub(&a->req), event);
    if (!cfg || cfg->aborted) {
        return PCI_TLP_UR;
    }
    if (cfg->bypassed) {
        if (!tlp_bypass_ok(s, a->addr)) {
            event->type = SMMU_EVT_F_ADDR_SIZE;
            event->u.f_addr_size.class = SMMU_CLASS_IN;
            event->u.f_addr_size.rnw = acc.rnw;
            event->u.f_addr_size.pnu = acc.pnu;
            event->u.f_addr_size.ind = acc.ind;
            return PCI_TLP_UR;
        }
        return PCI_TLP_SC;
    }
    if (smmuv3_do_translate(s, a->addr, cfg, event, acc, &tlbe, SMMU_CLASS_IN) !=
        SMMU_TRANS_SUCCESS) {
        return PCI_TLP_UR;
    }
    *pa = CACHED_ENTRY_TO_ADDR(&tlbe, a->addr);
    return PCI_TLP_SC;
}

static PCITLPStatus smmuv3_tlp_access(PCITLPIOMMU *iommu, const PCITLPAccess *a, uint64_t *pa)
{
    SMMUv3State *s = ARM_SMMUV3(iommu);
    SMMUAccess acc = tlp_access_kind(&a->req, a->write);
    SMMUEventInfo event = tlp_event(&a->req);
    PCITLPStatus status;

    *pa = a->addr;
    if (!a->len && !a->write) {
        /* a zero-length read moves no data */
        acc.need = 0;
    }

    qemu_mutex_lock(&s->mutex);
    status = tlp_untranslated(s, a, acc, &event, pa);
    qemu_mutex_unlock(&s->mutex);

    trace_smmuv3_tlp_access(a->req.rid, a->req.ssv, a->req.ssid, a->addr, a->write, status, *pa);
    if (status != PCI_TLP_SC) {
        smmuv3_fixup_event(&event, a->addr);
        smmuv3_record_event(s, &event);
    }
    return status;
}

/* AT=10 with s->mutex held. STE.EATS decides for the stream, whatever the substream. */
static PCITLPStatus tlp_translated(SMMUv3State *s, const PCITLPAccess *a, SMMUEventInfo *event)
{
    SMMUTransCfg *cfg;

    if (!s->ats) {
        return PCI_TLP_UR;
    }
    if (smmu_enabled(s)) {
        if (a->addr >> smmuv3_oas_bits(s)) {
            return PCI_TLP_UR;
        }
        if (!FIELD_EX32(s->cr[0], CR0, ATSCHK)) {
            return PCI_TLP_SC;
        }
        cfg = smmuv3_get_config(s, a->req.rid, SMMU_SUB_STE, event);
        if (!cfg || cfg->aborted) {
            return PCI_TLP_UR;
        }
        if (!cfg->bypassed && cfg->eats == STE_EATS_FULL) {
            return PCI_TLP_SC;
        }
    }
    event->type = SMMU_EVT_F_TRANS_FORBIDDEN;
    event->u.f_transl_forbidden.addr = a->addr;
    event->u.f_transl_forbidden.rnw = !a->write;
    return PCI_TLP_UR;
}

static PCITLPStatus smmuv3_tlp_translated(PCITLPIOMMU *iommu, const PCITLPAccess *a, uint64_t *pa)
{
    SMMUv3State *s = ARM_SMMUV3(iommu);
    PCITLPRequester req = { .rid = a->req.rid };
    SMMUEventInfo event = tlp_event(&req);
    PCITLPStatus status;

    *pa = a->addr;
    qemu_mutex_lock(&s->mutex);
    status = tlp_translated(s, a, &event);
    qemu_mutex_unlock(&s->mutex);

    trace_smmuv3_tlp_translated(a->req.rid, a->addr, a->write, status);
    if (status != PCI_TLP_SC) {
        smmuv3_record_ats_event(s, &event);
    }
    return status;
}

/*
 * A Translation Completion entry from what the tables allow this requester (13.7.1). Priv repeats the
 * request's; G stays 0 (3.9.1).
 */
static uint64_t treq_entry(const PCITLPTransReq *t, const SMMUTLBEntry *tlbe)
{
    SMMUAccess read = tlp_access_kind(&t->req, false);
    SMMUAccess write = tlp_access_kind(&t->req, true);
    uint8_t perm = tlbe->s1_perm & tlbe->s2_perm;
    uint8_t r = read.pnu ? SMMU_PERM_PR : SMMU_PERM_UR;
    uint64_t size = tlbe->entry.addr_mask;
    uint64_t priv = read.pnu ? PCI_ATS_ENTRY_PRIV : 0;
    uint64_t e = 0;

    if (perm & r) {
        e |= PCI_ATS_ENTRY_R;
        /* Exe means nothing without R */
        e |= read.ind && (perm & read.need) ? PCI_ATS_ENTRY_EXE : 0;
    }
    if (!t->no_write && (perm & write.need)) {
        e |= PCI_ATS_ENTRY_W;
    }
    if (!e) {
        return priv;
    }
    e |= priv;
    e |= tlbe->entry.translated_addr & ~size;
    if (size > 0xfff) {
        e |= PCI_ATS_ENTRY_S | ((size >> 1) & PCI_ATS_ENTRY_ADDR);
    }
    return e;
}

#define TREQ_ACCESS (PCI_ATS_ENTRY_R | PCI_ATS_ENTRY_W)

/* One entry for @addr into @entry, without R and W where the tables give none. @size: its bytes. */
static PCITLPStatus treq_translate(SMMUv3State *s, SMMUTransCfg *cfg, const PCITLPTransReq *t,
                                   uint64_t addr, SMMUEventInfo *event, uint64_t *entry,
                                   uint64_t *size)
{
    uint8_t need = tlp_access_kind(&t->req, false).need;
    SMMUPTWEventInfo info = {};
    SMMUTLBEntry tlbe;

    if (!t->no_write) {
        need |= tlp_access_kind(&t->req, true).need;
    }
    *entry = tlp_access_kind(&t->req, false).pnu ? PCI_ATS_ENTRY_PRIV : 0;
    *size = 4 * KiB;
    if (cfg->bypassed) {
        /* stage 1 skipped by STE.S1DSS (13.6.4) */
        if (tlp_bypass_ok(s, addr)) {
            *entry |= addr | TREQ_ACCESS;
        }
        return PCI_TLP_SC;
    }
    if (smmu_translate(ARM_SMMU(s), cfg, addr, need, &tlbe, &info)) {
        switch (info.type) {
        case SMMU_PTW_ERR_WALK_EABT:
            event->type = SMMU_EVT_F_WALK_EABT;
            event->u.f_walk_eabt.addr = addr;
            event->u.f_walk_eabt.addr2 = info.addr;
            event->u.f_walk_eabt.s2 = info.stage == SMMU_STAGE_2;
            event->u.f_walk_eabt.class = SMMU_CLASS_TT;
            event->u.f_walk_eabt.rnw = true;
            return PCI_TLP_CA;
        case SMMU_PTW_ERR_PERMISSION:
            /* some are there */
            break;
        default:
            return PCI_TLP_SC;
        }
    }
    *entry = treq_entry(t, &tlbe);
    *size = tlbe.entry.addr_mask + 1;
    return PCI_TLP_SC;
}

static PCITLPStatus treq_denied(const PCITLPTransReq *t, SMMUEventInfo *event)
{
    event->type = SMMU_EVT_F_BAD_ATS_TREQ;
    event->u.f_bad_ats_treq.addr = t->addr;
    return PCI_TLP_UR;
}

/* Does the STE allow translation requests at all? EATS is effective only with a stage enabled. */
static PCITLPStatus treq_stream(const SMMUTransCfg *cfg, const PCITLPTransReq *t,
                                SMMUEventInfo *event)
{
    if (cfg->aborted) {
        return PCI_TLP_UR;
    }
    return cfg->eats == STE_EATS_FULL ? PCI_TLP_SC : treq_denied(t, event);
}

/* No configuration: a fault of stage 2 on the way to it is no access, all else is an error */
static PCITLPStatus treq_no_config(const PCITLPTransReq *t, uint64_t *entries, unsigned *n,
                                   SMMUEventInfo *event)
{
    switch (event->type) {
    case SMMU_EVT_NONE: /* such a fault, with STE.S2R 0 */
    case SMMU_EVT_F_TRANSLATION:
    case SMMU_EVT_F_ADDR_SIZE:
    case SMMU_EVT_F_ACCESS:
    case SMMU_EVT_F_PERMISSION:
        entries[0] = tlp_access_kind(&t->req, false).pnu ? PCI_ATS_ENTRY_PRIV : 0;
        *n = 1;
        return PCI_TLP_SC;
    default:
        return PCI_TLP_CA;
    }
}

/* A Translation Request with s->mutex held (3.9.1.2) */
static PCITLPStatus treq_serve(SMMUv3State *s, const PCITLPTransReq *t, uint64_t *entries,
                               unsigned *n, SMMUEventInfo *event)
{
    uint64_t addr = t->addr & PCI_ATS_ENTRY_ADDR;
    uint64_t first_size = 0, size, entry;
    PCITLPStatus status;
    SMMUTransCfg *cfg;

    if (!s->ats || !t->count) {
        return PCI_TLP_UR;
    }
    if (!smmu_enabled(s)) {
        return treq_denied(t, event);
    }
    cfg = smmuv3_get_config(s, t->req.rid, SMMU_SUB_STE, event);
    if (!cfg) {
        return PCI_TLP_CA;
    }
    status = treq_stream(cfg, t, event);
    if (status != PCI_TLP_SC) {
        return status;
    }
    cfg = smmuv3_get_config(s, t->req.rid, tlp_sub(&t->req), event);
    if (!cfg) {
        return treq_no_config(t, entries, n, event);
    }
    /* cached at another time, the STE may have been another one */
    status = treq_stream(cfg, t, event);
    if (status != PCI_TLP_SC) {
        return status;
    }

    while (*n < MIN(t->count, PCI_TLP_TRANS_MAX)) {
        status = treq_translate(s, cfg, t, addr, event, &entry, &size);
        if (status != PCI_TLP_SC) {
            return *n ? PCI_TLP_SC : status;
        }
        /* further ones are a gift: of one size, and none that says no access */
        if (*n && (!(entry & TREQ_ACCESS) || size != first_size)) {
            break;
        }
        entries[(*n)++] = entry;
        if (!(entry & TREQ_ACCESS)) {
            break;
        }
        first_size = size;
        addr = (addr & ~(size - 1)) + size;
        if (!addr) {
            break;
        }
    }
    return PCI_TLP_SC;
}

static PCITLPStatus smmuv3_tlp_trans_request(PCITLPIOMMU *iommu, const PCITLPTransReq *t,
                                             uint64_t *entries, unsigned *n)
{
    SMMUv3State *s = ARM_SMMUV3(iommu);
    SMMUEventInfo event = tlp_event(&t->req);
    PCITLPStatus status;
    unsigned i;

    *n = 0;
    trace_smmuv3_tlp_treq(t->req.rid, t->req.ssv, t->req.ssid, t->addr, t->no_write, t->count);
    qemu_mutex_lock(&s->mutex);
    status = treq_serve(s, t, entries, n, &event);
    qemu_mutex_unlock(&s->mutex);

    for (i = 0; i < *n; i++) {
        trace_smmuv3_tlp_treq_entry(entries[i]);
    }
    if (status != PCI_TLP_SC) {
        trace_smmuv3_tlp_treq_denied(status, smmu_event_string(event.type));
        smmuv3_record_ats_event(s, &event);
    }
    return status;
}

void smmuv3_tlp_class_init(ObjectClass *klass)
{
    PCITLPIOMMUClass *c = PCI_TLP_IOMMU_CLASS(klass);

    c->register_client = smmuv3_atc_register;
    c->unregister_client = smmuv3_atc_unregister;
    c->client_reset = smmuv3_atc_client_reset;
    c->access = smmuv3_tlp_access;
    c->access_translated = smmuv3_tlp_translated;
    c->trans_request = smmuv3_tlp_trans_request;
    c->page_request = smmuv3_pri_request;
    c->invalidate_complete = smmuv3_atc_completion;
}
