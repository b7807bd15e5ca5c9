# Everything that is built, tried and measured. `make` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo build test test-on-database test-go test-ui lint bench ui fmt generate clean needs needs-tests

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

# The front end joins as soon as it is there; its sources are everything but what is fetched and built.
UI := $(wildcard web/ui/package.json)
UI_SOURCES := $(shell [ -z "$(UI)" ] || find web/ui \( -name node_modules -o -name dist -o -name .built \) -prune -o -type f -print)

# The document that the front end's API types are made from.
API := web/ui/shared/api/openapi.json

help: ## list what can be made
	@echo 'canvass: census mapping · 普查制图'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo 'Tests and the demo use a private PostGIS unless DATABASE_URL names a server.'

demo: needs build ## show a made-up county on a map, with accounts to try · 演示
	bin/canvass demo $(ARGS)

build: ui ## bin/canvass, the whole product in one file · 编译
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/canvass ./cmd/canvass

test: needs-tests build ## all tests: Go on a real PostGIS, the front end's, and the browser's · 测试
	@if [ -n "$${DATABASE_URL:-}" ]; then $(MAKE) --no-print-directory test-on-database; \
	else env -u CANVASS_DATA bin/canvass with-postgres -- $(MAKE) --no-print-directory test-on-database; fi

test-on-database: test-go test-ui

test-go:
	go test ./...

test-ui: $(if $(UI),web/ui/.built)
ifneq ($(UI),)
	npm --prefix web/ui run --if-present test
	npm --prefix web/ui run --if-present e2e
endif

lint: $(if $(UI),web/ui/node_modules/.package-lock.json) ## format, vet, staticcheck, svelte-check · 检查
	@differs=$$(git ls-files -co --exclude-standard '*.go' | xargs -r gofmt -l); \
	if [ -n "$$differs" ]; then echo "gofmt differs in (make fmt mends it):"; echo "$$differs"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...
ifneq ($(UI),)
	npm --prefix web/ui run --if-present check
endif

bench: build ## canvass's own figures beside controls; ARGS='import tiles' chooses · 性能
	bin/canvass bench $(ARGS)

ui: $(if $(UI),web/ui/.built) ## the front end, when its sources changed · 前端

fmt: ## format the Go sources
	git ls-files -co --exclude-standard '*.go' | xargs -r gofmt -w

generate: build ## renew what is derived: migrations/schema.sql, the front end's API types
	@if [ -n "$${DATABASE_URL:-}" ]; then go test ./migrations -run TestSchema -update; \
	else env -u CANVASS_DATA bin/canvass with-postgres -- go test ./migrations -run TestSchema -update; fi
ifneq ($(UI),)
	bin/canvass openapi > $(API)
	OPENAPI=$(CURDIR)/$(API) npm --prefix web/ui run generate
endif

clean: ## remove what was built
	rm -rf bin out web/ui/.built $(if $(UI),web/ui/node_modules) && find web/ui/dist -mindepth 1 ! -name .keep -delete 2>/dev/null || true

needs:
	@.deploy/needs.sh

needs-tests:
	@.deploy/needs.sh chromium fonts-noto-cjk

web/ui/node_modules/.package-lock.json: web/ui/package.json $(wildcard web/ui/package-lock.json)
	npm --prefix web/ui ci --no-audit --no-fund
	@touch $@

web/ui/.built: web/ui/node_modules/.package-lock.json $(UI_SOURCES)
	npm --prefix web/ui run build
	@touch $@
