/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers and in-memory formats of the Arm SMMUv3 (IHI 0070): only what this driver uses. Bit
 * positions are those of the 64-bit word they live in; the chapter is named with each group.
 */
#ifndef SVARIG_SMMUV3_HW_H
#define SVARIG_SMMUV3_HW_H

#include "compat.h"

/* Registers, page 0 (chapter 6.3) */
#define SMMU_IDR0                0x000
#define SMMU_IDR0_S2P            BIT(0)
#define SMMU_IDR0_S1P            BIT(1)
#define SMMU_IDR0_TTF            GENMASK(3, 2)
#define SMMU_IDR0_TTF_AA64       2
#define SMMU_IDR0_TTF_AA32_64    3
#define SMMU_IDR0_COHACC         BIT(4)
#define SMMU_IDR0_ATS            BIT(10)
#define SMMU_IDR0_ASID16         BIT(12)
#define SMMU_IDR0_PRI            BIT(16)
#define SMMU_IDR0_VMID16         BIT(18)
#define SMMU_IDR0_CD2L           BIT(19)
#define SMMU_IDR0_TTENDIAN       GENMASK(22, 21)
#define SMMU_IDR0_TTENDIAN_MIXED 0
#define SMMU_IDR0_TTENDIAN_LE    2
#define SMMU_IDR0_STALL_MODEL    GENMASK(25, 24)
#define SMMU_IDR0_STALL_FORCED   2
#define SMMU_IDR0_ST_LEVEL       GENMASK(28, 27)
#define SMMU_IDR0_ST_LEVEL_2     1

#define SMMU_IDR1                0x004
#define SMMU_IDR1_SIDSIZE        GENMASK(5, 0)
#define SMMU_IDR1_SSIDSIZE       GENMASK(10, 6)
#define SMMU_IDR1_PRIQS          GENMASK(15, 11)
#define SMMU_IDR1_EVENTQS        GENMASK(20, 16)
#define SMMU_IDR1_CMDQS          GENMASK(25, 21)
#define SMMU_IDR1_QUEUES_PRESET  BIT(29)
#define SMMU_IDR1_TABLES_PRESET  BIT(30)

#define SMMU_IDR3                0x00c
#define SMMU_IDR3_RIL            BIT(10)

#define SMMU_IDR5                0x014
#define SMMU_IDR5_OAS            GENMASK(2, 0)
#define SMMU_IDR5_GRAN4K         BIT(4)
#define SMMU_IDR5_GRAN16K        BIT(5)
#define SMMU_IDR5_GRAN64K        BIT(6)

#define SMMU_CR0                 0x020
#define SMMU_CR0_SMMUEN          BIT(0)
#define SMMU_CR0_PRIQEN          BIT(1)
#define SMMU_CR0_EVENTQEN        BIT(2)
#define SMMU_CR0_CMDQEN          BIT(3)
#define SMMU_CR0_ATSCHK          BIT(4)
#define SMMU_CR0ACK              0x024

#define SMMU_CR1                 0x028
#define SMMU_CR1_QUEUE_IC        GENMASK(1, 0)
#define SMMU_CR1_QUEUE_OC        GENMASK(3, 2)
#define SMMU_CR1_QUEUE_SH        GENMASK(5, 4)
#define SMMU_CR1_TABLE_IC        GENMASK(7, 6)
#define SMMU_CR1_TABLE_OC        GENMASK(9, 8)
#define SMMU_CR1_TABLE_SH        GENMASK(11, 10)
#define SMMU_CR1_CACHE_WB        1
#define SMMU_CR1_SH_ISH          3

#define SMMU_CR2                 0x02c
#define SMMU_CR2_RECINVSID       BIT(1)
#define SMMU_CR2_PTM             BIT(2)

#define SMMU_GBPA                0x044
#define SMMU_GBPA_ABORT          BIT(20)
#define SMMU_GBPA_UPDATE         BIT(31)

