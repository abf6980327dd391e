"""Lost events: what switch and engine see differently is settled by asking, and written down."""

from __future__ import annotations

from cti_server.domain import switch as sw
from cti_server.engine.kernel.messages import Reconcile
from tests.engine.world import NODE, World


def passes(w: World, count: int = 4) -> None:
    for _ in range(count):
        w.reconcile()
        w.wait(1)


def lost(w: World) -> list[str]:
    return [a["action"] for a in w.of_kind("audit") if a["issuer"] == "system:reconciler"]


def test_without_drift_nothing_is_asked() -> None:
    w = World()
    w.agent("1001")
    w.call()
    w.pick_up(w.offered_leg())
    w.call()
    passes(w)
    assert not [c for c in w.commands if isinstance(c, sw.DescribeLeg)]
    assert w.engine.repairs == 0


def test_a_caller_who_left_unheard() -> None:
    w = World()
    leg = w.call()
    w.silent = True
    w.hang_up(leg)
    w.silent = False
    w.reconcile()
    w.wait(0.5)
    w.reconcile()
    assert not [c for c in w.commands if isinstance(c, sw.DescribeLeg)], "two passes at least a second apart"
    passes(w)
    assert lost(w) == ["repair-missing"]
    (fact,) = w.of_kind("call")
    assert (fact["outcome"], fact["estimated"]) == ("abandoned", True)
    assert w.engine.repairs == 1


def test_a_listing_that_lags_is_settled_by_asking() -> None:
    w = World()
    leg = w.call()
    channel = w.channels.pop(leg)
    w.reconcile()
    w.wait(1)
    w.channels[leg] = channel
    w.give(Reconcile(w.now, NODE, ()))
    assert len([c for c in w.commands if isinstance(c, sw.DescribeLeg)]) == 1
    assert w.engine.repairs == 0
    assert w.the_call(leg)["phase"] == "queued"


def test_an_agents_leg_that_ended_unheard() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.pick_up(offer)
    w.silent = True
    w.hang_up(offer)
    w.silent = False
    passes(w)
    assert "repair-missing" in lost(w)
    assert w.state("1001") == "wrap_up"
    assert leg not in w.channels or w.the_call(leg)["phase"] != "connected"


def test_a_bridge_that_was_not_heard() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.silent = True
    w.pick_up(w.offered_leg())
    w.silent = False
    passes(w)
    assert w.the_call(leg)["phase"] == "connected"
    assert lost(w) == ["repair-bridge"]


def test_an_orphan_and_a_stranger() -> None:
    w = World()
    w.silent = True
    w.call(leg="stranger")
    w.silent = False
    w.agent("1001")
    passes(w)
    assert w.the_call("stranger")["phase"] == "offered"
    assert "repair-stranger" in lost(w)


def test_a_slice_says_nothing_about_the_legs_outside_it() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offered = w.offered_leg()
    w.pick_up(offered)
    w.give(Reconcile(w.now, NODE, (), (leg, offered)))
    w.wait(2)
    w.give(Reconcile(w.now, NODE, (), (leg, offered)))
    assert w.state("1001") == "talking"
    assert w.engine.repairs == 0
    assert w.engine.worth_a_look(NODE, [leg, offered, "unknown"]) == ["unknown"]
