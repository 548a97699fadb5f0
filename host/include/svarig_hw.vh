// SPDX-License-Identifier: BSD-2-Clause
// Generated from host/include/svarig_hw.toml by gen.py: do not edit.
// Structures in memory: _LSB is the bit position in the little-endian image, _W the width.
`ifndef SVARIG_HW_VH
`define SVARIG_HW_VH

// Identification
`define SVARIG_IF_VERSION           32'h00020000
`define SVARIG_MAGIC                32'h47525653
`define SVARIG_PCI_VENDOR           32'h00001234
`define SVARIG_PCI_DEVICE           32'h00005a47
`define SVARIG_PCI_VF_DEVICE        32'h00005a48
`define SVARIG_PCI_CLASS            32'h00120000
`define SVARIG_PCI_REVISION         32'h00000001

// Limits
`define SVARIG_MAX_QUEUES           32'h00000040
`define SVARIG_FUNCTIONS            32'h00000005
`define SVARIG_PF_QUEUES            32'h00000020
`define SVARIG_VF_QUEUES            32'h00000008
`define SVARIG_DESC_SIZE            32'h00000040
`define SVARIG_CPL_SIZE             32'h00000020
`define SVARIG_MIN_RING_LOG2        32'h00000001
`define SVARIG_MAX_RING_LOG2        32'h0000000c
`define SVARIG_MAX_LEN              32'h40000000
`define SVARIG_MAX_SG               32'h00000100
`define SVARIG_STATE_SIZE           32'h00000080
`define SVARIG_STATE_ALIGN          32'h00000010
`define SVARIG_RING_ALIGN           32'h00000040

// BAR0: one doorbell page per queue of the function, at queue << ADM_DB_STRIDE
`define SVARIG_BAR_DOORBELL         32'h00000000
`define SVARIG_DB_SQ_TAIL           32'h00000000
`define SVARIG_DB_CQ_HEAD           32'h00000004
`define SVARIG_DB_ARM               32'h00000008
`define SVARIG_DB_STATUS            32'h0000000c
`define SVARIG_DB_FAULT_LO          32'h00000010
`define SVARIG_DB_FAULT_HI          32'h00000014
`define SVARIG_DB_SQ_HEAD           32'h00000018
`define SVARIG_DB_CQ_TAIL           32'h0000001c

// Queue status bits (DB_STATUS, QC_STATUS)
`define SVARIG_QSTAT_CODE_MASK      32'h000000ff
`define SVARIG_QSTAT_ENABLED        32'h00000100
`define SVARIG_QSTAT_HALTED         32'h00000200
`define SVARIG_QSTAT_BAD_DOORBELL   32'h00000400
`define SVARIG_QSTAT_BUSY           32'h00000800

