"""Events as the switch writes them: the common head, and the two wire forms (plain with percent-encoded values, JSON)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

import orjson

Value = str | list[str]
SAFE = "/,()$'!*~"  # besides letters, digits and -._ ; everything else leaves percent-encoded

# Every kind that `event plain KIND` accepts; any other word is not a kind.
_KINDS = (
    "CUSTOM CLONE CHANNEL_CREATE CHANNEL_DESTROY CHANNEL_STATE CHANNEL_CALLSTATE CHANNEL_ANSWER CHANNEL_HANGUP "
    "CHANNEL_HANGUP_COMPLETE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HOLD CHANNEL_UNHOLD CHANNEL_BRIDGE "
    "CHANNEL_UNBRIDGE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_OUTGOING CHANNEL_PARK CHANNEL_UNPARK "
    "CHANNEL_APPLICATION CHANNEL_ORIGINATE CHANNEL_UUID API LOG INBOUND_CHAN OUTBOUND_CHAN STARTUP SHUTDOWN PUBLISH "
    "UNPUBLISH TALK NOTALK SESSION_CRASH MODULE_LOAD MODULE_UNLOAD DTMF MESSAGE PRESENCE_IN NOTIFY_IN PRESENCE_OUT "
    "PRESENCE_PROBE MESSAGE_WAITING MESSAGE_QUERY ROSTER CODEC BACKGROUND_JOB DETECTED_SPEECH DETECTED_TONE "
    "PRIVATE_COMMAND HEARTBEAT TRAP ADD_SCHEDULE DEL_SCHEDULE EXE_SCHEDULE RE_SCHEDULE RELOADXML NOTIFY PHONE_FEATURE "
    "PHONE_FEATURE_SUBSCRIBE SEND_MESSAGE RECV_MESSAGE REQUEST_PARAMS CHANNEL_DATA GENERAL COMMAND SESSION_HEARTBEAT "
    "CLIENT_DISCONNECTED SERVER_DISCONNECTED SEND_INFO RECV_INFO RECV_RTCP_MESSAGE SEND_RTCP_MESSAGE CALL_SECURE NAT "
    "RECORD_START RECORD_STOP PLAYBACK_START PLAYBACK_STOP CALL_UPDATE FAILURE SOCKET_DATA MEDIA_BUG_START "
    "MEDIA_BUG_STOP CONFERENCE_DATA_QUERY CONFERENCE_DATA CALL_SETUP_REQ CALL_SETUP_RESULT CALL_DETAIL DEVICE_STATE "
    "TEXT SHUTDOWN_REQUESTED ALL"
)
KINDS = frozenset(_KINDS.split())


def encode_value(value: Value) -> str:
    """One header value as `event plain` carries it; a list is the switch's ARRAY form."""
    if isinstance(value, list):
        value = "ARRAY::" + "|:".join(value)
    return quote(value, safe=SAFE)


@dataclass(eq=False)
class Event:
    """One event; its bytes are made once per wire form, when the first listener wants them."""

    headers: dict[str, Value]
    body: str = ""

    @cached_property
    def plain(self) -> bytes:
        """The whole frame of an `event plain` listener."""
        inner = plain_text(self.headers, self.body)
        return b"Content-Length: %d\nContent-Type: text/event-plain\n\n%b" % (len(inner), inner)

    @cached_property
    def json(self) -> bytes:
        """The whole frame of an `event json` listener."""
        inner = json_text(self.headers, self.body)
        return b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(inner), inner)


def plain_text(headers: Mapping[str, Value], body: str = "") -> bytes:
    lines = [f"{name}: {encode_value(value)}" for name, value in headers.items()]
    if body:
        data = body.encode()
        return "\n".join(lines).encode() + b"\nContent-Length: %d\n\n%b" % (len(data), data)
    return "\n".join(lines).encode() + b"\n\n"


def json_text(headers: Mapping[str, Value], body: str = "") -> bytes:
    if not body:
        return orjson.dumps(headers)
    return orjson.dumps({**headers, "Content-Length": str(len(body.encode())), "_body": body})


class Head:
    """The headers every event starts with. Dates are written once a second, the sequence counts every event fired."""

    def __init__(self, core_uuid: str, switchname: str) -> None:
        self.core_uuid = core_uuid
        self.switchname = switchname
        self.sequence = 0
        self._second = -1
        self._local = self._gmt = ""

    def make(self, name: str, now_us: int) -> dict[str, Value]:
        second = now_us // 1_000_000
        if second != self._second:
            self._second = second
            at = time.gmtime(second)
            self._local = time.strftime("%Y-%m-%d %H:%M:%S", at)
            self._gmt = time.strftime("%a, %d %b %Y %H:%M:%S GMT", at)
        return {
            "Event-Name": name,
            "Core-UUID": self.core_uuid,
            "FreeSWITCH-Hostname": "simulator",
            "FreeSWITCH-Switchname": self.switchname,
            "FreeSWITCH-IPv4": "127.0.0.1",
            "FreeSWITCH-IPv6": "::1",
            "Event-Date-Local": self._local,
            "Event-Date-GMT": self._gmt,
            "Event-Date-Timestamp": str(now_us),
            "Event-Calling-File": "simulator",
            "Event-Calling-Function": "fire",
            "Event-Calling-Line-Number": "1",
            "Event-Sequence": str(self.sequence),
        }
