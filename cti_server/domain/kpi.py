"""Figures of queues and agents: one set of pure functions for live panels, reports and the lists behind them.

A segment or interval *contributes* parts (``queue_parts``, ``agent_offer_parts``, ``agent_time_parts``); rows only add parts
up; ``figures`` derives rates from a row. A figure is declared here once, a part as a field of its row, others in QUEUE_FIGURES or
AGENT_FIGURES: schemas, files, the page's tables and the docs follow. The list behind a figure is "the facts whose parts have it",
so that a count and its list cannot differ.

What engine and ledger must give for that:

- queue, talk, hold and wrap-up segments count at ``attributed_ms``: ``detail["queued_ms"]`` (the call's arrival in the queue)
  where a talk, hold or wrap-up segment carries it, else its own start. Queue segments always count at their start.
- a queue segment may carry ``detail["service_level_s"]`` and ``detail["short_abandon_s"]``, the thresholds in force when it
  closed; without them the row's thresholds count.
- talk and hold segments of a conversation follow each other and do not overlap.
- an agent's conversation is one answered offer, also when a colleague has passed the call on or it was taken out of a slot: the
  ringing of the agent who gets the customer then has no queue. Nobody has two of a call, unless a queue offers it again. Every
  other ringing by name (who was only asked, who did not take it, who got it back) has ``detail["named"]`` and counts nothing.
- a caller who waits again because the agent's phone died was answered already: queue and offer segments with
  ``detail["comeback"]`` count nothing.
- a call counts for the agents who had its customer first and last once it has ended, whatever became of it, and then on the day
  of its arrival, as it does for its queue. The last is the last of our agents, also when a leader or a number outside ended it:
  *passed on* means to another agent. Internal calls have no customer and count nothing.

A row with bounds ignores what lies outside and clips agent time: an interval over midnight gives each day its part.
Wait includes the ring time. Sources of the formulas: service level variants as they are named in the table below;
ASA = wait of answered / answered; AHT = (talk + hold + wrap-up) / handled, for an agent / answered;
occupancy = busy / (busy + idle), consulting is busy.
While an agent consults, the customer is on hold: that is the queue's hold; the colleague's segment has no queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any, TypeVar

from cti_server.domain.columns import Column, Unit
from cti_server.errors import CtiError
from cti_server.words import Words, family

# how a queue segment ended -> what it counts as; each segment counts as exactly one, so offered = their sum + waiting
_OUTCOMES = {
    "answered": "answered",
    "abandoned": "abandoned",
    "overflowed": "overflowed",
    "voicemail": "overflowed",
    "failed": "failed",
    "switch-lost": "failed",
}
_SEGMENT_TIME = {"talk": "talk_ms", "conference": "talk_ms", "hold": "hold_ms", "consult": "hold_ms", "wrap_up": "wrap_up_ms"}
STATE_TIME = {
    "reserved": "ring_ms",
    "ringing": "ring_ms",
    "dialing": "ring_ms",
    "talking": "talk_ms",
    "holding": "hold_ms",
    "consulting": "consult_ms",
    "wrap_up": "wrap_up_ms",
    "unreachable": "not_ready_ms",
    "internal": "not_ready_ms",  # as when the phone itself has dialled the colleague
    "own_call": "not_ready_ms",
}


@dataclass(frozen=True, slots=True)
class Figure(Column):
    """``behind``: the parts whose facts are the list behind it; () no call has a part in it. ``narrow``: it stands in the page's
    table too, not in files only. ``how``: what a derived one is; ``of``: of a row and the service level's formula (None: the row
    has it). Units s and share may be None."""

    behind: tuple[str, ...] = ()
    narrow: bool = True
    how: str = ""
    of: Callable[[Any, str], Any] | None = None


def _part(en: str, zh: str, unit: Unit = "count", *, narrow: bool = True, calls: bool = True) -> Any:
    """The field of a row that is a figure."""
    return field(default=0, metadata={"words": Words(en, zh), "unit": unit, "narrow": narrow, "calls": calls})


class NoRows(CtiError, id="no-rows"):
    """A defect: a sum of no rows."""


class NoSuchFormula(
    CtiError,
    id="no-such-formula",
    status=404,
    en="The server does not know this formula. Reload the page.",
    zh="服务器没有该公式，请刷新页面。",
):
    """No service-level formula has this name."""


@dataclass
class QueueRow:
    """The parts of one queue over [start_ms, end_ms); 0, 0: without bounds. ``waiting`` is set by who knows it (the engine)."""

    queue: str = ""
    start_ms: int = 0
    end_ms: int = 0
    service_level_s: int = 20
    short_abandon_s: int = 5
    answered: int = _part("Answered", "接听")
    abandoned: int = _part("Abandoned", "放弃")
    short_abandoned: int = _part("Short abandons", "短时放弃")
    overflowed: int = _part("Overflowed", "溢出")
    failed: int = _part("Failed", "失败")
    answered_in_sl: int = _part("Answered in time", "达标接听")
    abandoned_in_sl: int = _part("Abandoned in time", "时限内放弃", narrow=False)
    waiting: int = 0
    wait_ms: int = _part("Wait", "等待", "ms", narrow=False)
    talk_ms: int = _part("Talk", "通话", "ms", narrow=False)
    hold_ms: int = _part("Hold", "保持", "ms", narrow=False)
    wrap_up_ms: int = _part("Wrap-up", "话后", "ms", narrow=False)
    handled: int = _part("Handled", "处理量", narrow=False)

    @property
    def offered(self) -> int:
        return self.answered + self.abandoned + self.overflowed + self.failed + self.waiting

    def add_segment(self, data: Mapping[str, Any]) -> None:
        """Add a closed segment (SegmentFact) of this queue; others and those outside the bounds change nothing."""
        if data["queue"] != self.queue or not _inside(self, attributed_ms(data)):
            return
        add_parts(self, queue_parts(data, self.service_level_s, self.short_abandon_s))


@dataclass
class AgentRow:
    """The parts of one agent over [start_ms, end_ms); 0, 0: without bounds."""

    agent: str = ""
    start_ms: int = 0
    end_ms: int = 0
    answered: int = _part("Answered", "接听")
    rona: int = _part("Missed", "未接")
    first_in: int = _part("First agent", "首接")
    last_in: int = _part("Last agent", "末接", narrow=False)
    passed_on: int = _part("Passed on", "首接后转出")
    ring_ms: int = _part("Ringing", "振铃", "ms")
    talk_ms: int = _part("Talk", "通话", "ms")
    hold_ms: int = _part("Hold", "保持", "ms")
    consult_ms: int = _part("Consulting", "咨询", "ms", narrow=False)
    wrap_up_ms: int = _part("Wrap-up", "话后", "ms")
    idle_ms: int = _part("Idle", "空闲", "ms", calls=False)
    not_ready_ms: int = _part("Not ready", "示忙", "ms", calls=False)
    logged_in_ms: int = _part("On shift", "签入时长", "ms")

    def add_segment(self, data: Mapping[str, Any]) -> None:
        """Add a closed offer (SegmentFact), counted at its start; other segments change nothing."""
        if data["agent"] != self.agent or not _inside(self, int(data["started_ms"])):
            return
        add_parts(self, agent_offer_parts(data))

    def add_call(self, data: Mapping[str, Any]) -> None:
        """Add an ended call (CallFact), counted at its arrival."""
        if _inside(self, int(data["arrived_ms"])):
            add_parts(self, agent_call_parts(data, self.agent))

    def add_interval(self, data: Mapping[str, Any]) -> None:
        """Add a closed AgentIntervalFact, clipped to the row's bounds."""
        if data["agent"] != self.agent:
            return
        clip = (self.start_ms, self.end_ms) if self.end_ms > self.start_ms else None
        add_parts(self, agent_time_parts(data, clip))