// BAR2: admin registers (kernel and firmware), one set per function. The firmware sees those of function n at MCU_PERIPH_BASE + (n << MCU_FN_SHIFT)
`define SVARIG_BAR_ADMIN            32'h00000002
`define SVARIG_BAR2_SIZE            32'h00010000
`define SVARIG_ADM_MAGIC            32'h00000000
`define SVARIG_ADM_IF_VERSION       32'h00000004
`define SVARIG_ADM_CAPS             32'h00000008
`define SVARIG_ADM_DB_STRIDE        32'h0000000c
`define SVARIG_ADM_FW_STATUS        32'h00000010
`define SVARIG_ADM_FW_VERSION       32'h00000014
`define SVARIG_ADM_MAX_LEN          32'h00000018
`define SVARIG_ADM_FUNCTION         32'h00000020
`define SVARIG_ADM_LIVE             32'h0000001c
`define SVARIG_ADM_MB_CMD           32'h00000040
`define SVARIG_ADM_MB_STATUS        32'h00000044
`define SVARIG_ADM_MB_ARG0          32'h00000050
`define SVARIG_ADM_MB_RES0          32'h00000080
`define SVARIG_ADM_CON_DATA         32'h000000c0
`define SVARIG_ADM_COUNTERS         32'h00000200
`define SVARIG_ADM_QUEUES           32'h00001000
`define SVARIG_ADM_QUEUE_SHIFT      32'h00000008
`define SVARIG_ADM_MSIX_TABLE       32'h00008000
`define SVARIG_ADM_MSIX_PBA         32'h0000c000
`define SVARIG_MB_BUSY              32'h80000000
`define SVARIG_MB_WORDS             32'h0000000c

// Per-queue block (ADM_QUEUES + queue << ADM_QUEUE_SHIFT). Written by the firmware only
`define SVARIG_QC_CTRL              32'h00000000
`define SVARIG_QC_PASID             32'h00000004
`define SVARIG_QC_SQ_LO             32'h00000008
`define SVARIG_QC_SQ_HI             32'h0000000c
`define SVARIG_QC_CQ_LO             32'h00000010
`define SVARIG_QC_CQ_HI             32'h00000014
`define SVARIG_QC_SIZE              32'h00000018
`define SVARIG_QC_VECTOR            32'h0000001c
`define SVARIG_QC_SQ_TAIL           32'h00000020
`define SVARIG_QC_SQ_HEAD           32'h00000024
`define SVARIG_QC_CQ_TAIL           32'h00000028
`define SVARIG_QC_CQ_HEAD           32'h0000002c
`define SVARIG_QC_STATUS            32'h00000030
`define SVARIG_QC_FAULT_LO          32'h00000034
`define SVARIG_QC_FAULT_HI          32'h00000038
`define SVARIG_QC_JOBS_OK           32'h00000040
`define SVARIG_QC_JOBS_FAILED       32'h00000044
`define SVARIG_QC_BYTES_LO          32'h00000048
`define SVARIG_QC_BYTES_HI          32'h0000004c
`define SVARIG_QC_CYCLES_LO         32'h00000050
`define SVARIG_QC_CYCLES_HI         32'h00000054
`define SVARIG_QC_WEIGHT            32'h00000060
`define SVARIG_QC_DOORBELLS         32'h00000058
`define SVARIG_QC_BAD_DOORBELLS     32'h0000005c
`define SVARIG_QC_ATC_HITS          32'h00000064
`define SVARIG_QC_ATC_MISSES        32'h00000068
`define SVARIG_QC_DMA_READS         32'h0000006c
`define SVARIG_QC_DMA_WRITES        32'h00000070
`define SVARIG_QC_PAGE_REQS         32'h00000074
`define SVARIG_QC_STALL_XLAT        32'h00000078
`define SVARIG_QC_STALL_FAULT       32'h0000007c
`define SVARIG_QC_STALL_TAG         32'h00000080
`define SVARIG_QC_STALL_LINK        32'h00000084
`define SVARIG_QC_STALL_ENGINE      32'h00000088
`define SVARIG_QC_STALL_DATA        32'h0000008c
`define SVARIG_QUANTUM              32'h00001000
`define SVARIG_QUANTUM_JOB          32'h00000100
`define SVARIG_QC_CTRL_ENABLE       32'h00000001
`define SVARIG_QC_CTRL_STOP         32'h00000002
`define SVARIG_QC_PASID_VALID       32'h80000000
`define SVARIG_QC_VECTOR_VALID      32'h80000000

// Firmware status (ADM_FW_STATUS)
`define SVARIG_FWS_RESET            32'h00000000
`define SVARIG_FWS_BOOT             32'h00000001
`define SVARIG_FWS_READY            32'h00000002
`define SVARIG_FWS_SELFTEST_FAILED  32'h00000003
`define SVARIG_FWS_PANIC            32'h00000004

// Firmware-only registers (offset from MCU_PERIPH_BASE; the host reads zero)
`define SVARIG_MCU_PERIPH_BASE      32'h80000000
`define SVARIG_MCU_FN_SHIFT         32'h00000010
`define SVARIG_MCU_RAM_BASE         32'h00000000
`define SVARIG_MCU_RAM_SIZE         32'h00010000
`define SVARIG_MCU_IRQ_PENDING      32'h00007000
`define SVARIG_MCU_IRQ_ENABLE       32'h00007004
`define SVARIG_MCU_ATC_INV          32'h00007010
`define SVARIG_MCU_MSIX_RAISE       32'h00007018
`define SVARIG_MCU_FN_IDLE          32'h0000701c
`define SVARIG_MCU_CRY_CTRL         32'h00007040
`define SVARIG_MCU_CRY_LEN          32'h00007044
`define SVARIG_MCU_CRY_AAD          32'h00007048
`define SVARIG_MCU_CRY_IN0          32'h000070a0
`define SVARIG_MCU_CRY_PUSH         32'h000070b0
`define SVARIG_MCU_CRY_OUT0         32'h000070c0
`define SVARIG_MCU_CRY_POP          32'h000070d0

// Kinds of beats between the data path and the engines (in: KEY, IV, STATE, then DATA; out: DATA, then RESULT or STATE)
`define SVARIG_EK_DATA              32'h00000000
`define SVARIG_EK_KEY               32'h00000001
`define SVARIG_EK_IV                32'h00000002
`define SVARIG_EK_STATE             32'h00000003
`define SVARIG_EK_RESULT            32'h00000004

