"""The pump reads what anybody could have written to the stream and to the mirror: it sets aside what is odd and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.events.envelope import Envelope, encode
from cti_server.events.views import AGENT, MIRROR_FORMAT
from tests.until import until
from webapp.realtime import pump as module
from webapp.realtime.projection import Projection
from webapp.realtime.pump import Pump

KEYS = Keys("t")


class Screens:
    """Who gets what the pump reads."""

    def __init__(self) -> None:
        self.events: list[Envelope] = []
        self.snapshots = 0
        self.fails = 0

    def push_event(self, event: Envelope, rooms: frozenset[str]) -> None:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("as provoked")
        self.events.append(event)

    def push_snapshots(self) -> None:
        self.snapshots += 1

    def agents_moved(self, agents: tuple[str, ...]) -> None:
        """Nobody sits here."""


class Engine:
    """Writes as the daemon does: event, mirror and position in one transaction."""

    def __init__(self, client: Any) -> None:
        self.redis = client
        self.seq = 0

    def say(self, number: str = "1001", epoch: int = 5) -> None:
        self.seq += 1
        view = {"id": number, "name": "Li Wei", "team": "east", "queues": {"repair": 1}}
        pipe = self.redis.pipeline(transaction=True)
        event = Envelope(epoch, self.seq, "agent.state_changed", 1, "d", {"agent": view})
        pipe.xadd(KEYS.events, {"e": encode(event)})
        row = {"format": MIRROR_FORMAT, "epoch": epoch, "seq": self.seq, "view": view}
        pipe.hset(KEYS.mirror("agents"), number, orjson.dumps(row))
        pipe.hset(KEYS.mirror_meta, mapping={"epoch": epoch, "seq": self.seq, "at_ms": 1})
        pipe.execute()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_MS", 20)


@pytest.fixture
def client(redis_url: str) -> Any:
    return connect(redis_url)


@pytest.fixture
def pump(client: Any) -> Iterator[Pump]:
    made = Pump(client, KEYS, SystemClock(), Projection(), lambda there: None)
    yield made
    made.stop()


def event(**changes: Any) -> bytes:
    known = {"epoch": 5, "seq": 2, "name": "engine.started", "at_ms": 1, "origin": "d", "data": {}}
    return orjson.dumps({**known, **changes})


DEEP = b'{"epoch":5,"seq":2,"name":"engine.started","at_ms":1,"data":' + b'{"a":' * 300 + b"1" + b"}" * 301
ODD_EVENTS = [
    b"",
    b"{",
    b"[]",
    b"7",
    b"\xff",
    event(data=[]),
    event(data=None),
    event(data="x"),
    event(version=2),
    event(name="x"),
    event(epoch=1e300),
    event(epoch="x"),
    event(seq=-1),
    event(seq=None),
    event(at_ms=2**62),
    event(name=5),
    event(name="x" * 999),
    DEEP,
    event(name="agent.state_changed", data={"agent": {"id": 5}}),
    event(name="agent.state_changed", data={"agent": {"id": "1001", "team": ["east"]}}),
    event(name="agent.state_changed", data={"agent": {}}),
    event(name="call.offered", data={"call": {"id": "c", "legs": 5}}),
    event(name="call.offered", data={"call": {"id": "c", "legs": [5]}}),
    event(name="call.offered", data={"call": {"id": "c", "legs": [{"agent": []}]}}),
    event(name="queue.changed", data={"queue": {"id": "q", "waiting": "many"}}),
    event(name="alarm.raised", data={"alarm": {"id": ["x"]}}),
    event(name="call.note_saved", data={"draft": {"id": 5}}),
    event(epoch=2**53 - 1),
    event(epoch=6, seq=1),
    event(seq=2**50),
]


@pytest.mark.parametrize("raw", ODD_EVENTS)
def test_an_odd_event_is_set_aside_and_the_next_is_shown(client: Any, pump: Pump, raw: bytes) -> None:
    engine, screens = Engine(client), Screens()
    engine.say()
    pump.start(screens)
    until(lambda: pump.rebuilds)
    client.xadd(KEYS.events, {"e": raw})
    engine.say()
    until(lambda: screens.events)
    assert [e.seq for e in screens.events] == [2]
    assert pump.aside.counts == {"events": 1}
    assert client.xlen(KEYS.set_aside) == 1
    assert pump.rebuilds == 1


def test_an_odd_event_at_the_end_of_the_stream_does_not_move_a_page_that_is_opened_then(client: Any, pump: Pump) -> None:
    engine, screens = Engine(client), Screens()
    engine.say()
    client.xadd(KEYS.events, {"e": event(epoch=2**53 - 1)})
    pump.start(screens)
    until(lambda: pump.rebuilds)
    engine.say()
    until(lambda: screens.events)
    assert [e.seq for e in screens.events] == [2]


ODD_ROWS = [
    b"",
    b"{",
    b"[]",
    b"7",
    b"null",
    b"\xff",
    b"{}",
    b'{"epoch":5,"seq":1}',
    b'{"epoch":5,"seq":1,"view":5}',
    b'{"epoch":5,"seq":1,"view":{}}',
    b'{"epoch":5,"seq":1,"view":{"id":7}}',
    b'{"epoch":"x","seq":1,"view":{"id":"x"}}',
    b'{"epoch":5,"seq":1,"view":{"id":"x","legs":5}}',
    b'{"epoch":5,"seq":1,"view":{"id":"x"},"core":[]}',
    b'{"epoch":9007199254740991,"seq":1,"view":{"id":"x"}}',
    b"[" * 2000,
]


@pytest.mark.parametrize("kind", module.KINDS)
def test_no_row_of_the_mirror_keeps_a_page_from_being_built(client: Any, pump: Pump, kind: str) -> None:
    for number, raw in enumerate(ODD_ROWS):
        client.hset(KEYS.mirror(kind), f"odd-{number}", raw)
    client.hset(KEYS.mirror(kind), b"\xff\xfe", b"{}")
    engine, screens = Engine(client), Screens()
    engine.say()
    pump.start(screens)
    until(lambda: pump.rebuilds)
    assert pump._projection.view(AGENT, "1001")
    engine.say()
    until(lambda: screens.events)
    assert pump.aside.counts["mirror"] >= len(ODD_ROWS) - 2


@pytest.mark.parametrize("field", ["epoch", "seq", "at_ms"])
@pytest.mark.parametrize("value", [b"", b"x", b"1e300", b"-5", b"\xff", b"9" * 400])
def test_no_position_of_the_mirror_stops_the_pump(client: Any, pump: Pump, field: str, value: bytes) -> None:
    engine, screens = Engine(client), Screens()
    engine.say()
    client.hset(KEYS.mirror_meta, field, value)
    pump.start(screens)
    until(lambda: pump.rebuilds)
    engine.say()
    until(lambda: screens.events)


def test_an_epoch_that_nobody_leads_with_is_left(client: Any, pump: Pump) -> None:
    engine, screens = Engine(client), Screens()
    engine.say()
    client.hset(KEYS.mirror_meta, "epoch", 2**52)  # looks like one of ours
    pump.start(screens)
    until(lambda: pump.rebuilds)
    for _ in range(module.MOST_OLD + 1):
        engine.say()
    until(lambda: pump.rebuilds == 2)
    engine.say()
    until(lambda: screens.events)


def test_a_defect_leads_back_to_the_mirror(client: Any, pump: Pump) -> None:
    engine, screens = Engine(client), Screens()
    engine.say()
    pump.start(screens)
    until(lambda: pump.rebuilds)
    screens.fails = 1
    engine.say()
    until(lambda: pump.rebuilds == 2)
    assert (pump.errors, screens.snapshots) == (1, 2)
    engine.say()
    until(lambda: screens.events)
    assert [e.seq for e in screens.events] == [3]


def test_a_defect_that_stays_ends_the_pump_loudly(client: Any, pump: Pump, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_FAILURES", 2)
    monkeypatch.setattr(Pump, "_rebuild", lambda self: 1 / 0)
    pump.start(Screens())
    told: list[Any] = []
    assert pump.greenlet is not None
    pump.greenlet.link_exception(told.append)
    until(lambda: told)
