#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Tests of the pipeline's tools: the cache and the adding up of results. TAP.
# shellcheck disable=SC2317 # called by name

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache
# shellcheck source=ci/cache.sh
. "$here/cache.sh"
n=0
bad=0

result()
{
	local name=$1

	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		bad=1
	fi
}

is()
{
	[ "$1" = "$2" ] || {
		printf '# got "%s", wanted "%s"\n' "$1" "$2"
		return 1
	}
}

# -- cache.sh

count_builds()
{
	echo x >>"$work/builds"
	sleep 1
	echo content >"$1/file"
}

fails()
{
	echo half >"$1/file"
	return 1
}

mkdir "$work/a" "$work/b"
echo 1 >"$work/a/f"
echo 1 >"$work/b/f"
result "equal content, equal hash" is "$(cache_hash "$work/a" x)" "$(cache_hash "$work/b" x)"
echo 2 >"$work/b/f"
result "other content, other hash" [ "$(cache_hash "$work/a" x)" != "$(cache_hash "$work/b" x)" ]
result "other word, other hash" [ "$(cache_hash "$work/a" x)" != "$(cache_hash "$work/a" y)" ]

hash=$(cache_hash some input)
for _ in 1 2 3; do
	cache_build thing "$hash" count_builds >>"$work/paths" 2>/dev/null &
done
wait
result "three builders build once" is "$(wc -l <"$work/builds")" 1
result "and all get the same path" is "$(sort -u "$work/paths")" "$(cache_path thing "$hash")"
result "which is complete" is "$(cat "$(cache_path thing "$hash")/file")" content

hash=$(cache_hash other)
result "a build that fails fails" is "$(cache_build thing "$hash" fails 2>/dev/null || echo failed)" failed
result "and is not in the cache" is "$(cache_has thing "$hash" || echo missing)" missing
result "the next build starts afresh" is "$(cache_build thing "$hash" count_builds 2>/dev/null)" \
	"$(cache_path thing "$hash")"
cache_prune thing 1
result "pruning keeps the newest" is "$(cd "$(cache_dir)" && echo thing-*[0-9a-f])" "thing-$hash"

# -- test.py: parts with one Makefile each

part()
{
	mkdir -p "$work/tree/$1"
	printf 'test:\n%s\n' "$(sed 's/^/\t@/')" >"$work/tree/$1/Makefile"
}

mkdir -p "$work/tree/ci"
cp "$here/test.py" "$work/tree/ci/"
part good <<<'printf "ok 1 - a\nok 2 - b\n1..2\nok 1 - c\n1..1\n"'
part skips <<<'printf "1..2\nok 1 - a # SKIP no\nok 2 - b\n"'
part fails <<<'printf "1..2\nok 1 - a\nnot ok 2 - b\n# why\n"; exit 1'
part short <<<'printf "1..3\nok 1 - a\n"'
part silent <<<'true'
part crashes <<<'printf "1..1\nok 1 - a\n"; kill -SEGV $$$$'
part hangs <<<'printf "1..2\nok 1 - a\n"; sleep 100'
part bails <<<'printf "ok 1 - a\nBail out! no device\n"; exit 1'

last()
{
	python3 "$work/tree/ci/test.py" "$@" 2>&1 | tail -n 1
}

result "status 0 when all pass" is "$(python3 "$work/tree/ci/test.py" good >"$work/out"; echo $?)" 0
result "the last line is the total" is "$(tail -n 1 "$work/out")" "3 passed, 0 failed"
result "status 1 when one fails" is "$(python3 "$work/tree/ci/test.py" good fails >"$work/out"; echo $?)" 1
result "results add up" is "$(tail -n 1 "$work/out")" "4 passed, 1 failed"
result "a failure's remarks are shown" grep -q '# why' "$work/out"
result "skipped tests are told" is "$(last skips)" "1 passed, 0 failed, 1 skipped"
result "fewer results than planned fail" is "$(last short)" "1 passed, 1 failed"
result "no result at all fails" is "$(last silent)" "0 passed, 1 failed"
result "a crash fails" is "$(last crashes)" "1 passed, 1 failed"
result "a part that hangs fails" is "$(last hangs:test:2)" "1 passed, 1 failed"
result "Bail out! fails" is "$(last bails)" "1 passed, 1 failed"
result "a part that is missing fails" is "$(last nonesuch)" "0 passed, 1 failed"

# -- the hardware interface's generated files

check_headers()
{
	"$1/host/include/gen.py" --check >/dev/null 2>&1
}

mkdir -p "$work/hw/docs" "$work/hw/host"
cp -r "$here/../host/include" "$work/hw/host/"
cp "$here/../docs/hardware-interface-tables.md" "$work/hw/docs/"
result "the generated headers and tables are fresh" check_headers "$here/.."
for f in docs/hardware-interface-tables.md host/include/svarig_hw.h host/include/svarig_hw.vh; do
	cp "$work/hw/$f" "$work/keep"
	echo >>"$work/hw/$f"
	result "a stale ${f##*/} is found" is "$(check_headers "$work/hw" || echo stale)" stale
	cp "$work/keep" "$work/hw/$f"
done

echo "1..$n"
exit $bad
