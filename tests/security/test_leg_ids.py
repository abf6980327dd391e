"""The switch's own ids of legs are what an INVITE with Replaces asks for: no page gets them, by event or by snapshot."""

from __future__ import annotations

import orjson

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.events import views
from cti_server.events.envelope import Envelope, encode
from cti_server.events.views import MIRROR_FORMAT
from tests.until import until
from webapp.realtime.projection import Projection
from webapp.realtime.pump import Pump

KEYS = Keys("main")
LEG = {"id": "0f0e-secret", "node": "main", "party": "customer", "agent": "1001", "state": "connected", "hears": 1}
CALL = {"id": "c-1", "name": "Li Wei", "number": "13800138000", "legs": [LEG]}


class Page:
    def __init__(self) -> None:
        self.events: list[Envelope] = []

    def push_event(self, event: Envelope, rooms: frozenset[str]) -> None:
        self.events.append(event)

    def push_snapshots(self) -> None:
        """The snapshot is read from the projection here."""

    def agents_moved(self, agents: tuple[str, ...]) -> None:
        """Nobody moves."""


def test_pages_get_no_ids_of_legs(redis_url: str) -> None:
    client, page, projection = connect(redis_url), Page(), Projection()
    client.hset(KEYS.mirror("calls"), "c-1", orjson.dumps({"format": MIRROR_FORMAT, "epoch": 5, "seq": 1, "view": CALL}))
    client.hset(KEYS.mirror_meta, mapping={"epoch": 5, "seq": 1, "at_ms": 1})
    pump = Pump(client, KEYS, SystemClock(), projection, lambda there: None)
    pump.start(page)
    try:
        until(lambda: pump.rebuilds)
        snapshot = projection.snapshot(frozenset({"floor"}))
        pipe = client.pipeline(transaction=True)
        pipe.xadd(KEYS.events, {"e": encode(Envelope(5, 2, "call.connected", 1, "d", {"call": CALL}))})
        pipe.hset(KEYS.mirror_meta, mapping={"epoch": 5, "seq": 2, "at_ms": 1})
        pipe.execute()
        until(lambda: page.events)
    finally:
        pump.stop()
        client.close()
    for call in (snapshot["calls"][0], page.events[0].data["call"], projection.view(views.CALL, "c-1")):
        assert call is not None
        assert call["legs"] == [{name: value for name, value in LEG.items() if name != "id"}]
