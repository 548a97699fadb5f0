#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The part of the guest's user space that is not ours: Debian 13's arm64 packages, unpacked and
# trimmed, as an initramfs archive in the cache. See usage().

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=ci/cache.sh
. "$top/ci/cache.sh"

# Our programs are linked against the build machine's Debian (12 or 13); Debian 13's libraries run both.
packages=({busybox-static,libc6,openssl,libssl3t64,libzstd1,zlib1g}:arm64
	{libjson-c5,libpci3,libudev1,libcap2,libkmod2,pciutils}:arm64 pci.ids)
name=rootfs

usage()
{
	cat <<EOF
usage: cosim/guest/rootfs.sh build    build unless the cache has it; prints the archive's path
       cosim/guest/rootfs.sh path     print the archive's path; fails when it is not built

Contains: ${packages[*]}
EOF
}

build_in()
{
	local dir=$1 root=$1/root

	echo "rootfs: fetching ${#packages[@]} packages"
	"$top/ci/trixie.sh" deb "${packages[@]}" "$root" || return 1
	(
		cd "$root" && rm -rf usr/share/{doc,man,locale,bash-completion,zsh,lintian,initramfs-tools} \
			usr/lib/aarch64-linux-gnu/{gconv,perl5,audit} usr/lib/systemd usr/lib/udev etc/init.d \
			usr/lib/modprobe.d var &&
			ln -s usr/bin bin && ln -s usr/sbin sbin && ln -s usr/lib lib &&
			mkdir -p dev proc sys run tmp mnt root home/user usr/sbin
	) || return 1
	if [ ! -x "$root/usr/bin/busybox" ] || [ ! -e "$root/usr/lib/ld-linux-aarch64.so.1" ]; then
		echo "rootfs: busybox or the loader is not where the packages used to put it"
		return 1
	fi
	python3 "$here/cpio.py" "$root" "$dir/rootfs.cpio" && du -h "$dir/rootfs.cpio"
}

main()
{
	local hash versions=() p

	case ${1:-help} in
	-h | --help | help) usage; exit 0 ;;
	build | path) ;;
	*) usage >&2; exit 2 ;;
	esac
	for p in "${packages[@]}"; do
		versions+=("$("$top/ci/trixie.sh" version "$p")")
	done
	hash=$(cache_hash "${packages[@]}" "${versions[@]}" "$(declare -f build_in)" "$here/cpio.py")
	if [ "$1" = build ]; then
		echo "$(cache_build "$name" "$hash" build_in)/rootfs.cpio"
		cache_prune "$name" 3
	elif cache_has "$name" "$hash"; then
		echo "$(cache_path "$name" "$hash")/rootfs.cpio"
	else
		echo "rootfs.sh: not built: run 'cosim/guest/rootfs.sh build'" >&2
		exit 1
	fi
}

main "$@"
