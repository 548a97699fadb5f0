/*
 * SMMUv3: invalidation of the address translation caches of PCIe devices
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * CMD_ATC_INV becomes an Invalidate Request (Arm IHI 0070, 4.5.1; PCIe Base Spec 10.3). The command
 * queue goes on until a CMD_SYNC, which stays at the head of the queue until all Invalidate
 * Completions came, or until a timeout after which it fails with CERROR_ATC_INV_SYNC. Nobody waits
 * in between: completions and the timer restart the queue.
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qapi/error.h"
#include "hw/pci/pci_device.h"
#include "migration/blocker.h"
#include "trace.h"
#include "smmuv3-tlp.h"

/* CMD_ATC_INV.Size of the whole address space: 2^(52 + 12) bytes */
#define ATC_INV_SIZE_ALL    52

#define NR_ITAGS            32

struct SMMUv3AtcInv {
    PCITLPInvalidate inv;
    PCITLPClient *client;
    bool sent;
    QTAILQ_ENTRY(SMMUv3AtcInv) next;
};
typedef struct SMMUv3AtcInv SMMUv3AtcInv;

/* ITags are unique per function. A timed out ITag stays unused until its completion does come. */
typedef struct AtcFunction {
    PCITLPClient *client;
    uint32_t busy;
    uint32_t lost;
    uint8_t got[NR_ITAGS];      /* completion messages seen */
    uint8_t want[NR_ITAGS];     /* as the first of them said, 0 before it */
} AtcFunction;

static AtcFunction *atc_function(SMMUv3State *s, uint16_t rid)
{
    return g_hash_table_lookup(s->atc.functions, GUINT_TO_POINTER(rid));
}

static AtcFunction *atc_function_add(SMMUv3State *s, uint16_t rid, PCITLPClient *c)
{
    AtcFunction *f = atc_function(s, rid);

    if (!f) {
        f = g_new0(AtcFunction, 1);
        f->client = c;
        g_hash_table_insert(s->atc.functions, GUINT_TO_POINTER(rid), f);
    }
    return f;
}

static void atc_drop(SMMUv3State *s, SMMUv3AtcInv *i)
{
    QTAILQ_REMOVE(&s->atc.invs, i, next);
    g_free(i);
}

/* Restart the command queue, which may wait for completions or for a free ITag */
static void atc_progress(SMMUv3State *s)
{
    if (QTAILQ_EMPTY(&s->atc.invs)) {
        timer_del(s->atc.timer);
    }
    smmuv3_cmdq_kick(s);
}

/* The payload's address, S and size encoding (PCIe Base Spec 10.3.1.1) */
static uint64_t atc_payload(uint64_t addr, unsigned size)
{
    uint64_t last = size < ATC_INV_SIZE_ALL ? (1ULL << (12 + size)) - 1 : UINT64_MAX;

    if (!size) {
        return addr & PCI_ATS_ENTRY_ADDR;
    }
    /* ones from bit 12 up, the lowest zero has half the size's weight */
    return (addr & ~last) | ((last >> 1) & PCI_ATS_ENTRY_ADDR) | PCI_ATS_ENTRY_S;
}

SMMUCmdError smmuv3_atc_inv(SMMUv3State *s, Cmd *cmd)
{
    unsigned size = CMD_ATC_SIZE(cmd);
    uint32_t sid = CMD_SID(cmd);
    PCITLPClient *c = NULL;
    SMMUv3AtcInv *i;

    if (!s->ats || CMD_SSEC(cmd) || size > ATC_INV_SIZE_ALL) {
        return SMMU_CERROR_ILL;
    }
    if (!smmu_enabled(s)) {
        return SMMU_CERROR_NONE;
    }
    if (sid <= UINT16_MAX) {
        c = smmuv3_tlp_client(s, sid);
    }
    if (!c) {
        /* nothing there that could hold a translation */
        trace_smmuv3_atc_inv_unowned(sid);
        return SMMU_CERROR_NONE;
    }

    i = g_new0(SMMUv3AtcInv, 1);
    i->client = c;
    i->inv.rid = sid;
    i->inv.ssv = smmuv3_has_substreams(s) && CMD_SSV(cmd);
    i->inv.ssid = i->inv.ssv ? CMD_SSID(cmd) : 0;
    i->inv.global = i->inv.ssv && CMD_ATC_GLOBAL(cmd);
    i->inv.payload = atc_payload(CMD_ADDR(cmd), size) | i->inv.global;
    trace_smmuv3_atc_inv(sid, i->inv.ssv, i->inv.ssid, i->inv.global, i->inv.payload);
    QTAILQ_INSERT_TAIL(&s->atc.invs, i, next);
    return SMMU_CERROR_NONE;
}

