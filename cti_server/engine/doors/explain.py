"""Why a call stands where it stands: its graph (wanted, seen, under way) and the reasons, for people who look from outside.

Reads only. A reason is an id of ``events.standing`` with what its words name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cti_server.domain.record import plain
from cti_server.domain.routing import shortfall
from cti_server.engine.acd import skills
from cti_server.engine.acd.care import staffed
from cti_server.engine.doors.handling import handles
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import MAIN, Ask, Call, Leg, Queue
from cti_server.events import commands as wants
from cti_server.events.errors import NoSuchCall

Reason = dict[str, Any]

_DOING = {
    "talk": "talks",
    "internal": "talks-inside",
    "conference": "in-conference",
    "hold": "holds",
    "consult": "consults",
    "listen": "listens",
}


@handles(wants.DescribeCall)
def _describe(core: Core, args: wants.DescribeCall) -> dict[str, Any]:
    call = core.calls.get(args.call_id)
    if call is None:
        raise NoSuchCall(f"no running call has the id {args.call_id!r}")
    return {"graph": graph(core, call), "why": why(core, call)}


def graph(core: Core, call: Call) -> dict[str, Any]:
    """{id, node, activity, queue, also, slot, legs: [wanted, seen], groups, steps}; without the switch's names of channels."""
    names: dict[str, int] = {leg.id: leg.no for leg in call.legs.values()}
    legs = []
    for leg in call.legs.values():
        seen = leg.seen
        legs.append(
            {
                "no": leg.no,
                "party": leg.party,
                "who": _who(core, call, leg),
                "wanted": "gone" if leg.gone else f"on {names.get(leg.on, '?')}" if leg.on else _group(names, leg.group),
                "home": _group(names, leg.home),
                "mode": leg.mode if leg.on else "",
                "muted": leg.muted,
                "does": leg.doing,
                "seen": seen.state,
                "with": names.get(seen.other, "room" if seen.state == "room" else ""),
                "plays": seen.plays,
                "since_ms": seen.since_ms,
            }
        )
    groups = [
        {"id": _group(names, group.id), "purpose": group.purpose, "sound": group.sound, "room": group.room}
        for group in call.groups.values()
    ]
    steps = [
        {"kind": step.kind, "legs": [names.get(leg, 0) for leg in step.legs], "until_ms": step.until_ms, "asked": step.asked}
        for step in call.steps
    ]
    return {
        "id": call.id,
        "node": call.node,
        "activity": call.activity,
        "queue": call.queue,
        "also": list(call.also),
        "slot": call.slot,
        "legs": legs,
        "groups": groups,
        "steps": steps,
        "segments": [{k: v for k, v in plain(one).items() if k not in ("id", "leg", "detail")} for one in call.segments],
    }


def _group(names: dict[str, int], group: str) -> str:
    return group if group in ("", MAIN) else f"aside {names.get(group, '?')}"


def _who(core: Core, call: Call, leg: Leg) -> str:
    if leg.party == "customer":
        return call.number
    agent = core.agents.get(leg.agent)
    return f"{agent.id} {agent.name}" if agent is not None else leg.number


