# SPDX-License-Identifier: BSD-2-Clause
# The whole of svarig. 'make' prints what there is to make. Each part has a Makefile of its own with
# all, test (prints TAP), lint and clean; here is only what the parts are and what needs what.

SHELL := /bin/bash

# Tests that need no guest, fastest first; PART:TARGET:SECONDS as ci/test.py reads it.
UNIT := ci cosim/tlp cosim/link host/driver host/lib
# The pipeline (CI is set) gives the random tests and the invalidation rule more turns.
RTL  := firmware rtl cosim/rtlsim tb:$(if $(CI),test-ci,test):1800
RIG  := cosim/qemu cosim/rtlsim:test-qemu:300 cosim/guest cosim/guest:test-demo:700 cosim/guest:test-guest:1800
PARTS := cosim/tlp cosim/link cosim/rtlsim cosim/guest cosim/qemu host/driver host/lib firmware rtl tb

# A part that is not there is left out of all, lint and clean; its tests are missed.
there = $(foreach p,$(PARTS),$(if $(wildcard $(p)/Makefile),$(p)))

export PATH := $(CURDIR)/ci/tools:$(PATH)
V ?= 0
TESTER = ci/test.py $(if $(filter 1,$(V)),-v)

.PHONY: help
help:
	@echo 'make setup        install what is missing on this Debian 12 or 13 (root or sudo)'
	@echo 'make all          everything; big builds (kernel, QEMU) go to the cache'
	@echo 'make demo         boot the guest: an unprivileged user lets the accelerator digest and'
	@echo '                  encrypt a file that was mapped and never touched'
	@echo 'make test         all tests; the last line is "N passed, N failed" (V=1 prints all of it)'
	@echo 'make test-unit    C logic on this machine        make test-rtl   the RTL, simulated'
	@echo 'make test-driver  driver logic, natively         make test-guest the whole rig in the guest'
	@echo 'make test-debug   the guest, KASAN and lockdep'
	@echo 'make formal       proofs of RTL blocks           make coverage   lines and toggles the tests reach'
	@echo 'make synth        area on two FPGA families      make netlist    smoke tests on a netlist'
	@echo 'make mutants      planted bugs, and how many of them the tests find (an hour)'
	@echo 'make test-nested  a guest in the guest, the accelerator assigned to it'
	@echo 'make test-long    10,000 domain turns, 100 hot plugs, the RTL 64 and 256 bits wide'
	@echo '                  make test-guest-debug  is test-debug'
	@echo 'make bench-driver instructions of the SMMUv3 drivers'
	@echo 'make lint         static checks and formatting   make format     format the C sources'
	@echo 'make guest        what the guest needs: kernel, root file system, modules, programs, tests'
	@echo 'make modules      our kernel modules             make modules-debug  for the debug kernel'
	@echo 'make waves        the endpoint that can write waveforms, for vm --waves'
	@echo 'make clean        remove build/                  make distclean  and the cache of big builds'
	@echo
	@echo 'cosim/vm shell    a shell in the guest           cosim/vm run -- COMMAND...   see --help'

.PHONY: setup ready all big kernel rootfs qemu guest modules modules-debug rtlsim waves lib guest-tests
# Every other target begins with it: it takes no time when nothing is missing, and then says nothing.
setup:
	@ci/setup.sh
ready:
	@ci/setup.sh --check >/dev/null 2>&1 || ci/setup.sh

all: guest qemu rtlsim

# The builds that take minutes, side by side: each has phases that use one core only.
big: ready
	@$(MAKE) -s -j3 kernel rootfs qemu
kernel rootfs: ready
	@cosim/guest/$@.sh build >/dev/null
qemu: ready
	@cosim/qemu/build.sh build >/dev/null

modules: kernel
	@$(MAKE) -s --no-print-directory -C host/driver all >/dev/null
modules-debug: ready
	@cosim/guest/kernel.sh build --debug >/dev/null
	@$(MAKE) -s --no-print-directory -C host/driver all BUILD=$(CURDIR)/build/debug \
		KDIR=$$(cosim/guest/kernel.sh path --debug) >/dev/null
lib: ready
	@$(MAKE) -s --no-print-directory -C host/lib all
rtlsim: ready
	@$(MAKE) -s --no-print-directory -C firmware all
	@$(MAKE) -s --no-print-directory -C cosim/rtlsim all
guest-tests: lib
	@$(MAKE) -s --no-print-directory -C cosim/guest/tests all
waves: rtlsim
	@$(MAKE) -s --no-print-directory -C cosim/rtlsim waves
guest: kernel rootfs modules lib guest-tests

.PHONY: test test-unit test-driver test-rtl test-guest test-debug test-guest-debug test-nested test-long demo
test: big all
	@$(TESTER) $(UNIT) $(RTL) $(RIG)
test-unit: ready
	@$(TESTER) $(UNIT)
test-driver: ready
	@$(TESTER) host/driver
test-rtl: ready
	@$(TESTER) $(RTL)
test-guest: all
	@$(TESTER) $(RIG)
test-debug test-guest-debug: all modules-debug
	@$(TESTER) cosim/guest:test-debug:7200
test-nested: all
	@$(TESTER) cosim/guest:test-nested:1200
test-long: all
	@$(TESTER) cosim/guest:test-long:3600 tb:test-widths:3600
demo: all
	@cosim/demo.sh

# Instructions of the SMMUv3 drivers, ours against the kernel's own; half a minute.
.PHONY: bench-driver
bench-driver: all
	@$(MAKE) -s --no-print-directory -C cosim/guest/bench driver

# Minutes to an hour each; not part of test.
.PHONY: formal coverage mutants synth netlist bench-rtl
bench-rtl: ready
	@$(MAKE) --no-print-directory -C tb bench
formal:
	@$(MAKE) --no-print-directory -C rtl/formal prove
coverage mutants netlist: ready
	@$(MAKE) --no-print-directory -C tb $@
synth: ready
	@$(MAKE) --no-print-directory -C rtl synth

.PHONY: lint format clean distclean
LINTS := $(addprefix lint-,$(subst /,.,ci $(there)))
lint: ready
	@$(MAKE) -s --no-print-directory -k -j$$(nproc) --output-sync=target $(LINTS)
.PHONY: $(LINTS)
$(LINTS): lint-%:
	@echo 'lint $(subst .,/,$*)'
	@$(MAKE) -s --no-print-directory -C $(subst .,/,$*) lint
format:
	@git ls-files '*.c' '*.h' ':!host/include/svarig_hw.h' ':!cosim/qemu/files' | xargs clang-format -i
clean:
	rm -rf build
distclean: clean
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/svarig"
