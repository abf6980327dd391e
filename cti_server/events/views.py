"""Every live kind and every event, declared once: what people see of a thing, who sees it, and what they are told of.

From a declaration come the check at the border, the mirror's kinds, the engine's builders and calls (mypy proves them), the web's
tables, rooms and snapshots, the page's types (``make contracts``) and the tables of docs/developers/declared.md.

All times are UTC ms ints; 0 means "not yet / none". Ids are strings, '' means none. Rooms:

    desk(ID)    one agent's pages           mates(TEAM)  agents of a team, for each other's views
    serves(ID)  agents who serve a queue    FLOOR        who sees all agents, queues and calls
    EVERYBODY   every logged-in page        NETWORK      who sees alarms, trunks and switches
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from cti_server.domain import border
from cti_server.domain.agent import AgentState, AgentStatus
from cti_server.domain.alarm_rules import MetCondition
from cti_server.domain.call import CallPhase, Direction, LegState
from cti_server.domain.config import Severity
from cti_server.domain.ivr import IvrStep
from cti_server.domain.kpi import AGENT_PARTS, QUEUE_FIGURES
from cti_server.domain.outcomes import CallOutcome, DialFailure, Untaken
from cti_server.domain.record import Whole, read
from cti_server.domain.switch import ListenMode
from cti_server.events.live import HIDDEN, Change, Declared, Event, Kind
from cti_server.words import once

MIRROR_FORMAT = 3
"""Of the mirror's rows. What is new in a record has a default; raised when that cannot be: rows of another one are set aside."""

PendingStatus = Literal[AgentStatus, ""]
ListenerState = Literal["ringing", "listening", "talking"]
LegParty = Literal["customer", "agent", "outside", "supervisor"]
BackWhy = Literal[Untaken, DialFailure, "not-retrieved", ""]
TrunkState = Literal["up", "down", "unknown"]
Subject = Literal["agent", "queue", "team", "call", "trunk", "switch", "text"]

FLOOR = "floor"
NETWORK = "network"
EVERYBODY = "all"


def desk(agent: str) -> str:
    return f"agent:{agent}"


def mates(team: str) -> str:
    return f"mates:{team}"


def serves(queue: str) -> str:
    return f"queue:{queue}"


# ---------------------------------------------------------------- agents


if TYPE_CHECKING:
    AgentToday = dict[str, int]
else:  # closed intervals of the local day; the running one is counted from ``AgentView.counted_ms``
    AgentToday = TypedDict("AgentToday", dict.fromkeys(AGENT_PARTS, int))


class AgentView(TypedDict):
    id: str
    name: str
    extension: str
    team: str
    queues: dict[str, int]
    status: AgentStatus
    reason: str  # not-ready reason code
    pending: PendingStatus  # status asked for during a call
    pending_reason: str
    over_ms: int  # since when the agent is not ready for longer than the reason allows, 0: is not
    asked_reason: str  # for which a leader is asked, '': none
    asked_ms: int
    state: AgentState
    phone_registered: bool
    phone_withdrawn: bool  # it is no more among those of the agent, who keeps it until the shift ends
    off_hook: bool  # it is on the line between calls, too, and is not rung
    pick_up: bool  # it rings now to be picked up and left off hook
    status_since_ms: int
    state_since_ms: int
    deadline_ms: int  # end of the transient state (ring timeout, wrap-up), 0: none
    call_id: str
    last_calls: list[str]  # the newest last: calls that may still get a note and a disposition, besides the running one
    queue: str
    counted_ms: int  # until when today has all time; the state of now has run since, 0: logged out
    today: AgentToday


def _agent_rooms(view: AgentView) -> set[str]:
    return {FLOOR, desk(view["id"])} | ({mates(view["team"])} if view.get("team") else set())


AGENT = Kind("agent", "agents", AgentView, _agent_rooms)
AGENT_LOGGED_IN = AGENT.change("agent.logged_in", "A shift has begun.")
AGENT_LOGGED_OUT = AGENT.change("agent.logged_out", "A shift has ended.")
AGENT_STATUS_CHANGED = AGENT.change("agent.status_changed", "Status, what is pending, team, queues or figures have changed.")
AGENT_PAUSE_REFUSED = AGENT.change("agent.pause_refused", "A leader does not want the agent to be away now.")
AGENT_STATE_CHANGED = AGENT.change("agent.state_changed", "The line does something else.")
AGENT_PHONE_CHANGED = AGENT.change("agent.phone_changed", "The phone has come or gone.")

