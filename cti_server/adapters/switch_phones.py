"""Which phone answers at which contact, from registration events and ``show registrations``.

A page that is reloaded registers a new contact beside the old one, so a phone is gone only when its last contact is;
when a contact of several goes, the switch is asked (it may have replaced the others silently). A contact that leads anywhere
but back to the address it was registered from, or to a trunk, is no phone: it is never dialled.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from cti_server.domain.switch import PhoneRegistered, PhoneUnregistered, SwitchEvent
from cti_server.esl.contacts import TrunkAddress, leads_home
from cti_server.esl.encode import is_dialable

log = logging.getLogger(__name__)

RENEWS_LATE_S = 3.0
ASK_AGAIN_S = 15.0
Phone = tuple[str, str]
"""(extension, realm)"""


def _binding(contact: str) -> str:
    """What identifies a contact: its URI without parameters, whose spelling differs between event and list."""
    return contact.partition(";")[0]


class PhoneTable:
    """Registrations of one switch. ``contacts``: extension -> newest dial string, for ``encode``."""

    def __init__(self, node: str) -> None:
        self.node = node
        self._phones: dict[Phone, dict[str, str]] = {}
        self._expire_s: dict[Phone, float] = {}
        self.contacts: dict[str, str] = {}
        self.trunks: Sequence[TrunkAddress] = ()
        self.realm = ""
        """Where this tenant's phones register; '': all phones of the switch are its own."""

    def is_ours(self, realm: str) -> bool:
        return not self.realm or realm.lower() == self.realm.lower()

    def at_home(self, event: PhoneRegistered) -> bool:
        """Is this registration's contact where its phone is, as far as can be known?"""
        return leads_home(event.contact, event.network_ip, event.network_port, self.trunks)

    def prime(self, found: Sequence[PhoneRegistered], now_s: float = 0.0) -> list[SwitchEvent]:
        """Replace the table; events for all that are there, and for those that went while nobody listened."""
        before = set(self._phones)
        self._phones, self._expire_s, self.contacts = {}, {}, {}
        ours = (event for event in found if self.is_ours(event.realm))
        events: list[SwitchEvent] = [event for event in ours if self.register(event, now_s)]
        gone = sorted(before - set(self._phones))
        return events + [PhoneUnregistered(self.node, 0, extension, realm) for extension, realm in gone]

    def register(self, event: PhoneRegistered, now_s: float = 0.0) -> bool:
        """Note a registration; False when its contact is not to be dialled (nothing changes then). ``now_s``: monotonic."""
        if not is_dialable(event.contact) or not self.at_home(event):
            log.warning(
                "extension %r registered the contact %r, which leads elsewhere than to %s:%s, where it came from, or to a trunk: "
                "it is not dialled",
                event.extension, event.contact[:200], event.network_ip, event.network_port,
            )  # fmt: skip
            return False
        if event.expires_s > 0:
            self._expire_s[event.extension, event.realm] = now_s + event.expires_s + RENEWS_LATE_S
        phone = self._phones.setdefault((event.extension, event.realm), {})
        phone.pop(_binding(event.contact), None)
        phone[_binding(event.contact)] = event.contact
        self.contacts[event.extension] = event.contact
        return True

    def knows(self, phone: Phone) -> bool:
        return phone in self._phones

    def overdue(self, now_s: float, most: int) -> list[Phone]:
        """At most so many phones that have not renewed their registration in time, those of the longest silence first: the switch
        is to be asked, for it believes in them a good while longer and its word of their end may be lost."""
        late = sorted((due, phone) for phone, due in self._expire_s.items() if due <= now_s)[:most]
        for _, phone in late:
            self._expire_s[phone] = now_s + ASK_AGAIN_S
        return [phone for _, phone in late]

    def unregister(self, event: PhoneUnregistered) -> bool:
        """Take a contact away; True when the phone is gone, False when other contacts are known (ask the switch)."""
        key = (event.extension, event.realm)
        phone = self._phones.get(key, {})
        phone.pop(_binding(event.contact), None)
        if not phone:
            self.forget(key)
            return True
        self.contacts[event.extension] = next(reversed(phone.values()))
        return False

    def settle(self, phone: Phone, contact: str) -> bool:
        """What the switch dials for this phone now ('' or error/... = nothing). True when it is gone.

        The answer does not say where the contact was registered from, so only one that ``register`` took counts.
        """
        if contact in self._phones.get(phone, {}).values():
            self._phones[phone] = {_binding(contact): contact}
            self.contacts[phone[0]] = contact
            return False
        return self.forget(phone)

    def forget(self, phone: Phone) -> bool:
        """Drop a phone; True when it was known."""
        known = self._phones.pop(phone, None) is not None
        self._expire_s.pop(phone, None)
        others = [contacts for (extension, _), contacts in self._phones.items() if extension == phone[0] and contacts]
        if others:
            self.contacts[phone[0]] = next(reversed(others[-1].values()))
        else:
            self.contacts.pop(phone[0], None)
        return known
