"""What the engine remembers: plain mutable records, all of it JSON-able by ``domain.record.plain`` (that is what gets hashed).
Without slots: what has a ``__dict__`` is copied several times as fast.

Nothing here decides anything. Times are UTC ms; 0 or '' mean "not yet" or "none".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, NewType

from cti_server.domain.agent import AgentState, AgentStatus
from cti_server.domain.call import Activity, Direction
from cti_server.domain.config import NumberKind
from cti_server.domain.ivr import IvrState, IvrStep
from cti_server.domain.kpi import AgentRow, QueueRow
from cti_server.domain.outcomes import CallOutcome, DialFailure
from cti_server.domain.queue import Line
from cti_server.domain.recording import RecordingKind
from cti_server.domain.switch import ListenMode
from cti_server.events.facts import Party, SegmentDetail, SegmentKind
from cti_server.events.views import BackWhy, LegParty, PendingStatus, TrunkState

AgentId = NewType("AgentId", str)
CallId = NewType("CallId", str)
LegId = NewType("LegId", str)
QueueId = NewType("QueueId", str)
Node = NewType("Node", str)
"""A switch."""
TrunkId = NewType("TrunkId", str)
TeamId = NewType("TeamId", str)
AlarmId = NewType("AlarmId", str)
CallBackId = NewType("CallBackId", str)
ServiceId = NewType("ServiceId", str)
DoubtId = NewType("DoubtId", str)
"""'what leg'."""


@dataclass
class Interval:
    """The open stretch of an agent in one (status, state, reason); its id was made when it opened."""

    id: str
    status: AgentStatus
    state: AgentState
    reason: str
    queue: str
    call_id: str
    started_ms: int


@dataclass
class Segment:
    """The open stretch of a call."""

    id: str
    segment: SegmentKind
    queue: str
    agent: str
    leg: str
    started_ms: int
    detail: SegmentDetail = field(default_factory=SegmentDetail)


@dataclass(slots=True)
class Pause:
    """``since_ms``: when the reason of now was given; ``over_ms``: since when that is longer than it allows; ``used``: ms of the
    day that began at ``day_ms``, by reason; ``asked``: the reason for which a leader is asked."""

    since_ms: int = 0
    over_ms: int = 0
    asked: str = ""
    asked_ms: int = 0
    used: dict[str, int] = field(default_factory=dict)
    day_ms: int = 0


@dataclass
class Agent:
    """A person. ``extension``: the phone in use, while logged out ``own_extension``. ``category`` is how the queues count this
    agent; ``resting_until`` keeps offers away for a while."""

    id: AgentId
    name: str
    extension: str
    team: str
    queues: dict[str, int]
    order: int
    row: AgentRow
    own_extension: str = ""
    status: AgentStatus = "logged_out"
    reason: str = ""
    pending: PendingStatus = ""
    pending_reason: str = ""
    state: AgentState = "idle"
    status_since_ms: int = 0
    state_since_ms: int = 0
    deadline_ms: int = 0
    call_id: str = ""
    queue: str = ""
    last_calls: list[str] = field(default_factory=list)
    resting_until_ms: int = 0
    failed_rings: int = 0  # in a row
    dialled_ms: list[int] = field(default_factory=list)  # when outside calls of the last minute began
    idle_since_ms: int = 0
    page_gone_ms: int = 0
    page_until_ms: int = 0  # not ready from then on, when the page is not back
    desk_phone: bool = False  # the phone that is rung works without a page
    off_hook: bool = False  # it is rung once in this shift, and stays
    station: Station | None = None  # where its leg is between calls
    category: str = "logged_out"
    indexed_since_ms: int = -1
    removed: bool = False
    interval: Interval | None = None
    wrap_up: Segment | None = None
    skills: dict[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()  # extensions to log in at besides the own one; none: the free seats
    pause: Pause | None = None  # of an agent who is, was or wants to be away for a reason with limits

    PASSING: ClassVar = frozenset({"skills", "languages", "phones"})


@dataclass(slots=True)
class Draft:
    """What an agent has written about a call so far. ``stored``: the ledger has it as it is."""

    id: str
    agent: AgentId
    call_id: str
    note: str = ""
    version: int = 0
    code: str = ""
    at_ms: int = 0
    stored: bool = True


LegSeen = Literal["unborn", "ringing", "parked", "bridge", "room", "listens", "moving", "limbo", "fallback", "ending", "ended"]
Purpose = Literal["main", "aside", "consult"]
Doing = Literal["", "talk", "conference", "hold", "consult", "listen", "internal"]
"""What a person in a call does, as it is booked."""
Sound = Literal["", "music", "ringback", "silence", "flow", "tone"]
MAIN = "main"
"""The group of the customer and of those who talk with the customer."""
WITH_CUSTOMER: frozenset[Doing] = frozenset({"talk", "conference"})
MOST_PARTIES = 6
"""Of a conference."""


@dataclass(slots=True)
class Seen:
    """What the switch was seen to have of a leg, and how it goes with it. Never mirrored: an engine that starts asks the switch.

    ``other`` is the leg that it is bridged to or listens to, or the room that it is in; *moving* is between two places, *limbo*
    left over by a bridge that did not come about, *fallback* in the switch's own queue, *ending* hung up and not yet told by
    whom."""

    state: LegSeen = "unborn"
    other: str = ""
    since_ms: int = 0
    switch_ms: int = 0  # of the newest word about it, by the switch's clock
    plays: Sound = ""
    exec_id: str = ""  # of what plays
    plays_ms: int = 0
    quiet_until_ms: int = 0  # what played has ended too soon
    pause_until_ms: int = 0  # it was tried in vain several times
    looked_ms: int = 0  # when it was asked whether anything plays
    stopped: bool = False  # it said no; the word of the end may be on its way
    asking: Literal["", "due", "sent"] = ""  # what it is
    tries: int = 0
    refusal: str = ""
    member: str = ""  # its number in the room
    muted: bool = False
    mode: ListenMode | Literal[""] = ""  # as it was told last; the switch does not show it
    called: bool = False  # of a phone that is off hook: it hears the tone that a call has come, and is not there before it has
    wants: dict[str, str] = field(default_factory=dict)  # what its channel says that is wanted of it: see graph.wanted

    @property
    def here(self) -> bool:
        """It was picked up and has not ended."""
        return self.state not in _NOT_HERE and not self.called


@dataclass(slots=True)
class Dialling:
    """How a number outside, or a colleague, is called: ``by`` which agent, by which ``trunk`` ('' not yet) and which were
    ``tried``. ``rang``: the far phone has; ``why`` it was not reached."""

    kind: NumberKind
    by: str
    trunk: str = ""
    tried: list[str] = field(default_factory=list)
    rang: bool = False
    why: DialFailure | Literal[""] = ""


@dataclass
class Leg:
    """One party of a call: who it is, and what is wanted of it: to be in ``group`` with all who want that, to listen ``on`` a
    leg, or to be ``gone`` (the cause). ``home``: its group while it stands aside. ``doing``: what is booked.

    ``no`` names it in its call; ``number``: whom it rings, where that is no agent (``dial``: outside); ``person``: who listens;
    ``registration``: of the phone that was rung. ``station``: the phone is off hook; gone here, the leg goes back there."""

    PASSING: ClassVar = frozenset({"seen"})

    id: LegId
    node: str
    party: LegParty
    call_id: CallId
    agent: str = ""
    group: str = MAIN
    home: str = ""
    on: str = ""
    mode: ListenMode = "listen"
    gone: str = ""
    muted: bool = False
    doing: Doing = ""
    talked: bool = False  # with the customer
    connected_ms: int = 0  # since when, the first time
    rung_ms: int = 0  # by name, no queue's offer
    idle_since_ms: int = 0  # the agent's place among the idle when it was rung
    picked_ms: int = 0
    registration: str = ""
    station: bool = False
    no: int = 0
    number: str = ""
    person: str = ""
    dial: Dialling | None = None
    seen: Seen = field(default_factory=Seen)


_NOT_HERE = frozenset({"unborn", "ringing", "ending", "ended"})


@dataclass
class Group:
    """Legs that are to hear each other. ``sound``: what one hears who is alone in it. ``owner``: the leg for whose sake an aside
    or a consult exists (their id is its id). ``room``: they were three or more, and as long as two are left it stays one."""

    id: str
    purpose: Purpose = "main"
    sound: Sound = ""
    owner: str = ""
    room: bool = False


@dataclass(slots=True)
class Ask:
    """Whoever of ``queue`` is free next is asked by an agent, who waits: the place in its line is ``since_ms``. ``leg``: who is
    rung for it now, '' nobody."""

    queue: str
    since_ms: int
    leg: str = ""
    not_again: str = ""


StepKind = Literal["connect", "bridge", "room", "mute", "listen", "park", "kill", "fetch"]


@dataclass(slots=True)
class Step:
    """What the switch was asked for and has not shown yet. ``legs``: all that it disturbs, first those of the order itself;
    ``until_ms``: when the engine asks. ``taken``: the switch has said that it took the order; ``asked``: the engine has asked."""

    id: str
    kind: StepKind
    legs: list[str]
    until_ms: int
    taken: bool = False
    asked: bool = False


@dataclass(slots=True)
class Wish:
    """A command that is answered when the leg is where it was wanted, and does this."""

    command_id: str
    leg: str
    group: str
    doing: Doing


@dataclass
class Offer:
    """One ringing of one agent; its id is the leg's UUID. ``queue``: by which it came, and whose rules are in force."""

    leg: LegId
    agent: str
    queue: str
    started_ms: int
    deadline_ms: int
    idle_since_ms: int = 0  # the agent's place among the idle, given back when the offer is withdrawn
    answered: bool = False
    answered_ms: int = 0


