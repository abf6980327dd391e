"""A typed command in, event-socket messages out: nothing from outside becomes a line, a separator or code.

Refused with UnsafeText: CR, LF and NUL anywhere, ``${`` in values and arguments, anything but plain names where
a name is meant, and text that the switch would not keep exactly as given. Free text that must travel in an application
argument or a variable is percent-encoded by its owner and decoded by who reads the event.
Caller ids come from outside and must never stop a call. They are the exception to percent-encoding, because the switch
decodes them on their way into SIP (``%22`` would end the quoted name there): special characters of a name become their
full-width forms, those of a number are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cti_server.domain import switch as s
from cti_server.domain.numbers import caller_number
from cti_server.errors import CtiError

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_CAUSE = re.compile(r"[A-Z0-9_]{1,64}")
_NUMBER = re.compile(r"[0-9A-Za-z*#+_.-]{1,64}")
_SEPARATOR = ":_:"  # between several dial strings of one originate, also within quotes
_DIALABLE = re.compile(r"(?!.*:_:)sofia/[A-Za-z0-9_.-]{1,64}/sips?:[A-Za-z0-9_.~*+;=%:@/?&!()\[\]-]{1,512}")
_FULL_WIDTH = 0xFF01 - 0x21  # from an ASCII character to its full-width form
_JOINABLE = re.compile(r"[A-Za-z0-9_./:+-]{1,256}")  # nothing that uuid_setvar_multi would split, cut or expand
_DIGITS = re.compile(r"[0-9*#A-D]{1,64}")
_CONTROL = re.compile(r"[\r\n\0]")
ROOM_PROFILE = "cti"
"""Of conference.conf.xml: silent, no keys, no events of who speaks."""


class UnknownCommand(CtiError, id="unknown-command"):
    """A defect: a switch command without an encoding."""


class UserNotRegistered(CtiError, id="user-not-registered"):
    """No phone is registered for the extension."""


class UnsafeText(CtiError, id="unsafe-text"):
    """A text that the event socket would not take as it is."""


def caller_text(value: str) -> str:
    """A caller's name as the phone may show it: special ASCII characters full-width (``$`` is ``＄``), controls blank.

    Also ``@``, where the switch would cut the name.
    """
    return "".join(_shown(character) for character in value[:80]).strip()


def _shown(character: str) -> str:
    if character.isalnum() or character in " .+*#_-":
        return character
    if "!" <= character <= "~":
        return chr(ord(character) + _FULL_WIDTH)
    return character if character.isprintable() else " "


def _refuse(what: str, value: str, why: str) -> CtiError:
    return UnsafeText(f"{what}: {why}: {value[:60]!r}", {"what": what})


def _word(what: str, value: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(value):
        raise _refuse(what, value, "not a plain name")
    return value


def _line(what: str, value: str) -> str:
    """One line of text that holds no code."""
    if _CONTROL.search(value):
        raise _refuse(what, value, "CR, LF and NUL cannot be sent")
    if "${" in value:
        raise _refuse(what, value, "'${' would be run by the switch; percent-encode it")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise _refuse(what, value, "not valid Unicode text") from None
    return value


def _value(what: str, value: str) -> str:
    """A variable's value behind ``uuid_setvar``: the switch unescapes ``\\`` and quotes and trims blanks."""
    _line(what, value)
    if value != value.strip():
        raise _refuse(what, value, "blanks at an end would be cut")
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _originate_value(name: str, value: str) -> str:
    """A value inside ``originate {...}``.

    The switch finds the closing brace by counting braces, splits at commas and unescapes the text in several passes, so
    a backslash is written eight times and a quote or comma once escaped, all in single quotes. What would not come out
    the same is refused.
    """
    what = f"variable {name}"
    _line(what, value)
    if value != value.strip():
        raise _refuse(what, value, "blanks at an end would be cut")
    if value.count("'") > 1 or value[:1] == "'" or value[-1:] == "'" or ("'" in value and "," in value):
        raise _refuse(what, value, "single quotes at an end, in pairs or together with commas would be cut")
    if _SEPARATOR in value:
        raise _refuse(what, value, f"{_SEPARATOR!r} would begin another dial string")
    depth = 0
    for character in value:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            break
    if depth:
        raise _refuse(what, value, "braces must be in pairs")
    return "'" + value.replace("\\", "\\" * 8).replace("'", "\\'").replace(",", "\\,") + "'"


