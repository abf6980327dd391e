"""After each input, for each call whose graph was touched: end the steps that have reached their goal, let go whom nobody is left
for, book what is settled, and order what is still missing. There is no other way to the switch for who hears whom.

Settled is a leg that no step disturbs and that was seen to be where it is wanted: the way there belongs to what was before.
"""

from __future__ import annotations

from collections.abc import Callable

import orjson

from cti_server.domain.message import message
from cti_server.domain.record import read
from cti_server.domain.switch import (
    BridgeLegs,
    ChannelSnapshot,
    DescribeLeg,
    JoinRoom,
    KillLeg,
    Listen,
    ListenMode,
    MuteMember,
    ParkLeg,
    SetListenMode,
    TransferLeg,
)
from cti_server.engine.acd import consults, ivr, lost_phone, offers, queueing, stations
from cti_server.engine.books import recording
from cti_server.engine.calls import calls, dial, going_on, internal, talk
from cti_server.engine.graph import caller, operations, seen, steps, wanted
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.results import Outcome
from cti_server.engine.kernel.state import MAIN, Call, CallId, Doing, Graph, Group, Leg, LegId, Station, Wish
from cti_server.errors import CtiError, WrongState
from cti_server.events.errors import SwitchRefused

MOVING_MS = 200
"""A leg whose partner went, or that left its park, shows by then where it is."""
ASK_AGAIN_MS = 1_000
TONE_MS = 10_000
"""A tone is shorter."""
CALLED = Group("called", sound="tone")
PAUSE_MS = 2_000
"""Between tries of what was tried several times in vain."""
_STAYS = frozenset({"parked", "bridge", "room", "listens"})
"""Seen so, and not on the way to somewhere else."""


def settle(core: Core) -> None:
    """Before routing."""
    _each(core, list(core.work.touched), _settle)


def order(core: Core) -> None:
    """After routing: what is wanted and not seen is asked of the switch."""
    touched, core.work.touched = list(core.work.touched), {}
    _each(core, touched, _order)


def _each(core: Core, touched: list[str], step: Callable[[Core, Call | Station], None]) -> None:
    for graph_id in touched:
        graph = core.graph(graph_id)
        if graph is not None:
            try:
                step(core, graph)
            except Exception as error:  # noqa: BLE001 - see engine.recovery.defects
                core.failed("call control", graph_id, error)


@steps.look_again.ends
def _look(core: Core, call_id: CallId) -> None:
    core.touch(call_id)


# ---------------------------------------------------------------- what follows from what was seen


def _settle(core: Core, call: Call | Station) -> None:
    if call.steps:
        steps.look(core, call)
        tried = [leg for leg in call.legs.values() if leg.seen.tries >= steps.TRIES]
        stood = [leg for leg in tried if isinstance(call, Call) and _stand_aside(call, leg)]
        for leg in tried:
            leg.seen.tries, leg.seen.pause_until_ms = 0, 0 if stood else core.now + PAUSE_MS
    if isinstance(call, Station):
        stations.follow(core, call)
        return
    while (stays := [leg for leg in call.legs.values() if leg.station]) and any(_went_home(core, call, leg) for leg in stays):
        pass  # with one another may leave, too
    if call.activity == "dial":
        dial.follow(core, call)
    over = call.caller_gone or bool(call.ending)
    if len(call.groups) > 1 and not over:
        _asides(call)
    if call.asks:
        consults.follow(core, call)
    if over:
        return
    if len(call.legs) > 1 or call.groups[MAIN].room:
        _several(call)
    book(core, call)
    busy = steps.busy(call)
    customer = call.legs[call.caller_leg]
    if customer.seen.state == "parked" and customer.id not in busy:
        _alone(core, call)
    talk.between(core, call)
    if call.wishes:
        _answer(core, call, busy)


