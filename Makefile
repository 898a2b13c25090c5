# Martlet's tasks. `make run` and `make test` install what is missing; both work on a fresh
# Debian 12 with a Swift 6.3 toolchain.

SHELL := /bin/bash
PREFIX ?= /usr/local
DESTDIR ?=
LISTEN ?= 127.0.0.1:1053
BINARY := .build/release/martlet

BUILD_PACKAGES := libldns-dev libpcre2-dev libsqlite3-dev libssl-dev
BENCH_PACKAGES := dnsperf gcc libc6-dev python3 nsd knot bind9 dnsmasq-base unbound dnsdist musl-tools
TEST_PACKAGES := bind9-dnsutils bind9-utils knot-dnsutils ldnsutils iproute2 valgrind binutils python3
TEST_PACKAGES += openssl curl prometheus nftables procps musl-tools nodejs python3-pycares
TEST_PACKAGES += python3-dnspython podman iptables knot pebble

.PHONY: help
help: ## Shows the tasks.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Builds, loads zones/demo into the default registry, and serves $(LISTEN).
	$(BINARY) apply -f zones/demo
	$(BINARY) serve --config zones/Corefile --listen '$(LISTEN)'

.PHONY: build
build: build-packages ## Builds the program.
	swift build -c release --static-swift-stdlib --product martlet

.PHONY: test
test: build-packages test-packages lint build ## Checks the format and runs all tests.
	swift build --build-tests
	scripts/run-tests $(CURDIR)/$(BINARY)
	bench/budget

.PHONY: tour
tour: build tour-packages ## Shows pods and services in networks of their own, step by step.
	scripts/tour $(BINARY)

.PHONY: lint
lint: ## Checks the format of all code.
	swift format lint --strict -r -p Package.swift Sources Tests bench/probe bench/changes

.PHONY: format
format: ## Formats all code.
	swift format -i -r -p Package.swift Sources Tests bench/probe bench/changes

.PHONY: sanitize
sanitize: build-packages ## Stresses the packet path under the thread and address sanitizers.
	bench/sanitize

.PHONY: bench
bench: build ## Measures the server against others (see bench/README.md).
	@RUNLEVEL=1 scripts/need $(BENCH_PACKAGES)
	swift build -c release --static-swift-stdlib --product martlet-changes
	swift build -c release --static-swift-stdlib --product martlet-probe
	bench/bench.py

.PHONY: install
install: build ## Installs the program, its manual and shell completions under $(PREFIX).
	install -D -s -m 755 $(BINARY) '$(DESTDIR)$(PREFIX)/bin/martlet'
	install -D -m 644 docs/martlet.1 '$(DESTDIR)$(PREFIX)/share/man/man1/martlet.1'
	install -d '$(DESTDIR)$(PREFIX)/share/bash-completion/completions'
	$(BINARY) --generate-completion-script bash \
		> '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/martlet'
	install -d '$(DESTDIR)$(PREFIX)/share/zsh/site-functions'
	$(BINARY) --generate-completion-script zsh \
		> '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_martlet'
	install -d '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'
	$(BINARY) --generate-completion-script fish \
		> '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/martlet.fish'

.PHONY: manual
manual: build ## Writes docs/martlet.1 anew from the program's help.
	scripts/manual $(BINARY)

.PHONY: clean
clean: ## Removes everything that was built.
	rm -rf .build .build-thread* .build-address*

.PHONY: build-packages test-packages tour-packages
build-packages:
	@scripts/need $(BUILD_PACKAGES)
test-packages:
	@RUNLEVEL=1 scripts/need $(TEST_PACKAGES)
tour-packages:
	@scripts/need iproute2 curl bind9-dnsutils python3
