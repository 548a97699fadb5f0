/* SPDX-License-Identifier: BSD-2-Clause */
/* Generated from host/include/svarig_hw.toml by gen.py: do not edit. */
#ifndef SVARIG_HW_H
#define SVARIG_HW_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/build_bug.h>
#else
#include <stdint.h>
#endif

/* Identification */
#define SVARIG_IF_VERSION           0x20000u /* version of this interface: major << 16 | minor */
#define SVARIG_MAGIC                0x47525653u /* "SVRG" as read from ADM_MAGIC */
#define SVARIG_PCI_VENDOR           0x1234u /* PCI vendor ID (the one QEMU's experimental devices use) */
#define SVARIG_PCI_DEVICE           0x5a47u /* PCI device ID of the PF */
#define SVARIG_PCI_VF_DEVICE        0x5a48u /* PCI device ID of the VFs */
#define SVARIG_PCI_CLASS            0x120000u /* PCI class code: processing accelerator */
#define SVARIG_PCI_REVISION         0x1u /* PCI revision */

/* Limits */
#define SVARIG_MAX_QUEUES           0x40u /* queues over all functions; ADM_CAPS says how many this function has */
#define SVARIG_FUNCTIONS            0x5u /* function 0 is the PF, 1 to 4 are its VFs */
#define SVARIG_PF_QUEUES            0x20u /* queues of the PF: 0 to 31 of the endpoint */
#define SVARIG_VF_QUEUES            0x8u /* queues of each VF: VF n has 32 + 8 (n - 1) and the seven behind it */
#define SVARIG_DESC_SIZE            0x40u /* bytes of a descriptor */
#define SVARIG_CPL_SIZE             0x20u /* bytes of a completion record */
#define SVARIG_MIN_RING_LOG2        0x1u /* smallest ring: 2 entries */
#define SVARIG_MAX_RING_LOG2        0xcu /* largest ring: 4096 entries */
#define SVARIG_MAX_LEN              0x40000000u /* longest job in bytes (1 GiB) */
#define SVARIG_MAX_SG               0x100u /* most entries of a scatter list */
#define SVARIG_STATE_SIZE           0x80u /* bytes of a streaming state */
#define SVARIG_STATE_ALIGN          0x10u /* alignment of a streaming state */
#define SVARIG_RING_ALIGN           0x40u /* alignment of both ring base addresses */

/* BAR0: one doorbell page per queue of the function, at queue << ADM_DB_STRIDE */
#define SVARIG_BAR_DOORBELL         0x0u /* BAR number */
#define SVARIG_DB_SQ_TAIL           0x0u /* rw: number of descriptors submitted since creation (free-running 32-bit count) */
#define SVARIG_DB_CQ_HEAD           0x4u /* rw: number of completion records consumed (free-running 32-bit count) */
#define SVARIG_DB_ARM               0x8u /* wo: ask for one MSI-X as soon as the completion count differs from the value written */
#define SVARIG_DB_STATUS            0xcu /* ro: queue status, see QSTAT_* */
#define SVARIG_DB_FAULT_LO          0x10u /* ro: address that halted the queue, low half */
#define SVARIG_DB_FAULT_HI          0x14u /* ro: the same, high half */
#define SVARIG_DB_SQ_HEAD           0x18u /* ro: descriptors fetched (count) */
#define SVARIG_DB_CQ_TAIL           0x1cu /* ro: completion records written (count) */

/* Queue status bits (DB_STATUS, QC_STATUS) */
#define SVARIG_QSTAT_CODE_MASK      0xffu /* status code (ST_*) that halted the queue, 0 while it runs */
#define SVARIG_QSTAT_ENABLED        0x100u /* the queue exists and takes doorbells */
#define SVARIG_QSTAT_HALTED         0x200u /* a descriptor or completion ring could not be reached: see the fault address */
#define SVARIG_QSTAT_BAD_DOORBELL   0x400u /* sticky: a doorbell value was out of range (more than the ring holds) and was ignored */
#define SVARIG_QSTAT_BUSY           0x800u /* a job of this queue is executing */