#define SMMU_IRQ_CTRL            0x050
#define SMMU_IRQ_CTRL_GERROR     BIT(0)
#define SMMU_IRQ_CTRL_PRIQ       BIT(1)
#define SMMU_IRQ_CTRL_EVENTQ     BIT(2)
#define SMMU_IRQ_CTRLACK         0x054

#define SMMU_GERROR              0x060
#define SMMU_GERROR_CMDQ         BIT(0)
#define SMMU_GERROR_EVENTQ_ABT   BIT(2)
#define SMMU_GERROR_PRIQ_ABT     BIT(3)
#define SMMU_GERROR_MSI_CMDQ     BIT(4)
#define SMMU_GERROR_MSI_EVENTQ   BIT(5)
#define SMMU_GERROR_MSI_PRIQ     BIT(6)
#define SMMU_GERROR_MSI_GERROR   BIT(7)
#define SMMU_GERROR_SFM          BIT(8)
#define SMMU_GERRORN             0x064

#define SMMU_STRTAB_BASE         0x080
#define SMMU_STRTAB_BASE_RA      BIT_ULL(62)
#define SMMU_STRTAB_BASE_ADDR    GENMASK_ULL(51, 6)
#define SMMU_STRTAB_CFG          0x088
#define SMMU_STRTAB_CFG_LOG2SIZE GENMASK(5, 0)
#define SMMU_STRTAB_CFG_SPLIT    GENMASK(10, 6)
#define SMMU_STRTAB_CFG_FMT      GENMASK(17, 16)
#define SMMU_STRTAB_CFG_FMT_2LVL 1

#define SMMU_CMDQ_BASE           0x090
#define SMMU_CMDQ_PROD           0x098
#define SMMU_CMDQ_CONS           0x09c
#define SMMU_EVENTQ_BASE         0x0a0
#define SMMU_EVENTQ_IRQ_CFG0     0x0b0
#define SMMU_PRIQ_BASE           0x0c0
#define SMMU_PRIQ_IRQ_CFG0       0x0d0
#define SMMU_GERROR_IRQ_CFG0     0x068
#define SMMU_Q_BASE_RWA          BIT_ULL(62)
#define SMMU_Q_BASE_ADDR         GENMASK_ULL(51, 5)
#define SMMU_Q_BASE_LOG2SIZE     GENMASK_ULL(4, 0)

/* Registers, page 1: indexes of the two queues that the SMMU fills */
#define SMMU_PAGE1               0x10000
#define SMMU_EVENTQ_PROD         (SMMU_PAGE1 + 0x0a8)
#define SMMU_EVENTQ_CONS         (SMMU_PAGE1 + 0x0ac)
#define SMMU_PRIQ_PROD           (SMMU_PAGE1 + 0x0c8)
#define SMMU_PRIQ_CONS           (SMMU_PAGE1 + 0x0cc)
#define SMMU_REG_SPAN            (SMMU_PAGE1 + 0x1000)

/* Queue indexes (3.5.1): index, then the wrap bit above it, overflow in bit 31 */
#define SMMU_Q_OVERFLOW          BIT(31)
#define SMMU_CMDQ_CONS_ERR       GENMASK(30, 24)
#define SMMU_CERROR_NONE         0
#define SMMU_CERROR_ILL          1
#define SMMU_CERROR_ABT          2
#define SMMU_CERROR_ATC_INV_SYNC 3

/* STE and CD are both eight 64-bit words (5.2, 5.4) */
#define SMMU_ENTRY_QWORDS        8

/* Level 1 stream table descriptor (5.1) */
#define SMMU_L1STD_SPAN          GENMASK_ULL(4, 0)
#define SMMU_L1STD_L2PTR         GENMASK_ULL(51, 6)

