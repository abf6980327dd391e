"""SQLite outside the hub: the others go on while a query runs, and everything comes back to who asked."""

from __future__ import annotations

import threading
from pathlib import Path

import gevent
import pytest
from gevent.event import Event
from gevent.threadpool import ThreadPool

from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.adapters.sql.models import Team
from cti_server.errors import CtiError
from webapp.threads import outside


class Slow:
    def __init__(self) -> None:
        self.go = threading.Event()

    def wait(self, answer: str) -> tuple[str, int]:
        assert self.go.wait(30)
        return answer, threading.get_native_id()

    def refuse(self) -> None:
        raise CtiError("database-away", "gone")


def test_a_query_that_takes_long_stops_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    port, ticks, asked = Slow(), Event(), []
    slow = outside(port, ThreadPool(1), before=lambda: asked.append(threading.get_native_id()))
    waiting = gevent.spawn(slow.wait, "x")
    gevent.spawn(ticks.set)
    assert ticks.wait(30), "the hub stands still"
    assert not waiting.ready()
    port.go.set()
    answer, thread = waiting.get(timeout=30)
    assert (answer, thread == threading.get_native_id(), asked) == ("x", False, [threading.get_native_id()])
    with pytest.raises(CtiError, match="database-away"):
        slow.refuse()
    assert "Traceback" not in "".join(capfd.readouterr())


def test_threads_share_a_sqlite_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/cti.db"
    migrate(url)
    engine = make_engine(url, threads=True)

    class Teams:
        def add(self, number: int) -> int:
            with transaction(engine) as session:
                session.add(Team(id=f"t{number}", name="x"))
            with transaction(engine) as session:
                return session.query(Team).count()

    teams = outside(Teams(), ThreadPool(4))
    found = [job.get(timeout=30) for job in [gevent.spawn(teams.add, number) for number in range(20)]]
    assert max(found) == 20