/* BAR2: admin registers (kernel and firmware), one set per function. The firmware sees those of function n at MCU_PERIPH_BASE + (n << MCU_FN_SHIFT) */
#define SVARIG_BAR_ADMIN            0x2u /* BAR number */
#define SVARIG_BAR2_SIZE            0x10000u /* 64 KiB */
#define SVARIG_ADM_MAGIC            0x0u /* ro: MAGIC */
#define SVARIG_ADM_IF_VERSION       0x4u /* ro: IF_VERSION of the RTL */
#define SVARIG_ADM_CAPS             0x8u /* ro: 7:0 number of queues of this function, 15:8 MSI-X vectors, 31:16 bit mask of opcodes (bit n = OP n) */
#define SVARIG_ADM_DB_STRIDE        0xcu /* ro: log2 of the doorbell page stride */
#define SVARIG_ADM_FW_STATUS        0x10u /* firmware: FWS_* (host: ro) */
#define SVARIG_ADM_FW_VERSION       0x14u /* firmware: major << 16 | minor (host: ro) */
#define SVARIG_ADM_MAX_LEN          0x18u /* ro: longest job in bytes */
#define SVARIG_ADM_FUNCTION         0x20u /* ro: 7:0 number of this function, 15:8 number of its first queue in the endpoint, 23:16 VFs enabled (PF) */
#define SVARIG_ADM_LIVE             0x1cu /* ro: enables in force: 0 bus master, 1 ATS, 2 PRI, 3 PASID, 4 PRI stopped */
#define SVARIG_ADM_MB_CMD           0x40u /* host: write starts a command: 7:0 AC_*, 15:8 queue; ignored while MB_BUSY */
#define SVARIG_ADM_MB_STATUS        0x44u /* 31 MB_BUSY (set by the write of MB_CMD, cleared when the firmware writes this), 7:0 AS_* */
#define SVARIG_ADM_MB_ARG0          0x50u /* host: first of 12 argument words, see the admin commands */
#define SVARIG_ADM_MB_RES0          0x80u /* firmware: first of 12 result words (host: ro) */
#define SVARIG_ADM_CON_DATA         0xc0u /* host read pops one character: 8 valid, 7:0 character; firmware write prints one */
#define SVARIG_ADM_COUNTERS         0x200u /* ro: global counters of the endpoint, 64-bit each, see CNT_*; reading the low half latches the high half; a VF reads zero */
#define SVARIG_ADM_QUEUES           0x1000u /* per-queue block of the function's queues, queue << ADM_QUEUE_SHIFT: see QC_* (host: ro) */
#define SVARIG_ADM_QUEUE_SHIFT      0x8u /* log2 of the size of a per-queue block */
#define SVARIG_ADM_MSIX_TABLE       0x8000u /* MSI-X table, 16 bytes an entry */
#define SVARIG_ADM_MSIX_PBA         0xc000u /* MSI-X pending bits */
#define SVARIG_MB_BUSY              0x80000000u /* bit of ADM_MB_STATUS */
#define SVARIG_MB_WORDS             0xcu /* argument and result words */

/* Per-queue block (ADM_QUEUES + queue << ADM_QUEUE_SHIFT). Written by the firmware only */
#define SVARIG_QC_CTRL              0x0u /* 0 enable; 1 stop: abandon the running job, start none; writing enable=1 over 0 clears counts, status and head/tail */
#define SVARIG_QC_PASID             0x4u /* 19:0 PASID, 31 valid (without it requests carry no PASID) */
#define SVARIG_QC_SQ_LO             0x8u /* submission ring address, low half */
#define SVARIG_QC_SQ_HI             0xcu /* the same, high half */
#define SVARIG_QC_CQ_LO             0x10u /* completion ring address, low half */
#define SVARIG_QC_CQ_HI             0x14u /* the same, high half */
#define SVARIG_QC_SIZE              0x18u /* 3:0 log2 of submission ring entries, 11:8 log2 of completion ring entries */
#define SVARIG_QC_VECTOR            0x1cu /* 7:0 MSI-X vector, 31 valid */
#define SVARIG_QC_SQ_TAIL           0x20u /* ro */
#define SVARIG_QC_SQ_HEAD           0x24u /* ro */
#define SVARIG_QC_CQ_TAIL           0x28u /* ro */
#define SVARIG_QC_CQ_HEAD           0x2cu /* ro */
#define SVARIG_QC_STATUS            0x30u /* ro: QSTAT_* */
#define SVARIG_QC_FAULT_LO          0x34u /* ro */
#define SVARIG_QC_FAULT_HI          0x38u /* ro */
#define SVARIG_QC_JOBS_OK           0x40u /* ro: jobs completed with ST_OK */
#define SVARIG_QC_JOBS_FAILED       0x44u /* ro: jobs completed with another status */
#define SVARIG_QC_BYTES_LO          0x48u /* ro: source bytes of all jobs, low half */
#define SVARIG_QC_BYTES_HI          0x4cu /* ro: the same, high half */
#define SVARIG_QC_CYCLES_LO         0x50u /* ro: cycles spent executing, low half */
#define SVARIG_QC_CYCLES_HI         0x54u /* ro: the same, high half */
#define SVARIG_QC_WEIGHT            0x60u /* 7:0 share of the endpoint against other queues, in units of QUANTUM bytes a turn; 0 counts as 1 */
#define SVARIG_QC_DOORBELLS         0x58u /* ro: doorbell writes */
#define SVARIG_QC_BAD_DOORBELLS     0x5cu /* ro: doorbell writes ignored */
#define SVARIG_QC_ATC_HITS          0x64u /* ro: ATC lookups of this queue that hit */
#define SVARIG_QC_ATC_MISSES        0x68u /* ro: and that missed */
#define SVARIG_QC_DMA_READS         0x6cu /* ro: read requests sent */
#define SVARIG_QC_DMA_WRITES        0x70u /* ro: write requests sent */
#define SVARIG_QC_PAGE_REQS         0x74u /* ro: page requests sent for it */
#define SVARIG_QC_STALL_XLAT        0x78u /* ro: cycles in which a transfer waited for a translation (miss, invalidation) */
#define SVARIG_QC_STALL_FAULT       0x7cu /* ro: cycles in which a transfer waited for the response to a page request */
#define SVARIG_QC_STALL_TAG         0x80u /* ro: cycles in which a read waited for a free tag */
#define SVARIG_QC_STALL_LINK        0x84u /* ro: cycles in which a TLP of it waited for the link (arbitration, credits) */
#define SVARIG_QC_STALL_ENGINE      0x88u /* ro: cycles in which read data waited for the engine */
#define SVARIG_QC_STALL_DATA        0x8cu /* ro: cycles in which the engine waited for read data */
#define SVARIG_QUANTUM              0x1000u /* bytes of one unit of QC_WEIGHT; a job counts for QUANTUM_JOB bytes at least */
#define SVARIG_QUANTUM_JOB          0x100u /* bytes that even the shortest job counts for */
#define SVARIG_QC_CTRL_ENABLE       0x1u /* bit of QC_CTRL */
#define SVARIG_QC_CTRL_STOP         0x2u /* bit of QC_CTRL; the queue has stopped when QSTAT_BUSY is clear */
#define SVARIG_QC_PASID_VALID       0x80000000u /* bit of QC_PASID */
#define SVARIG_QC_VECTOR_VALID      0x80000000u /* bit of QC_VECTOR */

