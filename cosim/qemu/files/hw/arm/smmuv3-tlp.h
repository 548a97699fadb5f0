/*
 * SMMUv3: ATS, PRI and transactions with PASIDs, behind the PCI_TLP_IOMMU interface
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Everything here runs with the big lock held. smmuv3_atc_inv(), smmuv3_atc_sync() and
 * smmuv3_pri_resp() are called by the command queue with s->mutex held and send nothing;
 * smmuv3_atc_send() and smmuv3_pri_send() call the clients, without s->mutex.
 */

#ifndef HW_ARM_SMMUV3_TLP_H
#define HW_ARM_SMMUV3_TLP_H

#include "hw/arm/smmuv3.h"
#include "smmuv3-internal.h"

/* The client that receives messages routed to @rid, or NULL */
PCITLPClient *smmuv3_tlp_client(SMMUv3State *s, uint16_t rid);
/* Record what a translation request, translated request or page request met, if CR2 wants it */
void smmuv3_record_ats_event(SMMUv3State *s, SMMUEventInfo *event);
void smmuv3_tlp_class_init(ObjectClass *klass);

/* smmuv3-atc.c: CMD_ATC_INV, and CMD_SYNC that waits for it */
void smmuv3_atc_init(SMMUv3State *s);
void smmuv3_atc_reset(SMMUv3State *s);
SMMUCmdError smmuv3_atc_inv(SMMUv3State *s, Cmd *cmd);
/* Returns true if the CMD_SYNC has to wait; smmuv3_cmdq_kick() comes when it need not any more */
bool smmuv3_atc_sync(SMMUv3State *s, SMMUCmdError *err);
void smmuv3_atc_send(SMMUv3State *s);
void smmuv3_atc_register(PCITLPIOMMU *iommu, PCITLPClient *c);
void smmuv3_atc_unregister(PCITLPIOMMU *iommu, PCITLPClient *c);
void smmuv3_atc_client_reset(PCITLPIOMMU *iommu, PCITLPClient *c);
void smmuv3_atc_completion(PCITLPIOMMU *iommu, uint16_t rid, uint32_t itags, unsigned count);

/* smmuv3-pri.c: PRI queue, CMD_PRI_RESP */
void smmuv3_pri_init(SMMUv3State *s);
void smmuv3_pri_reset(SMMUv3State *s);
void smmuv3_pri_write_base(SMMUv3State *s, uint64_t value);
SMMUCmdError smmuv3_pri_resp(SMMUv3State *s, Cmd *cmd);
void smmuv3_pri_send(SMMUv3State *s);
void smmuv3_pri_request(PCITLPIOMMU *iommu, const PCITLPPageReq *preq);

#endif
