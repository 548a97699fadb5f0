#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Builds QEMU (Debian 13's source package, patches/*.patch, files/, cosim/link, cosim/tlp) in the
# cache. See usage().
#
# Two things are kept: the source and build tree of the package's version, in which only what our
# patches and files change is compiled again, and the finished program by the hash of all inputs.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=ci/cache.sh
. "$top/ci/cache.sh"

configure_flags=(--target-list=aarch64-softmmu --without-default-features --enable-tcg
	--enable-fdt=system --enable-virtfs --enable-attr --disable-docs --disable-install-blobs
	--disable-werror --python=/usr/bin/python3)

usage()
{
	cat <<EOF
usage: cosim/qemu/build.sh build    build QEMU unless it is in the cache; prints the program's path
       cosim/qemu/build.sh path     print where the program is or would be
       cosim/qemu/build.sh tree     print the source tree (its build/ is the build directory)

The first build takes 5 to 10 minutes on two cores, one after a change of ours a minute or two.
EOF
}

die()
{
	echo "qemu/build.sh: $*" >&2
	exit 1
}

check_tools()
{
	local t missing=()

	for t in cc ninja pkg-config patch dpkg-source flock; do
		command -v "$t" >/dev/null || missing+=("$t")
	done
	if command -v pkg-config >/dev/null; then
		for t in glib-2.0 zlib; do
			pkg-config --exists "$t" || missing+=("$t (development files)")
		done
	fi
	/usr/bin/python3 -c 'import ensurepip' 2>/dev/null || missing+=("python3-venv")
	for t in libfdt.h attr/attributes.h; do
		echo "#include <$t>" | cc -E - >/dev/null 2>&1 || missing+=("header $t")
	done
	[ ${#missing[@]} = 0 ] || die "missing: ${missing[*]}. 'make setup' installs them."
}

# A source tree never seen before: unpacked, not configured.
new_tree()
{
	echo "qemu: fetching and unpacking the source" >&2
	rm -rf "$tree"
	mkdir -p "$tree"
	"$top/ci/trixie.sh" source qemu "$tree" >"$tree/fetch.log" 2>&1 || {
		tail -n 20 "$tree/fetch.log" >&2
		die "cannot get the source package (log: $tree/fetch.log)"
	}
	mkdir "$tree/pristine"
	: >"$tree/added"
}

# Names of the files our patches touch.
patched_files()
{
	sed -n 's,^+++ b/\([^\t ]*\).*,\1,p' "$here"/patches/*.patch | sort -u
}

# Puts our patches and files into the tree. A file whose content stays keeps its time stamp, so that
# ninja compiles only what changed.
apply_ours()
{
	local want=$tree/want p f

	rm -rf "$want"
	mkdir "$want"
	while read -r f; do
		mkdir -p "$want/$(dirname "$f")" "$tree/pristine/$(dirname "$f")"
		[ -e "$tree/pristine/$f" ] || cp -p "$tree/src/$f" "$tree/pristine/$f"
		cp "$tree/pristine/$f" "$want/$f"
	done < <(patched_files)
	for p in "$here"/patches/*.patch; do
		patch -d "$want" -p1 -s -N --no-backup-if-mismatch <"$p" >"$tree/patch.log" 2>&1 || {
			cat "$tree/patch.log" >&2
			die "$(basename "$p") does not apply to QEMU $version: the package has moved on"
		}
	done
	cp -r "$here/files/." "$want/"
	mkdir -p "$want/hw/misc/svarig-link" "$want/hw/misc/svarig-tlp"
	cp "$top"/cosim/link/*.[ch] "$want/hw/misc/svarig-link/"
	cp "$top"/cosim/tlp/tlp*.[ch] "$want/hw/misc/svarig-tlp/"

	# what an earlier build changed and this one does not
	(cd "$tree/pristine" && find . -type f) | while read -r f; do
		[ -e "$want/$f" ] || cp -p "$tree/pristine/$f" "$tree/src/$f"
	done
	while read -r f; do
		[ -e "$want/$f" ] || rm -f "$tree/src/$f"
	done <"$tree/added"

	(cd "$want" && find . -type f) | while read -r f; do
		mkdir -p "$tree/src/$(dirname "$f")"
		cmp -s "$want/$f" "$tree/src/$f" || cp "$want/$f" "$tree/src/$f"
	done
	(cd "$want" && find . -type f) | while read -r f; do
		[ -e "$tree/pristine/$f" ] || echo "$f"
	done >"$tree/added"
	rm -rf "$want"
}

# meson >= 1.5: the machine's own, or Debian 13's (pure Python) on an older Debian.
use_meson()
{
	local have

	have=$(meson --version 2>/dev/null || echo 0)
	if [ "$(printf '%s\n1.5.0\n' "$have" | sort -V | head -n 1)" = 1.5.0 ]; then
		return
	fi
	if [ ! -e "$tree/meson/.complete" ]; then
		"$top/ci/trixie.sh" deb meson "$tree/meson" >"$tree/fetch.log" 2>&1 || {
			tail -n 20 "$tree/fetch.log" >&2
			die "cannot get meson"
		}
		touch "$tree/meson/.complete"
	fi
	export PATH=$tree/meson/usr/bin:$PATH
	export PYTHONPATH=$tree/meson/usr/lib/python3/dist-packages
}

configure_tree()
{
	[ -e "$tree/src/build/build.ninja" ] && return
	echo "qemu: configuring" >&2
	mkdir -p "$tree/src/build"
	(cd "$tree/src/build" && ../configure "${configure_flags[@]}") >"$tree/configure.log" 2>&1 || {
		tail -n 20 "$tree/configure.log" >&2
		rm -f "$tree/src/build/build.ninja"
		die "configure failed (log: $tree/configure.log)"
	}
}

compile()
{
	NINJA_STATUS='[%f/%t] ' nice ninja -C "$tree/src/build" qemu-system-aarch64 2>&1 |
		tee "$tree/build.log" |
		awk '/^\[[0-9]+\/[0-9]+\]/ {
			split(substr($1, 2), n, "[/\\]]")
			pct = int(n[1] * 100 / n[2])
			if (pct >= last + 5 || n[1] == n[2]) { print "qemu: " $1; fflush(); last = pct }
			next
		}
		/error:|^FAILED/ { print; fflush() }' >&2 ||
		die "compilation failed (log: $tree/build.log)"
}

build_in_tree()
{
	local out=$1

	{
		flock -n 7 || {
			echo "qemu: waiting for another build in $tree" >&2
			flock -w 3600 7 || die "gave up waiting for $tree.lock"
		}
		[ -d "$tree/pristine" ] || new_tree
		apply_ours
		use_meson
		configure_tree
		compile
		cp "$tree/src/build/qemu-system-aarch64" "$out/"
	} 7>"$tree.lock"
}

main()
{
	local hash tree_hash out

	case ${1:-} in
	build | path | tree) ;;
	-h | --help)
		usage
		exit 0
		;;
	*)
		usage >&2
		exit 2
		;;
	esac

	version=$("$top/ci/trixie.sh" source-version qemu) || die "cannot ask for the version of qemu"
	tree_hash=$(cache_hash "$version" "${configure_flags[@]}")
	tree=$(cache_path qemu-tree "$tree_hash")
	hash=$(cache_hash "$tree_hash" "$here/build.sh" "$here/patches" "$here/files" \
		"$top"/cosim/link/*.[ch] "$top"/cosim/tlp/tlp*.[ch])
	out=$(cache_path qemu "$hash")/qemu-system-aarch64

	case $1 in
	tree)
		echo "$tree/src"
		;;
	path)
		echo "$out"
		;;
	build)
		cache_has qemu "$hash" || check_tools
		cache_build qemu "$hash" build_in_tree >/dev/null
		cache_prune qemu 4
		cache_prune qemu-tree 2
		echo "$out"
		;;
	esac
}

main "$@"
