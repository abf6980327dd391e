"""One link per switch: events in, effects out, the epoch fence, the watchdog's heartbeat, snapshots for adoption and resync.

Fence: a daemon may command a switch only while the switch's ``cti_epoch`` (by tenant) is its own. It is raised by
compare-and-set and read back, then read every FENCE_READ_S. When the last good read is older than FENCE_OLD_S (a paused process
wakes up with an old one, a busy one is late) commands wait in the link, all in their order, until it was read anew; a read that
took longer than FENCE_ROUND_S tells of the past and is done again. Commands are refused as 'fenced' only when somebody else's
epoch is found. Two daemons that start in the same moment choose different epochs, so that what is read back tells which of them
leads.

Resync: when a link is back, what the switch says is kept until the engine has been shown all its channels.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass
from functools import partial
from typing import Any

import gevent
import structlog
from gevent.event import Event

from cti_server.adapters.clock import boot_s
from cti_server.adapters.switch_link import SwitchLink
from cti_server.daemon.description import LOOK_S, Zombies, describe
from cti_server.domain import switch as s
from cti_server.domain.border import digits
from cti_server.domain.clock import Clock
from cti_server.domain.tenant import SHIPPED, named
from cti_server.engine.kernel.messages import EffectResult, Input, Reconcile, Resync, SwitchEffect, SwitchInput
from cti_server.errors import CtiError
from cti_server.esl.replies import BadAnswer
from cti_server.events.errors import SwitchRefused
from cti_server.settings import SwitchAddress

log = structlog.get_logger(__name__)

FENCE_READ_S = 0.25
LONG_S = 0.4
FENCE_OLD_S = 0.6
FENCE_ROUND_S = 2.0
COMMAND_DEADLINE_S = 10.0
RECONCILE_S = 5.0
RECONCILE_SLICE = 50
RESYNC_AGAIN_S = 1.0
RESYNC_TRIES = 5
LOOKS_AGAIN = 3
EPOCH_STEP = 4096
LOOKS = (s.Api, s.GetGlobal, s.LegExists, s.ProbeExpansion)
"""Commands that change nothing: no fence holds them."""


class Fenced(CtiError, id="epoch-taken"):
    """Another daemon leads."""


class Node:
    """One switch and its fence."""

    def __init__(self, address: SwitchAddress, owner: Switches, clock: Clock) -> None:
        self.name = address.name
        self.link = SwitchLink(
            address,
            self._on_event,
            clock=clock,
            can_send=self._may_send,
            on_defect=self._link_died,
            tenant=owner.tenant,
        )
        self._owner = owner
        self._clock = clock
        self._epoch, self._heartbeat = named("cti_epoch", owner.tenant), named("cti_heartbeat", owner.tenant)
        self._good_read_s = float("-inf")
        self._look = Event()
        self._zombies = Zombies()
        self._was_long = False
        self._beat = ""  # waits for the next good read
        self._reader: gevent.Greenlet | None = None
        self._kept: list[s.SwitchEvent] | None = None  # what the switch said since its link is back, until the engine is in step

    def start(self) -> None:
        self.link.start()

    def stop(self) -> None:
        if self._reader:
            self._reader.kill()
        self.link.stop()

    def _link_died(self, why: str) -> None:
        self._owner.end(f"link of switch {self.name}: {why}")

    def _on_event(self, event: s.SwitchEvent) -> None:
        if isinstance(event, s.LinkDown):
            self._good_read_s = float("-inf")
            self._kept = None  # the next Resync tells what came of it
        if self._kept is not None:
            self._kept.append(event)
            return
        self._submit(event)
        if isinstance(event, s.LinkUp):
            if self._owner.epoch:
                if self._reader is None:
                    self.hold_epoch()
                self._kept = []
                self._owner.watched(gevent.spawn(self._resync, self._kept), f"resync of switch {self.name}")
            gevent.spawn(self._tell)

    def _submit(self, event: s.SwitchEvent) -> None:
        self._owner.submit(SwitchInput(self._clock.now_ms(), event))

    def _give_kept(self) -> None:
        kept, self._kept = self._kept, None
        for event in kept or ():
            self._submit(event)

    def _resync(self, kept: list[s.SwitchEvent]) -> None:
        """Show the engine every channel, then what was said meanwhile. ``kept`` tells which life of the link this is for."""
        for _ in range(RESYNC_TRIES):
            try:
                channels = self.link.snapshot(self._owner.legs_on(self.name)).channels
            except CtiError as error:
                log.warning("the switch cannot be compared after its link came back", switch=self.name, error=error.message)
                gevent.sleep(RESYNC_AGAIN_S)
                channels = None
            if self._kept is not kept:
                return
            if channels is not None:
                self._owner.submit(Resync(self._clock.now_ms(), self.name, channels))
                self._give_kept()
                return
        self.link.drop("the switch does not say what lives there")

    # ------------------------------------------------------------ what the switch is

    def _tell(self) -> None:
        said = describe(self.link, self._clock.now_ms, self._owner.tenant)
        self._owner.described(self.name, {**said, "zombies": self._zombies.look(self.link)})

    def look(self) -> None:
        """What the switch says of itself now, and each gateway with its ping. Raises SwitchRefused."""
        now_ms = self._clock.now_ms()
        for gateway in self.link.gateways():
            self._owner.submit(SwitchInput(now_ms, gateway))
        self._tell()

    # ------------------------------------------------------------ fence

    def read_epoch(self, sure: bool = False) -> int:
        """The switch's epoch, 0 when it has none. ``sure``: something final follows, so two looks must agree; so must they about
        what is no number. Raises SwitchRefused, BadAnswer."""
        text = self._epoch_text()
        for _ in range(LOOKS_AGAIN if sure or (text and not digits(text)) else 0):
            again, text = text, self._epoch_text()
            if again == text:
                return digits(text)
            log.warning("the switch says another epoch at each look", switch=self.name, first=again[:60], then=text[:60])
            sure = True
        if sure:
            raise BadAnswer(f"switch {self.name} says another {self._epoch} at each look")
        return digits(text)

    def _epoch_text(self) -> str:
        outcome = self.link.call(s.GetGlobal(self._epoch), deadline_s=2.0)
        if not outcome.ok:
            raise SwitchRefused(f"switch {self.name}: reading {self._epoch}: {outcome.text}")
        return outcome.text.strip()

    def raise_epoch(self, epoch: int) -> bool:
        """Compare-and-set the switch's epoch to ours; True when it is ours now."""
        current = self.read_epoch(sure=True)
        if current < epoch:
            expected = str(current) if current else None
            self.link.call(s.SetGlobal(self._epoch, str(epoch), expected), deadline_s=2.0)
            current = self.read_epoch()
            if current != epoch:
                current = self.read_epoch(sure=True)
        if current == epoch:
            self._lead()
        return current == epoch

    def _lead(self) -> None:
        """Our epoch was just read: what waited for that goes out."""
        self._good_read_s = boot_s()
        self._send_beat()
        self.link.release()

    def hold_epoch(self) -> None:
        self._reader = gevent.spawn(self._read_for_ever)
        self._owner.watched(self._reader, f"fence of switch {self.name}")

    def _read_for_ever(self) -> None:
        while True:
            self._look.clear()
            if self.link.linked:
                try:
                    started = boot_s()
                    current = self.read_epoch()
                    if current < self._owner.epoch:  # the switch restarted, or is new
                        current = self._owner.epoch if self.raise_epoch(self._owner.epoch) else self.read_epoch()
                    if current > self._owner.epoch:
                        current = self.read_epoch(sure=True)
                    if current > self._owner.epoch:
                        self._owner.fenced(self.name, current)
                        return
                    if boot_s() - started > FENCE_ROUND_S:
                        continue
                    self._lead()
                except CtiError as error:
                    log.warning("the epoch cannot be read", switch=self.name, error=error.message)
            self._look.wait(FENCE_READ_S)

    @property
    def leads(self) -> bool:
        """Our epoch was read there a moment ago."""
        return boot_s() - self._good_read_s <= FENCE_OLD_S

    def _may_send(self, command: s.SwitchCommand) -> bool:
        """The link's last look before the bytes go out: a command may have waited there for its leg."""
        raises = isinstance(command, s.SetGlobal) and command.name == self._epoch
        return raises or isinstance(command, LOOKS) or self.leads

    # ------------------------------------------------------------ effects

    def execute(self, effect: SwitchEffect) -> None:
        if not self.link.linked:
            self._owner.result(effect, s.CommandOutcome(False, "link-down"))
        else:
            if not self.leads:
                self._owner.counts["held"] += 1
                self._look.set()
            self.link.send(effect.command, partial(self._owner.result, effect), COMMAND_DEADLINE_S, effect.leg)

    def beat(self, seconds: str) -> None:
        """Tell the switch's watchdog that we live; after the next look at the epoch when the last one is too old."""
        self._beat = seconds
        if self.link.linked and self.leads:
            self._send_beat()
        else:
            self._look.set()

    def _send_beat(self) -> None:
        if self._beat:
            beat, self._beat = self._beat, ""
            sent_s = boot_s()
            self.link.send(s.SetGlobal(self._heartbeat, beat), lambda outcome: self._beaten(boot_s() - sent_s), deadline_s=2.0)

    def _beaten(self, took_s: float) -> None:
        """How long the switch takes for a command; told while it is long, and once when it no longer is."""
        long = took_s >= LONG_S
        if (long or self._was_long) and self._kept is None:
            self._submit(s.SwitchDelay(self.name, self._clock.now_ms(), round(took_s * 1000)))
        self._was_long = long or (self._was_long and took_s > LONG_S / 2)


