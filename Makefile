# Peerage. `make help` lists what there is; the two that matter first are `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The import check makes the floors of Package.swift binding.
SWIFT_BUILD := swift build --explicit-target-dependency-import-check error
SWIFT_TEST := scripts/test.sh
PEERAGE := .build/debug/peerage
SOURCES := Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources
# What `make run` watches, and where it keeps its data.
MANIFESTS ?= manifests/samples/quickstart
DATA ?= .peerage
ARGS ?=
# Which seeds `make sim` runs.
SEEDS ?=
FIRST ?=
SEED ?=

.PHONY: help setup build run test test-one sim fuzz lint format check check-deploy chart-reference docs generated bench clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: ## Install the Debian packages that are missing (or print the line that does)
	@scripts/setup.sh

build: setup ## Build the optimised binary: .build/release/peerage (needs no Swift on the machine that runs it)
	$(SWIFT_BUILD) -c release --product peerage --static-swift-stdlib

$(PEERAGE)-quietly:
	@[ -x $(PEERAGE) ] || echo "The first build compiles SwiftNIO, GRDB and BoringSSL: about five minutes on two cores."
	@$(SWIFT_BUILD) --product peerage 2>&1 | scripts/progress.sh

run: setup $(PEERAGE)-quietly ## Run the main job: the quickstart's manifests, against Big Peers in this process
	@exec $(PEERAGE) run --manifests $(MANIFESTS) --data $(DATA) $(ARGS)

test: ## Set up and run all tests
	@scripts/setup.sh test
	$(SWIFT_TEST)

test-one: ## Run the tests that match T=..., such as T=PlanningTests
	$(SWIFT_TEST) --filter '$(T)'

sim: ## Simulate replication for SEEDS=... seeds (1,000), from FIRST=... on, or replay one: SEED=...
	SIM_SEEDS=$(SEEDS) SIM_FIRST=$(FIRST) SIM_SEED=$(SEED) $(SWIFT_TEST) --filter TableReplicationTests.SimulationTests

fuzz: ## Give every parser broken input: SEEDS=... seeds (1,000), from FIRST=... on
	FUZZ_SEEDS=$(or $(SEEDS),1000) FUZZ_FIRST=$(FIRST) $(SWIFT_TEST) \
	  --filter 'MutationTests|FuzzTests|HostileTests/broken|ParserTests/mutations|SpanTests/mutated|DocumentTextTests/mutations'

lint: ## Check the format
	swift format lint --strict --recursive $(wildcard $(SOURCES))

format: ## Format the sources
	swift format --in-place --recursive $(wildcard $(SOURCES))

generated: ## Write what is made from the schemas: manifests/crds and docs/reference
	@$(SWIFT_BUILD) --product peerage
	@scripts/generate.sh $(PEERAGE)

docs: generated ## Write the reference pages

check: lint ## All gates but the tests: format, generated files, manifests, no paths or secrets
	@scripts/check.sh $(PEERAGE)

check-deploy: ## Check what is deployed: manifests, chart, image, health rules (asks a real API server if there is one)
	@scripts/setup.sh deploy
	@scripts/check-deploy.sh $(PEERAGE)

chart-reference: ## Write the chart's page from its values
	@scripts/setup.sh deploy
	@set -o pipefail; cd scripts/render-chart && GO111MODULE=off GOPATH=/usr/share/gocode go run . defaults ../../charts/peerage | \
		(cd ../.. && python3 scripts/chart-reference.py >charts/peerage/README.md)

bench: setup ## Measure (release build); figures go to standard output
	@swift run --package-path Benchmarks -c release peerage-benchmarks $(ARGS)

clean: ## Remove what was built, and the data of `make run`
	rm -rf .build Benchmarks/.build $(DATA)
