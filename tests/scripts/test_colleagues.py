"""What the demo's virtual colleagues do in a talk and in a consult."""

from __future__ import annotations

from random import Random
from typing import Any, cast

import pytest
import redis

from cti_server.adapters.keys import Keys
from cti_server.events.commands import (
    CompleteTransfer,
    ConsultAgent,
    EndWrapUp,
    HangupCall,
    JoinCalls,
    LogoutAgent,
    ReturnToCaller,
    TransferToQueue,
)  # fmt: skip
from cti_server.events.declare import Arguments
from cti_server.features.centre.seed import VISITORS
from cti_server.features.start.colleagues import playing
from scripts.floor import ASKS, PASSES_ON, Colleagues


class Chance(Random):
    """``value`` for every chance; the first of every choice; the shortest time."""

    def __init__(self, value: float) -> None:
        super().__init__(1)
        self.value = value

    def random(self) -> float:
        return self.value

    def choice(self, seq: Any) -> Any:
        return seq[0]

    def randint(self, a: int, b: int) -> int:
        return a


class Clock:
    ms = 0

    def now_ms(self) -> int:
        return self.ms


class Said:
    """The commands as they are sent."""

    def __init__(self) -> None:
        self.wishes: list[Arguments] = []

    def send(self, wish: Arguments, issuer: str) -> dict[str, Any]:
        assert issuer == (f"agent:{wish.agent_id}" if wish.agent_id else "system:colleagues")  # type: ignore[attr-defined]
        self.wishes.append(wish)
        return {}


def agent(name: str, state: str, call: str = "") -> Any:
    return {"id": name, "status": "ready", "state": state, "call_id": call, "queue": "repair" if call else ""}


def acts(floor: Colleagues, *views: Any) -> list[Arguments]:
    """What the first of them does when its time has come."""
    said = cast(Said, floor.commands)
    said.wishes.clear()
    floor.views = {view["id"]: view for view in views}
    floor.live(views[0])
    cast(Clock, floor.clock).ms += 60_000
    floor.live(views[0])
    return said.wishes


def colleagues(chance: float) -> Colleagues:
    floor = Colleagues(cast(Any, None), cast(Any, None), cast(Any, Said()), lambda: None, random=Chance(chance))
    floor.clock = cast(Any, Clock())
    return floor


def test_one_who_talks_asks_a_colleague_who_is_free_and_ends_the_consult() -> None:
    floor = colleagues(0)
    others = (agent(min(VISITORS), "idle"), agent("1004", "talking", "c2"), agent("1006", "idle"))
    assert acts(floor, agent("1003", "talking", "c1"), *others) == [ConsultAgent(agent_id="1003", colleague_id="1006")]
    assert acts(floor, agent("1003", "talking", "c1"), *others) == [], "nobody has answered: not again"
    assert acts(floor, agent("1006", "consulting", "c1")) == [], "who was asked leaves it to the other"
    (wish,) = acts(floor, agent("1003", "consulting", "c1"))
    assert isinstance(wish, CompleteTransfer | ReturnToCaller | JoinCalls)


@pytest.mark.parametrize(
    ("chance", "expected"),
    [(ASKS + PASSES_ON / 2, [TransferToQueue(agent_id="1003", queue_id="repair")]), (ASKS + PASSES_ON, [])],
)
def test_most_talks_go_on(chance: float, expected: list[Arguments]) -> None:
    assert acts(colleagues(chance), agent("1003", "talking", "c1"), agent("1006", "idle")) == expected


def test_they_go_home_when_they_are_sent_and_come_back_when_there_is_a_demo(redis_url: str) -> None:
    """Whoever sits at a browser is left alone."""
    client, keys, said, on = redis.Redis.from_url(redis_url), Keys("main"), Said(), list[bool]()
    floor = Colleagues(client, keys, cast(Any, said), lambda: None, on.append, Chance(1), cast(Any, Clock()))
    visitor = min(VISITORS)
    views = (agent(visitor, "idle"), agent("1003", "talking", "c1"), agent("1006", "wrap_up"))
    floor.views = {view["id"]: view for view in views}
    floor.look(True, ["c1"])
    assert said.wishes == [
        HangupCall(call_id="c1"),
        LogoutAgent(agent_id="1003"),
        EndWrapUp(agent_id="1006"),
        LogoutAgent(agent_id="1006"),
    ]
    floor.look(True, [])
    assert (on, playing(client, keys)) == ([False], {"1003", "1006"})
    floor.views = {}
    floor.look(False, [])
    assert on == [False], "the demo is gone"
    floor.views = {view["id"]: view for view in views}
    floor.look(False, [])
    assert on == [False, True]
