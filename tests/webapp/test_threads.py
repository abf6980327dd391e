"""What blocks runs outside the hub: the others go on while a query runs, a file is read or a table is made."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent.event import Event
from gevent.threadpool import ThreadPool

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.errors import CtiError, DatabaseAway
from cti_server.features.centre.model import Team
from tests.migrated import migrated
from tests.webapp import fakes
from tests.webapp.conftest import Web
from webapp.threads import BLOCK, FileReads, outside


class Slow:
    ready = False

    def __init__(self) -> None:
        self.go = threading.Event()

    def wait(self, answer: str) -> tuple[str, int]:
        assert self.go.wait(30)
        return answer, threading.get_native_id()

    def refuse(self) -> None:
        raise DatabaseAway("gone")


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
    assert slow.ready is False, "what is no method is told as it is"


def test_threads_share_a_sqlite_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/cti.db"
    migrated(url)
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


class Turns:
    """Counts the hub's turns while something works."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Turns:
        self._counting = gevent.spawn(self._turn)
        gevent.sleep(0)
        self.count = 0
        return self

    def __exit__(self, *_: object) -> None:
        self._counting.kill()

    def _turn(self) -> None:
        while True:
            self.count += 1
            gevent.sleep(0)


def test_a_file_is_read_outside_the_hub_block_by_block() -> None:
    go = threading.Event()

    class Disk(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert go.wait(10), "the hub stands still"
            return super().read(size)

    gevent.spawn(go.set)
    sound = bytes(BLOCK) + b"end"
    assert [len(block) for block in FileReads(Disk(sound))] == [BLOCK, 3]


def test_a_recording_leaves_the_others_their_turn(web: Web) -> None:
    folder = web.folder / "recordings"
    folder.mkdir()
    (folder / "1001.wav").write_bytes(bytes(20 * BLOCK))
    desk = web.login("admin")
    for what, size in (("audio", 20 * BLOCK), ("download", 20 * BLOCK)):
        with Turns() as turns:
            answer = desk.get(f"/api/recordings/rec-1001/{what}")
        assert (len(answer.data), turns.count >= 20) == (size, True)
    part = desk.get("/api/recordings/rec-1001/audio", headers={"Range": f"bytes=7-{2 * BLOCK}"})
    assert (part.status_code, len(part.data)) == (206, 2 * BLOCK - 6)


class Waits(Mapping[str, Any]):
    """A row that only comes while the hub goes on."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row
        self._loop = gevent.get_hub().loop

    def __getitem__(self, key: str) -> Any:
        go = threading.Event()
        self._loop.run_callback_threadsafe(go.set)
        assert go.wait(10), "the hub stands still"
        return self._row[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._row)

    def __len__(self) -> int:
        return len(self._row)


@pytest.mark.parametrize("path", ["reports/queues", "reports/queues.csv", "reports/queues.xlsx", "reports/agents", "calls.csv"])
def test_tables_are_made_outside_the_hub(web: Web, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, reports, calls = web.login("admin"), fakes.FakeReports, fakes.FakeCalls
    for kind, name in ((reports, "queues"), (reports, "agents"), (calls, "export")):
        real = getattr(kind, name)

        def slow(self: Any, *args: Any, real: Any = real) -> dict[str, Any]:
            found = real(self, *args)
            return {key: [Waits(row) for row in rows] if key in ("rows", "items") else rows for key, rows in found.items()}

        monkeypatch.setattr(kind, name, slow)
    answer = desk.get(f"/api/{path}")
    assert answer.status_code == 200, answer.text
