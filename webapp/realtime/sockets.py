"""Socket.IO: one-use ticket at connect, a snapshot, then events; nothing is sent to somebody who may not see it.

A socket belongs to a session: when that ends, here or in another process, the socket is closed within ``CHECK_S`` with its
transport, and when its user has another role, team or agent it changes rooms. ``Sessions.keep`` knows. What clients send comes
through the door (``realtime.door``): a ticket, once, and ``FROM_CLIENTS``.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import flask
import gevent
import orjson
import redis
import structlog
from flask_socketio import SocketIO
from gevent.event import Event
from socketio.exceptions import ConnectionRefusedError as Refused

from cti_server.domain.clock import Clock
from cti_server.errors import CtiError, RedisAway
from cti_server.events.envelope import Envelope
from cti_server.events.views import AGENT, EVERYBODY
from webapp.auth.sessions import Sessions, User
from webapp.limits import Limits
from webapp.realtime.door import NAMESPACE, Door
from webapp.realtime.health import Health, HealthWatch
from webapp.realtime.pages import Pages
from webapp.realtime.projection import Projection
from webapp.realtime.rooms import IndexedManager, rooms_of_user

log = structlog.get_logger(__name__)

CHECK_S = 10.0
BEAT_S = 2.0
"""Pages that hear nothing at all for five seconds say that they may be out of date; pings are too slow for that."""
LARGEST_MESSAGE = 16_384
FROM_CLIENTS = frozenset({"resync"})
MOST_UNREAD = 2000
"""Packets that wait for a page which does not take them: then it is closed, and comes back to a snapshot."""
SNAPSHOTS_AT_ONCE = 50
RESYNC_EVERY_MS = 500


class FastJson:
    """orjson with the json module's face, as python-socketio wants it."""

    @staticmethod
    def dumps(value: object, **_: object) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(raw: str | bytes, **_: object) -> Any:
        return orjson.loads(raw)


