"""``make bench-control``: from a command to the event that confirms it, on a real FreeSWITCH, beside running recorded talks.

One talk of two agents is held, resumed, consulted from, joined, listened to and passed on, again and again, each time timed from
the command's way out to what confirms it: the engine's answer, which comes when the switch has shown it (hold, resume, join), or
the event (the two of a consult hear each other, the colleague has the customer, the leader's phone listens). Phones answer at
once. The last line is one JSON object: ``NAME_p50_ms`` and ``NAME_p99_ms`` of each.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.errors import CtiError
from cti_server.events import commands as do
from cti_server.events.declare import Arguments
from cti_server.events.envelope import Envelope, decode
from cti_server.events.views import AGENT, CALL, LISTENER
from scripts.bench import switch
from scripts.bench.switch_listener import Listener
from scripts.bench.switch_server import HOST
from scripts.errors import BenchFailed
from scripts.stack import centre

NUMBER = "9000"
CONFIRMED_S = 5.0
Sees = Callable[[Envelope], bool]


class Run(switch.Run):
    def prepare(self) -> None:
        stack, server, options = self.stack, self.switch, self.options
        server.configure()
        server.start()
        self.sipp.start_phones()
        stack.environ["CTI_ESL_PASSWORD"] = server.password
        stack.environ["CTI_SWITCHES"] = f"main=esl://{HOST}:{server.esl_port}"
        *agents, self.phone = [phone.extension for phone in server.phones]  # the last is the leader's
        config = centre(agents, [NUMBER], str(server.recordings), wrap_up_s=0)
        stack.begin(replace(config, prompts_dir=str(server.prompts)))
        self.listener = Listener(HOST, server.esl_port, server.password)
        self.sipp.register()
        stack.spawn("worker")
        stack.start_daemon()
        stack.hire(agents)
        self.commands = CommandClient(stack.client, stack.keys, process_name("bench"))
        self.sipp.call(NUMBER, len(agents) - 1, 10.0, options.talk)
        stack.wait("the talks", lambda: len(self._views(CALL.table, phase="connected")) == len(agents) - 1, 60)
        self.found: dict[str, list[float]] = defaultdict(list)
        self.failures = 0

    def play(self) -> dict[str, Any]:
        call = self._views(CALL.table, phase="connected")[0]
        self.call, self.agent = call["id"], call["agent"]
        (idle,) = self._views(AGENT.table, state="idle", status="ready")
        self.other = idle["id"]
        for n in range(self.options.rounds):
            print(f"\rround {n + 1} of {self.options.rounds}", end="", file=sys.stderr)
            try:
                self._round()
            except (CtiError, BenchFailed) as error:
                self.failures += 1
                print(f"\n{error}", file=sys.stderr)
                self._again()
        print(file=sys.stderr)
        figures: dict[str, Any] = {"talks": len(self._views(CALL.table)), "rounds": self.options.rounds}
        for name, times in self.found.items():
            ordered = sorted(times)
            figures[f"{name}_p50_ms"] = switch.percentile(ordered, 0.5)
            figures[f"{name}_p99_ms"] = switch.percentile(ordered, 0.99)
        return {**figures, "failures": self.failures}

    def _round(self) -> None:
        agent, other = self.agent, self.other
        self._timed("hold", do.HoldCall(agent_id=agent))
        self._timed("resume", do.ResumeCall(agent_id=agent))
        self._timed("consult", do.ConsultAgent(agent_id=agent, colleague_id=other), self._pair)
        self._timed("join", do.JoinCalls(agent_id=agent))
        self._do(do.DropParty(agent_id=agent, party=self._party(other)))
        self._idle(other)
        self._timed("listen", do.ListenToCall(agent_id=agent, extension=self.phone), self._listens)
        self._do(do.StopListening(agent_id=agent, extension=self.phone))
        self.stack.wait("nobody listens", lambda: not self._views(LISTENER.table), CONFIRMED_S)
        self._do(do.ConsultAgent(agent_id=agent, colleague_id=other))
        self.stack.wait("they consult", lambda: self._views(AGENT.table, id=other, state="consulting"), CONFIRMED_S)
        self._timed("complete", do.CompleteTransfer(agent_id=agent), self._has_it)
        self._idle(agent)
        self.agent, self.other = other, agent

    def _again(self) -> None:
        """After a failure: whoever has it talks, the other is idle."""
        talks = self._views(CALL.table, id=self.call)
        if not talks or talks[0]["agent"] not in (self.agent, self.other):
            raise BenchFailed("the talk is lost")
        if talks[0]["agent"] != self.agent:
            self.agent, self.other = self.other, self.agent
        for wish in (do.ReturnToCaller(agent_id=self.agent), do.ResumeCall(agent_id=self.agent)):
            try:
                self._do(wish)
            except CtiError:
                continue

    # ------------------------------------------------------------ one command

    def _timed(self, name: str, wish: Arguments, sees: Sees | None = None) -> None:
        """Milliseconds to the answer, or to the event that ``sees`` knows."""
        last = self.stack.client.xrevrange(self.stack.keys.events, count=1)
        position = last[0][0] if last else b"0"
        began = time.monotonic()
        self._do(wish)
        if sees is not None:
            self._event(name, position, sees, began + CONFIRMED_S)
        self.found[name].append(round(1000 * (time.monotonic() - began), 1))

    def _do(self, wish: Arguments) -> None:
        self.commands.send(wish, "user:bench")

    def _event(self, name: str, position: bytes, sees: Sees, end: float) -> None:
        while (left := end - time.monotonic()) > 0:
            found: Any = self.stack.client.xread({self.stack.keys.events: position}, block=max(1, int(1000 * left)))
            for entry, fields in found[0][1] if found else ():
                position = entry
                if sees(decode(fields[b"e"])):
                    return
        raise BenchFailed(f"{name}: nothing confirmed it within {CONFIRMED_S:.0f} s")

    def _pair(self, event: Envelope) -> bool:
        """The two of the consult hear each other."""
        view = event.data.get("call", {})
        return bool(view.get("id") == self.call and sum(leg["hears"] == 2 for leg in view["legs"]) == 2)

    def _has_it(self, event: Envelope) -> bool:
        view = event.data.get("call", {})
        return bool(view.get("id") == self.call and view["phase"] == "connected" and view["agent"] == self.other)

    def _listens(self, event: Envelope) -> bool:
        return bool(event.data.get("listener", {}).get("state") == "listening")

    def _party(self, agent: str) -> int:
        (view,) = self._views(CALL.table, id=self.call)
        return int(next(leg["no"] for leg in view["legs"] if leg["agent"] == agent))

    def _idle(self, agent: str) -> None:
        self.stack.wait(f"{agent} is idle", lambda: self._views(AGENT.table, id=agent, state="idle"), CONFIRMED_S)

    def _views(self, kind: str, **wanted: Any) -> list[dict[str, Any]]:
        rows = self.stack.views(kind)
        return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--agents", type=int, default=23, help="phones: the talks, one colleague, one leader")
    parser.add_argument("--talk", type=float, default=3600.0, help="seconds that the callers stay")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    options = parser.parse_args()
    options.record = True
    switch.play("bench-control", Run, options, sessions_per_second=300)


if __name__ == "__main__":
    main()
