"""One event of the switch is lost, comes twice or comes late, at any moment of a day's conversation: a little later nobody is in
silence, every leg is where it is wanted, no agent is stuck, and the books close once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain import switch as sw
from cti_server.engine.kernel.messages import SwitchInput
from tests.engine.world import FaultyWorld, centre

RECONCILE_S = 5
"""As the daemon does."""


class Faulty(FaultyWorld):
    """The event number ``at`` (from 0) is lost, doubled, or ``late_ms`` late. It knows the switch's clock."""

    def __init__(self, at: int = -1, fault: str = "lost", late_ms: int = 0) -> None:
        self.at, self.fault, self.late_ms = at, fault, late_ms
        self.count = 0
        self.late: list[tuple[int, sw.SwitchEvent]] = []
        self.hit: sw.SwitchEvent | None = None
        self.legs: list[str] = []
        super().__init__(centre(3))

    def _say(self, event: sw.SwitchEvent) -> None:
        for one in self._disturbed(event):
            super()._say(one)

    def tell(self, event: sw.SwitchEvent) -> None:
        for one in self._disturbed(event):
            super().tell(one)

    def _disturbed(self, event: sw.SwitchEvent) -> list[sw.SwitchEvent]:
        if not isinstance(event, sw.LegEvent | sw.JobDone):
            return [event]
        event = replace(event, switch_ms=self.now)
        number, self.count = self.count, self.count + 1
        if number != self.at:
            return [event]
        self.hit = event
        if self.fault == "late":
            self.late.append((self.now + self.late_ms, event))
        return [event, event] if self.fault == "twice" else []

    def wait(self, seconds: float) -> None:
        end = self.now + int(seconds * 1000)
        while self.late and self.late[0][0] <= end:
            at, event = self.late.pop(0)
            super().wait((at - self.now) / 1000)
            self.give(SwitchInput(self.now, event))
        super().wait((end - self.now) / 1000)

    def pass_time(self, seconds: int) -> None:
        for _ in range(seconds // RECONCILE_S):
            self.wait(RECONCILE_S)
            self.reconcile()
        self.wait(seconds % RECONCILE_S)


# ---------------------------------------------------------------- what people do


def _rings(w: Faulty) -> str:
    """The agent's or the colleague's phone that rings now, '' for none."""
    return next((c.leg for c in reversed(w.channels.values()) if c.direction == "outbound" and not c.answered_ms), "")


def comes(w: Faulty) -> None:
    for agent in ("1001", "1002"):
        w.agent(agent, ready=agent == "1001")
    w.legs.append(w.call())


def rings(w: Faulty) -> None:
    if leg := _rings(w):
        w.ring(leg)


def picks_up(w: Faulty) -> None:
    if leg := _rings(w):
        w.legs.append(leg)
        (w.pick_up if w.channels[leg].connect_to else w.answers)(leg)


def rejects(w: Faulty) -> None:
    if leg := _rings(w):
        w.refuse_offer(leg, "CALL_REJECTED")


def command(name: str, **args: Any) -> Callable[[Faulty], None]:
    def step(w: Faulty) -> None:
        w.command(name, agent_id="1001", **args)

    return step


def hangs_up(who: int) -> Callable[[Faulty], None]:
    def step(w: Faulty) -> None:
        if who < len(w.legs) and w.legs[who] in w.channels:
            w.hang_up(w.legs[who])

    return step


TALK = (comes, rings, picks_up)
ASK = (*TALK, command("ConsultAgent", colleague_id="1002"), rings)
CONSULT = (*ASK, picks_up)
SCENARIOS: dict[str, tuple[Callable[[Faulty], None], ...]] = {
    "hold": (*TALK, command("HoldCall"), command("ResumeCall"), hangs_up(1)),
    "swap and return": (*CONSULT, command("SwapCalls"), command("SwapCalls"), command("ReturnToCaller"), hangs_up(0)),
    "consult and complete": (*CONSULT, command("CompleteTransfer"), hangs_up(2)),
    "complete while it rings": (*ASK, command("CompleteTransfer"), picks_up, hangs_up(0)),
    "asked and rejected": (*ASK, rejects, hangs_up(0)),
    "from hold": (*TALK, command("HoldCall"), command("ConsultAgent", colleague_id="1002"), picks_up, command("ReturnToCaller")),
    "agent leaves a consult": (*CONSULT, hangs_up(1), hangs_up(2)),
    "colleague leaves a consult": (*CONSULT, hangs_up(2), hangs_up(0)),
    "customer leaves a consult": (*CONSULT, hangs_up(0)),
    "to an agent": (*TALK, command("TransferToAgent", colleague_id="1002"), rings, picks_up, hangs_up(2)),
    "to an agent who rejects": (*TALK, command("TransferToAgent", colleague_id="1002"), rejects, picks_up, hangs_up(0)),
    "to a queue": (*TALK, command("TransferToQueue", queue_id="repair"), picks_up, hangs_up(0)),
}


# ---------------------------------------------------------------- what holds a little later


def troubles(w: Faulty) -> list[str]:
    """What is not as it is to be when nothing has happened for a while."""
    core, found = w.engine._core, []
    for channel in w.channels.values():
        if channel.answered_ms and not channel.bridged_to and not channel.playing:
            found.append(f"{channel.leg} in silence")
        if channel.bridged_to and channel.playing:
            found.append(f"{channel.leg} hears a sound over the other one")
        leg = core.legs.get(channel.leg)
        if leg is None:
            found.append(f"{channel.leg} is nobody's")
            continue
        partner = core.legs.get(channel.bridged_to)
        if channel.bridged_to and (partner is None or partner.group != leg.group):
            found.append(f"{channel.leg} hears {channel.bridged_to}, which is not wanted")
    for call in core.calls.values():
        together: dict[str, list[str]] = {}
        for leg in call.legs.values():
            if leg.id not in w.channels:
                found.append(f"{leg.id} is not there")
            elif w.channels[leg.id].answered_ms:
                together.setdefault(leg.group, []).append(leg.id)
            if leg.seen.asking:
                found.append(f"{leg.id} is asked for ever")
        for pair in together.values():
            if len(pair) == 2 and w.channels[pair[0]].bridged_to != pair[1]:
                found.append(f"{pair} do not hear each other")
        found += [f"step {step.kind} of {step.legs}" for step in call.steps if step.kind != "connect"]
        found += [f"{wish.command_id} has no answer" for wish in call.wishes]
    for agent in core.agents.values():
        its = core.calls.get(agent.call_id)
        leg = its.leg_of(agent.id) if its else None
        if agent.state in ("talking", "holding", "consulting") and (leg is None or leg.id not in w.channels):
            found.append(f"{agent.id} is {agent.state} without a leg")
        if agent.state == "idle" and any(leg.agent == agent.id for leg in core.legs.values()):
            found.append(f"{agent.id} is idle with a leg")
    return found


def run(name: str, at: int, fault: str, late_ms: int, stays: bool) -> tuple[Faulty, list[str]]:
    """``stays``: people do no more when it has happened."""
    w = Faulty(at, fault, late_ms)
    for step in SCENARIOS[name]:
        step(w)
        w.wait(1)
        if stays and w.hit is not None:
            break
    w.pass_time(60)
    found = troubles(w)
    answered = [c.leg for c in w.channels.values() if c.direction == "inbound"]
    for leg in answered:
        w.hang_up(leg)
    w.pass_time(60)
    found += [f"at the end: {trouble}" for trouble in troubles(w)]
    found += [f"left over: {leg}" for leg in w.channels]
    found += [f"at the end {agent} is {w.state(agent)}" for agent in ("1001", "1002") if w.state(agent) != "idle"]
    calls = len(w.of_kind("call"))
    known = not isinstance(w.hit, sw.LegParked) or w.hit.cti.get("cti_call")  # else the customer left before anybody had heard
    found += [f"{calls} calls in the books"] if calls != 1 and (calls or known) else []
    found += [f"doubled: {fact}" for fact in w.doubles]
    core = w.engine._core
    found += [f"remembered: {thing}" for thing in (*core.legs, *core.calls)]
    return w, found


FAULTS = (
    ("lost", 0, False),
    ("lost", 0, True),
    ("twice", 0, False),
    ("late", 150, False),
    ("late", 900, True),
    ("late", 3000, False),
)


@pytest.mark.parametrize(("fault", "late_ms", "stays"), FAULTS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_one_event_goes_wrong(name: str, fault: str, late_ms: int, stays: bool) -> None:
    whole, found = run(name, -1, "lost", 0, False)
    assert found == []
    wrong = []
    for at in range(whole.count):
        w, found = run(name, at, fault, late_ms, stays)
        if found:
            wrong.append(f"{at} {w.hit}: {found}")
    assert not wrong, "\n".join(wrong)
