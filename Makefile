# Every command sets up what it still needs. `make run` is the one to begin with.
PYTHON ?= python3
PIP_INSTALL = .venv/bin/pip install --disable-pip-version-check --require-hashes
export PIP_NO_INPUT = 1

.DEFAULT_GOAL := help
.PHONY: help run test proofs chaos acceptance install serve check format lock bench

help:
	@echo "make run         install, add sample posts, and run the site with a sign-in provider of its own"
	@echo "make test        run every test this machine can run, and say which it cannot"
	@echo "make proofs      run the tests that take minutes"
	@echo "make chaos       type, and kill what writing depends on, 200 times"
	@echo "make acceptance  sign in at a certified provider, and have validators read every page"
	@echo "make check       format, lint, types, templates, migrations, deployment checks"
	@echo "make format      put code and templates into shape"
	@echo "make serve       the production server, on what the environment says"
	@echo "make install     .venv with what production and development need"
	@echo "make lock        compile the pinned requirements anew"
	@echo "make bench       measure, as ratios in one run"

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Byline needs Python 3.11 or newer, and there is no $(PYTHON) here. Install it, or name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Byline needs Python 3.11 or newer; $(PYTHON) is %d.%d. Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)" % sys.version_info[:2] or 0)'
	@echo "Making .venv ..."
	@$(PYTHON) -m venv .venv

.venv/production: requirements.txt | .venv/bin/python
	@echo "Installing what production needs ..."
	@$(PIP_INSTALL) --quiet --progress-bar on -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt .venv/production
	@echo "Installing what development needs ..."
	@$(PIP_INSTALL) --quiet --progress-bar on -r requirements-dev.txt
	@touch $@

install: .venv/development

run: export DEBUG = True
run: .venv/production
	@.venv/bin/python manage.py develop --only-check-ports
	@.venv/bin/python manage.py migrate --verbosity 1
	@.venv/bin/python manage.py load_sample_people
	@.venv/bin/python manage.py load_sample_posts
	@.venv/bin/python manage.py develop

test: .venv/development
	.venv/bin/pytest

proofs: .venv/development
	.venv/bin/pytest -m slow -rP

chaos: .venv/development
	.venv/bin/pytest -m chaos --numprocesses=0 -rP

NEEDS_NODE = The acceptance tests need Node 20 or newer with npm, and some of them Java and Chromium.
acceptance: .venv/development acceptance/node_modules/.package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "$(NEEDS_NODE)" >&2; exit 1; }
	.venv/bin/pytest --numprocesses=0 -m acceptance acceptance

acceptance/node_modules/.package-lock.json: acceptance/package.json acceptance/package-lock.json
	@command -v npm >/dev/null || { echo "$(NEEDS_NODE)" >&2; exit 1; }
	@cd acceptance && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

check: export DEBUG = False
check: .venv/development
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy .
	git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --check --target-version 5.2
	git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djhtml --check --tabwidth 2
	$(DEPLOYED) .venv/bin/python manage.py makemigrations --check --dry-run
	$(DEPLOYED) .venv/bin/python manage.py check --deploy --fail-level WARNING

# The settings of a deployment, with nothing real in them.
DEPLOYED = SECRET_KEY=$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	SITE_URL=https://byline.example ALLOWED_HOSTS=byline.example OIDC_ISSUER=https://byline.example \
	OIDC_RP_CLIENT_ID=byline OIDC_RP_CLIENT_SECRET=none

format: .venv/development
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .
	git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 5.2
	git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djhtml --tabwidth 2

serve: .venv/production
	@.venv/bin/python manage.py check --deploy
	@.venv/bin/python manage.py migrate --check || { [ $$? -ne 1 ] || echo "The database is not up to date: run .venv/bin/python manage.py migrate" >&2; exit 1; }
	@.venv/bin/python manage.py collectstatic --no-input --verbosity 0
	@.venv/bin/gunicorn --config config/gunicorn.py config.wsgi

lock: .venv/development
	for name in requirements requirements-dev requirements-s3; do \
		.venv/bin/uv pip compile $$name.in --output-file $$name.txt --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-emit-find-links --upgrade --quiet \
			--custom-compile-command "make lock" || exit 1; \
	done

bench: export DEBUG = True
bench: .venv/production
	@.venv/bin/python manage.py bench
	@.venv/bin/python manage.py bench_revisions
	@.venv/bin/python manage.py bench_search