/* Stream table entry (5.2) */
#define SMMU_STE0_V              BIT_ULL(0)
#define SMMU_STE0_CONFIG         GENMASK_ULL(3, 1)
#define SMMU_STE0_CONFIG_ABORT   0
#define SMMU_STE0_CONFIG_BYPASS  4
#define SMMU_STE0_CONFIG_S1      5
#define SMMU_STE0_CONFIG_S2      6
#define SMMU_STE0_CONFIG_NESTED  7
#define SMMU_STE0_S1FMT          GENMASK_ULL(5, 4)
#define SMMU_STE0_S1FMT_LINEAR   0
#define SMMU_STE0_S1FMT_64K_L2   2
#define SMMU_STE0_S1CTXPTR       GENMASK_ULL(51, 6)
#define SMMU_STE0_S1CDMAX        GENMASK_ULL(63, 59)
#define SMMU_STE1_S1DSS          GENMASK_ULL(1, 0)
#define SMMU_STE1_S1DSS_TERM     0
#define SMMU_STE1_S1DSS_BYPASS   1
#define SMMU_STE1_S1DSS_SSID0    2
#define SMMU_STE1_S1CIR          GENMASK_ULL(3, 2)
#define SMMU_STE1_S1COR          GENMASK_ULL(5, 4)
#define SMMU_STE1_S1CSH          GENMASK_ULL(7, 6)
#define SMMU_STE1_S1C_WBRA       1
#define SMMU_STE1_S1CSH_ISH      3
#define SMMU_STE1_PPAR           BIT_ULL(18)
#define SMMU_STE1_MEV            BIT_ULL(19)
#define SMMU_STE1_S1STALLD       BIT_ULL(27)
#define SMMU_STE1_EATS           GENMASK_ULL(29, 28)
#define SMMU_STE1_EATS_NONE      0
#define SMMU_STE1_EATS_FULL      1
#define SMMU_STE1_STRW           GENMASK_ULL(31, 30)
#define SMMU_STE1_SHCFG          GENMASK_ULL(45, 44)
#define SMMU_STE1_SHCFG_INCOMING 1
#define SMMU_STE2_S2VMID         GENMASK_ULL(15, 0)
#define SMMU_STE2_VTCR           GENMASK_ULL(50, 32)
#define SMMU_STE2_S2AA64         BIT_ULL(51)
#define SMMU_STE2_S2ENDI         BIT_ULL(52)
#define SMMU_STE2_S2AFFD         BIT_ULL(53)
#define SMMU_STE2_S2PTW          BIT_ULL(54)
#define SMMU_STE2_S2S            BIT_ULL(57)
#define SMMU_STE2_S2R            BIT_ULL(58)
#define SMMU_STE3_S2TTB          GENMASK_ULL(51, 4)

/* Level 1 context descriptor (5.3) */
#define SMMU_L1CD_V              BIT_ULL(0)
#define SMMU_L1CD_L2PTR          GENMASK_ULL(51, 12)

/* Context descriptor (5.4) */
#define SMMU_CD0_T0SZ            GENMASK_ULL(5, 0)
#define SMMU_CD0_TG0             GENMASK_ULL(7, 6)
#define SMMU_CD0_IR0             GENMASK_ULL(9, 8)
#define SMMU_CD0_OR0             GENMASK_ULL(11, 10)
#define SMMU_CD0_SH0             GENMASK_ULL(13, 12)
#define SMMU_CD0_EPD0            BIT_ULL(14)
#define SMMU_CD0_ENDI            BIT_ULL(15)
#define SMMU_CD0_EPD1            BIT_ULL(30)
#define SMMU_CD0_V               BIT_ULL(31)
#define SMMU_CD0_IPS             GENMASK_ULL(34, 32)
#define SMMU_CD0_AA64            BIT_ULL(41)
#define SMMU_CD0_R               BIT_ULL(45)
#define SMMU_CD0_A               BIT_ULL(46)
#define SMMU_CD0_ASET            BIT_ULL(47)
#define SMMU_CD0_ASID            GENMASK_ULL(63, 48)
#define SMMU_CD1_TTB0            GENMASK_ULL(51, 4)
#define SMMU_CD_RGN_WBWA         1
#define SMMU_CD_SH_ISH           3

