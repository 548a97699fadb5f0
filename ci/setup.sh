#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Installs what building and testing need on Debian 12 or 13, as root or through sudo. Quick when
# nothing is missing. See usage().

set -euo pipefail

packages=(
	# building anything
	build-essential git ca-certificates pkg-config python3 python3-venv xz-utils bzip2 procps
	# RTL: simulator, synthesis and formal
	verilator yosys z3 qemu-user
	# firmware
	gcc-riscv64-unknown-elf binutils-riscv64-unknown-elf
	# guest kernel, modules and user space
	gcc-aarch64-linux-gnu libc6-dev-arm64-cross flex bison bc kmod libssl-dev libelf-dev sparse
	# QEMU
	ninja-build libglib2.0-dev libpixman-1-dev libfdt-dev libattr1-dev zlib1g-dev
	# native tests and tools; checks
	libjson-c-dev libcmocka-dev libpci-dev openssl clang-format shellcheck lcov
)
# What the guest's programs link against.
arm64_packages=(libjson-c-dev:arm64 libpci-dev:arm64 libssl-dev:arm64)

usage()
{
	cat <<EOF
usage: ci/setup.sh [--check]

Installs the Debian packages svarig needs that are missing, and says which. Needs root, or sudo.
  --check    install nothing; list what is missing and fail when something is
  --list     print all packages
EOF
}

die()
{
	echo "setup: $*" >&2
	exit 1
}

# Prints those of the given packages that are not installed. One dpkg-query for all: it is the
# price everybody pays for each 'make test'.
missing()
{
	dpkg-query -W -f '${binary:Package} ${db:Status-Status}\n' 2>/dev/null |
		awk -v want="$*" -v native="$(dpkg --print-architecture)" '
			$2 == "installed" { have[$1] = 1; sub(":" native "$", "", $1); have[$1] = 1 }
			END { n = split(want, w, " "); for (i = 1; i <= n; i++) if (!(w[i] in have)) print w[i] }'
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "need root or sudo to run: $*"
	fi
}

apt()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 \
		-o Acquire::Retries=3 "$@"
}

main()
{
	local check=0 need

	case ${1:-} in
	--check) check=1 ;;
	--list) printf '%s\n' "${packages[@]}" "${arm64_packages[@]}"; exit 0 ;;
	-h | --help) usage; exit 0 ;;
	'') ;;
	*) usage >&2; exit 2 ;;
	esac
	command -v dpkg-query >/dev/null || die "this is not Debian: install by hand what --list prints"
	if [ "$(dpkg --print-architecture)" = arm64 ]; then
		die "the guest is cross-built: an amd64 machine is needed"
	fi

	need=$(missing "${packages[@]}" "${arm64_packages[@]}")
	if [ -z "$need" ]; then
		echo "setup: nothing is missing"
		exit 0
	fi
	echo "setup: missing: ${need//$'\n'/ }"
	[ $check = 0 ] || exit 1

	if ! dpkg --print-foreign-architectures | grep -qx arm64; then
		echo "setup: adding the foreign architecture arm64 (libraries the guest's programs link against)"
		as_root dpkg --add-architecture arm64
	fi
	apt update
	# Foreign libraries must have the version of the native ones: apt brings both up together.
	# shellcheck disable=SC2086 # a list of words
	apt install -y --no-install-recommends $need
	need=$(missing "${packages[@]}" "${arm64_packages[@]}")
	[ -z "$need" ] || die "still missing after apt-get install: $need"
	echo "setup: done"
}

main "$@"