@dataclass
class Recording:
    """A file of a call: ``kind`` 'call' (caller and agents), 'voicemail' or 'consult' (an agent and whom the agent asked: on the
    agent's ``leg``, from ``since_ms`` on; ``talk_ms`` when that is over)."""

    id: str
    path: str
    kind: RecordingKind = "call"
    queue: str = ""
    started_ms: int = 0
    ended_ms: int = 0
    length_ms: int = -1
    size: int = -1
    agents: list[str] = field(default_factory=list)
    talk_before_ms: int = 0  # of the call, when this file was named
    holds_before: int = 0
    leg: LegId = LegId("")
    since_ms: int = 0
    talk_ms: int = -1
    box: str = ""  # that a voicemail is for


@dataclass(slots=True)
class Running:
    """The IVR flow of a call: its state, what it plays and the application whose end it waits for."""

    flow: str
    version: int
    state: IvrState
    survey: bool = False
    waits: str = ""  # Play, Collect, RecordVoicemail
    exec_id: str = ""
    files: list[str] = field(default_factory=list)
    record: list[int] = field(default_factory=list)  # max_s, silence_s once the prompt has been played
    box: str = ""  # that the message is for
    typed: str = ""  # digits that were pressed before the question
    given: str = ""  # those of them that the running question got
    back: str = ""  # the leg that has sent the customer there and waits
    asking: bool = False  # the question has begun: what is pressed is its own


