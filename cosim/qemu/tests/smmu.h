/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An SMMUv3 as software sees it: registers, tables and queues in guest memory (Arm IHI 0070).
 * Values are given as numbers laid out by hand from the specification; nothing here is shared with
 * QEMU.
 */
#ifndef SMMU_H
#define SMMU_H

#include <stdbool.h>
#include <stdint.h>

#include "rig.h"

/* Registers (6.3), offsets from RIG_SMMU */
#define IDR0		0x00
#define IDR1		0x04
#define IDR5		0x14
#define CR0		0x20
#define CR0ACK		0x24
#define CR2		0x2c
#define GBPA		0x44
#define IRQ_CTRL	0x50
#define GERROR		0x60
#define GERRORN		0x64
#define STRTAB_BASE	0x80
#define STRTAB_BASE_CFG 0x88
#define CMDQ_BASE	0x90
#define CMDQ_PROD	0x98
#define CMDQ_CONS	0x9c
#define EVENTQ_BASE	0xa0
#define EVENTQ_PROD	0x100a8
#define EVENTQ_CONS	0x100ac
#define PRIQ_BASE	0xc0
#define PRIQ_PROD	0x100c8
#define PRIQ_CONS	0x100cc

#define CR0_SMMUEN   (1u << 0)
#define CR0_PRIQEN   (1u << 1)
#define CR0_EVENTQEN (1u << 2)
#define CR0_CMDQEN   (1u << 3)
#define CR0_ATSCHK   (1u << 4)
#define CR0_ALL	     0x1fu

/* Interrupts of the virt machine's SMMUs */
#define SPI_EVENTQ (rig_second ? 176 : 74)
#define SPI_PRIQ   (SPI_EVENTQ + 1)
#define SPI_GERROR (SPI_EVENTQ + 3)

/* Where things are in guest memory */
#define MEM_STRTAB (RIG_RAM + (rig_second ? 0x2000000 : 0x100000))
#define MEM_CMDQ   (RIG_RAM + 0x120000)
#define MEM_EVTQ   (RIG_RAM + 0x130000)
#define MEM_PRIQ   (RIG_RAM + 0x140000)
#define MEM_L1CD   (RIG_RAM + 0x150000)
#define MEM_CD	   (RIG_RAM + 0x160000) /* leaf of substreams 0..63 */
#define MEM_PGD(n) (RIG_RAM + 0x200000 + (n)*0x40000)
#define MEM_DATA   (RIG_RAM + 0x1000000)

/* Resets the queues' indices and enables everything; the stream table is linear, all invalid. */
void smmu_init(void);
uint32_t smmu_rd(unsigned reg);
void smmu_wr(unsigned reg, uint32_t v);

/* STE double words 0 and 1 (5.2) */
#define STE_V	       1ull
#define STE_ABORT      (0ull << 1)
#define STE_BYPASS     (4ull << 1)
#define STE_S1	       (5ull << 1)
#define STE_S2	       (6ull << 1)
#define STE_NESTED     (7ull << 1)
#define STE_2LVL_4K    (1ull << 4)
#define STE_CDMAX(n)   ((uint64_t)(n) << 59)
#define STE1_TERMINATE 0ull
#define STE1_BYPASS    1ull
#define STE1_SSID0     2ull
#define STE1_PPAR      (1ull << 18)
#define STE1_EATS      (1ull << 28)
void smmu_ste(uint64_t dw0, uint64_t dw1);
/* The usual: stage 1, two-level CD table for 2^10 substreams, EATS full, others terminated. */
void smmu_ste_usual(void);

/* A CD (5.4) for substream @ssid below 64: TTB0 = MEM_PGD(pgd), 4 KiB, 48 bits, TTB1 disabled,
 * R=A=1 */
void smmu_cd(unsigned ssid, unsigned pgd, unsigned asid);
void smmu_cd_invalid(unsigned ssid);

/* Page table entries, VMSAv8-64 stage 1 */
#define PTE_PAGE  3ull
#define PTE_BLOCK 1ull
#define PTE_USER  (1ull << 6)
#define PTE_RO	  (1ull << 7)
#define PTE_AF	  (1ull << 10)
#define PTE_NG	  (1ull << 11)
#define PTE_DBM	  (1ull << 51)
#define PTE_PXN	  (1ull << 53)
#define PTE_UXN	  (1ull << 54)
/* what Linux gives a process: writable and dirty; read-only */
#define PTE_URW (PTE_PAGE | PTE_USER | PTE_AF | PTE_NG | PTE_PXN | PTE_UXN)
#define PTE_URO (PTE_URW | PTE_RO)
/* Writes the descriptor @desc for @va at @level (1: 1 GiB, 2: 2 MiB, 3: 4 KiB) into page table
 * @pgd. */
void smmu_map(unsigned pgd, uint64_t va, unsigned level, uint64_t desc);
void smmu_pt_clear(unsigned pgd);

/* Commands (4) */
void smmu_cmd(uint64_t dw0, uint64_t dw1);
#define CMD_CFGI_STE(sid)      (0x03ull | (uint64_t)(sid) << 32)
#define CMD_CFGI_CD(sid, ssid) (0x05ull | (uint64_t)(ssid) << 12 | (uint64_t)(sid) << 32)
#define CMD_CFGI_CD_ALL(sid)   (0x06ull | (uint64_t)(sid) << 32)
#define CMD_CFGI_ALL	       0x04ull
#define CMD_TLBI_NH_ASID(asid) (0x11ull | (uint64_t)(asid) << 48)
#define CMD_TLBI_NH_VA(asid)   (0x12ull | (uint64_t)(asid) << 48)
#define CMD_TLBI_NSNH_ALL      0x30ull
#define CMD_SYNC	       0x46ull
#define CMD_SSV		       (1ull << 11)
#define CMD_SSID(n)	       ((uint64_t)(n) << 12)
#define CMD_SID(n)	       ((uint64_t)(n) << 32)
#define CMD_ATC_INV	       0x40ull
#define CMD_ATC_GLOBAL	       (1ull << 9)
#define CMD_PRI_RESP	       0x41ull
/* True when all commands given so far are consumed. */
bool smmu_cmdq_empty(void);
/* Command, CMD_SYNC; fails when they are not consumed at once. */
void smmu_cmd_sync(uint64_t dw0, uint64_t dw1);
/* Forget all cached configuration and translations. */
void smmu_forget_all(void);

/* The oldest event, taken off the queue. False when there is none. */
struct event {
	uint64_t dw[4];
};
bool smmu_event(struct event *e);
/* The oldest page request likewise. */
struct ppr {
	uint64_t dw[2];
};
bool smmu_ppr(struct ppr *p);

#endif
