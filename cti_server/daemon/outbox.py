"""Everything the engine says to the world goes to Redis through here, in the engine's order, in atomic batches.

A batch may be written twice after a timeout: events and mirrors carry (epoch, seq), facts and replies have ids, so a double
is dropped by its reader. While Redis is away calls go on: facts go to the journal, mirrors are kept at their newest,
events are dropped (screens see the gap and take a new snapshot). The mirror has a twin on this machine at all times. While
FACTS_MOST facts wait on the stream for a worker, more of them wait in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gevent
import orjson
import redis
import structlog
from gevent.queue import Empty, Queue
from redis.client import Pipeline

from cti_server.adapters.key_types import set_wrong_keys_aside
from cti_server.adapters.keys import HEARTBEAT_KEPT_MS, Keys
from cti_server.adapters.set_aside import SetAside
from cti_server.daemon.journal import Journal
from cti_server.daemon.sent_facts import SentFacts
from cti_server.daemon.twin import Twin
from cti_server.domain.clock import Clock
from cti_server.engine.doors import noticed
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.messages import Effect, Mirror, Publish, RecordFact, Reply
from cti_server.events.command_wire import CommandReply, encode_reply
from cti_server.events.envelope import Envelope, encode
from cti_server.events.errors import EngineError
from cti_server.events.facts import encode_line
from cti_server.events.views import KINDS, MIRROR_FORMAT, SWITCH

log = structlog.get_logger(__name__)

EVENTS_KEPT_MS = 300_000
REPLIES_KEPT = 200
COMMAND_KEPT_S = 600
RETRY_S = 0.5
REST_S = 0.003  # between two batches: a transaction for each event would cost twice the work
COMMAND_GROUP = "daemon"
BATCH = 500
EFFECTS = 300
"""About so many are written at once, for they are encoded in one go, in which the loop does not run."""
JOURNAL_BATCH = 1000
JOURNAL_BATCHES = 20  # in one go: events wait meanwhile
FACTS_MOST = 200_000
"""So many facts may wait in Redis (some 150 MB); the rest waits on disk until half of them are stored."""
LOOK_MS = 1000

# KEYS: events, commands, facts:complete; ARGV: two ages in ms, by the clock that gives the entries their ids: Redis's own.
# What is older than the first goes; all facts from before the second ('': not known) are on their stream.
_EACH_SECOND = """
local now = redis.call('TIME')
local function ago(age) return string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000) - age) end
for n = 1, 2 do redis.call('XTRIM', KEYS[n], 'MINID', '~', ago(ARGV[1])) end
if ARGV[2] ~= '' then redis.call('SET', KEYS[3], ago(ARGV[2])) end
"""


@dataclass(slots=True)
class ReplyAddress:
    """Where the one answer to a command goes. ``entry`` is the command's stream id, acknowledged with the answer."""

    process: str
    entry: bytes


@dataclass(slots=True)
class _Batch:
    """One input's effects on their way out."""

    at_ms: int
    effects: list[Effect] = field(default_factory=list)
    beat: bytes = b""
    switch: str = ""  # whose row is written again with new details