# ---------------------------------------------------------------- calls


class LegView(TypedDict):
    id: Annotated[str, HIDDEN]  # the switch's own; a phone that names one can reach for that call
    no: int  # names it in its call, for commands
    node: str
    party: LegParty
    agent: str
    number: str  # that was dialled, where it is no agent
    state: LegState
    hears: int  # number of the media group: legs with the same number (> 0) hear each other
    muted: bool
    asks: str  # the queue of which it waits for somebody whom it may ask, '': none
    asked_by: int  # number of the party that consults this one, 0: nobody does
    connected_ms: int  # with the customer since, the first time


class CallView(TypedDict):
    id: str
    phase: CallPhase
    direction: Direction
    node: str
    number: str  # the other side's number as dialled or shown; outside text, never trusted
    name: str  # caller's display name; outside text
    service_number: str
    service_name: str
    queue: str
    also: list[str]  # further queues for whose agents it waits, besides those of its own
    priority: int
    agent: str  # the agent who talks, or at whom it rings
    ivr_path: list[IvrStep]  # oldest first
    data: dict[str, str]  # attached data
    arrived_ms: int
    queued_ms: int  # original place in line
    waited_ms: int  # how long it waited in the queue that answered last, 0: none has
    place_ms: int  # order among all that wait: smaller is served first; 0: does not wait
    place_order: int  # of those with the same place_ms: smaller is served first
    offered_ms: int
    connected_ms: int
    held_ms: int
    recording: str  # recording id, '' when nothing is recorded now, or silence
    outcome: CallOutcome | Literal[""]  # when ended
    slot: str  # where it is parked, '': nowhere
    passed_by: str  # the agent who has passed it on to whom it rings at, or parked it
    back_from: str  # agent, number or slot from where it comes back to who passed it on, '': it does not
    back_why: BackWhy
    private: bool  # nobody listens to it or picks it up
    legs: list[LegView]


class OfferFailed(TypedDict):
    agent_id: str
    why: Untaken


class ConsultFailed(TypedDict):
    agent_id: str  # who asked
    queue_id: str


class DialFailed(TypedDict):
    agent_id: str  # who called it
    number: str
    why: DialFailure


def _call_rooms(view: CallView) -> set[str]:
    agents = {view.get("agent")} | {leg.get("agent") for leg in view.get("legs", ()) if leg.get("state") != "ended"}
    return {FLOOR} | {desk(agent) for agent in agents if agent}


CALL = Kind("call", "calls", CallView, _call_rooms)
CALL_ARRIVED = CALL.change("call.arrived", "A caller is here.")
CALL_IVR_ENTERED = CALL.change("call.ivr_entered", "A flow has begun.")
CALL_QUEUED = CALL.change("call.queued", "It waits in a line.")
CALL_OFFERED = CALL.change("call.offered", "It rings at an agent, whose desk pops.")
CALL_OFFER_FAILED = CALL.change("call.offer_failed", "The agent did not take it.", OfferFailed)
CALL_CONSULT_FAILED = CALL.change(
    "call.consult_failed", "Nobody of the queue was free in time: who asked has the customer again.", ConsultFailed
)
CALL_DIALLED = CALL.change("call.dialled", "A number outside is called.")
CALL_DIAL_FAILED = CALL.change("call.dial_failed", "The number outside was not reached.", DialFailed)
CALL_CONNECTED = CALL.change("call.connected", "Caller and agent talk.")
CALL_HELD = CALL.change("call.held", "The caller hears music.")
CALL_RESUMED = CALL.change("call.resumed", "They talk again.")
CALL_DATA_CHANGED = CALL.change("call.data_changed", "Attached data, path, priority or names have changed.")
CALL_SURVEY_ENTERED = CALL.change("call.survey_entered", "The flow after the conversation has begun.")
CALL_ENDED = CALL.change("call.ended", "It is over, with its outcome.", last=True)

