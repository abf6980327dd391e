"""The link to one switch: typed events in, typed commands out, over two connections (events, commands).

Rules: LinkUp, then all registrations and gateways, then what the switch says, then LinkDown, all in one order. Each command
gets exactly one outcome: the switch's, 'deadline', 'link-down', 'fenced' or 'refused: ...'; none is ever sent twice. Commands
go out in the order given; those that may not go out now wait until ``release``, and of one lane go all or none; those for a leg
whose originate has not made its channel yet wait for it, so that a kill cannot overtake the ringing. A dead or half-open link is
noticed by own probes within 4 s, and a new one is tried with back-off.
"""

from __future__ import annotations

import heapq
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import gevent
from gevent.event import Event
from greenswitch.esl import NotConnectedError

from cti_server import settings
from cti_server.adapters.switch_batch import Batch
from cti_server.adapters.switch_phone_notes import PhoneNotes
from cti_server.adapters.switch_probe import LinkTiming, Probe
from cti_server.adapters.switch_reports import TRUNKS_AT, Done, SwitchReports, gateway_states
from cti_server.adapters.switch_socket import EventSocket
from cti_server.domain.clock import Clock
from cti_server.domain.switch import (
    CommandOutcome,
    JobDone,
    LegCreated,
    LegDestroyed,
    LinkDown,
    LinkUp,
    Originate,
    SetVariable,
    SwitchCommand,
    SwitchEvent,
)
from cti_server.domain.tenant import REALM, SHIPPED, named
from cti_server.errors import CtiError
from cti_server.esl import replies
from cti_server.esl.contacts import trunk_addresses
from cti_server.esl.encode import encode, encode_variables, joins
from cti_server.esl.events import event_headers
from cti_server.esl.framing import Frame
from cti_server.esl.translate import subscription, translate
from cti_server.events.errors import SwitchRefused
from cti_server.settings import SwitchAddress

log = logging.getLogger(__name__)

TOLD_FIRST, TOLD_LATER = 20, 1000


@dataclass(slots=True)
class _Sent:
    """One command on its way; ``settle`` passes on the first outcome and ignores the rest."""

    command: SwitchCommand
    done: Done
    lane: str
    settled: bool = False

    def settle(self, outcome: CommandOutcome) -> None:
        if not self.settled:
            self.settled = True
            self.done(outcome)


