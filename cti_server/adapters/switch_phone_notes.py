"""What a link learns of phones from its events, and what it asks the switch where an event does not tell enough."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from cti_server.adapters.switch_phones import Phone, PhoneTable
from cti_server.domain.switch import (
    Api,
    CommandOutcome,
    PhoneRegistered,
    PhoneSocketClosed,
    PhoneUnregistered,
    SwitchCommand,
    SwitchEvent,
)
from cti_server.esl.encode import is_dialable
from cti_server.esl.replies import registrations

LOOK_EVERY_S = 1.0
LIST_LAGS_S = 5.0
"""FreeSWITCH writes its list of registrations some time after it told of one: what comes in just before a link is in neither."""
ASKED_AT_ONCE = 20


@dataclass(eq=False)
class PhoneNotes:
    """Keeps ``table`` up to date. ``send`` asks the switch; ``publish`` tells what an answer showed, after the event."""

    _table: PhoneTable
    _send: Callable[[SwitchCommand, Callable[[CommandOutcome], None]], None]
    _publish: Callable[[SwitchEvent], None]
    _due_s: float = 0.0
    _list_s: float = math.inf

    def linked(self, now_s: float) -> None:
        """The list has been taken; it is to be read once more."""
        self._list_s = now_s + LIST_LAGS_S

    def note(self, event: SwitchEvent) -> SwitchEvent | None:
        """What goes on to the engine; None when the switch has to be asked first, or when there is nothing to tell."""
        if isinstance(event, PhoneRegistered | PhoneUnregistered | PhoneSocketClosed) and not self._table.is_ours(event.realm):
            return None
        if isinstance(event, PhoneRegistered):
            if not self._table.register(event, time.monotonic()):
                gone = self._table.forget((event.extension, event.realm))
                return PhoneUnregistered(event.node, event.switch_ms, event.extension, event.realm) if gone else None
        elif isinstance(event, PhoneSocketClosed):
            self._ask_contact(PhoneUnregistered(event.node, event.switch_ms, event.extension, event.realm))
        elif isinstance(event, PhoneUnregistered) and not self._table.unregister(event):
            self._ask_contact(event)
            return None
        return event

    def look(self, now_s: float) -> None:
        """Ask of phones that did not renew in time, some each second. ``now_s``: monotonic."""
        if now_s >= self._list_s:
            self._list_s = math.inf
            self._ask_list()
        if now_s >= self._due_s:
            self._due_s = now_s + LOOK_EVERY_S
            for phone in self._table.overdue(now_s, ASKED_AT_ONCE):
                self._ask_overdue(phone)

    def _ask_list(self) -> None:
        def settle(outcome: CommandOutcome) -> None:
            for event in registrations(self._table.node, outcome.text, time.time_ns() // 1_000_000) if outcome.ok else ():
                if not self._table.knows((event.extension, event.realm)) and self.note(event):
                    self._publish(event)

        self._send(Api("show", "registrations as json"), settle)

    def _ask_contact(self, event: PhoneUnregistered) -> None:
        phone = (event.extension, event.realm)

        def settle(outcome: CommandOutcome) -> None:
            if outcome.ok and self._table.settle(phone, outcome.text):
                self._publish(event)

        self._send(Api("sofia_contact", f"*/{event.extension}@{event.realm}"), settle)

    def _ask_overdue(self, phone: Phone) -> None:
        """It has not renewed in time. Only that the switch has nothing is an answer: a contact may be spelled otherwise."""

        def settle(outcome: CommandOutcome) -> None:
            if outcome.ok and not is_dialable(outcome.text) and self._table.forget(phone):
                self._publish(PhoneUnregistered(self._table.node, 0, *phone))

        self._send(Api("sofia_contact", f"*/{phone[0]}@{phone[1]}"), settle)
