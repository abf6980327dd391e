"""Books the calls that the switch's own queue handled while no daemon ran: each line of its file counts once.

A line is one call that ended in the fallback queue (freeswitch/scripts/cti_cdr.lua). Its facts have ids made of the channel's
id, so a line that is read again changes nothing. A call that the daemon took back writes no line.

A call that the daemon knew (``cti_call``) is in its mirror, and a daemon that comes back books it, with an estimated end: such a
line waits, and then completes what is in the ledger (``Books.mend``) instead of counting the call again. Only when neither the
mirror nor the ledger has the call, and no fact of it can be on its way, the line is booked as a call of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Protocol

from cti_server.domain.config import CentreConfig, ServiceNumberConfig
from cti_server.domain.foreign_text import readable_json
from cti_server.domain.numbers import caller_number, service_number
from cti_server.domain.outcomes import QueueOutcome
from cti_server.domain.tenant import SHIPPED
from cti_server.errors import BadFact
from cti_server.events.fact import Fact
from cti_server.events.facts import CallFact, Party, RecordingFact, SegmentDetail, SegmentFact, encode_fact
from cti_server.features.ledger.service import Ledger, Row, read_fact

NO_QUEUE = "cti_fallback"
"""The queue of a call whose number has none: the switch's own."""
CALL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
LONGEST = {"queue": 32, "agent": 32, "recording": 1024}
"""What the switch writes itself; texts from outside are cut when they are stored."""
FIGURES = {
    "start_us": Fraction(1, 1000),
    "hangup_us": Fraction(1, 1000),
    "agent_answered_s": Fraction(1000),
    "enqueued_at": Fraction(1),
}
"""Moments of a line, and what makes milliseconds of them."""
LATEST_MS = 253_402_300_800_000


@dataclass(frozen=True, slots=True)
class Line:
    """One call of the fallback queue. Times in UTC ms; ``answered_ms`` 0: no agent answered; ``call_id`` '' for a new one."""

    uuid: str
    call_id: str
    number: str
    name: str
    dialled: str
    queue: str
    queued_ms: int
    started_ms: int
    answered_ms: int
    ended_ms: int
    agent: str
    cause: str
    hung_up_by: Party
    recording: str
    estimated: bool = False
    tenant: str = SHIPPED

    @property
    def outcome(self) -> QueueOutcome:
        if self.answered_ms:
            return "answered"
        return "abandoned" if self.hung_up_by == "customer" else "failed"

    @property
    def waited_until_ms(self) -> int:
        return self.answered_ms or self.ended_ms


@dataclass(frozen=True, slots=True)
class Known:
    """A call as the ledger has it. ``queue``, ``queued_ms``: its last queue segment, '' and 0 when there is none."""

    queue: str
    queued_ms: int


class Books(Ledger, Protocol):
    """The port to the tables. Every method raises DatabaseAway."""

    def as_of_ms(self) -> int: ...

    def known(self, call_id: str) -> Known | None: ...

    def mend(self, line: Line, agent: str, team: str) -> bool:
        """Corrects the call and its queue segment where they are estimated; False when nothing was. ``agent``, ``team``: ids of
        who answered."""
        ...

    def mark(self, name: str) -> int:
        """0 when it was never set."""
        ...

    def set_mark(self, name: str, value: int) -> None: ...


def read_line(raw: bytes) -> Line:
    """One line as the switch wrote it. Raises ValueError that says what is wrong where there is no call to book.

    A figure that cannot be right (no number, an end before the start as after a clock step) never loses the call: what the other
    figures say is booked, and marked as estimated.
    """
    text = _texts(raw)
    for name, empty in (("uuid", False), ("cti_call", True)):
        if not (CALL_ID.fullmatch(text.get(name, "")) or (empty and not text.get(name))):
            raise ValueError(f"{name} is {text.get(name, '')!r:.80}")
    odd = {name for name, longest in LONGEST.items() if len(text.get(name, "")) > longest}
    figures = {name: _figure(text.get(name, ""), scale) for name, scale in FIGURES.items()}
    odd |= {name for name, value in figures.items() if value is None}
    agent = "" if "agent" in odd else text.get("agent", "")
    started, ended = figures["start_us"] or 0, figures["hangup_us"] or 0
    queued, answered = figures["enqueued_at"] or 0, (figures["agent_answered_s"] or 0) if agent else 0
    if not 0 < started <= ended:
        odd.add("start_us")
        started = started or queued or answered or ended
        ended = max(ended, started)
    if answered and not started - 1000 <= answered <= ended:  # whole seconds, cut off
        odd.add("agent_answered_s")
    if queued > ended:
        odd.add("enqueued_at")
    if not started:
        raise ValueError(f"start_us {text.get('start_us')!r:.40} and hangup_us {text.get('hangup_us')!r:.40} tell no moment")
    return Line(
        uuid=text["uuid"],
        call_id=text.get("cti_call", ""),
        number=caller_number(text.get("number", "")),
        name=text.get("name", ""),
        dialled=text.get("dialled", ""),
        queue="" if "queue" in odd else text.get("queue", ""),
        queued_ms=queued if 0 < queued <= ended else started,
        started_ms=started,
        answered_ms=min(max(answered, started), ended) if answered else 0,
        ended_ms=ended,
        agent=agent if answered else "",
        cause=text.get("hangup_cause", ""),
        hung_up_by=_hung_up_by(text.get("hung_up_by", ""), bool(answered)),
        recording="" if "recording" in odd else text.get("recording", ""),
        estimated=bool(odd),
        tenant=text.get("tenant") or SHIPPED,
    )