Row = TypeVar("Row", QueueRow, AgentRow)


def _figures(kind: type[QueueRow] | type[AgentRow]) -> tuple[Figure, ...]:
    return tuple(
        Figure(f.name, said["unit"], said["words"], (f.name,) if said["calls"] else (), said["narrow"])
        for f in fields(kind)
        if (said := f.metadata)
    )


_QUEUE_PARTS, _AGENT_PARTS = _figures(QueueRow), _figures(AgentRow)
QUEUE_SEGMENTS = ("queue", *_SEGMENT_TIME)
"""Kinds of segments that count for their queue."""
QUEUE_PARTS = tuple(part.id for part in _QUEUE_PARTS)
AGENT_PARTS = tuple(part.id for part in _AGENT_PARTS)
LISTED_OF_QUEUES = ("offered", *QUEUE_PARTS)


def add_parts(row: QueueRow | AgentRow, parts: Mapping[str, int]) -> None:
    for name, value in parts.items():
        setattr(row, name, getattr(row, name) + value)


# ---------------------------------------------------------------- what one fact contributes


def attributed_ms(segment: Mapping[str, Any]) -> int:
    """The moment at which a segment counts for its queue: the call's arrival in the queue where it is known."""
    if segment["segment"] in _SEGMENT_TIME:
        queued = (segment.get("detail") or {}).get("queued_ms")
        if queued:
            return int(queued)
    return int(segment["started_ms"])


