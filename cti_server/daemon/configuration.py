"""The newest good configuration document: from Redis, else from the local file that the last good one was written to.

A document that does not decode is refused and the running one stays.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import gevent
import redis
import structlog

from cti_server.adapters.keys import Keys
from cti_server.domain.config import CentreConfig
from cti_server.errors import CtiError, NoConfiguration
from cti_server.features.centre.document import decode_config

log = structlog.get_logger(__name__)

POLL_S = 5.0


class Kept:
    """A file that must hold the newest content, as soon as the disk has room for it; it never holds a part."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._unkept = b""

    def keep(self, content: bytes = b"") -> str:
        """Write it, or what could not be written before; why it is still not kept, '' when it is."""
        self._unkept = content or self._unkept
        try:
            if self._unkept:
                temporary = self._file.with_name(self._file.name + ".new")
                self._file.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(self._unkept)
                temporary.replace(self._file)
                self._unkept = b""
        except OSError as error:
            return f"{self._file}: {error.strerror}"
        return ""


class ConfigSource:
    """``changed`` is called with each newer document. ``tried`` gives a document back that can be used, or raises CtiError."""

    def __init__(self, client: redis.Redis, keys: Keys, file: Path, tried: Callable[[CentreConfig], CentreConfig]) -> None:
        self._tried = tried
        self._redis = client
        self._keys = keys
        self._file = file
        self._raw = b""
        self.kept = Kept(file)
        self.version = 0

    def first(self) -> CentreConfig:
        """The document to start with. Raises NoConfiguration when neither Redis nor the file has a good one."""
        for source, raw in (("redis", self._from_redis()), (str(self._file), self._from_file())):
            config = self._decode(raw, source) if raw else None
            if config:
                return config
        raise NoConfiguration(
            f"no configuration document in Redis ({self._keys.config}) nor in {self._file}: start the worker, which publishes it",
        )

    def check(self, changed: Callable[[CentreConfig], None]) -> None:
        """Look once; a newer good document goes to ``changed``."""
        raw = self._from_redis()
        if raw and raw != self._raw:
            config = self._decode(raw, "redis")
            if config:
                changed(config)

    def watch(self, changed: Callable[[CentreConfig], None]) -> None:
        """Look for ever, every few seconds."""
        while True:
            gevent.sleep(POLL_S)
            self.check(changed)

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
        self._raw = raw
        try:
            config = self._tried(decode_config(raw))
        except CtiError as error:
            log.error("a configuration document is refused; the last good one stays", source=source, error=error.message)
            return None
        self.version = config.version
        if source == "redis":
            trouble = self.kept.keep(raw)
            if trouble:
                log.error("the configuration is not kept on disk", error=trouble)
        return config
