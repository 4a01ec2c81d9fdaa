#!/usr/bin/env bash
# Says what this machine lacks for building, all at once, before anything fails halfway.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=() packages=()
lack() { # what, Debian package
	missing+=("$1")
	if [ -n "${2:-}" ]; then packages+=("$2"); fi
}

command -v git >/dev/null || lack "git" git
command -v make >/dev/null || lack "make" make
command -v g++ >/dev/null || lack "g++ (DuckDB and SQLite are C and C++, linked in)" g++

if ! command -v go >/dev/null; then
	lack "go 1.26 or later, from https://go.dev/dl/"
elif ! version=$(go env GOVERSION 2>/dev/null); then
	# An older go asked for the one go.mod names and could not get it.
	lack "go 1.26 or later, from https://go.dev/dl/ ($(GOTOOLCHAIN=local go version 2>&1 | head -n 1))"
else
	release=${version#go}
	IFS=. read -r major minor _ <<<"${release%%[!0-9.]*}"
	if [ "${major:-0}" -lt 1 ] || { [ "$major" -eq 1 ] && [ "${minor:-0}" -lt 26 ]; }; then
		lack "go 1.26 or later, from https://go.dev/dl/ (here is $version)"
	elif command -v g++ >/dev/null && [ "$(go env CGO_ENABLED)" != 1 ]; then
		lack "cgo: CGO_ENABLED is $(go env CGO_ENABLED), it must be 1"
	fi
fi

if [ ${#missing[@]} -gt 0 ]; then
	echo "Missing on this machine:" >&2
	printf '  %s\n' "${missing[@]}" >&2
	if [ ${#packages[@]} -gt 0 ]; then
		echo "On Debian, as root: apt-get update && apt-get install -y ${packages[*]}" >&2
	fi
	exit 1
fi
