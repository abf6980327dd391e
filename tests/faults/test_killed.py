"""kill -9 of the program that imports or publishes at any of its statements, and of its database: whole or not at all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cti_server.adapters.sql.database import make_engine
from tests.faults.killed import ROWS, import_
from tests.features.entities.conftest import EVE, NOW_MS, Kit, filled
from tests.features.entities.conftest import both as both
from tests.features.entities.conftest import kit as kit
from tests.features.entities.conftest import template as template
from tests.fixtures import maria

NOTHING, ALL = [0, 0, 1, 0, 0, 0], [ROWS, ROWS, 1, ROWS, ROWS, 0]
"""Seats, their history, version, audit, draft, plans."""
PUBLISHED, WAITS = [ROWS, ROWS, 2, ROWS, 0, 0], [ROWS, ROWS, 1, ROWS, ROWS, 1]


def run(kit: Kit, *words: object) -> dict[str, Any]:
    url = kit.engine.url.render_as_string(hide_password=False)
    kit.engine.dispose()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.killed", url, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def prepared(kit: Kit, work: str) -> None:
    if work != "import":
        import_(kit)
    if work == "planned":
        kit.publications.publish(EVE, "seats", at_ms=NOW_MS + 5000)


@pytest.mark.parametrize(("work", "before", "after"), [
    ("import", NOTHING, ALL),
    ("publish", ALL, PUBLISHED),
    ("planned", WAITS, PUBLISHED),
])  # fmt: skip
def test_killed_at_any_statement(both: Kit, work: str, before: list[int], after: list[int]) -> None:
    prepared(both, work)
    found = run(both, work)
    assert found["statements"] > 3
    assert found["ends"][:-1] == [signal.SIGKILL] * (len(found["ends"]) - 1)
    assert found["states"][:-1] == [before] * (len(found["states"]) - 1)
    assert (found["ends"][-1], found["states"][-1]) == (0, after)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Any]:
    server = maria(tmp_path / "maria")
    server.start()
    yield server
    server.stop()


@pytest.mark.slow
def test_the_database_is_killed(own: Any) -> None:
    url = own.fresh_url()
    kit = filled(url)
    for work, before, after in (("import", NOTHING, ALL), ("publish", ALL, PUBLISHED)):
        found = run(kit, work, own.process.pid)
        own.process.wait()
        assert found == {"ended": 3}
        own.start()
        kit = Kit(make_engine(url))
        again = run(kit, work)
        assert again["states"][0] == before
        assert again["states"][-1] == after