def _went_home(core: Core, call: Call, leg: Leg) -> bool:
    """A leg that stays goes back to its station where another one would be ended. A tone of which no end is heard is over."""
    if leg.gone and leg.seen.state not in ("ending", "ended"):
        calls.goes_home(core, call, leg)
        return True
    if leg.seen.called and leg.seen.plays == "tone" and core.now >= leg.seen.plays_ms + TONE_MS:
        caller.tone_over(core, leg)
    return False


def _asides(call: Call) -> None:
    """Of a consult one has gone: the other gets the customer. An aside that its owner has left is none."""
    main = call.groups[MAIN]
    for group in [group for group in call.groups.values() if group.id != MAIN]:
        owner = call.legs.get(group.owner)
        others = [leg for leg in call.legs.values() if group.id in (leg.group, leg.home) and leg is not owner]
        if owner is None or owner.gone:
            for other in others:
                other.group, other.home = MAIN, ""
                main.sound = "music" if other.seen.here else "ringback"
            del call.groups[group.id]
        elif group.purpose == "consult" and not others and owner.id not in call.asks:
            owner.group, owner.home = MAIN, ""
            del call.groups[group.id]


def _several(call: Call) -> None:
    """Three make a room of their group, and two who are left stay there, heard. Who listens goes with whom it listens to."""
    main = call.groups[MAIN]
    there = sum(leg.group == MAIN and leg.seen.here for leg in call.legs.values())
    main.room = there > 2 or (main.room and there > 1)
    if main.room and there == 2:
        for leg in call.legs.values():
            leg.muted = False
    for leg in call.legs.values():
        if leg.on and (leg.on not in call.legs or call.legs[leg.on].gone):
            operations.leave(call, leg)


def book(core: Core, call: Call) -> None:
    """What the settled legs do now."""
    parties = [leg for leg in call.legs.values() if leg.party != "customer"]
    busy = steps.busy(call) if parties else ()
    for leg in parties:
        doing = "" if leg.id in busy else _doing(call, leg)
        if doing and doing != leg.doing:
            talk.turn(core, call, leg, doing)


def _doing(call: Call, leg: Leg) -> Doing:
    """'' while it is not where it is wanted."""
    seen = leg.seen
    if leg.on:
        return "listen" if (seen.state, seen.other) == ("listens", leg.on) else ""
    if leg.group == MAIN:
        if seen.state == "room" and seen.other == call.room:
            return "conference" if sum(one.seen.other == call.room for one in call.legs.values()) > 2 else "talk"
        together = seen.state == "bridge" and seen.other == call.caller_leg
        return "" if not together else "internal" if internal.is_one(call) else "talk"
    group = call.groups.get(leg.group)
    if group is None or seen.state not in ("parked", "bridge"):
        return ""
    if group.purpose == "aside":
        return "hold" if seen.state == "parked" else ""
    others = [other.id for other in call.legs.values() if other.group == group.id and other.seen.here and other is not leg]
    return "consult" if others == ([seen.other] if seen.state == "bridge" else []) else ""


def _alone(core: Core, call: Call) -> None:
    """The caller has nobody, and nobody is expected."""
    if call.activity == "talk":
        if call.then_flow in core.flows and call.groups[MAIN].sound == "flow":
            _to_flow(core, call)
            return
        if any(MAIN in (leg.group, leg.home) or not leg.talked for leg in call.others):
            return  # also for one who has not taken it, and whose end tells what comes next (``direct.not_taken``)
        if call.slot:
            return
        if call.then_flow in core.flows:
            _to_flow(core, call)
        elif call.then_queue in core.queues:
            queue, call.then_queue = call.then_queue, ""
            queueing.enter(core, call, queue, call.priority)
        else:
            talk.after_agent(core, call)
    elif call.comeback is not None and not core.deadlines.at(offers.try_again, call.id):
        lost_phone.attempt(core, call.id)


