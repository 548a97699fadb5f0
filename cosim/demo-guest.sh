#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016 # a script for another shell
#
# The guest's half of demo.sh: run as an unprivileged user beside the file to work on.

file=/mnt/file
key=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
iv=f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff
out=/tmp/demo
failed=0

say()
{
	echo "guest: $*"
}

# Hundredths of a second since the boot.
now()
{
	awk '{ printf "%d", $1 * 100 }' /proc/uptime
}

# job NAME COMMAND...: runs it with its output in $out/NAME, its counts in $out/NAME.counts
job()
{
	name=$1
	shift
	start=$(now)
	svarig stats -- sh -c 'out=$1; shift; exec "$@" >"$out"' sh "$out/$name" "$@" >"$out/$name.counts" || {
		say "'$*' failed"
		failed=1
	}
	took=$(($(now) - start))
	say "$* ($((took / 100)).$(printf %02d $((took % 100))) s)"
}

# same WHAT A B: says whether two files are equal
same()
{
	if cmp -s "$2" "$3"; then
		say "  equals $1"
	else
		say "  DIFFERS from $1"
		failed=1
	fi
}

mkdir -p $out || exit 1
say "$(id -un) (uid $(id -u)), $(uname -sr), file of $(stat -c %s $file) bytes, mapped and never touched"

job digest svarig digest --alg sha256 $file
sha256sum $file >$out/digest.want
same sha256sum $out/digest $out/digest.want

job cipher svarig encrypt --cipher aes-256-ctr --key $key --iv $iv $file $out/cipher.bin
openssl enc -aes-256-ctr -K $key -iv $iv -in $file -out $out/cipher.want || failed=1
same openssl $out/cipher.bin $out/cipher.want

say "what the hardware counted:"
awk '
	BEGIN {
		n = split("jobs_ok bytes_read bytes_written busy xlat_reqs atc_hits page_reqs prg_ok inv_reqs", id, " ")
		split("jobs|bytes read|bytes written|cycles busy|translation requests|ATC hits|page requests" \
			"|faults served|invalidations", text, "|")
	}
	FNR == 1 { column++ }
	{ count[column, $1] = $2 }
	END {
		printf "  %-22s %12s %12s %12s\n", "", "digest", "cipher", "both"
		for (i = 1; i <= n; i++) {
			both = count[1, id[i]] + count[2, id[i]]
			printf "  %-22s %12d %12d %12d\n", text[i], count[1, id[i]], count[2, id[i]], both
			if (both == 0) {
				print "  that must not be zero"
				bad = 1
			}
		}
		exit bad
	}' $out/digest.counts $out/cipher.counts || failed=1
exit $failed