def _texts(raw: bytes) -> dict[str, str]:
    """Raises ValueError."""
    try:
        found = readable_json(raw)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError("no object of texts")
    return {name: value if isinstance(value, str) else str(value) for name, value in found.items()}


def _figure(text: str, scale: Fraction) -> int | None:
    """UTC ms of a figure of the switch; 0: there is none; None: it is no number, or beyond all calendars."""
    if not text:
        return 0
    if not re.fullmatch(r"[0-9]{1,18}", text):
        return None
    value = int(int(text) * scale)
    return value if value < LATEST_MS else None


def _hung_up_by(disposition: str, answered: bool) -> Party:
    """The switch says who sent the end: a received BYE or CANCEL is the caller's."""
    if disposition.startswith("recv_"):
        return "customer"
    return "agent" if answered else "system"


# ---------------------------------------------------------------- facts


def facts_of(line: Line, config: CentreConfig, node: str, known: Known | None) -> list[Row]:
    """The facts of a line; of a call that the ledger has only what is new. Raises ValueError for what no table takes."""
    call_id = line.call_id or f"fallback-{line.uuid}"
    service = service_number(config.service_numbers, line.dialled, config.country_code)
    queue = (known.queue if known else "") or line.queue or _first_queue(config, service) or NO_QUEUE
    queued_ms = (known.queued_ms if known else 0) or line.queued_ms
    agent, team = agent_of(line, config)
    of_call = partial(SegmentFact, call_id=call_id, queue=queue, agent=agent, team=team, leg=line.uuid, estimated=line.estimated)
    facts: dict[str, Fact] = {}
    detail: SegmentDetail
    if known is None:
        dialled = service.number if service else line.dialled
        facts["call"] = _call(line, call_id, node, queue, agent, team, dialled)
    if known is None or not known.queue:
        settings = config.queues.get(queue)
        detail = {"fallback": True}
        if settings:
            detail |= {"service_level_s": settings.service_level_s, "short_abandon_s": settings.short_abandon_s}
        ended = max(line.waited_until_ms, queued_ms)
        facts["queue"] = of_call(segment="queue", started_ms=queued_ms, ended_ms=ended, outcome=line.outcome, detail=detail)
    if line.answered_ms:
        detail = {"fallback": True, "queued_ms": queued_ms}
        facts["talk"] = of_call(segment="talk", started_ms=line.answered_ms, ended_ms=line.ended_ms, outcome="", detail=detail)
        if line.recording:
            facts["recording"] = _recording(line, call_id, node, queue, agent)
    return [read_fact(encode_fact(f"fallback:{line.uuid}:{what}", fact)) for what, fact in facts.items()]


def _first_queue(config: CentreConfig, line: ServiceNumberConfig | None) -> str:
    """Where its callers go at first; '' it is not known."""
    if line is None:
        return ""
    service = config.services.get(line.service)
    return service.queue_1 if service else line.queue


def agent_of(line: Line, config: CentreConfig) -> tuple[str, str]:
    """Id and team of who answered. The switch names phones: an id counts only where no agent has such a phone."""
    if not line.agent:
        return "", ""
    chosen = next((a for a in config.agents.values() if a.extension == line.agent), None) or config.agents.get(line.agent)
    return (chosen.id, chosen.team) if chosen else (line.agent, "")


def _call(line: Line, call_id: str, node: str, queue: str, agent: str, team: str, dialled: str) -> CallFact:
    return CallFact(
        call_id=call_id,
        node=node,
        direction="inbound",
        number=line.number,
        name=line.name,
        service_number=dialled,
        arrived_ms=line.started_ms,
        ended_ms=line.ended_ms,
        outcome=line.outcome,
        last_queue=queue,
        first_agent=agent,
        first_team=team,
        last_agent=agent,
        last_team=team,
        hung_up_by=line.hung_up_by,
        cause=line.cause,
        data={},
        ivr_path=[],
        estimated=line.estimated,
    )


