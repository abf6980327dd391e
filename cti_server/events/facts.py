"""The ledger's lines: what is written down about calls and agents. Each fact is declared once, here.

From a declaration come: what the engine may write (``core.fact``), the check of the ``facts`` stream, the table of SQL with its
keys, and the docs. A fact is written when its interval closes; its id was made when it opened and never changes, so the
persister can drop doubles. ``estimated`` marks an end that nobody saw (after a blind gap).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypedDict

import orjson

from cti_server.domain import border
from cti_server.domain.agent import AgentState, AgentStatus
from cti_server.domain.call import Direction
from cti_server.domain.ivr import IvrStep
from cti_server.domain.kpi import attributed_ms
from cti_server.domain.outcomes import CallOutcome, DialFailure, OfferOutcome, QueueOutcome
from cti_server.domain.record import Cut, Text, Whole, read
from cti_server.domain.recording import Problem, RecordingKind
from cti_server.events.declare import declared
from cti_server.events.fact import Fact, fact
from cti_server.words import family, once

FORMAT = 1
"""Of facts on the stream and in the journal; another one is not read."""
FACT_ID = 96
"""Characters of an id at most."""
CAUSE = 64
"""Characters that are kept of a hangup cause."""

Id = Annotated[str, Text(0, 32)]
CallId = Annotated[str, Text(0, 64)]
Leg = Annotated[str, Text(0, 64)]
Code = Annotated[str, Text(0, 64)]
LongText = Annotated[str, Text(0, 2**22 - 1)]
"""What a column of SQL takes in any script."""
Moment = Annotated[int, Whole(0, border.LATEST_MS)]
"""UTC ms."""
Length = Annotated[int, Whole(0, border.LARGEST)]
"""ms."""
Size = Annotated[int, Whole(0, border.LARGEST)]
"""Bytes."""
Seconds = Annotated[int, Whole(0, 2**31 - 1)]
Count = Annotated[int, Whole(0, 2**31 - 1)]

Party = Literal["", "customer", "agent", "outside", "system"]
SegmentKind = Literal[
    "ivr", "queue", "offer", "dial", "talk", "conference", "hold", "between", "consult", "internal", "listen", "survey",
    "voicemail", "wrap_up",
]  # fmt: skip
SegmentOutcome = Literal[QueueOutcome, OfferOutcome, DialFailure, ""]

family(
    "party",
    {
        "customer": ("Customer", "客户"),
        "agent": ("Agent", "坐席"),
        "outside": ("Number outside", "外线号码"),
        "system": ("System", "系统"),
    },
    Party,
)
family(
    "segment",
    {
        "ivr": ("Menu", "语音导航"),
        "queue": ("Queue", "排队"),
        "offer": ("Ringing", "振铃"),
        "dial": ("Dialling", "外呼"),
        "talk": ("Talk", "通话"),
        "conference": ("Conference", "会议"),
        "hold": ("Hold", "保持"),
        "between": ("Between agents", "转接等待"),
        "consult": ("Consultation", "咨询"),
        "internal": ("Internal call", "内部通话"),
        "listen": ("Listening", "监听"),
        "survey": ("Survey", "满意度调查"),
        "voicemail": ("Voicemail", "语音留言"),
        "wrap_up": ("Wrap-up", "话后处理"),
    },
    SegmentKind,
)


class SegmentDetail(TypedDict, total=False):
    """What else is known of a stretch."""

    queued_ms: Moment
    """talk, hold, wrap_up: the call's arrival in the queue"""
    service_level_s: Seconds
    """queue: the thresholds in force when it closed"""
    short_abandon_s: Seconds
    comeback: bool
    """queue, offer: a caller who was answered before waits again; counts nothing"""
    named: bool
    """offer: rung by name, and the customer not got by it, or got back; counts nothing"""
    score: int
    """offer: why this agent: the best by score, and how many were left out for which reason"""
    best: list[Any]
    excluded: dict[str, int]
    flow: str
    """ivr, survey"""
    version: int
    number: Annotated[str, Text(0, 64)]
    """of a party that is a number outside: one that was asked, joined or given the call"""
    fallback: bool
    """the switch handled it by itself while no daemon ran"""


@fact(
    "call",
    "calls",
    kept="calls",
    aged="arrived_ms",
    indexes=(
        ("call_id",),
        ("arrived_ms",),
        ("last_queue", "arrived_ms"),
        ("first_agent", "arrived_ms"),
        ("last_agent", "arrived_ms"),
        ("number", "arrived_ms"),
    ),
)
class CallFact(Fact):
    """One call, when it ended. Who talked with the customer first and last of our agents ('' none did), and their teams then;
    of an internal call who began it. A line from before there was a first agent names none."""

    call_id: CallId
    node: Id
    direction: Annotated[Direction, Text(0, 16)]
    number: Annotated[str, Cut(128)]
    name: Annotated[str, Cut(255)]
    service_number: Annotated[str, Cut(64)]
    arrived_ms: Moment
    ended_ms: Moment
    outcome: Annotated[CallOutcome, Text(0, 64)]
    last_queue: Id
    first_agent: Id = ""
    first_team: Id = ""
    last_agent: Id
    last_team: Id = ""
    hung_up_by: Annotated[Party, Text(0, 32)]
    cause: Annotated[str, Cut(CAUSE)]
    data: dict[str, str]
    ivr_path: list[IvrStep]
    estimated: bool


