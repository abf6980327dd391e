"""One websocket under Engine.IO: what it writes goes out whole, what it reads is bounded, and it always ends.

simple-websocket leaves a connection open for as long as the other side likes; ``abort`` ends TCP, which wakes everybody who waits
for it.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import gevent
import gevent.event
import gevent.selectors
import simple_websocket
import structlog
from engineio.async_drivers.gevent import Thread
from engineio.packet import Packet
from gevent.lock import BoundedSemaphore
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection
from wsproto.extensions import PerMessageDeflate
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from webapp.connections import end_tcp

log = structlog.get_logger(__name__)

GOODBYE_S = 1.0
ENDED = (simple_websocket.ConnectionClosed, LocalProtocolError, OSError)


def why_no_handshake(environ: Mapping[str, Any]) -> str:
    """What a request to become a websocket lacks, '' for nothing: the libraries behind answer such ones with 500."""
    head = "".join(f"{name[5:].replace('_', '-')}: {value}\r\n" for name, value in environ.items() if name.startswith("HTTP_"))
    asked = WSConnection(ConnectionType.SERVER)
    try:
        asked.receive_data(f"GET / HTTP/1.1\r\n{head}\r\n".encode())
        asked.send(AcceptConnection(extensions=[PerMessageDeflate()]))
    except (RemoteProtocolError, ValueError) as error:
        return f"no handshake of a websocket: {error}"
    return ""


class Whole:
    """A socket whose ``send`` takes all of it, one sender at a time: the other side never sees half a frame."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._turn = BoundedSemaphore(1)

    def send(self, data: bytes) -> int:
        with self._turn:
            self._connection.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        return self._connection.recv(size)

    def fileno(self) -> int:
        return self._connection.fileno()

    def settimeout(self, seconds: float) -> None:
        self._connection.settimeout(seconds)

    def shutdown(self) -> None:
        end_tcp(self._connection)

    def close(self) -> None:
        """The HTTP server holds the same connection: it ends for both."""
        self.shutdown()
        self._connection.close()


class Connection(simple_websocket.Server):
    """However the reader ends, who waits for a message hears of it."""

    sock: Whole
    connected: bool

    def handshake(self) -> None:
        self.sock = Whole(cast(socket.socket, self.sock))
        super().handshake()

    def _thread(self) -> None:
        try:
            super()._thread()
        except (ValueError, LookupError, RuntimeError) as error:  # what wsproto cannot read
            log.debug("a websocket said something else", error=repr(error))
        finally:
            self.connected = False
            self.event.set()
            self.sock.close()


class Wire:
    """Engine.IO's face of a websocket: called as a WSGI application it serves until the connection has ended."""

    def __init__(self, serve: Callable[[Wire], Iterable[bytes]], largest: int) -> None:
        self._serve = serve
        self._largest = largest
        self._connection: Connection | None = None

    def __call__(self, environ: dict[str, Any], start_response: object) -> Iterable[bytes]:
        self._connection = Connection(
            environ,
            max_message_size=self._largest,
            thread_class=Thread,
            event_class=gevent.event.Event,
            selector_class=gevent.selectors.DefaultSelector,
        )
        try:
            return self._serve(self)
        finally:
            self.abort()

    @property
    def socket(self) -> Whole | None:
        """Engine.IO sets its time-out: the ping's interval and patience together."""
        return None if self._connection is None else self._connection.sock

    def send(self, message: str | bytes) -> None:
        """Raises OSError when the connection has ended or takes nothing."""
        assert self._connection is not None
        try:
            self._connection.send(message)
        except ENDED as error:
            raise OSError("the websocket has ended") from error

    def wait(self) -> str | bytes | None:
        """The next message; None: the connection has ended, or what came is no packet and ends it."""
        assert self._connection is not None
        try:
            message: str | bytes = self._connection.receive()
            Packet(encoded_packet=message)
        except simple_websocket.ConnectionClosed:
            return None
        except ValueError as error:
            log.debug("a websocket said what is no packet", error=str(error)[:200])
            return None
        return message

    def close(self) -> None:
        """Says good-bye, if that goes out at once, and ends the connection."""
        if self._connection is not None and self._connection.connected:
            with gevent.Timeout(GOODBYE_S, False), contextlib.suppress(*ENDED):
                self._connection.close()
        self.abort()

    def abort(self) -> None:
        """End TCP now."""
        if self._connection is not None:
            self._connection.sock.shutdown()
