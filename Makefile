# Two commands are enough: `make run` and `make test`. Everything else is a part of them, or a tool.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

MODULE  := github.com/spacetime-vr/spacetime
LINUX   := build/linux
TOOL    := go tool -modfile=build/tools.mod
MINGW   := x86_64-w64-mingw32-gcc
BUILD    = go build -buildvcs=false -ldflags "$(shell $(LINUX)/version.sh)"
# What builds and tests without a C compiler: all but the packages that touch a GL context or a headset.
PURE     = $(shell go list ./... | grep -vE '^$(MODULE)/(render|xr(/.*)?|cmd/spacetime)$$')
# The packages that compare with golden pictures; they have the -update flag.
GOLDEN   = $(shell grep -rl --include='*_test.go' '"$(MODULE)/render/golden"' . | xargs -r dirname | sort -u)

ARGS     ?=
FUZZTIME ?= 30s
COVERED  ?= 91
SPHERES  ?= 100 1000 10000
SOAK     ?= 20m

STARTED := $(shell date +%s)
step     = @printf '== %3d s  %s\n' $$(($$(date +%s) - $(STARTED))) '$(1)'

# Pictures must be the same on every machine: Mesa's software renderer, with one vector width.
test test-full test-threats golden cover fuzz: export LIBGL_ALWAYS_SOFTWARE := 1
test test-full test-threats golden cover fuzz: export LP_NATIVE_VECTOR_WIDTH := 128

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: _go deps build ## install what is missing, build, and fly; options in ARGS="--mode headless ..."
	@exec bin/spacetime $(ARGS)

.PHONY: build
build: _go ## bin/spacetime, bin/spacectl and the simulated headset in bin/openxr
	$(LINUX)/simruntime.sh bin
	CGO_ENABLED=1 $(BUILD) -o bin/spacetime ./cmd/spacetime
	CGO_ENABLED=0 $(BUILD) -o bin/spacectl ./cmd/spacectl

.PHONY: deps
deps: ## the Debian packages that building and running need; silent when none is missing
	@$(LINUX)/deps.sh build run

.PHONY: deps-test
deps-test: ## the Debian packages that only tests need
	@$(LINUX)/deps.sh test

.PHONY: deps-windows
deps-windows: ## the cross compiler for Windows
	@$(LINUX)/deps.sh windows

.PHONY: test
test: _go deps deps-test check ## all that continuous integration runs
	$(call step,build)
	@$(MAKE) build
	$(call step,pure packages without a C compiler)
	@CGO_ENABLED=0 go build $(PURE)
	$(call step,race: engine and api)
	@go test -race -shuffle=on -timeout=15m ./engine/... ./api/...
	$(call step,tests)
	@$(LINUX)/with-xvfb.sh go test -shuffle=on -timeout=15m ./...
	$(call step,all passed)

.PHONY: test-full
test-full: test cover fuzz windows faults soak test-threats ## test, then what takes longer: cover, fuzz, windows, faults, soak, test-threats

.PHONY: test-threats
test-threats: _go deps build ## attack the program: Chromium, another machine, forged and stolen tokens, guesses; needs root, ~10 minutes
	@$(LINUX)/deps.sh threats
	@go vet -tags threats ./build/threats
	@go test -c -tags threats -o bin/threats.test ./build/threats
	@cd build/threats && ../linux/lan.sh ../../bin/threats.test -test.v -test.timeout=30m $(ARGS)

.PHONY: check
check: _go deps ## formatting, vet, staticcheck, the house rules, vet for Windows
	$(call step,gofumpt)
	@unformatted=$$($(TOOL) gofumpt -l .); [[ -z $$unformatted ]] || { echo "gofumpt would change:" $$unformatted; exit 1; }
	$(call step,vet)
	@go vet ./...
	$(call step,staticcheck)
	@$(TOOL) staticcheck -checks=inherit,ST1000,U1000 ./...
	$(call step,house rules)
	@go test -count=1 ./build/checks ./cmd/internal/exit
	$(call step,vet for Windows)
	@GOOS=windows CGO_ENABLED=0 go vet $(PURE)

.PHONY: bench
bench: _go deps build ## Go benchmarks into dist/bench.txt, then the peers' scene of spheres
	@mkdir -p dist
	go test -run='^$$' -bench=. -benchmem ./... | tee dist/bench.txt
	@for n in $(SPHERES); do bin/spacetime bench spheres $$n; bin/spacetime bench spheres $$n --moving; done

.PHONY: bench-isolation
bench-isolation: _go ## what load on the API does to the frame; options in ARGS="-repeat 3 -cases json,flood"
	@go build -o bin/isolation ./build/isolation
	@bin/isolation $(ARGS)

.PHONY: faults
faults: _go deps ## kill the program and its parts again and again, and start it with what is broken
	@SPACETIME_TEST_FULL=1 go test -count=1 -timeout=20m ./build/soak ./api/store

.PHONY: soak
soak: _go deps build ## the program under load for SOAK (20m), with a verdict on what only time shows
	@go build -o bin/soak ./build/soak
	@bin/soak -for $(SOAK) $(ARGS)

.PHONY: golden
golden: _go deps deps-test ## draw the golden pictures anew; look at each before it is committed
	@$(LINUX)/with-xvfb.sh go test -count=1 $(GOLDEN) -update
	@git status --short -- '*.png'

.PHONY: fuzz
fuzz: _go ## each fuzz target for FUZZTIME (30s)
	@$(LINUX)/fuzz.sh $(FUZZTIME)

.PHONY: gallery
gallery: build ## the pictures that the Solar System is judged by, in dist/gallery; options in ARGS="-only saturn"
	@go run ./build/gallery $(ARGS)

.PHONY: cover
cover: _go ## statement coverage of the pure packages; fails under COVERED (91) percent
	@mkdir -p dist
	@CGO_ENABLED=0 go test -coverprofile=dist/cover.out $(PURE)
	@CGO_ENABLED=0 go run ./build/cover -least $(COVERED) dist/cover.out

.PHONY: generate
generate: _go ## write generated files anew (the star catalogue and the map of the Earth where their sources are installed)
	go generate ./...
	@[[ -d /usr/share/stellarium ]] || echo "the star catalogue is as it was: it needs stellarium-data ($(LINUX)/deps.sh catalogue)"

.PHONY: windows
windows: _go deps deps-windows ## bin/spacetime.exe and bin/spacectl.exe, cross-built by mingw-w64
	GOOS=windows GOARCH=amd64 CGO_ENABLED=1 CC=$(MINGW) $(BUILD) -trimpath -o bin/spacetime.exe ./cmd/spacetime
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(BUILD) -trimpath -o bin/spacectl.exe ./cmd/spacectl

.PHONY: wine
wine: windows ## fly bin/spacetime.exe under Wine; options in ARGS, as for run
	@$(LINUX)/deps.sh wine
	@exec $(LINUX)/wine.sh bin/spacetime.exe $(ARGS)

.PHONY: clean
clean: ## remove bin and dist
	rm -rf bin dist

.PHONY: _go
_go:
	@$(LINUX)/require-go.sh
