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
check "without a command: usage" exits 2 "Usage:"
check "--help" exits 0 "digest of a file" --help
check "--version" exits 0 "svarig 0." --version
check "unknown command is named" exits 2 "no command 'dijest'" dijest
for c in info stats digest cipher copy; do
	check "$c --help" exits 0 "Usage: svarig $c" "$c" --help
	check "$c: unknown option" exits 2 "unrecognized option" "$c" --no-such-option
done
check "digest: no file" exits 2 "no file named" digest
check "digest: unknown algorithm is named" exits 2 "'md5'" digest --alg md5 /dev/null
check "digest: no accelerator" exits 3 "/dev/svarig-none" digest /dev/null
check "cipher: unknown cipher is named" exits 2 "'des'" cipher --alg des a b
check "cipher: key missing" exits 2 "are needed" cipher --alg aes-128-ctr --iv $key a b
check "cipher: key is not hex" exits 2 "hexadecimal" cipher --alg aes-128-ctr --key 0g --iv $key a b
check "cipher: key too long" exits 2 "hexadecimal" cipher --alg aes-256-ctr --key $key$key$key --iv $key a b
check "cipher: key of the wrong size" exits 2 "64 hexadecimal digits, got 32" \
	cipher --alg aes-256-ctr --key $key --iv $key a b
check "cipher: short iv" exits 2 "--iv wants 32" cipher --alg aes-128-ctr --key $key --iv 00 a b
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
