"""Commands from Redis: each is recorded before its effects, run at most once, and answered exactly once.

How old a command is tells Redis's clock, by which its entry has its id: no sender's clock is compared with ours.

The record is the key ``command:ID``: 'running', then the reply itself. A second delivery of the same id gets the same reply.
What an earlier daemon left unfinished is answered 'outcome-unknown' and never run again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gevent
import redis
import structlog

from cti_server.adapters.centre_time import entry_ms, redis_ms
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import BLOCK_MS
from cti_server.daemon.outbox import COMMAND_GROUP, COMMAND_KEPT_S, Outbox, ReplyAddress
from cti_server.domain.border import BadInput
from cti_server.domain.clock import Clock
from cti_server.engine.kernel.messages import CommandInput, Reply
from cti_server.events.command_wire import Command, decode_command
from cti_server.events.errors import OutcomeUnknown

log = structlog.get_logger(__name__)

RUNNING = b"running"
RETRY_S = 0.5


@dataclass(eq=False)
class CommandReader:
    """Reads the commands stream as the consumer group's only consumer and hands each command to ``submit``."""

    _redis: redis.Redis
    _keys: Keys
    _outbox: Outbox
    _clock: Clock
    _submit: Callable[[CommandInput], None]
    _greenlet: gevent.Greenlet | None = None

    def start(self) -> gevent.Greenlet:
        """The reader's greenlet; it ends by itself only on a defect."""
        self._greenlet = gevent.spawn(self._run)
        self._greenlet.name = "commands"
        return self._greenlet

    def stop(self) -> None:
        if self._greenlet:
            self._greenlet.kill()

    def _run(self) -> None:
        prepared = False
        while True:
            try:
                if not prepared:
                    self._prepare()
                    prepared = True
                self._take_all(self._read(">", 100))
            except redis.RedisError as error:
                prepared = False  # a Redis that came back empty has no group
                log.warning("commands cannot be read", error=str(error))
                gevent.sleep(RETRY_S)

    def _prepare(self) -> None:
        """Make the group, and answer what an earlier daemon took and did not finish."""
        try:
            self._redis.xgroup_create(self._keys.commands, COMMAND_GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        self._take_all(self._read("0", 1000))

    def _read(self, after: str, count: int) -> list[tuple[bytes, dict[bytes, bytes]]]:
        """``after`` '>': new entries (waits for them); '0': those taken and not acknowledged."""
        block = BLOCK_MS if after == ">" else None
        found: Any = self._redis.xreadgroup(COMMAND_GROUP, "daemon", {self._keys.commands: after}, count=count, block=block)
        return [item for _, batch in found or () for item in batch]

    def _take_all(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        now_ms = redis_ms(self._redis) if entries else 0
        for entry, fields in entries:
            if fields:
                self._take_one(entry, fields, now_ms - entry_ms(entry))
            else:
                self._redis.xack(self._keys.commands, COMMAND_GROUP, entry)

    def _take_one(self, entry: bytes, fields: dict[bytes, bytes], age_ms: int) -> None:
        """Whatever is wrong with this entry alone sets it aside."""
        try:
            self._take(entry, fields, age_ms)
        except redis.ResponseError as error:
            if not str(error).startswith("WRONGTYPE"):
                raise
            self._outbox.aside.tell(
                "commands", entry.decode(), f"its record or reply stream is of another type: {error}", fields.get(b"c", b"")
            )
            self._redis.xack(self._keys.commands, COMMAND_GROUP, entry)

    def _take(self, entry: bytes, fields: dict[bytes, bytes], age_ms: int) -> None:
        try:
            command = decode_command(fields.get(b"c", b""))
        except BadInput as error:
            self._outbox.aside.tell("commands", entry.decode(), str(error), fields.get(b"c", b""))
            self._redis.xack(self._keys.commands, COMMAND_GROUP, entry)
            return
        if command.id in self._outbox.addresses:
            return  # it runs now; its reply will acknowledge the entry
        key = self._keys.command(command.id)
        address = ReplyAddress(command.reply_to, entry)
        if self._redis.set(key, RUNNING, nx=True, ex=COMMAND_KEPT_S):
            self._outbox.addresses[command.id] = address
            self._run_once(command, age_ms)
            return
        recorded = self._redis.get(key)
        if recorded in (None, RUNNING):
            self._outbox.addresses[command.id] = address
            text = f"{command.name}: the engine restarted while it ran; look at the screen before you send it again"
            self._outbox.put(self._clock.now_ms(), [Reply(command.id, False, OutcomeUnknown.error_id, text)])
        else:
            self._redis.xadd(self._keys.replies(command.reply_to), {"r": recorded})
            self._redis.xack(self._keys.commands, COMMAND_GROUP, entry)

    def _run_once(self, command: Command, age_ms: int) -> None:
        now_ms = self._clock.now_ms()
        until_ms = now_ms + command.wait_ms - age_ms if command.wait_ms else 0
        self._submit(CommandInput(now_ms, command.id, command.name, command.args, command.issuer, until_ms))
