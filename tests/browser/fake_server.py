"""A small centre behind the REST and Socket.IO contract, for looking at the page and testing it without an engine.

It serves the built page, keeps its people and calls in memory, obeys the desk's commands in the simplest way and changes by
itself only when a test asks (``World.offer``, ``World.caller_hangs_up``) or ``busy_floor`` was called. It is a test double of
the contract, not of the engine: nothing here decides as the engine does.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, jsonify, request, send_from_directory
from flask_socketio import SocketIO, join_room
from werkzeug.serving import make_server

from cti_server.errors import ERRORS, CtiError, WrongState
from cti_server.events.errors import AgentBusy, NoSuchCommand, NoteChanged, NothingThere
from cti_server.features.look.contract import PICTURES
from cti_server.features.roles.contract import SHIPPED, shipped
from cti_server.features.users.passwords import check_password
from cti_server.features.users.second import new_codes
from tests.browser import fake_books as books
from tests.browser.fake_setup import setup
from webapp import errors
from webapp.auth.guard import BadCsrf
from webapp.auth.sessions import BadCredentials
from webapp.errors import NotLoggedIn
from webapp.features.session.proof import WrongPassword
from webapp.features.session.second import SecondFactorMissing, SecondFactorNeeded, enrolment
from webapp.schemas import IdConverter

DIST = Path(__file__).resolve().parents[2] / "webapp" / "frontend" / "dist"
BEFORE_LOGIN = {
    ("/api/session", "POST"), ("/api/session/ways", "GET"), ("/api/session/forgotten", "POST"), ("/api/session/link", "POST"),
    ("/api/session/link", "PUT"), ("/api/session/second/new", "PUT"), ("/api/session/away/sso", "POST"),
    ("/api/session/away", "PUT"), ("/api/look", "GET"),
    *((f"/api/look/{picture}", "GET") for picture in PICTURES),
}  # fmt: skip
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self' ws: wss:; object-src 'none'"
)
USERS: dict[str, dict[str, Any]] = {
    "li.wei": {
        "id": 1,
        "login": "li.wei",
        "name": "李伟",
        "role": "agent",
        "agent_id": "1001",
        "team": "day",
        "locale": "zh-CN",
    },
    "zhao.lei": {
        "id": 9,
        "login": "zhao.lei",
        "name": "赵磊",
        "role": "leader",
        "agent_id": "",
        "team": "day",
        "locale": "zh-CN",
    },
    "admin": {"id": 11, "login": "admin", "name": "Admin", "role": "admin", "agent_id": "", "team": "", "locale": "en"},
    "audit": {"id": 12, "login": "audit", "name": "Audit", "role": "auditor", "agent_id": "", "team": "", "locale": "en"},
}
for _user in USERS.values():
    _user |= {"group": "", "role_texts": SHIPPED[_user["role"]].texts(), "rights": dict(shipped(_user["role"]))}


def now_ms() -> int:
    return int(time.time() * 1000)


class World:
    """Everything that the page can see. ``emit(room, event)`` sends; rooms are 'floor', 'agent:ID' and 'mates:TEAM'."""

    def __init__(self) -> None:
        self.epoch, self._seq = 3, itertools.count(1)
        self.seq = 0
        self.lock = threading.RLock()
        self.agents = {a["id"]: a for a in books.agents(now_ms())}
        self.queues = {q["id"]: q for q in books.queues()}
        self.calls: dict[str, dict[str, Any]] = {}
        self.trunks, self.switches, self.alarms = books.trunks(), books.switches(), []  # type: ignore[var-annotated]
        self.health = {"engine": True, "redis": True, "behind_ms": 0}
        self.saved: list[dict[str, Any]] = []
        self.drafts: dict[str, dict[str, Any]] = {}
        self.listeners: dict[str, dict[str, Any]] = {}
        self.call_backs: dict[str, dict[str, Any]] = {}
        self.services = {s["id"]: s for s in books.services()}
        self.commands: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.frozen = False
        self.refuse: dict[str, str] = {}
        self._ids = itertools.count(1)
        self.emit: Any = lambda room, name, data: None

    def event(self, name: str, rooms: tuple[str, ...] = ("floor",), **data: Any) -> None:
        with self.lock:
            self.seq = next(self._seq)
            self.emit(rooms, "event", {"epoch": self.epoch, "seq": self.seq, "name": name, "at_ms": now_ms(), "data": data})

    def snapshot(self, user: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            mine = user["role"] == "agent"
            calls = [c for c in self.calls.values() if not mine or user["agent_id"] in books.agents_of(c)]
            return {
                "epoch": self.epoch,
                "seq": self.seq,
                "server_ms": now_ms(),
                **self.health,
                "agents": [a for a in self.agents.values() if not mine or a["team"] == user["team"]],
                "calls": calls,
                "queues": list(self.queues.values()),
                "trunks": [] if mine else self.trunks,
                "switches": [] if mine else self.switches,
                "alarms": [] if mine else self.alarms,
                "listeners": [] if mine else list(self.listeners.values()),
                "call_backs": list(self.call_backs.values()),
                "services": [] if mine else list(self.services.values()),
                "drafts": [d for d in self.drafts.values() if d["agent"] == user["agent_id"]],
            }

    def do_SwitchService(self, service_id: str, active: int) -> None:
        self.services[service_id] |= {"active": active, "since_ms": now_ms(), "person": "user:9"}
        self.event("service.changed", service=self.services[service_id])

    def do_AskCallBack(self, agent_id: str, colleague_id: str) -> None:
        view = {"id": f"{agent_id}/{colleague_id}", "agent": agent_id, "colleague": colleague_id}
        self.call_backs[view["id"]] = {**view, "since_ms": now_ms(), "until_ms": now_ms() + 1_800_000}
        self.event("call_back.wanted", ("floor", f"agent:{agent_id}"), call_back=self.call_backs[view["id"]])

    def do_CancelCallBack(self, agent_id: str, colleague_id: str) -> None:
        view = self.call_backs.pop(f"{agent_id}/{colleague_id}")
        self.event("call_back.removed", ("floor", f"agent:{agent_id}"), removed={"kind": "call_backs", "id": view["id"]})

    def agent(self, agent_id: str, state: str = "", **change: Any) -> None:
        agent = self.agents[agent_id]
        if state and state != agent["state"]:
            change |= {"state": state, "state_since_ms": now_ms()}
        if change.get("status", agent["status"]) != agent["status"]:
            change["status_since_ms"] = now_ms()
        self.agents[agent_id] = {**agent, "deadline_ms": 0, **change}
        self.event("agent.state_changed", ("floor", f"agent:{agent_id}", f"mates:{agent['team']}"), agent=self.agents[agent_id])

    def call(self, name: str, call_id: str, **change: Any) -> None:
        self.calls[call_id] = {**self.calls[call_id], **change}
        self._tell(name, self.calls[call_id])

    def _tell(self, name: str, view: dict[str, Any], *gone: str, **data: Any) -> None:
        rooms = sorted({f"agent:{agent}" for agent in (*books.agents_of(view), *gone) if agent})
        self.event(name, ("floor", *rooms), call=view, **data)

    def queue(self, queue_id: str) -> None:
        if not queue_id:
            return
        line = [c for c in self.calls.values() if c["queue"] == queue_id and c["phase"] in ("queued", "offered")]
        oldest = min((c["queued_ms"] for c in line), default=0)
        self.queues[queue_id] = {**self.queues[queue_id], "waiting": len(line), "oldest_ms": oldest}
        self.event("queue.changed", queue=self.queues[queue_id])

    def arrive(self, phase: str = "queued", **change: Any) -> str:
        call_id = f"c{next(self._ids)}"
        call = {**books.call(call_id, now_ms()), "phase": phase, **change}
        self.calls[call_id] = {**call, "place_ms": call["queued_ms"]}
        self.call("call.queued", call_id)
        self.queue(self.calls[call_id]["queue"])
        return call_id

    def offer(self, agent_id: str, call_id: str = "", **change: Any) -> str:
        call_id = call_id or self.arrive(**change)
        queue = self.calls[call_id]["queue"]
        self.agent(agent_id, "ringing", call_id=call_id, queue=queue, deadline_ms=now_ms() + 20_000)
        self.call("call.offered", call_id, phase="offered", agent=agent_id, offered_ms=now_ms())
        return call_id

    def connect(self, agent_id: str) -> None:
        call_id = self.agents[agent_id]["call_id"]
        self.agent(agent_id, "talking")
        legs = [books.leg("customer", hears=1), books.leg("agent", agent_id, hears=1, connected_ms=now_ms())]
        talks = {"phase": "connected", "agent": agent_id, "connected_ms": now_ms(), "recording": f"r-{call_id}", "legs": legs}
        talks |= {"slot": "", "waited_ms": self.calls[call_id]["waited_ms"] or now_ms() - self.calls[call_id]["queued_ms"]}
        self.call("call.connected", call_id, **talks)
        self.queue(self.calls[call_id]["queue"])

    def end(self, call_id: str) -> None:
        view = {**self.calls.pop(call_id), "phase": "ended", "outcome": "answered"}
        agent_id = view["agent"]
        if agent_id:
            today = self.agents[agent_id]["today"]
            self.agent(agent_id, "wrap_up", deadline_ms=now_ms() + 30_000, today={**today, "answered": today["answered"] + 1})
        self.event("call.ended", ("floor", f"agent:{agent_id}"), call=view)
        self.queue(view["queue"])

    def say_health(self, **change: Any) -> None:
        self.health |= change
        self.emit(("floor", "agent:1001"), "health", self.health)

    def plug_phone(self, **account: str) -> None:
        """From now on desks get this account for their web phone."""
        books.CENTRE["phone"] = account

    def ask(self, what: str) -> None:
        """Noted for the test, which makes the switch do it."""
        self.asked.append(what)

    def did(self) -> None:
        """The oldest thing asked for is done."""
        self.asked.pop(0)

    def new_epoch(self) -> None:
        """As after a restart of the engine: the next event has a higher epoch and a lower seq."""
        self.epoch += 1
        self._seq = itertools.count(1)
        self.event("engine.started", ("floor", "agent:1001"), epoch=self.epoch)

    def repeat_old(self, agent_id: str) -> None:
        """An event that was already told, with other contents: nobody may believe it."""
        stale = {**self.agents[agent_id], "status": "logged_out", "state": "idle"}
        data = {
            "epoch": self.epoch,
            "seq": max(0, self.seq - 1),
            "name": "agent.state_changed",
            "at_ms": now_ms(),
            "data": {"agent": stale},
        }
        self.emit(("floor", f"agent:{agent_id}"), "event", data)

    def busy_floor(self) -> None:
        """A floor in the middle of its day."""
        self.agent(
            "1002", "talking", status="ready", call_id=self.arrive("connected", agent="1002", connected_ms=now_ms() - 132_000)
        )
        self.agent(
            "1003",
            "holding",
            status="ready",
            call_id=self.arrive("on_hold", agent="1003", connected_ms=now_ms() - 45_000, held_ms=now_ms() - 9_000),
        )
        self.agent("1004", "wrap_up", status="ready", deadline_ms=now_ms() + 20_000)
        self.agent("1005", status="not_ready", reason="lunch")
        self.agent("1006", status="ready")
        self.agent("1007", "unreachable", status="ready", phone_registered=False)
        self.arrive("ivr", queue="", queued_ms=0)
        for wait_s, queue in ((95, "repair"), (40, "billing"), (12, "repair"), (3, "sales")):
            self.arrive(queue=queue, queued_ms=now_ms() - wait_s * 1000, arrived_ms=now_ms() - wait_s * 1000 - 14_000)
        self.alarms.append(
            {
                "id": "trunk-down:backup",
                "alarm": "trunk-down",
                "severity": "critical",
                "kind": "trunk",
                "about": "trunk",
                "subject": "backup",
                "text": "trunk backup on main is down: NOREG",
                "detail": False,
                "rule": "",
                "met": [],
            }
        )
        self.alarms.append(
            {
                "id": "rule-queue:long/repair",
                "alarm": "rule-queue",
                "severity": "major",
                "kind": "queue",
                "about": "queue",
                "subject": "repair",
                "text": "rule long: queue repair: Longest wait (s) 95 (at least 60); Agents ready 0 (below 1)",
                "detail": False,
                "rule": "Callers wait and nobody is ready",
                "met": [
                    {"figure": "oldest_s", "bound": "at_least", "limit": 60, "value": 95},
                    {"figure": "agents_ready", "bound": "below", "limit": 1, "value": 0},
                ],
            }
        )
        for alarm in self.alarms:
            self.event("alarm.raised", alarm=alarm)

    # ------------------------------------------------------------ commands

    def command(self, name: str, args: dict[str, Any]) -> dict[str, Any]:
        """The answer's data. Raises CtiError."""
        with self.lock:
            self.commands.append({"name": name, "args": args})
            if name in self.refuse:
                raise ERRORS[self.refuse[name]](self.refuse[name])
            act = getattr(self, f"do_{name}", None)
            if act is None:
                raise NoSuchCommand(f"nothing here does {name}")
            return act(**args) or {}

    def do_LoginAgent(self, agent_id: str, extension: str = "") -> None:
        self.agent(agent_id, "idle", status="not_ready", reason="", extension=extension or agent_id)

    def do_LogoutAgent(self, agent_id: str) -> None:
        self.agent(agent_id, "idle", status="logged_out", reason="", extension=agent_id)

    def do_ReadyAgent(self, agent_id: str) -> None:
        self.agent(agent_id, status="ready", reason="")

    def do_PauseAgent(self, agent_id: str, reason: str) -> None:
        self.agent(agent_id, status="not_ready", reason=reason)

    def do_AnswerCall(self, agent_id: str) -> None:
        self.colleague_answers(agent_id)

    def do_RejectCall(self, agent_id: str) -> None:
        call_id = self.agents[agent_id]["call_id"]
        self.agent(agent_id, "idle", call_id="", queue="", status="not_ready", reason="rejected")
        self.calls[call_id] = {**self.calls[call_id], "phase": "queued", "agent": ""}
        rooms = ("floor", f"agent:{agent_id}")
        self.event("call.offer_failed", rooms, call=self.calls[call_id], agent_id=agent_id, why="rejected")

    def do_HoldCall(self, agent_id: str) -> None:
        self.agent(agent_id, "holding")
        self.call("call.held", self.agents[agent_id]["call_id"], phase="on_hold", held_ms=now_ms())

    def do_ResumeCall(self, agent_id: str) -> None:
        self.agent(agent_id, "talking")
        self.call("call.resumed", self.agents[agent_id]["call_id"], phase="connected", held_ms=0)

    def do_HangupCall(self, agent_id: str = "", call_id: str = "") -> None:
        view = self.calls[call_id or self.agents[agent_id]["call_id"]]
        if agent_id and len(books.agents_of(view)) > 1:
            return self.do_ReturnToCaller(view["agent"]) if agent_id != view["agent"] else self.do_CompleteTransfer(agent_id)
        return self.end(view["id"])

    # ------------------------------------------------------------ a colleague in the call

    def _legs(self, customer: int, hears: dict[str, int], asker: str = "") -> list[dict[str, Any]]:
        """``hears``: agent -> media group; 0: is rung. ``asker`` asks the others."""
        found = [books.leg("customer", hears=customer, state="connected" if customer else "held")]
        for agent, group in hears.items():
            by = books.number_of(asker) if asker not in ("", agent) else 0
            found.append(books.leg("agent", agent, group, "connected" if group else "alerting", asked_by=by))
        return found

    def _ring(self, agent_id: str, call_id: str) -> None:
        """Raises AgentBusy."""
        agent = self.agents[agent_id]
        if agent["status"] == "logged_out" or agent["state"] != "idle":
            raise AgentBusy(f"agent {agent_id} cannot be rung now")
        self.agent(agent_id, "ringing", call_id=call_id, queue=self.calls[call_id]["queue"], deadline_ms=now_ms() + 25_000)

    def _other(self, agent_id: str) -> tuple[str, str]:
        """(call, colleague). Raises WrongState."""
        call_id = self.agents[agent_id]["call_id"]
        others = books.agents_of(self.calls[call_id]) - {agent_id}
        if not others:
            raise WrongState("it consults nobody")
        return call_id, others.pop()

    def do_ConsultAgent(self, agent_id: str, colleague_id: str) -> None:
        call_id = self.agents[agent_id]["call_id"]
        self._ring(colleague_id, call_id)
        legs = self._legs(0, {agent_id: 2, colleague_id: 0}, agent_id)
        self.call("call.offered", call_id, phase="on_hold", held_ms=now_ms(), legs=legs)
        self.agent(agent_id, "consulting")

    def do_ConsultQueue(self, agent_id: str, queue_id: str) -> None:
        """Nobody of it is free."""
        call_id = self.agents[agent_id]["call_id"]
        legs = [books.leg("customer", state="held"), books.leg("agent", agent_id, asks=queue_id)]
        self.call("call.held", call_id, phase="on_hold", held_ms=now_ms(), legs=legs)
        self.agent(agent_id, "consulting")

    def colleague_answers(self, agent_id: str) -> None:
        """Who is rung: is asked by the other one, or has the customer when there is none."""
        call_id = self.agents[agent_id]["call_id"]
        view = self.calls[call_id]
        others = books.agents_of(view) - {agent_id}
        if view["phase"] == "dialing":
            legs = [leg | ({"state": "connected"} if leg["agent"] == agent_id else {}) for leg in view["legs"]]
            return self.call("call.dialled", call_id, legs=legs)
        if not others or view["phase"] == "parked":
            return self.connect(agent_id)
        if any(leg["asked_by"] for leg in view["legs"]):
            asker = others.pop()
            self.call("call.data_changed", call_id, legs=self._legs(0, {asker: 2, agent_id: 2}, asker))
            return self.agent(agent_id, "consulting")
        return self._conference(call_id, dict.fromkeys((*sorted(others), agent_id), 1))

    def do_SwapCalls(self, agent_id: str) -> None:
        call_id, other = self._other(agent_id)
        back = self.agents[agent_id]["state"] == "consulting"
        legs = self._legs(1 if back else 0, {agent_id: 1 if back else 2, other: 2}, agent_id)
        self.agent(agent_id, "talking" if back else "consulting")
        change = {"phase": "connected", "held_ms": 0} if back else {"phase": "on_hold", "held_ms": now_ms()}
        self.call("call.resumed" if back else "call.held", call_id, legs=legs, **change)

    def do_CompleteTransfer(self, agent_id: str) -> None:
        call_id, other = self._other(agent_id)
        self._leaves(agent_id, call_id)
        if self.agents[other]["state"] == "consulting":
            self.connect(other)

    def _leaves(self, agent_id: str, call_id: str) -> None:
        legs = [leg for leg in self.calls[call_id]["legs"] if leg["agent"] != agent_id]
        self.calls[call_id] = {**self.calls[call_id], "agent": "", "phase": "connected", "legs": legs}
        self._tell("call.data_changed", self.calls[call_id], agent_id)
        self.agent(agent_id, "wrap_up", deadline_ms=now_ms() + 30_000)

    def do_ReturnToCaller(self, agent_id: str) -> None:
        call_id, other = self._other(agent_id)
        self.calls[call_id] = {
            **self.calls[call_id],
            "phase": "connected",
            "held_ms": 0,
            "legs": self._legs(1, {agent_id: 1}),
        }
        self._tell("call.resumed", self.calls[call_id], other)
        self.agent(other, "idle", call_id="", queue="")
        self.agent(agent_id, "talking")

    def do_TransferToAgent(self, agent_id: str, colleague_id: str) -> None:
        call_id = self.agents[agent_id]["call_id"]
        self._ring(colleague_id, call_id)
        legs = [*self.calls[call_id]["legs"], books.leg("agent", colleague_id, state="alerting")]
        self.call("call.offered", call_id, legs=legs)
        self._leaves(agent_id, call_id)

    def do_TransferToQueue(self, agent_id: str, queue_id: str) -> None:
        call_id = self.agents[agent_id]["call_id"]
        self._leaves(agent_id, call_id)
        self.call("call.queued", call_id, phase="queued", queue=queue_id, queued_ms=now_ms(), legs=[books.leg("customer")])
        self.queue(queue_id)

    def do_DialNumber(self, agent_id: str, number: str) -> dict[str, Any]:
        """The agent's own phone rings."""
        call_id = f"c{next(self._ids)}"
        legs = [books.leg("customer", state="alerting"), books.leg("agent", agent_id, state="alerting")]
        plain = {"name": "", "queue": "", "service_number": "", "service_name": "", "ivr_path": [], "data": {}, "queued_ms": 0}
        view = {**books.call(call_id, now_ms()), **plain, "number": number, "direction": "outbound", "phase": "dialing"}
        self.calls[call_id] = {**view, "agent": agent_id, "legs": legs}
        self.agent(agent_id, "dialing", call_id=call_id, deadline_ms=now_ms() + 25_000)
        self.call("call.data_changed", call_id)
        return {"call_id": call_id}

    def ring_at_once(self, agent_ids: list[str]) -> str:
        """A queue rings all of them for one call."""
        call_id = self.arrive()
        legs = [books.leg("customer"), *(books.leg("agent", agent_id, state="alerting") for agent_id in agent_ids)]
        for agent_id in agent_ids:
            queue = self.calls[call_id]["queue"]
            self.agent(agent_id, "ringing", call_id=call_id, queue=queue, deadline_ms=now_ms() + 20_000)
        self.call("call.offered", call_id, phase="offered", agent=agent_ids[0], offered_ms=now_ms(), legs=legs)
        return call_id

    # ------------------------------------------------------------ conferences, flows, slots

    def _conference(self, call_id: str, hears: dict[str, int]) -> None:
        self.call("call.resumed", call_id, phase="conference", held_ms=0, legs=self._legs(1, hears))
        for agent, group in hears.items():
            if group:
                self.agent(agent, "talking", call_id=call_id)

    def do_JoinCalls(self, agent_id: str) -> None:
        call_id, other = self._other(agent_id)
        self._conference(call_id, {agent_id: 1, other: 1})

    def do_AddAgent(self, agent_id: str, colleague_id: str) -> None:
        call_id = self.agents[agent_id]["call_id"]
        self._ring(colleague_id, call_id)
        self.call("call.offered", call_id, legs=[*self.calls[call_id]["legs"], books.leg("agent", colleague_id, 0, "alerting")])

    def do_MuteParty(self, agent_id: str, party: int, muted: bool) -> None:
        call_id = self.agents[agent_id]["call_id"]
        legs = [{**leg, "muted": muted} if leg["no"] == party else leg for leg in self.calls[call_id]["legs"]]
        self.call("call.data_changed", call_id, legs=legs)

    def do_DropParty(self, agent_id: str, party: int) -> None:
        call_id = self.agents[agent_id]["call_id"]
        view = self.calls[call_id]
        legs = [leg for leg in view["legs"] if leg["no"] != party]
        (gone,) = [leg["agent"] for leg in view["legs"] if leg["no"] == party]
        self.calls[call_id] = {**view, "legs": legs, "phase": "conference" if len(legs) > 2 else "connected"}
        self._tell("call.data_changed", self.calls[call_id], gone)
        self.agent(gone, "idle", call_id="", queue="")

    def do_TransferToFlow(self, agent_id: str, flow: str, node: str = "") -> None:
        call_id = self.agents[agent_id]["call_id"]
        self._leaves(agent_id, call_id)
        self.call("call.ivr_entered", call_id, phase="ivr", legs=[books.leg("customer")])

    def do_SendToFlow(self, agent_id: str, flow: str, node: str = "") -> None:
        call_id = self.agents[agent_id]["call_id"]
        self.agent(agent_id, "holding")
        self.call("call.ivr_entered", call_id, phase="ivr", held_ms=now_ms())

    def do_ParkCall(self, agent_id: str, slot: str) -> None:
        call_id = self.agents[agent_id]["call_id"]
        self._leaves(agent_id, call_id)
        self.call("call.held", call_id, phase="parked", slot=slot, held_ms=now_ms(), legs=[books.leg("customer", state="held")])

    def do_RetrieveCall(self, agent_id: str, slot: str) -> None:
        found = [call["id"] for call in self.calls.values() if call["slot"] == slot]
        if not found:
            raise NothingThere(f"no call is parked in slot {slot}")
        self._ring(agent_id, found[0])
        legs = [*self.calls[found[0]]["legs"], books.leg("agent", agent_id, 0, "alerting")]
        self.call("call.offered", found[0], legs=legs)

    def do_PickUpCall(self, agent_id: str, colleague_id: str = "") -> None:
        team = self.agents[agent_id]["team"]
        for call in self.calls.values():
            if call["phase"] == "offered" and self.agents[call["agent"]]["team"] == team:
                self.agent(call["agent"], "idle", call_id="", queue="")
                view, gone = {**call, "agent": agent_id}, call["agent"]
                self._tell("call.offer_failed", view, gone, agent_id=gone, why="withdrawn")
                self.offer(agent_id, call["id"])
                return
        raise NothingThere("nothing rings there")

    # ------------------------------------------------------------ who listens

    def _listened(self, agent_id: str, call_id: str) -> str:
        return call_id or str(self.agents[agent_id]["call_id"])

    def do_ListenToCall(self, extension: str, agent_id: str = "", call_id: str = "", mode: str = "listen") -> None:
        heard = {"id": extension, "call_id": self._listened(agent_id, call_id), "agent": agent_id}
        self.listener(**heard, mode=mode, state="listening", person="user:11")

    def listener(self, **view: str) -> None:
        self.listeners[view["id"]] = {**self.listeners.get(view["id"], {}), **view}
        self.event("listener.changed", listener=self.listeners[view["id"]])

    def do_SetListening(self, extension: str, mode: str, agent_id: str = "", call_id: str = "") -> None:
        self.listener(id=extension, mode=mode)

    def do_TakeOverCall(self, extension: str, agent_id: str = "", call_id: str = "") -> None:
        view = self.listeners[extension]
        legs = [books.leg("customer", hears=1), books.leg("supervisor", hears=1, no=9, number=extension)]
        if view["agent"]:
            self._leaves(view["agent"], view["call_id"])
        self.call("call.connected", view["call_id"], phase="connected", agent="", legs=legs)
        self.listener(id=extension, state="talking")

    def do_StopListening(self, extension: str, agent_id: str = "", call_id: str = "") -> None:
        self.listeners.pop(extension)
        self.event("listener.removed", removed={"kind": "listeners", "id": extension})

    def do_SaveNote(self, agent_id: str, call_id: str, note: str, version: int, code: str = "") -> dict[str, Any]:
        draft_id = f"{agent_id}/{call_id}"
        old = self.drafts.get(draft_id, {"note": "", "version": 0, "code": ""})
        if old["version"] not in (0, version) and note != old["note"]:
            raise NoteChanged("another window was faster", {key: old[key] for key in ("note", "version", "code")})
        draft = {"id": draft_id, "agent": agent_id, "call_id": call_id, "note": note, "at_ms": now_ms()}
        self.drafts[draft_id] = {**draft, "version": old["version"] + 1, "code": code or old["code"]}
        self.saved.append(self.drafts[draft_id])
        self.event("call.note_saved", (f"agent:{agent_id}",), draft=self.drafts[draft_id])
        return {"version": old["version"] + 1}

    def do_SetDisposition(
        self, agent_id: str, call_id: str, code: str, version: int = 0, note: str | None = None
    ) -> dict[str, Any]:
        old = self.drafts.get(f"{agent_id}/{call_id}", {"note": ""})
        return self.do_SaveNote(agent_id, call_id, old["note"] if note is None else note, version, code)

    def do_EndWrapUp(self, agent_id: str) -> None:
        self.agent(agent_id, "idle", call_id="", queue="")