def _contact(contact: str, contacts: Mapping[str, str]) -> str:
    """'gw:NAME/NUMBER' or 'ext:EXTENSION' as a dial string. Raises UserNotRegistered for an unknown extension."""
    kind, _, rest = contact.partition(":")
    if kind == "gw":
        gateway, _, number = rest.partition("/")
        return f"sofia/gateway/{_word('gateway', gateway, _NUMBER)}/{_word('number', number, _NUMBER)}"
    if kind == "ext":
        found = contacts.get(_word("extension", rest, _NUMBER), "")
        if not found:
            raise UserNotRegistered(f"USER_NOT_REGISTERED: no phone is registered for extension {rest}")
        return _word("registered contact", found, _DIALABLE)
    raise _refuse("contact", contact, "neither gw:NAME/NUMBER nor ext:EXTENSION")


def is_dialable(contact: str) -> bool:
    """May this registered contact be put into a dial string? (It was written by a phone.)"""
    return _DIALABLE.fullmatch(contact) is not None


def _originate(c: s.Originate, contacts: Mapping[str, str]) -> str:
    leg = _word("leg", c.leg, _ID)
    action = "&park()"
    fixed = {
        "origination_uuid": leg,
        "originate_timeout": str(int(c.timeout_s)),
        "origination_caller_id_number": caller_number(c.caller_number),
        "origination_caller_id_name": caller_text(c.caller_name),
    }
    if c.connect_to:  # not api_on_answer: that runs beside the originate, which may then take the leg away from the bridge
        action = f"'&lua(cti_connect.lua {_word('connect_to', c.connect_to, _ID)} {leg})'"
    variables = {"ignore_early_media": "true", "outbound_redirect_fatal": "true", **c.variables, **fixed}
    quotes = [name for name, value in variables.items() if "'" in value]
    if len(quotes) > 1:  # once unescaped they would make one value of all that is between
        raise _refuse(f"variables {', '.join(quotes)}", variables[quotes[0]], "only one value may have a single quote")
    quoted = ",".join(
        f"{_word('variable name', name, _NAME)}={_originate_value(name, value)}" for name, value in variables.items() if value
    )
    return f"bgapi originate {{{quoted}}}{_contact(c.contact, contacts)} {action}\nJob-UUID: {_word('job_id', c.job_id, _ID)}"


def _execute(c: s.Execute) -> str:
    lines = [
        f"sendmsg {_word('leg', c.leg, _ID)}",
        "call-command: execute",
        f"execute-app-name: {_word('application', c.application, _NAME)}",
        f"Event-UUID: {_word('exec_id', c.exec_id, _ID)}",
    ]
    if c.argument:
        lines.insert(3, f"execute-app-arg: {_line('argument', c.argument)}")
    if c.queued:
        lines.append("event-lock: true")
    return "\n".join(lines)


def _set_global(c: s.SetGlobal) -> list[str]:
    name, value = _word("name", c.name, _NAME), _line("value", c.value)
    if "=" in value or (c.expected is not None and "=" in c.expected):
        raise _refuse("value", value, "'=' separates the compared value")
    if c.expected is None:
        return [f"api global_setvar {name}={value}"]
    return [f"api global_setvar {name}={value}={_line('expected', c.expected)}", f"api global_getvar {name}"]


def _set_variable(c: s.SetVariable) -> str:
    name = _word("variable name", c.name, _NAME)
    return f"api uuid_setvar {_leg(c)} {name} {_value(f'variable {name}', c.value)}".rstrip(" ")


def _api(c: s.Api) -> str:
    return f"api {_word('command', c.name, _NAME)} {_line('argument', c.argument)}".rstrip(" ")


_LISTEN_MODES: dict[s.ListenMode, str] = {"listen": "0", "whisper": "2", "barge": "3"}


def _join_room(c: s.JoinRoom) -> str:
    both = " -both" if c.both else ""
    return f"api uuid_transfer {_leg(c)}{both} conference:{_word('room', c.room, _ID)}@{ROOM_PROFILE},park inline"


