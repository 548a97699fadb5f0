# SPDX-License-Identifier: GPL-2.0-only
# invs.c: the old array is freed under its readers
s/kfree_rcu(old, rcu)/kfree(old)/
