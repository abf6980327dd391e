"""What conformance means: per leg, the same sequence of (event, channel state, cause, application, completion id).

Legs are paired by the id we gave them; legs that the switch named are paired by their order of appearance. Jobs are
paired by the order in which they ended, with their text. Between legs only the orders in ``CROSS_LEG`` are certain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from cti_server.esl.framing import FrameParser
from tests.conformance.link import Headers, parse_plain

# Kinds that are not compared, and why.
IGNORED = {
    "CODEC": "how often media is negotiated depends on the phones",
    "CALL_UPDATE": "the callee's name on the display; sent when the media thread gets to it",
    "API": "tells of commands, not of legs",
    "RE_SCHEDULE": "the beat of a repeated timer",
    "ADD_SCHEDULE": "belongs to no leg",
    "DEL_SCHEDULE": "belongs to no leg",
    "HEARTBEAT": "every 20 s, whatever happens",
    "CUSTOM": "registrations and gateway retries of the laboratory, at their own pace (what MEMBERS do is compared)",
    "PRESENCE_IN": "lamps on phones",
    "MESSAGE_QUERY": "lamps on phones",
    "MESSAGE_WAITING": "lamps on phones",
    "COMMAND": "the re-INVITE's own bookkeeping",
    "RECV_RTCP_MESSAGE": "media statistics",
    "CALL_SECURE": "media encryption",
}

MEMBERS = ("add-member", "del-member", "mute-member", "unmute-member", "kick-member", "hup-member")
"""Of conference::maintenance: what becomes of a leg. Who speaks and who has the floor is the mixer's affair."""

# A step that a real switch takes or not, as its threads meet: the follower of a bridge may rest on its way to its partner.
OPTIONAL_BEFORE = {("CHANNEL_STATE", "CS_EXCHANGE_MEDIA"): ("CHANNEL_STATE", "CS_CONSUME_MEDIA")}

# Two steps that a real switch takes in either order: the re-INVITE's answer races with the command that asked for it.
EITHER_ORDER = (frozenset(("CHANNEL_UNHOLD", "CHANNEL_CALLSTATE")),)

# (scenario, earlier, later): each is (event, leg); the first of each kind counts.
CROSS_LEG = (
    ("connect_on_answer_by_script", ("CHANNEL_ANSWER", "leg-A"), ("CHANNEL_BRIDGE", "caller-1")),
    ("connect_on_answer_by_script", ("CHANNEL_UNPARK", "caller-1"), ("CHANNEL_BRIDGE", "caller-1")),
    ("connect_on_answer_by_script", ("CHANNEL_HANGUP", "caller-1"), ("CHANNEL_HANGUP", "leg-A")),
    ("connect_on_answer_by_script", ("CHANNEL_HANGUP", "leg-A"), ("CHANNEL_UNBRIDGE", "caller-1")),
    ("connect_on_answer_by_script", ("CHANNEL_UNBRIDGE", "caller-1"), ("CHANNEL_HANGUP_COMPLETE", "caller-1")),
    ("offers_with_the_script_as_application", ("CHANNEL_DESTROY", "leg-A"), ("CHANNEL_BRIDGE", "caller-1")),
    ("offers_with_the_script_as_application", ("CHANNEL_BRIDGE", "caller-1"), ("RECORD_START", "caller-1")),
    ("offers_with_the_script_as_application", ("CHANNEL_UNPARK", "caller-1"), ("CHANNEL_BRIDGE", "caller-1")),
    ("offers_with_the_script_as_application", ("CHANNEL_HANGUP", "caller-1"), ("CHANNEL_HANGUP", "leg-B")),
    ("offers_with_the_script_as_application", ("CHANNEL_HANGUP", "leg-B"), ("CHANNEL_UNBRIDGE", "caller-1")),
    ("offers_with_the_script_as_application", ("CHANNEL_UNBRIDGE", "caller-1"), ("RECORD_STOP", "caller-1")),
    ("two_offers_one_wins", ("CHANNEL_DESTROY", "leg-A"), ("CHANNEL_BRIDGE", "caller-1")),
    ("caller_gone_before_answer", ("CHANNEL_HANGUP_COMPLETE", "caller-1"), ("CHANNEL_HANGUP", "leg-A")),
    ("agent_hangs_up_first_caller_kept", ("CHANNEL_HANGUP", "agentleg-5072"), ("CHANNEL_UNBRIDGE", "caller-1")),
    ("agent_leg_parks_after_caller_hangs_up", ("CHANNEL_HANGUP", "caller-1"), ("CHANNEL_UNBRIDGE", "caller-1")),
    ("hold_by_park_and_back", ("CHANNEL_UNBRIDGE", "caller-1"), ("CHANNEL_HANGUP", "leg-A")),
)