# ---------------------------------------------------------------- queues


if TYPE_CHECKING:
    QueueToday = dict[str, Any]
else:  # the figures of the local day as in reports, and who waits
    _TYPES = {"count": int, "ms": int, "s": float | None, "share": float | None, "formula": str}
    _FIGURES = {figure.id: _TYPES[figure.unit] for figure in QUEUE_FIGURES}
    QueueToday = TypedDict("QueueToday", {"queue": str, "start_ms": int, "end_ms": int, "waiting": int, **_FIGURES})


class QueueView(TypedDict):
    id: str
    name: str
    waiting: int
    oldest_ms: int  # when the longest waiting call was queued; 0: none waits
    agents_ready: int  # ready and idle agents of the queue
    agents_busy: int
    agents_not_ready: int
    service_level_s: int
    formula: str
    today: QueueToday


QUEUE = Kind("queue", "queues", QueueView, lambda view: {FLOOR, serves(view["id"])})
QUEUE_CHANGED = QUEUE.change("queue.changed", "At most each 500 ms.")

# ---------------------------------------------------------------- the network


class TrunkView(TypedDict):
    id: str
    node: str
    gateway: str
    group: str  # the name of its group; '' none
    state: TrunkState
    detail: str
    ping: str  # UP, DOWN or '' before the switch has said
    ping_ms: float  # the last ping's way there and back; 0: not known
    calls_in: int
    calls_out: int
    failures: int  # calls out that it did not bring through
    refused: int  # calls in beyond max_calls or calls_per_s
    resting_until_ms: int  # it failed: until then the last choice for calls out; 0: never
    max_calls: int
    calls_per_s: int


class SwitchView(TypedDict):
    id: str
    linked: bool
    reason: str
    sessions: int
    max_sessions: int
    core_uuid: str
    slow: bool  # callers wait in line until it has caught up
    delay_ms: int  # as measured last while it is slow, else 0


class DestinationView(TypedDict):
    no: int
    name: str
    flow: str  # '': the queue
    queue: str


class ServiceView(TypedDict):
    """Where service numbers lead, and whereto they can be switched."""

    id: str
    name: str
    team: str  # whose leaders may switch it besides admins, '': nobody
    active: int  # the ``no`` of the destination that callers reach now
    destinations: list[DestinationView]
    numbers: list[str]
    since_ms: int  # when it was switched last, 0: it is as it began
    person: str  # who switched it, as issuer


class AlarmView(TypedDict):
    id: str
    alarm: str  # the declared id
    severity: Severity
    kind: str
    about: Subject  # what ``subject`` is
    subject: str
    text: str  # in technicians' words
    detail: bool  # people need the text, too
    rule: str  # the name of the alarm rule that raised it; '': none did
    met: list[MetCondition]  # its conditions that held then


class ListenerView(TypedDict):
    """A supervisor's phone in a call: it is no party, so only leaders see it."""

    id: str  # the extension
    call_id: str
    agent: str  # who is listened to, '': the customer, who waits
    mode: ListenMode
    state: ListenerState
    person: str  # who asked for it, as issuer


def _network(view: object) -> set[str]:
    return {NETWORK}


TRUNK = Kind("trunk", "trunks", TrunkView, _network)
TRUNK_CHANGED = TRUNK.change("trunk.changed", "State, calls, failures or limits have changed.")
SWITCH = Kind("switch", "switches", SwitchView, _network)
SWITCH_LINKED = SWITCH.change("switch.linked", "It is linked, or says something new of itself.")
SWITCH_UNLINKED = SWITCH.change("switch.unlinked", "Nothing is heard of it.")
SERVICE = Kind("service", "services", ServiceView, lambda view: {FLOOR})
SERVICE_CHANGED = SERVICE.change("service.changed", "It is switched to another destination, or set up otherwise.")
ALARM = Kind("alarm", "alarms", AlarmView, _network)
ALARM_RAISED = ALARM.change("alarm.raised", "Somebody has to look at something.")
ALARM_CLEARED = ALARM.change("alarm.cleared", "It is over; the text may say how.", last=True)
LISTENER = Kind("listener", "listeners", ListenerView, lambda view: {FLOOR})
LISTENER_CHANGED = LISTENER.change("listener.changed", "A phone is rung to listen, listens, or has taken over.")