def queue_parts(segment: Mapping[str, Any], service_level_s: int, short_abandon_s: int) -> dict[str, int]:
    """What a closed segment adds to its queue's row; {} for segments that say nothing about a queue.

    A call counts as handled from its answer on. Within T seconds means wait <= T; a short abandon is one below its limit.
    """
    kind = segment["segment"]
    length = max(0, int(segment["ended_ms"]) - int(segment["started_ms"]))
    if kind in _SEGMENT_TIME:
        return {_SEGMENT_TIME[kind]: length}
    detail = segment.get("detail") or {}
    if kind != "queue" or detail.get("comeback"):
        return {}
    level_ms = 1000 * int(detail.get("service_level_s", service_level_s))
    short_ms = 1000 * int(detail.get("short_abandon_s", short_abandon_s))
    outcome = _OUTCOMES.get(segment["outcome"], "failed")
    parts = {outcome: 1}
    if outcome == "answered":
        parts.update(handled=1, wait_ms=length, answered_in_sl=int(length <= level_ms))
    elif outcome == "abandoned":
        parts.update(short_abandoned=int(length < short_ms), abandoned_in_sl=int(length <= level_ms))
    return parts


def agent_offer_parts(segment: Mapping[str, Any]) -> dict[str, int]:
    """What a closed offer adds to its agent's row."""
    detail = segment.get("detail") or {}
    if segment["segment"] != "offer" or detail.get("comeback") or detail.get("named"):
        return {}
    return {"answered": int(segment["outcome"] == "answered"), "rona": int(segment["outcome"] == "no-answer")}


def agents_of(call: Mapping[str, Any]) -> dict[str, str]:
    """For whom an ended call counts: agent -> team then."""
    if call["direction"] == "internal":
        return {}
    both = ((call["first_agent"], call["first_team"]), (call["last_agent"], call["last_team"]))
    return {agent: team for agent, team in both if agent}


def agent_call_parts(call: Mapping[str, Any], agent: str) -> dict[str, int]:
    """What an ended call adds to the row of ``agent``."""
    if agent not in agents_of(call):
        return {}
    first, last = call["first_agent"] == agent, call["last_agent"] == agent
    return {"first_in": int(first), "last_in": int(last), "passed_on": int(first and not last)}


def agent_time_parts(interval: Mapping[str, Any], clip: tuple[int, int] | None = None) -> dict[str, int]:
    """What a closed agent interval adds: its time in one state and in logged_in_ms, within ``clip`` = (start, end).

    Idle counts as idle when the agent is ready and as not ready otherwise; an unreachable phone counts as not ready.
    The parts except logged_in_ms therefore sum up to logged_in_ms.
    """
    if interval["status"] == "logged_out":
        return {}
    start, end = int(interval["started_ms"]), int(interval["ended_ms"])
    if clip is not None:
        start, end = max(start, clip[0]), min(end, clip[1])
    if end <= start:
        return {}
    idle = "idle_ms" if interval["status"] == "ready" else "not_ready_ms"
    return {STATE_TIME.get(interval["state"], idle): end - start, "logged_in_ms": end - start}


