#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs TAP programs, each for two minutes at most, and prints one TAP stream of all their checks:
# "ok N - PROGRAM: CHECK". Fails if a check fails, a program dies, or its plan does not match.

awk_join='
	/^(not )?ok / {
		sub(/^(not )?ok [0-9]+ - /, "& " name ": ")
		good = $0 !~ /^not /
		sub(/^(not )?ok [0-9]+ -  */, "")
		print (good ? "ok " : "not ok ") ++n " - " $0
		seen++
		next
	}
	/^1\.\.[0-9]+$/ { plan = substr($0, 4); next }
	{ print "# " $0 }
	END {
		if (plan == "" || plan != seen)
			print "not ok " ++n " - " name ": " seen + 0 " checks, planned " plan
		print n >count
	}'

n=0
failed=0
count=$(mktemp)
trap 'rm -f "$count" "$count.out"' EXIT
for program in "$@"; do
	timeout 120 "$program" >"$count.out" 2>&1
	status=$?
	awk -v n="$n" -v name="${program##*/}" -v count="$count" "$awk_join" "$count.out"
	grep -q '^not ok' "$count.out" && failed=1
	n=$(cat "$count")
	if [ $status -gt 1 ]; then
		n=$((n + 1))
		echo "not ok $n - ${program##*/}: ended with status $status"
	fi
	[ $status -eq 0 ] || failed=1
done
echo "1..$n"
exit $failed
