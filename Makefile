# SPDX-License-Identifier: LGPL-2.1-or-later
CC ?= cc
CFLAGS ?= -O2 -g
W = -std=gnu17 -Wall -Wextra -Wshadow -Werror
CPPFLAGS += -D_GNU_SOURCE -Iinclude -Isrc
B = build
LIB := $(patsubst src/%.c,$(B)/%.o,$(filter-out src/cli/%,$(wildcard src/*/*.c)))
CLI := $(patsubst src/%.c,$(B)/%.o,$(wildcard src/cli/*.c))

all: isle
isle: $(CLI) $(B)/libisle.a
	$(CC) $(LDFLAGS) -o $@ $^ -Wl,-Bstatic -lfyaml -ljansson -Wl,-Bdynamic
$(B)/libisle.a: $(LIB)
	rm -f $@ && ar rcs $@ $^
$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(W) $(CPPFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden -MMD -MP -c -o $@ $<
-include $(LIB:.o=.d) $(CLI:.o=.d)
clean:
	rm -rf $(B) isle
.PHONY: all clean