def make_app(world: World) -> Flask:
    app = Flask(__name__)
    app.url_map.converters.update(id=IdConverter)
    io = SocketIO(app, async_mode="threading", logger=False, engineio_logger=False)
    sessions: dict[str, dict[str, Any]] = {}
    tickets: dict[str, dict[str, Any]] = {}
    people: dict[str, dict[str, Any]] = {}

    def emit(rooms: tuple[str, ...], name: str, data: Any) -> None:
        io.emit(name, data, to=list(rooms))

    world.emit = emit

    def beat() -> None:
        while True:
            time.sleep(2)
            if not world.frozen:
                io.emit("beat", {"server_ms": now_ms()})

    threading.Thread(target=beat, daemon=True).start()

    def user() -> dict[str, Any] | None:
        return sessions.get(request.cookies.get("cti_session", ""))

    app.register_error_handler(CtiError, errors.on_cti_error)
    for blueprint in setup(lambda call_id: str(world.calls.get(call_id, {}).get("number", ""))):
        app.register_blueprint(blueprint)

    @app.before_request
    def guard() -> Any:
        if request.path.startswith("/api/") and user() is None and (request.path, request.method) not in BEFORE_LOGIN:
            raise NotLoggedIn("log in first")
        if request.method not in ("GET", "HEAD") and user() and request.headers.get("X-CSRF-Token") != "token":
            raise BadCsrf("no token")
        g.fake_user = user()
        return None

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.post("/api/session")
    def login() -> Any:
        found = USERS.get(request.json["login"])
        if found is not None and request.json["password"] == "half":  # what a second factor is asked for
            raise SecondFactorNeeded("now the second factor", {"pending": "p", "totp": True, "passkey": True})
        if found is not None and request.json["password"] == "first":
            raise SecondFactorMissing("set it up", {"pending": "p", **enrolment(books.SOMEBODY)})
        if found is None or request.json["password"] != "demo":
            raise BadCredentials("login or password is wrong")
        key = f"s{len(sessions)}"
        sessions[key] = dict(found)
        response = jsonify(user=found, teams=[], csrf="token")
        response.set_cookie("cti_session", key, httponly=True, samesite="Lax")
        return response

    @app.get("/api/session/ways")
    def ways() -> Any:
        return jsonify(forgotten=True, providers=books.PROVIDERS)

    @app.post("/api/session/away/<provider>")
    def go_away(provider: str) -> Any:
        return jsonify(url=f"/sign-in?state=s&code={provider}")

    @app.put("/api/session/away")
    def come_back() -> Any:
        return jsonify(user=USERS["admin"], teams=[], csrf="token")

    @app.post("/api/session/sign-out")
    def sign_out() -> Any:
        sessions.pop(request.cookies.get("cti_session", ""), None)
        return jsonify(url="")

    @app.post("/api/session/forgotten")
    def forgotten() -> Any:
        return "", 204

    @app.post("/api/session/link")
    def look_at_link() -> Any:
        return jsonify(books.link_for(request.json["token"], now_ms()))

    @app.put("/api/session/link")
    def use_link() -> Any:
        books.link_for(request.json["token"], now_ms())
        check_password(request.json["password"], "sun.li", "孙丽")
        return "", 204

    @app.get("/api/session/account")
    def account() -> Any:
        return jsonify(has_password=True, second=books.SECOND, sessions=books.web_sessions(now_ms()))

    @app.post("/api/session/totp")
    def begin_totp() -> Any:
        return jsonify(enrolment(books.SOMEBODY))

    @app.put("/api/session/second/new")
    def first_second() -> Any:
        return jsonify(user=USERS["admin"], teams=[], csrf="token", recovery_codes=new_codes())

    @app.put("/api/session/password")
    def own_password() -> Any:
        if request.json["old"] not in ("demo", "correct horse"):
            raise WrongPassword("the present password is wrong")
        return who()

    @app.get("/api/users/<login>/sign-in")
    def sign_in(login: str) -> Any:
        return jsonify(books.sign_in(login, now_ms()))

    @app.post("/api/users/<login>/link")
    def make_link(login: str) -> Any:
        return jsonify(books.made_link(login, now_ms()))

    @app.post("/api/users/invitations")
    def invite_all() -> Any:
        return jsonify(people=[books.made_link(login, now_ms()) for login in ("sun.li", "he.yu")], mailed=1)

    @app.get("/api/session")
    def who() -> Any:
        return jsonify(user=user(), teams=[], csrf="token")

    @app.put("/api/session/locale")
    def locale() -> Any:
        (user() or {})["locale"] = request.json["locale"]
        return jsonify(user=user(), teams=[], csrf="token")

    @app.post("/api/ticket")
    def ticket() -> Any:
        key = f"t{len(tickets)}"
        tickets[key] = user() or {}
        return jsonify(ticket=key)

    @app.get("/api/centre")
    def centre() -> Any:
        return jsonify(books.CENTRE)

    @app.post("/api/commands")
    def command() -> Any:
        return jsonify(data=world.command(request.json["name"], request.json["args"]))

    @app.get("/api/calls")
    def calls() -> Any:
        rows = books.call_rows(request.args)
        return jsonify(items=rows, total=len(rows), page=1, per_page=50)

    @app.get("/api/calls/<call_id>")
    def call(call_id: str) -> Any:
        return jsonify(books.call_detail(call_id))

    @app.get("/api/audit")
    def audit() -> Any:
        rows = books.audit_rows(request.args)
        return jsonify(items=rows, total=len(rows), page=1, per_page=50)

    @app.get("/api/audit/chain")
    def audit_chain() -> Any:
        return jsonify(books.audit_chain())

    @app.get("/api/recordings/<recording_id>/audio")
    def audio(recording_id: str) -> Any:
        return Response(books.tone(), mimetype="audio/wav", headers={"Accept-Ranges": "bytes"})

    @app.get("/api/reports/queues")
    def queue_report() -> Any:
        return jsonify(books.queue_report())

    @app.get("/api/reports/agents")
    def agent_report() -> Any:
        return jsonify(books.agent_report())

    @app.get("/api/reports/calls")
    def figure_calls() -> Any:
        rows = books.call_rows(request.args)
        return jsonify(items=rows, total=len(rows), page=1, per_page=50)

    @app.post("/test/<name>")
    def control(name: str) -> Any:
        """What a test does to the world: a method of World by its name with the JSON body as arguments."""
        with world.lock:
            return jsonify(result=getattr(world, name)(**request.json))

    @app.post("/test/put")
    def put() -> Any:
        vars(world).update(request.json)
        return jsonify(result=None)

    @app.get("/test/log")
    def log() -> Any:
        return jsonify(commands=world.commands, saved=world.saved, seq=world.seq, asked=world.asked)

    @app.get("/", defaults={"path": "index.html"})
    @app.get("/<path:path>")
    def page(path: str) -> Any:
        return send_from_directory(DIST, path if (DIST / path).is_file() else "index.html")

    @io.on("connect")
    def connect(auth: dict[str, str] | None) -> Any:
        who = tickets.pop((auth or {}).get("ticket", ""), None)
        if who is None:
            return False
        for room in ("floor",) if who["role"] != "agent" else (f"agent:{who['agent_id']}", f"mates:{who['team']}"):
            join_room(room)
        people[request.sid] = who  # type: ignore[attr-defined]
        with world.lock:
            io.emit("snapshot", world.snapshot(who), to=request.sid)  # type: ignore[attr-defined]
        return None

    @io.on("resync")
    def resync() -> None:
        with world.lock:
            io.emit("snapshot", world.snapshot(people[request.sid]), to=request.sid)  # type: ignore[attr-defined]

    return app


def main() -> None:
    """Prints its address and serves until it is ended. Arguments: port (0: a free one), certificate and key for HTTPS."""
    port, *tls = sys.argv[1:] or ["0"]
    server = make_server("127.0.0.1", int(port), make_app(World()), threaded=True, ssl_context=tuple(tls) or None)
    print(f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
