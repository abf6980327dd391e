"""The event stream for programs: one websocket each, with an API token; what comes is what a page of that token's user would get.

Every message is JSON with a ``type``. First a ``snapshot``, or, where the program says how far it was (epoch, seq) and all since
then is still known here, those ``event``s and ``resumed``; then events in their order, and ``beat`` with the place in the stream
for those who see few of them. The newest events are kept encoded, once for all. What waits for one reader is bounded: who does
not read is told ``closing`` and cut off.
"""

from __future__ import annotations

import contextlib
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import Any, Literal, Protocol, get_args

import gevent
import gevent.event
import gevent.selectors
import orjson
import redis
import structlog
from engineio.async_drivers.gevent import Thread
from gevent.event import Event

from cti_server.errors import CtiError
from cti_server.events.envelope import Envelope
from cti_server.events.live import Change, Removal
from cti_server.events.views import AGENT, EVENTS, KINDS
from webapp.auth.tokens import TokenSession
from webapp.limits import Limits
from webapp.realtime.health import Health, HealthWatch
from webapp.realtime.projection import Projection
from webapp.realtime.rooms import rooms_of_user
from webapp.realtime.wire import ENDED, Connection

log = structlog.get_logger(__name__)

BEAT_S = 5.0
CHECK_S = 10.0
LAST_WORDS_S = 3.0
"""Who is cut off may still read why for so long."""
KEPT, KEPT_BYTES = 20_000, 32 * 1024 * 1024
"""Events that are kept for those who come back, and how large they may be together."""
MOST_UNREAD, MOST_UNREAD_BYTES = 5_000, 16 * 1024 * 1024
"""What may wait for one reader."""
LARGEST_MESSAGE = 1024
EACH = 5
"""Streams of one token in one process."""
OTHERS = "others"
"""The topic of events about no live thing."""
TOPICS: tuple[str, ...] = (*KINDS, OTHERS)

Why = Literal["too-slow", "token-ended", "server-stops"]
CODES: Mapping[Why, int] = {"too-slow": 1008, "token-ended": 1008, "server-stops": 1001}
assert set(CODES) == set(get_args(Why))


class Tokens(Protocol):
    """What is asked of ``auth.tokens.TokenDoor``."""

    def again(self, session: TokenSession) -> TokenSession | None: ...


class TooManyStreams(CtiError, id="too-many-streams", status=429, en="Too many event streams are open.", zh="打开的事件流过多。"):
    """The API token, or the process, has all the streams that it may; details: retry_after_s."""


@dataclass(slots=True)
class _Told:
    epoch: int
    seq: int
    topic: str
    rooms: frozenset[str]
    frame: str
    moved: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class _Reader:
    session: TokenSession
    connection: Connection
    topics: frozenset[str]
    stalled_s: float
    rooms: frozenset[str] = frozenset()
    waits: deque[str] = field(default_factory=deque)
    size: int = 0
    closing: Why | None = None
    some: Event = field(default_factory=Event)

    def put(self, frame: str) -> None:
        """Who has read everything else may get one of any size."""
        if self.closing:
            return
        if self.waits and (len(self.waits) >= MOST_UNREAD or self.size + len(frame) > MOST_UNREAD_BYTES):
            self.cut("too-slow")
            return
        self.waits.append(frame)
        self.size += len(frame)
        self.some.set()

    def cut(self, why: Why) -> None:
        """Tell, and end: nothing else that waits is sent."""
        if self.closing:
            return
        self.waits.clear()
        self.waits.append(encoded({"type": "closing", "why": why}))
        self.closing = why
        self.some.set()
        gevent.spawn_later(LAST_WORDS_S, self.abort)

    def abort(self) -> None:
        self.connection.sock.shutdown()

    def write(self) -> None:
        """Until the connection ends, or takes nothing for too long."""
        with contextlib.suppress(*ENDED, TimeoutError):
            while True:
                self.some.wait()
                self.some.clear()
                while self.waits:
                    frame = self.waits.popleft()
                    with gevent.Timeout(self.stalled_s, TimeoutError("it takes nothing")):
                        self.connection.send(frame)
                    self.size -= len(frame)
                if self.closing:
                    self.connection.close(CODES[self.closing], self.closing)
        self.abort()


