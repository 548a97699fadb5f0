#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest-test: alone smmu=ours timeout=240
#
# The accelerator is taken away while jobs run, and comes back: PASIDs, ATS and page requests are
# undone and set up again each time, and nothing of the old life reaches the new one. In a long run a
# hundred times.
# shellcheck disable=SC2012 # names of our own making

turns=10
grep -q svarig.long /proc/cmdline && turns=100
data=/tmp/smmu_hotplug.data
# shellcheck source=cosim/guest/tests/lib/tap.sh
. /svarig/tap.sh

# Waits up to 20 seconds for the node of the accelerator.
node()
{
	left=1000
	until ls /dev/svarig-* >/dev/null 2>&1; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		usleep 20000
	done
	chmod 0666 /dev/svarig-*
}

right()
{
	[ "$(svarig digest $data)" = "$(sha256sum $data)" ]
}

function=$(readlink -f /sys/class/uacce/svarig-*/device 2>/dev/null | head -n 1)
if [ ! -e "$function/remove" ]; then
	echo "1..0 # skip no accelerator"
	exit 0
fi
head -c 300000 /dev/urandom >$data

right
report $? "a job before"
turn=0
while [ $turn -lt "$turns" ]; do
	turn=$((turn + 1))
	for _ in 1 2 3; do
		svarig digest $data >/dev/null 2>&1 &
	done
	# Each time at another point of their lives.
	usleep $((turn * 37 % 400 * 1000))
	echo 1 >"$function/remove"
	[ ! -e "$function" ]
	report $? "turn $turn: removed with jobs running"
	wait
	! ls /dev/svarig-* >/dev/null 2>&1
	report $? "turn $turn: the node is gone"
	echo 1 >/sys/bus/pci/rescan
	node && right
	report $? "turn $turn: back, and a job is right"
done
! dmesg | grep -E 'WARNING|BUG:|Oops|command queue stands still|did not answer|do not stop'
report $? "no warning, no command or page request left hanging"
rm -f $data
end
