# SPDX-License-Identifier: GPL-2.0-only
# sweep.c: the sweep returns before its commands are done
/^static void finish/,/^}/s/send(batch, true)/send(batch, false)/
