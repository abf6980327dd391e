"""One channel of the simulated switch: what it is, what it runs, and the headers it puts on its events.

What others do with a channel is theirs; here is only what a channel has to know of them.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Protocol

from cti_server.simulator.events import Value
from cti_server.simulator.recording import Recorder
from cti_server.simulator.scheduler import Timer

STATE_NUMBERS = {
    "CS_NEW": "0", "CS_INIT": "1", "CS_ROUTING": "2", "CS_SOFT_EXECUTE": "3", "CS_EXECUTE": "4", "CS_EXCHANGE_MEDIA": "5",
    "CS_PARK": "6", "CS_CONSUME_MEDIA": "7", "CS_HIBERNATE": "8", "CS_RESET": "9", "CS_HANGUP": "10", "CS_REPORTING": "11",
    "CS_DESTROY": "12", "CS_NONE": "13",
}  # fmt: skip
CODEC = {
    "Channel-Read-Codec-Name": "PCMU", "Channel-Read-Codec-Rate": "8000", "Channel-Read-Codec-Bit-Rate": "64000",
    "Channel-Write-Codec-Name": "PCMU", "Channel-Write-Codec-Rate": "8000", "Channel-Write-Codec-Bit-Rate": "64000",
}  # fmt: skip
TIMES = (
    "Profile-Created-Time", "Channel-Created-Time", "Channel-Answered-Time", "Channel-Progress-Time",
    "Channel-Progress-Media-Time", "Channel-Hangup-Time", "Channel-Transfer-Time", "Channel-Resurrect-Time",
    "Channel-Bridged-Time", "Channel-Last-Hold", "Channel-Hold-Accum",
)  # fmt: skip
# Variables that are read from the caller profile and not from the variable list.
PROFILE_FIELDS = {
    "destination_number": "Caller-Destination-Number", "caller_id_number": "Caller-Caller-ID-Number",
    "caller_id_name": "Caller-Caller-ID-Name", "context": "Caller-Context", "username": "Caller-Username",
    "network_addr": "Caller-Network-Addr", "ani": "Caller-ANI", "channel_name": "Channel-Name",
}  # fmt: skip


class Running(Protocol):
    """An application that runs on a leg (``applications.Application``)."""

    done: bool
    locks: bool

    def hears_digits(self) -> bool: ...
    def digit(self, digit: str) -> None: ...
    def broken(self) -> None: ...
    def interrupted(self, response: str) -> None: ...
    def paused(self) -> None: ...
    def resumed(self) -> None: ...


class Listening(Protocol):
    """One who listens to a leg (``listening.Eavesdrop``); ``mode``: bits of ``hearing``."""

    channel: Channel
    target: Channel
    mode: int
    began: bool

    def command(self, text: str) -> None: ...
    def target_answered(self) -> None: ...
    def target_ended(self) -> None: ...


class FarEnd(Protocol):
    """Who is at the other end of a leg (``parties.Party``)."""

    refusal_status: int

    def invited(self, channel: Channel) -> None: ...
    def parked(self, channel: Channel) -> None: ...
    def bridged(self, channel: Channel) -> None: ...
    def unbridged(self, channel: Channel) -> None: ...
    def prompted(self, channel: Channel, digits: int) -> None: ...
    def ended(self, channel: Channel) -> None: ...
    def voice_ms(self, channel: Channel) -> int: ...


class Room:
    """Members hear each other. ``members`` by number, in the order in which they came."""

    def __init__(self, name: str, profile: str, uuid: str) -> None:
        self.name = name
        self.profile = profile
        self.uuid = uuid
        self.members: dict[str, Channel] = {}
        self.muted: set[Channel] = set()


class Channel:
    """``state`` CS_*, ``callstate`` DOWN/RINGING/ACTIVE/HELD/HANGUP; ``cause`` is set from CHANNEL_HANGUP on.

    ``peer`` is who it is bridged to now (``leads``: this one is leg A of the bridge); ``other`` the last partner, which
    stays on its events after they parted. ``stack`` holds the running applications, the innermost last; ``inbox`` what
    sendmsg asked for and has not begun. ``bridging``: a bridge to that leg is ordered; ``moving``: between two places.
    ``held``: by uuid_hold; ``phone_holds``: by the phone's own key. ``member``: its number in rooms, once it was in one.
    ``listeners`` hang on this leg, ``listening`` is its own.
    """

    def __init__(self, uuid: str, direction: str, name: str, profile: dict[str, str], now_us: int, session: int) -> None:
        self.uuid = uuid
        self.direction = direction
        self.name = name
        self.state = "CS_NEW" if direction == "inbound" else "CS_NONE"
        self.callstate = "DOWN"
        self.answered = False
        self.cause = ""
        self.ended = False
        self.created_us = now_us
        self.peer: Channel | None = None
        self.leads = False
        self.bridging: Channel | None = None
        self.orders = False  # the first of the uuid_bridge that is under way
        self.bridges = 0
        self.moving = False
        self.other: Channel | None = None
        self.parked = False
        self.held = self.phone_holds = False
        self.room: Room | None = None
        self.member = ""
        self.listeners: list[Listening] = []
        self.listening: Listening | None = None
        self.stack: list[Running] = []
        self.inbox: deque[dict[str, str]] = deque()
        self.drain: Timer | None = None
        self.plan: deque[tuple[str, str]] = deque()
        self.recorders: dict[str, Recorder] = {}
        self.party: FarEnd
        self.job: Any = None
        self.last_application: tuple[str, str] = ("", "")
        self.vars: dict[str, Value] = {}
        self.base: dict[str, Value] = self._profile_headers(profile, now_us)
        self.set("direction", direction)
        if direction == "outbound":
            self.set("is_outbound", "true")
        self.set("uuid", uuid)
        self.set("call_uuid", uuid)
        self.set("session_id", str(session))

    def _profile_headers(self, profile: dict[str, str], now_us: int) -> dict[str, Value]:
        base: dict[str, Value] = {
            "Channel-Name": self.name,
            "Unique-ID": self.uuid,
            "Call-Direction": self.direction,
            "Presence-Call-Direction": self.direction,
            "Channel-HIT-Dialplan": "true" if self.direction == "inbound" else "false",
            "Channel-Call-UUID": self.uuid,
            "Caller-Direction": self.direction,
            "Caller-Logical-Direction": self.direction,
        }
        for field, value in profile.items():
            if value:
                base[f"Caller-{field}"] = value
        base["Caller-Unique-ID"] = self.uuid
        base["Caller-Channel-Name"] = self.name
        base["Caller-Profile-Index"] = "1"
        for field in TIMES:
            base[f"Caller-{field}"] = str(now_us) if field in TIMES[:2] else "0"
        base.update({"Caller-Screen-Bit": "true", "Caller-Privacy-Hide-Name": "false", "Caller-Privacy-Hide-Number": "false"})
        return base

    # ------------------------------------------------------------ variables

    def set(self, name: str, value: Value) -> None:
        """Sets a channel variable; an empty value unsets it."""
        if value:
            self.vars["variable_" + name] = value
        else:
            self.vars.pop("variable_" + name, None)

    def get(self, name: str) -> str:
        """A channel variable or caller-profile field, '' when it has none."""
        value = self.vars.get("variable_" + name)
        if value is None:
            value = self.base.get(PROFILE_FIELDS.get(name, ""), "")
        return "ARRAY::" + "|:".join(value) if isinstance(value, list) else value

    def true(self, name: str) -> bool:
        return self.get(name).lower() in ("true", "yes", "on", "1", "t", "y", "enabled", "active", "allow")

    def add_history(self, entry: str) -> None:
        """transfer_history grows into a list, as the switch's repeated header does."""
        old = self.vars.get("variable_transfer_history")
        new: Value = entry if old is None else [*old, entry] if isinstance(old, list) else [old, entry]
        self.vars["variable_transfer_history"] = new
        self.set("transfer_source", entry)
        self.base["Caller-Transfer-Source"] = entry

    def recorded(self, ms: int, size: int) -> None:
        """What the switch says of a recording that has ended: its length, and its size in bytes."""
        for name, value in (("file_size", size), ("samples", ms * 8), ("seconds", ms // 1000), ("ms", ms)):
            self.set(f"record_{name}", str(value))

    def stamp(self, field: str, now_us: int) -> None:
        """Caller-Channel-FIELD-Time, e.g. ``Answered``."""
        self.base[f"Caller-Channel-{field}-Time"] = str(now_us)

    # ------------------------------------------------------------ headers

    @property
    def number(self) -> str:
        return str(self.base.get("Caller-Caller-ID-Number", ""))

    @property
    def alive(self) -> bool:
        return not self.cause and not self.ended

    def headers(self, with_vars: bool) -> dict[str, Value]:
        """What every event about this channel carries, behind the common head."""
        out: dict[str, Value] = {
            "Channel-State": self.state,
            "Channel-Call-State": self.callstate,
            "Channel-State-Number": STATE_NUMBERS[self.state],
            "Answer-State": "hangup" if self.cause else "answered" if self.answered else "ringing",
        }
        if self.cause:
            out["Hangup-Cause"] = self.cause
        out.update(self.base)
        if self.answered or self.direction == "inbound":
            out.update(CODEC)
        if self.other is not None:
            out.update(self.other.as_other("originatee" if self.other.direction == "outbound" else "originator"))
        if with_vars:
            out.update(self.vars)
        return out

    def as_other(self, role: str) -> dict[str, Value]:
        """This channel as the Other-Leg of its partner."""
        out: dict[str, Value] = {"Other-Type": role}
        for field in OTHER_FIELDS:
            value = self.base.get("Caller-" + field)
            if value is not None:
                out["Other-Leg-" + field] = value
        return out


OTHER_FIELDS = (
    "Direction", "Logical-Direction", "Username", "Dialplan", "Caller-ID-Name", "Caller-ID-Number", "Callee-ID-Name",
    "Callee-ID-Number", "Network-Addr", "ANI", "Destination-Number", "Unique-ID", "Source", "Context", "Channel-Name",
    "Channel-Created-Time", "Channel-Answered-Time", "Channel-Hangup-Time",
)  # fmt: skip
