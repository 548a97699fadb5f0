#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest-test: alone timeout=240
#
# Default domains changed through sysfs, work done in each: identity, translated with strict and
# with deferred invalidation. The accelerator's jobs go through PASIDs and its interrupts without
# one; a shared folder's virtio device, where there is one, does all without.
# shellcheck disable=SC2086,SC2317 # names without spaces; called by name

# The folder the test lies in is on a device it takes away.
cd /
if [ "$0" != /tmp/smmu_domain.copy ]; then
	cp "$0" /tmp/smmu_domain.copy
	exec sh /tmp/smmu_domain.copy "$@"
fi

data=/tmp/smmu_domain.data
# shellcheck source=cosim/guest/tests/lib/tap.sh
. /svarig/tap.sh

virtio_up()
{
	echo "$1" >/sys/bus/pci/drivers/virtio-pci/bind &&
		mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 share /mnt
}

virtio_down()
{
	umount /mnt && echo "$1" >/sys/bus/pci/drivers/virtio-pci/unbind
}

# Writes 1 MiB through the device and reads it back from the host, not from the guest's cache.
virtio_works()
{
	file=/mnt/smmu_domain.$$
	dd if=$data of="$file" bs=64k 2>/dev/null && sync &&
		echo 3 >/proc/sys/vm/drop_caches && [ "$(md5sum <"$file")" = "$(md5sum <$data)" ]
	result=$?
	rm -f "$file"
	return $result
}

svarig_up()
{
	echo "$1" >/sys/bus/pci/drivers/svarig/bind || return 1
	left=1000
	until [ -e /dev/svarig-0 ]; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		usleep 20000
	done
}

svarig_down()
{
	echo "$1" >/sys/bus/pci/drivers/svarig/unbind
}

svarig_works()
{
	[ "$(svarig digest --touch $data)" = "$(sha256sum $data)" ]
}

# Takes the device $2 that $1_up, $1_down and $1_works know about through all domains.
through_domains()
{
	type=/sys/bus/pci/devices/$2/iommu_group/type
	first=$(cat "$type")

	"$1_works"
	report $? "$1: works in the first domain, $first"
	other=identity
	[ "$first" = identity ] && other=DMA
	echo $other 2>/dev/null >"$type"
	[ "$(cat "$type")" = "$first" ]
	report $? "$1: the domain of a device in use cannot be changed"
	for want in identity DMA DMA-FQ identity DMA-FQ DMA; do
		row=S10
		[ $want = identity ] && row=S1
		"$1_down" "$2"
		echo $want >"$type"
		[ "$(cat "$type")" = $want ]
		report $? "$1: the domain is $want"
		"$1_up" "$2" && "$1_works"
		report $? "$row: $1: works in $want"
	done
}

head -c 1048576 /dev/urandom >$data
for d in /sys/bus/pci/drivers/virtio-pci/0000:*/virtio*; do
	[ "$(cat "$d/device")" = 0x0009 ] && grep -q ' /mnt 9p ' /proc/mounts &&
		through_domains virtio "$(basename "$(dirname "$d")")"
done
for d in /sys/bus/pci/drivers/svarig/0000:*; do
	[ -e "$d" ] && through_domains svarig "$(basename "$d")"
done
rm -f $data
if [ $n = 0 ]; then
	echo "1..0 # skip neither accelerator nor shared folder"
	exit 0
fi
! dmesg | grep -E 'event [CF]_|event 0x'
report $? "no fault in the kernel log"
end
