"""Every route for every role: what is declared is what is answered; and own, team's and others' things by table."""

from __future__ import annotations

import json
import re

import pytest

from cti_server.events.commands import COMMANDS
from tests.webapp import fakes
from tests.webapp.conftest import Web
from tests.webapp.live import agent_view, call_view, service_view
from webapp.auth.guard import ATTRIBUTE, ROLES
from webapp.realtime.projection import MirrorRow

LOGIN_OF = {"agent": "zhang", "leader": "leader-a", "admin": "admin"}
EVERYBODY = {"/", "/<page:path>", "/healthz", "/metrics", "/switch/directory"}
BEFORE_LOGIN = {
    ("/api/session", "POST"), ("/api/session/ways", "GET"), ("/api/session/link", "POST"), ("/api/session/link", "PUT"),
    ("/api/session/forgotten", "POST"), ("/api/session/second", "PUT"), ("/api/session/second/new", "PUT"),
    ("/api/session/passkey/options", "POST"), ("/api/session/passkey", "PUT"),
}  # fmt: skip
FEW = {
    "/api/reports/queues": {"leader", "admin"},
    "/api/reports/agents": {"leader", "admin"},
    "/api/reports/queues.<string:ending>": {"leader", "admin"},
    "/api/reports/agents.<string:ending>": {"leader", "admin"},
    "/api/reports/calls": {"leader", "admin"},
    "/api/recordings/<string:recording_id>/download": {"leader", "admin"},
    "/api/audit": {"admin"},
    "/api/audit.<string:ending>": {"admin"},
    "/api/audit/chain": {"admin"},
    "/api/notices/<notice_id>/readers": {"leader", "admin"},
    "/api/prompts/<name>": {"admin"},
    "/api/prompts/<name>/<folder>": {"admin"},
    "/api/prompts/<name>/<folder>/audio": {"admin"},
    "/api/webhooks/<webhook>/deliveries": {"admin"},
    "/api/webhooks/<webhook>/deliveries/<id:row>/replay": {"admin"},
    "/api/webhooks/<webhook>/test": {"admin"},
    "/api/customers/<customer_id>/merges": {"admin"},
    "/api/customers/<customer_id>/parts": {"admin"},
    "/api/opening": {"admin"},
    "/api/users/<login>/sign-in": {"admin"},
    "/api/users/<login>/link": {"admin"},
    "/api/users/<login>/lock": {"admin"},
    "/api/users/<login>/second-factors": {"admin"},
    "/api/users/<login>/sessions": {"admin"},
    "/api/users/<login>/sessions/<session_id>": {"admin"},
    "/api/users/invitations": {"admin"},
    "/api/centre/entities": {"admin"},
    "/api/centre/<entity>": {"admin"},
    "/api/centre/<entity>.<ending>": {"admin"},
    "/api/centre/<entity>/<key>": {"admin"},
    "/api/centre/<entity>/<key>/history": {"admin"},
    "/api/centre/<entity>/<key>/undo": {"admin"},
    **{
        f"/api/configuration/{path}": {"admin"}
        for path in ("draft", "check", "difference", "publish", "discard", "versions", "versions/<id:version>/rollback", "plans",
                     "plans/<id:plan>", "document.yaml")
    },
}


def test_every_route_against_every_role(web: Web) -> None:
    desks = {role: web.login(login) for role, login in LOGIN_OF.items()}
    routes = [(rule, method) for rule in web.app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}]
    assert len(routes) > 20
    for rule, method in routes:
        if rule.rule in EVERYBODY or rule.rule.startswith("/switch/prompts") or (rule.rule, method) in BEFORE_LOGIN:
            assert getattr(web.app.view_functions[rule.endpoint], ATTRIBUTE) == ()
            continue
        path = rule.rule.replace("<string:call_id>", "call-1001").replace("<string:recording_id>", "rec-1001")
        path = re.sub(r"<id:\w+>", "99", path).replace("<string:ending>", "csv").replace("<string:name>", "start.js")
        told = re.sub(r"<(?:any|string)\([^)]*\):", "<", rule.rule)
        path = re.sub(r"<(?:any|string)\([^)]*\):", "<", path)
        path = path.replace("<entity>", "teams").replace("<folder>", "zh").replace("<ending>", "csv").replace("<key>", "a")
        path = path.replace("<entity>", "teams").replace("<ending>", "csv").replace("<key>", "a")
        path = path.replace("<session_id>", "0" * 16).replace("<login>", "nobody")
        path = path.replace("<id:passkey_id>", "99")
        assert web.client().open(path, method=method, json={}).status_code == 401, path
        for role in ROLES:
            if (path, method) == ("/api/session", "DELETE"):
                continue
            answer = desks[role].call(method, path, json={} if method != "GET" else None)
            refused = answer.status_code == 403 and answer.get_json()["error_id"] == "not-allowed"
            assert refused == (role not in FEW.get(told, set(ROLES))), (method, path, role, answer.text)


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
