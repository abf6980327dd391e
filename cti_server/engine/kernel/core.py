"""The engine's memory and its only way out: every effect, id, event name and change mark goes through Core.

Modules of the engine are functions over a Core; they never keep anything themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any, overload

from cti_server.domain.config import CentreConfig, QueueConfig
from cti_server.domain.ivr_parse import Flow
from cti_server.domain.switch import SetVariable, SwitchCommand
from cti_server.domain.tenant import is_of, named
from cti_server.engine.kernel.alarms import Alarm, Raised, S, Watched
from cti_server.engine.kernel.deadlines import Deadlines, deadline
from cti_server.engine.kernel.messages import Effect, RecordFact, Reply, SwitchEffect
from cti_server.engine.kernel.results import Outcome, Pending
from cti_server.engine.kernel.shown import shows
from cti_server.engine.kernel.state import STATION, Agent, AlarmId, Call, Doubt, Draft, Leg, LegId, Queue, Station, Switch, Trunk
from cti_server.errors import CtiError
from cti_server.events.fact import Fact
from cti_server.events.facts import AuditFact
from cti_server.events.live import Change, D, Event, Kind, Nothing, Removal, View
from cti_server.events.views import (
    AGENT,
    ALARM,
    ALARM_CLEARED,
    ALARM_RAISED,
    CALL,
    CALL_BACK,
    DRAFT,
    KINDS,
    LISTENER,
    QUEUE,
    SERVICE,
    SWITCH,
    TRUNK,
    AlarmView,
)

ALARM_EVERY_MS = 60_000
ALARM_STANDS_MS = 3_600_000
MAX_ALARMS = 500


class Work:
    """What belongs to the one input that is being handled. ``Engine.handle`` makes it anew, and nothing outlives a failure."""

    __slots__ = ("at_ms", "dirty", "effects", "estimating", "events", "gone", "issuer", "touched")

    def __init__(self) -> None:  # for each input: a dataclass takes twice as long
        self.at_ms = 0  # when what is booked has happened: now, or before, where only what came of it was seen
        self.estimating = False  # nobody saw it
        self.issuer = ""  # who sent the command
        self.touched: dict[str, None] = {}  # calls whose graph has changed: see calls.settled
        self.effects: list[Effect] = []
        self.events: list[tuple[Change[Any] | Removal | Event[Any], str, View]] = []  # what, of which thing, its data
        self.dirty: dict[tuple[Kind[Any], str], None] = {}
        self.gone: list[tuple[Kind[Any], str]] = []  # leave their tables when their last views have been told


class Core:
    """All state of one tenant, and the effects of the input that is being handled."""

    def __init__(self, config: CentreConfig, epoch: int, seed: int) -> None:
        self.config = config
        self.epoch = epoch
        self.now = 0
        self.stalled_until_ms = 0  # when the shell's loop went on after it had last stood still
        self.counter = 0
        self.seq = 0
        self.random_state = (seed ^ (epoch * 0x9E3779B97F4A7C15)) & 0xFFFFFFFFFFFFFFFF
        self.day = ("", 0, 0)  # local day, its first ms, first ms of the next
        self.tables: dict[str, dict[str, Any]] = {table: {} for table in KINDS}
        self.agents: dict[str, Agent] = self.table(AGENT)
        self.by_extension: dict[str, str] = {}
        self.free_seats = frozenset(config.free_seating)
        self.queues: dict[str, Queue] = self.table(QUEUE)
        self.figures_before_ms = 0  # today's figures from before then are still lacking (a start without a mirror), 0: none are
        self.lacking: dict[str, None] = {}  # 'queues:ID' and 'agents:ID' of those
        self.calls: dict[str, Call] = self.table(CALL)
        self.drafts: dict[str, Draft] = self.table(DRAFT)
        self.legs: dict[str, Leg] = {}
        self.ghosts: dict[str, str] = {}  # withdrawn offer legs that may still appear: leg -> node
        self.connecting: dict[str, str] = {}  # offered legs that the switch works on, not those that only ring: leg -> node
        self.phones: dict[str, list[str]] = {}  # extension -> nodes where it is registered
        self.registrations: dict[str, str] = {}  # extension -> the newest, which is rung
        self.desk_phones: dict[str, None] = {}  # extensions whose newest registration is no page
        self.switches: dict[str, Switch] = self.table(SWITCH)
        self.trunks: dict[str, Trunk] = self.table(TRUNK)
        self.call_backs = self.table(CALL_BACK)
        self.services = self.table(SERVICE)
        self.listeners = self.table(LISTENER)
        self.gateways: dict[tuple[str, str], str] = {}  # (node, gateway) -> trunk id
        self.trunk_legs: dict[str, tuple[str, str]] = {}  # leg -> (trunk id, direction)
        self.remembers = False  # it has begun with a mirror: a call that was not in it is over by the books
        self.unread: dict[str, None] = {}  # calls of that mirror that could not be read
        self.own_calls: dict[str, tuple[str, str]] = {}  # legs of calls that phones make by themselves -> (node, extension)
        self.staged: list[dict[str, Any]] = []  # parts of a configuration whose last part is to come
        self.unsettled_queues: dict[str, None] = {}  # those that have not taken up the configuration in force yet
        self.unsettled_agents: dict[str, None] = {}
        self.flows: dict[str, Flow] = {}  # newest good version of each
        self.old_flows: dict[str, Flow] = {}  # 'name:version' of versions that running calls still use
        self.pending: dict[str, Pending] = {}
        self.doubts: dict[str, Doubt] = {}
        self.repairs = 0
        self.troubled: dict[str, int] = {}  # call -> how often a handler has raised about it
        self.alarms: dict[str, Raised] = self.table(ALARM)  # those that stand
        self.deadlines = Deadlines()
        self.freed: dict[str, None] = {}  # agents and calls to route when the input has been applied
        self.unserved: dict[str, None] = {}
        self.leaving: dict[str, None] = {}  # agents whom the configuration no longer has and whose line has become free
        self.closing: dict[str, None] = {}  # queues that the configuration no longer has and whose last call has left
        self.shifted: dict[str, None] = {}  # queues that alarm rules have to look at, though their view is to wait
        self.ripe: dict[str, bool] = {}  # what alarm rules have to look at because its time has come: see acd.alarm_rules
        self.watched: Watched | None = None  # the alarm rules of the configuration in force, by what they look at; None: unknown
        self.raised: list[Exception] = []  # by handlers, for the shell's log
        self.failures: list[tuple[str, str, str, bool]] = []  # the same: what, about what, in which words; see recovery.defects
        self.work = Work()

    def table(self, kind: Kind[Any]) -> dict[str, Any]:
        """The records of a kind by id."""
        return self.tables[kind.table]

    def failed(self, what: str, subject: str, error: Exception, final: bool = False) -> None:
        """A handler raised. ``subject``: the id of a call, or what else it was about. ``final``: the call cannot go on."""
        self.raised.append(error)
        words = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        self.failures.append((what, subject, words, final))

    @contextmanager
    def happened(self, at_ms: int, estimated: bool = True) -> Iterator[None]:
        """What is booked within was so at ``at_ms``, and (``estimated``) nobody saw it. The clock stays what it is."""
        before = self.work.at_ms, self.work.estimating
        self.work.at_ms, self.work.estimating = at_ms, estimated
        try:
            yield
        finally:
            self.work.at_ms, self.work.estimating = before

    # ------------------------------------------------------------ ids and chance

    def next_id(self) -> str:
        self.counter += 1
        return f"{self.epoch}-{self.counter}"

    def next_leg(self) -> LegId:
        """A UUID-shaped id from (epoch, counter) and the tenant, for all have the switch's channels: the same in every replay."""
        raw = blake2b(named(self.next_id(), self.config.tenant).encode(), digest_size=16).hexdigest()
        return LegId(f"{raw[:8]}-{raw[8:12]}-5{raw[13:16]}-a{raw[17:20]}-{raw[20:]}")

    def random(self, below: int) -> int:
        """0 <= n < below, from the seed in the state."""
        self.random_state = (self.random_state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (self.random_state >> 33) % below

    # ------------------------------------------------------------ effects

    def send(self, node: str, lane: str, command: SwitchCommand, wants: Outcome | None = None) -> None:
        """Ask a switch for something. ``lane``: the leg whose commands keep their order; ``wants`` is told what came of it."""
        effect_id = ""
        if wants is not None:
            effect_id = self.next_id()
            self.pending[effect_id] = Pending(wants, node, self.now)
        self.work.effects.append(SwitchEffect(effect_id, node, lane, command))

    def tell(self, node: str, leg: LegId, variables: Mapping[str, str]) -> None:
        """Variables of a channel."""
        self.work.effects += [SwitchEffect("", node, leg, SetVariable(leg, name, value)) for name, value in variables.items()]

    def fact(self, fact_id: str, fact: Fact) -> None:
        self.work.effects.append(RecordFact(fact_id, fact.kind, vars(fact)))

    def reply(self, command_id: str, data: Mapping[str, Any] | None = None) -> None:
        self.work.effects.append(Reply(command_id, True, data=data or {}))

    def refuse(self, command_id: str, error: CtiError) -> None:
        self.work.effects.append(Reply(command_id, False, error.error_id, error.message, error.details))

    @overload
    def changed(self, what: Kind[Any] | Change[Nothing], thing: str) -> None: ...
    @overload
    def changed(self, what: Change[D], thing: str, more: D) -> None: ...
    def changed(self, what: Kind[Any] | Change[Any], thing: str, more: View | None = None) -> None:
        """A thing has changed: it is mirrored once, at the end. ``what``: the event that tells it (with ``more`` than its view),
        or only its kind."""
        if isinstance(what, Change):
            self.work.dirty[what.kind, thing] = None
            self.work.events.append((what, thing, more or {}))
        else:
            self.work.dirty[what, thing] = None

    def join(self, call: Call, leg: Leg) -> None:
        """One party more."""
        call.parties += 1
        leg.no = call.parties
        call.legs[leg.id] = self.legs[leg.id] = leg

    def exchange(self, call: Call, leg: Leg, other: Leg) -> None:
        """Another leg in the same place of the call."""
        call.legs = {other.id if one is leg else one.id: other if one is leg else one for one in call.legs.values()}
        self.legs.pop(leg.id, None)
        self.legs[other.id] = other
        for segment in call.segments:
            segment.leg = other.id if segment.leg == leg.id else segment.leg
        if call.caller_leg == leg.id:
            call.caller_leg = other.id

    def touch(self, call_id: str) -> None:
        """What is wanted or seen of the call's legs has changed."""
        self.work.touched[call_id] = None

    def wanted(self, call_id: str) -> None:
        """Somebody wants something else of the call's legs: an engine that starts must know it, too."""
        self.work.touched[call_id] = None
        self.work.dirty[CALL, call_id] = None

    def removed(self, kind: Kind[Any], thing: str) -> None:
        """A thing has been taken out of its table: mirror and screens drop it, and nothing else is told of it."""
        self.work.dirty[kind, thing] = None
        other = [one for one in self.work.events if isinstance(one[0], Event) or (one[0].kind, one[1]) != (kind, thing)]
        self.work.events = other
        self.work.events.append((kind.removed, thing, kind.removed.data(thing)))

    def event(self, what: Event[D], data: D) -> None:
        """An event about no live thing."""
        self.work.events.append((what, "", data))

    def alarm(self, what: Alarm[S], subject: S, text: str) -> None:
        """Raise an alarm, at most once a minute about the same. It stands for an hour; a lasting one until it is cleared."""
        alarm_id = what.of(subject)
        known = self.alarms.get(alarm_id)
        if known is not None and self.now - known.raised_ms < ALARM_EVERY_MS:
            return
        if known is None and len(self.alarms) >= MAX_ALARMS:
            self.cleared(next((alarm.id for alarm in self.alarms.values() if alarm.until_ms), ""))
        until = 0 if what.lasting else self.now + ALARM_STANDS_MS
        self.arise(Raised(alarm_id, what.id, subject, text, self.now, until))

    def arise(self, alarm: Raised) -> None:
        """Let an alarm stand, and tell of it."""
        self.stand(alarm)
        self._tell(ALARM_RAISED, alarm)

    def stand(self, alarm: Raised) -> None:
        """Mirror an alarm and see to its end by time."""
        self.alarms[alarm.id] = alarm
        self.changed(ALARM, alarm.id)
        if alarm.until_ms:
            self.deadlines.set(alarm_ends, alarm.id, alarm.until_ms)

    def clear(self, what: Alarm[S], subject: S, text: str = "") -> None:
        """What was raised is over (``text``: how); it may be raised again at once."""
        self.cleared(what.of(subject), text)

    def cleared(self, alarm_id: str, text: str = "") -> None:
        alarm = self.alarms.pop(alarm_id, None)
        if alarm is not None:
            self.deadlines.cancel(alarm_ends, alarm.id)
            alarm.text = text or alarm.text
            self._tell(ALARM_CLEARED, alarm)

    def _tell(self, what: Change[Nothing], alarm: Raised) -> None:
        """As it is now: it may be raised and cleared in one input."""
        self.work.dirty[ALARM, alarm.id] = None
        self.work.events.append((what, alarm.id, {ALARM.word: alarm.view()}))

    def audit(self, issuer: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        self.fact(self.next_id(), AuditFact(at_ms=self.now, issuer=issuer, action=action, subject=subject, detail=dict(detail)))

    def repaired(self, what: str, leg: str, node: str) -> None:
        """A leg was not as the events had told it; that is put right now."""
        self.repairs += 1
        self.audit("system:reconciler", f"repair-{what}", f"leg:{leg}", {"node": node, "cause": what})

    # ------------------------------------------------------------ look-ups

    def graph(self, graph_id: str) -> Call | Station | None:
        """The call, or an agent's station, of this id."""
        if not graph_id.startswith(STATION):
            return self.calls.get(graph_id)
        agent = self.agents.get(graph_id.removeprefix(STATION))
        return agent.station if agent else None

    def call_of(self, leg_id: str) -> Call | None:
        """The call that has this leg."""
        leg = self.legs.get(leg_id)
        return self.calls.get(leg.call_id) if leg else None

    def queue_config(self, queue: str) -> QueueConfig:
        """The queue's configuration; defaults for one that was removed while calls still wait in it."""
        return self.config.queues.get(queue) or QueueConfig(queue, queue)

    def ours(self, variables: Mapping[str, str]) -> bool:
        """Whether a channel with these variables is this tenant's; what is not is never touched."""
        return is_of(variables, self.config.tenant)

    def linked(self, node: str) -> bool:
        switch = self.switches.get(node)
        return switch is None or switch.linked


@deadline("alarm")
def alarm_ends(core: Core, alarm_id: AlarmId) -> None:
    """It has stood long enough."""
    core.cleared(alarm_id)


@shows(ALARM, Raised)
def _alarm_view(core: Core, alarm: Raised) -> AlarmView:
    return alarm.view()