@dataclass(eq=False)
class Switches:
    """All switches of the daemon. ``submit`` takes engine inputs; ``on_fenced`` is called once when another daemon leads;
    ``described`` takes what each switch says of itself at every link."""

    addresses: InitVar[Sequence[SwitchAddress]]
    _clock: Clock
    submit: Callable[[Input], None]
    _on_fenced: Callable[[str], None]
    described: Callable[[str, dict[str, Any]], None]
    legs_on: Callable[[str], list[str]] = lambda node: []  # which legs the engine believes in
    tenant: str = SHIPPED
    epoch: int = 0
    deposed: bool = False  # another daemon leads
    _is_fenced: bool = False

    def __post_init__(self, addresses: Sequence[SwitchAddress]) -> None:
        self.counts = {"fenced": 0, "held": 0}  # commands: refused because another daemon leads, waited for the epoch to be read
        self.nodes = {a.name: Node(a, self, self._clock) for a in addresses}

    def start(self, wait_s: float) -> None:
        """Start all links and wait until all are up, at most ``wait_s``."""
        for node in self.nodes.values():
            node.start()
        with gevent.Timeout(wait_s, False):
            while not all(n.link.linked for n in self.nodes.values()):
                gevent.sleep(0.02)

    def stop(self) -> None:
        for node in self.nodes.values():
            node.stop()

    def highest_epoch(self, last_epoch: int) -> int:
        """The epoch of the daemon that led last, as far as linked switches and ``last_epoch`` know. Raises CtiError."""
        return max([last_epoch, *(n.read_epoch(sure=True) for n in self.nodes.values() if n.link.linked)])

    def take_over(self, last_epoch: int) -> int:
        """Become the leader: an epoch above every switch's and ``last_epoch``, raised on each linked switch.

        Raises Fenced when another daemon was faster.
        """
        linked = [n for n in self.nodes.values() if n.link.linked]
        highest = self.highest_epoch(last_epoch)
        epoch = (highest // EPOCH_STEP + 1) * EPOCH_STEP + secrets.randbelow(EPOCH_STEP)
        lost = [n.name for n in linked if not n.raise_epoch(epoch)]
        if lost:
            self.deposed = True
            raise Fenced(f"another daemon took over switch {', '.join(lost)} at the same moment")
        self.epoch = epoch
        for node in self.nodes.values():
            if node.link.linked:  # also one whose link came up meanwhile: its reader raises the epoch there
                node.hold_epoch()
        return epoch

    def fenced(self, name: str, epoch: int) -> None:
        self.deposed = True
        self.nodes[name].link.refuse_held("fenced")
        self.end(f"switch {name} has epoch {epoch}, ours is {self.epoch}: another daemon leads")

    def end(self, why: str) -> None:
        """Nothing is sent to any switch from now on."""
        if not self._is_fenced:
            self._is_fenced = True
            self._on_fenced(why)

    def watched(self, greenlet: gevent.Greenlet, what: str) -> None:
        """A defect there ends the daemon: its successor is whole."""
        greenlet.link_exception(lambda dead: self.end(f"{what}: {dead.exception!r}"))

    def execute(self, effect: SwitchEffect) -> None:
        node = self.nodes.get(effect.node)
        if node is None or self._is_fenced:
            self.result(effect, s.CommandOutcome(False, "fenced" if node else f"no switch is called {effect.node!r}"))
        else:
            node.execute(effect)

    def result(self, effect: SwitchEffect, outcome: s.CommandOutcome) -> None:
        self.counts["fenced"] += outcome.text == "fenced"
        if effect.effect_id:
            self.submit(EffectResult(self._clock.now_ms(), effect.effect_id, outcome.ok, outcome.text))

    def beat(self) -> None:
        """Tell every switch's watchdog that the engine's loop runs (unix seconds)."""
        seconds = str(self._clock.now_ms() // 1000)
        for node in self.nodes.values():
            if not self._is_fenced:
                node.beat(seconds)

    def snapshot(self, known: Sequence[str]) -> tuple[tuple[s.ChannelSnapshot, ...], dict[str, tuple[str, ...]]]:
        """(channels, registered extensions per switch) of all linked switches; ``known``: legs that may live there."""
        channels: list[s.ChannelSnapshot] = []
        registered: dict[str, tuple[str, ...]] = {}
        for node in self.nodes.values():
            if node.link.linked:
                report = node.link.snapshot(known)
                channels += report.channels
                registered[node.name] = tuple(sorted({r.extension for r in report.registrations}))
        return tuple(channels), registered

    def look_for_ever(self) -> None:
        """Renew what each switch says of itself, with its gateways' pings, every LOOK_S."""
        while True:
            gevent.sleep(LOOK_S)
            for node in list(self.nodes.values()):
                if node.link.linked:
                    try:
                        node.look()
                    except CtiError as error:
                        log.warning("a switch cannot be looked at", switch=node.name, error=error.message)

    def reconcile_for_ever(self, worth_a_look: Callable[[str, list[str]], list[str]]) -> None:
        """Show the engine what lives on each switch, one after another: all legs by name, a slice of them in full."""
        turn = 0
        while True:
            turn += 1
            for node in list(self.nodes.values()):
                gevent.sleep(RECONCILE_S / max(1, len(self.nodes)))
                if not node.link.linked:
                    continue
                try:
                    alive = sorted(node.link.legs())
                    start = turn * RECONCILE_SLICE % max(1, len(alive))
                    wanted = {*worth_a_look(node.name, alive), *alive[start : start + RECONCILE_SLICE]}
                    channels = tuple(node.link.channels(sorted(wanted)))
                except CtiError as error:
                    log.warning("a switch cannot be compared", switch=node.name, error=error.message)
                    continue
                self.submit(Reconcile(self._clock.now_ms(), node.name, channels, tuple(alive)))
