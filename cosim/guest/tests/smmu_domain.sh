#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Default domains changed through sysfs, with traffic of the shared folder's virtio device in each:
# identity, translated with strict and with deferred invalidation. Needs a shared folder.

# The folder the test lies in is on a device it takes away.
cd /
if [ "$0" != /tmp/smmu_domain.copy ]; then
	cp "$0" /tmp/smmu_domain.copy
	exec sh /tmp/smmu_domain.copy "$@"
fi

driver=/sys/bus/pci/drivers/virtio-pci
n=0
failed=0

report()
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
	fi
}

mount_share()
{
	mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 share /mnt
}

# Writes 4 MiB through the device and reads them back from the host, not from the guest's cache.
traffic()
{
	file=/mnt/smmu_domain.$$
	dd if=/tmp/smmu_domain.data of="$file" bs=64k 2>/dev/null && sync &&
		echo 3 >/proc/sys/vm/drop_caches && cmp /tmp/smmu_domain.data "$file"
	result=$?
	rm -f "$file"
	return $result
}

if ! grep -q ' /mnt 9p ' /proc/mounts; then
	echo "1..0 # skip no shared folder: run with --share"
	exit 0
fi
for d in "$driver"/0000:*/virtio*; do
	[ "$(cat "$d/device")" = 0x0009 ] && address=$(basename "$(dirname "$d")")
done
type=/sys/bus/pci/devices/$address/iommu_group/type
first=$(cat "$type")
head -c 4194304 /dev/urandom >/tmp/smmu_domain.data

traffic
report $? "traffic in the first domain, $first"
echo identity 2>/dev/null >"$type"
[ "$(cat "$type")" = "$first" ]
report $? "the domain of a device in use cannot be changed"
for want in identity DMA DMA-FQ identity DMA-FQ DMA; do
	umount /mnt
	echo "$address" >$driver/unbind
	echo $want >"$type"
	[ "$(cat "$type")" = $want ]
	report $? "the domain is $want"
	echo "$address" >$driver/bind
	mount_share
	report $? "the device works in $want"
	traffic
	report $? "traffic in $want"
done
! dmesg | grep 'event [CF]_'
report $? "no fault in the kernel log"
rm -f /tmp/smmu_domain.data
echo "1..$n"
exit $failed
