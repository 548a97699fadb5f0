#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The svarig command against sha256sum and openssl, in the guest.
# guest-test: timeout=400
# shellcheck disable=SC2317,SC2002,SC2086 # called by name; a pipe on purpose; $touch may be nothing

dir=$(mktemp -d)
# Where the host serves no page requests memory must be resident, and without it the command says so.
pri=$(($(cat /sys/class/uacce/svarig-0/device/live) >> 2 & 1))
touch=--touch
[ $pri = 1 ] && touch=
trap 'rm -rf "$dir"' EXIT
# shellcheck source=cosim/guest/tests/lib/tap.sh
. /svarig/tap.sh

check()
{
	name=$1
	shift
	"$@" >"$dir/log" 2>&1
	report $? "$name" || sed 's/^/# /' "$dir/log"
}

same_digest()
{
	[ "$(svarig digest $touch "$1")" = "$(sha256sum "$1")" ]
}

# same_alg NAME FILE: the digest as openssl has it
same_alg()
{
	[ "$(svarig digest $touch --alg "$1" "$2" | cut -d' ' -f1)" = "$(openssl dgst "-$1" -r "$2" | cut -d' ' -f1)" ]
}

# keys longer and shorter than a block
same_hmac()
{
	[ "$(svarig digest $touch --alg "$1" --hmac "$2" "$3" | cut -d' ' -f1)" = \
		"$(openssl dgst "-$1" -mac HMAC -macopt "hexkey:$2" -r "$3" | cut -d' ' -f1)" ]
}

# same_cipher NAME KEY IV FILE: as openssl, and back
same_cipher()
{
	if [ -n "$3" ]; then
		openssl enc -"$1" -K "$2" -iv "$3" -nopad -in "$4" -out "$dir/want"
		set -- "$1" "$2" "$4" --iv "$3"
	else
		openssl enc -"$1" -K "$2" -nopad -in "$4" -out "$dir/want"
		set -- "$1" "$2" "$4"
	fi || return 1
	cipher=$1
	key=$2
	file=$3
	shift 3
	svarig encrypt $touch --cipher "$cipher" --key "$key" "$@" "$file" "$dir/got" &&
		cmp "$dir/want" "$dir/got" &&
		svarig decrypt $touch --cipher "$cipher" --key "$key" "$@" "$dir/got" "$dir/back" &&
		cmp "$file" "$dir/back"
}

# there and back, and a changed byte is seen; openssl enc has neither GCM nor XTS
back_and_forth()
{
	svarig encrypt $touch --cipher "$1" --key "$2" --iv "$3" "$4" "$dir/there" &&
		svarig decrypt $touch --cipher "$1" --key "$2" --iv "$3" "$dir/there" "$dir/back" &&
		cmp "$4" "$dir/back" && ! cmp -s "$4" "$dir/there"
}

forged()
{
	svarig encrypt $touch --cipher aes-256-gcm --key "$1" --iv "$2" --aad 0011223344 "$3" "$dir/sealed" &&
		svarig decrypt $touch --cipher aes-256-gcm --key "$1" --iv "$2" --aad 0011223344 "$dir/sealed" "$dir/back" &&
		cmp "$3" "$dir/back" && echo old >"$dir/kept" &&
		! svarig decrypt $touch --cipher aes-256-gcm --key "$1" --iv "$2" --aad 0011223345 "$dir/sealed" "$dir/kept" \
			2>"$dir/said" && grep -q "ST_AUTH" "$dir/said" && [ "$(cat "$dir/kept")" = old ]
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

head -c 4800 "$dir/file" >"$dir/blocks"
head -c 5001 "$dir/file" >"$dir/odd"
iv12=${iv%????????}

for f in file empty one; do
	check "digest of $f equals sha256sum" same_digest "$dir/$f"
	check "aes-128-ctr of $f equals openssl" same_cipher aes-128-ctr $k128 $iv "$dir/$f"
	check "aes-256-ctr of $f equals openssl" same_cipher aes-256-ctr $k256 $iv "$dir/$f"
done
for a in sha224 sha384 sha512 sm3; do
	check "$a equals openssl" same_alg $a "$dir/odd"
	check "HMAC with $a equals openssl" same_hmac $a $k128 "$dir/odd"
	check "HMAC with $a and a long key equals openssl" same_hmac $a $k256$k256$k256$k256$k256 "$dir/odd"
done
check "crc32c of a published message" sh -c "printf 123456789 | svarig digest $touch --alg crc32c - | grep -q '^e3069283 '"
for c in aes-128 aes-256 sm4; do
	k=$k128
	t=ffeeddccbbaa99887766554433221100
	[ $c = aes-256 ] && k=$k256 && t=$t$t
	check "$c-ecb equals openssl" same_cipher $c-ecb $k "" "$dir/blocks"
	check "$c-cbc equals openssl" same_cipher $c-cbc $k $iv "$dir/blocks"
	check "$c-gcm and back" back_and_forth $c-gcm $k $iv12 "$dir/odd"
	check "$c-xts and back" back_and_forth $c-xts $k$t $iv "$dir/odd"
done
check "a wrong tag is told, the old file kept" forged $k256 $iv12 "$dir/odd"
check "copy" same_copy "$dir/file"
check "standard input and output" pipe "$dir/file"
check "stats of a command" counts "$dir/file"
[ $pri = 1 ] || check "without --touch the reason is told" says_not_resident "$dir/file"
check "info tells PASID" sh -c 'svarig info | grep "PASID *enabled, 20 bits"'
check "info tells ATS" sh -c 'svarig info | grep "ATS *enabled"'
check "info --json" sh -c 'svarig info --json | grep "\"firmware_ready\": *true"'
end
