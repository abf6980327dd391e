"""What people see of a thing: the views that ride in events and mirrors, whole, every time they change.

The rule of every projection (web process, page, CLI): an event whose data has a word of ``TABLES`` replaces the view with that
id in its table; one with ``removed`` = {"kind", "id"} takes that thing out of its table, and so does ``call.ended`` with its
call. Nothing is patched.

All times are UTC ms ints; 0 means "not yet / none". Ids are strings, '' means none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from cti_server.domain import border

TABLES: dict[str, str] = {
    # word in an event's data -> its table in snapshots and mirrors
    "agent": "agents",
    "call": "calls",
    "queue": "queues",
    "trunk": "trunks",
    "switch": "switches",
    "draft": "drafts",
}
MIRRORS: tuple[str, ...] = (*TABLES.values(), "alarms")
"""Every live kind."""
MIRROR_FORMAT = 1
"""Of the mirror's rows. Older ones are adopted: what is new in a record has a default. Raised when that cannot be."""


class AgentView(TypedDict):
    id: str
    name: str
    extension: str
    team: str
    queues: dict[str, int]
    status: str  # logged_out, ready, not_ready
    reason: str  # not-ready reason code
    pending: str  # status asked for during a call: '', 'ready', 'not_ready', 'logged_out'
    pending_reason: str
    state: str  # idle, reserved, ringing, talking, holding, dialing, wrap_up, unreachable
    phone_registered: bool
    status_since_ms: int
    state_since_ms: int
    deadline_ms: int  # end of the transient state (ring timeout, wrap-up), 0: none
    call_id: str
    last_calls: list[str]  # the newest last: calls that may still get a note and a disposition, besides the running one
    queue: str
    counted_ms: int  # until when ``today`` has all time; the state of now has run since, 0: logged out
    today: dict[str, int]  # answered, rona, talk_ms, hold_ms, wrap_up_ms, ring_ms, idle_ms, logged_in_ms


class LegView(TypedDict):
    id: str
    node: str
    party: str  # customer, agent
    agent: str
    state: str  # alerting, connected, held, queued, parked, ended
    hears: int  # number of the media group: legs with the same number (> 0) hear each other


class CallView(TypedDict):
    id: str
    phase: str  # arriving, ivr, queued, offered, connected, on_hold, survey, ended
    direction: str  # inbound, outbound
    node: str
    number: str  # the other side's number as dialled or shown; outside text, never trusted
    name: str  # caller's display name; outside text
    service_number: str
    service_name: str
    queue: str
    priority: int
    agent: str  # the agent who talks or is offered the call
    ivr_path: list[dict[str, str]]  # [{"node": "menu", "pressed": "2", "label": "billing"}], oldest first
    data: dict[str, str]  # attached data
    arrived_ms: int
    queued_ms: int  # original place in line
    place_ms: int  # order among all that wait: smaller is served first; 0: does not wait
    offered_ms: int
    connected_ms: int
    held_ms: int
    recording: str  # recording id, '' when not recorded
    outcome: str  # when ended
    legs: list[LegView]


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
    today: dict[str, Any]  # the parts and figures of domain.kpi.QueueRow for the local day


class TrunkView(TypedDict):
    id: str
    node: str
    gateway: str
    state: str  # up, down, unknown
    detail: str
    ping: str  # UP, DOWN or '' before the switch has said
    ping_ms: float  # the last ping's way there and back; 0: not known
    calls_in: int
    calls_out: int
    failures: int
    refused: int  # calls in beyond max_calls or calls_per_s
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


class DraftView(TypedDict):
    """What an agent has written about a call, the same for all windows; only this agent's pages see it."""

    id: str  # 'AGENT/CALL'
    agent: str
    call_id: str
    note: str
    version: int  # counts from 1; SaveNote and SetDisposition name the one that they were written over
    code: str  # disposition, '' while none was given
    at_ms: int


class AlarmView(TypedDict):
    id: str
    severity: str  # critical, major, minor
    kind: str
    text: str
    subject: str


SHAPES: dict[str, type] = {
    "agent": AgentView,
    "call": CallView,
    "queue": QueueView,
    "trunk": TrunkView,
    "switch": SwitchView,
    "draft": DraftView,
    "alarm": AlarmView,
}
"""The word under which an event's data holds a view -> its shape."""
MIRROR_WORDS = {table: word for word, table in TABLES.items()} | {"alarms": "alarm"}
"""Kind of mirror -> the word of its views."""


def check_view(word: str, view: Mapping[str, Any]) -> None:
    """Raises BadInput for a view without an id or with a field of the wrong type."""
    if type(view.get("id")) is not str:
        raise border.BadInput(f"{word} without an id")
    wrong = border.misfits(SHAPES[word], view)
    if wrong:
        raise border.BadInput(f"{word} {view['id']!r:.60}: {'; '.join(wrong)}")


def decode_row(kind: str, thing: bytes, raw: bytes) -> tuple[str, dict[str, Any]]:
    """A row of the mirror hash ``kind`` -> (id, {"epoch", "seq", "view", "core"}). Raises BadInput.

    ``core`` is the engine's own: only that it is an object (or missing: {}) is looked at here.
    """
    try:
        name = thing.decode("utf-8")
    except UnicodeDecodeError as error:
        raise border.BadInput(f"its id is no text: {thing!r:.60}") from error
    row = border.document(raw, "row")
    view = border.mapping(row, "view")
    check_view(MIRROR_WORDS[kind], view)
    core = border.mapping(row, "core") if "core" in row else {}
    return name, {"epoch": border.whole(row, "epoch"), "seq": border.whole(row, "seq"), "view": view, "core": core}


EVENTS: dict[str, str] = {
    # name -> what its data holds besides the view(s)
    "agent.logged_in": "agent",
    "agent.logged_out": "agent",
    "agent.status_changed": "agent",
    "agent.state_changed": "agent",
    "agent.phone_changed": "agent",
    "call.arrived": "call",
    "call.ivr_entered": "call",
    "call.queued": "call",
    "call.offered": "call; the agent's desk pops on it",
    "call.offer_failed": "call, agent_id, why: no-answer, rejected, busy, unreachable, caller-left",
    "call.connected": "call",
    "call.held": "call",
    "call.resumed": "call",
    "call.data_changed": "call",
    "call.survey_entered": "call",
    "call.note_saved": "draft",
    "call.disposed": "call_id, agent_id, code, note",
    "call.ended": "call (last view, outcome set)",
    "queue.changed": "queue",
    "trunk.changed": "trunk",
    "switch.linked": "switch",
    "switch.unlinked": "switch",
    "recording.finished": "recording_id, call_id, length_ms, size",
    "agent.removed": "removed: {kind, id}: the configuration no longer has it; the same for queue, trunk, draft",
    "queue.removed": "removed",
    "trunk.removed": "removed",
    "switch.removed": "removed: the settings no longer have it",
    "draft.removed": "removed: too many calls ago to be changed",
    "alarm.raised": "alarm: {id, severity: critical|major|minor, kind, text, subject}",
    "alarm.cleared": "alarm",
    "config.applied": "version; every page reads the centre again",
    "config.refused": "version, problems: [text]: flows that the engine cannot take, it keeps its old ones",
    "engine.started": "epoch; projections take a new snapshot",
}
