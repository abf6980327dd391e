"""The newest good configuration document: from Redis, else from the local file that the last good one was written to.

A newer one comes as what differs, in parts that are read and checked before the first of them counts: the loop, which has calls
to serve, never stands still for it. One that does not decode is refused and the running one stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, cast

import gevent
import orjson
import redis
import structlog
from gevent.lock import BoundedSemaphore

from cti_server.adapters.keys import Keys
from cti_server.domain import border
from cti_server.domain.border import BadInput
from cti_server.domain.config import CentreConfig
from cti_server.errors import CtiError, NoConfiguration
from cti_server.features.centre.document import decode_config
from cti_server.features.centre.parts import parts_of

log = structlog.get_logger(__name__)

POLL_S = 5.0
PART_EVERY_S = 0.01
"""Between two parts the loop gets to what calls need."""


class Kept:
    """A file that must hold the newest content, as soon as the disk has room for it; it never holds a part. From any thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._unkept = b""
        self._writing = Lock()

    def keep(self, content: bytes = b"") -> str:
        """Write it, or what could not be written before; why it is still not kept, '' when it is, or is being written."""
        self._unkept = content or self._unkept
        if not self._writing.acquire(blocking=False):
            return ""
        try:
            if self._unkept:
                temporary = self._file.with_name(self._file.name + ".new")
                self._file.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(self._unkept)
                temporary.replace(self._file)
                self._unkept = b""
        except OSError as error:
            return f"{self._file}: {error.strerror}"
        finally:
            self._writing.release()
        return ""


Part = Mapping[str, Any]
"""As in features.centre.parts."""


class ConfigSource:
    """``tried`` gives a document back that can be used, or raises CtiError. ``fits`` raises BadInput for what is no part."""

    def __init__(
        self,
        client: redis.Redis,
        keys: Keys,
        file: Path,
        tried: Callable[[CentreConfig], CentreConfig],
        fits: Callable[[Part], None],
    ) -> None:
        self._tried, self._fits = tried, fits
        self._redis = client
        self._keys = keys
        self._file = file
        self._raw = b""  # the document in force
        self._seen = b""  # how the newest one ends: with its version
        self._turn = BoundedSemaphore(1)
        self.kept = Kept(file)
        self.version = 0

    def first(self) -> CentreConfig:
        """The document to start with. Raises NoConfiguration when neither Redis nor the file has a good one."""
        for source, raw in (("redis", self._from_redis()), (str(self._file), self._from_file())):
            config = self._decode(raw, source) if raw else None
            if config and raw:
                self._took(raw, config.version, source)
                return config
        raise NoConfiguration(
            f"no configuration document in Redis ({self._keys.config}) nor in {self._file}: start the worker, which publishes it",
        )

    def check(self, take: Callable[[Part], None]) -> None:
        """Look once; what differs in a newer good document goes to ``take``, part by part, with pauses for the loop."""
        with self._turn:
            end = self._end()
            if not end or end == self._seen:
                return
            self._seen = end
            try:
                parts = self._written_parts() or self._own_parts()
            except (CtiError, BadInput) as error:
                log.error("a configuration is refused; the last good one stays", error=str(error))
                return
            raw = self._from_redis()
            for part in parts:
                take(part)
                gevent.sleep(PART_EVERY_S if not part["last"] else 0)
            if parts and raw:
                self._took(raw, int(parts[-1]["version"]), "redis")

    def watch(self, take: Callable[[Part], None]) -> None:
        """Look for ever, every few seconds."""
        while True:
            gevent.sleep(POLL_S)
            self.check(take)

    def _end(self) -> bytes:
        """How the newest document ends: its keys are sorted, the version is the last."""
        try:
            return cast("bytes", self._redis.getrange(self._keys.config, -64, -1))
        except redis.RedisError as error:
            log.warning("configuration cannot be read from redis", error=str(error))
            return b""

    def _written_parts(self) -> list[Part]:
        """Those that the publisher has written, if they are of what is in force; else []. Raises BadInput."""
        found: list[Part] = []
        try:
            for at in range(int(cast("Any", self._redis.llen(self._keys.config_parts)))):
                raw = cast("bytes | None", self._redis.lindex(self._keys.config_parts, at))
                part = border.document(raw or b"", "part")
                if (part.get("base"), part.get("version")) != (self.version, (found or [part])[0].get("version")):
                    return []
                self._fits(part)
                found.append(part)
                gevent.sleep(0)
        except redis.RedisError as error:
            log.warning("configuration cannot be read from redis", error=str(error))
            return []
        return found if found and found[-1]["last"] is True else []

    def _own_parts(self) -> list[Part]:
        """Of the whole document, read and compared in a thread. Raises CtiError."""
        raw = self._from_redis()
        if not raw:
            return []
        done = gevent.get_hub().threadpool.apply(self._compared, (raw, self._raw))
        if isinstance(done, CtiError):
            raise done
        return cast("list[Part]", done)

    def _compared(self, raw: bytes, old: bytes) -> list[dict[str, Any]] | CtiError:
        """In a thread, whose errors travel as values."""
        try:
            self._tried(decode_config(raw))
            return parts_of(orjson.loads(old), orjson.loads(raw))
        except CtiError as error:
            return error

    def _from_redis(self) -> bytes | None:
        try:
            return cast("bytes | None", self._redis.get(self._keys.config))
        except redis.RedisError as error:
            log.warning("configuration cannot be read from redis", error=str(error))
            return None

    def _from_file(self) -> bytes | None:
        try:
            return self._file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.error("the local copy of the configuration cannot be read", file=str(self._file), error=str(error))
            return None

    def _decode(self, raw: bytes, source: str) -> CentreConfig | None:
        try:
            return self._tried(decode_config(raw))
        except CtiError as error:
            log.error("a configuration document is refused; the last good one stays", source=source, error=error.message)
            return None

    def _took(self, raw: bytes, version: int, source: str) -> None:
        self._raw, self._seen, self.version = raw, raw[-64:], version
        if source == "redis":
            trouble = gevent.get_hub().threadpool.apply(self.kept.keep, (raw,))
            if trouble:
                log.error("the configuration is not kept on disk", error=trouble)
