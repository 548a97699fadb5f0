#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What the guest needs to be a host itself: QEMU from Debian 13's arm64 packages, unpacked and trimmed, in
# the cache; and a folder to share with it. See usage().

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=ci/cache.sh
. "$top/ci/cache.sh"

# QEMU and what it is linked against, other than what the guest has anyway (rootfs.sh)
packages=({qemu-system-arm,libaio1t64,libatomic1,libblkid1,libbpf1,libcapstone5,libdaxctl1,libelf1t64,libexecs1,libfdt1,libffi8}:arm64
	{libfuse3-4,libgcc-s1,libglib2.0-0t64,libgmp10,libgnutls30t64,libhogweed6t64,libibverbs1,libidn2-0}:arm64
	{libjpeg62-turbo,libmount1,libndctl6,libnettle8t64,libnl-3-200,libnl-route-3-200,libnuma1,libp11-kit0}:arm64
	{libpcre2-8-0,libpixman-1-0,libpmem1,libpng16-16t64,librdmacm1t64,libsasl2-2,libseccomp2,libselinux1}:arm64
	{libslirp0,libtasn1-6,libunistring5,liburing2,libuuid1,libvdeplug2t64}:arm64)
name=nested
program=usr/bin/qemu-system-aarch64

usage()
{
	cat <<EOF
usage: cosim/guest/nested.sh build    unpack QEMU unless the cache has it; prints the folder
       cosim/guest/nested.sh path     print the folder; fails when it is not there
       cosim/guest/nested.sh share    put build/guest/nested together, for vm's --share: that QEMU, the kernel,
                                      an initrd with our modules and programs and the programs of
                                      tests/nested, and nested-run; prints it

In the guest, on a machine with --el2 and --memory 2G, /mnt/nested-run COMMAND... runs a command in a guest of
the guest's own.
EOF
}

# Libraries that what is under $1 needs, and that are neither there nor in the guest's archive $2
missing_libraries()
{
	local have

	have=$(find "$1" -name '*.so*' -printf '%f\n'; grep -aoE '[A-Za-z0-9_.+-]+\.so[0-9.]*' "$2")
	find "$1/usr/bin" "$1/usr/lib" -type f \( -name 'qemu-system-*' -o -name '*.so*' \) -exec \
		aarch64-linux-gnu-objdump -p {} + | sed -n 's/^ *NEEDED *//p' | sort -u | grep -vxF "$have" || true
}

build_in()
{
	local root=$1 missing

	echo "nested: fetching ${#packages[@]} packages"
	"$top/ci/trixie.sh" deb "${packages[@]}" "$root" || return 1
	(
		cd "$root" && mv "$program" q && rm -rf usr/bin/* && mv q "$program" &&
			rm -rf etc var usr/{include,libexec,sbin,share} usr/lib/{qemu,systemd,udev} usr/lib/aarch64-linux-gnu/qemu
	) || return 1
	missing=$(missing_libraries "$root" "$("$here/rootfs.sh" build)")
	if [ -n "$missing" ]; then
		echo "nested: QEMU needs libraries that no package of ours has:" "$missing"
		return 1
	fi
	du -sh "$root"
}

share()
{
	local qemu=$1 kernel rootfs dir=$top/build/guest/nested

	kernel=$("$here/kernel.sh" path)/arch/arm64/boot/Image
	rootfs=$("$here/rootfs.sh" path)
	rm -rf "$dir"
	mkdir -p "$dir"
	cp -al "$qemu/usr" "$dir/" 2>/dev/null || cp -r "$qemu/usr" "$dir/"
	cp "$kernel" "$here/nested-run" "$dir/"
	python3 - "$here" "$dir/initrd" "$rootfs" <<'EOF'
import os, shutil, sys

here, to, rootfs = sys.argv[1:]
sys.dont_write_bytecode = True
sys.path.insert(0, here)
import cpio, image

with open(to, "wb") as out:
    with open(rootfs, "rb") as f:
        shutil.copyfileobj(f, out)
    archive = cpio.Archive(out)
    with open(os.path.join(here, "nested-init"), "rb") as f:
        archive.file("init", f.read(), 0o755)
    image.add_ours(archive, image.kernel_tree(False), False)
    image.add_files(archive, os.path.join(image.BUILD, "nested-tests"), "svarig/tests")
    archive.close()
EOF
	echo "$dir"
}

main()
{
	local hash versions=() p

	case ${1:-help} in
	-h | --help | help) usage; exit 0 ;;
	build | path | share) ;;
	*) usage >&2; exit 2 ;;
	esac
	for p in "${packages[@]}"; do
		versions+=("$("$top/ci/trixie.sh" version "$p")")
	done
	hash=$(cache_hash "${packages[@]}" "${versions[@]}" "$(declare -f build_in missing_libraries)")
	if [ "$1" = build ]; then
		cache_build "$name" "$hash" build_in
		cache_prune "$name" 2
	elif [ "$1" = share ]; then
		share "$(cache_build "$name" "$hash" build_in)"
	elif cache_has "$name" "$hash"; then
		cache_path "$name" "$hash"
	else
		echo "nested.sh: not built: run 'cosim/guest/nested.sh build'" >&2
		exit 1
	fi
}

main "$@"