/* Firmware status (ADM_FW_STATUS) */
#define SVARIG_FWS_RESET            0x0u /* the core has not written yet */
#define SVARIG_FWS_BOOT             0x1u /* boot, self-test running */
#define SVARIG_FWS_READY            0x2u /* mailbox is served */
#define SVARIG_FWS_SELFTEST_FAILED  0x3u /* an engine gave a wrong answer; the mailbox is served, queues cannot be created */
#define SVARIG_FWS_PANIC            0x4u /* unexpected trap; MB_RES0.. hold mcause, mepc, mtval */

/* Firmware-only registers (offset from MCU_PERIPH_BASE; the host reads zero) */
#define SVARIG_MCU_PERIPH_BASE      0x80000000u /* where the core sees the register space */
#define SVARIG_MCU_FN_SHIFT         0x10u /* log2 of the distance between two functions' register sets */
#define SVARIG_MCU_RAM_BASE         0x0u /* 64 KiB of RAM, holds the firmware image */
#define SVARIG_MCU_RAM_SIZE         0x10000u /* bytes */
#define SVARIG_MCU_IRQ_PENDING      0x7000u /* per function: 4:0 mailbox command waiting, 12:8 reset of the function happened (FLR, VF Enable cleared; bit 8 with every reset of the PF); write 1 to clear. In the register set of function 0 only, like all below */
#define SVARIG_MCU_IRQ_ENABLE       0x7004u /* mask for the above */
#define SVARIG_MCU_ATC_INV          0x7010u /* write: drop ATC entries of PASID 19:0 of function 26:24 (31: PASID valid, else untagged entries; 30: everything of the function); reads 31 while at work */
#define SVARIG_MCU_MSIX_RAISE       0x7018u /* write: raise MSI-X vector 7:0 of function 10:8 */
#define SVARIG_MCU_FN_IDLE          0x701cu /* ro: per function, nothing of it is outstanding */
#define SVARIG_MCU_CRY_CTRL         0x7040u /* self-test of the engines: write 7:0 opcode, 15:8 alg, 24 start, 25 abort, 26 decrypt, 27 state in, 28 state out, 31 take the self-test port of the engines; reads 31 granted, 30 busy, 7:0 result (ST_*) when not busy */
#define SVARIG_MCU_CRY_LEN          0x7044u /* length of the text of the next start, bytes */
#define SVARIG_MCU_CRY_AAD          0x7048u /* length of the AAD of the next start, bytes */
#define SVARIG_MCU_CRY_IN0          0x70a0u /* 4 data words, first byte in 7:0 of the first */
#define SVARIG_MCU_CRY_PUSH         0x70b0u /* write: push one beat: 4:0 bytes, 10:8 kind (EK_*), 15 last of its kind; reads 0: room for the next */
#define SVARIG_MCU_CRY_OUT0         0x70c0u /* 4 data words of the beat at the output */
#define SVARIG_MCU_CRY_POP          0x70d0u /* read: 4:0 bytes, 10:8 kind, 15 last of its kind, 31 valid; write: pop it */

