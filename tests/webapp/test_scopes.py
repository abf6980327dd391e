"""Each route with each scope: what is within reach, by a table kept by hand. Team a is in group inner, which is in outer; b is in
none."""

from __future__ import annotations

from typing import Any

import pytest

from cti_server.rights import RIGHTS, Scope
from tests.webapp import fakes
from tests.webapp.conftest import Desk, Web
from tests.webapp.live import agent_view, call_view
from tests.webapp.test_authorization import ALLOWED, CHANGES, REFUSED, SEES, login_as, routes_of
from webapp.auth.guard import ATTRIBUTE
from webapp.realtime.projection import MirrorRow

ACTORS: dict[str, tuple[Scope, dict[str, str]]] = {
    "own": ("own", {"agent_id": "1001", "team": "a"}),
    "team": ("team", {"agent_id": "1001", "team": "a"}),
    "another team": ("team", {"agent_id": "", "team": "b"}),
    "no team": ("team", {"agent_id": "", "team": ""}),
    "group": ("group", {"agent_id": "", "team": "", "group": "outer"}),
    "group and team": ("group", {"agent_id": "", "team": "b", "group": "inner"}),
    "no group": ("group", {"agent_id": "", "team": "", "group": ""}),
    "tenant": ("tenant", {"agent_id": "", "team": ""}),
}
ALL = {"1001", "1002", "1003"}
AGENTS: dict[str, set[str]] = {
    "own": {"1001"},
    "team": {"1001", "1002"},
    "another team": {"1003"},
    "no team": set(),
    "group": {"1001", "1002"},
    "group and team": ALL,
    "no group": set(),
    "tenant": ALL,
}
"""Whose things each of these reaches."""
QUEUES: dict[str, set[str]] = {
    "own": {"repair"},
    "team": {"repair", "bills"},
    "another team": {"bills"},
    "no team": set(),
    "group": {"repair", "bills"},
    "group and team": {"repair", "bills"},
    "no group": set(),
    "tenant": {"repair", "bills"},
}
"""What these agents serve."""


PEOPLE: dict[str, set[str]] = {
    "own": set(),
    "team": {"zhang", "li", "leader-a"},
    "another team": {"wang", "leader-b"},
    "no team": set(),
    "group": {"zhang", "li", "leader-a"},
    "group and team": {"zhang", "li", "leader-a", "wang", "leader-b"},
    "no group": set(),
    "tenant": {"zhang", "li", "leader-a", "wang", "leader-b", "admin"},
}
"""Whose sign-in each of these reaches."""
LESSER = (
    ("POST", "link"), ("DELETE", "link"), ("PUT", "lock"), ("DELETE", "lock"), ("DELETE", "second-factors"),
    ("DELETE", "sessions"), ("DELETE", f"sessions/{'0' * 16}"),
)  # fmt: skip
"""What is done to somebody's sign-in."""
LOOKED_AT = {
    "GET /api/calls", "GET /api/calls.<ending>", "GET /api/calls/<call_id>",
    "GET /api/recordings/<recording_id>/audio", "GET /api/recordings/<recording_id>/download",
    "GET /api/reports/queues", "GET /api/reports/agents", "GET /api/reports/queues.<ending>", "GET /api/reports/agents.<ending>",
    "GET /api/reports/calls",
    "GET /api/notices/<notice_id>/readers",
    "GET /api/messages", "GET /api/message-boxes", "PATCH /api/messages/<message_id>",
    "GET /api/users/<login>/sign-in", "POST /api/users/invitations",
    *(f"{method} /api/users/<login>/{path.replace('0' * 16, '<session_id>')}" for method, path in LESSER),
    *SEES, *CHANGES,
}  # fmt: skip
"""By hand: each route whose right may go less far than the whole centre. Their limits are tested here, in tests of entities
(``features/entities/test_scopes.py``), of reports, notices and messages."""


def test_every_route_that_a_scope_limits_is_known(web: Web) -> None:
    declared = {route: getattr(view, ATTRIBUTE) for route, view in routes_of(web).items()}
    limited = {route for route, right in declared.items() if "{" in right or (right in RIGHTS and len(RIGHTS[right].scopes) > 1)}
    assert limited == LOOKED_AT


def nearest(name: str, scope: Scope) -> Scope | None:
    """The right at this scope; one that cannot go so near is not given."""
    return scope if scope in RIGHTS[name].scopes else None


def login(web: Web, actor: str) -> Desk:
    scope, who = ACTORS[actor]
    accounts = web.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    accounts.roles["scoped"] = {name: far for name in RIGHTS if name != "commands.program" and (far := nearest(name, scope))}
    return login_as(web, "scoped", **who)


