#!/usr/bin/env bash
# Fuzzes each Fuzz function of the tree for the time given; go test takes one at a time.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# onlyDeadline: until Go 1.27 go test now and then reports the end of its own
# fuzztime as a failure (golang/go#75804). A real one tells of a failing input,
# or says more than that one line.
onlyDeadline() {
	grep -qx '    context deadline exceeded' "$log" &&
		! grep -qi 'failing input' "$log" &&
		! grep -qvE '^(fuzz: elapsed|--- FAIL: Fuzz|    context deadline exceeded$|FAIL|exit status 1$)' "$log"
}

found=0
while IFS=: read -r file name; do
	found=$((found + 1))
	echo "$name in $(dirname "$file"), $1"
	if ! go test -run '^$' -fuzz "^$name\$" -fuzztime "$1" "./$(dirname "$file")" 2>&1 | tee "$log"; then
		if ! onlyDeadline; then exit 1; fi
		echo "$name found nothing: only its time was up"
	fi
done < <(grep -roE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed 's/:func /:/; s/^\.\///' | sort)

if [ "$found" -eq 0 ]; then
	echo "no Fuzz function found" >&2
	exit 1
fi