/* Kinds of beats between the data path and the engines (in: KEY, IV, STATE, then DATA; out: DATA, then RESULT or STATE) */
#define SVARIG_EK_DATA              0x0u /* text (in: AAD first), output text */
#define SVARIG_EK_KEY               0x1u /* key */
#define SVARIG_EK_IV                0x2u /* IV, counter block, tweak, pattern */
#define SVARIG_EK_STATE             0x3u /* streaming state */
#define SVARIG_EK_RESULT            0x4u /* digest, MAC, tag, checksum: goes to dst behind the output text */

/* Global counters (ADM_COUNTERS + index * 8) */
#define SVARIG_CNT_CYCLES           0x0u /* clock cycles since reset */
#define SVARIG_CNT_BUSY             0x1u /* cycles with a job executing */
#define SVARIG_CNT_JOBS_OK          0x2u /* jobs completed with ST_OK */
#define SVARIG_CNT_JOBS_FAILED      0x3u /* jobs completed with another status */
#define SVARIG_CNT_BYTES_READ       0x4u /* payload bytes of DMA read completions */
#define SVARIG_CNT_BYTES_WRITTEN    0x5u /* payload bytes of DMA writes */
#define SVARIG_CNT_DMA_READS        0x6u /* DMA read requests sent */
#define SVARIG_CNT_DMA_WRITES       0x7u /* DMA write requests sent */
#define SVARIG_CNT_ATC_HITS         0x8u /* ATC lookups that hit with sufficient permission */
#define SVARIG_CNT_ATC_MISSES       0x9u /* ATC lookups that did not */
#define SVARIG_CNT_XLAT_REQS        0xau /* translation requests sent */
#define SVARIG_CNT_XLAT_FAULTS      0xbu /* translation completions without the permission asked for */
#define SVARIG_CNT_PAGE_REQS        0xcu /* page requests sent */
#define SVARIG_CNT_PRG_OK           0xdu /* PRG responses: success (faults served) */
#define SVARIG_CNT_PRG_INVALID      0xeu /* PRG responses: invalid request */
#define SVARIG_CNT_PRG_FAILURE      0xfu /* PRG responses: response failure */
#define SVARIG_CNT_PRG_UNEXPECTED   0x10u /* PRG responses that matched nothing */
#define SVARIG_CNT_INV_REQS         0x11u /* invalidate requests received */
#define SVARIG_CNT_INV_CPLS         0x12u /* invalidate completions sent */
#define SVARIG_CNT_INV_STALE        0x13u /* translation completions discarded since an invalidation met them in flight */
#define SVARIG_CNT_DOORBELLS        0x14u /* doorbell writes */
#define SVARIG_CNT_BAD_DOORBELLS    0x15u /* doorbell writes ignored */
#define SVARIG_CNT_MSIX             0x16u /* MSI-X messages sent */
#define SVARIG_CNT_CPL_TIMEOUT      0x17u /* completion timeouts */
#define SVARIG_CNT_CPL_UNEXPECTED   0x18u /* unexpected completions */
#define SVARIG_CNT_CPL_ERROR        0x19u /* completions with UR or CA status, or poisoned */
#define SVARIG_CNT_COUNT            0x1au /* number of global counters */

/* Opcodes (descriptor byte 0) */
#define SVARIG_OP_NOP               0x0u /* completes at once; everything else is ignored */
#define SVARIG_OP_COPY              0x1u /* len bytes from src to dst */
#define SVARIG_OP_FILL              0x2u /* len bytes to dst, the 16 bytes at iv repeated */
#define SVARIG_OP_COMPARE           0x3u /* len bytes at src against len bytes at dst: ST_OK if equal, else ST_MISMATCH with done = bytes equal; nothing is written, no scatter lists */
#define SVARIG_OP_CRC32C            0x4u /* CRC-32C (RFC 3720 B.4) of len bytes (0 allowed) at src, 4 bytes to dst, little-endian */
#define SVARIG_OP_HASH              0x5u /* digest of len bytes (0 allowed) at src to dst; alg 3:0 HA_* */
#define SVARIG_OP_HMAC              0x6u /* HMAC (RFC 2104) likewise; key: one block (64 or 128 bytes) at key, padded with zeros; a longer key is hashed by its owner first */
#define SVARIG_OP_CIPHER            0x7u /* len bytes from src to dst; alg 3:0 CI_*, 7:4 CM_*; key at key, 16 bytes at iv (not for ECB) */
#define SVARIG_OP_AEAD              0x8u /* GCM: alg 3:0 CI_*; 12 bytes at iv. src: aad_len bytes of AAD, then len bytes of text, then (decrypt) the 16-byte tag. dst: len bytes of text, then (encrypt) the tag. A wrong tag ends in ST_AUTH; what was deciphered is in dst by then */

