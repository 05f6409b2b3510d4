# `make help` lists the targets. Each recipe is one bash script.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
UV := UV_PYTHON_DOWNLOADS=never $(BIN)/uv
COMPILE := pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11
# One process a processor; what a module makes for all its tests is made by one of them.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder
ON_POSTGRES := $(BIN)/python -m tests.postgres --

# The tests' share of the system: a browser with letters that carry Vietnamese, gettext, openssl for backups.
SYSTEM := chromium libatomic1 fonts-dejavu-core gettext openssl

# What is said where no package index answers, as on a first run without a network.
NOT_FETCHED = echo "The packages could not be fetched: is there a network? Details: .venv/install.log"; exit 2

# What `make run` shows; any of these may come from the environment. `DEMO=training` is a district to learn
# by, with a database and files of its own.
export PORT ?= 8000
DEMO ?= demo
ifeq ($(DEMO),training)
export DATABASE_URL ?= sqlite:///$(CURDIR)/var/training.sqlite3
export MEDIA_ROOT ?= $(CURDIR)/var/training-files
PLACES = --without-places
endif
AS_DEMO = export DEMO_MODE=1 SECRET_KEY="$${SECRET_KEY:-$$(cat var/secret_key)}"
# Settings for tools that only need to import the project.
TOOL = SECRET_KEY=tool DEMO_MODE=1 DATABASE_URL=sqlite://:memory:
# Settings as a province has them, for `check --deploy`.
DEPLOY = DEMO_MODE=0 HTTPS=1 ALLOWED_HOSTS=nrm.example DATABASE_URL=sqlite://:memory: \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')"

.PHONY: help run before-run test lint types sqlite postgres browser fmt messages pictures lock bench load system

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

run: before-run .venv/runtime var/secret_key var/static/staticfiles.json ## the demo on http://127.0.0.1:8000 (PORT, DEMO_DAY, DATABASE_URL, DEMO=training)
	@$(AS_DEMO)
	echo "2/4 The database"
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py first_administrator
	echo "3/4 Reference data"
	$(BIN)/python manage.py load_reference $(PLACES)
	echo "4/4 Demo data"
	$(BIN)/python manage.py load_$(DEMO)
	echo "NRM Tracker: http://127.0.0.1:$$PORT/   (Ctrl+C ends it)"
	exec $(BIN)/gunicorn nrm_tracker.wsgi --bind "127.0.0.1:$$PORT" --preload --workers 2 --threads 4 --timeout 60 \
		--no-control-socket --log-level warning

# A port or a day that cannot be is told before anything is fetched.
before-run:
	@$(PYTHON) -m demo.before_run
	[ -e .venv/runtime ] || echo "1/4 Packages: fetched once, for about a minute"

test: system .venv/dev ## lint, types, the suite on both databases, the browser
	@$(MAKE) --keep-going lint types sqlite postgres

lint: .venv/dev ## style, layers, templates, migrations, deployment settings
	@echo "== Lint =="
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	find . -path ./.venv -prune -o -name '*.html' -print0 \
		| xargs -0 -r $(BIN)/djade --check --target-version 5.2
	$(TOOL) $(BIN)/python manage.py makemigrations --check --dry-run
	$(DEPLOY) $(BIN)/python manage.py check --deploy --fail-level WARNING

types: .venv/dev ## mypy
	@echo "== Types =="
	$(BIN)/mypy

sqlite: .venv/dev ## the whole suite on SQLite, the browser's journeys with it
	@echo "== SQLite =="
	env -u DATABASE_URL $(PYTEST)

postgres: .venv/dev ## what reads or writes rows, on PostgreSQL
	@$(ON_POSTGRES) $(PYTEST) -m "database and not browser"

browser: .venv/dev ## the journeys in a browser alone, on both databases
	@echo "== Browser on SQLite =="
	env -u DATABASE_URL $(PYTEST) -m browser
	echo "== Browser on PostgreSQL =="
	$(ON_POSTGRES) $(PYTEST) -m browser

fmt: .venv/dev ## format
	@$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find . -path ./.venv -prune -o -name '*.html' -print0 \
		| xargs -0 -r $(BIN)/djade --target-version 5.2

messages: .venv/dev ## collect the texts to translate, compile the translations
	@$(TOOL) $(BIN)/python manage.py makemessages --locale vi --extension html,py,txt \
		--add-location file --no-obsolete --no-wrap --ignore .venv --ignore tests
	$(TOOL) $(BIN)/python manage.py compilemessages --locale vi --ignore .venv

pictures: .venv/dev ## the pictures of help, drawn anew from the district for training
	@env -u DATABASE_URL MAKE_PICTURES=1 $(PYTEST) -n0 --dist no tests/dashboards/help/test_pictures_browser.py

lock: .venv/dev ## pin the packages again (UPGRADE=--upgrade takes the newest)
	@for part in requirements requirements-dev requirements-uv; do
		$(UV) $(COMPILE) $(UPGRADE) $$part.in -o $$part.txt
	done

bench: .venv/dev ## what pages cost, cold and kept, beside their budgets (BENCH_ONLY, BENCH_SIZES, BENCH_AGAINST)
	@$(BIN)/python -m tests.bench

load: .venv/dev ## how the server bears 50, 200 and 500 people at once (LOAD_ONLY, LOAD_PEOPLE, LOAD_SECONDS)
	@$(BIN)/python -m tests.bench.load

# Both sets of packages share one environment; the developers' set holds the other.
# Where uv is not to be had, pip does the same, slowly.
.venv/runtime: requirements.txt requirements-uv.txt | $(BIN)/python
	@$(BIN)/pip install --quiet --require-hashes -r requirements-uv.txt 2>/dev/null || true
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $< 2>.venv/install.log \
		|| $(BIN)/pip install --quiet --require-hashes -r $< 2>>.venv/install.log \
		|| { $(NOT_FETCHED); }
	touch $@

.venv/dev: requirements-dev.txt requirements.txt requirements-uv.txt | $(BIN)/python
	@$(BIN)/pip install --quiet --require-hashes -r requirements-uv.txt 2>/dev/null || true
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes $< 2>.venv/install.log \
		|| $(BIN)/pip install --quiet --require-hashes -r $< 2>>.venv/install.log \
		|| { $(NOT_FETCHED); }
	touch .venv/runtime $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed, as $(PYTHON) or by: make PYTHON=…"; exit 2; }
	$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "Python's venv is missing: apt-get install python3-venv"; exit 2; }
	$(PYTHON) -m venv .venv

var/secret_key:
	@umask 077
	mkdir -p var
	$(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))' > $@

# Folders count too: taking a file away changes only its folder.
var/static/staticfiles.json: requirements.txt nrm_tracker/settings.py nrm_tracker/staticfiles.py \
		$(shell find static -not -name '* *' 2>/dev/null) | .venv/runtime
	@$(TOOL) $(BIN)/python manage.py collectstatic --noinput --verbosity 0
	touch $@

# Without apt nothing is looked for: the tests themselves say what they miss.
system:
	@command -v dpkg-query apt-get >/dev/null || exit 0
	missing=
	for package in $(SYSTEM); do
		dpkg-query -W -f '$${db:Status-Status}\n' $$package 2>/dev/null | grep -qx installed \
			|| missing="$$missing $$package"
	done
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || missing="$$missing python3-venv"
	[ -n "$$missing" ] || exit 0
	if [ "$$(id -u)" != 0 ]; then
		echo "System packages are missing: apt-get install --no-install-recommends$$missing"
		exit 2
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends $$missing >/dev/null
