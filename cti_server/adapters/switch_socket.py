"""One connection to a switch's event socket: greenswitch's InboundESL with its input and output replaced by ours.

The public methods and their meaning stay (connect, send, register_handle, unregister_handle, process_events, stop,
before_handle/after_handle). New: every wait has a deadline, commands are pipelined and their replies matched in order,
handlers keep order per channel only, what was received before a disconnect is still handled and then DISCONNECT comes.
The password is sent and never logged.
"""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gevent
import gevent.socket as socket
from gevent.event import AsyncResult, Event
from greenswitch import InboundESL
from greenswitch.esl import ESLEvent, NotConnectedError

from cti_server.adapters.switch_lanes import Lanes
from cti_server.errors import CtiError
from cti_server.esl.encode import UnsafeText
from cti_server.esl.events import event_headers
from cti_server.esl.framing import Frame, FrameParser, FramingError
from cti_server.esl.replies import reply_text

log = logging.getLogger(__name__)

RECEIVE_BYTES = 256 * 1024
BUFFER_BYTES = 4 * 1024 * 1024  # a switch that finds the connection full sleeps 10 ms before it goes on
REST_S = 0.005  # a switch writes an event in two parts every 0.4 ms: reading each of them at once costs a wake-up for each
MOST_OUTSTANDING = 50_000
_HEADER_LINE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*: ?[^\n]*")
_REPLIES = ("command/reply", "api/response")


class CommandDeadline(NotConnectedError):  # type: ignore[misc]
    """The switch did not answer in time; whether it did the command is unknown."""


class SocketEvent(ESLEvent):  # type: ignore[misc]
    """What handlers get: ``headers`` (a list where the switch repeated one) and ``data`` (the body, '' without one)."""

    def __init__(self, headers: dict[str, Any], data: str = "") -> None:
        self.headers = headers
        self.data = data


@dataclass(slots=True)
class _Pending:
    """A request that waits for ``count`` replies; ``done`` gets them all, or None when the connection went first."""

    count: int
    done: Callable[[list[Frame] | None], None]
    replies: list[Frame] = field(default_factory=list)


def check_message(data: str) -> str:
    """One message, no more: raises UnsafeText for a blank line, CR, NUL or a line that is no header."""
    first, *headers = data.split("\n")
    if not first or "\r" in data or "\0" in data or not all(_HEADER_LINE.fullmatch(line) for line in headers):
        raise UnsafeText(f"an event-socket command is one line and header lines, not {first[:40]!r}...")
    return data


