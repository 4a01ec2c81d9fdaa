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
say "== projektets deltagare" "== the project's participants"
utfall import "$from"/deltagare-digicreate.csv
say "== projektets konton, tidrapporter och bokföring" "== the project's accounts, time reports and bookkeeping"
utfall import "$from"/kontering.csv "$from"/bidrag.csv "$from"/tidrapport-digicreate-* "$from"/bokforing-*
say "== enkäten: vilka som bjöds in, och svaren" "== the survey: who was invited, and the answers"
utfall import "$from"/inbjudna-digital.csv
# A file of answers does not tell which survey and wave it belongs to; its name does.
for file in "$from"/enkat-*.csv "$from"/enkat-*.xlsx; do
	name=$(basename "${file%.*}")
	name=${name#enkat-}
	utfall import "$file" --survey "${name%-*}" --wave "${name##*-}"
done

say "== ansökningar om utbetalning, september 2018 – december 2019" "== payment claims, September 2018 – December 2019"
mkdir "$to/claims"
claim() { # the month, and one line of what the program says of it
	local year=${1%-*} due=$((10#${1#*-} + 2)) told
	if [ $due -gt 12 ]; then year=$((year + 1)) due=$((due - 12)); fi
	told=$(utfall claim submit --project DC --month "$1" --on "$(printf '%d-%02d-15' "$year" "$due")" -o "$to/claims/claim-DC-$1.xlsx" 2>"$to/talk") ||
		{ cat "$to/talk" >&2; return 1; }
	if [ -n "${2:-}" ]; then echo "$told"; else echo "${told%%$'\n'*}"; fi
}
for month in 2018-09 2018-10 2018-11 2018-12 2019-01 2019-02 2019-03 2019-04 2019-05 2019-06; do claim $month; done
say "== två dagar i mars var fel; den som är inlämnad står fast, och nästa rättar" "== two days of March were wrong; what was submitted stands, and the next corrects"
utfall import "$from"/tidrapport-rattad.csv --reason "$(say "Räknat fel i mars" "Counted wrong in March")"
claim 2019-07 all
for month in 2019-08 2019-09 2019-10 2019-11 2019-12; do claim $month; done
rm "$to/talk"
say "== mars 2019, som ansökt och som det är känt nu" "== March 2019, as claimed and as known now"
utfall diff claim --project DC --month 2019-03

say "== rapporter" "== reports"
utfall report reconcile --project DC -o "$to/reconcile.xlsx"
years="--from 2017-01-01 --to 2021-12-31" # some memberships began before, and one ends after
utfall report growth $years -o "$to/growth.xlsx"
utfall report growth $years -o "$to/growth.html"
utfall report esf --project DC -o "$to/esf.xlsx"
say "== utvärderingen, och svaren för R och SPSS" "== the evaluation, and the answers for R and SPSS"
utfall report evaluation --project DC -o "$to/evaluation.xlsx"
utfall report evaluation --project DC -o "$to/answers.zip"
say "== mars 2019: deltagarfilen till SCB, närvarolistor och närvarorapporter" "== March 2019: the participant file for SCB, sign-in sheets and attendance reports"
utfall scb make --project DC --month 2019-03 -o "$to"
utfall report sign-in --project DC --month 2019-03 -o "$to/sign-in.html"
utfall report attendance --project DC --month 2019-03 -o "$to/attendance.xlsx"

echo
say "Det här är gjort:" "This is what was made:"
for path in "$to/data" "$to/growth.xlsx" "$to/growth.html" "$to/esf.xlsx" "$to/evaluation.xlsx" "$to/answers.zip" "$to/scb-DC-2019-03-1.xlsx" "$to/sign-in.html" "$to/attendance.xlsx" \
	"$to/claims" "$to/claims/claim-DC-2019-07.xlsx" "$to/reconcile.xlsx"; do
	printf '  %-34s %6s\n' "$path" "$(du -sh --apparent-size "$path" | cut -f 1)"
done
echo
say "Så går du vidare:" "How to go on:"
say "  öppna $to/growth.xlsx, $to/esf.xlsx och $to/evaluation.xlsx i Excel eller LibreOffice, eller $to/growth.html i en webbläsare" \
	"  open $to/growth.xlsx, $to/esf.xlsx and $to/evaluation.xlsx in Excel or LibreOffice, or $to/growth.html in a browser"
say "  bin/utfall --data $to/data missing --project DC      vad som saknas i projektet" \
	"  bin/utfall --data $to/data missing --project DC      what the project still lacks"
say "  bin/utfall --data $to/data scb status --project DC   månad för månad: vad som ska lämnas till SCB" \
	"  bin/utfall --data $to/data scb status --project DC   month by month: what is to be submitted to SCB"
say "  bin/utfall --data $to/data claim list --project DC   månad för månad: ansökningarna, och hur långt de kommit" \
	"  bin/utfall --data $to/data claim list --project DC   month by month: the claims, and how far they have come"
say "  bin/utfall help                                      alla kommandon, och hur du börjar med egna filer" \
	"  bin/utfall help                                      every command, and how to begin with files of your own"
