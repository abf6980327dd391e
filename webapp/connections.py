"""The HTTP side of strangers: a request is said in time, an answer is taken, and no number of connections fills the process.

gevent's pywsgi waits for ever for whoever is silent. Here TLS, the request line and the header have ``head_s`` each, the body has
``body_s``, an answer that nobody takes ``stalled_s``. When all connections are taken, the one that waits longest for a request to
be said gives place; what is being served is left alone.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from time import monotonic
from typing import Any

import gevent
import structlog
from gevent.pywsgi import Input, WSGIHandler, WSGIServer

from webapp.limits import Limits

log = structlog.get_logger(__name__)

LEFT_OVER = 1_048_576
"""Bytes of a body that nobody read which are taken in, so that the connection can be used again; with more it is closed."""
NO_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class TooSlow(TimeoutError):
    """The other side took longer than it may."""


def end_tcp(connection: Any) -> None:
    """End a connection under whoever uses it, TLS or not: readers see its end, writers an error."""
    with contextlib.suppress(OSError):
        getattr(connection, "_sock", connection).shutdown(socket.SHUT_RDWR)


class Head:
    """The lines of a request's head, ``left`` bytes together. Raises ValueError for more."""

    def __init__(self, stream: Any, left: int) -> None:
        self._stream = stream
        self._left = left

    def readline(self, size: int) -> bytes:
        line = bytes(self._stream.readline(min(size, self._left + 1)))
        self._left -= len(line)
        if self._left < 0:
            raise ValueError("the head of the request is too long")
        return line


class Body(Input):
    """A request's body: waiting for it takes ``seconds`` in all. Raises TooSlow.

    ``unread``: some of it is still to come, so the connection cannot be used again.
    """

    __slots__ = ("left_s", "unread")

    def __init__(self, whole: Input, seconds: float) -> None:
        super().__init__(whole.rfile, whole.content_length, whole.socket, whole.chunked_input)
        self.left_s = seconds
        self.unread = False

    def read(self, length: int | None = None) -> bytes:
        return self._timely(super().read, length)

    def readline(self, size: int | None = None) -> bytes:
        return self._timely(super().readline, size)

    def _timely(self, read: Callable[[int | None], bytes], size: int | None) -> bytes:
        begun_s = monotonic()
        try:
            with gevent.Timeout(max(0.001, self.left_s), TooSlow("the body of the request came too slowly")):
                return read(size)
        except TooSlow:
            self.unread = True
            raise
        finally:
            self.left_s -= monotonic() - begun_s

    def _discard(self) -> None:
        unfinished = self.chunked_input and self.chunk_length != 0
        if self.unread or unfinished or (self.content_length or 0) - self.position > LEFT_OVER:
            self.unread = True
        elif not self.chunked_input:
            super()._discard()


class Handler(WSGIHandler):
    """One connection. ``key``: the connection as the server knows it."""

    server: Connections
    rfile: Any
    wsgi_input: Any
    key: object = None
    requests = 0

    def read_requestline(self) -> str:
        limits = self.server.limits
        self.server.waits(self.key, lambda: end_tcp(self.socket))
        with gevent.Timeout(limits.idle_s if self.requests else limits.head_s, TooSlow("no request came")):
            return str(super().read_requestline())

    def read_request(self, raw_requestline: str) -> bool:
        stream, limits = self.rfile, self.server.limits
        self.rfile = Head(stream, limits.head_bytes)
        try:
            with gevent.Timeout(limits.head_s, TooSlow("the head of the request came too slowly")):
                good = bool(super().read_request(raw_requestline))
        finally:
            self.rfile = stream
        if self._connection_upgrade_requested() and (self.content_length or "transfer-encoding" in self.headers):
            raise ValueError("an upgrade has no body")
        self.server.said(self.key)
        return good

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        body = Body(self.wsgi_input, self.server.limits.body_s)
        if environ["wsgi.input"] is self.wsgi_input:
            environ["wsgi.input"] = body
        self.wsgi_input = body
        return environ

    def handle_one_response(self) -> None:
        super().handle_one_response()
        self.requests += 1
        if self.wsgi_input.unread or self._connection_upgrade_requested():
            self.close_connection = True

    def _handle_client_error(self, ex: Exception) -> tuple[str, bytes]:
        error = getattr(ex, "formatted_message", None) or str(ex) or type(ex).__name__
        log.debug("a connection said what is no request", address=str(self.client_address[0]), error=str(error)[:200])
        return "400", NO_REQUEST


class Connections(WSGIServer):
    """A WSGI server that holds at most ``limits.connections``."""

    handler_class = Handler

    def __init__(self, listener: object, application: object, limits: Limits, **options: Any) -> None:
        super().__init__(listener, application, **options)
        self.limits = limits
        self._open: set[object] = set()
        self._waiting: dict[object, Callable[[], object]] = {}  # the longest waiting first -> what ends it

    # ------------------------------------------------------------ from gevent

    def do_handle(self, client: Any, address: Any) -> None:
        if len(self._open) >= self.limits.connections and not self._give_place():
            log.warning("a connection is refused: this process has all that it can hold", connections=len(self._open))
            client.close()
            return
        client.settimeout(self.limits.stalled_s)
        self._open.add(client)
        self.waits(client, lambda: end_tcp(client))
        super().do_handle(client, address)

    def do_close(self, client: Any, *args: Any) -> None:
        self._open.discard(client)
        self._waiting.pop(client, None)
        super().do_close(client, *args)

    def handle(self, client: Any, address: Any) -> None:
        self._serve(client, client, address)

    def wrap_socket_and_handle(self, client: Any, address: Any) -> None:
        here = gevent.getcurrent()
        self.waits(client, lambda: gevent.kill(here, TooSlow("others wait")))
        try:
            with gevent.Timeout(self.limits.head_s, TooSlow("TLS did not begin")):
                wrapped = self.wrap_socket(client, **self.ssl_args)
        except (OSError, ValueError) as error:  # ssl.SSLError too
            log.debug("a connection speaks no TLS", address=str(address[0]), error=str(error)[:200])
            return
        with contextlib.closing(wrapped):
            self._serve(client, wrapped, address)

    def _serve(self, key: object, connection: Any, address: Any) -> None:
        handler = self.handler_class(connection, address, self)
        handler.key = key
        handler.handle()

    # ------------------------------------------------------------ who waits

    def waits(self, key: object, end: Callable[[], object]) -> None:
        """This connection waits from now on for its client to say a request."""
        self._waiting.pop(key, None)
        self._waiting[key] = end

    def said(self, key: object) -> None:
        self._waiting.pop(key, None)

    def _give_place(self) -> bool:
        oldest = next(iter(self._waiting), None)
        if oldest is None:
            return False
        self._waiting.pop(oldest)()
        return True