# ---------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True)
class Formula:
    """A named service level: ``text`` in terms of A answered, B abandoned, _T within T, B_s short abandons."""

    name: str
    text: str
    words: tuple[str, str]
    parts: Callable[[QueueRow], tuple[int, int]]  # numerator, denominator


FORMULAS: dict[str, Formula] = {
    f.name: f
    for f in (
        Formula(
            "answered-offered",
            "A_T / (A + B - B_s)",
            ("Answered in time / (answered + abandoned − short abandons)", "达标接听 /（接听 + 放弃 − 短时放弃）"),
            lambda r: (r.answered_in_sl, r.answered + r.abandoned - r.short_abandoned),
        ),
        Formula(
            "ignore-abandons",
            "A_T / (A + B - B_T)",
            ("Answered in time / (answered + abandoned − abandoned in time)", "达标接听 /（接听 + 放弃 − 时限内放弃）"),
            lambda r: (r.answered_in_sl, r.answered + r.abandoned - r.abandoned_in_sl),
        ),
        Formula(
            "negative",
            "A_T / (A + B)",
            ("Answered in time / (answered + abandoned)", "达标接听 /（接听 + 放弃）"),
            lambda r: (r.answered_in_sl, r.answered + r.abandoned),
        ),
        Formula(
            "positive",
            "(A_T + B_T) / (A + B)",
            ("(Answered + abandoned in time) / (answered + abandoned)", "（达标接听 + 时限内放弃）/（接听 + 放弃）"),
            lambda r: (r.answered_in_sl + r.abandoned_in_sl, r.answered + r.abandoned),
        ),
        Formula(
            "of-answered",
            "A_T / A",
            ("Answered in time / answered", "达标接听 / 接听"),
            lambda r: (r.answered_in_sl, r.answered),
        ),
    )
}
FORMULA_WORDS = family("formula", {name: formula.words for name, formula in FORMULAS.items()})
DEFAULT_FORMULA = "answered-offered"


def formula_named(name: str) -> Formula:
    """Raises NoSuchFormula."""
    found = FORMULAS.get(name)
    if found is None:
        raise NoSuchFormula(f"{name!r} is no service-level formula; known: {', '.join(FORMULAS)}")
    return found


def service_level(row: QueueRow, formula: str = DEFAULT_FORMULA) -> float | None:
    """0..1, or None where nothing counts. Raises NoSuchFormula."""
    return _ratio(*formula_named(formula).parts(row))


def _declared(listed: tuple[str, ...], *figures: Figure) -> tuple[Figure, ...]:
    """``listed``: what a row has behind which there can be calls. Raises TypeError for a figure of anything else."""
    for figure in figures:
        unknown = [part for part in (*figure.behind, *(() if figure.of else (figure.id,))) if part not in listed]
        if unknown:
            raise TypeError(f"the figure {figure.id!r} is of {', '.join(map(repr, unknown))}, which its row does not have")
    return figures


