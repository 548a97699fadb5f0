#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest-test: alone smmu=ours timeout=180
#
# The SMMU driver leaves and comes back, with everything that is behind the SMMU: all PCI devices
# are removed, the module unloaded and loaded again, the bus scanned. The virtio ports this test
# was started on go with it, so it speaks through the new ones and powers the guest off itself.

# The folder the test lies in is on a device it takes away.
cd /
if [ "$0" != /tmp/smmu_reload.copy ]; then
	cp "$0" /tmp/smmu_reload.copy
	exec sh /tmp/smmu_reload.copy "$@"
fi

ko=/svarig/modules/svarig_smmuv3.ko
turns=${1:-3}
log=/tmp/smmu_reload.log
# shellcheck source=cosim/guest/tests/lib/tap.sh
. /svarig/tap.sh

# Waits up to ten seconds for the rest of the arguments to succeed.
wait_for()
{
	left=500
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		usleep 20000
	done
}

# The device of the host's port $1.
port()
{
	name=$(grep -lx "svarig.$1" /sys/class/virtio-ports/*/name 2>/dev/null) || return 1
	name=${name%/name}
	echo "/dev/${name##*/}"
}

devices()
{
	find /sys/bus/pci/devices/ -type l | wc -l
}

grouped()
{
	for d in /sys/bus/pci/devices/*; do
		# A host bridge makes no requests.
		[ "$(cat "$d/class")" = 0x060000 ] && continue
		[ -e "$d/iommu_group" ] || return 1
	done
}

same_digest()
{
	[ "$(svarig digest --touch $ko)" = "$(sha256sum $ko)" ]
}

remove_all()
{
	# Functions below a port go with the port.
	for d in /sys/bus/pci/devices/0000:00:*; do
		[ -e "$d/remove" ] && echo 1 >"$d/remove"
	done
	[ "$(devices)" = 0 ]
}

# Both drivers can be had in one guest, one after the other.
mainline_turn()
{
	insmod /svarig/modules/arm_smmu_v3.ko && echo 1 >/sys/bus/pci/rescan &&
		insmod /svarig/modules/svarig.ko && wait_for test -e /dev/svarig-0 && same_digest &&
		rmmod svarig && remove_all && rmmod arm_smmu_v3
}

if ! grep -q '^svarig_smmuv3 ' /proc/modules; then
	echo "1..0 # skip the guest does not run on svarig_smmuv3"
	exit 0
fi
exec >"$log" 2>&1 </dev/null
grep -q ' /mnt ' /proc/mounts && umount -l /mnt
before=$(devices)
accel=0
grep -q '^svarig ' /proc/modules && accel=1

i=0
while [ $i -lt "$turns" ]; do
	i=$((i + 1))
	! rmmod svarig_smmuv3 2>/dev/null
	report $? "turn $i: the module stays while devices need it"
	if [ $accel = 1 ]; then
		rmmod svarig
		report $? "turn $i: accelerator driver unloaded"
	fi
	remove_all
	report $? "turn $i: all PCI devices removed"
	rmmod svarig_smmuv3
	report $? "turn $i: module unloaded"
	! ls /sys/class/iommu/* >/dev/null 2>&1
	report $? "turn $i: no IOMMU left"
	if [ $accel = 1 ] && [ $i = 2 ]; then
		mainline_turn
		report $? "turn $i: the kernel's own driver took over, did a job and left"
	fi
	insmod $ko
	report $? "turn $i: module loaded"
	echo 1 >/sys/bus/pci/rescan
	wait_for port ctl
	report $? "turn $i: virtio devices work again"
	if [ $accel = 1 ]; then
		insmod /svarig/modules/svarig.ko && wait_for test -e /dev/svarig-0 && same_digest
		report $? "turn $i: a job of the accelerator is right"
	fi
	[ "$(devices)" = "$before" ] && grouped
	report $? "turn $i: every device is back, in a group"
done
! dmesg | grep -E 'WARNING|BUG:|Oops|event [CF]_'
report $? "no warning and no fault in the kernel log"
plan

cat "$log" >"$(port out)"
echo "exit $failed" >"$(port ctl)"
sleep 1
poweroff -f
