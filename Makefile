# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The front door. Every target installs what it needs (Debian packages by
# scripts/need, the rest by Maven); what is downloaded or built once is kept in
# $XDG_CACHE_HOME/orthus or ~/.cache/orthus, never in the tree.

PREFIX  ?= /usr
DESTDIR ?=
# The lab of "make shell" and "make bench".
LAB     ?= fast
# What "make demo" shows, one after the other: all, or what LAB names.
DEMOS    = $(or $(if $(filter-out file,$(origin LAB)),$(LAB)),cloudstack nested)

# What "make bench-fleet" simulates.
HOSTS   ?= 1000
VMS     ?= 30
SERVERS ?= 1
AT_ONCE ?= 200

# The lab of the tests, beside one that somebody may have open.
LAB_TEST = test

MVN      = mvn --batch-mode
JAR      = agent-extension/target/orthus.jar
UI       = ui-extension
NPM      = npm --cache $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/orthus/npm
AGENT_JAR = agent-wrappers/target/cloudstack-agent-orthus.jar
STAGE    = target/stage
PACKAGES = target/packages
RPMS     = target/rpms
IMAGES   = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/orthus/images
GUEST_PROGRAMS = $(CURDIR)/target/guest

JAVA_PACKAGES   = javac:default-jdk-headless mvn:maven xz:xz-utils
NATIVE_PACKAGES = gcc:gcc libc6-dev libjansson-dev
# Of MariaDB the programs alone: no service is set up on the machine.
DATABASE_PACKAGES = mariadb-server-core mariadb-client-core
PACKAGE_PACKAGES = dh:debhelper dpkg-buildpackage:dpkg-dev
# Of nodejs and npm the programs: newer ones often come from elsewhere.
RPM_PACKAGES    = rpmbuild:rpm
UI_PACKAGES     = node:nodejs npm:npm
BROWSER_PACKAGES = chromium
PICTURES = fleet fleet-dark upgrade dry-run campaign pauses failure
CHECK_PACKAGES  = shellcheck libcmocka-dev mandoc python3 iproute2 util-linux clang libclang-rt-dev

.DEFAULT_GOAL := help
# Steps that share machines, caches and Maven must not overlap.
.NOTPARALLEL:

.PHONY: help
help: ## Show this help
	@echo 'usage: make TARGET'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: need-build ## Build the engine and the native programs
	$(MAKE) -C native all
	$(MVN) -DskipTests package

.PHONY: ui
ui: $(UI)/node_modules/.package-lock.json ## Build the page in CloudStack's UI
	cd $(UI) && $(NPM) run build

.PHONY: test
test: test-native test-kernel test-scripts test-java test-ui test-recipes test-marvin test-lab ## Run all tests, the fast ones first

.PHONY: test-native
test-native: need-build need-check ## Test the native programs, under sanitizers
	$(MAKE) -C native test
	$(MAKE) -C lab/guest check

.PHONY: test-kernel
test-kernel: need-kernel need-check ## Verify the models of dual KVM, test what of it needs no KVM
	$(MAKE) -C kernel test
	$(MAKE) -C kernel/model test

.PHONY: test-scripts
test-scripts: need-check ## Check the shell scripts
	shellcheck --external-sources $(SCRIPTS)

.PHONY: test-java
test-java: need-build need-database ## Test engine and plugin: unit tests, tables, format, order of packages
	$(MVN) verify

.PHONY: test-ui
test-ui: ui need-check ## Test the page in CloudStack's UI by itself, and its entry in the menu
	packaging/test/ui_entry_test.sh
	cd $(UI) && $(NPM) run lint && $(NPM) test

.PHONY: test-recipes
test-recipes: management need-recipes ## Test the recipes for the API, by cmk too if it is there
	recipes/test/recipes_test.sh

.PHONY: test-marvin
test-marvin: management need-recipes ## Test the API by the tests for Marvin, and with Marvin if it is there
	marvin-tests/test/marvin_test.sh

.PHONY: test-browser
test-browser: ui management lab-image stage need-browser need-recipes ## Test the page in a browser, also with the plugin and real guests
	cd $(UI) && $(NPM) run test:browser
	$(UI)/tests/lab/run $(CURDIR)/$(STAGE) $(IMAGES)

.PHONY: pictures
pictures: test-browser ## Make the pictures of the page that docs/ui.md shows
	for name in $(PICTURES); do cp $(UI)/target/screenshots/$$name.png docs/img/ui-$$name.png || exit; done

