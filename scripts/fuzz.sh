#!/usr/bin/env bash
# Fuzzes each Fuzz function of the tree for the time given; go test takes one at a time.
set -euo pipefail
cd "$(dirname "$0")/.."

found=0
while IFS=: read -r file name; do
	found=$((found + 1))
	echo "$name in $(dirname "$file"), $1"
	go test -run '^$' -fuzz "^$name\$" -fuzztime "$1" "./$(dirname "$file")"
done < <(grep -roE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed 's/:func /:/; s/^\.\///' | sort)

if [ "$found" -eq 0 ]; then
	echo "no Fuzz function found" >&2
	exit 1
fi