class EventSocket(InboundESL):  # type: ignore[misc]
    """``on_frames``: takes event frames in batches instead of the registered handlers. ``on_close``: told the reason, once."""

    def __init__(
        self,
        host: str,
        port: int,
        password: str,
        timeout: float = 5,
        *,
        command_deadline_s: float = 10.0,
        on_frames: Callable[[list[Frame]], None] | None = None,
        on_close: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(host, port, password, timeout)
        self.command_deadline_s = command_deadline_s
        self.heard_s = 0.0  # monotonic moment of the last bytes
        self._on_frames = on_frames
        self._on_close = on_close
        self._lanes = Lanes()
        self._reset()

    def _reset(self) -> None:
        self._parser = FrameParser()
        self._pending: deque[_Pending] = deque()
        self._outbox: list[bytes] = []
        self._writable = Event()
        self._auth_request_event = Event()
        self._reason = ""
        self._run = True
        self._lingering = False
        self.sock: Any = None
        self._writer: gevent.Greenlet | None = None

    # ------------------------------------------------------------ public API of InboundESL

    def connect(self) -> None:
        """Connect (IPv4 or IPv6) and authenticate, all within ``timeout``.

        Raises OSError when nothing listens, NotConnectedError when the peer is silent or refuses, ValueError for a
        wrong password.
        """
        self._reset()
        until = time.monotonic() + self.timeout
        try:
            self.sock = socket.create_connection((self.host, self.port), timeout=self.timeout)
        except TimeoutError:
            raise NotConnectedError(f"{self.host}:{self.port} did not answer within {self.timeout} s") from None
        self.sock.settimeout(None)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self.connected = True
        self.heard_s = time.monotonic()
        self.start_event_handlers()
        try:
            self._auth_request_event.wait(max(0.01, until - time.monotonic()))
            if not self.connected or not self._auth_request_event.is_set():
                raise NotConnectedError(self._reason or f"{self.host}:{self.port} sent no greeting within {self.timeout} s")
            self._authenticate(max(0.01, until - time.monotonic()))
        except BaseException:
            self.close("not authenticated")
            raise

    def _authenticate(self, deadline_s: float) -> None:
        response = self.send(f"auth {self.password}", deadline_s)
        if response.headers.get("Reply-Text") != "+OK accepted":
            raise ValueError("Invalid password.")

    def start_event_handlers(self) -> None:
        self._receive_events_greenlet = gevent.spawn(self.receive_events)
        self._writer = gevent.spawn(self._write)
        if self._on_frames is None:
            self._process_events_greenlet = gevent.spawn(self.process_events)

    def send(self, data: str, deadline_s: float | None = None) -> SocketEvent:
        """Send one command and wait for its reply: ``headers``, and ``data`` (Reply-Text, or the body of an api answer).

        Raises NotConnectedError, CommandDeadline, UnsafeText.
        """
        message = (check_message(data) + "\n\n").encode()
        result: AsyncResult[list[Frame] | None] = AsyncResult()
        self.request([message], result.set)
        deadline_s = self.command_deadline_s if deadline_s is None else deadline_s
        try:
            replies = result.get(timeout=deadline_s)
        except gevent.Timeout:
            raise CommandDeadline(f"no reply within {deadline_s} s") from None
        if replies is None:
            raise NotConnectedError(self._reason)
        frame = replies[-1]
        answer = frame.headers.get("Reply-Text")
        return SocketEvent(dict(frame.headers), frame.body.decode("utf-8", "replace") if answer is None else answer)

    def process_events(self) -> None:
        """Hand queued events to their handlers, each channel's in order, until the connection is gone and all is handled."""
        for event in self._esl_event_queue:
            if event.headers.get("Content-Type") == "text/disconnect-notice":
                self._lanes.idle.wait()
            handlers = self._handlers(event)
            if handlers:
                self._lanes.put(_lane(event), partial(self._handle, event, handlers))

    def stop(self) -> None:
        """Leave: 'exit' to the switch, close, and wait until the receiver has ended. Safe to call twice."""
        if self.connected:
            try:
                self.send("exit", 1.0)
            except NotConnectedError:
                log.debug("event socket %s:%s left without a goodbye", self.host, self.port)
        self.close("stopped")
        self.join()

    # ------------------------------------------------------------ what the link uses

    def request(self, messages: Sequence[bytes], done: Callable[[list[Frame] | None], None]) -> None:
        """Send without waiting. ``done`` is called once with one reply per message, or with None when the connection went.

        Queueing the bytes and awaiting the reply are one step: replies cannot be swapped. Raises NotConnectedError.
        """
        if not self.connected:
            raise NotConnectedError(self._reason or "not connected")
        if len(self._pending) >= MOST_OUTSTANDING:
            raise NotConnectedError("too many commands wait for the switch")
        self._pending.append(_Pending(len(messages), done))
        self._outbox.extend(messages)
        self._writable.set()

    def close(self, reason: str) -> None:
        """Drop the connection now; what was received is still handled."""
        self._reason = self._reason or reason
        self.connected = False
        if self.sock is not None:
            self.sock.close()

    def join(self) -> None:
        """Wait until the receiver has ended and every pending command was told (not for the handlers)."""
        reader = self._receive_events_greenlet
        if reader is not None and reader is not gevent.getcurrent():
            reader.join(1.0)

    # ------------------------------------------------------------ receiving

    def receive_events(self) -> None:
        """Read until the end; whatever ends it, the pending commands are woken and the disconnect is told."""
        reason = "the receiver failed"
        try:
            reason = self._receive()
        except (OSError, FramingError) as error:
            reason = str(error)
        finally:
            self._closed(reason)

    def _receive(self) -> str:
        while self._run:
            data = self.sock.recv(RECEIVE_BYTES)
            if not data:
                return "the switch closed the connection"
            self.heard_s = time.monotonic()
            self._take(self._parser.feed(data))
            if self._parser.broken:
                self._parser.feed(b"")
            gevent.sleep(REST_S)
        return self._reason

    def _take(self, frames: list[Frame]) -> None:
        events: list[Frame] = []
        for frame in frames:
            kind = frame.content_type
            if kind in _REPLIES:
                self._reply(frame)
            elif kind == "auth/request":
                self._auth_request_event.set()
            elif kind == "text/disconnect-notice":
                self._notice(frame)
            elif kind == "text/rude-rejection":
                self._run = False
                self._reason = "the switch refuses this address: " + frame.body.decode("utf-8", "replace").strip()
            else:
                events.append(frame)
        if events:
            self._deliver(events)

    def _reply(self, frame: Frame) -> None:
        if not self._pending:
            raise FramingError("a reply that nobody waits for", 0, reply_text(frame)[:60])
        pending = self._pending[0]
        pending.replies.append(frame)
        if len(pending.replies) == pending.count:
            self._pending.popleft()
            pending.done(pending.replies)

    def _notice(self, frame: Frame) -> None:
        if frame.headers.get("Content-Disposition") == "linger":
            self._lingering = True
        else:
            self._run = False
            self._reason = self._reason or "the switch said goodbye"

    def _deliver(self, frames: list[Frame]) -> None:
        if self._on_frames is not None:
            self._on_frames(frames)
            return
        for frame in frames:
            event = _event(frame)
            if event is not None:
                self._esl_event_queue.put(event)

    def _closed(self, reason: str) -> None:
        self._reason = self._reason or reason
        self._run = False
        self.connected = False
        self._auth_request_event.set()
        self._writable.set()
        self.sock.close()
        pending, self._pending = self._pending, deque()
        for waiting in pending:
            waiting.done(None)
        if self._on_frames is None:
            self._esl_event_queue.put(SocketEvent({"Content-Type": "text/disconnect-notice"}, self._reason))
            self._esl_event_queue.put(StopIteration)
        if self._on_close is not None:
            self._on_close(self._reason)

    # ------------------------------------------------------------ sending, handling

    def _write(self) -> None:
        try:
            while True:
                self._writable.wait()
                self._writable.clear()
                if not self.connected:
                    return
                chunk, self._outbox = b"".join(self._outbox), []
                if chunk:
                    self.sock.sendall(chunk)
        except OSError as error:
            self.close(str(error))

    def _handlers(self, event: SocketEvent) -> list[Callable[[Any], Any]]:
        headers, table = event.headers, self.event_handlers
        kind = headers.get("Content-Type")
        if kind == "text/disconnect-notice":
            found = table.get("DISCONNECT")
        else:
            name = headers.get("Event-Name")
            found = table.get(headers.get("Event-Subclass") if name == "CUSTOM" else name)
            if not found and kind == "log/data":
                found = table.get("log")
        return list(found or table.get("*") or ())

    def _handle(self, event: SocketEvent, handlers: list[Callable[[Any], Any]]) -> None:
        before, after = getattr(self, "before_handle", None), getattr(self, "after_handle", None)
        for handler in [*([before] if before else []), *handlers, *([after] if after else [])]:
            handler(event)


def _event(frame: Frame) -> SocketEvent | None:
    """A frame as handlers see it, None (and a line in the log) for an event that cannot be read."""
    try:
        found = event_headers(frame)
    except CtiError as error:
        log.warning("%s", error)
        return None
    if found is None:
        return SocketEvent(dict(frame.headers), frame.body.decode("utf-8", "replace"))
    headers = {"Content-Type": frame.content_type, **found}
    body = headers.pop("_body", "")
    return SocketEvent(headers, body if isinstance(body, str) else body[-1])


def _lane(event: SocketEvent) -> str:
    """Events of one channel share a lane; others share one per name."""
    headers = event.headers
    return str(
        headers.get("Unique-ID") or headers.get("Event-Subclass") or headers.get("Event-Name") or headers.get("Content-Type")
    )
