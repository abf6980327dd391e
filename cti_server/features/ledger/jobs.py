"""What the worker does for the ledger: it books fallback calls, deletes what is too old, tidies the stream of facts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import redis
import structlog

from cti_server.adapters.centre_time import redis_ms
from cti_server.adapters.keys import Keys
from cti_server.domain.config import CentreConfig
from cti_server.features.ledger.fallback import Booking, Books
from cti_server.features.ledger.fallback_files import line_files
from cti_server.features.ledger.retention import Retention
from cti_server.features.ledger.stream import FactsStream

log = structlog.get_logger(__name__)


class FallbackCalls:
    """Books what the switch's own queue handled while no daemon ran; nothing without the folder on this machine."""

    name, every_s = "fallback", 5.0

    def __init__(
        self,
        books: Books,
        client: redis.Redis,
        keys: Keys,
        config: Callable[[], CentreConfig | None],
        folder: Path,
        node: str,
    ) -> None:
        self._redis = client
        self._mirror = keys.mirror("calls")
        self._config = config
        self._folder = folder
        self.booking = Booking(books, self._mirrored, node, self._broken)

    def run(self) -> None:
        config = self._config()
        if config is not None:
            before = self.booking.booked
            self.booking.run(line_files(self._folder), config, redis_ms(self._redis))  # as the ledger's as-of
            if self.booking.booked > before:
                log.info("fallback calls booked", calls=self.booking.booked - before, waiting=self.booking.waiting)

    def _mirrored(self, call_id: str) -> bool:
        return bool(self._redis.hexists(self._mirror, call_id))

    def _broken(self, file: str, number: int, why: str) -> None:
        log.error("a fallback call cannot be booked and is skipped", file=file, line=number, why=why)


class OldRowsGo:
    """Deletes what is older than the settings say, a little in each round."""

    name, every_s = "retention", 10.0

    def __init__(self, retention: Retention, switch_dir: Callable[[], str], local_dir: Path) -> None:
        self.retention = retention
        self._switch_dir = switch_dir
        self._local_dir = local_dir
        self._left = 0

    def run(self) -> None:
        self.retention.step(self._switch_dir(), self._local_dir)
        if self.retention.files_left != self._left:
            self._left = self.retention.files_left
            log.warning("recordings that are too old cannot be deleted: see the rights of their files", files=self._left)


class FactsRetention:
    """Deletes from the facts' stream what is stored but still lies there, and readers that are gone for a day."""

    name, every_s = "facts", 60.0

    def __init__(self, stream: FactsStream) -> None:
        self._stream = stream

    def run(self) -> None:
        gone = self._stream.tidy()
        if gone:
            log.info("facts trimmed", entries=gone)