def encoded(message: Mapping[str, Any]) -> str:
    return orjson.dumps(message).decode()


def topic_of(name: str) -> str:
    """Of an event: the table of what it is about."""
    declared = EVENTS[name]
    return declared.kind.table if isinstance(declared, Change | Removal) else OTHERS


class Streams:
    """Implements realtime.pump.Audience. Nothing here waits while it looks at the projection: who comes misses nothing and gets
    nothing twice."""

    def __init__(
        self, tokens: Tokens, projection: Projection, health: HealthWatch, now_ms: Callable[[], int], limits: Limits
    ) -> None:
        self._tokens, self._projection, self._health, self._now_ms = tokens, projection, health, now_ms
        self._ping_s, self._stalled_s, self._most = limits.ping_s, limits.stalled_s, max(4, limits.sockets // 4)
        self._readers: set[_Reader] = set()
        self._of_token: Counter[str] = Counter()
        self._kept: deque[_Told] = deque()
        self._kept_bytes = 0
        self._stop = Event()
        self.greenlets: list[gevent.Greenlet] = []

    def start(self) -> None:
        self.greenlets = [gevent.spawn(self._beat), gevent.spawn(self._keep_house)]

    def stop(self) -> None:
        self._stop.set()
        gevent.killall(self.greenlets)
        for reader in list(self._readers):
            reader.cut("server-stops")

    @property
    def count(self) -> int:
        return len(self._readers)

    # ------------------------------------------------------------ one reader

    def check_room(self, session: TokenSession) -> None:
        """Raises TooManyStreams."""
        if self._of_token[session.token] >= EACH:
            raise TooManyStreams(f"the API token {session.token} has {EACH} streams open: close one", {"retry_after_s": 10})
        if self.count >= self._most:
            raise TooManyStreams("this server has all the streams that it can hold: try again", {"retry_after_s": 10})

    def serve(self, environ: dict[str, Any], session: TokenSession, topics: Collection[str], at: tuple[int, int] | None) -> None:
        """A websocket, until it ends. ``at``: the (epoch, seq) that the program has seen; None: it begins."""
        connection = Connection(
            environ,
            max_message_size=LARGEST_MESSAGE,
            ping_interval=self._ping_s,
            thread_class=Thread,
            event_class=gevent.event.Event,
            selector_class=gevent.selectors.DefaultSelector,
        )
        reader = _Reader(session, connection, frozenset(topics), self._stalled_s)
        self._readers.add(reader)
        self._of_token[session.token] += 1
        self._welcome(reader, at)
        writer = gevent.spawn(reader.write)
        try:
            with contextlib.suppress(*ENDED):
                while True:
                    connection.receive()  # what a program says is nothing
        finally:
            self._readers.discard(reader)
            self._of_token[session.token] -= 1
            if not self._of_token[session.token]:
                del self._of_token[session.token]
            writer.kill(block=False)
            reader.abort()

    def _welcome(self, reader: _Reader, at: tuple[int, int] | None) -> None:
        self._place(reader)
        missed = None if at is None else self._since(reader, at)
        if missed is None:
            self._send_snapshot(reader)
            return
        for told in missed:
            self._tell(reader, told)
        reader.put(encoded({"type": "resumed", **self._position(), "events": len(missed), "server_ms": self._now_ms()}))

    def _since(self, reader: _Reader, at: tuple[int, int]) -> list[_Told] | None:
        """What came behind ``at``; None: it is not known, is too much, or this reader sees other things since then."""
        epoch, seq = at
        if epoch != self._projection.epoch or seq > self._projection.seq:
            return None
        behind = self._projection.seq - seq
        if behind > min(len(self._kept), MOST_UNREAD // 2):
            return None
        missed = list(islice(self._kept, len(self._kept) - behind, None))
        if any(reader.session.user.agent_id in told.moved for told in missed):
            return None
        return missed

    def _tell(self, reader: _Reader, told: _Told) -> None:
        if told.topic in reader.topics and told.rooms & reader.rooms:
            reader.put(told.frame)

    def _place(self, reader: _Reader) -> bool:
        """True: it sees other things now."""
        agent_id = reader.session.user.agent_id
        before, view = reader.rooms, self._projection.view(AGENT, agent_id) if agent_id else None
        reader.rooms = rooms_of_user(reader.session.user, view)
        return reader.rooms != before

    def _send_snapshot(self, reader: _Reader) -> None:
        found = self._projection.snapshot(reader.rooms)
        tables = {name: found[name] for name in KINDS if name in reader.topics}
        reader.put(encoded({"type": "snapshot", **self._position(), "server_ms": self._now_ms(), **tables}))
        reader.put(encoded({"type": "health", **asdict(self._health.now)}))

    def _position(self) -> dict[str, int]:
        return {"epoch": self._projection.epoch, "seq": self._projection.seq}

    # ------------------------------------------------------------ from the pump

    def push_event(self, event: Envelope, rooms: frozenset[str]) -> None:
        message = {"type": "event", "epoch": event.epoch, "seq": event.seq, "name": event.name, "at_ms": event.at_ms}
        told = _Told(event.epoch, event.seq, topic_of(event.name), rooms, encoded({**message, "data": event.data}))
        self._kept.append(told)
        self._kept_bytes += len(told.frame)
        while len(self._kept) > KEPT or self._kept_bytes > KEPT_BYTES:
            self._kept_bytes -= len(self._kept.popleft().frame)
        for reader in self._readers:
            self._tell(reader, told)

    def push_snapshots(self) -> None:
        self._kept.clear()
        self._kept_bytes = 0
        for reader in self._readers:
            self._place(reader)
            self._send_snapshot(reader)

    def agents_moved(self, agents: tuple[str, ...]) -> None:
        """Of the event that came last."""
        if self._kept:
            self._kept[-1].moved = agents
        for reader in self._readers:
            if reader.session.user.agent_id in agents and self._place(reader):
                self._send_snapshot(reader)

    def push_health(self, health: Health) -> None:
        self._all({"type": "health", **asdict(health)})

    def beat(self) -> None:
        self._all({"type": "beat", **self._position(), "server_ms": self._now_ms()})

    def _all(self, message: Mapping[str, Any]) -> None:
        frame = encoded(message)
        for reader in self._readers:
            reader.put(frame)

    # ------------------------------------------------------------ housekeeping

    def end_user(self, user_id: int) -> None:
        """As of now; other processes notice within CHECK_S."""
        for reader in [one for one in self._readers if one.session.user.id == user_id]:
            self._look(reader)

    def check_token(self, token_id: str) -> None:
        """It was changed: as ``end_user``."""
        for reader in [one for one in self._readers if one.session.token == token_id]:
            self._look(reader)

    def check_all(self) -> None:
        for reader in list(self._readers):
            self._look(reader)

    def _look(self, reader: _Reader) -> None:
        """Whose token has ended is told and cut off; whose user has changed sees other things."""
        try:
            session = self._tokens.again(reader.session)
        except (CtiError, redis.RedisError) as error:
            log.warning("a token is not looked at now", token=reader.session.token, error=str(error))
            return
        if session is None:
            reader.cut("token-ended")
        elif session != reader.session:
            reader.session = replace(session)
            if self._place(reader):
                self._send_snapshot(reader)

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_S):
            self.beat()

    def _keep_house(self) -> None:
        while not self._stop.wait(CHECK_S):
            self.check_all()
