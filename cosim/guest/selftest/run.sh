#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# shellcheck disable=SC2317,SC2016,SC1003 # called by name; words that only look like mistakes
#
# Tests of the rig itself, without accelerator: vm's promises and the test runner's verdicts. TAP.
# Runs the kernel's own SMMU driver and our QEMU (SVARIG_QEMU names another).

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vm=$here/../../vm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"
export TMPDIR=$work/tmp
n=0
bad=0

# result NAME COMMAND...: the command must succeed
result()
{
	local name=$1

	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		for f in "$work/out" "$work/err"; do
			head -c 4000 "$f" | LC_ALL=C tr -c '[:print:]\n\t' '?' | cut -c1-200 | sed 's/^/# /'
			echo
		done
		bad=1
	fi
}

# in_guest [OPTION...] -- COMMAND...: leaves $work/out, $work/err and $status
in_guest()
{
	timeout -k 5 100 "$vm" run --no-accel --smmu mainline --timeout 60 "$@" >"$work/out" 2>"$work/err"
	status=$?
}

is()
{
	[ "$1" = "$2" ] || {
		printf '# got "%s", wanted "%s"\n' "$1" "$2"
		return 1
	}
}

# No QEMU of ours may be left: its command line would name our temporary folder.
no_orphan()
{
	sleep 1
	! pgrep -f "qemu-system-aarch64.*$work" >/dev/null
}

in_guest -- sh -c 'echo out; echo err >&2; exit 7'
result "exit status" is $status 7
result "standard output is clean" is "$(cat "$work/out")" out
result "standard error is clean" is "$(cat "$work/err")" err

words=('' 'a  b' "it's" '"q"' '$HOME' '*' $'new\nline' '\' '--' 'ä')
in_guest -- printf '<%s>' "${words[@]}"
result "words arrive as given" is "$(cat "$work/out")" "$(printf '<%s>' "${words[@]}")"

in_guest --user -- sh -c 'id -u; cd; pwd; touch /root/x 2>/dev/null || echo refused'
result "--user is unprivileged" is "$(tr '\n' ' ' <"$work/out")" "1000 /home/user refused "

mkdir "$work/share"
head -c 3000000 /dev/urandom >"$work/share/in"
in_guest --share "$work/share" -- sh -c 'cp in copy; cat in'
result "--share is read" cmp "$work/out" "$work/share/in"
result "--share is written" cmp "$work/share/copy" "$work/share/in"

timeout -k 5 100 "$vm" run --no-accel --smmu none --stdin -- cat <"$work/share/in" >"$work/out" 2>"$work/err"
result "--stdin, and a machine without SMMU" cmp "$work/out" "$work/share/in"

in_guest -- sh -c 'kill -9 $$'
result "a signal's exit status" is $status 137
in_guest -- sh -c 'echo c >/proc/sysrq-trigger; sleep 5'
result "a panic is 125" is $status 125
result "a panic is told" grep -q 'Kernel panic' "$work/err"
in_guest -- sh -c 'echo "<4>WARNING: CPU: 0 PID: 0" >/dev/kmsg'
result "a kernel warning is 125" is $status 125
in_guest --timeout 6 --qemu-arg=-name --qemu-arg="$work" -- sleep 100
result "a timeout is 124" is $status 124
result "a timeout leaves nothing behind" no_orphan
in_guest --klog "$work/klog" -- true
result "--klog" grep -q 'Run /init' "$work/klog"
SVARIG_QEMU=/bin/false in_guest -- true
result "a QEMU that dies is 125" is $status 125
in_guest --share /nonexistent -- true
result "bad usage is 2" is $status 2

in_guest --el2 --icount --memory 768M --smmus 2 --global arm-smmuv3.priqs=3 -- sh -c '
	[ $(sed -n "s/^MemTotal: *\([0-9]*\).*/\1/p" /proc/meminfo) -lt 786432 ] && echo memory
	[ -c /dev/kvm ] && echo el2
	ls /sys/bus/event_source/devices/armv8_pmuv3*/events/inst_retired >/dev/null && echo icount
	ls /sys/class/iommu
	ls /sys/bus/pci/devices | grep 0001
	dmesg | grep -o "allocated 8 entries for priq"
	svarig-host dance 2>&1'
cat >"$work/machine" <<'EOF'
memory
el2
icount
smmu3.0x0000000009050000
smmu3.0x0000000009100000
allocated 8 entries for priq
allocated 8 entries for priq
svarig-host: dance: not one of drop-invalidations, dropped, unplug, plug, kill
EOF
result "another machine, and its host answers" cmp "$work/out" "$work/machine"
for usage in "--endpoints 9" "--endpoints -1" "--memory much" "--smmus 2 --smmu none" "--smmus 3"; do
	# shellcheck disable=SC2086 # words
	in_guest $usage -- true
	result "bad usage is 2: $usage" is $status 2
done

"$vm" run --no-accel --smmu mainline --qemu-arg=-name --qemu-arg="$work" -- sleep 100 >/dev/null 2>&1 &
sleep 3
kill -KILL $!
wait $! 2>/dev/null
result "kill -9 leaves no process behind" no_orphan
in_guest -- true
result "and the next run removes its files" is "$(ls "$TMPDIR")" ""

timeout -k 5 200 "$here/../test" --no-accel --smmu mainline --tests "$here/tests" >"$work/all" 2>"$work/err"
grep -v '^#' "$work/all" | sed 's/first test .*/first test/' >"$work/out"
result "the test runner's verdicts" diff "$here/want" "$work/out"

echo "1..$n"
exit $bad