def _to_flow(core: Core, call: Call) -> None:
    """With an agent who waits for the end of it, or without."""
    flow, node, call.then_flow, call.then_node = call.then_flow, call.then_node, "", ""
    waits = next((leg.id for leg in call.others if leg.home == MAIN and not leg.gone), "")
    ivr.begin(core, call, flow, back=waits, node=node)


def _stand_aside(call: Call, leg: Leg) -> bool:
    """Tried in vain: an agent who could not leave talks on; one who cannot be joined to the customer stands aside, or goes back
    to who was asked, and is told (by the answer to the wish); a colleague who cannot be joined leaves. False: try on."""
    if leg.party == "customer" or leg.gone:
        return False
    if leg.on:
        operations.leave(call, leg, "NORMAL_TEMPORARY_FAILURE")
        return True
    bridged = call.legs.get(leg.seen.other) if leg.seen.state == "bridge" else None
    if leg.home and (bridged.group == leg.home if bridged else (leg.seen.state, leg.group) == ("parked", MAIN)):
        _stay(call, leg)
    elif leg.group == MAIN and leg.seen.state == "parked" and leg.talked and leg.agent:
        call.groups[leg.id] = Group(leg.id, "aside", "silence", leg.id)
        leg.group, leg.home = leg.id, MAIN
    elif not (leg.talked and leg.agent) and any(_apart(leg, other) for other in call.legs.values()):
        operations.leave(call, leg, "NORMAL_TEMPORARY_FAILURE")
    else:
        return False
    return True


def _apart(leg: Leg, other: Leg) -> bool:
    """They are to hear each other, and do not."""
    here = other is not leg and other.seen.here and other.group == leg.group
    together = leg.seen.other == other.id or (leg.seen.state, leg.seen.other) == ("room", other.seen.other)
    return here and not together


def _stay(call: Call, leg: Leg) -> None:
    """In its other group; who is still rung for the one that it could not go to is let go."""
    leg.group, leg.home = leg.home, leg.group
    if call.groups[leg.home].purpose == "aside":
        del call.groups[leg.home]
        leg.home = ""
        return
    call.groups[leg.group].sound = call.groups[leg.home].sound = "music"
    for other in call.legs.values():
        if other.group == leg.home and other.party != "customer" and not other.seen.here:
            operations.leave(call, other, "ORIGINATOR_CANCEL")


def _answer(core: Core, call: Call, busy: set[str]) -> None:
    """The commands that waited for this."""
    for wish in call.wishes[:]:
        leg = call.legs.get(wish.leg)
        if leg is None or leg.gone or not leg.seen.here:
            error: CtiError = WrongState("the conversation ended meanwhile")
        elif leg.group != wish.group:
            text = leg.seen.refusal
            overtaken = WrongState("another command came first")
            error = SwitchRefused(f"the switch refused: {text}", {"text": text}) if text else overtaken
        elif wish.doing == "conference" and sum(one.group == leg.group for one in call.legs.values()) < 3:
            error = WrongState("who was to be joined has left meanwhile")
        elif leg.id in busy or not _does(leg, wish):
            continue
        else:
            core.reply(wish.command_id)
            call.wishes.remove(wish)
            continue
        call.wishes.remove(wish)
        core.refuse(wish.command_id, error)


def _does(leg: Leg, wish: Wish) -> bool:
    return leg.doing == wish.doing or (wish.doing == "talk" and leg.doing == "conference")


# ---------------------------------------------------------------- orders


