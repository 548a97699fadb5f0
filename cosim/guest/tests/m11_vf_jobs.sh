#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest-test: alone smmu=ours
#
# M11: the PF and its four virtual functions work at the same time for five processes, each behind
# the stream ID and the PASID table of its function; then the VFs go.

pf=/sys/bus/pci/devices/0000:01:00.0
# shellcheck source=cosim/guest/tests/lib/tap.sh
. /svarig/tap.sh

nodes()
{
	for d in /dev/svarig-*; do [ -c "$d" ] && echo "$d"; done | wc -l
}

head -c 300000 /dev/urandom >/tmp/vf.data
want=$(sha256sum </tmp/vf.data | cut -d' ' -f1)

echo 4 >$pf/sriov_numvfs
sleep 1
report $(($(nodes) != 5)) "five functions, five device nodes ($(nodes))"
SVARIG_DEVICE=/dev/svarig-9 svarig digest /tmp/vf.data >/dev/null 2>&1
report $(($? == 0)) "a node that is not there is an error"

for i in 0 1 2 3 4; do
	(for _ in 1 2 3; do SVARIG_DEVICE=/dev/svarig-$i svarig digest /tmp/vf.data; done >/tmp/vf.$i 2>&1) &
done
wait
for i in 0 1 2 3 4; do
	right=$(grep -c "^$want" /tmp/vf.$i)
	report $((right != 3)) "/dev/svarig-$i: $right of 3 digests are right, all functions at once"
done

groups=$(for f in "$pf" "$pf"/virtfn*; do basename "$(readlink "$f/iommu_group")"; done | sort -u | wc -l)
report $((groups != 5)) "each function has an IOMMU group of its own ($groups)"

echo 0 >$pf/sriov_numvfs
report $(($(nodes) != 1)) "without VFs one node is left ($(nodes))"
SVARIG_DEVICE=/dev/svarig-0 svarig digest /tmp/vf.data | grep -q "^$want"
report $? "the PF works afterwards"
end
