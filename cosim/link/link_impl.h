/* SPDX-License-Identifier: BSD-2-Clause */
/* What link.c and handshake.c share */
#ifndef SVLINK_IMPL_H
#define SVLINK_IMPL_H

#include "ring.h"

/* First message on the socket in both directions; the server's carries the descriptors */
struct svlink_hello {
	char magic[8];	     /* SVLINK_HELLO_MAGIC */
	uint32_t version;    /* SVLINK_VERSION */
	uint32_t ring_bytes; /* size of each ring; the client repeats it */
	uint64_t file_bytes; /* size of the memory file; the client repeats it */
	char name[SVLINK_NAME_LEN];
};

#define SVLINK_HELLO_MAGIC "SVLINK\r\n"

/* Descriptors that come with the server's hello, in this order */
enum {
	SVLINK_FD_MEM,
	SVLINK_FD_SERVER_EVENT,
	SVLINK_FD_CLIENT_EVENT,
	SVLINK_FDS
};

/* The memory file: control blocks server-to-client and client-to-server, then their data */
#define SVLINK_DATA_OFFSET 4096u

struct svlink {
	int sock, event, peer_event; /* event: ours to read */
	void *mem;
	size_t mem_bytes;
	struct svring tx, rx;
	int broken;	/* 0, -EPIPE or -EPROTO: final */
	bool peer_gone; /* the socket is closed; frames may be left in the ring */
	bool said_bye;
	char peer_name[SVLINK_NAME_LEN];
	char error[SVLINK_ERROR_LEN];
};

int svlink_fail(char *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int64_t svlink_now_ms(void);

#endif
