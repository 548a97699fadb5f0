/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What the guest's tests can have svarig_test.ko do, on /dev/svarig-test: things that no driver
 * offers to user space. For root, and for tests only.
 */
#ifndef SVARIG_TEST_UAPI_H
#define SVARIG_TEST_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

/*
 * Memory whose page faults last: mmap the file (MAP_SHARED). While held, a fault in it sleeps until
 * it is let go. Each page then holds its own offset in the mapping, as 32-bit words.
 */
#define SVT_HOLD _IOW('T', 0, __u32) /* by value: 1 hold, 0 let go */
#define SVT_HELD _IO('T', 1)	     /* returns how many faults are asleep */

/*
 * A stream of copy jobs on a queue without PASID, each result compared. Its memory has the same
 * address for the device in its default domain and without translation.
 */
#define SVT_STREAM_IRQ	  0x1 /* every other wait is for an interrupt */
#define SVT_STREAM_CANARY 0x2 /* in the default domain what is written goes to other memory */
#define SVT_STREAM_LOSSY  0x4 /* the device may be cut off: failed jobs are counted, no more */
#define SVT_STREAM_START  _IOW('T', 2, __u32) /* by value: flags */

struct svt_stream_result {
	__u64 jobs;	   /* that ended well */
	__u64 failed;	   /* that did not */
	__u64 wrong;	   /* bytes that differ; of lossy streams such jobs have failed */
	__u64 leaked;	   /* bytes written where nothing should be: the canary */
	__u64 irqs;	   /* waits that an interrupt ended */
	__u64 irqs_lost;   /* waits in vain while the job was done */
	__u64 restarts;	   /* of the queue, lossy streams only */
	__u32 last_status; /* SVARIG_ST_* of the last job that failed */
	__u32 stuck;	   /* no job ended for a long time */
};

#define SVT_STREAM_STOP _IOR('T', 3, struct svt_stream_result)
#define SVT_STREAM_LOOK _IOR('T', 4, struct svt_stream_result) /* goes on */

/*
 * Turns what the function's requests without PASID meet to another domain and back to its default
 * domain.
 */
#define SVT_TURN_IDENTITY 0
#define SVT_TURN_BLOCKED  1
#define SVT_TURN_PAGING	  2 /* another domain with tables */
struct svt_turn {
	__u32 kind;
	__u32 turns;
	__u32 dwell_us;	 /* in each domain, up to so long */
	__u32 done;	 /* out */
	__u64 ns;	 /* out: the time it took */
	__u32 fail;	 /* so many allocations on the way there the kernel fails one; 0: none */
	__u32 failed;	 /* out: it has come to that */
	__u32 fail_back; /* the same on the way back to the default domain */
	__u32 rsvd;
};

#define SVT_TURN _IOWR('T', 5, struct svt_turn)

/*
 * Address spaces that the kernel maps and unmaps, each behind a PASID of the function or in place
 * of its default domain, with a queue of its own. All use the same addresses.
 */
#define SVT_SPACES	 2
#define SVT_SPACE_OPEN	 0 /* allocated, mapped, attached to a new PASID */
#define SVT_SPACE_COPY	 1 /* a copy job of one page */
#define SVT_SPACE_UNMAP	 2 /* the job's source */
#define SVT_SPACE_MAP	 3 /* again */
#define SVT_SPACE_DETACH 4 /* the queue stays */
#define SVT_SPACE_ATTACH 5 /* to @pasid, or to its own if that is ~0 */
#define SVT_SPACE_CLOSE	 6
/*
 * In place of the default domain, and with a handler for page faults that only keeps them. The
 * job's destination is not mapped.
 */
