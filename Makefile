# SPDX-License-Identifier: LGPL-2.1-or-later
#
# `make` leaves the program at ./isle. No configure: sources are found by
# wildcard, libfyaml and jansson are linked from their archives where these are
# installed, else as shared libraries. `make help` lists what else there is.

VERSION = 0.1.0
SOVERSION = 0

CC ?= cc
CFLAGS ?= -O2 -g
W = -std=gnu17 -Wall -Wextra -Wshadow -Werror
override CPPFLAGS += -D_GNU_SOURCE -DISLE_VERSION='"$(VERSION)"' -Iinclude -Isrc

prefix ?= /usr/local
bindir ?= $(prefix)/bin
libdir ?= $(prefix)/lib
includedir ?= $(prefix)/include
mandir ?= $(prefix)/share/man
datadir ?= $(prefix)/share

B = build
PROG = isle
LIB := $(patsubst src/%.c,$(B)/%.o,$(filter-out src/cli/% src/netns/%,$(wildcard src/*/*.c)))
CLI := $(patsubst src/%.c,$(B)/%.o,$(wildcard src/cli/*.c src/netns/*.c))
UNIT := $(patsubst test/%.c,$(B)/test/%,$(wildcard test/unit/t_*.c))
NETNS := $(filter $(B)/netns/%,$(CLI))
UNIT_HELP := $(patsubst test/%.c,$(B)/test/%.o,$(filter-out test/unit/t_%,$(wildcard test/unit/*.c)))
FAULT := $(patsubst test/%.c,$(B)/test/%,$(wildcard test/fault/*.c))
KERNEL := $(patsubst test/%.c,$(B)/test/%,$(wildcard test/kernel/*.c))
PEERS := $(patsubst test/%.c,$(B)/test/%,$(wildcard test/peers/*.c))
FUZZ ?= $(filter-out replay,$(patsubst test/fuzz/%.c,%,$(wildcard test/fuzz/*.c)))

# -print-file-name answers with a path if it knows the file, else with the bare name
archive = $(realpath $(shell $(CC) -print-file-name=lib$(1).a | grep /))
LIBS := $(foreach l,fyaml jansson,$(or $(call archive,$(l)),-l$(l)))
ALLOC = $(foreach f,malloc calloc realloc,-Wl,--wrap=$(f))

all: $(PROG) $(B)/libisle.a $(B)/libisle.so.$(SOVERSION) $(B)/isle.pc

$(PROG): $(CLI) $(B)/libisle.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/libisle.a: $(LIB)
	rm -f $@ && $(AR) rcs $@ $^
$(B)/libisle.so.$(SOVERSION): $(LIB) $(B)/libisle.map
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(@F) -Wl,--version-script=$(B)/libisle.map \
		-Wl,-z,defs -o $@ $(LIB) -lfyaml -ljansson
$(B)/libisle.map: $(wildcard include/*.h) tools/exports.sh
	@mkdir -p $(@D)
	tools/exports.sh $(filter %.h,$^) >$@.new && mv $@.new $@
# always: prefix may be another than last time
$(B)/isle.pc: FORCE
	@printf '%s\n' 'prefix=$(prefix)' 'libdir=$(libdir)' 'includedir=$(includedir)' '' 'Name: isle' \
		'Description: networks of Linux network namespaces' 'Version: $(VERSION)' \
		'Requires.private: libfyaml jansson' 'Libs: -L$${libdir} -lisle' 'Cflags: -I$${includedir}' >$@
$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(W) $(CPPFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden -MMD -MP -c -o $@ $<

$(B)/test/%.o: test/%.c
	@mkdir -p $(@D)
	$(CC) $(W) $(CPPFLAGS) -Itest/unit $(CFLAGS) -MMD -MP -c -o $@ $<
$(UNIT): %: %.o $(UNIT_HELP) $(NETNS) $(B)/libisle.a
	$(CC) $(CFLAGS) $(LDFLAGS) $(ALLOC) -o $@ $^ -lcmocka $(LIBS)
$(FUZZ:%=$(B)/test/fuzz/%-replay): %-replay: %.o $(B)/test/fuzz/replay.o $(B)/libisle.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(FAULT): %: %.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^
$(KERNEL): %: %.o $(B)/libisle.a
	$(CC) $(CFLAGS) $(LDFLAGS) -rdynamic -Wl,--wrap=fork -o $@ $^ $(LIBS) -lpthread
$(PEERS): %: %.o $(B)/libisle.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
# the program with the tests' hooks in it: what they are in comes before the library
HOOKED = $(B)/hooks/nl/hook.o $(B)/hooks/nl/sock.o
$(B)/hooks/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(W) $(CPPFLAGS) -DISLE_TEST_HOOKS $(CFLAGS) -MMD -MP -c -o $@ $<
$(B)/hooks/isle: $(HOOKED) $(CLI) $(B)/libisle.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
.SECONDARY:

-include $(LIB:.o=.d) $(CLI:.o=.d) $(wildcard $(B)/test/*/*.d $(B)/hooks/*/*.d)

unit-programs: $(UNIT)
replay-programs: $(FUZZ:%=$(B)/test/fuzz/%-replay)
fault-programs: $(FAULT) $(B)/hooks/isle
kernel-programs: $(KERNEL)
peers-programs: $(PEERS)
tests: all unit-programs replay-programs fault-programs kernel-programs
RUN = ISLE=$(CURDIR)/$(PROG) BUILD=$(B) test/run.sh

# A second make, because what is installed decides how things are linked.
check:
	tools/deps.sh build check
	$(MAKE) tests layers
	$(RUN) unit fuzz bogus kernel fault
unit: unit-programs
	$(RUN) unit
check-kernel check-bogus check-fault: tests
	$(RUN) $(@:check-%=%)

# under other kernels, in virtual machines: test/vm/README.md
VM_KERNELS ?= 6.1 6.12
check-vm: tests
	ISLE=$(CURDIR)/$(PROG) BUILD=$(B) test/vm/check $(VM_KERNELS)

# the same for what has a `# feature:`, into doc/kernels.md
kernels: tests
	ISLE=$(CURDIR)/$(PROG) BUILD=$(B) VM_TESTS=features test/vm/check -w doc/kernels.md $(VM_KERNELS)

# with the real docker, podman and LXC
check-peers:
	tools/deps.sh build check peers
	$(MAKE) all peers-programs
	$(RUN) peers

# Without the tests that are long and mostly shell, and without bogus: fuzz reads the same files in one process. With sanitizers
# gcc sees less of a string's length, and warns of truncation that cannot be. What is undefined ends in a trap, and test/run.sh
# has AddressSanitizer say where: UBSan's own texts are 5 MB, relocated and searched for leaks in each of some ten thousand
# processes.
SAN = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -Wno-unknown-warning-option -Wno-format-truncation
ASAN = B=build/asan PROG=build/asan/isle CFLAGS='-O1 -g $(SAN) -fsanitize-undefined-trap-on-error' LDFLAGS=-no-pie
asan:
	$(MAKE) $(ASAN) tests
	$(MAKE) $(ASAN) run-asan
run-asan:
	SHORT=1 $(RUN) unit fuzz kernel

FUZZ_TIME ?= 60
fuzz:
	$(MAKE) B=build/fuzz CC=clang CFLAGS='-O1 -g $(SAN) -fsanitize=fuzzer-no-link' build/fuzz/libisle.a
	@for f in $(FUZZ); do mkdir -p build/fuzz/found/$$f test/fuzz/corpus/$$f && \
		clang $(CPPFLAGS) -std=gnu17 -O1 -g $(SAN) -fsanitize=fuzzer -o build/fuzz/$$f.run \
			test/fuzz/$$f.c build/fuzz/libisle.a $(LIBS) && \
		build/fuzz/$$f.run -verbosity=0 -max_total_time=$(FUZZ_TIME) -timeout=10 -rss_limit_mb=1024 \
			-artifact_prefix=build/fuzz/found/$$f/ build/fuzz/found/$$f test/fuzz/corpus/$$f doc/labs || exit 1; done

static: $(B)/isle-static
$(B)/isle-static: $(CLI) $(B)/libisle.a
	$(CC) $(CFLAGS) $(LDFLAGS) -static -o $@ $^ $(LIBS)

demo:
	@tools/deps.sh build demo
	@echo compiling… && $(MAKE) -s -j$$(nproc) all
	@ISLE=./$(PROG) tools/demo.sh
bench: all static
	ISLE=$(CURDIR)/$(PROG) test/bench/run.sh

layers:
	tools/layers.sh
# a quarter of the analyzer's usual number of nodes takes a quarter of the time; clang's own warnings are among what it says
tidy:
	printf '%s\n' src/*/*.c | xargs -P$$(nproc) -I{} clang-tidy --quiet {} -- $(CPPFLAGS) $(W) \
		-Xclang -analyzer-config -Xclang max-nodes=60000
# what the other compiler says of all sources; the programs are gcc's
CLANG_OF = src/*/*.c test/*/*.c
clang:
	printf '%s\n' $(CLANG_OF) | xargs -P$$(nproc) -n8 clang -fsyntax-only $(W) $(CPPFLAGS) -Itest/unit
tools-check:
	tools/check-scripts.sh

install: all
	install -D -m755 $(PROG) $(DESTDIR)$(bindir)/isle
	install -D -m644 $(B)/libisle.a $(DESTDIR)$(libdir)/libisle.a
	install -D -m755 $(B)/libisle.so.$(SOVERSION) $(DESTDIR)$(libdir)/libisle.so.$(SOVERSION)
	ln -sf libisle.so.$(SOVERSION) $(DESTDIR)$(libdir)/libisle.so
	install -D -m644 $(B)/isle.pc $(DESTDIR)$(libdir)/pkgconfig/isle.pc
	install -d $(DESTDIR)$(includedir) && install -m644 include/*.h $(DESTDIR)$(includedir)
	for m in $(wildcard doc/man/*.[1-8]); do \
		install -D -m644 $$m $(DESTDIR)$(mandir)/man$${m##*.}/$${m##*/} || exit 1; done
	tools/install-completion.sh $(DESTDIR)$(datadir)

help:
	@echo 'make [all]        ./isle, build/libisle.a, build/libisle.so.$(SOVERSION)'
	@echo 'make demo         a first lab, up and down again'
	@echo 'make check        all tests; unit, check-kernel, check-bogus, check-fault: some of them'
	@echo 'make check-vm     kernel tests under VM_KERNELS, in virtual machines; kernels: doc/kernels.md'
	@echo 'make check-peers  with the real docker, podman and LXC, which it installs'
	@echo 'make asan, fuzz   the tests under ASan and UBSan; libFuzzer, FUZZ_TIME seconds each'
	@echo 'make static       build/isle-static'
	@echo 'make bench        against the floor and the other tools'
	@echo 'make tidy, clang, layers, tools-check    what reads the sources'
	@echo 'make install      DESTDIR, prefix, bindir, libdir, mandir'
clean:
	rm -rf $(B) isle

.PHONY: FORCE all unit-programs replay-programs fault-programs tests check unit check-kernel check-fault check-bogus check-vm kernels check-peers peers-programs asan run-asan \
	fuzz static demo bench layers tidy clang tools-check install help clean
