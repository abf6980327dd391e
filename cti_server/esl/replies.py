"""What the switch answered, as an outcome or as typed rows. Some commands lie: the table below says which words mean failure.

``show ... as json``, ``uuid_dump UUID json``, ``sofia xmlstatus gateway`` and ``status`` have a parser each.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from cti_server.domain import switch as s
from cti_server.domain.border import digits
from cti_server.domain.foreign_text import readable, readable_json
from cti_server.domain.record import plain
from cti_server.errors import CtiError
from cti_server.esl.events import BrokenEvent, Headers, json_headers, moment_ms, number, outside, text
from cti_server.esl.framing import Frame
from cti_server.esl.translate import cti_variables

FAILURES = ("-ERR", "-USAGE", "Invalid Gateway!", "Invalid Profile", "INVALID COMMAND!", "ERR ")
"""First words of an answer that mean the command did nothing."""

_UUID = re.compile(r'"uuid":"([^"\\]+)"')
NOT_SET = "-ERR no reply"
NO_VARIABLE = "_undef_"
GONE = "-ERR No such channel"


class BadAnswer(CtiError, id="bad-answer"):
    """The switch's answer cannot be read."""


def reply_text(frame: Frame) -> str:
    """The answer of a command/reply or api/response frame, without the blanks around it."""
    answer = frame.headers.get("Reply-Text")
    return (_body(frame.body) if answer is None else answer).strip()


