# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2034 # whoever sources it counts on
#
# TAP for tests in shell; in the guest /svarig/tap.sh.

n=0
failed=0

# report STATUS NAME: a result, good if the status is 0; returns 1 otherwise.
report()
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
		return 1
	fi
}

# The plan, and the end. Of a test that has other things to do after the plan: plan alone.
plan()
{
	echo "1..$n"
}

end()
{
	plan
	exit $failed
}
