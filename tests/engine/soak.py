"""``make soak-graph``: a centre of two switches on virtual time, whose people, phones, links and daemons do anything at any
moment, for long.

Faults: more than one event in a hundred each is lost, comes twice, late or before the one before it; the daemon is killed between
any two effects of an input (what it had sent is done, what it had not is not; mirror and facts of one input are written whole or
not at all) and the next one adopts, now and then without the mirror or one of the switches; the link to one breaks while the
other goes on, now and then for so long that its calls are given up, or the switch starts anew meanwhile; its watchdog moves
callers into its own queue. Phones are at one switch or at both. Between rounds all is quiet for a while, with the reconciler's
passes, and then must hold: nobody is in silence, every leg of ours is in one place and wanted there, all legs of a call are at
one switch, agents and calls agree, no fact is written twice; when all have hung up, nothing is left. After every step each
call stands in the lines of its queues and nowhere else. One process per core, one seed each. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from cti_server.domain import switch as sw
from cti_server.domain.config import CentreConfig, ClassOfService, TrunkConfig
from cti_server.engine.kernel.messages import Effect, Input, RecordFact, SwitchEffect, SwitchInput
from tests.engine.test_away import PIN
from tests.engine.test_talk import SURVEY
from tests.engine.world import NODE, OTHER, Channel, FaultyWorld, centre, in_several, with_queue, wrong_lines

NODES = (NODE, OTHER)
PLACES = {
    "1001": (NODE,), "1002": NODES, "1003": NODES, "1004": (OTHER,), "1005": (NODE,), "1006": NODES,
    "2001": (NODE,), "2002": NODES,
}  # fmt: skip
"""Where each phone registers."""
PHONES = ("2001", "2002")
"""Of leaders."""
AGENTS = tuple(phone for phone in PLACES if phone not in PHONES)
RECONCILE_S = 5
FAULT_RATE = 0.013
"""Of each kind, by event."""
FORGETS_RATE = 0.05
"""Of those who come after a kill: the mirror is lost, too."""
UNREACHED_RATE = 0.05
"""Of the switches, after a kill; of those whose link was lost before it is half."""
LOSS_RATE = 0.5
"""Of the links, when something is about to happen to one."""
RESTART_RATE = 0.1
"""Of the switches whose link comes back."""
KILL_RATE = 0.4
"""By step; some steps are over before."""
ROUND_STEPS = 200
PLAIN = (
    "ReadyAgent", "LogoutAgent", "RejectCall", "HoldCall", "ResumeCall", "HangupCall", "EndWrapUp", "AgentPageGone",
    "AgentPageBack", "LoginAgent", "SwapCalls", "CompleteTransfer", "ReturnToCaller", "JoinCalls",
)  # fmt: skip


NUMBER = "13900139000"


def outside_granted(config: CentreConfig) -> CentreConfig:
    """All may call what is in the country, by two trunks."""
    granted = ClassOfService("all", "All", ("national",), ("national",), at_once=99, per_minute=999)
    agents = {key: replace(agent, class_of_service="all", off_hook=key > "1004") for key, agent in config.agents.items()}
    trunks = {"carrier": TrunkConfig("carrier", "carrier"), "backup": TrunkConfig("backup", "backup", position=2)}
    return replace(config, agents=agents, classes_of_service={"all": granted}, trunks=trunks)


class Killed(Exception):
    """The daemon, in the middle of an input's effects."""


