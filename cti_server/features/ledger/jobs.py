"""What the worker does for the ledger: it books fallback calls and tidies the stream of facts."""

from __future__ import annotations

import gevent
import structlog

from cti_server.adapters.centre_time import redis_ms
from cti_server.events.views import CALL
from cti_server.features.job import Around, Job
from cti_server.features.ledger.fallback import Booking
from cti_server.features.ledger.fallback_files import line_files
from cti_server.features.ledger.fallback_sql import SqlFallback
from cti_server.features.ledger.stream import FactsStream

log = structlog.get_logger(__name__)


class FallbackCalls(Job):
    """Books what the switch's own queue handled while no daemon ran; nothing without the folder on this machine."""

    name, every_s = "fallback", 5.0

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._folder = around.settings.recordings_path / "fallback"
        node = around.settings.switches.split(",")[0].rpartition("=")[0].strip() or "main"  # the first: its files are seen here
        self._booking = Booking(SqlFallback(around.engine), self._mirrored, node, self._broken)

    def run(self) -> None:
        if self._around.config is not None:
            before = self._booking.booked
            now_ms = redis_ms(self._around.redis)  # as the ledger's as-of
            self._booking.run(line_files(self._folder), self._around.config, now_ms)
            if self._booking.booked > before:
                log.info("fallback calls booked", calls=self._booking.booked - before, waiting=self._booking.waiting)

    def counts(self) -> dict[str, object]:
        booking = self._booking
        return {"fallback_booked": booking.booked, "fallback_waiting": booking.waiting, "fallback_broken": booking.broken}

    def _mirrored(self, call_id: str) -> bool:
        return bool(self._around.redis.hexists(self._around.keys.mirror(CALL.table), call_id))

    def _broken(self, file: str, number: int, why: str) -> None:
        log.error("a fallback call cannot be booked and is skipped", file=file, line=number, why=why)


class FactsRetention(Job):
    """Deletes from the facts' stream what is stored but still lies there, and readers that are gone for a day."""

    name, every_s = "facts", 60.0

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._stream = FactsStream(around.redis, around.keys, around.process, gevent.sleep)

    def run(self) -> None:
        gone = self._stream.tidy()
        if gone:
            log.info("facts trimmed", entries=gone)
