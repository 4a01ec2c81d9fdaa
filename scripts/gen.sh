#!/usr/bin/env bash
# The test data is what the generator makes: makes it anew elsewhere and compares.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go run ./testdata/gen "$dir"
diff -r --exclude README.md testdata/cluster "$dir"
echo "testdata/cluster is what the generator makes, $(find "$dir" -type f | wc -l) files"
