#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest-test: alone endpoints=2 smmu=ours timeout=400
#
# The slot's button: the accelerator is unplugged with jobs running and another one is plugged in, while
# the second accelerator works on. Then one dies without a word.
# shellcheck disable=SC2317,SC2319 # called by name; a condition is what is reported

turns=${1:-3}
data=/tmp/hotplug.data
slot=/sys/bus/pci/devices/0000:01:00.0
# shellcheck source=cosim/guest/tests/lib/tap.sh
. /svarig/tap.sh

# On the debug kernel: pciehp of 6.12 takes reset_lock and pci_rescan_remove_lock in both orders, at the button and
# at a surprise removal. No lock of ours is in that report, and there is one report a boot.
[ ! -w /proc/sys/kernel/prove_locking ] || echo 0 >/proc/sys/kernel/prove_locking

# Waits up to $1 seconds until the rest of the arguments succeed.
wait_for()
{
	left=$(($1 * 20))
	shift
	until "$@"; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		usleep 50000
	done
}

# The node of the function at 0000:$1:00.0
node()
{
	for class in /sys/class/uacce/svarig-*; do
		case $(readlink -f "$class/device") in
		*/0000:"$1":00.0) echo "/dev/${class##*/}" ;;
		esac
	done
}

there()
{
	[ -n "$(node "$1")" ] && [ -e "$(node "$1")" ]
}

gone()
{
	[ ! -e "$slot" ]
}

right()
{
	[ "$(SVARIG_DEVICE=$(node "$1") svarig digest --touch $data 2>&1)" = "$(sha256sum $data)" ]
}

# Jobs on the second accelerator until the file is gone
neighbour()
{
	while [ -e /tmp/hotplug.go ]; do
		right 02 || : >/tmp/hotplug.wrong
	done
}

if ! there 01 || ! there 02; then
	echo "1..0 # skip no two accelerators"
	exit 0
fi
head -c 300000 /dev/urandom >$data
: >/tmp/hotplug.go
neighbour &

turn=0
while [ $turn -lt "$turns" ]; do
	turn=$((turn + 1))
	for _ in 1 2 3; do
		SVARIG_DEVICE=$(node 01) svarig digest --touch $data >/dev/null 2>&1 &
	done
	usleep $((turn * 137 % 400 * 1000))
	svarig-host unplug 0 && wait_for 30 gone
	report $? "turn $turn: unplugged with jobs running"
	# QEMU takes the device away when the guest has powered the slot off
	wait_for 30 svarig-host plug 0 2>/tmp/hotplug.err && wait_for 30 there 01
	report $? "turn $turn: another one is plugged in" || tail -n 1 /tmp/hotplug.err
	right 01
	report $? "turn $turn: a job on it is right"
done
rm /tmp/hotplug.go
wait
[ ! -e /tmp/hotplug.wrong ]
report $? "the second accelerator did not notice"

svarig-host kill 0
! SVARIG_DEVICE=$(node 01) svarig digest --touch $data >/dev/null 2>&1
report $? "a job on an accelerator that has died fails"
right 02
report $? "the second one works"
rm -f $data
end
