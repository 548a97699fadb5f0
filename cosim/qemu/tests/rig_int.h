/* SPDX-License-Identifier: BSD-2-Clause */
/* Between rig.c and endpoint.c */
#ifndef RIG_INT_H
#define RIG_INT_H

#include <poll.h>

extern int rig_failed;
int rig_tap_count(void);
/* Ends the test program when QEMU has died. */
void rig_check_alive(void);

void link_listen(const char *path);
/* Waits for QEMU to connect. */
void link_accept(void);
/* Fills in what to poll (at most two descriptors); returns how many. */
int link_poll(struct pollfd *p);
/* Handles what came. */
void link_serve(void);
void link_drop(void);

#endif