// Global counters (ADM_COUNTERS + index * 8)
`define SVARIG_CNT_CYCLES           32'h00000000
`define SVARIG_CNT_BUSY             32'h00000001
`define SVARIG_CNT_JOBS_OK          32'h00000002
`define SVARIG_CNT_JOBS_FAILED      32'h00000003
`define SVARIG_CNT_BYTES_READ       32'h00000004
`define SVARIG_CNT_BYTES_WRITTEN    32'h00000005
`define SVARIG_CNT_DMA_READS        32'h00000006
`define SVARIG_CNT_DMA_WRITES       32'h00000007
`define SVARIG_CNT_ATC_HITS         32'h00000008
`define SVARIG_CNT_ATC_MISSES       32'h00000009
`define SVARIG_CNT_XLAT_REQS        32'h0000000a
`define SVARIG_CNT_XLAT_FAULTS      32'h0000000b
`define SVARIG_CNT_PAGE_REQS        32'h0000000c
`define SVARIG_CNT_PRG_OK           32'h0000000d
`define SVARIG_CNT_PRG_INVALID      32'h0000000e
`define SVARIG_CNT_PRG_FAILURE      32'h0000000f
`define SVARIG_CNT_PRG_UNEXPECTED   32'h00000010
`define SVARIG_CNT_INV_REQS         32'h00000011
`define SVARIG_CNT_INV_CPLS         32'h00000012
`define SVARIG_CNT_INV_STALE        32'h00000013
`define SVARIG_CNT_DOORBELLS        32'h00000014
`define SVARIG_CNT_BAD_DOORBELLS    32'h00000015
`define SVARIG_CNT_MSIX             32'h00000016
`define SVARIG_CNT_CPL_TIMEOUT      32'h00000017
`define SVARIG_CNT_CPL_UNEXPECTED   32'h00000018
`define SVARIG_CNT_CPL_ERROR        32'h00000019
`define SVARIG_CNT_COUNT            32'h0000001a

// Opcodes (descriptor byte 0)
`define SVARIG_OP_NOP               32'h00000000
`define SVARIG_OP_COPY              32'h00000001
`define SVARIG_OP_FILL              32'h00000002
`define SVARIG_OP_COMPARE           32'h00000003
`define SVARIG_OP_CRC32C            32'h00000004
`define SVARIG_OP_HASH              32'h00000005
`define SVARIG_OP_HMAC              32'h00000006
`define SVARIG_OP_CIPHER            32'h00000007
`define SVARIG_OP_AEAD              32'h00000008

// Hashes (alg 3:0 of OP_HASH and OP_HMAC)
`define SVARIG_HA_SHA224            32'h00000000
`define SVARIG_HA_SHA256            32'h00000001
`define SVARIG_HA_SHA384            32'h00000002
`define SVARIG_HA_SHA512            32'h00000003
`define SVARIG_HA_SM3               32'h00000004

// Ciphers (alg 3:0 of OP_CIPHER and OP_AEAD)
`define SVARIG_CI_AES128            32'h00000000
`define SVARIG_CI_AES192            32'h00000001
`define SVARIG_CI_AES256            32'h00000002
`define SVARIG_CI_SM4               32'h00000003

// Modes (alg 7:4 of OP_CIPHER)
`define SVARIG_CM_ECB               32'h00000000
`define SVARIG_CM_CBC               32'h00000001
`define SVARIG_CM_CTR               32'h00000002
`define SVARIG_CM_XTS               32'h00000003

// Descriptor flags (bytes 2-3)
`define SVARIG_DF_DECRYPT           32'h00000001
`define SVARIG_DF_CHAIN             32'h00000002
`define SVARIG_DF_STATE_IN          32'h00000004
`define SVARIG_DF_STATE_OUT         32'h00000008
`define SVARIG_DF_UNORDERED         32'h00000010

// Completion status (byte 28)
`define SVARIG_ST_OK                32'h00000000
`define SVARIG_ST_BAD_OPCODE        32'h00000001
`define SVARIG_ST_BAD_FLAGS         32'h00000002
`define SVARIG_ST_BAD_LENGTH        32'h00000003
`define SVARIG_ST_BAD_ADDRESS       32'h00000004
`define SVARIG_ST_FAULT_READ        32'h00000005
`define SVARIG_ST_FAULT_WRITE       32'h00000006
`define SVARIG_ST_UR                32'h00000007
`define SVARIG_ST_CA                32'h00000008
`define SVARIG_ST_POISONED          32'h00000009
`define SVARIG_ST_TIMEOUT           32'h0000000a
`define SVARIG_ST_ABORTED           32'h0000000b
`define SVARIG_ST_XLAT_ERROR        32'h0000000c
`define SVARIG_ST_PRI_FAILURE       32'h0000000d
`define SVARIG_ST_AUTH              32'h0000000e
`define SVARIG_ST_MISMATCH          32'h0000000f
`define SVARIG_ST_CHAIN             32'h00000010
`define SVARIG_ST_BAD_SG            32'h00000011
`define SVARIG_ST_BAD_ALG           32'h00000012
`define SVARIG_ST_BAD_STATE         32'h00000013