class Storm(FaultyWorld):
    """The small switches, with faults."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.calm = True
        self.count: Counter[str] = Counter()
        self.kill = 0  # in so many inputs
        self.late: list[tuple[int, sw.SwitchEvent]] = []
        config = replace(outside_granted(centre(len(AGENTS))), flows={"survey": SURVEY, "pin": PIN}, record_consults=True)
        config = with_queue(config, "repair", max_wait_s=40, overflow_queue="sales", max_length=3, ring_at_once=3)
        config = in_several(with_queue(config, "sales", survey_flow="survey", wrap_up_s=7, priority=1))
        super().__init__(config, nodes=NODES)
        self.epoch = 7
        self.cores = dict.fromkeys(NODES, 1)
        for phone in PHONES:
            for node in PLACES[phone]:
                self.register(phone, node)

    dies = False

    def _handle(self, item: Input) -> list[Effect]:
        self.count["inputs"] += 1
        self.inputs.clear()
        self.published.clear()
        self.commands[:-20] = []
        effects = self.engine.handle(item)
        if defects := self.engine.take_defects():
            raise defects[0]
        for effect in effects:
            if isinstance(effect, RecordFact) and effect.id in self.facts:
                raise Found("double", f"{effect} after {self.facts[effect.id]}")
        self.kill -= self.kill > 0
        if self.kill or not self.dies:
            for effect in effects:
                self._collect(effect)
            return effects
        self.dies = False
        sent = [effect for effect in effects if isinstance(effect, SwitchEffect)]
        stored = [effect for effect in effects if not isinstance(effect, SwitchEffect)]
        for effect in sent[: self.chance.randint(0, len(sent))]:
            self._collect(effect)
        if self.chance.random() < 0.5:
            for effect in stored:
                self._collect(effect)
        raise Killed

    def _say(self, event: sw.SwitchEvent) -> None:
        for one in self._disturbed(event):
            super()._say(one)
        if not self.calm and len(self._queue) > 1 and self.chance.random() < FAULT_RATE:
            self.count["reordered"] += 1
            last = self._queue.pop()
            self._queue.insert(len(self._queue) - 1, last)

    def tell(self, event: sw.SwitchEvent) -> None:
        for one in self._disturbed(event):
            super().tell(one)

    def _disturbed(self, event: sw.SwitchEvent) -> list[sw.SwitchEvent]:
        if not isinstance(event, sw.LegEvent | sw.JobDone):
            return [event]
        self.count["events"] += 1
        event = replace(event, switch_ms=self.now)
        dice = 3.0 if self.calm or self.silent else self.chance.random() / FAULT_RATE
        if dice < 1:
            self.count["lost"] += 1
            return []
        if dice < 2:
            self.count["twice"] += 1
            return [event, event]
        if dice < 3:
            self.count["late"] += 1
            self.late.append((self.now + self.chance.randint(20, 3_000), event))
            return []
        return [event]

    def wait(self, seconds: float) -> None:
        end = self.now + int(seconds * 1000)
        for entry in sorted([one for one in self.late if one[0] <= end], key=lambda one: one[0]):
            self.late.remove(entry)
            super().wait(max(0, entry[0] - self.now) / 1000)
            if self._heard(entry[1]):
                self.give(SwitchInput(self.now, entry[1]))
        super().wait((end - self.now) / 1000)

    def revive(self) -> None:
        """The next daemon."""
        self.count["restarts"] += 1
        self.epoch += 1
        kept = self.chance.random() >= FORGETS_RATE
        if not kept:
            self.count["forgotten"] += 1
            self.mirror.clear()
        away = {node for node in NODES if self.chance.random() < (0.5 if node in self.away else UNREACHED_RATE)}
        self.count["unreached"] += bool(away)
        self.restart(self.epoch, kept, away)

    def lose_link(self, node: str = NODE) -> None:
        self.count["links"] += 1
        self.late = [entry for entry in self.late if entry[1].node != node]
        super().lose_link(node)

    def comes_back(self, node: str) -> None:
        """The link; now and then the switch has started anew."""
        if not self.calm and self.chance.random() < RESTART_RATE:
            self.count["cores"] += 1
            self.cores[node] += 1
            self.channels = {leg: channel for leg, channel in self.channels.items() if channel.node != node}
            self._recordings = {leg: began for leg, began in self._recordings.items() if leg in self.channels}
        self.link(f"core-{self.cores[node]}", node)

    def pass_time(self, seconds: int) -> None:
        for _ in range(seconds // RECONCILE_S):
            self.wait(RECONCILE_S)
            self.reconcile()


@dataclass
class Found(Exception):
    kind: str
    text: str


class Day:
    """What people do, at random; ``step`` is one thing that happens."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.w = Storm(self.chance)

    def step(self) -> None:
        if self.chance.random() < KILL_RATE:
            self.w.kill, self.w.dies = self.chance.randint(1, 3), True
        try:
            self.chance.choice(self.THINGS)(self)
        except Killed:
            self.w.revive()
        self.w.kill, self.w.dies = 0, False
        if wrong := wrong_lines(self.w):
            raise Found("stuck", f"lines: {wrong}")

    def _pick(self, outbound: bool | None = None, ringing: bool = False) -> str:
        legs = [
            c.leg
            for c in self.w.channels.values()
            if outbound in (None, c.direction == "outbound") and not (ringing and c.answered_ms)
        ]
        return self.chance.choice(legs) if legs else ""

    def come(self) -> None:
        self.w.call(self.chance.choice(["4000", "4001", "4002", "4003"]), node=self.chance.choice(NODES))

    def begin_shift(self) -> None:
        agent = self.chance.choice(AGENTS)
        self.w.agent(agent, node=self.chance.choice(PLACES[agent]))

    def command(self) -> None:
        self.w.command(self.chance.choice(PLAIN), agent_id=self.chance.choice(AGENTS))

    def operate(self) -> None:
        agent, other = self.chance.choice(AGENTS), self.chance.choice(AGENTS)
        name, more = self.chance.choice(
            [
                ("ConsultAgent", {"colleague_id": other}),
                ("TransferToAgent", {"colleague_id": other}),
                ("ConsultQueue", {"queue_id": self.chance.choice(["sales", "repair"])}),
                ("AddAgent", {"colleague_id": other}),
                ("TransferToQueue", {"queue_id": self.chance.choice(["sales", "repair"])}),
                ("MuteParty", {"party": self.chance.randint(1, 4), "muted": self.chance.random() < 0.5}),
                ("DropParty", {"party": self.chance.randint(1, 4)}),
                ("TransferToFlow", {"flow": "pin", "node": self.chance.choice(["", "done"])}),
                ("SendToFlow", {"flow": "pin", "node": self.chance.choice(["", "done"])}),
                ("ParkCall", {"slot": str(self.chance.randint(1, 3))}),
                ("RetrieveCall", {"slot": str(self.chance.randint(1, 3))}),
                ("PickUpCall", {}),
                ("PauseAgent", {"reason": "lunch"}),
                ("DialNumber", {"number": NUMBER}),
                ("SetCallPrivate", {"private": self.chance.random() < 0.5}),
                ("AskCallBack", {"colleague_id": other}),
                ("CallAgent", {"colleague_id": other}),
                ("CallAgent", {"colleague_id": other}),
                ("DialNumber", {"number": NUMBER}),
                (self.chance.choice(["ConsultNumber", "AddNumber", "TransferToNumber"]), {"number": NUMBER}),
            ]
        )
        self._ask(name, agent_id=agent, **more)

    def _ask(self, name: str, **more: Any) -> None:
        reply = self.w.command(name, **more)
        self.w.count["other_switch"] += reply is not None and reply.error_id == "other-switch"

    def supervise(self) -> None:
        calls = list(self.w.engine.snapshot()["calls"])
        agent = self.chance.choice(("", *AGENTS))
        whom = {"agent_id": agent} if agent or not calls else {"call_id": self.chance.choice(calls)}
        name = self.chance.choice(["ListenToCall", "ListenToCall", "SetListening", "TakeOverCall", "StopListening"])
        mode = {"mode": self.chance.choice(["listen", "whisper", "barge"])} if name in ("ListenToCall", "SetListening") else {}
        self._ask(name, issuer="user:9", extension=self.chance.choice(PHONES), **whom, **mode)

    def pick_up(self) -> None:
        leg = self._pick(True, True)
        if leg:
            self.w.ring(leg)
            (self.w.pick_up if self.w.channels[leg].connect_to else self.w.answers)(leg)

    def refuse(self) -> None:
        leg = self._pick(True, True)
        if leg:
            self.w.refuse_offer(leg, self.chance.choice(["USER_BUSY", "NO_ANSWER", "CALL_REJECTED", "NETWORK_OUT_OF_ORDER"]))

    def hang_up(self) -> None:
        leg = self._pick()
        if leg:
            self.w.hang_up(leg, self.chance.choice(["NORMAL_CLEARING", "NORMAL_CLEARING", "RECOVERY_ON_TIMER_EXPIRE"]))

    def hold_key(self) -> None:
        leg = self._pick(True)
        if leg and self.w.channels[leg].answered_ms:
            self.w.hold_key(leg, self.chance.random() < 0.5)

    def code(self) -> None:
        """Dialled at a phone."""
        other = self.chance.choice(AGENTS)
        codes = ["*10", "*11", "*8", "*8", f"*8{other}", f"*2{other}", f"*3{other}", f"*2{NUMBER}", "*5", "*6", "*99"]
        phone = self.chance.choice(AGENTS)
        self.w.dial_code(phone, self.chance.choice(codes), self.chance.choice(PLACES[phone]))

    def application_ends(self) -> None:
        leg = self._pick(False)
        if leg and self.w.channels[leg].playing:
            self.w.done(leg, digits=self.chance.choice(["", "5", "1234"]))

    def tone_ends(self) -> None:
        leg = self._pick(True)
        if leg and self.w.channels[leg].playing:
            self.w.done(leg)

    def phone(self) -> None:
        agent = self.chance.choice(AGENTS)
        node = self.chance.choice(PLACES[agent])
        (self.w.unregister if agent in self.w.phones[node] else self.w.register)(agent, node)

    def trunk(self) -> None:
        """Comes or goes."""
        self.w.dead_trunks ^= {f"{self.chance.choice(NODES)}:{self.chance.choice(['carrier', 'backup'])}"}

    def link(self) -> None:
        node = self.chance.choice(NODES)
        if node in self.w.away:
            self.w.comes_back(node)
        elif self.chance.random() < LOSS_RATE:
            self.w.lose_link(node)

    def watchdog(self) -> None:
        """Of a switch that hears nothing from us: a caller goes into its own queue, where now and then somebody picks up."""
        leg = self._pick(False)
        if leg and self.w.channels[leg].node in self.w.away and self.w.unattended(leg):
            self.w.to_fallback(leg)
            self.w.count["fallback"] += 1
            if self.chance.random() < 0.5:
                self.w.taken_in_fallback(leg)

    def wait(self) -> None:
        self.w.wait(self.chance.choice([0.02, 0.05, 0.2, 1, 3, 8, 25]))

    THINGS = (
        *(come,) * 3, *(begin_shift,) * 2, *(command,) * 4, *(operate,) * 5, *(supervise,) * 2, *(pick_up,) * 6, refuse,
        *(hang_up,) * 2, *(code,) * 2, hold_key, tone_ends, tone_ends, application_ends, phone, trunk, link, link, watchdog,
        *(wait,) * 4,
    )  # fmt: skip

    # ------------------------------------------------------------ what must hold

    def quiet(self) -> None:
        """Nothing happens for a while, and nothing is lost."""
        w = self.w
        w.calm = True
        for node in list(w.away):
            w.comes_back(node)
        w.pass_time(70)
        w.refusals.clear()
        self._agree()
        self._nobody_in_silence()
        if w.doubles:
            raise Found("double", str(w.doubles))
        w.facts.clear()
        w.replies.clear()

    def _agree(self) -> None:
        core, seen = self.w.engine._core, self.w.engine.snapshot()
        ours = {leg for call in core.calls.values() for leg in call.legs}
        at_home = [leg for agent in core.agents.values() if agent.station for leg in agent.station.legs]
        ours |= {*at_home, *(c.leg for c in self.w.channels.values() if c.leg.startswith("fallback-"))}
        apart = [leg for call in core.calls.values() for leg in call.legs.values() if leg.node != call.node]
        if apart:
            raise Found("left over", f"calls on two switches: {apart}")
        rung = Counter(c.destination for c in self.w.channels.values() if c.variables.get("cti_persistent"))
        if twice := [agent for agent, count in rung.items() if count > 1]:
            raise Found("double", f"phones off hook that were rung twice: {twice}")
        known = ours | core.own_calls.keys()
        strange = [c.leg for c in self.w.channels.values() if c.leg not in known and not self._goes_on(c)]
        if strange:
            raise Found("left over", f"channels in no call: {[self.w.channels[leg] for leg in strange]}")
        gone = [leg for leg in ours if leg not in self.w.channels]
        if gone:
            raise Found("ghost", f"legs that are not there: {[core.legs.get(leg) for leg in gone]}")
        for agent in seen["agents"].values():
            call = seen["calls"].get(agent["call_id"])
            in_call = agent["state"] not in ("idle", "unreachable", "wrap_up", "own_call")
            if in_call and (call is None or call["phase"] == "ended"):
                raise Found("stuck", f"agent {agent}")
        for call in core.calls.values():
            if call.steps or call.wishes:
                raise Found("stuck", f"steps {call.steps} wishes {call.wishes}")

    def _goes_on(self, channel: Channel) -> bool:
        """A conversation that was given up with its switch, and whose agent has had another one since, or one outside with an
        agent in a call that nobody remembers: only its end counts."""
        core = self.w.engine._core
        partner = self.w.channels.get(channel.bridged_to)
        call = core.call_of(partner.leg) if partner else None
        if call is not None and call.caller_leg == channel.bridged_to and not call.others:
            return True
        return any(other in core.own_calls for other in self.w.hears(channel.leg))

    def _nobody_in_silence(self) -> None:
        core = self.w.engine._core
        for channel in self.w.channels.values():
            if not channel.answered_ms or channel.playing or self.w.hears(channel.leg):
                continue
            leg, call = core.legs.get(channel.leg), core.call_of(channel.leg)
            raise Found("silence", f"{channel} {leg} {call}")

    def _internal(self) -> list[dict[str, Any]]:
        return [call for call in self.w.engine.snapshot()["calls"].values() if call["direction"] == "internal"]  # type: ignore[misc]

    def _hang_up(self) -> None:
        """Customers, and colleagues who talk with each other."""
        inside = {leg["id"] for call in self._internal() for leg in call["legs"]} | set(self.w.engine._core.own_calls)
        for leg in [
            c.leg
            for c in self.w.channels.values()
            if c.direction == "inbound" or c.variables.get("cti_role") == "customer" or c.leg in inside
        ]:
            if leg in self.w.channels:
                self.w.hang_up(leg)

    def home(self) -> None:
        """All hang up: nothing is left."""
        self._hang_up()
        self.w.pass_time(150)
        for _ in AGENTS:  # who has asked to be called back is, as soon as both are free
            if self._internal():
                self._hang_up()
                self.w.pass_time(60)
        for agent in AGENTS:
            self.w.command("LogoutAgent", agent_id=agent)
        self.w.pass_time(10)
        left = self.w.engine.snapshot()["calls"]
        if left or self.w.channels:
            raise Found("left over", f"{left} {self.w.channels}")
        busy = [a for a in self.w.engine.snapshot()["agents"].values() if a["state"] not in ("idle", "unreachable")]
        if busy:
            raise Found("stuck", str(busy))


