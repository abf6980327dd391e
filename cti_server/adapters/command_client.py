"""Sends commands to the engine and waits for the one answer; for web, worker and the command line.

XADD to ``commands`` (field 'c'); answers come on the own stream ``replies:PROCESS`` (field 'r'), read by one thread (a greenlet
where threads are patched). Nothing is ever sent twice: when the answer does not come in time the outcome is unknown and the
sender says so.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
from concurrent.futures import Future
from typing import Any, cast

import redis

from cti_server.adapters.centre_time import engine_sign
from cti_server.adapters.keys import Keys
from cti_server.errors import error_of
from cti_server.events.command_wire import Command, CommandReply, decode_reply, encode_command
from cti_server.events.declare import Arguments
from cti_server.events.errors import EngineAway, OutcomeUnknown

BLOCK_MS = 2000
KEPT_ENTRIES = 20_000
NO_ANSWER = "no answer in time; look at the screen before you send it again"


def process_name(role: str) -> str:
    """A name for ``replies:PROCESS`` that no other process has, e.g. 'web-box1-4711-9f3a2c'."""
    return f"{role}-{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


class CommandClient:
    """One per process. ``send`` may be called from many threads or greenlets at once."""

    def __init__(self, client: redis.Redis, keys: Keys, process: str) -> None:
        self._redis = client
        self._keys = keys
        self._process = process
        self._waiting: dict[str, Future[CommandReply]] = {}
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None
        self._closed = threading.Event()

    def send(self, wish: Arguments, issuer: str, deadline_s: float = 5.0) -> dict[str, Any]:
        """The reply's data.

        Raises the reply's own error; EngineAway when nothing was sent; OutcomeUnknown when no answer came within ``deadline_s``.
        """
        self._require_engine()
        command = self._command(wish, issuer, deadline_s)
        answer: Future[CommandReply] = Future()
        with self._lock:
            self._waiting[command.id] = answer
            self._start_reader()
        try:
            self._add(command)
            reply = answer.result(deadline_s)
        except TimeoutError:
            raise OutcomeUnknown(NO_ANSWER, {"command_id": command.id}) from None
        finally:
            with self._lock:
                self._waiting.pop(command.id, None)
        if not reply.ok:
            raise error_of(reply.error_id, reply.message, reply.data)
        return dict(reply.data)

    def post(self, wish: Arguments, issuer: str, deadline_s: float = 60.0) -> str:
        """Send and do not wait; the command's id. For news such as AgentPageGone.

        Raises EngineAway (Redis refused), OutcomeUnknown (Redis timed out).
        """
        command = self._command(wish, issuer, deadline_s)
        self._add(command)
        return command.id

    def close(self) -> None:
        """Stop reading; the own reply stream is removed."""
        self._closed.set()
        with contextlib.suppress(redis.RedisError):
            if self._reader is not None:
                self._redis.xadd(self._keys.replies(self._process), {"r": b"{}"})  # wakes the reader
                self._reader.join(BLOCK_MS / 1000 + 1)
            self._redis.delete(self._keys.replies(self._process))

    # ------------------------------------------------------------ sending

    def _require_engine(self) -> None:
        try:
            sign, _ = engine_sign(self._redis, self._keys)
        except redis.RedisError as error:
            message = f"Redis cannot be reached, the command was not sent: {error}"
            raise EngineAway(message, {"redis": False}) from error
        if sign is None or not sign.alive:
            details = {"age_ms": sign.age_ms if sign else None}
            raise EngineAway("the engine gives no sign of life; the command was not sent", details)

    def _command(self, wish: Arguments, issuer: str, deadline_s: float) -> Command:
        args = {name: value for name, value in vars(wish).items() if value != getattr(type(wish), name, ...)}  # no defaults
        return Command(secrets.token_hex(12), type(wish).__name__, args, issuer, int(deadline_s * 1000), self._process)

    def _add(self, command: Command) -> None:
        try:
            self._redis.xadd(self._keys.commands, {"c": encode_command(command)}, maxlen=KEPT_ENTRIES, approximate=True)
        except redis.TimeoutError as error:
            raise OutcomeUnknown(NO_ANSWER, {"command_id": command.id}) from error
        except redis.RedisError as error:
            raise EngineAway(f"Redis refused, the command was not sent: {error}", {"redis": False}) from error

    # ------------------------------------------------------------ answers

    def _start_reader(self) -> None:
        if self._reader is None or not self._reader.is_alive():
            self._reader = threading.Thread(target=self._read, name="command-replies", daemon=True)
            self._reader.start()

    def _read(self) -> None:
        reader = _own_connection(self._redis)
        last = b"0-0"
        while not self._closed.is_set():
            try:
                found = cast(Any, reader.xread({self._keys.replies(self._process): last}, count=200, block=BLOCK_MS))
            except redis.RedisError:
                self._closed.wait(0.5)
                continue
            for _, entries in found or ():
                for entry_id, fields in entries:
                    last = entry_id
                    self._take(fields.get(b"r", b""))
        reader.close()

    def _take(self, raw: bytes) -> None:
        try:
            reply = decode_reply(raw)
        except ValueError:
            return
        with self._lock:
            answer = self._waiting.pop(reply.command_id, None)
        if answer is not None:
            answer.set_result(reply)


def _own_connection(client: redis.Redis) -> redis.Redis:
    """A client with one connection of its own: the reader blocks on it, nobody else shall get it from the pool."""
    pool = client.connection_pool
    own = redis.ConnectionPool(connection_class=pool.connection_class, max_connections=1, **pool.connection_kwargs)
    return redis.Redis.from_pool(own)