bool smmuv3_atc_sync(SMMUv3State *s, SMMUCmdError *err)
{
    if (s->atc.failed) {
        s->atc.failed = false;
        *err = SMMU_CERROR_ATC_INV_SYNC;
        return false;
    }
    if (QTAILQ_EMPTY(&s->atc.invs)) {
        return false;
    }
    if (!timer_pending(s->atc.timer)) {
        trace_smmuv3_atc_sync_parked();
        timer_mod(s->atc.timer,
                  qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) + s->atc.timeout_ms);
    }
    return true;
}

/* Give @i an ITag. False if it must wait for one, or for room in the device's queue. */
static bool atc_take_itag(SMMUv3State *s, SMMUv3AtcInv *i)
{
    AtcFunction *f = atc_function_add(s, i->inv.rid, i->client);
    uint32_t used = f->busy | f->lost;
    unsigned depth = MIN(MAX(i->client->inv_depth, 1), NR_ITAGS);

    if (ctpop32(used) >= depth) {
        return false;
    }
    i->inv.itag = ctz32(~used);
    f->busy |= 1u << i->inv.itag;
    f->got[i->inv.itag] = 0;
    f->want[i->inv.itag] = 0;
    return true;
}

void smmuv3_atc_send(SMMUv3State *s)
{
    SMMUv3AtcInv *i;
    PCITLPInvalidate inv;

again:
    QTAILQ_FOREACH(i, &s->atc.invs, next) {
        if (!i->sent && atc_take_itag(s, i)) {
            i->sent = true;
            trace_smmuv3_atc_sent(i->inv.rid, i->inv.itag, i->inv.payload);
            /* the callback may complete and so free it */
            inv = i->inv;
            i->client->ops->invalidate(i->client, &inv);
            goto again;
        }
    }
}

static SMMUv3AtcInv *atc_find_sent(SMMUv3State *s, uint16_t rid, uint8_t itag)
{
    SMMUv3AtcInv *i;

    QTAILQ_FOREACH(i, &s->atc.invs, next) {
        if (i->sent && i->inv.rid == rid && i->inv.itag == itag) {
            return i;
        }
    }
    return NULL;
}

void smmuv3_atc_completion(PCITLPIOMMU *iommu, uint16_t rid, uint32_t itags, unsigned count)
{
    SMMUv3State *s = ARM_SMMUV3(iommu);
    AtcFunction *f = atc_function(s, rid);
    uint32_t known = f ? f->busy | f->lost : 0;
    int t;

    trace_smmuv3_atc_completion(rid, itags, count);
    if (!itags || itags & ~known) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "smmuv3: unexpected invalidate completion of %04x, ITags 0x%08x\n",
                      rid, itags & ~known);
    }
    count = count & 7 ? count & 7 : 8;

    for (t = 0; t < NR_ITAGS; t++) {
        uint32_t bit = 1u << t;

        if (!(itags & known & bit)) {
            continue;
        }
        if (!f->want[t]) {
            f->want[t] = count;
        }
        if (++f->got[t] < f->want[t]) {
            continue;
        }
        if (f->busy & bit) {
            atc_drop(s, atc_find_sent(s, rid, t));
        }
        f->busy &= ~bit;
        f->lost &= ~bit;
    }
    atc_progress(s);
}