@fact(
    "segment",
    "segments",
    kept="calls",
    aged="counted_ms",
    indexes=(("call_id",), ("counted_ms",), ("queue", "counted_ms"), ("agent", "counted_ms")),
)
class SegmentFact(Fact):
    """A stretch of one call. Those of kind queue run from the *original* place in line to the connection of caller and agent,
    ring time included."""

    call_id: CallId
    segment: Annotated[SegmentKind, Text(0, 16)]
    queue: Id
    agent: Id
    team: Id
    leg: Leg
    started_ms: Moment
    ended_ms: Moment
    outcome: Annotated[SegmentOutcome, Text(0, 64)]
    """Of a queue's, an offer's and a dial's; '' of others."""
    estimated: bool
    detail: SegmentDetail

    @property
    def counted_ms(self) -> Moment:
        """When it counts for its queue."""
        return attributed_ms(vars(self))


@fact(
    "agent_interval",
    "agent_intervals",
    kept="agents",
    aged="ended_ms",
    indexes=(("started_ms", "ended_ms"), ("ended_ms",), ("agent", "started_ms")),
)
class AgentIntervalFact(Fact):
    """An agent in one (status, state, reason). Intervals of one agent never overlap and leave no gap while logged in: their sum
    is the logged-in time exactly."""

    agent: Id
    team: Id
    status: Annotated[AgentStatus, Text(0, 16)]
    state: Annotated[AgentState, Text(0, 16)]
    reason: Code
    queue: Id
    call_id: CallId
    started_ms: Moment
    ended_ms: Moment
    estimated: bool


@fact(
    "recording",
    "recordings",
    kept="recordings",
    aged="ended_ms",
    indexes=(("recording_id",), ("call_id",), ("checked_ms", "ended_ms"), ("ended_ms",), ("box", "ended_ms")),
)
class RecordingFact(Fact):
    """One file. ``problem`` may be set by the engine or by the worker; ``box``: that a voicemail is for, '' none. A line from
    before there were kinds is of the call."""

    recording_id: Annotated[str, Text(0, 96)]
    call_id: CallId
    node: Id
    recorded: Annotated[RecordingKind, Text(0, 16)] = "call"
    path: Annotated[str, Text(0, 1024)]
    queue: Id
    agents: list[str]
    started_ms: Moment
    ended_ms: Moment
    length_ms: Length
    talk_ms: Length
    holds: Count
    size: Size
    problem: Annotated[Literal[Problem, ""], Text(0, 32)]
    box: Id = ""

    @property
    def sha256(self) -> Annotated[str, Text(0, 64)]:
        """'' until the worker has seen the file."""
        return ""

    @property
    def checked_ms(self) -> Moment:
        """When it was."""
        return 0


@fact(
    "disposition",
    "dispositions",
    kept="calls",
    aged="at_ms",
    one_per=("call_id", "agent"),
    newest="at_ms",
    indexes=(("at_ms",),),
)
class DispositionFact(Fact):
    """The agent's verdict; a later one for the same call and agent replaces it."""

    call_id: CallId
    agent: Id
    code: Code
    note: LongText
    at_ms: Moment


@fact("audit", "audit", kept="audit", aged="at_ms", indexes=(("at_ms",), ("subject", "at_ms")))
class AuditFact(Fact):
    """What a person did to somebody else's agent or call, and every repair by the reconciler."""

    at_ms: Moment
    issuer: Annotated[str, Cut(128)]
    action: Annotated[str, Cut(64)]
    subject: Annotated[str, Cut(128)]
    detail: dict[str, Any]


FACTS = tuple(declared(Fact, vars()))
_KINDS = once((kind.kind, kind) for kind in FACTS)


class _Line(TypedDict):
    id: Annotated[str, Text(1, FACT_ID)]
    kind: str
    data: dict[str, Any]


def encode_fact(fact_id: str, fact: Fact) -> bytes:
    """One line of the stream or the journal."""
    return encode_line(fact_id, fact.kind, vars(fact))


def encode_line(fact_id: str, kind: str, data: Mapping[str, Any]) -> bytes:
    """Of what ``engine.kernel.messages.RecordFact`` holds."""
    return orjson.dumps({"format": FORMAT, "id": fact_id, "kind": kind, "data": data})


def decode_fact(raw: bytes) -> tuple[str, Fact]:
    """JSON bytes -> (id, fact). Raises BadInput (a ValueError) for anything that is not one."""
    line = read(_Line, border.document(raw, "fact", FORMAT))
    kind = _KINDS.get(line["kind"])
    if kind is None:
        raise border.BadInput(f"unknown kind of fact {line['kind']!r:.60}")
    try:
        return line["id"], read(kind, line["data"])
    except border.BadInput as error:
        raise border.BadInput(f"{kind.kind} {line['id']}: {error}") from error