/* Hashes (alg 3:0 of OP_HASH and OP_HMAC) */
#define SVARIG_HA_SHA224            0x0u /* 28 bytes, blocks of 64 */
#define SVARIG_HA_SHA256            0x1u /* 32 bytes, blocks of 64 */
#define SVARIG_HA_SHA384            0x2u /* 48 bytes, blocks of 128 */
#define SVARIG_HA_SHA512            0x3u /* 64 bytes, blocks of 128 */
#define SVARIG_HA_SM3               0x4u /* 32 bytes, blocks of 64 (GB/T 32905) */

/* Ciphers (alg 3:0 of OP_CIPHER and OP_AEAD) */
#define SVARIG_CI_AES128            0x0u /* 16-byte key (XTS: 32) */
#define SVARIG_CI_AES192            0x1u /* 24-byte key (not with XTS) */
#define SVARIG_CI_AES256            0x2u /* 32-byte key (XTS: 64) */
#define SVARIG_CI_SM4               0x3u /* 16-byte key (XTS: 32) (GB/T 32907) */

/* Modes (alg 7:4 of OP_CIPHER) */
#define SVARIG_CM_ECB               0x0u /* len a multiple of 16 */
#define SVARIG_CM_CBC               0x1u /* len a multiple of 16 */
#define SVARIG_CM_CTR               0x2u /* any len; iv is the initial counter block, a 128-bit big-endian counter */
#define SVARIG_CM_XTS               0x3u /* len 16 or more, ciphertext stealing (IEEE 1619); iv is the tweak before encryption; key1 then key2 */

/* Descriptor flags (bytes 2-3) */
#define SVARIG_DF_DECRYPT           0x1u /* OP_CIPHER, OP_AEAD: decrypt */
#define SVARIG_DF_CHAIN             0x2u /* the next job of the queue starts only if this one ends with ST_OK, and after it; else it ends with ST_CHAIN (and so on along the chain) */
#define SVARIG_DF_STATE_IN          0x4u /* go on from the streaming state at state (iv is not read then) */
#define SVARIG_DF_STATE_OUT         0x8u /* not the end: write the streaming state to state and no digest, MAC or tag. len must be a multiple of the block (16, 64 or 128); AAD only in the first job */
#define SVARIG_DF_UNORDERED         0x10u /* the record may come before those of earlier jobs of the queue */

/* Completion status (byte 28) */
#define SVARIG_ST_OK                0x0u /* done */
#define SVARIG_ST_BAD_OPCODE        0x1u /* unknown opcode */
#define SVARIG_ST_BAD_FLAGS         0x2u /* unknown flag, or a reserved field is not zero */
#define SVARIG_ST_BAD_LENGTH        0x3u /* zero where the operation needs bytes, or more than ADM_MAX_LEN */
#define SVARIG_ST_BAD_ADDRESS       0x4u /* an address is not canonical (bits 63:48 not all equal), or src/dst/key/iv + length wraps; fault address says which */
#define SVARIG_ST_FAULT_READ        0x5u /* no read permission at the fault address, and the host did not or could not provide it */
#define SVARIG_ST_FAULT_WRITE       0x6u /* no write permission at the fault address, likewise */
#define SVARIG_ST_UR                0x7u /* the host answered a DMA read with Unsupported Request */
#define SVARIG_ST_CA                0x8u /* the host answered with Completer Abort */
#define SVARIG_ST_POISONED          0x9u /* read data were poisoned */
#define SVARIG_ST_TIMEOUT           0xau /* a read or translation request was never completed */
#define SVARIG_ST_ABORTED           0xbu /* queue stopped, bus mastering off, or function reset */
#define SVARIG_ST_XLAT_ERROR        0xcu /* a translation request ended with UR or CA, or with a size that cannot be */
#define SVARIG_ST_PRI_FAILURE       0xdu /* PRG response: response failure; page requests are off */
#define SVARIG_ST_AUTH              0xeu /* OP_AEAD, decrypt: the tag is wrong */
#define SVARIG_ST_MISMATCH          0xfu /* OP_COMPARE: the bytes differ; done tells how many are equal */
#define SVARIG_ST_CHAIN             0x10u /* not started: an earlier job of its chain failed */
#define SVARIG_ST_BAD_SG            0x11u /* scatter list: too many entries, an entry of zero bytes or with a reserved field, or the sum is not the length; fault address: the entry */
#define SVARIG_ST_BAD_ALG           0x12u /* unknown algorithm or mode, or not with this operation */
#define SVARIG_ST_BAD_STATE         0x13u /* the streaming state is of another algorithm, or not aligned */