class Step(NamedTuple):
    event: str
    state: str
    cause: str
    application: str
    completion: str


def read_capture(path: Path) -> list[Headers]:
    """The events of a recorded file, in order."""
    parser = FrameParser()
    return [parse_plain(frame.body) for frame in parser.feed(path.read_bytes()) if frame.content_type == "text/event-plain"]


KEPT = ("Event-Name", "Unique-ID", "Call-Direction", "Channel-State", "Hangup-Cause", "Application", "Application-UUID",
        "Action", "Media-Bug-Function", "Job-Command", "Job-Command-Arg", "_body")  # fmt: skip
"""The headers that are compared, and so all that our own captures hold."""


def recorded(folder: Path, name: str) -> list[Headers]:
    """What the real switch did in that scenario: our own capture (``python -m tests.conformance.record``) or the given one."""
    ours = folder / "ours" / f"{name}.jsonl"
    if ours.exists():
        return [json.loads(line) for line in ours.read_text(encoding="utf-8").splitlines()]
    return read_capture(folder / f"{name}.esl")


def compared(event: Headers) -> bool:
    return event["Event-Name"] not in IGNORED or event.get("Action") in MEMBERS


def named(events: Iterable[Headers]) -> list[tuple[str, Headers]]:
    """Pairs each event that has a leg with the leg's name: our id, or caller-1, caller-2... for inbound ones. That somebody
    listens to a leg is told on that leg, but happens in the listener's own time: under a name of its own."""
    names: dict[str, str] = {}
    out = []
    for event in events:
        leg = event.get("Unique-ID")
        if not leg or not compared(event):
            continue
        if leg not in names:
            inbound = sum(1 for name in names.values() if name.startswith("caller-"))
            names[leg] = f"caller-{inbound + 1}" if event.get("Call-Direction") == "inbound" else leg
        out.append((f"{names[leg]}, listened to" if _of_a_listener(event) else names[leg], event))
    return out


def _of_a_listener(event: Headers) -> bool:
    return event.get("Media-Bug-Function") == "eavesdrop"


def step(event: Headers) -> Step:
    exec_id = event.get("Application-UUID", "")
    given = exec_id if exec_id and not _made_by_switch(exec_id) else ""
    state, cause = "" if _of_a_listener(event) else event.get("Channel-State", ""), event.get("Hangup-Cause", "")
    return Step(event["Event-Name"], state, cause, event.get("Application") or event.get("Action", ""), given)


def _made_by_switch(exec_id: str) -> bool:
    return len(exec_id) == 36 and exec_id.count("-") == 4


def per_leg(events: Iterable[Headers]) -> dict[str, list[Step]]:
    legs: dict[str, list[Step]] = {}
    for name, event in named(events):
        steps, one = legs.setdefault(name, []), step(event)
        if steps and OPTIONAL_BEFORE.get(one[:2]) == steps[-1][:2]:
            steps.pop()
        if one[:2] == ("CHANNEL_HANGUP", "CS_SOFT_EXECUTE") and steps and steps[-1][:2] == ("CHANNEL_STATE", "CS_SOFT_EXECUTE"):
            steps.pop()  # a leg that ends on its way to a bridge: one look earlier or later
            one = one._replace(state="CS_RESET")
        steps.append(one)
        if frozenset(pair.event for pair in steps[-2:]) in EITHER_ORDER:
            steps[-2:] = sorted(steps[-2:])
    return legs


def jobs(events: Iterable[Headers]) -> list[tuple[str, str]]:
    """(command, text) of each job that ended, in order.

    A leg that its script bridges when it answers leaves its originate behind: whether that still says +OK or already
    -ERR ORIGINATOR_CANCEL is a race on a real switch. Both mean 'connected'.
    """
    out = []
    for event in events:
        if event["Event-Name"] == "BACKGROUND_JOB":
            text, argument = event.get("_body", "").strip(), event.get("Job-Command-Arg", "")
            raced = "api_on_answer" in argument and (text.startswith("+OK") or text == "-ERR ORIGINATOR_CANCEL")
            out.append((event.get("Job-Command", ""), "connected" if raced else text))
    return out


def first(events: Iterable[Headers], what: tuple[str, str]) -> int:
    """Where the first event of that name on that leg stands."""
    return next(at for at, (leg, event) in enumerate(named(events)) if (event["Event-Name"], leg) == what)
