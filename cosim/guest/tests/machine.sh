#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest-test: endpoints=2 memory=768M el2 icount
#
# The machine is the one that the line above asks for, and its host answers.
# shellcheck disable=SC2319 # a condition is what is reported

data=/tmp/machine.data
# shellcheck source=cosim/guest/tests/lib/tap.sh
. /svarig/tap.sh

head -c 100000 /dev/urandom >$data
for node in /dev/svarig-0 /dev/svarig-1; do
	[ "$(SVARIG_DEVICE=$node svarig digest --touch $data)" = "$(sha256sum $data)" ]
	report $? "a job on $node is right"
done
[ ! -e /dev/svarig-2 ]
report $? "there is no third"

kib=$(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo)
[ "$kib" -gt 600000 ] && [ "$kib" -lt 786432 ]
report $? "memory: $kib KiB of 768 MiB"
[ -c /dev/kvm ]
report $? "el2: there is /dev/kvm"
[ -e /sys/bus/event_source/devices/armv8_pmuv3_0/events/inst_retired ] ||
	[ -e /sys/bus/event_source/devices/armv8_pmuv3/events/inst_retired ]
report $? "icount: the PMU counts instructions"

[ "$(svarig-host dropped 1)" = 0 ]
report $? "the host tells of endpoint 1"
svarig-host drop-invalidations 0 on && svarig-host drop-invalidations 0 off
report $? "and takes orders for endpoint 0"
! svarig-host drop-invalidations 2 on 2>/tmp/machine.err &&
	grep -q 'no endpoint 2, there are 2' /tmp/machine.err
report $? "not for endpoint 2"
! svarig-host dance 2>/tmp/machine.err && grep -q 'dance: not one of' /tmp/machine.err
report $? "nor all orders"
rm -f $data /tmp/machine.err
end