/* Commands (chapter 4): two words each */
#define SMMU_CMD_QWORDS          2
#define SMMU_CMD0_OP             GENMASK_ULL(7, 0)
#define SMMU_CMD0_SSV            BIT_ULL(11)
#define SMMU_CMD0_SSID           GENMASK_ULL(31, 12)
#define SMMU_CMD0_SID            GENMASK_ULL(63, 32)
#define SMMU_CMD0_ATC_GLOBAL     BIT_ULL(9)
#define SMMU_CMD0_TLBI_NUM       GENMASK_ULL(16, 12)
#define SMMU_CMD0_TLBI_SCALE     GENMASK_ULL(24, 20)
#define SMMU_CMD0_TLBI_VMID      GENMASK_ULL(47, 32)
#define SMMU_CMD0_TLBI_ASID      GENMASK_ULL(63, 48)
#define SMMU_CMD0_SYNC_CS        GENMASK_ULL(13, 12)
#define SMMU_CMD1_LEAF           BIT_ULL(0)
#define SMMU_CMD1_CFGI_RANGE     GENMASK_ULL(4, 0)
#define SMMU_CMD1_TLBI_TTL       GENMASK_ULL(9, 8)
#define SMMU_CMD1_TLBI_TG        GENMASK_ULL(11, 10)
#define SMMU_CMD1_ADDR           GENMASK_ULL(63, 12)
#define SMMU_CMD1_ATC_SIZE       GENMASK_ULL(5, 0)
#define SMMU_CMD1_PRI_PRGI       GENMASK_ULL(8, 0)
#define SMMU_CMD1_PRI_RESP       GENMASK_ULL(13, 12)

#define SMMU_OP_CFGI_STE         0x03
#define SMMU_OP_CFGI_ALL         0x04
#define SMMU_OP_CFGI_CD          0x05
#define SMMU_OP_CFGI_CD_ALL      0x06
#define SMMU_OP_TLBI_NH_ASID     0x11
#define SMMU_OP_TLBI_NH_VA       0x12
#define SMMU_OP_TLBI_S12_VMALL   0x28
#define SMMU_OP_TLBI_S2_IPA      0x2a
#define SMMU_OP_TLBI_NSNH_ALL    0x30
#define SMMU_OP_ATC_INV          0x40
#define SMMU_OP_PRI_RESP         0x41
#define SMMU_OP_SYNC             0x46

#define SMMU_ATC_SIZE_ALL        52

/* CMD_PRI_RESP.Resp (4.5.2) */
#define SMMU_PRI_RESP_FAILURE    0
#define SMMU_PRI_RESP_INVALID    1
#define SMMU_PRI_RESP_SUCCESS    2

/* Event records: four words (chapter 7.3) */
#define SMMU_EVENT_QWORDS        4
#define SMMU_EVT0_ID             GENMASK_ULL(7, 0)
#define SMMU_EVT0_SSV            BIT_ULL(11)
#define SMMU_EVT0_SSID           GENMASK_ULL(31, 12)
#define SMMU_EVT0_SID            GENMASK_ULL(63, 32)
#define SMMU_EVT1_PNU            BIT_ULL(33)
#define SMMU_EVT1_IND            BIT_ULL(34)
#define SMMU_EVT1_RNW            BIT_ULL(35)
#define SMMU_EVT1_S2             BIT_ULL(39)
#define SMMU_EVT1_CLASS          GENMASK_ULL(41, 40)

/* Page request records: two words (chapter 8) */
#define SMMU_PRI_QWORDS          2
#define SMMU_PRI0_SID            GENMASK_ULL(31, 0)
#define SMMU_PRI0_SSID           GENMASK_ULL(51, 32)
#define SMMU_PRI0_PRIV           BIT_ULL(58)
#define SMMU_PRI0_EXEC           BIT_ULL(59)
#define SMMU_PRI0_READ           BIT_ULL(60)
#define SMMU_PRI0_WRITE          BIT_ULL(61)
#define SMMU_PRI0_LAST           BIT_ULL(62)
#define SMMU_PRI0_SSV            BIT_ULL(63)
#define SMMU_PRI1_PRGI           GENMASK_ULL(8, 0)
#define SMMU_PRI1_ADDR           GENMASK_ULL(63, 12)

#endif