class SwitchLink(SwitchReports):
    """One switch. ``on_event`` is called in order, from the link's greenlets, and must not block.

    ``can_send`` is the fence: a command to which it says False is held until ``release`` or ``refuse_held``. ``clock`` stamps
    LinkUp and LinkDown;
    ``jitter`` gives numbers in [0, 1) for the pauses between attempts. ``core_uuid`` tells a restarted switch. ``on_defect``
    is told what a greenlet of the link died of: it neither probes nor comes back from then on, so its process must end.
    ``tenant``: whose phones are told of.
    """

    def __init__(
        self,
        address: SwitchAddress,
        on_event: Callable[[SwitchEvent], None],
        *,
        clock: Clock | None = None,
        jitter: Callable[[], float] | None = None,
        can_send: Callable[[SwitchCommand], bool] | None = None,
        timing: LinkTiming | None = None,
        on_defect: Callable[[str], None] | None = None,
        tenant: str = SHIPPED,
    ) -> None:
        super().__init__(address.name, clock)
        self.address = address
        self.core_uuid = ""
        self.linked = False
        self.unreadable_events = 0
        self.can_send = can_send or (lambda command: True)
        self._phone_notes = PhoneNotes(self.phones, self.send, self._found_out)
        self._on_event = on_event
        self._jitter = jitter or random.Random().random  # noqa: S311 - spreads reconnects
        self._timing = timing or LinkTiming()
        self._realm = named(REALM, tenant)
        self._on_defect = on_defect or (lambda why: None)
        self._stopping = Event()
        self._lost = Event()
        self._reason = ""
        self._feed: EventSocket | None = None
        self._commands: EventSocket | None = None
        self._held: list[SwitchEvent] | None = None
        self._deadlines: list[tuple[float, int, _Sent]] = []
        self._count = 0
        self._variables: Batch[_Sent] = Batch(self._transmit_variables)
        self._held_back: list[_Sent] = []
        self._launching: dict[str, tuple[str, deque[_Sent]]] = {}  # leg -> (job id, commands that wait for the leg)
        self._greenlets: list[gevent.Greenlet] = []

    # ------------------------------------------------------------ life

    def start(self) -> None:
        """Begin to connect, and go on for ever. Returns at once."""
        if not self._greenlets:
            self._stopping.clear()
            self._greenlets = [gevent.spawn(self._keep_linked), gevent.spawn(self._watch)]
            for greenlet in self._greenlets:
                greenlet.link_exception(self._died)

    def stop(self) -> None:
        """Close; outstanding commands end with 'link-down'. No LinkDown is told: it is we who leave."""
        self._stopping.set()
        gevent.killall(self._greenlets)
        self._greenlets = []
        self.linked = False
        self._hang_up("stopped")

    def _died(self, greenlet: gevent.Greenlet) -> None:
        log.critical("switch %s: the link has a defect: %r", self.node, greenlet.exception)
        self._on_defect(repr(greenlet.exception))

    def drop(self, reason: str) -> None:
        """Give this connection up; a new one is tried with back-off."""
        if self._feed is not None:
            self._feed.close(reason)

    def _keep_linked(self) -> None:
        attempt = 0
        while not self._stopping.is_set():
            try:
                self._connect()
            except (OSError, NotConnectedError, ValueError, CtiError) as error:
                self._hang_up(str(error))
                log.warning("switch %s at %s:%s: %s", self.node, self.address.host, self.address.port, error)
            else:
                attempt = 0
                self._lost.wait()
                self._go_down()
            self._stopping.wait(self._timing.pause_s(attempt, self._jitter()))
            attempt += 1

    def _connect(self) -> None:
        self._lost.clear()
        self._reason = ""
        held: list[SwitchEvent] = []
        self._held = held
        self._feed = self._open(on_frames=partial(self._take, held))
        self._commands = self._open(on_frames=lambda _frames: None)  # it subscribes to nothing
        self._feed.connect()
        self._commands.connect()
        answer = self._commands.send("api global_getvar core_uuid").data.strip()
        self.core_uuid = "" if answer.startswith("-") else answer
        self.phones.trunks = trunk_addresses(self._commands.send(f"api global_getvar {TRUNKS_AT}").data)
        realm = self._commands.send(f"api global_getvar {self._realm}").data.strip()
        self.phones.realm = realm if settings.REALM.fullmatch(realm) else ""
        for command in subscription(self.core_uuid):
            accepted = self._feed.send(command)
            if not accepted.data.startswith("+OK"):
                raise SwitchRefused(f"the switch refused {command[:60]!r}: {accepted.data.strip()}")
        events = [LinkUp(self.node, self._now_ms(), self.core_uuid), *self._prime(self._commands)]
        self.linked = True
        self._phone_notes.linked(time.monotonic())
        self._publish(events)
        while held:
            now, held[:] = list(held), []
            self._publish(now)
        self._held = None
        log.info("switch %s is linked, core %s", self.node, self.core_uuid)

    def _open(self, on_frames: Callable[[list[Frame]], None]) -> EventSocket:
        a = self.address
        return EventSocket(a.host, a.port, a.password, self._timing.connect_s, on_frames=on_frames, on_close=self._on_close)

    def _prime(self, commands: EventSocket) -> list[SwitchEvent]:
        phones = replies.registrations(self.node, commands.send("api show registrations as json").data, self._now_ms())
        gateways = gateway_states(self.node, commands.send("api sofia xmlstatus gateway").data)
        return [*self.phones.prime(phones, time.monotonic()), *gateways]

    def _on_close(self, reason: str) -> None:
        self._reason = self._reason or reason
        self._lost.set()

    def _go_down(self) -> None:
        self.linked = False
        reason = self._reason
        self._hang_up(reason)
        log.warning("switch %s: link lost: %s", self.node, reason)
        self._publish([LinkDown(self.node, self._now_ms(), reason)])

    def _hang_up(self, reason: str) -> None:
        """Close both connections (their commands end with 'link-down') and end what waits for a leg or is held."""
        feed, commands, self._feed, self._commands = self._feed, self._commands, None, None
        for connection in (feed, commands):
            if connection is not None:
                connection.close(reason)
                connection.join()
        waiting = [item for _, queue in self._launching.values() for item in queue]
        self._launching.clear()
        for item in waiting:
            item.settle(CommandOutcome(False, "link-down"))
        self.refuse_held("link-down")

    # ------------------------------------------------------------ probes and deadlines

    def _watch(self) -> None:
        probes: list[Probe] = []
        last = time.monotonic()
        while True:
            gevent.sleep(self._timing.tick_s)
            now = time.monotonic()
            stood_still, last = now - last > 0.5 + self._timing.tick_s, now
            connections = [c for c in (self._feed, self._commands) if c is not None and self.linked]
            if [p.connection for p in probes] != connections:
                probes = [Probe(c, self._timing) for c in connections]
            if stood_still:
                for probe in probes:
                    probe.forgive(now)
                continue
            for probe in probes:
                if not probe.check(now):
                    probe.connection.close(f"no answer to a probe for {self._timing.probe_deadline_s} s")
            self._expire(now)
            if self.linked:
                self._phone_notes.look(now)

    def _expire(self, now: float) -> None:
        while self._deadlines and self._deadlines[0][0] <= now:
            item = heapq.heappop(self._deadlines)[2]
            if not item.settled:
                item.settle(CommandOutcome(False, "deadline"))
                if isinstance(item.command, Originate):
                    self._launched(item.command.leg)

    # ------------------------------------------------------------ commands

    def send(self, command: SwitchCommand, done: Done, deadline_s: float = 5.0, lane: str = "") -> None:
        """Send without waiting; ``done`` is called exactly once, from a greenlet of the link (never from within ``send``).

        ``lane``: its leg's without one; of what is held of a lane nothing goes out behind what expired. For an originate 'ok'
        means that the switch took the job; its end comes as JobDone.
        """
        item = _Sent(command, done, lane or str(getattr(command, "leg", "")))
        self._count += 1
        heapq.heappush(self._deadlines, (time.monotonic() + deadline_s, self._count, item))
        self._forward(item)

    def _forward(self, item: _Sent) -> None:
        leg = getattr(item.command, "leg", "")
        if leg in self._launching and self.linked:
            self._launching[leg][1].append(item)
        else:
            self._transmit(item)

    @property
    def held(self) -> int:
        """How many commands wait for ``release``."""
        return len(self._held_back)

    def release(self) -> None:
        """What was held may go out now: in its order, and nothing of a lane of which something has expired meanwhile."""
        items, self._held_back = self._held_back, []
        broken: set[str] = set()
        for item in items:
            if item.settled:
                broken.add(item.lane)
            elif item.lane in broken:
                item.settle(CommandOutcome(False, "deadline"))
            else:
                self._forward(item)

    def refuse_held(self, why: str) -> None:
        """What was held never goes out."""
        items, self._held_back = self._held_back, []
        for item in items:
            item.settle(CommandOutcome(False, why))

    def _transmit(self, item: _Sent) -> None:
        command = item.command
        if self.linked and not self.can_send(command):
            self._variables.flush()  # they came before: they are held, too
            self._held_back.append(item)
            return
        if isinstance(command, SetVariable) and joins(command):
            self._variables.add(command.leg, item)
            return
        self._variables.flush()
        sent = self._request([item], lambda: encode(command, self.phones.contacts))
        if sent and isinstance(command, Originate):
            self._launching[command.leg] = (command.job_id, deque())

    def _transmit_variables(self, items: list[_Sent]) -> None:
        if self.linked and not self.can_send(items[0].command):
            self._held_back += items
            return
        commands = [item.command for item in items if isinstance(item.command, SetVariable)]
        self._request(items, lambda: encode_variables(commands))

    def _request(self, items: list[_Sent], messages: Callable[[], list[bytes]]) -> bool:
        """One request for all ``items``; False when it could not be sent and they were told why."""
        refusal = ""
        if not self.linked or self._commands is None:
            refusal = "link-down"
        else:
            try:
                self._commands.request(messages(), partial(self._answered, items))
            except NotConnectedError:
                refusal = "link-down"
            except CtiError as error:
                refusal = f"refused: {error.message}"
        if refusal:
            for item in items:
                gevent.spawn(item.settle, CommandOutcome(False, refusal))
        return not refusal

    def _answered(self, items: list[_Sent], frames: list[Frame] | None) -> None:
        for item in items:
            if frames is None:
                result = CommandOutcome(False, "link-down")
            else:
                result = replies.outcome(item.command, [replies.reply_text(frame) for frame in frames])
            item.settle(result)
            if isinstance(item.command, Originate) and not result.ok:
                self._launched(item.command.leg)

    def _launched(self, leg: str) -> None:
        """The leg exists, or never will: its waiting commands go out in their order."""
        for item in self._launching.pop(leg, ("", ()))[1]:
            if not item.settled:
                self._transmit(item)

    # ------------------------------------------------------------ events

    def _take(self, held: list[SwitchEvent], frames: list[Frame]) -> None:
        """Frames of one event connection; ``held`` tells which life of the link they belong to."""
        events: list[SwitchEvent] = []
        for frame in frames:
            event = self._read(frame)
            event = self._note(event) if event is not None else None
            if event is not None:
                events.append(event)
        if self._held is held:
            held += events
        elif self.linked and events:
            self._publish(events)

    def _read(self, frame: Frame) -> SwitchEvent | None:
        """None for what is no event of ours, and for one that cannot be read: it is counted and told, and the next is read."""
        try:
            headers = event_headers(frame)
            return translate(self.node, headers) if headers is not None else None
        except CtiError as error:
            why = str(error)
        except Exception as error:  # noqa: BLE001 - only reading was tried: an event that finds a defect of the reader stops no link
            why = f"a defect: {error!r:.200}"
        self.unreadable_events += 1
        if self.unreadable_events <= TOLD_FIRST or self.unreadable_events % TOLD_LATER == 0:
            log.warning("switch %s: event %d that cannot be read: %s", self.node, self.unreadable_events, why)
        return None

    def _note(self, event: SwitchEvent) -> SwitchEvent | None:
        """What the link itself learns from an event, and what goes on to the engine."""
        if isinstance(event, LegCreated | LegDestroyed):
            if event.leg in self._launching:
                self._launched(event.leg)
        elif isinstance(event, JobDone):
            for leg in [leg for leg, (job, _) in self._launching.items() if job == event.job_id]:
                self._launched(leg)
        return self._phone_notes.note(event)

    def _found_out(self, event: SwitchEvent) -> None:
        if self.linked:
            self._publish([event])

    def _publish(self, events: Sequence[SwitchEvent]) -> None:
        for event in events:
            self._on_event(event)
