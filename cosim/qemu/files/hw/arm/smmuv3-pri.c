/*
 * SMMUv3: PRI queue and page request group responses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Arm IHI 0070, chapter 8 (queue, overflow, automatic responses) and 4.5.2 (CMD_PRI_RESP). Interrupts
 * are wired ones (SMMU_IDR0.MSI is 0).
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "trace.h"
#include "smmuv3-tlp.h"

typedef struct PriqEntry {
    uint32_t word[4];
} PriqEntry;

#define PRIQ_W1_PRIV    (1u << 26)
#define PRIQ_W1_EXEC    (1u << 27)
#define PRIQ_W1_READ    (1u << 28)
#define PRIQ_W1_WRITE   (1u << 29)
#define PRIQ_W1_LAST    (1u << 30)
#define PRIQ_W1_SSV     (1u << 31)

/* CMD_PRI_RESP.Resp */
enum {
    PRI_RESP_FAILURE,
    PRI_RESP_INVALID,
    PRI_RESP_SUCCESS,
};

struct SMMUv3PrgResp {
    PCITLPPRGResponse resp;
    QTAILQ_ENTRY(SMMUv3PrgResp) next;
};
typedef struct SMMUv3PrgResp SMMUv3PrgResp;

static void pri_queue_resp(SMMUv3State *s, const PCITLPPRGResponse *resp)
{
    SMMUv3PrgResp *r = g_new0(SMMUv3PrgResp, 1);

    r->resp = *resp;
    QTAILQ_INSERT_TAIL(&s->prg_resps, r, next);
}

void smmuv3_pri_send(SMMUv3State *s)
{
    SMMUv3PrgResp *r;

    while ((r = QTAILQ_FIRST(&s->prg_resps))) {
        PCITLPClient *c = smmuv3_tlp_client(s, r->resp.rid);

        QTAILQ_REMOVE(&s->prg_resps, r, next);
        if (c) {
            c->ops->prg_response(c, &r->resp);
        } else {
            qemu_log_mask(LOG_GUEST_ERROR,
                          "smmuv3: PRG response to %04x, which is no such device\n",
                          r->resp.rid);
        }
        g_free(r);
    }
}

SMMUCmdError smmuv3_pri_resp(SMMUv3State *s, Cmd *cmd)
{
    PCITLPPRGResponse resp = {
        .rid = CMD_SID(cmd),
        .ssv = smmuv3_has_substreams(s) && CMD_SSV(cmd),
        .prgi = CMD_PRGI(cmd),
    };

    if (!s->pri || CMD_SSEC(cmd)) {
        return SMMU_CERROR_ILL;
    }
    switch (CMD_RESP(cmd)) {
    case PRI_RESP_FAILURE:
        resp.code = PCI_PRG_FAILURE;
        break;
    case PRI_RESP_INVALID:
        resp.code = PCI_PRG_INVALID;
        break;
    case PRI_RESP_SUCCESS:
        resp.code = PCI_PRG_SUCCESS;
        break;
    default:
        return SMMU_CERROR_ILL;
    }
    if (resp.ssv) {
        resp.ssid = CMD_SSID(cmd);
    }
    trace_smmuv3_pri_resp(resp.rid, resp.ssv, resp.ssid, resp.prgi, resp.code);
    if (smmu_enabled(s) && CMD_SID(cmd) <= UINT16_MAX) {
        pri_queue_resp(s, &resp);
    }
    return SMMU_CERROR_NONE;
}

/* An answer of our own (8.2). Only the last request of a group is answered, a Stop Marker never. */
static void pri_auto_response(SMMUv3State *s, const PCITLPPageReq *preq, PCITLPPRGCode code,
                              bool with_pasid)
{
    PCITLPPRGResponse resp = {
        .rid = preq->req.rid,
        .ssv = with_pasid,
        .ssid = with_pasid ? preq->req.ssid : 0,
        .prgi = preq->prgi,
        .code = code,
    };
    bool stop_marker = preq->req.ssv && !preq->r && !preq->w;

    if (!preq->last || stop_marker) {
        return;
    }
    trace_smmuv3_pri_auto_response(resp.rid, resp.prgi, resp.code);
    pri_queue_resp(s, &resp);
    smmuv3_pri_send(s);
}

static void pri_failure(SMMUv3State *s, const PCITLPPageReq *preq)
{
    pri_auto_response(s, preq, PCI_PRG_FAILURE, false);
}

/*
 * Overflow (8.1): success, so that the device asks for the translation, misses, and asks for the
 * page again. STE.PPAR says whether the answer carries the PASID.
 */