def _quiet(name: str) -> logging.Logger:
    """Errors only; a logger of one's own, or the library would give it a handler that writes plain text to stderr."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    return logger


@dataclass(slots=True)
class _Client:
    sid: str
    transport: str
    user: User
    session_key: str
    rooms: frozenset[str] = frozenset()
    ready: bool = False
    resynced_ms: int = 0


class Sockets:
    """Implements realtime.pump.Audience."""

    def __init__(
        self,
        app: flask.Flask,
        sessions: Sessions,
        projection: Projection,
        health: HealthWatch,
        pages: Pages,
        clock: Clock,
        address: Callable[[Mapping[str, Any]], str | None],
        limits: Limits,
    ) -> None:
        self._sessions = sessions
        self._projection = projection
        self._health = health
        self._pages = pages
        self._clock = clock
        self._clients: dict[str, _Client] = {}
        self._of_session: Counter[str] = Counter()
        self._stop = Event()
        self.greenlets: list[gevent.Greenlet] = []
        self.manager = IndexedManager()
        self.socketio = SocketIO(
            app,
            async_mode="gevent",
            transports=["websocket"],
            client_manager=self.manager,
            manage_session=False,
            json=FastJson,
            ping_interval=limits.ping_s,
            ping_timeout=limits.pong_s,
            max_http_buffer_size=LARGEST_MESSAGE,
            monitor_clients=True,
            logger=_quiet("socketio.server"),
            engineio_logger=_quiet("engineio.server"),
        )
        self._limits = limits
        self.socketio.on_event("connect", self._connect)
        self.socketio.on_event("disconnect", self._disconnect)
        self.socketio.on_event("resync", self._resync)
        self.door = Door(self.socketio.server, FROM_CLIENTS, address, limits, LARGEST_MESSAGE)
        health.tell = self.push_health
        self.user_ended: Callable[[int], None] = lambda user_id: None  # told as ``end_user`` is called

    def start(self) -> None:
        self.greenlets = [gevent.spawn(self._keep_house), gevent.spawn(self._beat)]

    def stop(self) -> None:
        self._stop.set()
        gevent.killall(self.greenlets)
        self._pages.end()

    @property
    def count(self) -> int:
        return len(self._clients)

    # ------------------------------------------------------------ from clients

    def _connect(self, auth: object = None) -> None:
        ticket = auth.get("ticket") if isinstance(auth, dict) else None
        if not isinstance(ticket, str):
            raise Refused("bad-ticket")
        try:
            session = self._sessions.take_ticket(ticket)
        except redis.RedisError as error:
            raise Refused(RedisAway.error_id) from error
        if session is None:
            raise Refused("bad-ticket")
        sid = flask.request.sid  # type: ignore[attr-defined]
        if sid in self._clients:
            raise Refused("already-connected")
        if self._of_session[session.key] >= self._limits.session_sockets:
            raise Refused("too-many-pages")
        client = _Client(sid, self.manager.eio_sid_from_sid(sid, NAMESPACE) or "", session.user, session.key)
        self._clients[sid] = client
        self._of_session[session.key] += 1
        if session.user.agent_id:
            gevent.spawn(self._pages.opened, session.user.agent_id)
        gevent.spawn(self._welcome, client)

    def _welcome(self, client: _Client) -> None:
        """After the connect packet is on its way: rooms and snapshot in one step, without yielding in between."""
        with gevent.Timeout(5, False):
            while not self.manager.is_connected(client.sid, NAMESPACE):
                if client.sid not in self._clients:
                    return
                gevent.sleep(0.005)
            client.ready = True
            self._place(client)
            self._send_snapshot(client)

    def _disconnect(self, *_: object) -> None:
        client = self._clients.pop(flask.request.sid, None)  # type: ignore[attr-defined]
        if client is None:
            return
        self._of_session[client.session_key] -= 1
        if not self._of_session[client.session_key]:
            del self._of_session[client.session_key]
        if client.user.agent_id:
            gevent.spawn(self._pages.closed, client.user.agent_id)

    def _resync(self, *_: object) -> None:
        client = self._clients.get(flask.request.sid)  # type: ignore[attr-defined]
        now_ms = self._clock.now_ms()
        if client is not None and client.ready and now_ms - client.resynced_ms >= RESYNC_EVERY_MS:
            client.resynced_ms = now_ms
            self._send_snapshot(client)

    # ------------------------------------------------------------ to clients

    def push_event(self, event: Envelope, rooms: frozenset[str]) -> None:
        if rooms:
            data = {"epoch": event.epoch, "seq": event.seq, "name": event.name, "at_ms": event.at_ms, "data": event.data}
            self.socketio.server.emit("event", data, to=list(rooms), namespace=NAMESPACE)

    def push_snapshots(self) -> None:
        for n, client in enumerate(list(self._clients.values())):
            if client.ready and client.sid in self._clients:
                self._place(client)
                self._send_snapshot(client)
            if n % SNAPSHOTS_AT_ONCE == SNAPSHOTS_AT_ONCE - 1:
                gevent.sleep(0)

    def push_health(self, health: Health) -> None:
        self.socketio.server.emit("health", asdict(health), to=EVERYBODY, namespace=NAMESPACE)

    def agents_moved(self, agents: tuple[str, ...]) -> None:
        """Team or queues of these agents changed: they see other things now."""
        for client in list(self._clients.values()):
            if client.ready and client.user.agent_id in agents and self._place(client):
                self._send_snapshot(client)

    def end_session(self, session_key: str) -> None:
        """Close this session's sockets in this process now; other processes notice within CHECK_S."""
        self._close([c.sid for c in self._clients.values() if c.session_key == session_key])

    def end_user(self, user_id: int) -> None:
        """As ``end_session``, for all sessions of a user."""
        self._close([c.sid for c in self._clients.values() if c.user.id == user_id])
        self.user_ended(user_id)

    def _place(self, client: _Client) -> bool:
        """Put the client into the rooms that it should be in. True: they changed."""
        view = self._projection.view(AGENT, client.user.agent_id) if client.user.agent_id else None
        rooms = rooms_of_user(client.user, view)
        for room in client.rooms - rooms:
            self.manager.basic_leave_room(client.sid, NAMESPACE, room)
        for room in rooms - client.rooms:
            self.manager.basic_enter_room(client.sid, NAMESPACE, room)
        changed = rooms != client.rooms
        client.rooms = rooms
        return changed

    def _send_snapshot(self, client: _Client) -> None:
        now = self._health.now
        snapshot = self._projection.snapshot(client.rooms)
        snapshot |= {"server_ms": self._health.engine_now_ms(), "engine": now.engine, "redis": now.redis}
        self.socketio.server.emit("snapshot", snapshot, to=client.sid, namespace=NAMESPACE)

    # ------------------------------------------------------------ housekeeping

    def beat(self) -> None:
        told = {"server_ms": self._clock.now_ms(), "notices": self._health.notices}
        self.socketio.server.emit("beat", told, to=EVERYBODY, namespace=NAMESPACE)

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_S):
            self.beat()

    def _keep_house(self) -> None:
        while not self._stop.wait(CHECK_S):
            try:
                self._pages.renew()
                self.check_sessions()
            except (redis.RedisError, CtiError) as error:
                log.warning("housekeeping waits", error=str(error))

    def check_sessions(self) -> None:
        """Renew the sessions of open pages. A page whose session has ended is closed, one whose user changed sees other things.

        Raises redis.RedisError.
        """
        clients = list(self._clients.values())
        self.door.close_without(frozenset(client.transport for client in clients))
        self._close([client.sid for client in clients if self._unread(client) > MOST_UNREAD])
        kept = self._sessions.keep(client.session_key for client in clients)
        for client in clients:
            session = kept.get(client.session_key)
            if client.sid not in self._clients:
                continue
            if session is None:
                self._close([client.sid])
            elif session.user != client.user:
                self._become(client, session.user)

    def _become(self, client: _Client, user: User) -> None:
        """Another role, team or agent: other rooms, and a snapshot of what they show."""
        before, client.user = client.user, user
        if before.agent_id != user.agent_id:
            for agent, tell in ((before.agent_id, self._pages.closed), (user.agent_id, self._pages.opened)):
                if agent:
                    gevent.spawn(tell, agent)
        if client.ready and self._place(client):
            self._send_snapshot(client)

    def _unread(self, client: _Client) -> int:
        transport = self.socketio.server.eio.sockets.get(client.transport)
        return 0 if transport is None else int(transport.queue.qsize())

    def _close(self, sids: list[str]) -> None:
        """Out of every room, and its transport ends."""
        for sid in sids:
            client = self._clients.get(sid)
            self.socketio.server.disconnect(sid, namespace=NAMESPACE)
            if client is not None:
                self.door.close(client.transport)