# First the lab by itself, then the whole on it. It is taken down whatever happens.
.PHONY: test-lab
test-lab: lab-image stage ## Test the whole on a lab host with real libvirt and QEMU
	for test in $(wildcard lab/test/*_test.sh lab/guest/test/*_test.sh lab/domains/test/*_test.sh); do $$test || exit; done
	@trap 'lab/lab down $(LAB_TEST)' EXIT; \
	lab/lab up $(LAB_TEST) && \
	lab/lab install $(LAB_TEST) $(STAGE) && \
	$(MVN) -pl lab -Plab -Dorthus.lab=$(LAB_TEST) -Dorthus.images=$(IMAGES) verify

.PHONY: test-nested
test-nested: lab-image stage ## Test the exchange of KVMs and devices of the host, on the nested lab: a host with KVM, emulated
	lab/nested/test/nested_test.sh
	lab/nested/test/kvm_test.sh $(STAGE)
	lab/nested/test/devices_test.sh $(STAGE)
	lab/nested/test/device_kinds_test.sh $(STAGE)

# Hours on a busy machine, and other random stories at each run: not part of "make test".
.PHONY: test-long
test-long: test-package test-package-rpm test-browser test-nested lab-image stage need-database need-check ## Test packages, the page, two KVMs for hours, campaigns by other random stories
	$(MVN) -pl plugin-orthus -am -Dgroups=long -DexcludedGroups= -DskipITs verify
	kernel/test/long_test

.PHONY: demo
demo: check-demo need-database lab-image stage ## Watch CloudStack upgrade hosts under VMs, LAB=cloudstack: QEMU, LAB=nested: KVM too, LAB=fast: without CloudStack
	$(foreach lab,$(DEMOS),$(DEMO_$(lab)) && )true

.PHONY: bench
bench: check-bench lab-image stage ## Measure pauses and times, LAB=fast: beside bare QEMU and live migration, LAB=nested: of KVM and devices
	$(BENCH_$(LAB))

.PHONY: bench-fleet
bench-fleet: need-build need-database ## Measure a campaign over simulated hosts, HOSTS=1000 VMS=30 SERVERS=1 AT_ONCE=200
	$(MVN) -pl lab/management -am -Dtest=FleetBench -Dsurefire.failIfNoSpecifiedTests=false \
	    -Dorthus.bench.hosts=$(HOSTS) -Dorthus.bench.vms=$(VMS) -Dorthus.bench.servers=$(SERVERS) \
	    -Dorthus.bench.at.once=$(AT_ONCE) -DskipITs test

.PHONY: shell
shell: check-lab lab-image stage ## Open a shell on a lab host
	@trap 'lab/lab down $(LAB)' EXIT; \
	lab/lab up $(LAB) && lab/lab install $(LAB) $(STAGE) && lab/lab shell $(LAB)

.PHONY: lab
lab: lab-image stage ## Open a shell on an emulated lab host that has KVM
	@trap 'lab/nested/lab down nested' EXIT; \
	lab/nested/lab up nested && lab/nested/lab install nested $(STAGE) && lab/nested/lab shell nested

.PHONY: package
package: need-build need-package ui ## Build Debian packages, in target/packages
	$(MVN) -DskipTests package org.cyclonedx:cyclonedx-maven-plugin:makeBom
	packaging/build $(PACKAGES)

.PHONY: package-rpm
package-rpm: need-build need-rpm ui ## Build the rpm package of the management server, in target/rpms
	$(MVN) -DskipTests package org.cyclonedx:cyclonedx-maven-plugin:makeBom
	packaging/rpm/build $(RPMS)

.PHONY: management
management: need-build need-database ## Build the stand-in management server, lab/management/run
	$(MVN) -pl lab/management -am -DskipTests package

.PHONY: test-package
test-package: package lab-image need-check ## Test the packages on a lab host with running VMs
	packaging/test/package_test.sh $(IMAGES)

.PHONY: test-package-rpm
test-package-rpm: package-rpm need-check ## Test the rpm package in a copy of this machine's root
	packaging/test/rpm_test.sh

.PHONY: install
install: build install-files ## Install below DESTDIR and PREFIX (default /usr)

# What is built already by Maven; the native programs build themselves.
.PHONY: install-files
install-files:
	$(MAKE) -C native install DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)'
	install -D -m 0644 $(JAR) '$(DESTDIR)$(PREFIX)/share/orthus/orthus.jar'
	install -D -m 0644 $(AGENT_JAR) '$(DESTDIR)$(PREFIX)/share/orthus/cloudstack-agent-orthus.jar'
	install -D -m 0644 agent-wrappers/hooks/libvirt-vm-xml-transformer.groovy \
	    '$(DESTDIR)$(PREFIX)/share/orthus/hooks/libvirt-vm-xml-transformer.groovy'
	install -D -m 0755 scripts/orthus '$(DESTDIR)$(PREFIX)/bin/orthus'
	$(MAKE) -C lab/guest OUT='$(GUEST_PROGRAMS)'
	for program in init workload orthus-watch; do \
	    install -D -s -m 0755 '$(GUEST_PROGRAMS)'/$$program '$(DESTDIR)$(PREFIX)/lib/orthus/selftest/'$$program || exit; \
	done
	install -D -m 0755 agent-extension/selftest/selftest-clean '$(DESTDIR)$(PREFIX)/lib/orthus/selftest/selftest-clean'
	java -cp $(JAR) picocli.AutoComplete --force --name orthus --completionScript target/orthus.bash io.orthus.cli.Main
	install -D -m 0644 agent-extension/systemd/orthus-recover.service \
	    '$(DESTDIR)$(PREFIX)/lib/systemd/system/orthus-recover.service'
	install -D -m 0644 target/orthus.bash '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/orthus'
	for page in $(wildcard agent-extension/man/*.8); do \
	    install -D -m 0644 "$$page" '$(DESTDIR)$(PREFIX)/share/man/man8/'"$${page##*/}" || exit; \
	done

