#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The cache of big builds: source this file, do not run it.
#
#   cache_dir                       prints ${XDG_CACHE_HOME:-$HOME/.cache}/svarig
#   cache_hash WORD...              prints 16 hex digits over its arguments; an argument that names
#                                   a file or a folder counts by its content (paths do not count)
#   cache_path NAME HASH            prints the folder of one entry, built or not
#   cache_has NAME HASH             succeeds when that entry is built
#   cache_build NAME HASH FUNCTION  builds the entry unless it is there: calls FUNCTION DIR with a new
#                                   folder, which becomes the entry only when FUNCTION succeeds. A
#                                   second builder of the same entry waits for the first. Prints the
#                                   path; what FUNCTION prints on stdout goes to stderr.
#                                   Needs builds that may be renamed when complete.
#   cache_prune NAME KEEP           removes all entries of NAME but the KEEP newest

cache_dir()
{
	local d="${XDG_CACHE_HOME:-$HOME/.cache}/svarig"

	mkdir -p "$d" && printf '%s\n' "$d"
}

cache_hash()
{
	local w

	for w in "$@"; do
		if [ -d "$w" ]; then
			(cd "$w" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum)
		elif [ -f "$w" ]; then
			sha256sum <"$w"
		else
			printf 'word %s\n' "$w"
		fi
	done | sha256sum | cut -c1-16
}

cache_path()
{
	printf '%s/%s-%s\n' "$(cache_dir)" "$1" "$2"
}

cache_has()
{
	[ -e "$(cache_path "$1" "$2")/.complete" ]
}

cache_build()
{
	local name=$1 hash=$2 func=$3 path lock

	path=$(cache_path "$name" "$hash") || return 1
	lock=$path.lock
	if ! cache_has "$name" "$hash"; then
		# The lock's descriptor must not leak into FUNCTION's children: a daemon left
		# behind by a build would hold it for ever.
		(
			if ! flock -n 9; then
				echo "waiting for another build of $name" >&2
				flock -w "${CACHE_LOCK_TIMEOUT:-3600}" 9 || {
					echo "error: gave up waiting for $lock" >&2
					exit 1
				}
			fi
			cache_has "$name" "$hash" && exit 0
			tmp=$path.tmp
			rm -rf "$tmp" "$path" && mkdir -p "$tmp" || exit 1
			# A build is the same whichever make asked for it.
			(unset MAKEFLAGS MFLAGS MAKELEVEL && "$func" "$tmp") 9>&- >&2 || {
				echo "error: building $name failed; what it left is in $tmp" >&2
				exit 1
			}
			touch "$tmp/.complete" && mv -T "$tmp" "$path"
		) 9>"$lock" || return 1
	fi
	printf '%s\n' "$path"
}

cache_prune()
{
	local name=$1 keep=$2 d

	# shellcheck disable=SC2012 # names are ours: no odd characters in them
	ls -1dt "$(cache_dir)/$name"-????????????????/ 2>/dev/null | tail -n +$((keep + 1)) |
		while read -r d; do
			rm -rf "${d%/}" "${d%/}.lock"
		done
}