static void pri_overflow_response(SMMUv3State *s, const PCITLPPageReq *preq)
{
    SMMUEventInfo event = { .sid = preq->req.rid, .inval_ste_allowed = true };
    SMMUTransCfg *cfg;
    bool valid, ppar;

    if (!preq->req.ssv) {
        pri_auto_response(s, preq, PCI_PRG_SUCCESS, false);
        return;
    }
    qemu_mutex_lock(&s->mutex);
    cfg = smmuv3_get_config(s, preq->req.rid, SMMU_SUB_STE, &event);
    valid = cfg;
    ppar = cfg && cfg->ppar;
    qemu_mutex_unlock(&s->mutex);
    if (!valid) {
        smmuv3_record_ats_event(s, &event);
    }
    pri_auto_response(s, preq, valid ? PCI_PRG_SUCCESS : PCI_PRG_FAILURE, ppar);
}

static MemTxResult pri_write(SMMUv3State *s, const PCITLPPageReq *preq)
{
    SMMUQueue *q = &s->priq;
    uint64_t addr = preq->addr & PCI_ATS_ENTRY_ADDR;
    PriqEntry e = {};
    MemTxResult res;
    int i;

    e.word[0] = preq->req.rid;
    if (preq->req.ssv && smmuv3_has_substreams(s)) {
        e.word[1] = PRIQ_W1_SSV | (preq->req.ssid & 0xfffff);
        e.word[1] |= preq->req.priv ? PRIQ_W1_PRIV : 0;
        e.word[1] |= preq->req.exec ? PRIQ_W1_EXEC : 0;
    }
    e.word[1] |= preq->r ? PRIQ_W1_READ : 0;
    e.word[1] |= preq->w ? PRIQ_W1_WRITE : 0;
    e.word[1] |= preq->last ? PRIQ_W1_LAST : 0;
    e.word[2] = (uint32_t)addr | (preq->prgi & 0x1ff);
    e.word[3] = addr >> 32;

    for (i = 0; i < ARRAY_SIZE(e.word); i++) {
        cpu_to_le32s(&e.word[i]);
    }
    res = dma_memory_write(&address_space_memory, Q_PROD_ENTRY(q), &e, sizeof(e),
                           MEMTXATTRS_UNSPECIFIED);
    if (res == MEMTX_OK) {
        queue_prod_incr(q);
    }
    return res;
}

void smmuv3_pri_request(PCITLPIOMMU *iommu, const PCITLPPageReq *preq)
{
    SMMUv3State *s = ARM_SMMUV3(iommu);
    SMMUQueue *q = &s->priq;
    bool abt = (s->gerror ^ s->gerrorn) & R_GERROR_PRIQ_ABT_ERR_MASK;

    trace_smmuv3_pri_request(preq->req.rid, preq->req.ssv, preq->req.ssid, preq->addr,
                             preq->prgi, preq->last, preq->r, preq->w);

    if (!s->pri || !smmu_enabled(s) || !smmuv3_priq_enabled(s) || abt) {
        pri_failure(s, preq);
        return;
    }
    if (smmuv3_q_overflowed(q) || smmuv3_q_full(q)) {
        if (!smmuv3_q_overflowed(q)) {
            smmuv3_q_overflow(q);
            trace_smmuv3_pri_overflow(q->prod, q->cons);
            smmuv3_trigger_irq(s, SMMU_IRQ_PRIQ, 0);
        }
        pri_overflow_response(s, preq);
        return;
    }
    if (pri_write(s, preq) != MEMTX_OK) {
        smmuv3_trigger_irq(s, SMMU_IRQ_GERROR, R_GERROR_PRIQ_ABT_ERR_MASK);
        pri_failure(s, preq);
        return;
    }
    smmuv3_trigger_irq(s, SMMU_IRQ_PRIQ, 0);
}

void smmuv3_pri_write_base(SMMUv3State *s, uint64_t value)
{
    if (!s->pri) {
        return;
    }
    s->priq.base = value;
    s->priq.log2size = MIN(extract64(value, 0, 5), s->priqs);
}

void smmuv3_pri_reset(SMMUv3State *s)
{
    SMMUv3PrgResp *r;

    while ((r = QTAILQ_FIRST(&s->prg_resps))) {
        QTAILQ_REMOVE(&s->prg_resps, r, next);
        g_free(r);
    }
    s->priq.base = s->pri ? s->priqs : 0;
    s->priq.log2size = s->pri ? s->priqs : 0;
    s->priq.prod = 0;
    s->priq.cons = 0;
    s->priq.entry_size = sizeof(PriqEntry);
    s->priq_irq_cfg0 = 0;
    s->priq_irq_cfg1 = 0;
    s->priq_irq_cfg2 = 0;
}

void smmuv3_pri_init(SMMUv3State *s)
{
    QTAILQ_INIT(&s->prg_resps);
}
