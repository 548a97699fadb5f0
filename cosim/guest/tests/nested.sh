#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest-test: alone el2 smmu=ours memory=2G share=build/guest/nested timeout=900
#
# The guest is a host: a guest of its own comes up, sees the endpoint that was assigned to it (a virtual function
# where its driver makes them, else the whole), and runs crypto jobs on it.
# 'make test-nested' makes what it needs.
# shellcheck disable=SC2016,SC2319 # for the other shell; a condition is what is reported

function=0000:01:00.0
# shellcheck source=cosim/guest/tests/lib/tap.sh
. /svarig/tap.sh

begin=$(date +%s)
out=$(/mnt/nested-run 'echo "here is $(uname -m)"; exit 7')
status=$?
[ "$out" = "here is aarch64" ] && [ $status -eq 7 ]
report $? "a nested guest runs a command ($(($(date +%s) - begin)) s): $out, status $status"

/mnt/nested-run -f 0000:00:1e.0 true 2>/dev/null
[ $? -eq 125 ]
report $? "a function that does not exist is an error"

if echo 1 2>/dev/null >/sys/bus/pci/devices/$function/sriov_numvfs; then
	function=$(basename "$(readlink /sys/bus/pci/devices/$function/virtfn0)")
fi
id=$(cat /sys/bus/pci/devices/"$function"/vendor /sys/bus/pci/devices/"$function"/device)
begin=$(date +%s)
# Memory Space Enable is what enabling it sets.
out=$(/mnt/nested-run -f "$function" 'cd /sys/bus/pci/devices/0000:01:00.0 && cat vendor device &&
	echo 1 >enable && setpci -s 01:00.0 COMMAND')
[ "$out" = "$id
0002" ]
report $? "it sees and enables the assigned endpoint ($(($(date +%s) - begin)) s): $(echo "$out" | tr '\n' ' ')"
out=$(/mnt/nested-run -f "$function" /svarig/tests/job)
status=$?
echo "$out" | sed -n 's/^\(not \)*ok [0-9]* - /# nested: &/p'
[ $status -eq 0 ] && [ "$(echo "$out" | grep -c '^ok ')" -ge 6 ]
report $? "crypto jobs in it are right"
out=$(/mnt/nested-run -f "$function" -i /svarig/tests/job)
status=$?
[ $status -eq 0 ] && [ "$(echo "$out" | grep -c '^ok ')" -ge 6 ]
report $? "and through an iommufd"
[ "$(readlink "/sys/bus/pci/devices/$function/driver")" = "../../../../../../bus/pci/drivers/vfio-pci" ]
report $? "which VFIO holds here"
end
