# pg_asl: workflows in the Amazon States Language, run inside PostgreSQL.
#
# make, make install     as for every extension (PG_CONFIG=… chooses the server version)
# make deps              installs what is missing, by Debian package names
# make start|stop|shell  a private server in build/ with the extension's library preloaded
# make demo              runs examples/order.asl.json for 1,000 orders there
# make check             all tests
# make check-majors      make check on later PostgreSQL majors, in Debian folders of their own
# make torture           a mixed load while faults strike, for MINUTES=n (5)
# make fuzz              invents input for TARGET=jsonata-parse and others for SECONDS=60 (test/fuzz)
# make coverage          which lines the tests run, with lcov: build/coverage/index.html
# make indent            lays the C sources out as PostgreSQL does, with pg_bsd_indent (CHECK=1 only says what would change)
# make bench             the benchmark of bench/README.md
# make bench-jsonata     JSONata beside the reference implementation (bench/jsonata)

PG_CONFIG  ?= pg_config
export PG_CONFIG

COMMANDS    = deps start stop shell demo check check-majors coverage indent torture fuzz bench bench-jsonata

# The commands come without PGXS: they work where PostgreSQL's headers are still missing.
ifneq ($(filter $(COMMANDS),$(MAKECMDGOALS)),)

.PHONY: $(COMMANDS)

deps:
	@test/deps

start stop shell: deps
	@test/server $@

demo: deps
	@examples/demo

check: deps
	@test/check

check-majors:
	@test/majors

coverage: deps
	@test/coverage

indent:
	@test/indent $(if $(CHECK),--check) $(FILES)

torture: deps
	@test/torture/run --minutes $(or $(MINUTES),5)

fuzz: deps
	@test/fuzz/run $(or $(TARGET),jsonata-parse) $(or $(SECONDS),60)

bench: deps
	@bench/run

bench-jsonata: deps
	@bench/jsonata/run

else

EXTENSION   = pg_asl
EXTVERSION  = 0.3
MODULE_big  = pg_asl

# Folders from the bottom up: includes point downwards only, and the SQL is concatenated in this order.
FOLDERS     = base value path jsonata asl store engine integration map state step worker api
OBJS        = $(patsubst %.c,%.o,$(sort $(wildcard $(FOLDERS:%=src/%/*.c))))
SQL_PARTS   = $(foreach folder,$(FOLDERS),$(sort $(wildcard src/$(folder)/*.sql)))
DATA_built  = $(EXTENSION)--$(EXTVERSION).sql
DATA        = $(wildcard upgrade/$(EXTENSION)--*.sql)

PG_CPPFLAGS = -I$(srcdir)/src $(shell pcre2-config --cflags 2>/dev/null)
SHLIB_LINK  = -lpcre2-8 -Wl,--version-script=$(srcdir)/src/exports.map
override with_llvm = no
EXTRA_CLEAN = .built_for $(OBJS:.o=.d) gateway/pg_asl_gateway $(wildcard gateway/*.[od])

WARNINGS    = -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers \
              -Wshadow=compatible-local -Wstrict-prototypes -Wmissing-declarations -Wnull-dereference -Wformat=2 \
              -Wwrite-strings -Wduplicated-cond -Wduplicated-branches -Wlogical-op

PGXS       := $(shell $(PG_CONFIG) --pgxs)
ifeq ($(wildcard $(PGXS)),)
$(error $(PG_CONFIG) knows no server headers: "make deps" installs them)
endif
include $(PGXS)

# PGXS tracks no header dependencies.
override CFLAGS += $(WARNINGS) -MMD -MP
-include $(OBJS:.o=.d)

# The gateway, a program of its own (gateway/main.c).
GATEWAY      = gateway/pg_asl_gateway
GATEWAY_OBJS = $(patsubst %.c,%.o,$(sort $(wildcard gateway/*.c)))
$(GATEWAY_OBJS): override CPPFLAGS = -D_GNU_SOURCE -I$(shell $(PG_CONFIG) --includedir)
$(GATEWAY): $(GATEWAY_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lpq -lmicrohttpd -lcrypto -lpthread
-include $(GATEWAY_OBJS:.o=.d)

all: $(GATEWAY)
install: install-gateway
install-gateway: $(GATEWAY)
	$(MKDIR_P) '$(DESTDIR)$(bindir)' '$(DESTDIR)$(mandir)/man1'
	$(INSTALL_PROGRAM) $(GATEWAY) '$(DESTDIR)$(bindir)/'
	$(INSTALL_DATA) $(GATEWAY).1 '$(DESTDIR)$(mandir)/man1/'
uninstall: uninstall-gateway
uninstall-gateway:
	rm -f '$(DESTDIR)$(bindir)/pg_asl_gateway' '$(DESTDIR)$(mandir)/man1/pg_asl_gateway.1'
.PHONY: install-gateway uninstall-gateway

# SQLSTATE names as PL/pgSQL spells them: X(letters of the SQLSTATE, "condition_name").
src/engine/condition_names.h: $(shell $(PG_CONFIG) --sharedir)/errcodes.txt
	awk '$$2 == "E" && NF == 4 { gsub(/./, "\047&\047, ", $$1); printf "CONDITION(%s\"%s\")\n", $$1, $$4 }' $< > $@
src/engine/condition_name.o: src/engine/condition_names.h

# Objects made for another server version or with other flags are made anew.
BUILT_FOR = $(VERSION) $(CFLAGS)
.built_for: FORCE
	@echo '$(BUILT_FOR)' | cmp -s - $@ || echo '$(BUILT_FOR)' > $@
$(OBJS) $(GATEWAY_OBJS): .built_for
.PHONY: FORCE

$(DATA_built): $(SQL_PARTS)
	cat $^ > $@

endif
