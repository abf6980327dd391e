"""``bench-acd``: the engine alone under a full centre, through the whole life of every call.

10,000 agents in 50 teams serve 500 queues (three each) and all of them talk; 5,000 callers wait. In each step one
conversation ends, its agent ends wrap-up and gets the best waiting call of the three lines (offer, ringing, answer, bridge,
recording), and a new caller comes in, so that the centre stays full: one whole life a step. Every switch event and the
outcome of every effect of that life is an input. Time is virtual, 1 ms a step. Half of the lives are measured as a whole:
``calls_per_s`` is lives per CPU second of the process; the other half one ``handle`` at a time: ``handle_p99_ms`` is the 99th
percentile of its CPU time (wall-clock time beside it). ``loop_s``, the CPU time of ten million additions, tells how fast
the machine was.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
from array import array
from collections import deque
from time import perf_counter_ns, process_time, thread_time_ns

from cti_server.domain import switch as sw
from cti_server.domain.config import AgentConfig, CentreConfig, QueueConfig, ServiceNumberConfig, TeamConfig
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import CommandInput, EffectResult, Input, SwitchEffect, SwitchInput, Tick
from cti_server.events.commands import EndWrapUp, LoginAgent, ReadyAgent
from cti_server.events.declare import Arguments

NODE = "main"
START_MS = 1_800_000_000_000


def centre(agents: int, queues: int) -> CentreConfig:
    """Agent n serves queues n, n + 7 and n + 31 (modulo the number of queues)."""
    lines = {f"q{n}": QueueConfig(f"q{n}", f"Queue {n}", wrap_up_s=5) for n in range(queues)}
    people = {}
    for n in range(agents):
        served = {f"q{(n + k) % queues}": 1 for k in (0, 7, 31)}
        people[f"a{n}"] = AgentConfig(f"a{n}", f"Agent {n}", f"{10_000 + n}", f"t{n % queues // 10}", served)
    teams = {f"t{n}": TeamConfig(f"t{n}", f"Team {n}") for n in range((queues + 9) // 10)}
    numbers = {f"8{n:04d}": ServiceNumberConfig(f"8{n:04d}", f"Line {n}", "", f"q{n}") for n in range(queues)}
    return CentreConfig(1, "main", agents=people, teams=teams, queues=lines, service_numbers=numbers)


class Bench:
    """Plays switch and people for one engine, with as little work of its own as possible."""

    def __init__(self, agents: int, queues: int) -> None:
        self.engine = Engine(centre(agents, queues), 1, 1)
        self.queues = queues
        self.now = START_MS
        self.inbox: deque[Input] = deque()
        self.offers: deque[tuple[str, str, str]] = deque()  # caller's leg, agent's leg, agent
        self.talking: deque[tuple[str, str, str]] = deque()
        self.files: dict[str, str] = {}
        self.playing: dict[str, str] = {}  # leg -> exec_id of its music
        self.times = array("q")
        self.wall = array("q")
        self.timed = False
        self.inputs = 0
        self.arrived = 0

    def give(self, item: Input) -> None:
        """One input and the outcomes of its effects."""
        inbox = self.inbox
        inbox.append(item)
        while inbox:
            self.inputs += 1
            if self.timed:
                began, before = perf_counter_ns(), thread_time_ns()
                effects = self.engine.handle(inbox.popleft())
                self.times.append(thread_time_ns() - before)
                self.wall.append(perf_counter_ns() - began)
            else:
                effects = self.engine.handle(inbox.popleft())
            for effect in effects:
                if isinstance(effect, SwitchEffect):
                    if effect.effect_id:
                        inbox.append(EffectResult(self.now, effect.effect_id, True, "+OK"))
                    command = effect.command
                    if isinstance(command, sw.SetVariable) and command.name == "cti_record" and command.value:
                        self.files[command.leg] = command.value
                    elif isinstance(command, sw.Execute) and command.application == "playback":
                        self.playing[command.leg] = command.exec_id
                    elif isinstance(command, sw.Originate):
                        self.offers.append((command.connect_to, command.leg, command.variables["cti_agent"]))

    def say(self, event: sw.SwitchEvent) -> None:
        self.give(SwitchInput(self.now, event))

    def command(self, wish: type[Arguments], agent: str) -> None:
        self.give(CommandInput(self.now, "c", wish.__name__, {"agent_id": agent}, f"agent:{agent}", 0))

    # ------------------------------------------------------------ the life of a call

    def arrive(self) -> None:
        number = self.arrived
        self.arrived += 1
        leg, destination = f"caller-{number:08d}", f"8{(number * 13) % self.queues:04d}"
        self.say(sw.LegCreated(NODE, 0, leg, "inbound", "13800138000", "Li Lei", destination, "public", "external", "carrier"))
        self.say(sw.LegParked(NODE, 0, leg, "inbound", False, "13800138000", "Li Lei", destination, "public", "carrier"))
        self.say(sw.LegAnswered(NODE, 0, leg))

    def connect(self) -> None:
        """Ring and pick up the oldest offer."""
        caller, leg, agent = self.offers.popleft()
        self.say(sw.LegCreated(NODE, 0, leg, "outbound", "", "", "", "default", "internal", ""))
        self.say(sw.LegRinging(NODE, 0, leg, False))
        self.say(sw.LegAnswered(NODE, 0, leg))
        self.say(sw.RecordingStarted(NODE, 0, caller, self.files[caller]))
        self.say(sw.JobDone(NODE, 0, leg, True, "+OK"))
        self.say(sw.ApplicationDone(NODE, 0, caller, "playback", self.playing.pop(caller), "PLAYBACK ERROR", ""))
        self.say(sw.LegUnparked(NODE, 0, caller))
        self.say(sw.LegsBridged(NODE, 0, caller, leg))
        self.talking.append((caller, leg, agent))

    def hang_up(self) -> None:
        """The oldest conversation ends and is wrapped up; that makes the next offer."""
        caller, leg, agent = self.talking.popleft()
        self.say(sw.LegHungUp(NODE, 0, caller, "NORMAL_CLEARING", True))
        self.say(sw.RecordingStopped(NODE, 0, caller, self.files.pop(caller), 60_000, 1_920_044))
        self.say(sw.LegHungUp(NODE, 0, leg, "NORMAL_CLEARING", True))
        self.say(sw.LegEnded(NODE, 0, leg, "NORMAL_CLEARING", 200, "send_bye", True))
        self.say(sw.LegEnded(NODE, 0, caller, "NORMAL_CLEARING", 200, "recv_bye", True))
        self.command(EndWrapUp, agent)

    def fill(self, agents: int, waiting: int) -> None:
        """Everybody talks and the lines are full."""
        for n in range(agents):
            self.say(sw.PhoneRegistered(NODE, 0, f"{10_000 + n}", "r", "sip:x", "10.0.0.1", 5060, "phone", 60))
            self.command(LoginAgent, f"a{n}")
            self.command(ReadyAgent, f"a{n}")
        while len(self.talking) < agents:
            self.now += 1
            self.arrive()
            if self.offers:
                self.connect()
            if not self.arrived % 100:
                self.give(Tick(self.now))
        while sum(queue["waiting"] for queue in self.engine.snapshot()["queues"].values()) < waiting:
            for _ in range(100):
                self.now += 1
                self.arrive()
            self.give(Tick(self.now))


def lives(bench: Bench, calls: int) -> float:
    """Whole lives, one a virtual millisecond; gives the CPU seconds."""
    cpu = process_time()
    for _ in range(calls):
        bench.arrive()
        bench.hang_up()
        bench.connect()
        bench.now += 1
        bench.give(Tick(bench.now))
    return process_time() - cpu


def loop_s() -> float:
    """How fast the machine is just now: CPU seconds for ten million additions."""
    cpu, total = process_time(), 0
    for n in range(10_000_000):
        total += n
    return process_time() - cpu


def run(agents: int, queues: int, waiting: int, calls: int) -> dict[str, float | int]:
    """Fill the centre, then measure ``calls`` whole lives."""
    bench = Bench(agents, queues)
    bench.fill(agents, waiting)
    gc.collect()
    gc.freeze()
    before = bench.inputs
    cpu = lives(bench, calls // 2)
    inputs = (bench.inputs - before) / (calls // 2)
    bench.timed = True
    lives(bench, calls - calls // 2)
    seen = bench.engine.snapshot()
    times, wall = sorted(bench.times), sorted(bench.wall)
    return {
        "agents": agents,
        "queues": queues,
        "waiting": sum(queue["waiting"] for queue in seen["queues"].values()),
        "talking": sum(agent["state"] == "talking" for agent in seen["agents"].values()),
        "calls": calls,
        "inputs_per_call": round(inputs, 1),
        "calls_per_s": round(calls // 2 / cpu, 1),
        "handle_p50_ms": round(times[len(times) // 2] / 1e6, 4),
        "handle_p99_ms": round(times[len(times) * 99 // 100] / 1e6, 4),
        "handle_max_ms": round(times[-1] / 1e6, 3),
        "handle_wall_p99_ms": round(wall[len(wall) * 99 // 100] / 1e6, 4),
        "loop_s": round(loop_s(), 2),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--queues", type=int, default=500)
    parser.add_argument("--waiting", type=int, default=5_000)
    parser.add_argument("--calls", type=int, default=5_000)
    given = parser.parse_args()
    json.dump(run(given.agents, given.queues, given.waiting, given.calls), sys.stdout)
    print()


if __name__ == "__main__":
    main()
