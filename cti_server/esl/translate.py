"""One table from the switch's event name (CUSTOM: its subclass) to our typed event; what is not in it is not subscribed.

Reads only the headers a typed event needs: CHANNEL_HANGUP_COMPLETE alone brings about 280 of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from cti_server.domain import switch as s
from cti_server.esl.events import Headers, event_name, moment_ms, number, outside, starting_with, text

Builder = Callable[[str, int, Headers], s.SwitchEvent | None]

_PREFIX = len("variable_")


def cti_variables(headers: Headers) -> dict[str, str]:
    """All ``variable_cti_NAME`` headers as ``cti_NAME``."""
    return {name[_PREFIX:]: value for name, value in starting_with(headers, "variable_cti_").items()}


def _answered(h: Headers) -> bool:
    return text(h, "Caller-Channel-Answered-Time") not in ("", "0")


def _gateway(h: Headers) -> str:
    """Calls out name it sip_gateway_name, calls in through a registered gateway sip_gateway; for all other calls in the
    dialplan finds it by their address and says cti_trunk."""
    found = starting_with(h, "variable_sip_gateway")
    said = found.get("variable_sip_gateway_name") or found.get("variable_sip_gateway", "")
    return said or text(h, "variable_cti_trunk")


def _created(node: str, ms: int, h: Headers) -> s.SwitchEvent:
    return s.LegCreated(
        node, ms, text(h, "Unique-ID"), text(h, "Call-Direction"), outside(h, "Caller-Caller-ID-Number"),
        outside(h, "Caller-Caller-ID-Name"), text(h, "Caller-Destination-Number"), text(h, "Caller-Context"),
        text(h, "variable_sofia_profile_name"), _gateway(h), cti_variables(h),
    )  # fmt: skip


def _parked(node: str, ms: int, h: Headers) -> s.SwitchEvent:
    return s.LegParked(
        node, ms, text(h, "Unique-ID"), text(h, "Call-Direction"), text(h, "Answer-State") == "answered",
        outside(h, "Caller-Caller-ID-Number"), outside(h, "Caller-Caller-ID-Name"), text(h, "Caller-Destination-Number"),
        text(h, "Caller-Context"), _gateway(h), cti_variables(h),
    )  # fmt: skip


def _other(h: Headers) -> str:
    """The other leg of a bridge event, which may name the pair in either order."""
    leg, a, b = text(h, "Unique-ID"), text(h, "Bridge-A-Unique-ID"), text(h, "Bridge-B-Unique-ID")
    return (b if a == leg else a) or text(h, "Other-Leg-Unique-ID")


def _hung_up(node: str, ms: int, h: Headers) -> s.SwitchEvent:
    return s.LegHungUp(node, ms, text(h, "Unique-ID"), text(h, "Hangup-Cause"), _answered(h))


def _ended(node: str, ms: int, h: Headers) -> s.SwitchEvent:
    answered = _answered(h)
    status = number(h, "variable_sip_term_status")
    if not status and not answered:
        status = number(h, "variable_sip_invite_failure_status")
    return s.LegEnded(
        node, ms, text(h, "Unique-ID"), text(h, "Hangup-Cause"), status,
        text(h, "variable_sip_hangup_disposition"), answered, cti_variables(h),
    )  # fmt: skip


def _app_started(node: str, ms: int, h: Headers) -> s.SwitchEvent | None:
    application = text(h, "Application")
    if application == "play_and_get_digits":
        return s.CollectionStarted(node, ms, text(h, "Unique-ID"), text(h, "Application-UUID"))
    if application == "eavesdrop":
        return s.ListeningStarted(node, ms, text(h, "Unique-ID"), text(h, "Application-Data"))
    return None


def _in_room(node: str, ms: int, h: Headers) -> s.SwitchEvent | None:
    leg, room, action = text(h, "Unique-ID"), text(h, "Conference-Name"), text(h, "Action")
    if action == "add-member":
        return s.RoomJoined(node, ms, leg, room, text(h, "Member-ID"))
    if action == "del-member":
        return s.RoomLeft(node, ms, leg, room)
    return s.RoomMuted(node, ms, leg, room, action == "mute-member") if action in ("mute-member", "unmute-member") else None


def _app_done(node: str, ms: int, h: Headers) -> s.SwitchEvent:
    return s.ApplicationDone(
        node, ms, text(h, "Unique-ID"), text(h, "Application"), text(h, "Application-UUID"),
        text(h, "Application-Response"), text(h, "variable_cti_digits"),
    )  # fmt: skip


def _record_stopped(node: str, ms: int, h: Headers) -> s.SwitchEvent:
    return s.RecordingStopped(
        node, ms, text(h, "Unique-ID"), text(h, "Record-File-Path"),
        number(h, "variable_record_ms", -1), number(h, "variable_record_file_size", -1),
    )  # fmt: skip


def _job_done(node: str, ms: int, h: Headers) -> s.SwitchEvent:
    """A job's body tells failure by its first word."""
    body = text(h, "_body").strip()
    return s.JobDone(node, ms, text(h, "Job-UUID"), not body.startswith(("-ERR", "-USAGE")), body)


