#!/usr/bin/env bash
# Makes the vectors that reports/statistics is compared with anew, with R.
set -euo pipefail
cd "$(dirname "$0")/../reports/statistics/testdata"

if ! command -v Rscript >/dev/null; then
	echo "R is missing, so the vectors stay as they are; make test does not need it." >&2
	echo "On Debian, as root: apt-get install -y --no-install-recommends r-base-core r-cran-coin r-cran-exactranktests" >&2
	exit 1
fi
for package in coin exactRankTests; do
	if ! Rscript -e "quit(status = !requireNamespace('$package', quietly = TRUE))" >/dev/null 2>&1; then
		echo "R's package $package is missing, so the vectors stay as they are; make test does not need it." >&2
		echo "On Debian, as root: apt-get install -y --no-install-recommends r-cran-${package,,}" >&2
		exit 1
	fi
done
before=$(sha256sum <vectors.json)
Rscript oracle.R
if [ "$before" = "$(sha256sum <vectors.json)" ]; then
	echo "vectors.json is what $(Rscript --version 2>&1) makes"
else
	echo "vectors.json has changed"
fi
