"""The endless loop around the Persister: as fast as facts come, patient while Redis or the database is away."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from redis.backoff import EqualJitterBackoff

from cti_server.errors import CtiError
from cti_server.features.ledger.service import Entry, Persister

log = structlog.get_logger(__name__)

WAITS = EqualJitterBackoff(cap=10.0, base=0.25)
"""They double, each shortened at random by up to half."""
LAST_DOUBLING = 10


class PersistLoop:
    """``wait(seconds)`` pauses; ``run`` goes on until ``stop`` and then finishes the batch at hand."""

    def __init__(self, persister: Persister, wait: Callable[[float], object]) -> None:
        self._persister = persister
        self._wait = wait
        self._failures = 0
        self._stopped = threading.Event()
        self.trouble = ""

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._persister.step()
            except CtiError as error:
                self._failed(error)
                self._wait(WAITS.compute(min(self._failures, LAST_DOUBLING)))
                self._failures += 1
            else:
                self._worked()

    def stop(self) -> None:
        self._stopped.set()

    def _failed(self, error: CtiError) -> None:
        if error.error_id != self.trouble:
            log.warning("facts wait in redis", why=error.error_id, message=error.message)
        self.trouble = error.error_id

    def _worked(self) -> None:
        if self.trouble:
            log.info("facts are stored again", after=self.trouble)
        self.trouble = ""
        self._failures = 0


def log_rejected(entry: Entry, why: str) -> None:
    log.error("a fact cannot be stored and is set aside", entry=entry.id, why=why)