def _heartbeat(node: str, ms: int, h: Headers) -> s.SwitchEvent:
    return s.SwitchHeartbeat(
        node, ms, text(h, "Core-UUID"), number(h, "Session-Count"), number(h, "Max-Sessions"),
        number(h, "Session-Per-Sec"), number(h, "Uptime-msec"),
    )  # fmt: skip


def _user(h: Headers) -> str:
    return text(h, "from-user") or text(h, "user") or text(h, "username") or text(h, "to-user")


def _realm(h: Headers) -> str:
    return text(h, "realm") or text(h, "from-host") or text(h, "host") or text(h, "domain_name")


_URI = re.compile(r"<?(sips?:[^<>\s\"]+)>?\s*$")


def dialable(profile: str, contact: str) -> str:
    """``sofia/PROFILE/sip:...`` from a registered Contact header, as ``sofia_contact`` would say it; '' when there is none.

    The value of ``fs_path`` is a URI within a URI, so its reserved characters are percent-encoded again.
    """
    found = _URI.search(contact)
    if not found or not profile:
        return ""
    uri, mark, path = found[1].partition(";fs_path=")
    if mark:
        path = path if "%" in path else quote(path, safe="")
    return f"sofia/{profile}/{uri}{mark}{path}"


def _registered(node: str, ms: int, h: Headers) -> s.SwitchEvent:
    return s.PhoneRegistered(
        node, ms, _user(h), _realm(h), dialable(text(h, "profile-name"), text(h, "contact")), text(h, "network-ip"),
        number(h, "network-port"), text(h, "user-agent"), number(h, "expires"), text(h, "call-id"),
    )  # fmt: skip


def _unregistered(node: str, ms: int, h: Headers) -> s.SwitchEvent:
    if text(h, "reason") == "socket-disconnection":
        return s.PhoneSocketClosed(node, ms, _user(h), _realm(h), text(h, "call-id"))
    return s.PhoneUnregistered(node, ms, _user(h), _realm(h), dialable(text(h, "profile-name"), text(h, "contact")))


def _leg(kind: Callable[[str, int, str], s.SwitchEvent]) -> Builder:
    return lambda node, ms, h: kind(node, ms, text(h, "Unique-ID"))


def _leg_with(kind: Callable[[str, int, str, str], s.SwitchEvent], header: str) -> Builder:
    return lambda node, ms, h: kind(node, ms, text(h, "Unique-ID"), text(h, header))


TABLE: dict[str, Builder] = {
    "CHANNEL_CREATE": _created,
    "CHANNEL_PROGRESS": lambda node, ms, h: s.LegRinging(node, ms, text(h, "Unique-ID"), False),
    "CHANNEL_PROGRESS_MEDIA": lambda node, ms, h: s.LegRinging(node, ms, text(h, "Unique-ID"), True),
    "CHANNEL_ANSWER": _leg(s.LegAnswered),
    "CHANNEL_PARK": _parked,
    "CHANNEL_UNPARK": _leg(s.LegUnparked),
    "CHANNEL_BRIDGE": lambda node, ms, h: s.LegsBridged(node, ms, text(h, "Unique-ID"), _other(h)),
    "CHANNEL_HANGUP": _hung_up,
    "CHANNEL_HANGUP_COMPLETE": _ended,
    "CHANNEL_DESTROY": _leg(s.LegDestroyed),
    "CHANNEL_EXECUTE": _app_started,
    "CHANNEL_EXECUTE_COMPLETE": _app_done,
    "DTMF": _leg_with(s.DigitReceived, "DTMF-Digit"),
    "RECORD_START": _leg_with(s.RecordingStarted, "Record-File-Path"),
    "RECORD_STOP": _record_stopped,
    "BACKGROUND_JOB": _job_done,
    "HEARTBEAT": _heartbeat,
    "conference::maintenance": _in_room,
    "sofia::reinvite": _leg(s.PhoneReinvited),
    "sofia::gateway_state": lambda node, ms, h: s.GatewayChanged(
        node, ms, text(h, "Gateway"), text(h, "State"), text(h, "Ping-Status")
    ),
    "sofia::register": _registered,
    "sofia::unregister": _unregistered,
    "sofia::expire": _unregistered,
}


def translate(node: str, headers: Headers) -> s.SwitchEvent | None:
    """The typed event, None for one that we do not use. ``node`` is the configured name of the switch."""
    build = TABLE.get(event_name(headers))
    if build is None:
        return None
    return build(node, moment_ms(headers, "Event-Date-Timestamp"), headers)


SILENT = ("answer", "lua", "multiset", "park", "record_session", "set", "uuid_bridge")
"""Applications whose begin and end say nothing new: a quarter of what the switch would have to write for a call."""


def subscription(core_uuid: str) -> list[str]:
    """The commands for exactly the events of the table, of every application but the silent ones.

    Filters that leave out need one that lets in: every event carries the switch's ``core_uuid``.
    """
    plain = [name for name in TABLE if "::" not in name]
    custom = [name for name in TABLE if "::" in name]
    filters = [f"filter Core-UUID {core_uuid}", *(f"filter Application -{name}" for name in SILENT)] if core_uuid else []
    return [*filters, " ".join(["event json", *plain, "CUSTOM", *custom])]