# ---------------------------------------------------------------- calls between agents


class CallBackView(TypedDict):
    """An agent waits for a colleague to be free."""

    id: str  # 'AGENT/COLLEAGUE'
    agent: str
    colleague: str
    since_ms: int
    until_ms: int  # not for ever


def _waiting_agents(view: CallBackView) -> set[str]:
    return {FLOOR} | {desk(agent) for agent in (view.get("agent"), view.get("colleague")) if agent}


CALL_BACK = Kind("call_back", "call_backs", CallBackView, _waiting_agents)
CALL_BACK_WANTED = CALL_BACK.change("call_back.wanted", "An agent is to be called when a colleague is free.")

# ---------------------------------------------------------------- notes


class DraftView(TypedDict):
    """What an agent has written about a call, the same for all windows; only this agent's pages see it."""

    id: str  # 'AGENT/CALL'
    agent: str
    call_id: str
    note: str
    version: int  # counts from 1; SaveNote and SetDisposition name the one that they were written over
    code: str  # disposition, '' while none was given
    at_ms: int


class Disposed(TypedDict):
    call_id: str
    agent_id: str
    code: str
    note: str


DRAFT = Kind("draft", "drafts", DraftView, lambda view: {desk(view.get("agent", ""))})
NOTE_SAVED = DRAFT.change("call.note_saved", "Note or disposition were saved.")
DISPOSED = Event("call.disposed", "A disposition was given.", Disposed, lambda data: {FLOOR, desk(data.get("agent_id", ""))})

# ---------------------------------------------------------------- the centre


class RecordingFinished(TypedDict):
    recording_id: str
    call_id: str
    length_ms: int
    size: int


class ConfigApplied(TypedDict):
    version: int


class ConfigRefused(TypedDict):
    version: int
    problems: list[str]  # flows that the engine cannot take; it keeps its old ones


class EngineStarted(TypedDict):
    epoch: int


RECORDING_FINISHED = Event("recording.finished", "A file is whole.", RecordingFinished, lambda data: {FLOOR})
CONFIG_APPLIED = Event("config.applied", "Every page reads the centre again.", ConfigApplied, lambda data: {EVERYBODY})
CONFIG_REFUSED = Event("config.refused", "The engine cannot take a document as it is.", ConfigRefused, _network)
ENGINE_STARTED = Event("engine.started", "Projections take a new snapshot.", EngineStarted, _network)

# ---------------------------------------------------------------- what follows

KINDS: dict[str, Kind[Any]] = once((one.table, one) for one in list(globals().values()) if isinstance(one, Kind))
"""By table: in the engine, in the mirror and in snapshots."""
_TOLD: list[Change[Any] | Event[Any]] = [one for one in list(globals().values()) if isinstance(one, Change | Event)]
_ENDED = {one.kind for one in _TOLD if isinstance(one, Change) and one.last}
EVENTS: dict[str, Declared] = once(
    (one.name, one) for one in (*_TOLD, *(kind.removed for kind in KINDS.values() if kind not in _ENDED))
)
"""By name."""


@dataclass(frozen=True)
class _Row:
    epoch: Annotated[int, Whole(0, border.LARGEST)]
    seq: Annotated[int, Whole(0, border.LARGEST)]
    view: dict[str, Any]
    core: dict[str, Any] = field(default_factory=dict)


def decode_row(kind: str, thing: bytes, raw: bytes) -> tuple[str, dict[str, Any]]:
    """A row of the mirror hash ``kind`` -> (id, {"epoch", "seq", "view", "core"}). Raises BadInput.

    ``core`` is the engine's own: only that it is an object (or missing: {}) is looked at here.
    """
    try:
        name = thing.decode("utf-8")
    except UnicodeDecodeError as error:
        raise border.BadInput(f"its id is no text: {thing!r:.60}") from error
    row = read(_Row, border.document(raw, "row", MIRROR_FORMAT))
    KINDS[kind].check(row.view)
    return name, vars(row)
