#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The demonstration: in the guest, an unprivileged user has the accelerator digest and encrypt a file
# that was mapped and never touched by the CPU; the results are compared with sha256sum's and
# openssl's, and what the hardware counted is printed. Fails when anything differs or a count is zero.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bytes=${1:-1048576}

case $bytes in
'' | *[!0-9]* | 0)
	echo "usage: cosim/demo.sh [BYTES]    (default: 1048576)" >&2
	[ "$bytes" = --help ] && exit 0
	exit 2
	;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cp "$here/demo-guest.sh" "$work/"
head -c "$bytes" /dev/urandom >"$work/file"
chmod 755 "$work/demo-guest.sh"
chmod 644 "$work/file"

echo "host: a file of $bytes random bytes; starting the endpoint and the guest"
status=0
"$here/vm" run --verbose --user --share "$work" --timeout 600 -- /mnt/demo-guest.sh 2>"$work/err" || status=$?
sed -n 's/^vm: start to command: \([^;]*\); all: \(.*\)/host: guest up after \1, everything done after \2/p' "$work/err"
sed -n 's/^vm: endpoint: rtlsim: \(.*cycles.*\)/host: simulator: \1/p' "$work/err"
if [ $status != 0 ]; then
	grep -v '^vm: start\|^vm: endpoint: rtlsim: [0-9]' "$work/err" >&2 || true
	echo "demo: failed (status $status)" >&2
fi
exit $status
