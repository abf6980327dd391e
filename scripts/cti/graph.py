"""`cti calls show ID` and `cti calls explain ID`: the graph of a running call as the engine has it, what has happened to it,
and why it stands where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from cti_server.events.commands import DescribeCall
from cti_server.events.envelope import decode
from cti_server.events.errors import NoSuchCall
from cti_server.events.standing import STANDING
from scripts.cti.output import line, print_json
from scripts.cti.send import deliver, wait_option
from scripts.cti.tail import matcher, sentence
from scripts.cti.text import local_time, safe
from scripts.cti.world import World, common_options

NEWEST_EVENTS = 5_000


def drawing(graph: Mapping[str, Any]) -> list[str]:
    """A group with those who are wanted there, then those who listen and who leave; of each what is seen. ♪ is what they hear
    while nobody is with another:

    main  room
    ├─ 1 customer 13800138000   talks with 2
    └─ 2 agent 1001 Agent 0     talk
    """
    also = f", also {', '.join(graph['also'])}" if graph["also"] else ""
    lines = [f"call {graph['id']} on {graph['node']}: {graph['activity']} {graph['queue']}".rstrip() + also]
    for group in graph["groups"]:
        marks = [group["id"] if group["id"] == group["purpose"] else f"{group['id']} ({group['purpose']})"]
        marks += ["room"] if group["room"] else []
        legs = [leg for leg in graph["legs"] if leg["wanted"] == group["id"]]
        marks += [f"♪ {group['sound']}"] if group["sound"] and not (len(legs) > 1 and any(leg["with"] for leg in legs)) else []
        lines += _branch("  ".join(marks), legs)
    known = {group["id"] for group in graph["groups"]}
    lines += _branch("", [leg for leg in graph["legs"] if leg["wanted"] not in known])
    for step in graph["steps"]:
        asked = ", asked again what they are" if step["asked"] else ""
        lines.append(f"under way: {step['kind']} of {', '.join(map(str, step['legs']))}{asked}")
    return lines


def _branch(title: str, legs: list[Mapping[str, Any]]) -> list[str]:
    lines = [title] if title else []
    for n, leg in enumerate(legs):
        seen = f"{leg['seen']} {leg['with']}".strip()
        words = [f"{leg['no']} {leg['party']} {leg['who']}", leg["does"] or "-", f"seen: {seen}"]
        words += [f"hears {leg['plays']}"] if leg["plays"] else []
        words += [f"at home in {leg['home']}"] if leg["home"] else []
        words += [f"{leg['mode']} {leg['wanted']}"] if leg["mode"] else []
        words += ["muted"] if leg["muted"] else []
        words += ["leaves"] if leg["wanted"] == "gone" else []
        lines.append(f"{'└─' if n == len(legs) - 1 else '├─'} {'  '.join(words)}")
    return lines


def history(world: World, call_id: str) -> list[str]:
    """What the events stream still has of it, the oldest first."""
    fits = matcher((), {"call": call_id})
    found = []
    entries: Any = world.client.xrevrange(world.keys.events, count=NEWEST_EVENTS)
    for _, fields in entries:
        try:
            envelope = decode(fields.get(b"e", b""))
        except ValueError:
            continue
        if fits(envelope):
            found.append(f"{local_time(envelope.at_ms)} {envelope.name}  {sentence(envelope)}")
    return found[::-1]


@click.command("show")
@click.argument("call_id", metavar="CALL_ID")
@wait_option
@common_options
@click.pass_obj
def show(world: World, call_id: str, wait_s: float) -> None:
    """Draw a running call: who is wanted with whom, what is seen of it, what is under way, and what has happened. Of one that has
    ended, what the events still know."""
    past = history(world, call_id)
    try:
        graph = deliver(world, DescribeCall(call_id=call_id), wait_s)["graph"]
    except NoSuchCall:
        if not past:
            raise
        graph = None
    if world.json:
        print_json({"command": "calls show", "graph": graph, "history": past})
        return
    for one in [*(drawing(graph) if graph else [f"call {call_id} has ended"]), *past]:
        line(safe(one, 2000))


@click.command("explain")
@click.argument("call_id", metavar="CALL_ID")
@wait_option
@common_options
@click.pass_obj
def explain(world: World, call_id: str, wait_s: float) -> None:
    """Say why a running call waits, or stands where it stands."""
    why = deliver(world, DescribeCall(call_id=call_id), wait_s)["why"]
    if world.json:
        print_json({"command": "calls explain", "why": why})
        return
    for reason in why:
        said = STANDING[reason["id"]].said(world.lang) if reason["id"] in STANDING else reason["id"]
        line(safe(said.format_map({key: value for key, value in reason.items() if key != "id"}), 2000))