@dataclass(eq=False)
class Outbox:
    """``put`` never blocks; one greenlet writes. ``addresses``: command id -> where its reply goes.

    ``notice(alarm, text)`` is told of trouble, and with text '' of its end.
    ``switch_details``: what each switch says of itself, added to its mirror's core for ``cti doctor``.
    ``mirror_unread``: what lies in Redis's mirror was never read; it is kept beside it (``...:unread``).
    """

    _redis: redis.Redis
    _keys: Keys
    _epoch: int
    _origin: str
    _journal: Journal
    _clock: Clock
    notice: Callable[[Alarm[str], str], None] = lambda alarm, text: None
    twin: Twin | None = None
    facts_most: int = FACTS_MOST
    addresses: dict[str, ReplyAddress] = field(default_factory=dict)
    away: bool = True  # the first contact rewrites the mirrors, as every return does
    dropped_events: int = 0

    def __post_init__(self) -> None:
        self._queue: Queue[_Batch | None] = Queue()
        self._mirrors: dict[str, dict[str, Mirror]] = {kind: {} for kind in KINDS}
        self._late_replies: list[Reply] = []
        self._greenlet: gevent.Greenlet | None = None
        self._trim_due_ms = self._look_due_ms = 0
        self._noticed: dict[Alarm[str], str] = {}
        self._full = False  # the facts stream takes no more now
        self.switch_details: Mapping[str, Mapping[str, Any]] = {}
        self.mirror_unread = False
        self.aside = SetAside(self._redis, self._keys, "daemon")
        self._sent = SentFacts(bool(len(self._journal)))
        self._position = (self._epoch, 0)

    def start(self) -> gevent.Greenlet:
        """The writer's greenlet; it ends by itself only on a defect."""
        self._greenlet = gevent.spawn(self._run)
        self._greenlet.name = "outbox"
        return self._greenlet

    def stop(self) -> None:
        """Write what is waiting, at most 5 s; facts that cannot be written are in the journal."""
        if self._greenlet is None:
            return
        self._queue.put(None)
        self._greenlet.join(5)
        self._greenlet.kill()

    def put(self, at_ms: int, effects: list[Effect]) -> None:
        """Effects of one input (Publish, Mirror, RecordFact, Reply), in order."""
        self._queue.put(_Batch(at_ms, effects))

    def described(self, switch: str) -> None:
        """``switch_details`` of this switch have changed: its row is written again as it was last."""
        self._queue.put(_Batch(0, switch=switch))

    def beat(self, at_ms: int, document: dict[str, object]) -> None:
        """Say that the engine's loop is alive."""
        self._queue.put(_Batch(at_ms, beat=orjson.dumps(document)))

    # ------------------------------------------------------------ the writer

    def _run(self) -> None:
        running = True
        while running:
            batches: list[_Batch] = []
            effects = 0
            while running and len(batches) < BATCH and effects < EFFECTS:
                try:
                    batch = self._queue.get(block=not batches, timeout=None if not self._backlog() else RETRY_S)
                except Empty:
                    break
                if batch is None:
                    running = False
                else:
                    batches.append(batch)
                    effects += len(batch.effects)
            self._deliver(batches)
            if running:
                gevent.sleep(REST_S)

    def _backlog(self) -> bool:
        return bool(self.away or len(self._journal) or self._late_replies)

    def _deliver(self, batches: list[_Batch]) -> None:
        effects = [effect for batch in batches for effect in batch.effects]
        for effect in effects:
            if isinstance(effect, Mirror) and effect.document is not None:
                self._mirrors[effect.kind][effect.id] = effect
            elif isinstance(effect, Mirror):
                self._mirrors[effect.kind].pop(effect.id, None)
        self._write_twin(batches)
        try:
            if self._backlog():
                self._catch_up()
            self._look_at_facts()
            if batches:
                self._write(batches)
            self._journal.add([])  # what the disk refused before
        except redis.RedisError as error:
            if not self.away:
                log.error("redis is away: calls go on, facts are kept on disk", error=str(error), file=str(self._journal.path))
            self.away = True
            self._keep(batches)
        self._tell_trouble()

    def _write_twin(self, batches: list[_Batch]) -> None:
        """Before Redis hears of it: the copy on this machine is never older."""
        said = [(batch.at_ms, effect) for batch in batches for effect in batch.effects if isinstance(effect, Publish | Mirror)]
        at_ms = max((batch.at_ms for batch in batches), default=0)
        if self.twin is None or not at_ms:
            return
        self._position = (self._epoch, max((effect.seq for _, effect in said), default=self._position[1]))
        newest = {(effect.kind, effect.id): effect for _, effect in said if isinstance(effect, Mirror)}
        rows = [(mirror.kind, mirror.id, self._row(mirror)) for mirror in newest.values()]
        self.twin.write(rows, self._position, at_ms, self._all_rows)

    def _all_rows(self) -> Iterator[tuple[str, str, bytes]]:
        for mirrors in self._mirrors.values():
            for mirror in mirrors.values():
                row = self._row(mirror)
                if row:
                    yield mirror.kind, mirror.id, row

    def _look_at_facts(self) -> None:
        now_ms = self._clock.now_ms()
        if now_ms >= self._look_due_ms:
            self._look_due_ms = now_ms + LOOK_MS
            pipe = self._redis.pipeline(transaction=True)
            pipe.xlen(self._keys.facts)
            pipe.exists(self._keys.mirror_whole)
            waiting, whole = pipe.execute()
            if not whole:
                raise redis.ConnectionError("it was emptied: it gets everything anew")
            self._full = waiting >= (self.facts_most // 2 if self._full else self.facts_most)

    def _tell_trouble(self) -> None:
        waits = f"facts wait on disk ({len(self._journal)}), the worker does not take them: start cti-worker, look at its log"
        held = self._full or self._noticed.get(noticed.FACTS_WAIT)
        journal = self._journal.trouble
        for alarm, text in (
            (noticed.FACTS_WAIT, waits if held and len(self._journal) else ""),
            (noticed.JOURNAL, f"{journal}; make room: with a crash they would be lost" if journal else ""),
        ):
            if bool(text) != bool(self._noticed.get(alarm)):
                self._noticed[alarm] = text
                self.notice(alarm, text)

    def _keep(self, batches: list[_Batch]) -> None:
        effects = [effect for batch in batches for effect in batch.effects]
        if any(isinstance(effect, RecordFact) for effect in effects):
            self._sent.waits(batches[0].at_ms)
        facts = (self._encoded(e.id, partial(encode_line, e.id, e.kind, e.data)) for e in effects if isinstance(e, RecordFact))
        self._journal.add([fact for fact in facts if fact])
        self._late_replies += [e for e in effects if isinstance(e, Reply)]
        self.dropped_events += sum(isinstance(e, Publish) for e in effects)

    def _catch_up(self) -> None:
        """Redis is (perhaps) back: facts in their order, then every mirror anew, then the replies that wait."""
        self._redis.ping()
        if self.away:
            set_wrong_keys_aside(self._redis, self._keys, self.aside)
            if self.mirror_unread:
                self._keep_unread()
            again = self._sent.lost(self._redis, self._keys.facts)
            for start in range(0, len(again), JOURNAL_BATCH):
                self._add_facts(again[start : start + JOURNAL_BATCH])
        for _ in range(0 if self._full else JOURNAL_BATCHES):
            lines = self._journal.head(JOURNAL_BATCH)
            if not lines:
                break
            entries = self._add_facts(lines)
            self._journal.drop(len(lines))
            self._sent.took(entries, lines)
        if not len(self._journal):
            self._sent.none_waits()
        replies = list(self._late_replies)
        pipe = self._redis.pipeline(transaction=True)
        if self.away:
            for kind, mirrors in self._mirrors.items():
                pipe.delete(self._keys.mirror(kind))
                for mirror in mirrors.values():
                    self._add_mirror(pipe, mirror)
            pipe.set(self._keys.mirror_whole, self._epoch)
        for reply in replies:
            self._add_reply(pipe, reply)
        pipe.execute()
        del self._late_replies[: len(replies)]
        self._forget(replies)
        if self.away:
            self.away = False
            log.info("redis has everything", events_dropped_meanwhile=self.dropped_events)

    def _add_facts(self, lines: list[bytes]) -> list[bytes]:
        """-> their entries."""
        pipe = self._redis.pipeline(transaction=True)
        for line in lines:
            pipe.xadd(self._keys.facts, {"f": line})
        return pipe.execute()

    def _keep_unread(self) -> None:
        """Nothing is thrown away that nobody has read: an earlier daemon's mirror, which Redis did not give at the start."""
        for key in (*map(self._keys.mirror, KINDS), self._keys.mirror_meta):
            if self._redis.exists(key):
                self._redis.rename(key, f"{key}:unread")
                log.error("a mirror that could not be read at the start is kept aside", key=f"{key}:unread")
        self.mirror_unread = False

    def _write(self, batches: list[_Batch]) -> None:
        pipe = self._redis.pipeline(transaction=True)
        replies: list[Reply] = []
        spilled: list[bytes] = []
        facts: dict[int, bytes] = {}  # place in the pipeline -> fact
        spill = self._full or len(self._journal) > 0  # in their order
        newest_seq = at_ms = 0
        for batch in batches:
            at_ms = batch.at_ms or at_ms
            row = self._mirrors[SWITCH.table].get(batch.switch)
            if row:
                self._add_mirror(pipe, row)
            if batch.beat:
                pipe.set(self._keys.heartbeat("daemon"), batch.beat, px=HEARTBEAT_KEPT_MS)
            for effect in batch.effects:
                if isinstance(effect, Publish):
                    newest_seq = effect.seq
                    event = self._encoded(effect.name, partial(self._encode, batch.at_ms, effect))
                    if event:
                        pipe.xadd(self._keys.events, {"e": event})
                elif isinstance(effect, Mirror):
                    newest_seq = effect.seq
                    self._add_mirror(pipe, effect)
                elif isinstance(effect, RecordFact):
                    fact = self._encoded(effect.id, partial(encode_line, effect.id, effect.kind, effect.data))
                    if fact and spill:
                        spilled.append(fact)
                        self._sent.waits(batch.at_ms)
                    elif fact:
                        facts[len(pipe)] = fact
                        pipe.xadd(self._keys.facts, {"f": fact})
                elif isinstance(effect, Reply):
                    self._add_reply(pipe, effect)
                    replies.append(effect)
        if newest_seq:
            meta: list[str | int] = ["epoch", self._epoch, "seq", newest_seq, "at_ms", at_ms]
            pipe.hset(self._keys.mirror_meta, items=meta)
        now_ms = self._clock.now_ms()
        if now_ms >= self._trim_due_ms:
            keys = (self._keys.events, self._keys.commands, self._keys.facts_complete)
            pipe.eval(_EACH_SECOND, len(keys), *keys, str(EVENTS_KEPT_MS), self._sent.complete_before(at_ms, now_ms))
            self._trim_due_ms = now_ms + 1000
        done = pipe.execute()
        self._sent.took([done[place] for place in facts], list(facts.values()))
        self._journal.add(spilled)
        self._forget(replies)

    def _encoded(self, what: str, encode: Callable[[], bytes]) -> bytes:
        """b'' for what no JSON can hold: it must not stop what can be said."""
        try:
            return encode()
        except (TypeError, ValueError, RecursionError) as error:
            self.aside.tell("outbox", what, f"cannot be written: {error}")
            return b""

    def _encode(self, at_ms: int, event: Publish) -> bytes:
        return encode(Envelope(self._epoch, event.seq, event.name, at_ms, self._origin, event.data))

    def _add_mirror(self, pipe: Pipeline, mirror: Mirror) -> None:
        row = self._row(mirror)
        if row:
            pipe.hset(self._keys.mirror(mirror.kind), mirror.id, row)
        elif mirror.document is None:
            pipe.hdel(self._keys.mirror(mirror.kind), mirror.id)

    def _row(self, mirror: Mirror) -> bytes:
        """b'' for a thing that is gone, or that no JSON can hold."""
        if mirror.document is None:
            return b""
        document = {"format": MIRROR_FORMAT, "epoch": self._epoch, "seq": mirror.seq, **mirror.document}
        if mirror.kind == SWITCH.table:
            document["core"] = {**document.get("core", {}), **self.switch_details.get(mirror.id, {})}
        return self._encoded(f"{mirror.kind} {mirror.id}", lambda: orjson.dumps(document))

    def _add_reply(self, pipe: Pipeline, reply: Reply) -> None:
        found = CommandReply(reply.command_id, reply.ok, reply.error_id, reply.message, reply.data)
        raw = self._encoded(reply.command_id, lambda: encode_reply(found)) or encode_reply(
            CommandReply(reply.command_id, False, EngineError.error_id, "the answer cannot be written; look at the screen")
        )
        pipe.set(self._keys.command(reply.command_id), raw, ex=COMMAND_KEPT_S)
        address = self.addresses.get(reply.command_id)
        if address is None:
            return
        pipe.xadd(self._keys.replies(address.process), {"r": raw}, maxlen=REPLIES_KEPT, approximate=True)
        pipe.expire(self._keys.replies(address.process), COMMAND_KEPT_S)
        pipe.xack(self._keys.commands, COMMAND_GROUP, address.entry)

    def _forget(self, replies: list[Reply]) -> None:
        for reply in replies:
            self.addresses.pop(reply.command_id, None)
