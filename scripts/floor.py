"""What the demo's virtual colleagues do: they log in, take calls, wrap up and go on, so that the floor is alive. Now and then one
asks another, and passes the caller on, joins all three, or goes back.

They act as the people of the demo would, by commands only. VISITORS are left for people's browsers: whoever goes ready there is
called within seconds, on the direct line.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import cast

import gevent
import redis

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.keys import Keys
from cti_server.domain.border import BadInput
from cti_server.errors import CtiError
from cti_server.events.commands import (
    CompleteTransfer,
    ConsultAgent,
    EndWrapUp,
    HangupCall,
    JoinCalls,
    LoginAgent,
    LogoutAgent,
    PauseAgent,
    ReadyAgent,
    ReturnToCaller,
    SetDisposition,
    TransferToQueue,
)
from cti_server.events.declare import Arguments
from cti_server.events.views import AGENT, CALL, AgentView, decode_row
from cti_server.features.centre.seed import VISITORS
from cti_server.features.start import colleagues

CALL_AFTER_MS = (2000, 5000)
"""How long a visitor who is ready waits for the next caller."""
CALL_AGAIN_MS = 20_000
LOOK_S = 1.0
ASKS, PASSES_ON = 0.06, 0.015
"""How often a look at one who talks (every 14 s or so) leads to a question to a colleague, or the caller back into the line."""
AFTER_A_CONSULT = (CompleteTransfer, CompleteTransfer, ReturnToCaller, JoinCalls)
DISPOSITIONS = ("resolved", "resolved", "resolved", "follow-up", "wrong-number")


@dataclass(slots=True)
class Colleagues:
    """Looks at the agents' mirror every second and does what each colleague would do next. ``call`` makes a caller; ``callers``:
    whether the simulated switch goes on calling."""

    redis: redis.Redis
    keys: Keys
    commands: CommandClient
    call: Callable[[], object]
    callers: Callable[[bool], object] = lambda on: None
    random: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - behaviour, not secrets
    clock: SystemClock = field(default_factory=SystemClock)
    due_ms: dict[str, int] = field(default_factory=dict)
    call_ms: dict[str, int] = field(default_factory=dict)
    views: dict[str, AgentView] = field(default_factory=dict)
    is_home: bool = False
    asking: dict[str, str] = field(default_factory=dict)  # agent -> the call about which it asks a colleague

    def run(self) -> None:
        while True:
            calls: list[str] = []
            try:
                rows = cast(dict[bytes, bytes], self.redis.hgetall(self.keys.mirror(AGENT.table)))
                home = colleagues.are_sent_home(self.redis, self.keys)
                if home:
                    calls = [one.decode() for one in cast(list[bytes], self.redis.hkeys(self.keys.mirror(CALL.table)))]
            except redis.RedisError:
                rows, home = {}, self.is_home
            self.views = {}
            for thing, raw in rows.items():
                try:
                    view = decode_row(AGENT.table, thing, raw)[1]["view"]
                except BadInput:  # the daemon tells of it
                    continue
                self.views[view["id"]] = view
            self.look(home, calls)
            gevent.sleep(LOOK_S)

    def look(self, home: bool, calls: list[str]) -> None:
        """``home``: they have been sent home; ``calls``: what is going on then."""
        played = [view for view in self.views.values() if view["id"] not in VISITORS]
        with suppress(redis.RedisError):
            colleagues.tell(self.redis, self.keys, (view["id"] for view in played))
        if home:
            self._go_home(played, calls)
            return
        if self.is_home and played:  # there is a demo again
            self.is_home = False
            self.callers(True)
        for view in self.views.values():
            if view["id"] in VISITORS:
                self._visitor(view)
            elif not self.is_home:
                self.live(view)

    def _go_home(self, played: list[AgentView], calls: list[str]) -> None:
        """Nobody calls any more, what is going on ends, and everybody logs out."""
        if not self.is_home:
            self.is_home = True
            self.callers(False)
        self.due_ms.clear()
        for call_id in calls:
            self._do("", HangupCall(call_id=call_id))
        for view in played:
            if view["state"] == "wrap_up":
                self._do(view["id"], EndWrapUp(agent_id=view["id"]))
            if view["status"] != "logged_out":
                self._do(view["id"], LogoutAgent(agent_id=view["id"]))

    def _visitor(self, view: AgentView) -> None:
        """One who is ready and idle is called soon; again when that caller went to somebody else."""
        agent, now_ms = view["id"], self.clock.now_ms()
        if (view["status"], view["state"]) != ("ready", "idle"):
            self.call_ms.pop(agent, None)
        elif now_ms >= self.call_ms.setdefault(agent, now_ms + self.random.randint(*CALL_AFTER_MS)):
            self.call_ms[agent] = now_ms + CALL_AGAIN_MS
            self.call()

    def live(self, view: AgentView) -> None:
        """What this agent does now, if it is time."""
        agent, now_ms = view["id"], self.clock.now_ms()
        key = f"{agent}:{view['status']}:{view['state']}:{view['call_id']}"
        if key not in self.due_ms:
            for old in [k for k in self.due_ms if k.startswith(f"{agent}:")]:
                del self.due_ms[old]
            self.due_ms[key] = now_ms + self.random.randint(2000, 9000)
        if now_ms < self.due_ms[key]:
            return
        if view["status"] == "logged_out":
            self._do(agent, LoginAgent(agent_id=agent))
            self._do(agent, ReadyAgent(agent_id=agent))
        elif view["state"] == "wrap_up":
            if view["call_id"]:
                code = self.random.choice(DISPOSITIONS)
                self._do(agent, SetDisposition(agent_id=agent, call_id=view["call_id"], code=code, note=""))
            self._do(agent, EndWrapUp(agent_id=agent))
        elif view["state"] == "talking":
            self._talks(view)
        elif view["state"] == "consulting" and self.asking.pop(agent, "") == view["call_id"]:
            self._do(agent, self.random.choice(AFTER_A_CONSULT)(agent_id=agent))
        elif view["status"] == "not_ready" and view["state"] == "idle":
            self._do(agent, ReadyAgent(agent_id=agent))
        elif view["status"] == "ready" and view["state"] == "idle" and self.random.random() < 0.002:
            self._do(agent, PauseAgent(agent_id=agent, reason="lunch"))
        self.due_ms[key] = now_ms + self.random.randint(8000, 20000)

    def _talks(self, view: AgentView) -> None:
        agent, chance = view["id"], self.random.random()
        free = [
            other["id"]
            for other in self.views.values()
            if (other["status"], other["state"]) == ("ready", "idle") and other["id"] not in (agent, *VISITORS)
        ]
        if chance < ASKS and free and self.asking.get(agent) != view["call_id"]:
            self.asking[agent] = view["call_id"]
            self._do(agent, ConsultAgent(agent_id=agent, colleague_id=self.random.choice(free)))
        elif ASKS <= chance < ASKS + PASSES_ON and view["queue"]:
            self._do(agent, TransferToQueue(agent_id=agent, queue_id=view["queue"]))

    def _do(self, agent: str, wish: Arguments) -> None:
        try:
            self.commands.send(wish, f"agent:{agent}" if agent else "system:colleagues")
        except CtiError as error:
            print(f"{wish}: {error}", file=sys.stderr)
