"""Orders to the switch that are under way. One disturbs its legs until the switch shows its goal; when it does not in time, or
the switch refuses, the legs are *asked* what they are, and what they say decides: done, once more, or given up.
"""

from __future__ import annotations

from collections.abc import Callable

from cti_server.domain.message import message
from cti_server.domain.switch import SwitchCommand
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import Deadline
from cti_server.engine.kernel.results import Outcome
from cti_server.engine.kernel.state import MAIN, CallId, Graph, Leg, Step, StepKind
from cti_server.events.errors import OutcomeUnknown

STEP_MS = 400
SLOW_STEP_MS = 5_000
"""Of a switch that does all it is asked for, only later."""
KILL_MS = 3_000
FETCH_MS = 5_000
CONNECT_MS = 2_000
TRIES = 3

look_again = Deadline[CallId]("look")
"""Something of the call's legs is due."""


def busy(call: Graph) -> set[str]:
    """The legs that a step disturbs."""
    return {leg for step in call.steps for leg in step.legs}


def disturbs(call: Graph, leg: Leg) -> bool:
    """A step does: what it shows of the leg when it ends is in time."""
    return any(leg.id in step.legs for step in call.steps)


def begin(core: Core, call: Graph, kind: StepKind, command: SwitchCommand | None, *legs: str) -> None:
    """``command`` None: the switch does it by itself. The partners that the legs leave behind are disturbed, too."""
    disturbed = dict.fromkeys(legs)
    if kind != "kill":
        for leg in [call.legs[leg_id] for leg_id in legs]:
            if leg.seen.state == "bridge" and leg.seen.other in call.legs:
                disturbed[leg.seen.other] = None
    step = Step(core.next_id(), kind, list(disturbed), core.now + _time(core, call, kind), taken=command is None)
    call.steps.append(step)
    if command is not None:
        core.send(call.node, call.caller_leg, command, Ordered(call.id, step.id))
    elif not core.deadlines.at(look_again, call.id):
        core.deadlines.set(look_again, call.id, step.until_ms)


def _time(core: Core, call: Graph, kind: StepKind) -> int:
    if kind == "kill":
        return KILL_MS
    if kind == "fetch":
        return FETCH_MS
    if kind == "connect":
        return CONNECT_MS
    switch = core.switches.get(call.node)
    return SLOW_STEP_MS if switch is not None and switch.slow else STEP_MS


def look(core: Core, call: Graph) -> None:
    """Which steps are over, and whom to ask."""
    for step in call.steps[:]:
        legs = [call.legs[leg] for leg in step.legs if leg in call.legs]
        if not legs or _GOALS[step.kind](call, step):
            call.steps.remove(step)
            for leg in legs:
                leg.seen.tries, leg.seen.refusal = 0, ""
        elif step.asked or (step.taken and core.now >= step.until_ms):
            _doubt(call, step, legs)
        elif core.now >= step.until_ms:  # the switch has not come to it yet, and what it showed now would be from before
            step.until_ms = core.now + _time(core, call, step.kind)


def _doubt(call: Graph, step: Step, legs: list[Leg]) -> None:
    """The switch has refused it or not shown it in time: ask, and when all have answered it is not done."""
    if not step.asked:
        step.asked = True
        for leg in legs:
            ask(leg)
    elif step.kind != "connect" and not any(leg.seen.asking for leg in legs):  # which the offer's deadline gives up
        call.steps.remove(step)
        for leg in legs:
            leg.seen.tries += 1


def ask(leg: Leg) -> None:
    """What it is, by the switch's own word (``settled.Described``)."""
    leg.seen.asking = leg.seen.asking or "due"


@message
class Ordered(Outcome):
    """What the switch says to a step's order: that it will not is news, and from when on it may be asked what became of it."""

    call_id: CallId
    step: str

    def told(self, core: Core, ok: bool, text: str) -> None:
        call = core.graph(self.call_id)
        step = next((one for one in call.steps if one.id == self.step), None) if call else None
        if call is None or step is None:
            return
        step.taken = True
        if ok:
            step.until_ms = max(step.until_ms, core.now + _time(core, call, step.kind))
            return
        legs = [call.legs[leg] for leg in step.legs if leg in call.legs]
        for leg in legs:
            leg.seen.refusal = text.strip()
        _doubt(call, step, legs)
        core.touch(call.id)

    def unknown(self, core: Core) -> None:
        call = core.graph(self.call_id)
        if call is not None:
            nobody_knows(core, call)


def nobody_knows(core: Core, call: Graph) -> None:
    """The link broke: what the switch has done of what people wait for, Resync tells."""
    for wish in call.wishes:
        words = "the switch's link broke; look at the screen before you send it again"
        core.refuse(wish.command_id, OutcomeUnknown(words))
    call.wishes.clear()


# ---------------------------------------------------------------- goals


_OVER = frozenset({"ending", "ended"})


def _all_parked(call: Graph, step: Step) -> bool:
    return all(leg not in call.legs or call.legs[leg].seen.state in ("parked", "ending", "ended") for leg in step.legs)


def _bridged(call: Graph, step: Step) -> bool:
    """Or one of the two has ended: then there is another thing to do. Whom they left has to show where it is, too."""
    one, other, *left = step.legs
    first, second = call.legs.get(one), call.legs.get(other)
    if first is None or second is None or first.seen.state in _OVER or second.seen.state in _OVER:
        return True
    there = (first.seen.state, first.seen.other, second.seen.other) == ("bridge", other, one)
    return there and all(call.legs[leg].seen.state not in ("bridge", "moving") for leg in left if leg in call.legs)


def _in_room(call: Graph, step: Step) -> bool:
    """Those who are wanted there; whom they left has to show where it is, too."""
    for leg in [call.legs[leg] for leg in step.legs if leg in call.legs]:
        there = leg.seen.state == "room" if leg.group == MAIN else leg.seen.state not in ("bridge", "moving")
        if not there and leg.seen.state not in _OVER:
            return False
    return True


def _first(call: Graph, step: Step) -> Leg | None:
    """The one that it is about, None when it is over with that one."""
    leg = call.legs.get(step.legs[0])
    return None if leg is None or leg.seen.state in _OVER else leg


def _as_muted(call: Graph, step: Step) -> bool:
    leg = _first(call, step)
    return leg is None or leg.seen.state != "room" or leg.seen.muted == leg.muted


def _listening(call: Graph, step: Step) -> bool:
    leg = _first(call, step)
    return leg is None or not leg.on or (leg.seen.state, leg.seen.other) == ("listens", leg.on)


def _ended(call: Graph, step: Step) -> bool:
    return step.legs[0] not in call.legs or call.legs[step.legs[0]].seen.state == "ended"


_GOALS: dict[StepKind, Callable[[Graph, Step], bool]] = {
    "connect": _bridged,
    "bridge": _bridged,
    "room": _in_room,
    "mute": _as_muted,
    "listen": _listening,
    "park": _all_parked,
    "fetch": _all_parked,
    "kill": _ended,
}
