"""The door before Socket.IO's handlers: who may hold a transport, and which of its packets reach anybody.

A transport (Engine.IO's id, one websocket) brings its ticket within ``ticket_s`` in its only connect packet, or it is closed.
While it has none it counts for its address and for the process, and where too many wait the one that waits longest gives place:
whoever has a ticket brings it at once. After that only the events in ``names`` come in; leaving closes the transport.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gevent
import socketio
import structlog
from socketio.packet import CONNECT, DISCONNECT, EVENT

from webapp.limits import Limits
from webapp.realtime.wire import Wire, why_no_handshake

log = structlog.get_logger(__name__)

NAMESPACE = "/"
LAST_WORDS_S = 2.0
"""What was said before the end may still go out for so long."""
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What decoding a packet raises that is none."""


@dataclass(slots=True)
class _Transport:
    address: str
    deadline: gevent.Greenlet
    asked: bool = False  # its connect packet came


class Door:
    """Stands between the Engine.IO server of ``server`` and its Socket.IO side.

    ``names``: events that clients may send. ``address``: WSGI environment -> the client's address, None for a host that is not
    served. ``largest``: bytes of a message.
    """

    def __init__(
        self,
        server: socketio.Server,
        names: frozenset[str],
        address: Callable[[Mapping[str, Any]], str | None],
        limits: Limits,
        largest: int,
    ) -> None:
        self._server = server
        self._names = names
        self._address = address
        self._limits = limits
        self._transports: dict[str, _Transport] = {}
        self._waiting: dict[str, None] = {}  # without a ticket, the oldest first
        self._waiting_at: dict[str, dict[str, None]] = {}  # address -> the same of this address
        self._wires: dict[str, Wire] = {}
        engine = server.eio
        self._inner = {name: engine.handlers[name] for name in ("connect", "message", "disconnect")}
        engine.on("connect", self.connect)
        engine.on("message", self.message)
        engine.on("disconnect", self.disconnect)
        engine._async = {**engine._async, "websocket": lambda serve, _: self._wire(serve, largest)}

    def __len__(self) -> int:
        return len(self._transports)

    @property
    def waiting(self) -> int:
        """How many have no ticket yet."""
        return len(self._waiting)

    # ------------------------------------------------------------ from Engine.IO

    def connect(self, transport: str, environ: Mapping[str, Any]) -> Any:
        """Anything but None refuses the handshake."""
        address = self._address(environ)
        if address is None:
            return "this host is not served here"
        if why := why_no_handshake(environ):
            return why
        if len(self._transports) >= self._limits.sockets and not self._give_place(self._waiting):
            log.warning("a websocket is refused: this process has all that it can hold", sockets=len(self._transports))
            return "too many sockets"
        here = self._waiting_at.get(address, {})
        if len(here) >= self._limits.without_ticket_each:
            self._give_place(here)
        elif len(self._waiting) >= self._limits.without_ticket:
            self._give_place(self._waiting)
        deadline = gevent.spawn_later(self._limits.ticket_s, self.close, transport)
        self._transports[transport] = _Transport(address, deadline)
        self._waiting[transport] = None
        self._waiting_at.setdefault(address, {})[transport] = None
        return self._inner["connect"](transport, environ)

    def message(self, transport: str, data: str | bytes) -> None:
        known = self._transports.get(transport)
        if known is None:
            return
        try:
            if isinstance(data, bytes):
                raise ValueError("binary")
            packet = self._server.packet_class(encoded_packet=data)
            if (packet.namespace or NAMESPACE) != NAMESPACE or packet.packet_type not in (CONNECT, DISCONNECT, EVENT):
                raise ValueError(f"packet {packet.packet_type} to {packet.namespace!r}")
            name = packet.data[0] if packet.packet_type == EVENT else ""
        except UNREADABLE as error:
            log.debug("a socket said what no page says and is closed", address=known.address, error=str(error)[:200])
            self.close(transport)
            return
        if packet.packet_type == CONNECT:
            self._ask(transport, known, data)
        elif packet.packet_type == DISCONNECT:
            self._inner["message"](transport, data)
            self.close(transport)
        elif isinstance(name, str) and name in self._names:
            self._inner["message"](transport, data)

    def disconnect(self, transport: str, reason: object) -> None:
        """The transport has ended or is ending; within LAST_WORDS_S its TCP connection has ended too."""
        self._forget(transport)
        if transport in self._wires:
            gevent.spawn_later(LAST_WORDS_S, self._abort, transport)
        self._inner["disconnect"](transport, reason)

    def _ask(self, transport: str, known: _Transport, data: str | bytes) -> None:
        """The one connect packet of a transport: with a good ticket it stays."""
        if known.asked:
            self.close(transport)
            return
        known.asked = True
        self._inner["message"](transport, data)
        sid = self._server.manager.sid_from_eio_sid(transport, NAMESPACE)
        if sid is None:
            self.close(transport)
        elif transport not in self._transports:  # it went while its ticket was looked at
            self._server.disconnect(sid, namespace=NAMESPACE)
        else:
            self._seated(transport)

    # ------------------------------------------------------------ ends

    def close(self, transport: str) -> None:
        """What was sent before still goes out, if it is taken at once."""
        socket = self._server.eio.sockets.get(transport)
        if socket is not None:
            socket.close(wait=False, reason=self._server.eio.reason.SERVER_DISCONNECT)

    def close_without(self, seated: frozenset[str]) -> None:
        """Close every transport that brought its ticket and is none of these."""
        for transport in [t for t in self._transports if t not in self._waiting and t not in seated]:
            self.close(transport)

    def _give_place(self, waiting: Mapping[str, None]) -> bool:
        """The longest waiting of these is closed. False: nobody waits."""
        oldest = next(iter(waiting), None)
        if oldest is None:
            return False
        self.close(oldest)
        self._abort(oldest)
        return True

    def _abort(self, transport: str) -> None:
        wire = self._wires.get(transport)
        if wire is not None:
            wire.abort()

    # ------------------------------------------------------------ books

    def _wire(self, serve: Any, largest: int) -> Wire:
        """``serve``: the bound method of the transport's Engine.IO socket."""
        transport = serve.__self__.sid

        def until_it_ends(wire: Wire) -> Any:
            self._wires[transport] = wire
            try:
                return serve(wire)
            finally:
                del self._wires[transport]
                self._forget(transport)

        return Wire(until_it_ends, largest)

    def _seated(self, transport: str) -> None:
        known = self._transports[transport]
        if known.deadline is not gevent.getcurrent():
            known.deadline.kill(block=False)
        self._waiting.pop(transport, None)
        here = self._waiting_at.get(known.address, {})
        here.pop(transport, None)
        if not here:
            self._waiting_at.pop(known.address, None)

    def _forget(self, transport: str) -> None:
        if transport in self._transports:
            self._seated(transport)
            del self._transports[transport]