#define SVT_SPACE_OPEN_FAULTS 7
#define SVT_SPACE_START	      8	 /* a copy job, and come back at once */
#define SVT_SPACE_WAIT	      9	 /* for its end */
#define SVT_SPACE_FAULTS      10 /* @status: groups of page faults that wait for an answer */
#define SVT_SPACE_ANSWER      11 /* all of them: the destination is mapped, the answer is good */
#define SVT_SPACE_OPEN_AT     12 /* as OPEN, behind the PASID @pasid */
struct svt_space {
	__u32 index;
	__u32 op;
	__u32 pasid;  /* out: of the space; in for SVT_SPACE_ATTACH and OPEN_AT */
	__u32 status; /* out, of a copy: SVARIG_ST_* */
	__u32 wrong;  /* out, of a copy: bytes */
	__u32 rsvd;
};

#define SVT_SPACE _IOWR('T', 6, struct svt_space)

/*
 * From now on the SMMU loses its registers whenever the machine sleeps, and before another kernel
 * takes over (kexec) message interrupts are off as after a reset.
 */
#define SVT_POWER_LOSS _IOW('T', 8, __u32) /* by value: 1 on, 0 off */
#define SVT_POWER_LOST _IO('T', 9)	   /* returns how often it has */

/* What the SMMU would fetch for a function, found from the SMMU's registers on. */
struct svt_tables {
	__u32 function; /* in: bus << 8 | devfn in PCI domain 0; 0: the first accelerator */
	__u32 rsvd;
	__u64 ste[8];
	__u32 cds; /* valid ones, where there is a stage 1 of the driver's */
	__u32 crc; /* over them and their PASIDs */
	/* Of the first 64 of them: different ones. */
	__u32 asids;
	__u32 ttbs;
};

#define SVT_TABLES _IOWR('T', 10, struct svt_tables)

/* Its stream table entry, read all the time in between, as the SMMU may read it at any moment. */
struct svt_watch {
	__u64 looks;
	__u64 changes; /* seen, of the first two words */
	__u64 bypass;  /* looks that found requests without PASID allowed to pass untranslated */
};

#define SVT_WATCH_START _IO('T', 11)
#define SVT_WATCH_STOP	_IOR('T', 12, struct svt_watch)

/* The calling process bound to the function, and unbound if that worked. */
#define SVT_BIND_PLAIN	   0
#define SVT_BIND_EXHAUSTED 1 /* every other PASID taken meanwhile */
#define SVT_BIND_BELOW	   2 /* as if the function's PASIDs ended below the process's own */
#define SVT_BIND_NO_SVA	   3 /* to the shared folder's device */
#define SVT_BIND_TWICE	   4 /* shared virtual addresses switched on once more, nothing else */
struct svt_bind {
	__u32 kind;
	__u32 pasid;	    /* out: of the bond */
	__s32 feature, ret; /* out: of switching on (NO_SVA, TWICE), of binding; negative errnos */
	__u32 taken;	    /* out: PASIDs that were to be had, and the first and last of them */
	__u32 first, last;
	__u32 rsvd;
};

#define SVT_BIND _IOWR('T', 17, struct svt_bind)

/* Instructions the kernel takes for a piece of work; needs a PMU that counts them. */
#define SVT_MEASURE_BIND   0 /* bind and unbind of the calling process */
#define SVT_MEASURE_MUNMAP 1 /* munmap of @bytes of the calling process, bound to the functions */
/* Unmap of @bytes of a domain attached to so many PASIDs, the functions taking turns. */
#define SVT_MEASURE_UNMAP 2
#define SVT_MEASURE_DMA	  3 /* a DMA mapping of @bytes for the shared folder's device, and back */
struct svt_measure {
	__u32 kind;
	__u32 attachments;
	__u32 bytes;	 /* whole pages, up to 4 MiB */
	__u32 rounds;	 /* up to 256 */
	__u32 functions; /* PFs and VFs of all accelerators, the first so many; 0: one */
	__u32 rsvd;
	__u64 least, median; /* out */
};

#define SVT_MEASURE _IOWR('T', 16, struct svt_measure)

#endif