@pytest.mark.parametrize("actor", ACTORS)
def test_what_is_out_of_reach_is_not_there(web: Web, actor: str) -> None:
    desk, reached = login(web, actor), AGENTS[actor]

    def status(path: str, **options: Any) -> int:
        return desk.get(path, **options).status_code

    if actor == "own" or ACTORS[actor][0] != "own":
        assert {row["key"] for row in desk.get("/api/centre/agents").get_json()["items"]} == reached
        exported = desk.get("/api/centre/agents.csv").text
        assert {agent for agent in ALL if f"\n{agent}," in exported.replace("\r", "")} == reached
    assert {row["agent"] for row in desk.get("/api/calls").get_json()["items"]} == reached
    for agent in ALL:
        there = agent in reached
        assert (status(f"/api/centre/agents/{agent}") == 200) == there, agent
        assert (status(f"/api/centre/agents/{agent}/history") == 200) == there, agent
        patched = desk.call("PATCH", f"/api/centre/agents/{agent}", json={"record": {"name": "x"}}, headers={"If-Match": '"1"'})
        assert patched.status_code == (200 if there else 404), (agent, patched.text)
        assert (status(f"/api/calls/call-{agent}") == 200) == there, agent
        assert (status(f"/api/calls?agent={agent}") == 200) == there, agent
        audio = desk.get(f"/api/recordings/rec-{agent}/audio").get_json()["error_id"]
        assert audio == ("no-recording-file" if there else "no-such-recording"), agent
    boxes = [one["id"] for one in desk.get("/api/message-boxes").get_json().get("items", ())]
    for box, agent in (("a", "1001"), ("b", "1003")):
        there = actor != "own" and agent in reached
        assert (desk.get(f"/api/recordings/rec-vm-in-{box}/audio").get_json()["error_id"] == "no-recording-file") == there, box
        assert (box in boxes) == there, box
    for queue in ("repair", "bills"):
        seen = queue in QUEUES[actor] and actor != "own"
        assert (desk.get(f"/api/recordings/rec-vm-{queue}/audio").get_json()["error_id"] == "no-recording-file") == seen, queue
        if ACTORS[actor][0] != "own":
            assert (status(f"/api/centre/queues/{queue}") == 200) == (queue in QUEUES[actor]) or actor == "tenant", queue


@pytest.mark.parametrize("actor", ACTORS)
def test_somebody_out_of_reach_has_no_sign_in(web: Web, actor: str) -> None:
    """The scoped one may as much as everybody but the administrator; a right that cannot go so near is not there."""
    desk, there = login(web, actor), PEOPLE[actor]
    for who in PEOPLE["tenant"]:
        status = desk.get(f"/api/users/{who}/sign-in").status_code
        assert status == (403 if actor == "own" else 200 if who in there else 404), who
        for method, path in LESSER:
            answer = desk.call(method, f"/api/users/{who}/{path}", json={"reason": "x"} if method == "PUT" else None)
            hidden = answer.status_code == 404 and answer.get_json()["error_id"] == "no-such-user"
            assert hidden == (who not in there and actor != "own"), (who, method, path, answer.text)
            assert (answer.status_code == 403) or who in there or hidden, (who, method, path, answer.text)


A, B = "team,group,group and team,tenant", "another team,group and team,tenant"
COMMANDS: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("HoldCall", {}, {"1001": "own,tenant", "1003": "tenant"}),
    ("ReadyAgent", {}, {"1001": f"own,{A}", "1002": A, "1003": B}),
    ("ListenToCall", {"extension": "2001"}, {"1001": A, "1003": B}),
]


@pytest.mark.parametrize("actor", ACTORS)
def test_commands_reach_no_further(web: Web, actor: str) -> None:
    agents = [agent_view("1001", call_id="c1"), agent_view("1002"), agent_view("1003", team="b", call_id="c3")]
    rows = [("agents", view) for view in agents] + [("calls", call_view("c1", "1001")), ("calls", call_view("c3", "1003"))]
    web.parts.projection.rebuild([MirrorRow(kind, str(view["id"]), 1, 1, view) for kind, view in rows], (1, 1))
    desk = login(web, actor)
    calls = {"c1": f"own,{A}", "c3": B}
    asked = [(name, {"agent_id": agent, **more}, who) for name, more, of in COMMANDS for agent, who in of.items()]
    asked += [("HangupCall", {"call_id": call}, who) for call, who in calls.items()]
    for name, args, who in asked:
        answer = desk.post("/api/commands", json={"name": name, "args": args})
        allowed = actor in who.split(",")
        assert answer.get_json()["error_id"] == (ALLOWED if allowed else REFUSED), (name, args, answer.text)


def test_who_has_a_changed_role_is_out_at_once(web: Web) -> None:
    held, other, admin = web.login("leader-a"), web.login("zhang"), web.login("admin")
    answer = admin.call("PATCH", "/api/centre/roles/leader", json={"record": {"rights": {"calls.see": "own"}}},
                        headers={"If-Match": '"1"'})  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert (held.get("/api/session").status_code, other.get("/api/session").status_code) == (401, 200)
    named = admin.call("PATCH", "/api/centre/roles/agent", json={"record": {"texts": {"en": "Desk", "zh-CN": "座席"}}},
                       headers={"If-Match": '"1"'})  # fmt: skip
    assert named.status_code == 200
    assert other.get("/api/session").status_code == 200, "another name is no other right"


def test_who_may_more_is_not_logged_out_by_who_may_less(web: Web) -> None:
    operator = login_as(web, "operator")
    for method, path in LESSER:
        answer = operator.call(method, f"/api/users/admin/{path}", json={"reason": "x"} if method == "PUT" else None)
        assert answer.get_json()["error_id"] == "not-allowed", (method, path, answer.text)
    assert operator.get("/api/users/admin/sign-in").status_code == 200, "to look changes nothing"
    assert login_as(web, "admin").call("DELETE", "/api/users/admin/sessions").status_code == 200


def test_what_cannot_be_made_within_reach_is_not_offered(web: Web) -> None:
    """With every group right there is no role in sight for a user, and a new queue has nobody within reach."""
    told = {one["name"]: one for one in login(web, "group").get("/api/centre/entities").get_json()["entities"]}
    assert {name: (told[name]["changes"], told[name]["adds"]) for name in ("users", "queues", "agents")} == {
        "users": (True, False), "queues": (True, False), "agents": (True, True)}  # fmt: skip
