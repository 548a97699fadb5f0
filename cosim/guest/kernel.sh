#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The guest kernel: Debian 13's linux-source-6.12, cross-built for arm64 with kernel.config, in the
# cache. See usage().

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=ci/cache.sh
. "$top/ci/cache.sh"

package=linux-source-6.12
fragments=("$here/kernel.config")
name=kernel
export ARCH=arm64 CROSS_COMPILE=${CROSS_COMPILE:-aarch64-linux-gnu-}
export KBUILD_BUILD_USER=svarig KBUILD_BUILD_HOST=svarig

usage()
{
	cat <<EOF
usage: cosim/guest/kernel.sh build [--debug]   build unless the cache has it; prints the tree's path
       cosim/guest/kernel.sh path [--debug]    print the tree's path; fails when it is not built

The tree is a complete build tree: arch/arm64/boot/Image, Module.symvers, and the modules
arm_smmu_v3.ko and uacce.ko where the kernel builds them. --debug: KASAN, lockdep and friends.
SVARIG_JOBS sets the number of parallel jobs (default: all processors).
EOF
}

die()
{
	echo "kernel.sh: $*" >&2
	exit 1
}

# Every option asked for must have been granted: Kconfig drops silently what it cannot have.
check_config()
{
	local config=$1 line missing=0

	# shellcheck disable=SC2013 # options hold no blanks
	for line in $(grep -h '^CONFIG_' "${fragments[@]}"); do
		grep -qxF "$line" "$config" || {
			echo "kernel.sh: $line is not in the resulting configuration" >&2
			missing=1
		}
	done
	return $missing
}

build_in()
{
	local dir=$1 log=$1/build.log jobs=${SVARIG_JOBS:-$(nproc)} start=$SECONDS

	echo "kernel: fetching $package"
	"$top/ci/trixie.sh" deb "$package" "$dir/deb" || return 1
	echo "kernel: unpacking"
	tar -C "$dir" --strip-components=1 -xf "$dir/deb/usr/src/$package.tar.xz" || return 1
	rm -rf "$dir/deb"
	cat "${fragments[@]}" >"$dir/svarig.config" || return 1
	echo "kernel: building with $jobs jobs, a few minutes (log: $log)"
	{
		make -C "$dir" KCONFIG_ALLCONFIG=svarig.config allnoconfig &&
			check_config "$dir/.config" &&
			make -C "$dir" -j"$jobs" Image modules
	} >"$log" 2>&1 </dev/null || {
		grep -n -E 'error|kernel.sh:|\*\*\*' "$log" | tail -n 20
		tail -n 5 "$log"
		return 1
	}
	# Building modules against the tree needs headers, scripts and symbols, no objects.
	find "$dir" -name '*.o' -not -path "$dir/scripts/*" -delete
	echo "kernel: built in $((SECONDS - start)) s"
}

main()
{
	local cmd=${1:-help} hash version

	shift || true
	while [ $# -gt 0 ]; do
		case $1 in
		--debug)
			fragments+=("$here/kernel-debug.config")
			name=kernel-debug
			;;
		-h | --help) cmd=help ;;
		*) usage >&2; exit 2 ;;
		esac
		shift
	done
	case $cmd in
	-h | --help | help) usage; exit 0 ;;
	build | path) ;;
	*) usage >&2; exit 2 ;;
	esac

	command -v "${CROSS_COMPILE}gcc" >/dev/null || die "no ${CROSS_COMPILE}gcc: run 'make setup'"
	version=$("$top/ci/trixie.sh" version "$package")
	hash=$(cache_hash "${fragments[@]}" "$(declare -f build_in check_config)" "$version" \
		"$("${CROSS_COMPILE}gcc" --version | head -n 1)")
	if [ "$cmd" = build ]; then
		cache_build "$name" "$hash" build_in
		cache_prune "$name" 3
	else
		cache_has "$name" "$hash" || die "not built: run 'cosim/guest/kernel.sh build'"
		cache_path "$name" "$hash"
	fi
}

main "$@"
