"""What phones do by themselves: seen, shown, booked, and never touched."""

from __future__ import annotations

from cti_server.domain import switch as sw
from tests.engine.test_talk import talking
from tests.engine.world import NODE, World


def dials(w: World, number: str = "1002", extension: str = "1001") -> None:
    w.tell(sw.LegCreated(NODE, 0, "own", "inbound", extension, "", number, "agents", "internal", ""))
    if number in ("1001", "1002", "1003"):
        w.tell(sw.LegCreated(NODE, 0, "rung", "outbound", extension, "", number, "agents", "internal", ""))


def ends(w: World) -> None:
    for leg in ("own", "rung"):
        w.tell(sw.LegEnded(NODE, 0, leg, "NORMAL_CLEARING", 200, "recv_bye", True))


def test_both_are_busy_get_no_call_and_are_free_again() -> None:
    w = World()
    w.agent("1001")
    w.agent("1002")
    dials(w)
    assert (w.state("1001"), w.state("1002")) == ("own_call", "own_call")
    leg = w.call()
    assert not [c for c in w.commands if isinstance(c, sw.Originate)]
    assert w.view("queues", "sales")["agents_busy"] == 2
    w.wait(30)
    ends(w)
    assert w.the_call(leg)["phase"] == "offered"
    spans = [(i["agent"], i["ended_ms"] - i["started_ms"]) for i in w.of_kind("agent_interval") if i["state"] == "own_call"]
    assert sorted(spans) == [("1001", 30_000), ("1002", 30_000)]
    assert not [c for c in w.commands if getattr(c, "leg", "") in ("own", "rung")], "they are never touched"


def test_a_number_outside_makes_only_the_caller_busy() -> None:
    w = World()
    w.agent("1001")
    dials(w, "110")
    assert w.state("1001") == "own_call"


def test_an_outside_caller_who_names_an_extension_is_nobody_here() -> None:
    w = World()
    w.agent("1001")
    w.call(caller="1001")
    assert w.state("1001") == "reserved"


def test_after_a_call_of_ours_the_own_one_goes_on() -> None:
    w = World()
    leg, _offer = talking(w)
    dials(w, "110")
    assert w.state("1001") == "talking"
    w.hang_up(leg)
    w.command("EndWrapUp", agent_id="1001")
    assert w.state("1001") == "own_call"
    ends(w)
    assert w.state("1001") == "idle"


def test_status_changes_at_once_and_a_login_in_an_own_call_counts() -> None:
    w = World()
    w.register("1001")
    dials(w, "110")
    w.agent("1001")
    assert w.state("1001") == "own_call"
    assert w.command("LogoutAgent", agent_id="1001").ok  # type: ignore[union-attr]
    assert w.view("agents", "1001")["status"] == "logged_out"


def test_one_whose_end_nobody_heard() -> None:
    w = World()
    w.agent("1001")
    dials(w, "110")
    w.lose_link()
    w.link()
    assert w.state("1001") == "idle"


def test_a_restart_forgets_one_that_has_ended() -> None:
    w = World()
    w.agent("1001")
    dials(w, "110")
    w.restart(8)
    assert w.state("1001") == "idle"