def _mute_member(c: s.MuteMember) -> str:
    return f"api conference {_word('room', c.room, _ID)} {'mute' if c.muted else 'unmute'} {_word('member', c.member, _DIGITS)}"


def _mask(c: s.MaskRecording) -> str:
    return f"api uuid_record {_leg(c)} {'mask' if c.masked else 'unmask'} {_line('path', c.path)}"


def _leg(c: Any) -> str:
    return _word("leg", c.leg, _ID)


ENCODERS: dict[type[s.SwitchCommand], Callable[[Any], str | list[str]]] = {
    s.Execute: _execute,
    s.BridgeLegs: lambda c: f"api uuid_bridge {_leg(c)} {_word('other', c.other, _ID)}",
    s.ParkLeg: lambda c: f"api uuid_transfer {_leg(c)} park inline",
    s.JoinRoom: _join_room,
    s.MuteMember: _mute_member,
    s.Listen: lambda c: f"api uuid_transfer {_leg(c)} eavesdrop:{_word('target', c.target, _ID)},park inline",
    s.SetListenMode: lambda c: f"sendevent SEND_MESSAGE\nUnique-ID: {_leg(c)}\neavesdrop-command: {_LISTEN_MODES[c.mode]}",
    s.StartRecording: lambda c: f"api uuid_record {_leg(c)} start {_line('path', c.path)}",
    s.StopRecording: lambda c: f"api uuid_record {_leg(c)} stop {_line('path', c.path)}",
    s.MaskRecording: _mask,
    s.KillLeg: lambda c: f"api uuid_kill {_leg(c)} {_word('cause', c.cause, _CAUSE)}",
    s.SetVariable: _set_variable,
    s.PressDigits: lambda c: f"api uuid_recv_dtmf {_leg(c)} {_word('digits', c.digits, _DIGITS)}",
    s.BreakPlayback: lambda c: f"api uuid_break {_leg(c)} all",
    s.TransferLeg: lambda c: (
        f"api uuid_transfer {_leg(c)} {_word('destination', c.destination, _NUMBER)} XML {_word('context', c.context, _NUMBER)}"
    ),
    s.AnswerPhone: lambda c: f"api uuid_phone_event {_leg(c)} talk",
    s.DescribeLeg: lambda c: f"api uuid_dump {_leg(c)} json",
    s.LegExists: lambda c: f"api uuid_exists {_leg(c)}",
    s.AskMediaFlow: lambda c: f"api uuid_getvar {_leg(c)} remote_audio_media_flow",
    s.SetGlobal: _set_global,
    s.GetGlobal: lambda c: f"api global_getvar {_word('name', c.name, _NAME)}",
    s.ProbeExpansion: lambda c: "api eval ${strepoch()}",
    s.Api: _api,
}


def encode(command: s.SwitchCommand, contacts: Mapping[str, str] | None = None) -> list[bytes]:
    """The messages that carry one command, in order; each gets one reply. ``contacts``: extension -> dial string.

    Raises UnsafeText, or UserNotRegistered for an originate to an extension without a contact.
    """
    if isinstance(command, s.Originate):
        made: str | list[str] = _originate(command, contacts or {})
    else:
        encoder = ENCODERS.get(type(command))
        if encoder is None:
            raise UnknownCommand(f"no encoding for {type(command).__name__}")
        made = encoder(command)
    return [(message + "\n\n").encode() for message in ([made] if isinstance(made, str) else made)]


def joins(command: s.SetVariable) -> bool:
    """Whether this may travel in one message with others for the same leg."""
    return bool(_JOINABLE.fullmatch(command.value))


def encode_variables(commands: Sequence[s.SetVariable]) -> list[bytes]:
    """One message that sets all these variables of one leg; one reply. Each must be one that ``joins``."""
    if len(commands) == 1:
        return encode(commands[0])
    pairs = ";".join(f"{_word('variable name', c.name, _NAME)}={_word('value', c.value, _JOINABLE)}" for c in commands)
    return [f"api uuid_setvar_multi {_leg(commands[0])} {pairs}\n\n".encode()]