def _recording(line: Line, call_id: str, node: str, queue: str, agent: str) -> RecordingFact:
    """The switch records from the moment the two hear each other. The size is not known before the file was looked at."""
    length = line.ended_ms - line.answered_ms
    return RecordingFact(
        recording_id=f"fallback-{line.uuid}",
        call_id=call_id,
        node=node,
        recorded="call",
        path=line.recording,
        queue=queue,
        agents=[agent],
        started_ms=line.answered_ms,
        ended_ms=line.ended_ms,
        length_ms=length,
        talk_ms=length,
        holds=0,
        size=0,
        problem="",
    )


# ---------------------------------------------------------------- booking


@dataclass(slots=True)
class _Waiting:
    start: int
    number: int
    line: Line
    absent_ms: int = 0


@dataclass(slots=True)
class _Place:
    """Where a file is read next, and the lines before it that wait."""

    offset: int
    number: int
    marked: int
    waiting: list[_Waiting]


class File(Protocol):
    """One file of lines. ``name`` is made of its first line: it stays the same when the file is renamed."""

    @property
    def name(self) -> str: ...

    def count(self, offset: int) -> int:
        """How many lines end before ``offset``."""
        ...

    def lines(self, offset: int) -> Sequence[tuple[int, bytes]]:
        """(offset behind it, line) of complete lines from ``offset`` on, some at a time; [] when there are no more now."""
        ...


@dataclass(eq=False)
class Booking:
    """Reads on where it stopped. ``mirrored(call_id)``: a daemon that comes back will book this call.

    ``on_broken(file, line number, why)`` is told of each line that is skipped.
    """

    _books: Books
    _mirrored: Callable[[str], bool]
    _node: str
    _on_broken: Callable[[str, int, str], None]
    _places: dict[str, _Place] = field(default_factory=dict)
    booked: int = 0
    broken: int = 0

    @property
    def waiting(self) -> int:
        return sum(len(place.waiting) for place in self._places.values())

    def run(self, files: Sequence[File], config: CentreConfig, now_ms: int) -> None:
        """Book what is new. Raises DatabaseAway; nothing is lost then, call it again later."""
        as_of_ms = self._books.as_of_ms()
        for file in files:
            place = self._place(file)
            place.waiting = [w for w in place.waiting if not self._settle(w, file.name, config, now_ms, as_of_ms)]
            while lines := file.lines(place.offset):
                for end, raw in lines:
                    self._take(file.name, place, raw, config, now_ms, as_of_ms)
                    place.offset, place.number = end, place.number + 1
            self._remember(file.name, place)

    def _place(self, file: File) -> _Place:
        if file.name not in self._places:
            offset = self._books.mark(file.name)
            self._places[file.name] = _Place(offset, file.count(offset) + 1, offset, [])
        return self._places[file.name]

    def _take(self, name: str, place: _Place, raw: bytes, config: CentreConfig, now_ms: int, as_of_ms: int) -> None:
        try:
            waiting = _Waiting(place.offset, place.number, read_line(raw))
        except ValueError as error:
            self._skip(name, place.number, str(error))
            return
        if waiting.line.tenant != config.tenant:
            return  # the switch writes one file for all; its worker reads it too
        if not self._settle(waiting, name, config, now_ms, as_of_ms):
            place.waiting.append(waiting)

    def _settle(self, waiting: _Waiting, name: str, config: CentreConfig, now_ms: int, as_of_ms: int) -> bool:
        """True when the line needs nothing more."""
        line = waiting.line
        known = self._books.known(line.call_id) if line.call_id else None
        if line.call_id and known is None and not self._nobody_books(waiting, now_ms, as_of_ms):
            return False
        try:
            self._books.write(facts_of(line, config, self._node, known), 0)
        except (ValueError, BadFact) as error:
            self._skip(name, waiting.number, error.message if isinstance(error, BadFact) else str(error))
            return True
        if known is not None:
            self._books.mend(line, *agent_of(line, config))
        self.booked += 1
        return True

    def _nobody_books(self, waiting: _Waiting, now_ms: int, as_of_ms: int) -> bool:
        """The ledger was just asked and has no such call: it never will when it is complete since the mirror lost it."""
        if waiting.absent_ms and as_of_ms >= waiting.absent_ms:
            return True
        if self._mirrored(waiting.line.call_id):
            waiting.absent_ms = 0
        elif not waiting.absent_ms:
            waiting.absent_ms = now_ms
        return False

    def _skip(self, name: str, number: int, why: str) -> None:
        self.broken += 1
        self._on_broken(name, number, why)

    def _remember(self, name: str, place: _Place) -> None:
        done = place.waiting[0].start if place.waiting else place.offset
        if done != place.marked:
            self._books.set_mark(name, done)
            place.marked = done