def _body(raw: bytes) -> str:
    """JSON keeps its form when some of its texts are not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return orjson.dumps(readable_json(raw)).decode()
    except (ValueError, TypeError, RecursionError):
        return readable(raw)


def outcome(command: s.SwitchCommand, answers: Sequence[str]) -> s.CommandOutcome:
    """The one outcome of a command from the answers to its messages: the first failure, else the last answer.

    A compare-and-set answers +OK also when it did nothing, so its second answer (the value read back) decides. A global
    variable that is not set reads as '-ERR no reply', which is an empty value.
    """
    if isinstance(command, s.GetGlobal | s.SetGlobal):
        answers = ["" if answer == NOT_SET else answer for answer in answers]
    if isinstance(command, s.DescribeLeg):
        return _described(answers[-1])
    if isinstance(command, s.AskMediaFlow) and answers[-1] == NO_VARIABLE:
        return s.CommandOutcome(True, "")
    for answer in answers:
        if answer.startswith(FAILURES):
            return s.CommandOutcome(False, answer)
    if isinstance(command, s.SetGlobal) and command.expected is not None:
        return s.CommandOutcome(answers[-1] == command.value, answers[-1])
    return s.CommandOutcome(True, answers[-1] if answers else "")


def _described(answer: str) -> s.CommandOutcome:
    if answer.startswith(GONE):
        return s.CommandOutcome(True, "")
    try:
        return s.CommandOutcome(True, orjson.dumps(plain(channel_report("", channel_dump(answer)))).decode())
    except BrokenEvent:
        return s.CommandOutcome(False, answer[:200])


def json_rows(answer: str) -> list[dict[str, str]]:
    """Rows of ``show ... as json``. Raises BadAnswer (also for -ERR)."""
    try:
        rows = orjson.loads(answer).get("rows", [])
    except (orjson.JSONDecodeError, AttributeError):
        rows = None
    if not isinstance(rows, list):
        raise BadAnswer(f"show ... as json answered {answer[:60]!r}")
    return [row for row in rows if isinstance(row, dict)]


def channel_ids(answer: str) -> list[str]:
    """UUIDs of ``show channels as json``, found without reading the rows: thousands of legs are megabytes every few seconds.

    No value can hold the pattern, its quotes would be escaped. Raises BadAnswer (also for -ERR).
    """
    if not (answer.startswith("{") and answer.endswith("}")):
        raise BadAnswer(f"show channels as json answered {answer[:60]!r}")
    return _UUID.findall(answer)


def registrations(node: str, answer: str, now_ms: int) -> list[s.PhoneRegistered]:
    """``show registrations as json``. Its ``expires`` is a moment in UTC seconds; ours is the time left."""
    now_s = now_ms // 1000
    return [
        s.PhoneRegistered(
            node, 0, text(row, "reg_user"), text(row, "realm"), text(row, "url"), text(row, "network_ip"),
            number(row, "network_port"), "", max(0, number(row, "expires") - now_s) if now_s else 0, text(row, "token"),
        )
        for row in json_rows(answer)
    ]  # fmt: skip


def channel_dump(answer: str) -> Headers:
    """The headers of ``uuid_dump UUID json``. Raises BrokenEvent (the channel is gone: -ERR)."""
    return json_headers(answer.encode())


_TALKING = ("CS_EXCHANGE_MEDIA", "CS_SOFT_EXECUTE")


def channel_report(node: str, headers: Headers) -> s.ChannelSnapshot:
    """One live channel. A parked leg keeps stale bridge headers, so only a talking state names a partner."""
    state = text(headers, "Channel-State")
    runs = text(headers, "variable_current_application") if state == "CS_EXECUTE" else ""
    argument = text(headers, "variable_current_application_data")
    return s.ChannelSnapshot(
        node=node,
        leg=text(headers, "Unique-ID"),
        direction=text(headers, "Call-Direction"),
        state=state,
        answered=text(headers, "Answer-State") == "answered",
        bridged_to=text(headers, "variable_bridge_to") if state in _TALKING else "",
        caller_number=outside(headers, "Caller-Caller-ID-Number"),
        caller_name=outside(headers, "Caller-Caller-ID-Name"),
        destination=text(headers, "Caller-Destination-Number"),
        context=text(headers, "Caller-Context"),
        created_ms=moment_ms(headers, "Caller-Channel-Created-Time"),
        answered_ms=moment_ms(headers, "Caller-Channel-Answered-Time"),
        cti=cti_variables(headers),
        switch_ms=moment_ms(headers, "Event-Date-Timestamp"),
        room=argument.partition("@")[0] if runs == "conference" else "",
        member=text(headers, "variable_conference_member_id") if runs == "conference" else "",
        runs="variable_current_loop" in headers,
        listens_to=argument if runs == "eavesdrop" else "",
    )


def _xml(answer: str) -> ET.Element:
    """A document from the switch, never with a document type. Raises BadAnswer."""
    if "<!DOCTYPE" in answer or "<!ENTITY" in answer:
        raise BadAnswer("the switch's XML declares entities, which are refused")
    try:
        return ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", answer))  # noqa: S314 - entities are refused above
    except ET.ParseError as error:
        raise BadAnswer(f"the switch answered no XML: {answer[:60]!r}") from error


@dataclass(frozen=True, slots=True)
class GatewayStatus:
    """One gateway of ``sofia xmlstatus gateway``. ``ping_ms`` 0 when it is not pinged; counters since the gateway loaded."""

    name: str
    profile: str
    state: str
    status: str
    ping_ms: float
    calls_in: int
    calls_out: int
    failed_in: int
    failed_out: int


def gateways(answer: str) -> list[GatewayStatus]:
    """``sofia xmlstatus gateway`` (all) or ``sofia xmlstatus gateway NAME`` (one)."""
    root = _xml(answer)
    return [_gateway(element) for element in ([root] if root.tag == "gateway" else root.iter("gateway"))]


def _gateway(element: ET.Element) -> GatewayStatus:
    fields = {child.tag: (child.text or "").strip() for child in element}
    ping = fields.get("pingtime", "")
    return GatewayStatus(
        name=fields.get("name", ""),
        profile=fields.get("profile", ""),
        state=fields.get("state", ""),
        status=fields.get("status", ""),
        ping_ms=float(ping) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", ping) else 0.0,
        calls_in=number(fields, "calls-in"),
        calls_out=number(fields, "calls-out"),
        failed_in=number(fields, "failed-calls-in"),
        failed_out=number(fields, "failed-calls-out"),
    )


@dataclass(frozen=True, slots=True)
class SwitchStatus:
    """``status``: sessions now and allowed, sessions a second allowed, and the version."""

    version: str
    sessions: int
    max_sessions: int
    sessions_per_second: int


def status(answer: str) -> SwitchStatus:
    """Raises BadAnswer when it is not the text of ``status``."""
    version = re.search(r"\(Version ([^ )]+)", answer)
    now = re.search(r"^(\d+) session\(s\) - peak", answer, re.MULTILINE)
    rate = re.search(r"out of max (\d+)", answer)
    most = re.search(r"^(\d+) session\(s\) max", answer, re.MULTILINE)
    if not (version and now and rate and most):
        raise BadAnswer(f"status answered {answer[:60]!r}")
    return SwitchStatus(version[1][:60], digits(now[1]), digits(most[1]), digits(rate[1]))
