# What a change needs, by name. Plain make and a POSIX shell suffice, as macOS has them.

TOOL      = go tool -modfile=tools/go.mod
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
DIST     ?= dist
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
FUZZTIME ?= 50000x
BENCH    ?= .
ROUNDS   ?= 10

# Exercises are of a module of their own, which their checks write.
EXERCISES = internal/workshop/_exercises

# $(call having,Fuzz) prints each package that has tests of this kind, and their names behind it.
having = listed=$$(go test -list '^$(1)' ./...) || { echo "$$listed" >&2; exit 1; }; echo "$$listed" | \
	awk '/^$(1)/ { names = names " " $$1 } /^ok/ { if (names) print $$2 names; names = "" }'

.PHONY: help build test race browser lint fuzz bench bench-million bench-serve dist vuln clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s%s\n", $$1, $$2 }' Makefile

build: ## ./meanwhile for this machine
	go build -o . .

test: ## every test
	go test ./...

race: ## every test under the race detector, which needs a C compiler
	CGO_ENABLED=1 go test -race ./...

browser: ## the HTML report and the pages of the server, opened by a real browser (chromium)
	cd browser && go test -count 1 ./... # the cache of test results does not see that the program has changed

lint: ## vet, staticcheck, gofumpt, go fix and tidy modules: none may have a word to say
	go vet ./...
	$(TOOL) staticcheck ./...
	@echo '$(TOOL) gofumpt -l .'
	@files=$$($(TOOL) gofumpt -l .) || exit 1; \
		theirs=$$($(TOOL) gofumpt -modpath practice -l $(EXERCISES)) || exit 1; \
		files=$$(echo "$$files" | grep -v '^$(EXERCISES)/'; echo "$$theirs"); test -z "$$files" || \
		{ echo "$$files"; echo "to format them: $(TOOL) gofumpt -w ." >&2; exit 1; }
	go fix -diff ./...
	go mod tidy -diff
	cd tools && go mod tidy -diff
	cd browser && go vet ./... && go mod tidy -diff && go tool -modfile=../tools/go.mod staticcheck ./...

# A count of runs rather than a time: when a time is up in the middle of a run, Go 1.26 may call that a failure (golang/go
# issue 75804).
fuzz: ## each fuzz target for FUZZTIME (50000x, or a time such as 1m) on top of its corpus
	@set -e; found=$$($(call having,Fuzz)); test -n "$$found" || { echo 'no fuzz target found' >&2; exit 1; }; \
	echo "$$found" | while read -r package names; do for name in $$names; do \
		echo "$$package $$name"; \
		go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "$$package" </dev/null; \
	done; done

# A benchmark of a strategy has a part impl=… in its name: the bare construct first, then what is in demos. They become
# columns beside each other; "vs base" is the difference, and ~ says that none can be measured. Each round runs every
# benchmark once, so that a machine that gets slower meanwhile treats all of them alike.
bench: ## benchmarks that match BENCH (all), ROUNDS (10) times, compared by benchstat
	@set -e; found=$$($(call having,Benchmark)); test -n "$$found" || { echo 'no benchmark found' >&2; exit 1; }; \
	packages=$$(echo "$$found" | cut -d ' ' -f 1); mkdir -p $(DIST); : >$(DIST)/bench.txt; \
	round=0; while [ $$round -lt $(ROUNDS) ]; do round=$$((round + 1)); echo "round $$round of $(ROUNDS)"; \
		go test -run '^$$' -bench '$(BENCH)' -benchmem $$packages >>$(DIST)/bench.txt || \
			{ cat $(DIST)/bench.txt; exit 1; }; \
	done; \
	$(TOOL) benchstat -col /impl -filter '/impl:/./' $(DIST)/bench.txt; \
	$(TOOL) benchstat -filter '-/impl:/./' $(DIST)/bench.txt

# Each part is a process of its own: the runtime keeps the memory of goroutines that have ended.
bench-million: ## a million tasks asleep at once, ROUNDS (10) times: memory and lateness; takes 3 GB and half a minute a round
	@set -e; mkdir -p $(DIST); go test -c -o $(DIST)/million.test ./internal/measure; : >$(DIST)/million.txt; \
	round=0; while [ $$round -lt $(ROUNDS) ]; do round=$$((round + 1)); echo "round $$round of $(ROUNDS)"; \
		for impl in time.Sleep bare measured; do \
			$(DIST)/million.test -test.run '^$$' -test.bench "^BenchmarkMillion\$$/^impl=$$impl\$$" -test.benchtime 1x \
				-million >>$(DIST)/million.txt || { cat $(DIST)/million.txt; exit 1; }; \
		done; \
	done; \
	$(TOOL) benchstat -col /impl $(DIST)/million.txt

# One run has all rounds in it, as slices, because both servers stay for all of them. ± is the confidence interval of the
# median: with ten slices, from the second lowest to the second highest.
bench-serve: ## the server beside a bare net/http handler, ROUNDS (10) slices of each in turn, and its start; takes some minutes
	@mkdir -p $(DIST)
	go test -run '^$$' -bench '^BenchmarkServe' -timeout 1h ./internal/api -slices $(ROUNDS) >$(DIST)/serve.txt || \
		{ cat $(DIST)/serve.txt; exit 1; }
	$(TOOL) benchstat -col /impl -row .name,/conns -ignore /slice -filter '/impl:/./' $(DIST)/serve.txt
	$(TOOL) benchstat -ignore /slice -filter '-/impl:/./' $(DIST)/serve.txt

dist: ## static, stripped programs for PLATFORMS (all six) in dist/, with their checksums
	@set -e; mkdir -p $(DIST); rm -f $(DIST)/meanwhile-* $(DIST)/SHA256SUMS; \
	for platform in $(PLATFORMS); do \
		os=$${platform%/*} arch=$${platform#*/} suffix=; if [ $$os = windows ]; then suffix=.exe; fi; \
		echo "$(DIST)/meanwhile-$$os-$$arch$$suffix"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -trimpath -ldflags '-s -w -X meanwhile/cmd.version=$(VERSION)' \
			-o "$(DIST)/meanwhile-$$os-$$arch$$suffix" .; \
	done; \
	cd $(DIST); if command -v sha256sum >/dev/null; then sha256sum meanwhile-*; else shasum -a 256 meanwhile-*; fi >SHA256SUMS

vuln: ## known vulnerabilities in what the program calls; asks vuln.go.dev
	$(TOOL) govulncheck ./...

clean: ## remove dist/
	rm -rf dist