// Completion detail bits (byte 29)
`define SVARIG_SD_PAGE_REQUESTED    32'h00000001
`define SVARIG_SD_NO_PRI            32'h00000002
`define SVARIG_SD_UNTRANSLATED      32'h00000004

// Admin commands (ADM_MB_CMD 7:0)
`define SVARIG_AC_NOP               32'h00000000
`define SVARIG_AC_CREATE_QUEUE      32'h00000001
`define SVARIG_AC_DESTROY_QUEUE     32'h00000002
`define SVARIG_AC_SET_PASID         32'h00000003
`define SVARIG_AC_DRAIN             32'h00000004
`define SVARIG_AC_RESET             32'h00000005
`define SVARIG_AC_COUNTERS          32'h00000006
`define SVARIG_AC_SELFTEST          32'h00000007
`define SVARIG_AC_VERSION           32'h00000008

// Admin status (ADM_MB_STATUS 7:0)
`define SVARIG_AS_OK                32'h00000000
`define SVARIG_AS_BAD_COMMAND       32'h00000001
`define SVARIG_AS_BAD_QUEUE         32'h00000002
`define SVARIG_AS_BAD_ARG           32'h00000003
`define SVARIG_AS_BUSY              32'h00000004
`define SVARIG_AS_NOT_CREATED       32'h00000005
`define SVARIG_AS_TIMEOUT           32'h00000006
`define SVARIG_AS_SELFTEST          32'h00000007

// Descriptor
`define SVARIG_DESC_OPCODE_LSB       0
`define SVARIG_DESC_OPCODE_W         8
`define SVARIG_DESC_ALG_LSB          8
`define SVARIG_DESC_ALG_W            8
`define SVARIG_DESC_FLAGS_LSB        16
`define SVARIG_DESC_FLAGS_W          16
`define SVARIG_DESC_LEN_LSB          32
`define SVARIG_DESC_LEN_W            32
`define SVARIG_DESC_SRC_LSB          64
`define SVARIG_DESC_SRC_W            64
`define SVARIG_DESC_DST_LSB          128
`define SVARIG_DESC_DST_W            64
`define SVARIG_DESC_KEY_LSB          192
`define SVARIG_DESC_KEY_W            64
`define SVARIG_DESC_IV_LSB           256
`define SVARIG_DESC_IV_W             64
`define SVARIG_DESC_STATE_LSB        320
`define SVARIG_DESC_STATE_W          64
`define SVARIG_DESC_AAD_LEN_LSB      384
`define SVARIG_DESC_AAD_LEN_W        32
`define SVARIG_DESC_SRC_SG_LSB       416
`define SVARIG_DESC_SRC_SG_W         16
`define SVARIG_DESC_DST_SG_LSB       432
`define SVARIG_DESC_DST_SG_W         16
`define SVARIG_DESC_COOKIE_LSB       448
`define SVARIG_DESC_COOKIE_W         64

// Completion record
`define SVARIG_CPL_COOKIE_LSB        0
`define SVARIG_CPL_COOKIE_W          64
`define SVARIG_CPL_FAULT_ADDR_LSB    64
`define SVARIG_CPL_FAULT_ADDR_W      64
`define SVARIG_CPL_DONE_LSB          128
`define SVARIG_CPL_DONE_W            32
`define SVARIG_CPL_CYCLES_LSB        160
`define SVARIG_CPL_CYCLES_W          32
`define SVARIG_CPL_SQ_HEAD_LSB       192
`define SVARIG_CPL_SQ_HEAD_W         16
`define SVARIG_CPL_QUEUE_LSB         208
`define SVARIG_CPL_QUEUE_W           16
`define SVARIG_CPL_STATUS_LSB        224
`define SVARIG_CPL_STATUS_W          8
`define SVARIG_CPL_DETAIL_LSB        232
`define SVARIG_CPL_DETAIL_W          8
`define SVARIG_CPL_PHASE_LSB         240
`define SVARIG_CPL_PHASE_W           16

// Entry of a scatter list. Lists are aligned to 16 bytes
`define SVARIG_SG_ADDR_LSB           0
`define SVARIG_SG_ADDR_W             64
`define SVARIG_SG_LEN_LSB            64
`define SVARIG_SG_LEN_W              32
`define SVARIG_SG_RSVD_LSB           96
`define SVARIG_SG_RSVD_W             32

`endif