def _order(core: Core, call: Call | Station) -> None:
    if isinstance(call, Call) and call.consults:
        recording.consults_over(core, call)
    if not core.linked(call.node):
        return
    if isinstance(call, Call):
        _variables(core, call)
    legs, here = call.legs.values(), []
    for leg in legs:
        seen = leg.seen
        if seen.state == "moving" and core.now >= max(_shows_by(leg), seen.pause_until_ms):
            steps.ask(leg)
        if seen.asking == "due":
            seen.asking = "sent"
            core.send(call.node, call.caller_leg, DescribeLeg(leg.id), Described(call.id, leg.id))
        if seen.here:
            here.append(leg)
    for group in call.groups.values():
        _group(core, call, [leg for leg in here if leg.group == group.id], group)
    for leg in legs:
        state = leg.seen.state
        if leg.seen.called:
            _group(core, call, [leg], CALLED)
        if leg.on:
            _listener(core, call, leg)
        if state == "limbo" and _free(core, call, leg):
            steps.begin(core, call, "park", ParkLeg(leg.id), leg.id)
        elif state == "fallback" and _free(core, call, leg):
            steps.begin(core, call, "fetch", TransferLeg(leg.id, "park", caller.FALLBACK_CONTEXT), leg.id)
        elif leg.gone and _free(core, call, leg):
            steps.begin(core, call, "kill", KillLeg(leg.id, leg.gone), leg.id)
    _next_look(core, call)


def _variables(core: Core, call: Call) -> None:
    if not call.caller_gone and call.activity != "dial" and call.legs[call.caller_leg].seen.state != "fallback":
        caller.write_core(core, call)
    if len(call.legs) > 1 or call.slot or call.also or call.legs[call.caller_leg].seen.wants:
        wanted.write(core, call)


def _group(core: Core, call: Graph, there: list[Leg], group: Group) -> None:
    """Those who are in the group hear each other, or what one hears alone."""
    if group.room or len(there) > 2:
        _room(core, call, there)
    elif len(there) == 2:
        one, other = there
        if (one.seen.state, one.seen.other) != ("bridge", other.id) and all(_free(core, call, leg) for leg in there):
            steps.begin(core, call, "bridge", BridgeLegs(one.id, other.id), one.id, other.id)
    elif len(there) == 1:
        leg = there[0]
        if leg.seen.state == "parked":
            due = group.sound
            if due not in ("", "flow", leg.seen.plays) and leg.seen.quiet_until_ms <= core.now and _free(core, call, leg):
                caller.sound(core, call, leg, due)
        elif _leaves(call, leg) and _free(core, call, leg):
            steps.begin(core, call, "park", ParkLeg(leg.id), leg.id)


def _leaves(call: Graph, leg: Leg) -> bool:
    """It is with somebody, and not with one who ends in a moment and lets it go by that."""
    if leg.seen.state in ("room", "listens"):
        return True
    other = call.legs.get(leg.seen.other)
    return leg.station if other is None else not other.gone


def _room(core: Core, call: Graph, there: list[Leg]) -> None:
    """All of them in the room, who is bridged together with the other; and muted who is wanted so."""
    for leg in there:
        if not _free(core, call, leg):
            continue
        if (leg.seen.state, leg.seen.other) != ("room", call.room):
            both = leg.seen.state == "bridge" and any(one.id == leg.seen.other for one in there)
            steps.begin(core, call, "room", JoinRoom(leg.id, call.room, both), leg.id)
        elif leg.muted != leg.seen.muted and leg.seen.member:
            steps.begin(core, call, "mute", MuteMember(call.room, leg.seen.member, leg.muted), leg.id)


def _listener(core: Core, call: Graph, leg: Leg) -> None:
    """It hears the leg that it is on, and is heard as its mode says."""
    target = call.legs.get(leg.on)
    if target is None or not leg.seen.here or not target.seen.here or not _free(core, call, leg):
        return
    if (leg.seen.state, leg.seen.other) != ("listens", target.id):
        steps.begin(core, call, "listen", Listen(leg.id, target.id), leg.id)
    elif leg.seen.mode != leg.mode:
        leg.seen.mode = leg.mode
        core.send(call.node, call.caller_leg, SetListenMode(leg.id, leg.mode), ModeTaken(call.id, leg.id, leg.mode))