@dataclass(slots=True)
class Comeback:
    """A caller whose agent's phone died: waits for the same agent until ``until_ms``, then in the line."""

    agent: str
    until_ms: int


@dataclass
class Graph:
    """Legs, who of them is to hear whom, and what is under way. ``caller_leg``: the one in whose lane its commands keep their
    order."""

    PASSING: ClassVar = frozenset({"steps", "wishes"})

    id: CallId
    node: str
    caller_leg: LegId
    legs: dict[str, Leg] = field(default_factory=dict, kw_only=True)
    groups: dict[str, Group] = field(default_factory=lambda: {MAIN: Group(MAIN)}, kw_only=True)
    steps: list[Step] = field(default_factory=list, kw_only=True)
    wishes: list[Wish] = field(default_factory=list, kw_only=True)

    @property
    def room(self) -> str:
        """The name of its conference on the switch."""
        return f"cti-{self.id}"


STATION = "station of "
"""And the agent: the id of a station."""


@dataclass
class Station(Graph):
    """Where the leg of a phone that is off hook stays between calls, alone. ``caller_leg`` is that leg, also while a call has it
    and ``legs`` is empty. ``up``: it was picked up."""

    groups: dict[str, Group] = field(default_factory=lambda: {MAIN: Group(MAIN, sound="silence")}, kw_only=True)
    up: bool = False


