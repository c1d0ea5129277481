# Công Văn. Two commands: `make run`, `make test`.

GO      ?= go
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
TOOL     = $(GO) tool -modfile=tools/go.mod

.DEFAULT_GOAL := help
.PHONY: help run demo stop reset status test check generate bench bench-questions build assets clean bin/congvan bin/temporal

help: ## This list
	@awk -F ':.*## ' '/^[a-z\/-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Start everything on this machine: PostgreSQL, Temporal, worker, API. Ctrl-C stops it
	@bin/congvan up

demo: build ## Send a document to 17 wards and watch it (FILE=path sends a file of yours; STORY=turns shows what may go wrong, STORY=morning leaves work on every desk)
	@bin/congvan demo $(if $(FILE),--file "$(FILE)") $(if $(STORY),--story "$(STORY)")

stop: bin/congvan ## Stop what `make run` started
	@bin/congvan stop

status: bin/congvan ## Say what is running
	@bin/congvan status

reset: bin/congvan ## Remove all data of this machine's installation
	@bin/congvan reset

test: build ## All tests, on a real PostgreSQL and a real Temporal server
	@bin/congvan postgres >/dev/null
	$(GO) test -timeout 15m ./...
	cd tools/temporal && $(GO) vet ./...

check: ## What a machine can say about the code: format, vet, linters, determinism of workflows
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "gofmt these files"; exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	$(TOOL) workflowcheck ./workflows/...

generate: ## Make the generated code anew from api/openapi.yaml
	$(GO) generate ./...

bench: build ## Measure the product against its two references; one JSON object a line
	$(GO) run ./bench

bench-questions: web/assets/dist/manifest.json ## Measure questions over a million documents; fills a database once (QUESTIONS=directory, some 13 GB), then takes minutes
	$(GO) run ./bench -only questions $(if $(QUESTIONS),-data "$(QUESTIONS)")

# Style sheet, scripts and icons of the pages, from the npm packages that web/assets/package.json names.
assets: web/assets/dist/manifest.json ## Build what browsers load beside the pages

web/assets/dist/manifest.json: web/assets/build.mjs web/assets/package-lock.json $(shell find web -name node_modules -prune -o -name dist -prune -o \( -name '*.templ' -o -name '*.go' -o -path 'web/assets/src/*' \) -type f -print)
	@command -v npm >/dev/null || { echo "Node 20 with npm is needed to build the pages' style sheet and scripts; install it, or ask whoever looks after this machine." >&2; exit 1; }
	@[ web/assets/node_modules/.package-lock.json -nt web/assets/package-lock.json ] || { cd web/assets && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null && touch node_modules/.package-lock.json; }
	@cd web/assets && node build.mjs

# The Temporal server takes minutes to compile, once; it is started first and
# the product is compiled beside it.
build:
	@$(MAKE) --no-print-directory -j2 bin/temporal bin/congvan

bin/temporal:
	@tools/temporal/build.sh

bin/congvan: web/assets/dist/manifest.json
	@[ -x $@ ] || echo "Compiling the product; the first time this takes some minutes and says nothing."
	@$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/congvan ./cmd/congvan

clean: ## Remove what was built
	rm -rf bin
