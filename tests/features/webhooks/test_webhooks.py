"""From the stream to the receiver: nothing lost, nothing under two ids, order for each call, back-off, switched off, replayed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from cti_server.adapters.keys import Keys
from cti_server.adapters.outside import Outside
from cti_server.adapters.sql.base import Base
from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.errors import DatabaseAway
from cti_server.events.envelope import Envelope, encode
from cti_server.events.facts import DispositionFact
from cti_server.features.entities.contract import By, Wish
from cti_server.features.entities.sql import Entities
from cti_server.features.ledger.service import Row
from cti_server.features.registry import ENTITIES
from cti_server.features.webhooks.contract import TOPICS, WANTED, NoSuchDelivery, subject_of
from cti_server.features.webhooks.intake import Intake
from cti_server.features.webhooks.model import Delivery
from cti_server.features.webhooks.sender import Sender, signature
from cti_server.features.webhooks.service import (
    FIRST_MS,
    LEASE_MS,
    LONGEST_MS,
    MOST_FAILURES,
    MOST_TRIES,
    Waiting,
    heads,
    pause_ms,
    trial,
)
from cti_server.features.webhooks.sql import SqlWebhooks
from tests.features.webhooks.receiver import HERE, Receiver

KEYS = Keys("main")
EVE = By("user:1", "eve")


class World:
    def __init__(self, url: str, redis_url: str) -> None:
        self.engine = make_engine(url)
        Base.metadata.create_all(self.engine)
        self.redis = redis.Redis.from_url(redis_url)
        self.now = 1_800_000_000_000
        self.store = SqlWebhooks(self.engine)
        self.entities = Entities(self.engine, ENTITIES, self)
        self.receiver = Receiver()
        self.seq = 0
        self.stopped: list[tuple[str, str]] = []
        self.restart()

    def now_ms(self) -> int:
        return self.now

    def monotonic_ms(self) -> int:
        return self.now

    def restart(self) -> None:
        """As after kill -9: what was in memory is gone."""
        self.intake = Intake(self.store, self.redis, KEYS, self.now_ms)
        self.sender = Sender(self.store, Outside(HERE), self.now_ms, self._stop, lambda: 0.0)

    def _stop(self, webhook: str, why: str) -> None:
        self.stopped.append((webhook, why))
        self.entities.change("webhooks", Wish(webhook, {"active": False}), By("system:worker", "system:worker"))

    def hook(self, name: str = "crm", **values: Any) -> str:
        record = {"name": name, "url": self.receiver.url, **values}
        made = self.entities.change("webhooks", Wish(name, record, create=True), EVE).made["secret"]
        self.intake.events()
        return made

    def happen(self, name: str, data: dict[str, Any], epoch: int = 3) -> None:
        self.seq += 1
        event = Envelope(epoch, self.seq, name, self.now, "daemon", data)
        self.redis.xadd(KEYS.events, {"e": encode(event)})

    def call(self, name: str, call_id: str) -> None:
        self.happen(name, {"call": {"id": call_id, "phase": "connected", "legs": [{"id": "secret-leg", "no": 1}]}})

    def send(self) -> None:
        """One round."""
        self.intake.events()
        self.sender.begin()
        self.sender.wait()

    def close(self) -> None:
        self.receiver.stop()
        self.engine.dispose()

    def log(self, webhook: str = "crm", state: str = "") -> list[Any]:
        return self.store.log(webhook, state, 1, 200)[1]

    def seen(self, webhook: str = "crm") -> Any:
        return self.entities.get("webhooks", webhook).seen


@pytest.fixture
def w(tmp_path: Path, redis_url: str) -> Iterator[World]:
    world = World(f"sqlite:///{tmp_path}/cti.db", redis_url)
    yield world
    world.close()


def test_an_event_comes_signed_and_without_what_is_hidden(w: World) -> None:
    secret = w.hook()
    w.call("call.arrived", "c1")
    w.send()
    (body,), (headers,) = w.receiver.bodies, w.receiver.headers
    told = w.receiver.told[0]
    assert (told["id"], told["kind"], told["epoch"], told["seq"]) == ("crm-3-1", "call.arrived", 3, 1)
    assert told["data"]["call"]["legs"] == [{"no": 1}]
    assert headers["webhook-id"] == "crm-3-1"
    at_s = int(headers["webhook-timestamp"])
    assert at_s == w.now // 1000
    assert headers["webhook-signature"] == signature(secret, "crm-3-1", at_s, body)
    assert [(one["state"], one["tries"], one["status"]) for one in w.log()] == [("sent", 1, 204)]
    assert w.seen()["sent_ms"] == w.now


def test_a_webhook_hears_what_it_wants_from_its_beginning_on(w: World) -> None:
    w.call("call.arrived", "before")
    w.hook("all")
    w.hook("ends", kinds=["call.ended", "alarms"])
    w.hook("facts", kinds=["facts"])
    w.call("call.arrived", "c1")
    w.call("call.ended", "c1")
    w.happen("alarm.raised", {"alarm": {"id": "a1"}})
    w.happen("call.note_saved", {"draft": {"id": "1001/c1", "agent": "1001"}})
    w.send()
    kinds = {name: [one["kind"] for one in reversed(w.log(name))] for name in ("all", "ends", "facts")}
    assert kinds == {
        "all": ["call.arrived", "call.ended", "alarm.raised"],
        "ends": ["call.ended", "alarm.raised"],
        "facts": [],
    }


def test_what_is_one_agents_own_is_sent_to_nobody() -> None:
    assert "call.note_saved" not in TOPICS
    assert "draft.removed" not in TOPICS
    assert "fact.audit" not in TOPICS
    assert {"call.ended", "agents", "fact.call", "facts", "others"} <= set(WANTED)


def test_facts_come_once_however_often_they_are_stored(w: World) -> None:
    w.hook(kinds=["fact.disposition"])
    columns = {"call_id": "c1", "agent": "1001", "code": "done", "note": "", "at_ms": 5}
    for _ in range(2):
        w.intake.facts([Row("f-1", DispositionFact, columns)])
    w.send()
    assert [(one["id"], one["kind"], one["data"]) for one in w.receiver.told] == [("crm-f-1", "fact.disposition", columns)]


@pytest.mark.parametrize("moment", ["before it is noted", "behind it"])
def test_after_a_kill_nothing_is_lost_and_nothing_has_two_ids(w: World, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    w.hook()
    w.call("call.arrived", "c1")
    w.intake.events()
    w.call("call.ended", "c1")
    if moment == "before it is noted":

        def killed(*args: object) -> int:
            raise DatabaseAway("killed")

        with monkeypatch.context() as patch:
            patch.setattr(w.store, "add", killed)
            with pytest.raises(DatabaseAway):
                w.intake.events()
    else:
        w.intake.events()
    w.restart()
    for _ in range(3):
        w.send()
    assert [one["kind"] for one in w.receiver.told] == ["call.arrived", "call.ended"]
    assert len({one["id"] for one in w.receiver.told}) == 2


def test_one_that_was_sent_and_not_noted_comes_again_under_its_id(w: World) -> None:
    w.hook()
    w.call("call.arrived", "c1")
    w.intake.events()
    (one,) = w.store.waiting("crm", 10)
    assert w.store.claim(one.row, w.now)  # it is taken, and the worker is killed
    assert not w.store.claim(one.row, w.now)
    w.restart()
    w.send()
    assert w.receiver.bodies == []
    w.now += LEASE_MS
    w.send()
    assert [one["id"] for one in w.receiver.told] == ["crm-3-1"]


def test_events_that_the_stream_lost_are_told(w: World) -> None:
    w.hook()
    w.call("call.arrived", "c1")
    w.send()
    w.call("call.queued", "c1")
    w.call("call.ended", "c1")
    w.redis.xdel(KEYS.events, w.redis.xrange(KEYS.events)[1][0])
    w.send()
    missed = next(one for one in w.receiver.told if one["kind"] == "stream.missed")
    assert missed["data"] == {"epoch": 3, "after_seq": 1, "before_seq": 3}


def test_what_is_said_of_a_call_keeps_its_order_while_others_go_on(w: World) -> None:
    w.hook()
    w.receiver.answers = [500]
    w.call("call.arrived", "c1")
    w.send()
    w.call("call.ended", "c1")
    w.call("call.arrived", "c2")
    assert [one["state"] for one in w.log()] == ["waiting"]
    w.send()
    assert len(w.receiver.bodies) == 1  # it rests
    w.now += FIRST_MS
    for _ in range(4):
        w.send()
    ids = [one["data"]["call"]["id"] + one["kind"][4:] for one in w.receiver.told[1:]]
    assert ids.index("c1.arrived") < ids.index("c1.ended")
    assert sorted(ids) == ["c1.arrived", "c1.ended", "c2.arrived"]
    assert w.seen()["failures"] == 0


def test_only_the_oldest_of_each_thing_may_go() -> None:
    def one(row: int, subject: str, due_ms: int = 0) -> Waiting:
        return Waiting(row, f"d{row}", subject, "{}", 0, due_ms)

    waiting = [one(1, "a", 9), one(2, "b"), one(3, "a"), one(4, "b"), one(5, "c")]
    assert [found.row for found in heads(waiting, 5, 10)] == [2, 5]
    assert [found.row for found in heads(waiting, 9, 2)] == [1, 2]


def test_pauses_double_and_differ_by_chance() -> None:
    assert [pause_ms(n, 0) for n in (1, 2, 3)] == [FIRST_MS, 2 * FIRST_MS, 4 * FIRST_MS]
    assert pause_ms(50, 0) == LONGEST_MS
    assert pause_ms(1, 1) == FIRST_MS // 2


def test_one_that_fails_too_often_is_switched_off_and_somebody_switches_it_on_again(w: World) -> None:
    w.hook()
    w.receiver.answers = [500] * 100
    w.call("call.arrived", "c1")
    for _ in range(MOST_FAILURES):
        w.send()
        w.now += LONGEST_MS
    assert [name for name, _ in w.stopped] == ["crm"]
    assert w.entities.get("webhooks", "crm").values["active"] is False
    assert w.entities.get("webhooks", "crm").changed_by == "system:worker"
    assert w.store.stopped()["crm"].startswith("HTTP 500 <h1>broken </h1>")
    assert w.log()[0]["state"] == ("failed" if MOST_TRIES <= MOST_FAILURES else "waiting")
    count = len(w.receiver.bodies)
    w.send()
    assert len(w.receiver.bodies) == count
    w.receiver.answers = [500]
    w.entities.change("webhooks", Wish("crm", {"active": True}), EVE)
    w.call("call.arrived", "c2")
    w.intake.events()
    w.call("call.arrived", "c3")
    w.send()
    assert (len(w.stopped), w.seen()["failures"]) == (1, 1)
    assert w.store.stopped() == {}


def test_gone_means_gone(w: World) -> None:
    w.hook()
    w.receiver.answers = [410]
    w.call("call.arrived", "c1")
    w.send()
    assert [name for name, _ in w.stopped] == ["crm"]


def test_a_delivery_is_sent_again_under_its_id(w: World) -> None:
    w.hook()
    w.call("call.arrived", "c1")
    w.send()
    (one,) = w.log()
    w.store.replay("crm", one["id"], w.now)
    w.send()
    assert [told["id"] for told in w.receiver.told] == ["crm-3-1", "crm-3-1"]
    assert len(w.log()) == 1
    with pytest.raises(NoSuchDelivery):
        w.store.replay("crm", 999, w.now)
    with pytest.raises(NoSuchDelivery):
        w.store.replay("other", one["id"], w.now)


def test_a_slow_receiver_keeps_no_other_one_waiting(w: World) -> None:
    other = Receiver()
    w.hook("slow")
    w.hook("quick", url=other.url)
    asleep = []
    w.receiver.before = lambda: asleep.append(other.bodies[:]) or None
    w.call("call.arrived", "c1")
    w.send()
    assert len(other.bodies) == len(w.receiver.bodies) == 1
    other.stop()


def test_the_log_is_kept_for_its_days_and_what_waits_for_nobody_is_given_up(w: World) -> None:
    w.hook()
    w.call("call.arrived", "c1")
    w.intake.events()
    w.entities.change("webhooks", Wish("crm", None, 1), EVE)
    w.store.tidy(0, 10)
    assert [(one["state"], one["trouble"]) for one in w.log()] == [("failed", "the webhook was removed")]
    assert w.store.tidy(w.now, 10) == 0
    assert w.store.tidy(w.now + 1, 10) == 1
    with transaction(w.engine) as session:
        assert session.query(Delivery).count() == 0


def test_a_test_is_a_delivery_like_others(w: World) -> None:
    w.hook(kinds=["call.ended"])
    w.store.add([trial("crm", w.now)], w.now)
    w.send()
    assert [one["kind"] for one in w.receiver.told] == ["webhook.test"]


@pytest.mark.parametrize(
    ("kind", "data", "subject"),
    [
        ("call.ended", {"call": {"id": "c1"}}, "call:c1"),
        ("fact.segment", {"call_id": "c1"}, "call:c1"),
        ("recording.finished", {"call_id": "c1"}, "call:c1"),
        ("agent.state_changed", {"agent": {"id": "1001"}}, "agent:1001"),
        ("trunk.removed", {"removed": {"kind": "trunks", "id": "t"}}, "trunk:t"),
        ("config.applied", {"version": 1}, "config.applied"),
    ],
)
def test_what_a_delivery_is_about(kind: str, data: dict[str, Any], subject: str) -> None:
    assert subject_of(kind, data) == subject


def test_a_secret_is_shown_once_and_a_wrong_kind_is_told(w: World) -> None:
    secret = w.hook()
    assert secret.startswith("whsec_")
    assert secret not in str(w.entities.get("webhooks", "crm")) + str(w.entities.history("webhooks", "crm"))
    with pytest.raises(Exception, match=r"there is no call\.nonsense") as refused:
        w.entities.change(
            "webhooks", Wish("b", {"name": "b", "url": "https://b.example", "kinds": ["call.nonsense"]}, create=True), EVE
        )
    assert "call.ended" in str(refused.value)


def test_mariadb_does_the_same(mariadb_url: str, redis_url: str) -> None:
    w = World(mariadb_url, redis_url)
    w.hook()
    w.receiver.answers = [500]
    for call in ("c1", "c2"):
        w.call("call.arrived", call)
    w.intake.facts([Row("f-1", DispositionFact, {"call_id": "c1", "agent": "1001", "code": "done", "note": "好", "at_ms": 5})])
    for _ in range(4):
        w.send()
        w.now += LONGEST_MS
    assert sorted(one["state"] for one in w.log()) == ["sent"] * 3
    assert w.seen()["failures"] == 0
    w.store.replay("crm", w.log()[0]["id"], w.now)
    w.send()
    assert len(w.receiver.bodies) == 5
    assert w.store.tidy(w.now + 1, 10) == 3
    w.close()
