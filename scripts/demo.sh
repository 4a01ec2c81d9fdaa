#!/usr/bin/env bash
# The demonstration: an empty data directory, five years of files taken in as
# their owner would have done it, and the workbooks. Talks the language the
# program picks: English where the environment says so, else Swedish.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_COLLATE=C # files in the same order everywhere

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
en*) english=1 ;;
*) english= ;;
esac
say() { if [ -n "$english" ]; then echo "$2"; else echo "$1"; fi; }

# What a user's own environment points at is not the demonstration's.
unset UTFALL_DATA UTFALL_VAULT_KEY
from=testdata/cluster
to=demo
utfall() { bin/utfall --data "$to/data" "$@"; }

rm -rf "$to"
mkdir -p "$to"
bin/utfall init "$to/data" --name "Creative Cluster"

say "== projekt, enkäter, företag i kommunerna och planen" "== the project, the surveys, companies in the municipalities, and the plan"
utfall import "$from"/*.toml "$from"/foretag-kkn.csv "$from"/plan.csv
say "== medlemsregistret, fem år" "== the member register, five years"
utfall import "$from"/medlemmar-*
say "== närvaro: projektets träffar, kompetensträffar och allt annat" "== attendance: the project's sessions, competence sessions and all else"
utfall import "$from"/digicreate-* "$from"/kompetens-* "$from"/narvaro-*
say "== enkätsvar" "== survey answers"
# A file of answers does not tell which survey and wave it belongs to; its name does.
for file in "$from"/enkat-*.csv "$from"/enkat-*.xlsx; do
	name=$(basename "${file%.*}")
	name=${name#enkat-}
	utfall import "$file" --survey "${name%-*}" --wave "${name##*-}"
done

say "== rapporter" "== reports"
years="--from 2017-01-01 --to 2021-12-31" # some memberships began before, and one ends after
utfall report growth $years -o "$to/growth.xlsx"
utfall report growth $years -o "$to/growth.html"
utfall report esf --project DC -o "$to/esf.xlsx"

echo
say "Det här är gjort:" "This is what was made:"
for path in "$to/data" "$to/growth.xlsx" "$to/growth.html" "$to/esf.xlsx"; do
	printf '  %-18s %6s\n' "$path" "$(du -sh --apparent-size "$path" | cut -f 1)"
done
echo
say "Så går du vidare:" "How to go on:"
say "  öppna $to/growth.xlsx och $to/esf.xlsx i Excel eller LibreOffice, eller $to/growth.html i en webbläsare" \
	"  open $to/growth.xlsx and $to/esf.xlsx in Excel or LibreOffice, or $to/growth.html in a browser"
say "  bin/utfall --data $to/data missing --project DC      vad som saknas i projektet" \
	"  bin/utfall --data $to/data missing --project DC      what the project still lacks"
say "  bin/utfall help                                      alla kommandon, och hur du börjar med egna filer" \
	"  bin/utfall help                                      every command, and how to begin with files of your own"
