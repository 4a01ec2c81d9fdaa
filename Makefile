# Everything a developer or CI runs. `make` alone lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# ./... leaves testdata out, where the generator lives.
PKGS := ./... ./testdata/gen
# Where goroutines meet: the log's writer and readers, and the projector.
RACE_PKGS := ./eventlog ./projections
FUZZTIME ?= 40s
CHECKS ?= 500
# Reads all that a command prints and fails where it gives a person away.
# GOTEST reads everything tests print, and shows what go test alone would.
LEAKS := go run ./tools/leaks
GOTEST := $(LEAKS) -tests -- go test -json

# Tests measure time, so nothing runs beside them; and no target is a file.
.NOTPARALLEL:
.PHONY: help need build demo tools test check ci deep race fuzz rapid large gen oracle bench gobench

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

need: ## say what is missing on this machine
	@bash scripts/need.sh

build: need ## build bin/utfall
	@# The version is written by hand in the source, so nothing of git is stamped in.
	go build -trimpath -buildvcs=false -o bin/utfall ./cmd/utfall

demo: build ## take five years of an invented cluster in and write its workbooks to demo/
	@bash scripts/demo.sh

tools: ## install what the tests open workbooks with
	@bash scripts/tools.sh

test: need tools ## run every test and read what they print (at most 10 minutes on two cores)
	go build $(PKGS)
	@# One package at a time: some tests measure time and memory.
	UTFALL_REQUIRE_TOOLS=1 $(GOTEST) -p 1 -timeout 20m $(PKGS)

check: need ## gofmt, vet, staticcheck, and known vulnerabilities of what we use
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not gofmt:"; echo "$$unformatted"; exit 1; fi
	go vet $(PKGS)
	go tool staticcheck $(PKGS)
	go run ./tools/vulncheck $(PKGS)
	go mod verify

ci: need tools gen race fuzz rapid large ## what takes longer than make test (at most 60 minutes)

deep: need tools ## hours: the large counts, long fuzzing, many property checks, races everywhere
	$(MAKE) large
	@# What stands here is kept: each test prints its seed, this the commit and the time.
	@git log -1 --format='commit %H'; date -u
	UTFALL_DEEP=1 UTFALL_REQUIRE_TOOLS=1 $(LEAKS) -- go test -p 1 -count 1 -v -timeout 24h $$(grep -rl --include='*_test.go' 'UTFALL_DEEP"' . | xargs -n 1 dirname | sort -u)
	$(GOTEST) -race -p 1 -count 1 -timeout 2h $(PKGS)
	$(MAKE) rapid CHECKS=5000
	$(MAKE) fuzz FUZZTIME=10m
	UTFALL_REQUIRE_TOOLS=1 $(GOTEST) -p 1 -count 5 -timeout 2h $(PKGS)

race: need ## the race detector where goroutines meet
	$(GOTEST) -race -count 1 -timeout 20m -skip '^($(ALIKE))' $(RACE_PKGS)

fuzz: need ## fuzz each parser for FUZZTIME
	@$(LEAKS) -- bash scripts/fuzz.sh $(FUZZTIME)

rapid: need ## CHECKS random cases of each property
	@$(LEAKS) -- bash scripts/rapid.sh $(CHECKS)

# Of cmd/utfall, whose tests take long, the files that have a large count; of the
# others, all but long tests that make test has run alike.
COUNTED = $$(grep -l 'UTFALL_LARGE"' cmd/utfall/*_test.go | xargs grep -h '^func Test' | sed -E 's/^func (Test[A-Za-z0-9]*).*/\1/' | paste -s -d '|')
ALIKE = TestEveryChangeToTheTables|TestAReplayEquals

large: need tools ## the tests that have a large count, at it
	UTFALL_LARGE=1 UTFALL_REQUIRE_TOOLS=1 $(GOTEST) -p 1 -count 1 -timeout 50m -run "^($(COUNTED))$$" ./cmd/utfall
	UTFALL_LARGE=1 UTFALL_REQUIRE_TOOLS=1 $(GOTEST) -p 1 -count 1 -timeout 50m -skip '^($(ALIKE))' $$(grep -rl --include='*_test.go' 'UTFALL_LARGE"' . | grep -v '/cmd/utfall/' | xargs -n 1 dirname | sort -u)

gen: need ## check that the generator still makes testdata/cluster, byte for byte
	@bash scripts/gen.sh

oracle: ## make the vectors reports/statistics is compared with anew, with R
	@bash scripts/oracle.sh

bench: need ## the log beside a bare file, message-db and Emmett on one disk (3 minutes)
	@bash scripts/bench.sh

gobench: need ## the benchmarks of single packages
	go test -run '^$$' -bench . -benchmem $(PKGS)
