#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Checks of the tree as a whole: licence lines, README files, unfinished work, paths of one machine,
# and the generated headers.

set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
bad=0

complain()
{
	echo "$1" >&2
	bad=1
}

# Files that can hold no comment, and text for readers.
exempt='\.(md|json|hex|gitignore|bin|golden|expected|txt)$|(^|/)(\.gitignore|want|series)$|\.1$'
while read -r f; do
	[[ $f =~ $exempt ]] || [ ! -f "$f" ] || head -n 30 "$f" | grep -q 'SPDX-License-Identifier' ||
		complain "$f: no SPDX-License-Identifier line"
done < <(git ls-files)

# Written apart, so that this file does not find itself.
words='TO''DO|FIX''ME|XX''X|HA''CK'
git grep -nIwE "$words" -- . ':!*.patch' && complain "unfinished work above"
git grep -nIE '/work''/(main|shared|team)' -- . && complain "paths of one machine above"

host/include/gen.py --check || complain "run host/include/gen.py"

for d in ci cosim/* host/* rtl firmware tb docs; do
	[ ! -d "$d" ] || [ -z "$(git ls-files "$d")" ] || [ -e "$d/README.md" ] || complain "$d: no README.md"
done
exit $bad