/* Completion detail bits (byte 29) */
#define SVARIG_SD_PAGE_REQUESTED    0x1u /* the host was asked for the page and said no (or still left it out) */
#define SVARIG_SD_NO_PRI            0x2u /* page requests are not enabled */
#define SVARIG_SD_UNTRANSLATED      0x4u /* ATS was off: the request was sent untranslated */

/* Admin commands (ADM_MB_CMD 7:0) */
#define SVARIG_AC_NOP               0x0u /* answers AS_OK */
#define SVARIG_AC_CREATE_QUEUE      0x1u /* arg0 PASID|valid (as QC_PASID), arg1/2 SQ address, arg3/4 CQ address, arg5 as QC_SIZE, arg6 as QC_VECTOR, arg7 as QC_WEIGHT */
#define SVARIG_AC_DESTROY_QUEUE     0x2u /* stop the queue, wait until nothing of it is outstanding, drop its PASID's ATC entries if no other queue has it */
#define SVARIG_AC_SET_PASID         0x3u /* arg0 as QC_PASID; the queue must be idle */
#define SVARIG_AC_DRAIN             0x4u /* wait until all submitted jobs are complete; arg0: limit in units of 1024 cycles */
#define SVARIG_AC_RESET             0x5u /* destroy all queues of the function, drop its part of the ATC, zero its queues' counters */
#define SVARIG_AC_COUNTERS          0x6u /* arg0 0: res0.. of queue: jobs ok, jobs failed, bytes lo/hi, cycles lo/hi, doorbells, bad doorbells; 1: ATC hits, misses, DMA reads, writes, page requests; 2: QC_STALL_* in order */
#define SVARIG_AC_SELFTEST          0x7u /* run the engine self-test again (no queue may be busy); res0 bit mask of opcodes that failed; PF only */
#define SVARIG_AC_VERSION           0x8u /* res0 firmware version, res1 interface version */

/* Admin status (ADM_MB_STATUS 7:0) */
#define SVARIG_AS_OK                0x0u /* done */
#define SVARIG_AS_BAD_COMMAND       0x1u /* unknown command */
#define SVARIG_AS_BAD_QUEUE         0x2u /* no such queue */
#define SVARIG_AS_BAD_ARG           0x3u /* res0 says which argument word */
#define SVARIG_AS_BUSY              0x4u /* queue exists already, or is not idle */
#define SVARIG_AS_NOT_CREATED       0x5u /* queue does not exist */
#define SVARIG_AS_TIMEOUT           0x6u /* drain limit reached, or outstanding requests never ended */
#define SVARIG_AS_SELFTEST          0x7u /* refused: the self-test failed */

/* Global counters */
#define SVARIG_COUNTER_LIST(X) \
	X(CNT_CYCLES, cycles, "clock cycles since reset") \
	X(CNT_BUSY, busy, "cycles with a job executing") \
	X(CNT_JOBS_OK, jobs_ok, "jobs completed with ST_OK") \
	X(CNT_JOBS_FAILED, jobs_failed, "jobs completed with another status") \
	X(CNT_BYTES_READ, bytes_read, "payload bytes of DMA read completions") \
	X(CNT_BYTES_WRITTEN, bytes_written, "payload bytes of DMA writes") \
	X(CNT_DMA_READS, dma_reads, "DMA read requests sent") \
	X(CNT_DMA_WRITES, dma_writes, "DMA write requests sent") \
	X(CNT_ATC_HITS, atc_hits, "ATC lookups that hit with sufficient permission") \
	X(CNT_ATC_MISSES, atc_misses, "ATC lookups that did not") \
	X(CNT_XLAT_REQS, xlat_reqs, "translation requests sent") \
	X(CNT_XLAT_FAULTS, xlat_faults, "translation completions without the permission asked for") \
	X(CNT_PAGE_REQS, page_reqs, "page requests sent") \
	X(CNT_PRG_OK, prg_ok, "PRG responses: success (faults served)") \
	X(CNT_PRG_INVALID, prg_invalid, "PRG responses: invalid request") \
	X(CNT_PRG_FAILURE, prg_failure, "PRG responses: response failure") \
	X(CNT_PRG_UNEXPECTED, prg_unexpected, "PRG responses that matched nothing") \
	X(CNT_INV_REQS, inv_reqs, "invalidate requests received") \
	X(CNT_INV_CPLS, inv_cpls, "invalidate completions sent") \
	X(CNT_INV_STALE, inv_stale, "translation completions discarded since an invalidation met them in flight") \
	X(CNT_DOORBELLS, doorbells, "doorbell writes") \
	X(CNT_BAD_DOORBELLS, bad_doorbells, "doorbell writes ignored") \
	X(CNT_MSIX, msix, "MSI-X messages sent") \
	X(CNT_CPL_TIMEOUT, cpl_timeout, "completion timeouts") \
	X(CNT_CPL_UNEXPECTED, cpl_unexpected, "unexpected completions") \
	X(CNT_CPL_ERROR, cpl_error, "completions with UR or CA status, or poisoned")