@message
class ModeTaken(Outcome):
    call_id: CallId
    leg: LegId
    mode: ListenMode

    def told(self, core: Core, ok: bool, text: str) -> None:
        leg = core.legs.get(self.leg)
        if not ok and leg is not None and leg.seen.mode == self.mode:
            leg.seen.mode, leg.seen.pause_until_ms = "", core.now + ASK_AGAIN_MS
            core.touch(self.call_id)


def _free(core: Core, call: Graph, leg: Leg) -> bool:
    """Neither the leg nor the one that it is with is disturbed."""
    seen = leg.seen
    if seen.asking or seen.state in _UNSURE or seen.pause_until_ms > core.now:
        return False
    return not any(leg.id in step.legs or seen.other in step.legs for step in call.steps) if call.steps else True


_UNSURE = frozenset({"moving", "ending", "ended"})


def _next_look(core: Core, call: Graph) -> None:
    """When something is due of which no event tells."""
    now, due = core.now, [step.until_ms for step in call.steps if not step.asked] if call.steps else []
    for leg in call.legs.values():
        seen = leg.seen
        if seen.state == "moving" and not seen.asking:
            due.append(max(_shows_by(leg), seen.pause_until_ms))
        if seen.quiet_until_ms > now:
            due.append(seen.quiet_until_ms)
        if seen.pause_until_ms > now:
            due.append(seen.pause_until_ms)
        if seen.called and seen.plays == "tone" and seen.plays_ms + TONE_MS > now:
            due.append(seen.plays_ms + TONE_MS)
    if due:
        core.deadlines.set(steps.look_again, call.id, max(now, min(due)))
    else:
        core.deadlines.cancel(steps.look_again, call.id)


def _shows_by(leg: Leg) -> int:
    return leg.seen.since_ms + (steps.KILL_MS if leg.gone else MOVING_MS)


# ---------------------------------------------------------------- asked what it is


def _quiet(core: Core, call: Call | Station, leg: Leg, quiet: bool) -> None:
    """Nothing runs on it, twice in a row: what should was over, and nobody has heard it."""
    again, leg.seen.stopped = leg.seen.stopped and quiet, quiet
    if not again:
        return
    leg.seen.stopped = False
    if leg.seen.exec_id:
        caller.sound_ended(core, call, leg)
    elif isinstance(call, Call) and leg.id == call.caller_leg and call.ivr is not None and call.ivr.exec_id:
        ivr.application_done(core, call, False, "")
    else:
        return
    core.repaired("silent", leg.id, call.node)


@message
class Described(Outcome):
    """What a leg is, by the switch's own word."""

    call_id: CallId
    leg: LegId

    def told(self, core: Core, ok: bool, text: str) -> None:
        leg = core.legs.get(self.leg)
        call = core.graph(leg.call_id) if leg else None
        if leg is None or call is None:
            return
        leg.seen.asking = ""
        core.touch(call.id)
        if not ok:
            leg.seen.pause_until_ms = core.now + ASK_AGAIN_MS
        elif text:
            channel = read(ChannelSnapshot, orjson.loads(text))
            believed = leg.seen.state in _STAYS and not steps.disturbs(call, leg)
            if believed and seen.place(leg, channel) != (leg.seen.state, leg.seen.other):
                core.repaired(seen.place(leg, channel)[0], leg.id, leg.node)
            fetched = leg.seen.state == "fallback"
            seen.described(core, call, leg, channel)
            if fetched and leg.seen.state in ("parked", "limbo") and isinstance(call, Call):
                going_on.taken_back(core, call)
            if leg.seen.state == "parked":
                _quiet(core, call, leg, not channel.runs)
        else:
            core.repaired("missing", leg.id, leg.node)
            with core.happened(core.now):
                calls.lost(core, leg)

    def unknown(self, core: Core) -> None:
        leg = core.legs.get(self.leg)
        if leg is not None:
            leg.seen.asking = ""
