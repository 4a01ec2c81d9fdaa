#!/usr/bin/env bash
# The tests open the workbooks we write in LibreOffice, look at their pages, read
# the log with a SQLite that is not ours, have tools/verify.py judge it, and hledger
# add claims up. Installs what is missing when
# that can be done without asking, else says what to run.
set -euo pipefail

packages=()
command -v soffice >/dev/null || packages+=(libreoffice-calc)
command -v pdftotext >/dev/null || packages+=(poppler-utils)
command -v python3 >/dev/null || packages+=(python3)
command -v sqlite3 >/dev/null || packages+=(sqlite3)
command -v hledger >/dev/null || packages+=(hledger)
# Without a font of known widths, pages break elsewhere than at a user's.
find /usr/share/fonts /usr/local/share/fonts -iname 'LiberationSans-Regular*' 2>/dev/null | grep -q . || packages+=(fonts-liberation)

if [ ${#packages[@]} -eq 0 ]; then
	exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
	echo "The tests also need: ${packages[*]}" >&2
	echo "On Debian: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}" >&2
	exit 1
fi
echo "Installing what the tests need: ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
apt-get install -y -qq --no-install-recommends "${packages[@]}" </dev/null >/dev/null
