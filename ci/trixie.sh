#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Packages of Debian 13 (trixie) on any Debian, without mixing suites on the machine: a private
# apt view (own lists, own cache, own sources) that never touches the system's. Needs no root.
# See usage() below.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/cache.sh
. "$here/cache.sh"

suite=trixie

usage()
{
	cat <<EOF
usage: ci/trixie.sh source PKG DIR    unpack the source package PKG: DIR/src is the unpacked tree
                                      with Debian's patches applied, DIR holds the downloaded files
       ci/trixie.sh deb PKG[:ARCH]... DIR
                                      download the binary packages and unpack them over DIR (dpkg -x)
       ci/trixie.sh version PKG[:ARCH]      print the version $suite has of a binary package
       ci/trixie.sh source-version PKG      print the version $suite has of a source package
       ci/trixie.sh update            read the suite's lists again (done by itself when they are
                                      missing, and when a file has moved away on the mirror)

The mirror is the one this machine's apt uses for Debian; SVARIG_DEBIAN_MIRROR overrides it.
Lists and downloads are kept in $(cache_dir)/apt-$suite.
EOF
}

die()
{
	echo "trixie.sh: $*" >&2
	exit 1
}

# The URI this machine's apt uses for Debian proper (not security, not third parties).
mirror()
{
	local codename

	if [ -n "${SVARIG_DEBIAN_MIRROR:-}" ]; then
		printf '%s\n' "$SVARIG_DEBIAN_MIRROR"
		return
	fi
	codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-stable}")
	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		awk -v c="$codename" '!found && ($1 == c || $1 ~ /^(stable|oldstable|testing|sid)$/) \
			{ print $2; found = 1 }'
}

# All builders of this user share the lists: one at a time while they may change.
lock_view()
{
	flock -w 900 8 || die "another run holds $(cache_dir)/apt-$suite.lock"
}

# Write the view's configuration; exports APT_CONFIG.
open_view()
{
	local uri arch

	mkdir -p "$view"/{lists/partial,cache/archives/partial,etc/parts,log}
	arch=$(dpkg --print-architecture)
	uri=$(mirror)
	[ -n "$uri" ] || die "apt names no Debian mirror on this machine; set SVARIG_DEBIAN_MIRROR"
	cat >"$view/etc/sources.list.new" <<EOF
deb [arch=$arch,arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main
deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main
EOF
	if ! cmp -s "$view/etc/sources.list.new" "$view/etc/sources.list"; then
		mv "$view/etc/sources.list.new" "$view/etc/sources.list"
		rm -f "$view/lists.complete"
	fi
	[ -e "$view/status" ] || : >"$view/status"
	cat >"$view/etc/apt.conf" <<EOF
Dir::State "$view";
Dir::State::lists "$view/lists";
Dir::State::status "$view/status";
Dir::Cache "$view/cache";
Dir::Etc::sourcelist "$view/etc/sources.list";
Dir::Etc::sourceparts "$view/etc/parts";
Dir::Etc::preferencesparts "$view/etc/parts";
Dir::Etc::preferences "$view/etc/none";
Dir::Log "$view/log";
APT::Architectures { "$arch"; "arm64"; };
APT::Sandbox::User "root";
APT::Install-Recommends "false";
APT::Update::Post-Invoke { };
APT::Update::Post-Invoke-Success { };
DPkg::Post-Invoke { };
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::IndexTargets::deb-src::Contents-dsc::DefaultEnabled "false";
EOF
	export APT_CONFIG=$view/etc/apt.conf
}

update_view()
{
	apt-get -q update >"$view/log/update" 2>&1 || {
		tail -n 20 "$view/log/update" >&2
		die "cannot read the lists of $suite (log: $view/log/update)"
	}
	grep -q '^[EW]: ' "$view/log/update" && grep '^[EW]: ' "$view/log/update" >&2
	touch "$view/lists.complete"
}

enter_view()
{
	exec 8>"$(cache_dir)/apt-$suite.lock"
	lock_view
	open_view
	[ -e "$view/lists.complete" ] || update_view 8>&-
	flock -u 8
}

# apt takes a second or two to answer from its lists: keep the answer as long as the lists.
# Usage: remembered FUNCTION PKG
remembered()
{
	local memo=$view/versions/$1-$2 v

	if [ ! -e "$view/lists.complete" ] || [ ! "$memo" -nt "$view/lists.complete" ]; then
		enter_view
		v=$("$1" "$2")
		[ -n "$v" ] || die "$suite has no package '$2' ($1)"
		mkdir -p "$view/versions"
		printf '%s\n' "$v" >"$memo.$$" && mv "$memo.$$" "$memo"
	fi
	cat "$memo"
}

source_version()
{
	apt-cache showsrc --only-source "$1" 2>/dev/null | awk '/^Version: / { print $2 }' | sort -V | tail -n 1
}

binary_version()
{
	apt-cache policy "$1" 2>/dev/null | awk '/Candidate:/ && $2 != "(none)" { print $2 }'
}

get_source()
{
	local pkg=$1 dir=$2

	# apt has checked the signature and the hashes already: dpkg-source need not know the key.
	mkdir -p "$dir" && (cd "$dir" && apt-get -q source --download-only "$pkg") &&
		rm -rf "$dir/src" && (cd "$dir" && dpkg-source --no-check -x "$pkg"_*.dsc src)
}

get_debs()
{
	local dir=${*: -1} tmp deb

	mkdir -p "$dir" && tmp=$(mktemp -d "$view/cache/get.XXXXXX") || return 1
	(cd "$tmp" && apt-get -q download "${@:1:$#-1}") || { rm -rf "$tmp"; return 1; }
	for deb in "$tmp"/*.deb; do
		dpkg -x "$deb" "$dir" || { rm -rf "$tmp"; return 1; }
	done
	rm -rf "$tmp"
}

# Run a command of the view; once more with fresh lists when it fails (a point release moves files).
retrying()
{
	"$@" >&2 8>&- && return
	echo "trixie.sh: $1 failed; reading the lists again" >&2
	lock_view
	update_view 8>&-
	flock -u 8
	"$@" >&2 8>&- || die "$1 failed"
}

main()
{
	local cmd=${1:-help}

	view=$(cache_dir)/apt-$suite

	case $cmd in
	-h | --help | help)
		usage
		exit 0
		;;
	esac
	shift
	case $cmd in
	update)
		exec 8>"$(cache_dir)/apt-$suite.lock"
		lock_view
		open_view
		update_view 8>&-
		;;
	source-version)
		[ $# = 1 ] || { usage >&2; exit 2; }
		remembered source_version "$1"
		;;
	version)
		[ $# = 1 ] || { usage >&2; exit 2; }
		remembered binary_version "$1"
		;;
	source)
		[ $# = 2 ] || { usage >&2; exit 2; }
		enter_view
		retrying get_source "$@"
		;;
	deb)
		[ $# -ge 2 ] || { usage >&2; exit 2; }
		enter_view
		retrying get_debs "$@"
		;;
	*)
		usage >&2
		exit 2
		;;
	esac
}

main "$@"
