#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The svarig command where there is no accelerator: the command line, and that nothing is lost.
# usage: command.sh path/to/svarig
# shellcheck disable=SC2317 # the tests are called by name

set -u
svarig=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export SVARIG_DEVICE=/dev/svarig-none
n=0
failed=0

# check NAME COMMAND...: one TAP line, by COMMAND's success
check()
{
	local name=$1
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

# exits STATUS TEXT ARGS...: svarig ARGS exits with STATUS and says TEXT
exits()
{
	local want=$1 text=$2 got=0
	shift 2
	"$svarig" "$@" >"$dir/out" 2>&1 </dev/null || got=$?
	cat "$dir/out"
	echo "exit status $got, want $want with '$text'"
	[ "$got" = "$want" ] && grep -qF -- "$text" "$dir/out"
}

keeps_output()
{
	echo old >"$dir/kept"
	echo new >"$dir/in"
	exits 3 "no accelerator" copy "$dir/in" "$dir/kept" && [ "$(cat "$dir/kept")" = old ] &&
		[ "$(find "$dir" -name 'kept*' | wc -l)" = 1 ]
}

key=00112233445566778899aabbccddeeff
echo odd >"$dir/odd"
check "without a command: usage" exits 2 "Usage:"
check "--help" exits 0 "encrypt a file" --help
check "--version" exits 0 "svarig 0." --version
check "unknown command is named" exits 2 "no command 'dijest'" dijest
for c in info stats digest encrypt decrypt copy; do
	check "$c --help" exits 0 "Usage: svarig $c" "$c" --help
	check "$c: unknown option" exits 2 "unrecognized option" "$c" --no-such-option
done
check "digest: no file" exits 2 "no file named" digest
check "digest: unknown algorithm is named" exits 2 "'md5'" digest --alg md5 /dev/null
check "digest: no accelerator" exits 3 "/dev/svarig-none" digest /dev/null
check "digest: HMAC key is not hex" exits 2 "--hmac wants" digest --hmac 0g /dev/null
check "digest: HMAC of a checksum" exits 2 "does not go with crc32c" digest --alg crc32c --hmac 00 /dev/null
for c in encrypt decrypt; do
	check "$c: unknown cipher is named" exits 2 "'des'" $c --cipher des a b
	check "$c: a mode that a cipher has not" exits 2 "'aes-192-xts'" $c --cipher aes-192-xts a b
	check "$c: cipher missing" exits 2 "--cipher is needed" $c --key $key --iv $key a b
	check "$c: key missing" exits 2 "needs --key and --iv" $c --cipher aes-128-ctr --iv $key a b
	check "$c: iv missing" exits 2 "needs --key and --iv" $c --cipher sm4-cbc --key $key a b
	check "$c: key is not hex" exits 2 "hexadecimal" $c --cipher aes-128-ctr --key 0g --iv $key a b
	check "$c: key of the wrong size" exits 2 "64 hexadecimal digits, got 32" \
		$c --cipher aes-256-ctr --key $key --iv $key a b
	check "$c: XTS wants two keys" exits 2 "64 hexadecimal digits, got 32" \
		$c --cipher aes-128-xts --key $key --iv $key a b
	check "$c: short iv" exits 2 "--iv of 32 hexadecimal digits, got 2" \
		$c --cipher aes-128-ctr --key $key --iv 00 a b
	check "$c: GCM wants 12 bytes" exits 2 "--iv of 24 hexadecimal digits, got 32" \
		$c --cipher aes-128-gcm --key $key --iv $key a b
	check "$c: ECB takes no iv" exits 2 "takes no --iv" $c --cipher aes-128-ecb --key $key --iv $key a b
	check "$c: AAD without GCM" exits 2 "--aad goes with GCM" \
		$c --cipher aes-128-ctr --key $key --iv $key --aad 00 a b
	check "$c: a length that ECB cannot" exits 1 "multiple of 16" $c --cipher sm4-ecb --key $key "$dir/odd" "$dir/x"
done
check "encrypt: too short for XTS" exits 1 "at least 16" \
	encrypt --cipher aes-128-xts --key $key$key --iv $key "$dir/odd" "$dir/x"
check "decrypt: too short for a tag" exits 1 "too short for a tag" \
	decrypt --cipher aes-128-gcm --key $key --iv "${key%????????}" "$dir/odd" "$dir/x"
check "copy: OUT missing" exits 2 "IN and OUT" copy a
check "copy: too many" exits 2 "'c'" copy a b c
check "copy: input that is not there is named" exits 1 "$dir/nothing: No such file" \
	copy "$dir/nothing" "$dir/x"
check "copy: a directory" exits 1 "is a directory" copy "$dir" "$dir/x"
check "copy: --json and stdout" exits 2 "exclude" copy --json /dev/null -
check "stats: no accelerator" exits 3 "svarig-none" stats
check "info: no accelerator" exits 3 "svarig-none" info
check "a failed job leaves the old file and no other" keeps_output
echo "1..$n"
exit $failed
