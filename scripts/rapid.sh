#!/usr/bin/env bash
# Runs the packages with property tests with that many checks of each property.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=$(grep -rl --include='*_test.go' '"pgregory.net/rapid"' . | xargs -n 1 dirname | sort -u)
# shellcheck disable=SC2086 # one argument a package
go test -p 1 -count 1 -timeout 4h $packages -args -rapid.checks="$1"
