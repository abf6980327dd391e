"""The graph of a call and the reasons why it stands where it stands, as people ask for them."""

from __future__ import annotations

from typing import Any

from cti_server.events.standing import STANDING
from tests.engine.test_away import parked, world
from tests.engine.test_conference import three
from tests.engine.test_operations import consulting
from tests.engine.test_supervision import listening
from tests.engine.test_talk import talking
from tests.engine.world import World


def asked(w: World, leg: str) -> dict[str, Any]:
    reply = w.command("DescribeCall", issuer="user:1", call_id=w.the_call(leg)["id"])
    assert reply is not None
    assert reply.ok, reply
    for reason in reply.data["why"]:
        for language in ("en", "zh-CN"):
            assert "{" not in STANDING[reason["id"]].said(language).format_map({k: v for k, v in reason.items() if k != "id"})
    return dict(reply.data)


def reasons(w: World, leg: str) -> list[str]:
    return [reason["id"] for reason in asked(w, leg)["why"]]


def test_one_who_waits_and_why() -> None:
    w = World()
    w.agent("1001", ready=False)
    first, second = w.call(), w.call()
    w.wait(12)
    (reason,) = asked(w, second)["why"]
    assert reason == {
        "id": "waits", "queue": "sales", "place": 2, "of": 2, "for_s": 12, "ready": 0, "busy": 0, "not_ready": 1,
        "unreachable": 0, "resting": 0,
    }  # fmt: skip
    w.command("ReadyAgent", agent_id="1001")
    assert reasons(w, first) == ["rings"]
    w.command("LogoutAgent", agent_id="1001")
    w.refuse_offer(w.offered_leg(), "NO_ANSWER") if w.offered_leg() in w.channels else None
    assert "unstaffed" in reasons(w, second)
    w.lose_link()
    assert reasons(w, second)[0] == "no-link"


def test_who_is_with_whom() -> None:
    w = World()
    leg, _offer, _other = consulting(w)
    assert reasons(w, leg) == ["hears-music", "consults", "consults"]
    graph = asked(w, leg)["graph"]
    wanted = {one["who"]: (one["wanted"], one["home"], one["seen"], one["with"]) for one in graph["legs"]}
    assert wanted["13800138000"] == ("main", "", "parked", "")
    assert wanted["1001 Agent 0"] == ("aside 2", "main", "bridge", 3)
    assert wanted["1002 Agent 1"] == ("aside 2", "", "bridge", 2)
    assert {group["purpose"] for group in graph["groups"]} == {"main", "consult"}


def test_conference_listener_slot_and_flow() -> None:
    w = World()
    leg, _, _ = three(w)
    assert reasons(w, leg) == ["in-conference", "in-conference"]
    w = World()
    leg, _, _ = listening(w)
    assert reasons(w, leg) == ["talks", "listens"]
    w = World()
    leg = parked(w)
    assert reasons(w, leg) == ["parked", "hears-music"]
    w = world()
    leg, _ = talking(w)
    w.command("SendToFlow", agent_id="1001", flow="pin")
    assert reasons(w, leg) == ["in-flow", "comes-back", "holds"]


def test_no_name_of_a_channel_is_told() -> None:
    w = World()
    leg, offer, other = consulting(w)
    said = str(asked(w, leg))
    assert not any(name in said for name in (leg, offer, other))
