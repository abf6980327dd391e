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


def write_whole(file: Path, content: bytes) -> None:
    """The file has the old content or the new one, never a part. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(file.name + ".new")
    temporary.write_bytes(content)
    temporary.replace(file)


class ConfigSource:
    """``changed`` is called with each newer document. ``tried`` gives a document back that can be used, or raises CtiError."""

    def __init__(
        self, client: redis.Redis, keys: Keys, file: Path, tried: Callable[[CentreConfig], CentreConfig] | None = None
    ) -> None:
        self._tried = tried or (lambda config: config)
        self._redis = client
        self._keys = keys
        self._file = file
        self._raw = b""
        self._unkept = b""
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
            self._unkept = raw
            trouble = self.keep()
            if trouble:
                log.error("the configuration is not kept on disk", error=trouble)
        return config

    def keep(self) -> str:
        """Write the newest good document that is not on the disk yet; why it is still not kept, '' when it is."""
        try:
            if self._unkept:
                write_whole(self._file, self._unkept)
                self._unkept = b""
        except OSError as error:
            return f"{self._file}: {error.strerror}"
        return ""
