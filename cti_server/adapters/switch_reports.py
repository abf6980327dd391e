"""What one switch says when it is asked: its channels, registrations and gateways.

Every question has one deadline for all of its parts. A channel that ends meanwhile is left out, and so is one whose answer
cannot be read at a second look: one bad row stops no adoption.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from gevent.event import AsyncResult

from cti_server.adapters.switch_phones import PhoneTable
from cti_server.domain.clock import Clock
from cti_server.domain.switch import Api, ChannelSnapshot, CommandOutcome, GatewayChanged, GetGlobal, SwitchCommand, SwitchReport
from cti_server.errors import CtiError
from cti_server.esl import replies
from cti_server.esl.contacts import trunk_addresses
from cti_server.events.errors import SwitchRefused

log = logging.getLogger(__name__)

Done = Callable[[CommandOutcome], None]
DUMPS_AT_ONCE = 10
DUMPS_OF_ALL = 250
TRUNKS_AT = "cti_trunks_at"


class SwitchReports(ABC):
    """The questions that a link can ask; it is the link that sends them."""

    def __init__(self, node: str, clock: Clock | None) -> None:
        self.node = node
        self.phones = PhoneTable(node)
        self.unreadable_dumps = 0
        self._clock = clock

    @abstractmethod
    def send(self, command: SwitchCommand, done: Done, deadline_s: float = 5.0, lane: str = "") -> None:
        """Send without waiting; ``done`` gets exactly one outcome."""

    def call(self, command: SwitchCommand, deadline_s: float = 5.0) -> CommandOutcome:
        """Send and wait for the outcome. Not from within ``on_event``."""
        result: AsyncResult[CommandOutcome] = AsyncResult()
        self.send(command, result.set, deadline_s)
        outcome: CommandOutcome = result.get()
        return outcome

    def snapshot(self, known: Sequence[str] = (), deadline_s: float = 10.0) -> SwitchReport:
        """All live channels, registrations and gateways, for adoption. Raises SwitchRefused.

        A channel that ends meanwhile is left out. The switch's list lags and misses some under load, so the legs that are
        ``known`` are looked at one by one when it does not name them.
        """
        until = time.monotonic() + deadline_s
        listed = self.legs(deadline_s)
        channels = self.channels([*listed, *sorted(set(known).difference(listed))], deadline_s, DUMPS_OF_ALL)
        phones = replies.registrations(self.node, self._ask("show", "registrations as json", until), self._now_ms())
        phones = [phone for phone in phones if self.phones.at_home(phone)]
        gateways = gateway_states(self.node, self._ask("sofia", "xmlstatus gateway", until))
        return SwitchReport(self.node, tuple(channels), tuple(phones), tuple(gateways))

    def gateways(self, deadline_s: float = 10.0) -> list[GatewayChanged]:
        """Every gateway as it stands now; where they are is read anew, too. Raises SwitchRefused, BadAnswer."""
        until = time.monotonic() + deadline_s
        at = self.call(GetGlobal(TRUNKS_AT), deadline_s)
        if at.ok:
            self.phones.trunks = trunk_addresses(at.text)
        return gateway_states(self.node, self._ask("sofia", "xmlstatus gateway", until))

    def legs(self, deadline_s: float = 10.0) -> list[str]:
        """The UUIDs of all live channels: cheap. Raises SwitchRefused."""
        return replies.channel_ids(self._ask("show", "channels as json", time.monotonic() + deadline_s))

    def channels(self, legs: Sequence[str], deadline_s: float = 10.0, at_once: int = DUMPS_AT_ONCE) -> list[ChannelSnapshot]:
        """These channels in full, without those that have ended. Raises SwitchRefused.

        ``at_once``: so many are asked for in one go; commands that come meanwhile wait behind them.
        """
        until = time.monotonic() + deadline_s
        found: list[ChannelSnapshot] = []
        for start in range(0, len(legs), at_once):
            some, unread = self._dumps(legs[start : start + at_once], until)
            found += some
            if unread:  # a second look; what cannot be read then is left out, as one bad row
                again, still = self._dumps(unread, until)
                found += again
                self.unreadable_dumps += len(still)
                if still:
                    log.error("switch %s: what it says of %s cannot be read", self.node, ", ".join(still)[:400])
        return found

    def _ask(self, name: str, argument: str, until: float) -> str:
        outcome = self.call(Api(name, argument), max(0.01, until - time.monotonic()))
        if not outcome.ok:
            raise SwitchRefused(f"switch {self.node}: {name} {argument}: {outcome.text}")
        return outcome.text

    def _dumps(self, legs: Sequence[str], until: float) -> tuple[list[ChannelSnapshot], list[str]]:
        """(reports, legs whose answer cannot be read)."""
        results: list[AsyncResult[CommandOutcome]] = [AsyncResult() for _ in legs]
        for leg, result in zip(legs, results, strict=True):
            self.send(Api("uuid_dump", f"{leg} json"), result.set, max(0.01, until - time.monotonic()))
        found, unread = [], []
        for leg, result in zip(legs, results, strict=True):
            outcome = result.get()
            if not outcome.ok and not outcome.text.startswith("-ERR"):
                raise SwitchRefused(f"switch {self.node}: uuid_dump: {outcome.text}")
            if outcome.ok:
                report = self._report(outcome.text)
                if report is None or report.leg != leg:
                    unread.append(leg)
                else:
                    found.append(report)
        return found, unread

    def _report(self, answer: str) -> ChannelSnapshot | None:
        try:
            return replies.channel_report(self.node, replies.channel_dump(answer))
        except CtiError:
            return None

    def _now_ms(self) -> int:
        return self._clock.now_ms() if self._clock else 0


def gateway_states(node: str, answer: str) -> list[GatewayChanged]:
    """Of ``sofia xmlstatus gateway``. Raises BadAnswer."""
    return [GatewayChanged(node, 0, g.name, g.state, g.status, g.ping_ms) for g in replies.gateways(answer)]