def run(seed: int, inputs: int, until: float) -> tuple[Counter[str], list[str]]:
    """One centre after another (a new one after each that broke), until so many inputs or the time is over."""
    total: Counter[str] = Counter()
    broken: list[str] = []
    while total["inputs"] < inputs and time.monotonic() < until and len(broken) < 20:
        day = Day(seed + 1000 * (total["days"] + 1))
        total["days"] += 1
        try:
            for _ in range(6):
                day.w.calm = False
                for _ in range(ROUND_STEPS):
                    day.step()
                day.quiet()
            day.home()
        except Found as found:
            total[found.kind] += 1
            broken.append(f"seed {seed} day {total['days']}: {found.kind}: {found.text[:3000]}")
        except Exception:
            total["violations"] += 1
            broken.append(f"seed {seed} day {total['days']}: {traceback.format_exc()[-3000:]}")
        total += day.w.count
    return total, broken


def _run(options: tuple[int, int, float]) -> tuple[Counter[str], list[str]]:
    return run(*options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=3_000_000, help="in all")
    parser.add_argument("--minutes", type=float, default=55)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    options = parser.parse_args()
    until = time.monotonic() + 60 * options.minutes
    each = options.inputs // options.processes + 1
    with multiprocessing.Pool(options.processes) as pool:
        results = pool.map(_run, [(100_000_000 * (options.seed + n), each, until) for n in range(options.processes)])
    total: Counter[str] = Counter()
    for count, broken in results:
        total += count
        print(*broken, sep="\n", file=sys.stderr)
    counted = ("inputs", "restarts", "forgotten", "unreached", "events", "lost", "late", "twice", "reordered")
    switches = ("links", "cores", "fallback", "other_switch")
    known: dict[str, Any] = {name: total[name] for name in (*counted, *switches)}
    stuck = {name: total[name] for name in ("stuck", "silence")}
    wrong = total["violations"] + total["double"] + total["left over"] + total["ghost"]
    print(json.dumps({**known, "days": total["days"], "violations": wrong, **stuck}))
    sys.exit(1 if wrong or any(stuck.values()) else 0)


if __name__ == "__main__":
    main()
