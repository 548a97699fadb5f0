#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The svarig command against sha256sum and openssl, in the guest.
# shellcheck disable=SC2317,SC2002,SC2086 # called by name; a pipe on purpose; $touch may be nothing

dir=$(mktemp -d)
# Where the host serves no page requests memory must be resident, and without it the command says so.
pri=$(($(cat /sys/class/uacce/svarig-0/device/live) >> 2 & 1))
touch=--touch
[ $pri = 1 ] && touch=
trap 'rm -rf "$dir"' EXIT
n=0
failed=0

check()
{
	name=$1
	shift
	n=$((n + 1))
	if "$@" >"$dir/log" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$dir/log"
		failed=1
	fi
}

same_digest()
{
	[ "$(svarig digest $touch "$1")" = "$(sha256sum "$1")" ]
}

same_cipher()
{
	openssl enc -"$1" -K "$2" -iv "$3" -in "$4" -out "$dir/want" &&
		svarig cipher $touch --alg "$1" --key "$2" --iv "$3" "$4" "$dir/got" && cmp "$dir/want" "$dir/got"
}

back_and_forth()
{
	svarig cipher $touch --alg aes-256-ctr --key "$1" --iv "$2" "$3" "$dir/there" &&
		svarig cipher $touch --alg aes-256-ctr --key "$1" --iv "$2" "$dir/there" "$dir/back" &&
		cmp "$3" "$dir/back" && ! cmp -s "$3" "$dir/there"
}

same_copy()
{
	svarig copy $touch "$1" "$dir/copy" && cmp "$1" "$dir/copy"
}

says_not_resident()
{
	! svarig digest "$1" 2>"$dir/said" && grep "page requests are not enabled" "$dir/said"
}

counts()
{
	svarig stats --json -- svarig digest $touch "$1" >"$dir/json" &&
		grep -q '"jobs_ok": *1,' "$dir/json" && grep -q '"jobs_failed": *0,' "$dir/json"
}

pipe()
{
	[ "$(svarig digest $touch - <"$1" | cut -c1-64)" = "$(sha256sum <"$1" | cut -c1-64)" ] &&
		cat "$1" | svarig copy $touch - - | cmp - "$1"
}

head -c 100000 /dev/urandom >"$dir/file"
: >"$dir/empty"
printf x >"$dir/one"
k128=00112233445566778899aabbccddeeff
k256=$k128$k128
iv=fffffffffffffffffffffffffffffff0

for f in file empty one; do
	check "digest of $f equals sha256sum" same_digest "$dir/$f"
	check "aes-128-ctr of $f equals openssl" same_cipher aes-128-ctr $k128 $iv "$dir/$f"
	check "aes-256-ctr of $f equals openssl" same_cipher aes-256-ctr $k256 $iv "$dir/$f"
done
check "encrypt and decrypt" back_and_forth $k256 $iv "$dir/file"
check "copy" same_copy "$dir/file"
check "standard input and output" pipe "$dir/file"
check "stats of a command" counts "$dir/file"
[ $pri = 1 ] || check "without --touch the reason is told" says_not_resident "$dir/file"
check "info tells PASID" sh -c 'svarig info | grep "PASID *enabled, 20 bits"'
check "info tells ATS" sh -c 'svarig info | grep "ATS *enabled"'
check "info --json" sh -c 'svarig info --json | grep "\"firmware_ready\": *true"'
echo "1..$n"
exit $failed