/* Completion status */
#define SVARIG_STATUS_LIST(X) \
	X(ST_OK, ok, "done") \
	X(ST_BAD_OPCODE, bad_opcode, "unknown opcode") \
	X(ST_BAD_FLAGS, bad_flags, "unknown flag, or a reserved field is not zero") \
	X(ST_BAD_LENGTH, bad_length, "zero where the operation needs bytes, or more than ADM_MAX_LEN") \
	X(ST_BAD_ADDRESS, bad_address, "an address is not canonical (bits 63:48 not all equal), or src/dst/key/iv + length wraps; fault address says which") \
	X(ST_FAULT_READ, fault_read, "no read permission at the fault address, and the host did not or could not provide it") \
	X(ST_FAULT_WRITE, fault_write, "no write permission at the fault address, likewise") \
	X(ST_UR, ur, "the host answered a DMA read with Unsupported Request") \
	X(ST_CA, ca, "the host answered with Completer Abort") \
	X(ST_POISONED, poisoned, "read data were poisoned") \
	X(ST_TIMEOUT, timeout, "a read or translation request was never completed") \
	X(ST_ABORTED, aborted, "queue stopped, bus mastering off, or function reset") \
	X(ST_XLAT_ERROR, xlat_error, "a translation request ended with UR or CA, or with a size that cannot be") \
	X(ST_PRI_FAILURE, pri_failure, "PRG response: response failure; page requests are off") \
	X(ST_AUTH, auth, "OP_AEAD, decrypt: the tag is wrong") \
	X(ST_MISMATCH, mismatch, "OP_COMPARE: the bytes differ; done tells how many are equal") \
	X(ST_CHAIN, chain, "not started: an earlier job of its chain failed") \
	X(ST_BAD_SG, bad_sg, "scatter list: too many entries, an entry of zero bytes or with a reserved field, or the sum is not the length; fault address: the entry") \
	X(ST_BAD_ALG, bad_alg, "unknown algorithm or mode, or not with this operation") \
	X(ST_BAD_STATE, bad_state, "the streaming state is of another algorithm, or not aligned")

/* Opcodes */
#define SVARIG_OPCODE_LIST(X) \
	X(OP_NOP, nop, "completes at once; everything else is ignored") \
	X(OP_COPY, copy, "len bytes from src to dst") \
	X(OP_FILL, fill, "len bytes to dst, the 16 bytes at iv repeated") \
	X(OP_COMPARE, compare, "len bytes at src against len bytes at dst: ST_OK if equal, else ST_MISMATCH with done = bytes equal; nothing is written, no scatter lists") \
	X(OP_CRC32C, crc32c, "CRC-32C (RFC 3720 B.4) of len bytes (0 allowed) at src, 4 bytes to dst, little-endian") \
	X(OP_HASH, hash, "digest of len bytes (0 allowed) at src to dst; alg 3:0 HA_*") \
	X(OP_HMAC, hmac, "HMAC (RFC 2104) likewise; key: one block (64 or 128 bytes) at key, padded with zeros; a longer key is hashed by its owner first") \
	X(OP_CIPHER, cipher, "len bytes from src to dst; alg 3:0 CI_*, 7:4 CM_*; key at key, 16 bytes at iv (not for ECB)") \
	X(OP_AEAD, aead, "GCM: alg 3:0 CI_*; 12 bytes at iv. src: aad_len bytes of AAD, then len bytes of text, then (decrypt) the 16-byte tag. dst: len bytes of text, then (encrypt) the tag. A wrong tag ends in ST_AUTH; what was deciphered is in dst by then")

/* Admin status */
#define SVARIG_ADMIN_STATUS_LIST(X) \
	X(AS_OK, ok, "done") \
	X(AS_BAD_COMMAND, bad_command, "unknown command") \
	X(AS_BAD_QUEUE, bad_queue, "no such queue") \
	X(AS_BAD_ARG, bad_arg, "res0 says which argument word") \
	X(AS_BUSY, busy, "queue exists already, or is not idle") \
	X(AS_NOT_CREATED, not_created, "queue does not exist") \
	X(AS_TIMEOUT, timeout, "drain limit reached, or outstanding requests never ended") \
	X(AS_SELFTEST, selftest, "refused: the self-test failed")

/* Names of the global counters, by index */
#define SVARIG_COUNTER_NAMES \
	{"cycles", "busy", "jobs_ok", "jobs_failed", "bytes_read", "bytes_written", "dma_reads", "dma_writes", "atc_hits", "atc_misses", "xlat_reqs", "xlat_faults", "page_reqs", "prg_ok", "prg_invalid", "prg_failure", "prg_unexpected", "inv_reqs", "inv_cpls", "inv_stale", "doorbells", "bad_doorbells", "msix", "cpl_timeout", "cpl_unexpected", "cpl_error"}

