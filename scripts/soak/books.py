"""What the books say against what really happened: pure comparison for ``scripts.soak.faults``."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TALK_MS = 1000
"""Who heard each other for less may be booked as never answered: the switch said so to nobody in time."""
OFF_MS = 1500
"""Books and truth may differ by this much without a mark."""
HELD_UP = ("pause daemon", "freeze of switch")
"""Faults after which events are read late: their times in the books are those of reading, counted as ``late_after_pause``."""
GAPS = ("kill daemon", "freeze of switch")
"""Faults during which nothing is heard of the switch: a call or a talk that lies wholly inside is told apart (``gap_...``)."""
LONGEST_TALK_MS = 60_000
AFTERWARDS_MS = 30_000
"""An alarm belongs to a fault until this long after its end."""
EXAMPLES = 5
TOLD_APART = ("late_after_pause", "gap_unbooked", "gap_unanswered", "gap_recordings")

Rows = Callable[[str], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Window:
    fault: str
    began_ms: int
    ended_ms: int
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmSeen:
    at_ms: int
    id: str
    kind: str
    text: str


@dataclass(slots=True)
class CallTruth:
    """Of one caller's leg; times in ms UTC, ``ended_ms`` 0 when the switch died under it. ``talks``: (extension, from, to)."""

    number: str
    arrived_ms: int
    ended_ms: int = 0
    talks: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def talk_ms(self) -> int:
        return sum(to - since for _, since, to in self.talks)


def read_truth(path: Path) -> dict[str, CallTruth]:
    """number -> what happened. A number that the simulator drew twice is left out."""
    calls: dict[str, CallTruth] = {}
    legs: dict[str, set[str]] = defaultdict(set)
    open_talks: dict[str, tuple[str, int]] = {}
    for line in path.read_bytes().splitlines():
        row = json.loads(line)
        number, at_ms = row["number"], row["at_us"] // 1000
        legs[number].add(row["uuid"])
        call = calls.setdefault(number, CallTruth(number, at_ms))
        if row["what"] == "bridged":
            open_talks[number] = (row["with"], at_ms)
        elif row["what"] in ("unbridged", "ended") and number in open_talks:
            extension, since = open_talks.pop(number)
            call.talks.append((extension, since, at_ms))
        if row["what"] == "ended":
            call.ended_ms = at_ms
    return {number: call for number, call in calls.items() if len(legs[number]) == 1}


def compare(
    truth: Mapping[str, CallTruth], rows: Rows, alarms: Sequence[AlarmSeen], windows: Sequence[Window], log: Path
) -> dict[str, Any]:
    """Counts of what must not be, each with a few examples."""
    calls = _grouped(rows("SELECT call_id, number, outcome, arrived_ms, ended_ms, estimated FROM calls"), "number")
    segments = _grouped(rows("SELECT call_id, segment, agent, started_ms, ended_ms, outcome, estimated FROM segments"), "call_id")
    found: dict[str, list[str]] = defaultdict(list)
    for number, call in truth.items():
        mine = calls.get(number, [])
        if not mine:
            kind = "gap_unbooked" if _in_gap(windows, call.arrived_ms, call.ended_ms) else "unbooked"
            found["answered_lost" if call.talk_ms > TALK_MS and kind == "unbooked" else kind].append(f"{number} {call}")
        elif len(mine) > 1:
            found["doubles"].append(f"{number} {[row['call_id'] for row in mine]}")
        else:
            _look(found, call, mine[0], segments.get(mine[0]["call_id"], []), windows)
    for alarm in alarms:
        if not any(_explains(window, alarm) for window in windows):
            kind = "gap_recordings" if alarm.kind == "recording" and _follows_gap(windows, alarm) else "false_alarms"
            found[kind].append(f"{alarm.at_ms} {alarm.id}: {alarm.text}")
    fenced = log.read_text(encoding="utf-8", errors="replace").count('"fenced"')
    names = ("answered_lost", "doubles", "wrong_unmarked", "false_alarms", "unbooked", *TOLD_APART)
    return {
        "calls": len(truth),
        "answered": sum(call.talk_ms > TALK_MS for call in truth.values()),
        "estimated": sum(bool(row["estimated"]) for group in calls.values() for row in group),
        **{name: len(found[name]) for name in names},
        "fenced": fenced,
        "windows": [f"{window.fault} {window.began_ms}-{window.ended_ms}" for window in windows],
        "examples": {name: found[name][:EXAMPLES] for name in names if found[name]},
    }


def _look(
    found: dict[str, list[str]], call: CallTruth, row: dict[str, Any], segments: list[dict[str, Any]], windows: Sequence[Window]
) -> None:
    """One call that is in the books once."""
    talks = [segment for segment in segments if segment["segment"] == "talk"]
    spans = sorted((segment["started_ms"], segment["ended_ms"]) for segment in talks)
    if any(one[1] > other[0] for one, other in itertools.pairwise(spans)):
        found["doubles"].append(f"{call.number}: talks overlap {spans}")
    if call.talk_ms > TALK_MS and not talks:
        whole = _in_gap(windows, call.talks[0][1], call.talks[-1][2])
        found["gap_unanswered" if whole else "answered_lost"].append(f"{call.number} {row['outcome']} {call}")
        return
    if not call.ended_ms or row["estimated"] or any(segment["estimated"] for segment in segments):
        return
    booked = sum(end - start for start, end in spans)
    if abs(booked - call.talk_ms) > OFF_MS or abs(row["ended_ms"] - call.ended_ms) > OFF_MS:
        late = any(w.fault in HELD_UP and _touches(w, call) for w in windows)
        kind = "late_after_pause" if late else "wrong_unmarked"
        found[kind].append(f"{call.number} {row['outcome']}: talk {booked} for {call.talk_ms} ms, end {row['ended_ms']} {call}")


def _in_gap(windows: Sequence[Window], since_ms: int, to_ms: int) -> bool:
    """Whether nothing was heard of the switch from the one moment to the other."""
    return any(w.fault in GAPS and w.began_ms <= since_ms and to_ms <= w.ended_ms for w in windows)


def _touches(window: Window, call: CallTruth) -> bool:
    """Whether something happened to this call while the daemon stood still."""
    moments = [call.arrived_ms, call.ended_ms, *(at for _, since, to in call.talks for at in (since, to))]
    return any(window.began_ms <= at <= window.ended_ms + 1000 for at in moments)


def _explains(window: Window, alarm: AlarmSeen) -> bool:
    return window.began_ms <= alarm.at_ms <= window.ended_ms + AFTERWARDS_MS and any(
        word in alarm.kind or word in alarm.id for word in window.alarms
    )


def _follows_gap(windows: Sequence[Window], alarm: AlarmSeen) -> bool:
    """A talk is as long as the longest call: whatever the daemon did not see of it makes its recording look wrong."""
    return any(w.fault in (*HELD_UP, *GAPS) and w.began_ms <= alarm.at_ms <= w.ended_ms + LONGEST_TALK_MS for w in windows)


def _grouped(rows: Iterable[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        out[row[key]].append(row)
    return out