@dataclass
class Call(Graph):
    """One conversation with a customer."""

    number: str
    name: str
    service_number: str
    service_name: str
    arrived_ms: int
    order: int
    direction: Direction = "inbound"
    activity: Activity = "arriving"
    queue: str = ""  # where it is present, later the one that answered
    also: list[str] = field(default_factory=list)  # further queues in whose lines it stands, too
    priority: int = 0
    queued_ms: int = 0
    waited_ms: int = 0  # in the queue that answered last
    place_ms: int = 0  # order in the lines: smaller is served first
    overflow_ms: int = 0  # when the longest wait in this queue is over
    offered_ms: int = 0
    connected_ms: int = 0
    held_ms: int = 0
    answered: bool = False
    data: dict[str, str] = field(default_factory=dict)
    ivr_path: list[IvrStep] = field(default_factory=list)
    ivr_earlier: int = 0  # entries of ivr_path from flows before the running one
    parties: int = 0  # that it has had
    wants: int = 0  # how often a channel was told what is wanted of it
    asks: dict[str, Ask] = field(default_factory=dict)  # by the leg that asks; it has a group, a consult
    segments: list[Segment] = field(default_factory=list)
    offers: dict[str, Offer] = field(default_factory=dict)  # by leg: several are rung at once, the first who answers has it
    ivr: Running | None = None
    recording: Recording | None = None
    voicemail: Recording | None = None
    consults: list[Recording] = field(default_factory=list)
    masked: bool = False  # the recording has silence for now
    private: bool = False  # nobody listens, nobody picks it up
    comeback: Comeback | None = None
    variables: dict[str, str] = field(default_factory=dict)
    not_again: str = ""
    then_queue: str = ""  # where the caller goes when nobody is left
    then_flow: str = ""
    then_node: str = ""  # of that flow, '' its start
    slot: str = ""  # where the caller is parked
    slot_until_ms: int = 0
    then_again: bool = False  # back to where the call was before: it counts there once
    recall: str = ""  # the agent who passed it on and gets it back when nobody takes it
    back_from: str = ""  # who has not taken it, while it rings at who passed it on: agent, number or slot
    back_why: BackWhy = ""
    told: list[str] = field(default_factory=list)  # queues whose unstaffed_flow has run
    last_queue: str = ""
    agents: list[str] = field(default_factory=list)  # who had the customer, from the first to the last; who comes back, again
    talk_ms: int = 0  # of the customer with anybody
    talk_since_ms: int = 0
    holds: int = 0
    cause: str = ""
    gone_first: Party = ""
    ending: Literal[CallOutcome, ""] = ""  # outcome that the engine has decided before the caller's leg ends
    caller_gone: bool = False
    heard_out: bool = False  # the switch has said the last word about the caller's leg
    ended_ms: int = 0
    outcome: Literal[CallOutcome, ""] = ""
    estimated: bool = False

    @property
    def talker(self) -> Leg | None:
        """The leg that has the customer: talks, else holds or asks somebody meanwhile."""
        found = None
        for leg in self.legs.values():
            if leg.doing and leg.talked:
                if leg.doing in WITH_CUSTOMER:
                    return leg
                found = found or leg
        return found

    @property
    def offer(self) -> Offer | None:
        """The oldest, for who wants one to show."""
        return next(iter(self.offers.values()), None)

    @property
    def being_taken(self) -> bool:
        """Somebody has picked up, and is being connected."""
        return any(offer.answered for offer in self.offers.values())

    @property
    def queues(self) -> tuple[str, ...]:
        """In whose lines it stands while it may be offered, in the order in which they are asked for somebody who is free."""
        return (self.queue, *self.also)

    @property
    def others(self) -> list[Leg]:
        """All parties but the customer and those who only listen."""
        return [leg for leg in self.legs.values() if leg.party != "customer" and not leg.on]

    def leg_of(self, agent: str) -> Leg | None:
        """The agent's leg."""
        return next((leg for leg in self.legs.values() if leg.agent == agent), None)

    @property
    def agent(self) -> str:
        leg = self.talker
        return leg.agent if leg else ""


@dataclass
class Queue:
    """One waiting line with its idle agents and the number of agents per category."""

    id: QueueId
    row: QueueRow
    waiting: Line = field(default_factory=Line)  # calls that may be offered now, by waiting key
    present: Line = field(default_factory=Line)  # all calls of the queue until answered or gone, by time
    idle: Line = field(default_factory=Line)
    counts: dict[str, int] = field(default_factory=dict)
    published_ms: int = 0
    special: bool = False  # its idle line is in another order than by level, or of those with its skills
    wants: str = ""  # by which that line was made


@dataclass(slots=True)
class Trunk:
    """One gateway on one switch. Calls are the legs that run now; failures count since the engine started, ``failed`` those in a
    row. While it rests it is the last choice for calls out."""

    id: TrunkId
    name: str
    node: str
    gateway: str
    state: TrunkState = "unknown"
    detail: str = ""
    ping: str = ""
    ping_ms: float = 0.0
    calls_in: int = 0
    calls_out: int = 0
    failures: int = 0
    refused: int = 0  # calls in beyond the limits
    second: int = 0
    in_second: int = 0  # calls that came in this second of the switch's clock
    out_second_ms: int = 0  # when the running second of calls out began
    out_in_second: int = 0
    failed: int = 0
    resting_until_ms: int = 0


@dataclass(slots=True)
class Switch:
    """``linked``: we hear it and know what lives there; ``unlinked_ms``: since when not. ``given_up``: calls that were booked as
    lost while it was away; one that lives all the same is a new call."""

    id: Node
    linked: bool = True
    reason: str = ""
    unlinked_ms: int = 0
    given_up: list[str] = field(default_factory=list)
    sessions: int = 0
    max_sessions: int = 0
    core_uuid: str = ""
    delay_ms: int = 0  # as measured last, while it is slow
    slow: bool = False
    window: int = 0  # connects that may be under way, while it is slow
    changed_ms: int = 0  # the window
    calm_since_ms: int = 0
    held_back_ms: int = 0
    taken_over_ms: int = 0  # when we learned what lives there
    steady_ms: int = 0  # since when what it does is no longer held up by that


@dataclass(slots=True)
class Doubt:
    """Drift between switch and engine, first seen at ``since_ms``."""

    node: str
    leg: str
    since_ms: int
