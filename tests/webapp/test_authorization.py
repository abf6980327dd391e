"""Every route for every role: what is declared is what is answered; and own, team's and others' things by table."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cti_server.events.commands import COMMANDS
from cti_server.features.registry import ENTITIES
from tests.webapp import fakes
from tests.webapp.conftest import Desk, Web
from tests.webapp.live import agent_view, call_view, service_view
from webapp.auth.guard import ATTRIBUTE, PUBLIC
from webapp.realtime.projection import MirrorRow

ROLES = ("agent", "back_office", "quality", "leader", "campaign_manager", "admin", "operator", "auditor")
EVERY = set(ROLES)
NOBODY_ASKED = {
    "GET /", "GET /<path>", "GET /healthz", "GET /metrics", "POST /switch/directory",
    "GET /switch/prompts", "POST /switch/prompts", "GET /switch/prompts/<folder>/<rate>/<name>.wav",
    "POST /api/session", "GET /api/session/ways", "POST /api/session/link", "PUT /api/session/link",
    "POST /api/session/forgotten", "PUT /api/session/second", "PUT /api/session/second/new", "POST /api/session/passkey/options",
    "PUT /api/session/passkey", "POST /api/session/away/<provider>", "PUT /api/session/away",
    "POST /api/session/directory/<provider>", "GET /api/look", "GET /api/look/<picture>",
}  # fmt: skip
"""Without a session."""
CALLS = {"agent", "back_office", "quality", "leader", "campaign_manager", "admin"}
REPORTS = {"quality", "leader", "campaign_manager", "admin", "auditor"}
MAY: dict[str, set[str]] = {
    "GET /api/session": EVERY,
    "DELETE /api/session": EVERY,
    "PUT /api/session/locale": EVERY,
    "GET /api/session/account": EVERY,
    "POST /api/session/sign-out": EVERY,
    "PUT /api/session/password": EVERY,
    "DELETE /api/session/others": EVERY,
    "DELETE /api/session/others/<session_id>": EVERY,
    "POST /api/session/totp": EVERY,
    "PUT /api/session/totp": EVERY,
    "POST /api/session/totp/removal": EVERY,
    "POST /api/session/recovery-codes": EVERY,
    "POST /api/session/passkeys/options": EVERY,
    "POST /api/session/passkeys": EVERY,
    "POST /api/session/passkeys/<passkey_id>/removal": EVERY,
    "POST /api/ticket": EVERY,
    "GET /api/centre": EVERY,
    "POST /api/commands": EVERY,
    "GET /api/openapi.json": EVERY,
    "GET /api/docs": EVERY,
    "GET /api/docs/<name>": EVERY,
    "GET /api/calls": CALLS,
    "GET /api/calls.<ending>": CALLS,
    "GET /api/calls/<call_id>": CALLS,
    "GET /api/recordings/<recording_id>/audio": {"agent", "quality", "leader", "campaign_manager", "admin"},
    "GET /api/recordings/<recording_id>/download": {"quality", "leader", "admin"},
    "GET /api/reports/queues": REPORTS,
    "GET /api/reports/agents": REPORTS,
    "GET /api/reports/queues.<ending>": REPORTS,
    "GET /api/reports/agents.<ending>": REPORTS,
    "GET /api/reports/calls": REPORTS,
    "GET /api/users/<login>/sign-in": {"admin", "operator", "auditor"},
    "POST /api/users/<login>/link": {"admin"},
    "DELETE /api/users/<login>/link": {"admin"},
    "POST /api/users/invitations": {"admin"},
    "PUT /api/users/<login>/lock": {"admin", "operator"},
    "DELETE /api/users/<login>/lock": {"admin", "operator"},
    "DELETE /api/users/<login>/second-factors": {"admin", "operator"},
    "DELETE /api/users/<login>/sessions": {"admin", "operator"},
    "DELETE /api/users/<login>/sessions/<session_id>": {"admin", "operator"},
    "GET /api/start": {"admin"},
    "GET /api/start/doctor": {"admin"},
    "POST /api/start/people": {"admin"},
    "POST /api/start/queue": {"admin"},
    "GET /api/start/demo": {"admin"},
    "POST /api/start/demo": {"admin"},
    "POST /api/start/demo/wipe": {"admin"},
    "GET /api/configuration/draft": {"admin", "operator", "auditor"},
    "GET /api/configuration/check": {"admin", "operator", "auditor"},
    "GET /api/configuration/difference": {"admin", "operator", "auditor"},
    "GET /api/configuration/versions": {"admin", "operator", "auditor"},
    "GET /api/configuration/plans": {"admin", "operator", "auditor"},
    "GET /api/configuration/document.yaml": {"admin", "operator", "auditor"},
    "POST /api/configuration/publish": {"admin", "operator"},
    "POST /api/configuration/discard": {"admin", "operator"},
    "POST /api/configuration/versions/<version>/rollback": {"admin", "operator"},
    "DELETE /api/configuration/plans/<plan>": {"admin", "operator"},
    "POST /api/configuration/document.yaml": {"admin", "operator"},
    "GET /api/webhooks/<webhook>/deliveries": {"admin", "operator", "auditor"},
    "POST /api/webhooks/<webhook>/deliveries/<row>/replay": {"admin"},
    "POST /api/webhooks/<webhook>/test": {"admin"},
    "GET /api/audit": {"admin", "auditor"},
    "GET /api/audit.<ending>": {"admin", "auditor"},
    "GET /api/audit/chain": {"admin", "auditor"},
    "GET /api/centre/entities": EVERY,
    "GET /api/centre/import": EVERY,
    "POST /api/opening": {"admin", "operator", "auditor"},
    "GET /api/stream": EVERY,
    **dict.fromkeys(
        (
            *(f"GET /scim/v2/{what}" for what in ("ServiceProviderConfig", "Schemas", "ResourceTypes", "Users", "Groups")),
            *(f"GET /scim/v2/{what}/<key>" for what in ("Schemas", "ResourceTypes", "Users", "Groups")),
            "POST /scim/v2/Users",
            *(f"{method} /scim/v2/Users/<key>" for method in ("PUT", "PATCH", "DELETE")),
        ),
        EVERY,  # for programs only, whatever session: their right is looked at in test_scim.py
    ),
    "GET /api/asyncapi.json": EVERY,
    "GET /api/calls/<call_id>/customers": EVERY,
    "POST /api/calls/<call_id>/customers": EVERY,
    "POST /api/calls/<call_id>/customers/<customer_id>/notes": EVERY,
    "GET /api/customers/<customer_id>/merges": {"admin", "back_office"},
    "POST /api/customers/<customer_id>/merges": {"admin", "back_office"},
    "POST /api/customers/<customer_id>/parts": {"admin", "back_office"},
    "GET /api/address-book": EVERY,
    "GET /api/notices": EVERY,
    "POST /api/notices/<notice_id>/receipt": EVERY,
    "GET /api/notices/<notice_id>/readers": {"admin", "leader"},
    "GET /api/messages": {"admin", "leader", "agent"},
    "GET /api/message-boxes": {"admin", "leader", "agent"},
    "PATCH /api/messages/<message_id>": {"admin", "leader", "agent"},
    "GET /api/papers": EVERY,
    "POST /api/look/picture": {"admin"},
    "GET /api/prompts/<name>": {"admin", "operator", "auditor"},
    "PUT /api/prompts/<name>/<folder>": {"admin"},
    "DELETE /api/prompts/<name>/<folder>": {"admin"},
    "POST /api/prompts/<name>/<folder>/message": {"admin"},
    "GET /api/prompts/<name>/<folder>/audio": {"admin", "operator", "auditor"},
}
"""Kept by hand; those of entities are below."""
SEES = (
    "GET /api/centre/<entity>",
    "GET /api/centre/<entity>.<ending>",
    "GET /api/centre/<entity>/<key>",
    "GET /api/centre/<entity>/<key>/history",
)
CHANGES = (
    "POST /api/centre/<entity>",
    "POST /api/centre/<entity>.<ending>",
    "PATCH /api/centre/<entity>/<key>",
    "DELETE /api/centre/<entity>/<key>",
    "POST /api/centre/<entity>/<key>/undo",
)
SETUP = {"admin", "operator", "auditor"}
SETS_UP: dict[str, tuple[set[str], set[str]]] = {
    "teams": (SETUP, {"admin"}),
    "groups": (SETUP, {"admin"}),
    "agents": (SETUP, {"admin"}),
    "free_seats": (SETUP, {"admin", "operator"}),
    "queues": (SETUP, {"admin"}),
    "service_numbers": (SETUP, {"admin"}),
    "recording_rules": (SETUP, {"admin"}),
    "voicemail_boxes": (SETUP, {"admin"}),
    "alarm_rules": (SETUP, {"admin"}),
    "hours": (SETUP, {"admin"}),
    "calendars": (SETUP, {"admin"}),
    "data_labels": (SETUP, {"admin"}),
    "services": (SETUP, {"admin"}),
    "skills": (SETUP, {"admin"}),
    "not_ready_reasons": (SETUP, {"admin"}),
    "dispositions": (SETUP, {"admin"}),
    "trunks": (SETUP, {"admin", "operator"}),
    "trunk_groups": (SETUP, {"admin", "operator"}),
    "number_rules": (SETUP, {"admin", "operator"}),
    "short_numbers": (SETUP, {"admin", "operator"}),
    "classes_of_service": (SETUP, {"admin", "operator"}),
    "forbidden_numbers": ({*SETUP, "campaign_manager"}, {"admin", "operator", "campaign_manager"}),
    "settings": (SETUP, {"admin"}),
    "prompts": (SETUP, {"admin"}),
    "look": (SETUP, {"admin"}),
    "notices": (SETUP, {"admin"}),
    "scripts": (SETUP, {"admin"}),
    "shelf_hosts": (SETUP, {"admin"}),
    "shelf": (SETUP, {"admin"}),
    "customer_classes": (SETUP, {"admin"}),
    "customer_fields": (SETUP, {"admin"}),
    "customers": ({"admin", "back_office"}, {"admin", "back_office"}),
    "address_book": ({*SETUP, "back_office"}, {"admin", "back_office"}),
    "users": (SETUP, {"admin"}),
    "tokens": (SETUP, {"admin"}),
    "webhooks": (SETUP, {"admin"}),
    "sign_in_providers": (SETUP, {"admin"}),
    "flows": (SETUP, {"admin"}),
    "roles": (SETUP, {"admin"}),
}
"""Entity -> who sees it, who changes it; by hand as well."""
ENDS = ("DELETE /api/session", "POST /api/session/sign-out")
"""The session that asks."""
FILLED = {
    "<call_id>": "call-1001",
    "<recording_id>": "rec-1001",
    "<login>": "nobody",
    "<session_id>": "0" * 16,
    "<passkey_id>": "99",
    "<version>": "99",
    "<plan>": "99",
    "<webhook>": "none",
    "<row>": "99",
    "<customer_id>": "7",
    "<notice_id>": "7",
    "<message_id>": "7",
    "<folder>": "zh",
    "<ending>": "csv",
    "<name>": "start.js",
    "<key>": "a",
}
ARGUMENT = re.compile(r"<(?:[^<>]*:)?([a-z_]+)>")


def login_as(web: Web, role: str, **more: Any) -> Desk:
    """Somebody new with this role, who is agent 1001 of team a."""
    accounts = web.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    login = f"a-{role}"
    accounts.rows[login] = replace(accounts.rows["admin"], id=100 + len(accounts.rows), login=login, role=role,
                                   **{"agent_id": "1001", "team": "a", **more})  # fmt: skip
    return web.login(login)


def _plain(rule: str) -> str:
    return ARGUMENT.sub(r"<\1>", rule)


def routes_of(web: Web) -> dict[str, Any]:
    """'METHOD path' -> what answers there."""
    return {
        f"{method} {_plain(rule.rule)}": web.app.view_functions[rule.endpoint]
        for rule in web.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def is_refused(answer: TestResponse) -> bool:
    return answer.status_code == 403 and answer.get_json()["error_id"] == "not-allowed"


def test_every_route_stands_in_the_table(web: Web) -> None:
    routes = routes_of(web)
    assert routes.keys() == {*MAY, *SEES, *CHANGES, *NOBODY_ASKED}
    assert SETS_UP.keys() == ENTITIES.keys()
    assert {route for route, view in routes.items() if getattr(view, ATTRIBUTE) == PUBLIC} == NOBODY_ASKED


def test_every_route_against_every_role(web: Web) -> None:
    desks = {role: login_as(web, role) for role in ROLES}
    asked = [(route, may) for route, may in MAY.items() if route not in ENDS]
    for entity, (see, change) in SETS_UP.items():
        for routes, may in ((SEES, see), (CHANGES, change)):
            asked += [(route.replace("<entity>", entity), may) for route in routes]
    for route, may in asked:
        method, path = route.split()
        for name, value in FILLED.items():
            path = path.replace(name, value)
        assert web.client().open(path, method=method, json={}).status_code == 401, path
        for role, desk in desks.items():
            answer = desk.call(method, path, json={} if method != "GET" else None)
            assert is_refused(answer) == (role not in may), (method, path, role, answer.text)


@pytest.fixture
def busy(web: Web) -> Web:
    """1001 talks in c1 and had c5, now in the survey; 1003 (another team) is in c3, c9 waits; an engine that never answers."""
    agents = [agent_view("1001", call_id="c1", last_calls=["c5", "c1"]), agent_view("1002"), agent_view("1003", call_id="c3")]
    rows = [("agents", view) for view in agents]
    rows += [("calls", call_view("c1", "1001")), ("calls", call_view("c3", "1003")), ("calls", call_view("c9"))]
    rows.append(("calls", call_view("c5")))
    rows.append(("services", service_view("line", "a")))
    web.parts.projection.rebuild([MirrorRow(kind, str(view["id"]), 1, 1, view) for kind, view in rows], (1, 1))
    return web


ALLOWED = "engine-away"  # it got past the table; there is no engine in these tests
REFUSED = "not-allowed"
DESK = ("LoginAgent", "AnswerCall", "RejectCall", "HoldCall", "ResumeCall", "SwapCalls", "CompleteTransfer", "ReturnToCaller",
        "JoinCalls", "PickUpCall")  # fmt: skip
TO = {
    "AskCallBack": {"colleague_id": "1003"},
    "CancelCallBack": {},
    "SetCallPrivate": {"private": True},
    "ConsultAgent": {"colleague_id": "1003"},
    "CallAgent": {"colleague_id": "1003"},
    "ConsultQueue": {"queue_id": "a"},
    "TransferToAgent": {"colleague_id": "1003"},
    "TransferToQueue": {"queue_id": "a"},
    "AddAgent": {"colleague_id": "1003"},
    "MuteParty": {"party": 2, "muted": True},
    "DropParty": {"party": 2},
    "TransferToFlow": {"flow": "pin"},
    "SendToFlow": {"flow": "pin"},
    "ParkCall": {"slot": "7"},
    "RetrieveCall": {"slot": "7"},
    "ConsultNumber": {"number": "110"},
    "AddNumber": {"number": "110"},
    "TransferToNumber": {"number": "110"},
    "DialNumber": {"number": "110"},
}
LEAD = {"ListenToCall": {}, "SetListening": {"mode": "whisper"}, "TakeOverCall": {}, "StopListening": {}}
FORCE = ("LogoutAgent", "ReadyAgent", "PauseAgent", "EndWrapUp")
CASES = [
    *[(login, name, {"agent_id": agent, **TO.get(name, {})}, result)
      for name in (*DESK, *TO)
      for login, agent, result in [("zhang", "1001", ALLOWED), ("zhang", "1002", REFUSED), ("leader-a", "1001", REFUSED),
                                   ("admin", "1003", ALLOWED)]],
    *[(login, name, {"agent_id": agent} | ({"reason": "lunch"} if name == "PauseAgent" else {}), result)
      for name in FORCE
      for login, agent, result in [("zhang", "1001", ALLOWED), ("zhang", "1002", REFUSED), ("leader-a", "1001", ALLOWED),
                                   ("leader-a", "1003", REFUSED), ("leader-b", "1001", REFUSED), ("admin", "1003", ALLOWED)]],
    *[(login, name, {"extension": "2001", **more, **whom}, result)
      for name, more in LEAD.items()
      for login, whom, result in [("zhang", {"agent_id": "1001"}, REFUSED), ("zhang", {"call_id": "c1"}, REFUSED),
                                  ("leader-a", {"agent_id": "1001"}, ALLOWED), ("leader-a", {"agent_id": "1003"}, REFUSED),
                                  ("leader-a", {"call_id": "c1"}, ALLOWED), ("leader-a", {"call_id": "c9"}, ALLOWED),
                                  ("leader-a", {"call_id": "c3"}, REFUSED), ("leader-a", {}, REFUSED),
                                  ("leader-a", {"agent_id": "1001", "call_id": "c3"}, REFUSED),
                                  ("admin", {"agent_id": "1003"}, ALLOWED)]],
    *[(login, "DescribeCall", {"call_id": call}, result)
      for login, call, result in [("zhang", "c1", REFUSED), ("leader-a", "c1", ALLOWED), ("leader-a", "c3", REFUSED),
                                  ("admin", "c3", ALLOWED)]],
    *[(login, "AnswerPause", {"agent_id": agent, "granted": True}, result)
      for login, agent, result in [("zhang", "1001", REFUSED), ("leader-a", "1001", ALLOWED), ("leader-a", "1003", REFUSED),
                                   ("leader-b", "1001", REFUSED), ("admin", "1003", ALLOWED)]],
    *[(login, "SwitchService", {"service_id": service, "active": 2}, result)
      for login, service, result in [("zhang", "line", REFUSED), ("leader-a", "line", ALLOWED), ("leader-b", "line", REFUSED),
                                     ("leader-a", "gone", REFUSED), ("admin", "line", ALLOWED)]],
    ("zhang", "HangupCall", {"agent_id": "1001"}, ALLOWED),
    ("zhang", "HangupCall", {"agent_id": "1002"}, REFUSED),
    ("zhang", "HangupCall", {"call_id": "c1"}, ALLOWED),
    ("zhang", "HangupCall", {"call_id": "c3"}, REFUSED),
    ("zhang", "HangupCall", {"call_id": "c9"}, REFUSED),
    ("zhang", "HangupCall", {"agent_id": "1001", "call_id": "c3"}, REFUSED),
    ("zhang", "HangupCall", {}, REFUSED),
    ("leader-a", "HangupCall", {"agent_id": "1001"}, ALLOWED),
    ("leader-a", "HangupCall", {"agent_id": "1003"}, REFUSED),
    ("leader-a", "HangupCall", {"call_id": "c1"}, ALLOWED),
    ("leader-a", "HangupCall", {"call_id": "c9"}, ALLOWED),
    ("leader-a", "HangupCall", {"call_id": "c3"}, REFUSED),
    ("leader-a", "HangupCall", {"agent_id": "1001", "call_id": "c3"}, REFUSED),
    ("admin", "HangupCall", {"call_id": "c3"}, ALLOWED),
    ("zhang", "SetCallData", {"call_id": "c1", "data": {"a": "b"}}, ALLOWED),
    ("zhang", "SetCallData", {"call_id": "c3", "data": {"a": "b"}}, REFUSED),
    ("zhang", "SetCallData", {"call_id": "unknown", "data": {}}, REFUSED),
    ("leader-b", "SetCallData", {"call_id": "c1", "data": {}}, REFUSED),
    ("zhang", "SetDisposition", {"agent_id": "1001", "call_id": "c1", "code": "done"}, ALLOWED),
    ("zhang", "SetDisposition", {"agent_id": "1001", "call_id": "ended", "code": "done"}, ALLOWED),
    ("zhang", "SetDisposition", {"agent_id": "1001", "call_id": "c3", "code": "done"}, REFUSED),
    ("zhang", "SetDisposition", {"agent_id": "1003", "call_id": "c3", "code": "done"}, REFUSED),
    ("leader-a", "SetDisposition", {"agent_id": "1001", "call_id": "c1", "code": "done"}, REFUSED),
    *[(login, "SaveNote", {"agent_id": agent, "call_id": call, "note": "", "version": 0}, result)
      for login, agent, call, result in [("zhang", "1001", "c1", ALLOWED), ("zhang", "1001", "ended", ALLOWED),
                                         ("zhang", "1001", "c5", ALLOWED), ("zhang", "1001", "c3", REFUSED),
                                         ("zhang", "1003", "c3", REFUSED), ("leader-a", "1001", "c1", REFUSED)]],
    *[(login, name, args, ALLOWED if login == "admin" else REFUSED)
      for login in ("zhang", "leader-a", "admin")
      for name, args in [("AgentPageGone", {"agent_id": "1001"}), ("AgentPageBack", {"agent_id": "1001"}),
                         ("ReloadConfig", {}), ("Ping", {}),
                         ("RestoreFigures", {"data": {"day_start_ms": 0, "queues": {}, "agents": {}}}),
                         ("ReportRecording", {"call_id": "c1", "problem": "missing"}),
                         ("ReportWebhook", {"webhook_id": "crm", "text": "HTTP 500"}),
                         ("ReportPublication", {"problem": "it was overtaken"})]],
]  # fmt: skip


def test_who_may_send_which_command(busy: Web) -> None:
    assert {name for _, name, _, _ in CASES} == set(COMMANDS)
    desks = {login: busy.login(login) for login in ("zhang", "leader-a", "leader-b", "admin")}
    for login, name, args, result in CASES:
        answer = desks[login].post("/api/commands", json={"name": name, "args": args})
        assert answer.get_json()["error_id"] == result, (login, name, args, answer.text)


@pytest.mark.parametrize(
    ("body", "error_id", "status"),
    [
        ({"name": "Explode", "args": {}}, "no-such-command", 404),
        ({"name": "ReadyAgent", "args": {}}, "bad-arguments", 422),
        ({"name": "ReadyAgent", "args": {"agent_id": 1001}}, "bad-arguments", 422),
        ({"name": "ReadyAgent", "args": {"agent_id": "1001", "colour": "red"}}, "bad-arguments", 422),
        ({"name": "ReadyAgent", "args": {"agent_id": "1001", "code": "x"}}, "bad-arguments", 422),
        ({"name": "SetCallData", "args": {"call_id": "c1", "data": {"a": 5}}}, "bad-arguments", 422),
        ({"name": "SetCallData", "args": {"call_id": "c1", "data": {"a": "张" * 6000}}}, "data-too-large", 422),
        ({"name": "ReadyAgent", "args": {"agent_id": "1001"}}, "engine-away", 503),
    ],
)
def test_commands_that_are_not_sent(busy: Web, body: dict[str, object], error_id: str, status: int) -> None:
    answer = busy.login("zhang").post("/api/commands", json=body)
    assert (answer.status_code, answer.get_json()["error_id"]) == (status, error_id), answer.text
    assert busy.redis.xlen(busy.keys.commands) == 0


def test_of_a_call_that_never_was_no_recording_is_reported(busy: Web) -> None:
    desk, body = busy.login("admin"), {"name": "ReportRecording", "args": {"call_id": "never", "problem": "missing"}}
    answer = desk.post("/api/commands", json=body)
    assert (answer.status_code, answer.get_json()["error_id"]) == (404, "no-such-call"), answer.text
    assert busy.redis.xlen(busy.keys.commands) == 0
    known = desk.post("/api/commands", json={**body, "args": {"call_id": "call-1001", "problem": "missing"}})
    assert known.get_json()["error_id"] == ALLOWED, known.text


@pytest.mark.parametrize("bad", ["\ud800", "a\udfffb", "\udc00\ud800"])
@pytest.mark.parametrize(
    ("name", "args", "where"),
    [
        ("SetCallData", {"call_id": "c1", "data": {"a": "BAD"}}, "args"),
        ("SetCallData", {"call_id": "c1", "data": {"BAD": "a"}}, "args"),
        ("NotReadyAgent", {"agent_id": "1001", "reason": "BAD"}, "args"),
        ("SetDisposition", {"agent_id": "1001", "call_id": "c1", "code": "x", "note": "BAD"}, "args"),
        ("ReadyAgent", {"agent_id": "1001", "BAD": "x"}, "args"),
        ("BAD", {}, "name"),
    ],
)
def test_half_a_character_is_refused(busy: Web, name: str, args: dict[str, object], where: str, bad: str) -> None:
    body = json.dumps({"name": name, "args": args}).replace("BAD", json.dumps(bad)[1:-1])
    answer = busy.login("zhang").post("/api/commands", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-arguments"), answer.text
    told = answer.get_json()["details"]["json"]
    assert list(told) == [where]
    assert "surrogate" in answer.text
    assert busy.redis.xlen(busy.keys.commands) == 0


def test_characters_beyond_the_first_plane_are_no_half_characters(busy: Web) -> None:
    body = json.dumps({"name": "SetCallData", "args": {"call_id": "c1", "data": {"a": "😀"}}})
    answer = busy.login("zhang").post("/api/commands", data=body, content_type="application/json")
    assert answer.get_json()["error_id"] == "engine-away", answer.text


def test_agents_see_their_own_calls_only(web: Web) -> None:
    zhang, leader = web.login("zhang"), web.login("leader-a")
    assert [row["id"] for row in zhang.get("/api/calls").get_json()["items"]] == ["call-1001"]
    assert zhang.get("/api/calls?agent=1002").status_code == 403
    assert zhang.get("/api/calls/call-1001").status_code == 200
    assert zhang.get("/api/calls/call-1003").get_json()["error_id"] == "no-such-call"
    assert web.login("li").get("/api/calls/call-1001").status_code == 404  # it only rang there
    assert leader.get("/api/calls").get_json()["total"] == 3
    detail = leader.get("/api/calls/call-1003").get_json()
    assert set(detail) == {"call", "segments", "recordings", "dispositions"}
    assert "path" not in detail["recordings"][0]
    path = {"node": "menu", "pressed": "2", "label": "repair"}
    told = {"hung_up_by": "customer", "ivr_path": [path], "data": {"account": fakes.HOSTILE}}
    assert {key: detail["call"][key] for key in told} == told


def test_only_the_agent_gets_the_own_phone(web: Web) -> None:
    assert web.login("zhang").get("/api/centre").get_json()["phone"] == {
        "ws_url": "ws://127.0.0.1:5066", "realm": "127.0.0.1", "extension": "1001", "password": "secret-1001",
    }  # fmt: skip
    for login in ("leader-a", "admin"):
        answer = web.login(login).get("/api/centre")
        assert answer.get_json()["phone"] is None
        assert "secret" not in answer.text
    assert web.login("wang").get("/api/centre").get_json()["agents"][2]["name"] == "<img src=x onerror=alert(1)>"