_AHT = Words("Handle time (AHT)", "平均处理")
_LEVEL, _ASA = Words("Service level", "服务水平"), Words("Avg. wait (ASA)", "平均等待")
_FIRST = Words("First resolution", "首接完结率")
_RATE, _OCCUPANCY = Words("Abandon rate", "放弃率"), Words("Occupancy", "占用率")
_OFFERED = "answered + abandoned + overflowed + failed; live those that wait, too"
_COUNTED, _WORK = ("answered", "abandoned"), ("talk_ms", "hold_ms", "wrap_up_ms")
QUEUE_FIGURES: tuple[Figure, ...] = _declared(
    LISTED_OF_QUEUES,
    Figure("offered", "count", Words("Offered", "呼入"), ("offered",), how=_OFFERED),
    *_QUEUE_PARTS,
    Figure("service_level", "share", _LEVEL, _COUNTED, how="by the formula", of=service_level),
    Figure(
        "formula",
        "formula",
        Words("Service level formula", "服务水平公式"),
        narrow=False,
        how="the queue's own, or one for all",
        of=lambda row, formula: formula,
    ),
    Figure("asa_s", "s", _ASA, ("answered",), how="wait / answered", of=lambda row, _: _ratio(row.wait_ms / 1000, row.answered)),
    Figure(
        "aht_s",
        "s",
        _AHT,
        ("handled",),
        how="(talk + hold + wrap-up) / handled",
        of=lambda row, _: _ratio(_work(row) / 1000, row.handled),
    ),
    Figure(
        "abandon_rate",
        "share",
        _RATE,
        _COUNTED,
        how="(abandoned − short abandons) / (answered + abandoned − short abandons)",
        of=lambda row, _: _ratio(row.abandoned - row.short_abandoned, row.answered + row.abandoned - row.short_abandoned),
    ),
)
AGENT_FIGURES: tuple[Figure, ...] = _declared(
    AGENT_PARTS,
    *_AGENT_PARTS,
    Figure(
        "aht_s",
        "s",
        _AHT,
        _WORK,
        how="(talk + hold + wrap-up) / answered",
        of=lambda row, _: _ratio(_work(row) / 1000, row.answered),
    ),
    Figure(
        "first_resolution",
        "share",
        _FIRST,
        ("first_in",),
        how="(first agent − passed on) / first agent: calls that ended with the agent who had them first",
        of=lambda row, _: _ratio(row.first_in - row.passed_on, row.first_in),
    ),
    Figure(
        "occupancy",
        "share",
        _OCCUPANCY,
        (*_WORK, "ring_ms", "consult_ms"),
        how="busy / (busy + idle); busy: talk + hold + wrap-up + ringing + consulting",
        of=lambda row, _: _ratio(_busy(row), _busy(row) + row.idle_ms),
    ),
)


_Names = tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]], list[tuple[str, Callable[[Any, str], Any]]]]


def _by_name(name: str, all_: Iterable[Figure]) -> _Names:
    names = (name, "start_ms", "end_ms", *(figure.id for figure in all_ if not figure.of))
    return names, attrgetter(*names), [(figure.id, figure.of) for figure in all_ if figure.of]


_QUEUE, _AGENT = _by_name("queue", QUEUE_FIGURES), _by_name("agent", AGENT_FIGURES)


def figures(row: QueueRow | AgentRow, formula: str = DEFAULT_FORMULA) -> dict[str, Any]:
    """The row's figures as the JSON of panels and reports, with its name and bounds."""
    names, parts, derived = _AGENT if isinstance(row, AgentRow) else _QUEUE
    found = dict(zip(names, parts(row)))  # noqa: B905 - as many as there are names
    for name, of in derived:
        found[name] = of(row, formula)
    return found


def merge(rows: Iterable[Row]) -> Row:
    """The sum of rows of one kind, at least one; bounds span them all; the name stays where all agree, else ''.

    Raises NoRows.
    """
    listed = list(rows)
    if not listed:
        raise NoRows("a sum needs at least one row; give an empty row of the wanted kind")
    first = listed[0]
    key, parts = ("agent", AGENT_PARTS) if isinstance(first, AgentRow) else ("queue", (*QUEUE_PARTS, "waiting"))
    sums: dict[str, Any] = {part: sum(getattr(row, part) for row in listed) for part in parts}
    names = {getattr(row, key) for row in listed}
    sums[key] = names.pop() if len(names) == 1 else ""
    return replace(first, **sums, start_ms=min(row.start_ms for row in listed), end_ms=max(row.end_ms for row in listed))


# ---------------------------------------------------------------- inside


def _inside(row: QueueRow | AgentRow, at_ms: int) -> bool:
    return row.end_ms <= row.start_ms or row.start_ms <= at_ms < row.end_ms


def _work(row: QueueRow | AgentRow) -> int:
    return row.talk_ms + row.hold_ms + row.wrap_up_ms


def _busy(row: AgentRow) -> int:
    return _work(row) + row.ring_ms + row.consult_ms


def _ratio(top: float, bottom: float) -> float | None:
    return top / bottom if bottom else None