.PHONY: clean
clean: ## Remove what was built (not the caches)
	$(MAKE) -C native clean
	$(MAKE) -C lab/guest clean
	rm -rf target agent-extension/target cloudstack-stubs/target protocol/target plugin-orthus/target agent-wrappers/target \
	    lab/target lab/mariadb/target lab/management/target $(UI)/target $(UI)/node_modules

# Below: steps, not front doors.

# npm writes that file last. No package brings a program that would have to run when it is installed. "npm ci" would
# refuse a lock file without the builds for other machines, and a registry need not have those.
$(UI)/node_modules/.package-lock.json: $(UI)/package.json $(UI)/package-lock.json | need-ui
	cd $(UI) && $(NPM) install --no-save --ignore-scripts

SCRIPTS = .ci/run scripts/need scripts/orthus \
	$(shell git ls-files agent-extension/selftest lab kernel marvin-tests packaging recipes ui-extension | xargs grep -lE '^\#!.*[ /](ba)?sh$$' 2>/dev/null)

.PHONY: need-build need-check need-database need-kernel need-package need-rpm need-recipes need-ui need-browser
need-build:
	@scripts/need $(JAVA_PACKAGES) $(NATIVE_PACKAGES)
need-check:
	@scripts/need $(CHECK_PACKAGES)
need-database:
	@scripts/need $(DATABASE_PACKAGES)
need-package:
	@scripts/need $(PACKAGE_PACKAGES)
need-rpm:
	@scripts/need $(RPM_PACKAGES)
need-recipes:
	@scripts/need jq python3
need-kernel:
	@scripts/need gcc:gcc libc6-dev spin

need-ui:
	@scripts/need $(UI_PACKAGES)
need-browser:
	@scripts/need $(BROWSER_PACKAGES)

DEMO_fast   = lab/demo/run $(CURDIR)/$(STAGE) $(IMAGES)
DEMO_nested = lab/nested/demo/run $(CURDIR)/$(STAGE)
DEMO_cloudstack = lab/management/demo/run $(CURDIR)/$(STAGE) $(IMAGES)
.PHONY: check-demo
check-demo:
	@: $(foreach lab,$(DEMOS),$(or $(DEMO_$(lab)),$(error LAB=$(lab): the demonstrations are "cloudstack", "nested" and "fast")))

BENCH_fast   = lab/bench/run $(CURDIR)/$(STAGE) $(IMAGES)
BENCH_nested = lab/nested/bench/run $(CURDIR)/$(STAGE) && lab/nested/bench/devices $(CURDIR)/$(STAGE)
.PHONY: check-bench
check-bench:
	@: $(or $(BENCH_$(LAB)),$(error LAB=$(LAB): there are "fast" and "nested" to measure))

.PHONY: check-lab
check-lab:
	@[ '$(LAB)' = fast ] || { echo "make: LAB=$(LAB): there is only the lab \"fast\" so far" >&2; exit 2; }

.PHONY: lab-image
lab-image: need-build
	lab/lab build
	lab/guest/build $(IMAGES)

# The tree as "make install" makes it, which a lab host takes over as it is.
.PHONY: stage
stage:
	rm -rf $(STAGE)
	$(MAKE) install DESTDIR='$(CURDIR)/$(STAGE)' PREFIX=/usr