static void atc_timeout(void *opaque)
{
    SMMUv3State *s = opaque;
    SMMUv3AtcInv *i, *n;

    QTAILQ_FOREACH_SAFE(i, &s->atc.invs, next, n) {
        if (i->sent) {
            AtcFunction *f = atc_function(s, i->inv.rid);

            trace_smmuv3_atc_timeout(i->inv.rid, i->inv.itag);
            f->busy &= ~(1u << i->inv.itag);
            f->lost |= 1u << i->inv.itag;
        }
        atc_drop(s, i);
        /* a command queue that was stopped meanwhile starts afresh */
        s->atc.failed = smmuv3_cmdq_enabled(s);
    }
    if (s->atc.failed) {
        warn_report("smmuv3: no invalidate completion within %u ms", s->atc.timeout_ms);
    }
    smmuv3_cmdq_kick(s);
}

static gboolean atc_function_of(gpointer key, gpointer value, gpointer client)
{
    return ((AtcFunction *)value)->client == client;
}

void smmuv3_atc_client_reset(PCITLPIOMMU *iommu, PCITLPClient *c)
{
    SMMUv3State *s = ARM_SMMUV3(iommu);
    SMMUv3AtcInv *i, *n;

    trace_smmuv3_atc_client("reset", DEVICE(c->dev)->id);
    QTAILQ_FOREACH_SAFE(i, &s->atc.invs, next, n) {
        if (i->client == c) {
            atc_drop(s, i);
        }
    }
    g_hash_table_foreach_remove(s->atc.functions, atc_function_of, c);
    atc_progress(s);
}

void smmuv3_atc_register(PCITLPIOMMU *iommu, PCITLPClient *c)
{
    SMMUv3State *s = ARM_SMMUV3(iommu);
    Error *err = NULL;

    trace_smmuv3_atc_client("register", DEVICE(c->dev)->id);
    if (QTAILQ_EMPTY(&s->atc.clients)) {
        error_setg(&s->atc.migration_blocker,
                   "A device with outstanding PCIe messages is behind the SMMUv3");
        if (migrate_add_blocker(&s->atc.migration_blocker, &err)) {
            warn_report_err(err);
        }
    }
    QTAILQ_INSERT_TAIL(&s->atc.clients, c, next);
}

void smmuv3_atc_unregister(PCITLPIOMMU *iommu, PCITLPClient *c)
{
    SMMUv3State *s = ARM_SMMUV3(iommu);

    trace_smmuv3_atc_client("unregister", DEVICE(c->dev)->id);
    QTAILQ_REMOVE(&s->atc.clients, c, next);
    smmuv3_atc_client_reset(iommu, c);
    if (QTAILQ_EMPTY(&s->atc.clients)) {
        migrate_del_blocker(&s->atc.migration_blocker);
    }
}

PCITLPClient *smmuv3_tlp_client(SMMUv3State *s, uint16_t rid)
{
    PCITLPClient *c;

    QTAILQ_FOREACH(c, &s->atc.clients, next) {
        if (c->ops->owns_rid ? c->ops->owns_rid(c, rid) : pci_get_bdf(c->dev) == rid) {
            return c;
        }
    }
    return NULL;
}

void smmuv3_atc_reset(SMMUv3State *s)
{
    SMMUv3AtcInv *i, *n;

    QTAILQ_FOREACH_SAFE(i, &s->atc.invs, next, n) {
        atc_drop(s, i);
    }
    g_hash_table_remove_all(s->atc.functions);
    timer_del(s->atc.timer);
    s->atc.failed = false;
}

void smmuv3_atc_init(SMMUv3State *s)
{
    QTAILQ_INIT(&s->atc.clients);
    QTAILQ_INIT(&s->atc.invs);
    s->atc.functions = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    s->atc.timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, atc_timeout, s);
}