/* Descriptor: 64 bytes, little-endian */
struct svarig_desc {
	uint8_t opcode; /* OP_* */
	uint8_t alg; /* HA_*, CI_* and CM_*; else zero */
	uint16_t flags; /* DF_* */
	uint32_t len; /* bytes of text */
	uint64_t src; /* user virtual address of the source, or of its scatter list */
	uint64_t dst; /* user virtual address of the destination, or of its scatter list */
	uint64_t key; /* user virtual address of the key */
	uint64_t iv; /* user virtual address of IV, counter block, tweak or pattern */
	uint64_t state; /* user virtual address of the streaming state (DF_STATE_*), else zero */
	uint32_t aad_len; /* OP_AEAD: bytes of AAD; else zero */
	uint16_t src_sg; /* entries of the source's scatter list, 0: src is the source itself */
	uint16_t dst_sg; /* the same for the destination */
	uint64_t cookie; /* copied to the completion record */
};
_Static_assert(sizeof(struct svarig_desc) == 64, "struct svarig_desc");
_Static_assert(__builtin_offsetof(struct svarig_desc, opcode) == 0, "opcode");
_Static_assert(__builtin_offsetof(struct svarig_desc, alg) == 1, "alg");
_Static_assert(__builtin_offsetof(struct svarig_desc, flags) == 2, "flags");
_Static_assert(__builtin_offsetof(struct svarig_desc, len) == 4, "len");
_Static_assert(__builtin_offsetof(struct svarig_desc, src) == 8, "src");
_Static_assert(__builtin_offsetof(struct svarig_desc, dst) == 16, "dst");
_Static_assert(__builtin_offsetof(struct svarig_desc, key) == 24, "key");
_Static_assert(__builtin_offsetof(struct svarig_desc, iv) == 32, "iv");
_Static_assert(__builtin_offsetof(struct svarig_desc, state) == 40, "state");
_Static_assert(__builtin_offsetof(struct svarig_desc, aad_len) == 48, "aad_len");
_Static_assert(__builtin_offsetof(struct svarig_desc, src_sg) == 52, "src_sg");
_Static_assert(__builtin_offsetof(struct svarig_desc, dst_sg) == 54, "dst_sg");
_Static_assert(__builtin_offsetof(struct svarig_desc, cookie) == 56, "cookie");

/* Completion record: 32 bytes, little-endian */
struct svarig_cpl {
	uint64_t cookie; /* of the descriptor */
	uint64_t fault_addr; /* first byte that could not be reached, else 0 */
	uint32_t done; /* source bytes processed in order before the end or the error */
	uint32_t cycles; /* clock cycles from start of execution to this record (saturates) */
	uint16_t sq_head; /* low half of the queue's count of fetched descriptors */
	uint16_t queue; /* number of the queue in its function */
	uint8_t status; /* ST_* */
	uint8_t detail; /* SD_* */
	uint16_t phase; /* bit 0: phase, 1 on the first pass over the ring, then toggles each pass */
};
_Static_assert(sizeof(struct svarig_cpl) == 32, "struct svarig_cpl");
_Static_assert(__builtin_offsetof(struct svarig_cpl, cookie) == 0, "cookie");
_Static_assert(__builtin_offsetof(struct svarig_cpl, fault_addr) == 8, "fault_addr");
_Static_assert(__builtin_offsetof(struct svarig_cpl, done) == 16, "done");
_Static_assert(__builtin_offsetof(struct svarig_cpl, cycles) == 20, "cycles");
_Static_assert(__builtin_offsetof(struct svarig_cpl, sq_head) == 24, "sq_head");
_Static_assert(__builtin_offsetof(struct svarig_cpl, queue) == 26, "queue");
_Static_assert(__builtin_offsetof(struct svarig_cpl, status) == 28, "status");
_Static_assert(__builtin_offsetof(struct svarig_cpl, detail) == 29, "detail");
_Static_assert(__builtin_offsetof(struct svarig_cpl, phase) == 30, "phase");

/* Entry of a scatter list. Lists are aligned to 16 bytes: 16 bytes, little-endian */
struct svarig_sg {
	uint64_t addr; /* user virtual address, any alignment */
	uint32_t len; /* bytes, not zero */
	uint32_t rsvd; /* zero */
};
_Static_assert(sizeof(struct svarig_sg) == 16, "struct svarig_sg");
_Static_assert(__builtin_offsetof(struct svarig_sg, addr) == 0, "addr");
_Static_assert(__builtin_offsetof(struct svarig_sg, len) == 8, "len");
_Static_assert(__builtin_offsetof(struct svarig_sg, rsvd) == 12, "rsvd");

#endif