def why(core: Core, call: Call) -> list[Reason]:
    """The reasons, the most general first: {"id": of ``events.standing``, **what its words name}."""
    found: list[Reason] = []
    if not core.linked(call.node):
        found.append({"id": "no-link", "node": call.node})
    if call.caller_gone:
        return [*found, {"id": "over"}]
    if call.ending:
        found.append({"id": "ends", "cause": call.legs[call.caller_leg].gone})
    if call.ivr is not None:
        found.append({"id": "in-flow", "flow": call.ivr.flow, "node": call.ivr.state.node})
        if call.ivr.back in call.legs:
            found.append({"id": "comes-back", "agent": call.legs[call.ivr.back].agent})
    if call.activity == "queue":
        found += _waiting(core, call)
    if call.slot:
        found.append({"id": "parked", "slot": call.slot, "for_s": max(0, call.slot_until_ms - core.now) // 1000})
    sound = call.legs[call.caller_leg].seen.plays
    if call.activity == "talk" and sound in ("music", "ringback"):
        found.append({"id": f"hears-{sound}"})
    for leg in call.legs.values():
        found += _party(core, call, leg)
        if leg.id in call.asks:
            found.append(_asks(core, leg, call.asks[leg.id]))
    numbers: dict[str, int] = {leg.id: leg.no for leg in call.legs.values()}
    for step in call.steps:
        legs = ", ".join(str(numbers.get(leg, "?")) for leg in step.legs)
        found.append({"id": "under-way", "kind": step.kind, "legs": legs, "left_ms": max(0, step.until_ms - core.now)})
    return found


def _asks(core: Core, leg: Leg, ask: Ask) -> Reason:
    line = list(core.queues[ask.queue].waiting)
    place = line.index(leg.id) + 1 if leg.id in line else 0
    for_s = (core.now - ask.since_ms) // 1000
    return {"id": "asks", "no": leg.no, "queue": ask.queue, "place": place, "of": len(line), "for_s": for_s}


def _waiting(core: Core, call: Call) -> list[Reason]:
    if call.offers:
        rung = call.offers.values()
        return [{"id": "rings", "agent": offer.agent, "for_s": (core.now - offer.started_ms) // 1000} for offer in rung]
    if call.comeback is not None:
        return [{"id": "kept", "agent": call.comeback.agent, "for_s": max(0, call.comeback.until_ms - core.now) // 1000}]
    found: list[Reason] = []
    for queue in [core.queues[queue_id] for queue_id in call.queues]:
        line = list(queue.waiting)
        counts = {name: queue.counts.get(name, 0) for name in ("ready", "busy", "not_ready", "unreachable", "resting")}
        place = line.index(call.id) + 1 if call.id in line else 0
        waits: Reason = {"id": "waits", "queue": queue.id, "place": place, "of": len(line)}
        found.append({**waits, "for_s": max(0, core.now - call.queued_ms) // 1000, **counts})
        if queue.special:
            found.extend(_wanted(core, queue, call))
        if not staffed(queue):
            found.append({"id": "unstaffed", "queue": queue.id})
    switch = core.switches.get(call.node)
    if switch is not None and switch.slow:
        found.append({"id": "slow", "node": call.node, "window": switch.window})
    return found


def _wanted(core: Core, queue: Queue, call: Call) -> Iterator[Reason]:
    """Whom the queue asks for by now, and how many of the idle that are."""
    config, since_ms, language = core.queue_config(queue.id), call.queued_ms, skills.language(call)
    left_ms = since_ms + 1000 * config.language_wait_s - core.now
    if language and left_ms > 0:
        speak = sum(skills.speaks(core, config, core.agents[agent], language, since_ms) for agent in queue.idle)
        yield {"id": "wants-language", "queue": queue.id, "language": language, "fit": speak, "for_s": -(-left_ms // 1000)}
    if not config.skills and config.order == "level":
        return
    given_up = skills.steps(core, config, since_ms)
    wanted = {skill: level - given_up for skill, level in config.skills.items() if level > given_up}
    fit = sum(shortfall(wanted, core.agents[agent].skills) <= 0 for agent in queue.idle)
    said = ", ".join(f"{skill} ≥ {level}" for skill, level in wanted.items()) or "-"
    more_s = config.widen_after_s - max(0, core.now - since_ms) // 1000 % config.widen_after_s if config.widen_after_s else 0
    more = {"order": config.order, "fit": fit, "widens_in_s": more_s if wanted else 0}
    yield {"id": "wants-skills", "queue": queue.id, "skills": said, **more}


def _party(core: Core, call: Call, leg: Leg) -> list[Reason]:
    if leg.party == "customer" or leg.id in call.offers:
        return []
    who = {"no": leg.no, "who": _who(core, call, leg)}
    found: list[Reason] = []
    if leg.gone:
        found.append({"id": "leaves", **who, "cause": leg.gone})
    elif not leg.seen.here:
        found.append({"id": "is-rung", **who})
    elif leg.doing:
        found.append({"id": _DOING[leg.doing], **who})
    else:
        found.append({"id": "moves", **who, "wanted": leg.group or "listening", "seen": leg.seen.state})
    if leg.seen.refusal and leg.seen.tries:
        found.append({"id": "refused", "no": leg.no, "text": leg.seen.refusal})
    return found
