# make run   the demo centre on http://127.0.0.1:8080 (SWITCH=esl://HOST:8021 for a real FreeSWITCH)
# make test  every test that can run here
# make test-switch the tests on a real FreeSWITCH, those that take long included
# make test-screens every page in Chromium, in both languages (ARGS, CTI_PICTURES=FOLDER)
# make tls   a self-made certificate, for the desk on another machine
# make contracts  what the page and the docs need of the Python declarations, made anew
# make migration ARGS="why it is new"  the next migration, from the declared tables
# make check ruff, mypy, import contracts, the page's own checks
PYTHON ?= python3
SWITCH ?=
ARGS ?=
PY = .venv/bin/python
RUN = $(if $(SWITCH),--switch $(SWITCH)) $(ARGS)
BOOT = @$(PYTHON) scripts/bootstrap.py

.PHONY: run tls test test-switch test-screens contracts migration check page clean bench-esl bench-acd bench-pipeline bench-switch bench-control bench-conferences bench-overload bench-reports bench-admin soak-graph soak-esl soak-faults soak-hostile soak-api

run:
	$(BOOT) demo page --for-run $(RUN)
	@exec $(PY) -m scripts.run $(RUN)

tls:
	$(BOOT) demo
	@$(PY) -m scripts.tls $(ARGS)

page:
	$(BOOT) page

test:
	$(BOOT) demo test page
	@$(PY) -m scripts.test_needs
	$(PY) -m pytest -n 4 --dist loadgroup $(ARGS)

test-switch:
	$(BOOT) demo test page
	@$(PY) -m scripts.test_needs
	CTI_TEST_LONG=1 $(PY) -m pytest -m switch $(ARGS)

test-screens:
	$(BOOT) demo test page
	@$(PY) -m scripts.test_needs
	CTI_TEST_LONG=1 $(PY) -m pytest -m browser $(ARGS)

contracts:
	$(BOOT) demo test page
	@$(PY) -m scripts.contracts

migration:
	$(BOOT) demo test
	@$(PY) -m scripts.migration $(ARGS)

check:
	$(BOOT) demo dev test page
	@$(PY) -m scripts.contracts --check
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(BOOT) demo dev test page-check

bench-esl bench-acd bench-pipeline bench-switch bench-control bench-conferences bench-overload bench-reports bench-admin:
	$(BOOT) demo test
	$(PY) -m scripts.bench.$(subst bench-,,$@) $(ARGS)

soak-api:
	$(BOOT) demo test
	$(PY) -m tests.webapp.soak $(ARGS)

soak-graph:
	$(BOOT) demo test
	$(PY) -m tests.engine.soak $(ARGS)

soak-esl soak-faults soak-hostile:
	$(BOOT) demo test
	$(PY) -m scripts.soak.$(subst soak-,,$@) $(ARGS)

clean:
	rm -rf .venv webapp/frontend/dist webapp/frontend/node_modules var build *.egg-info
