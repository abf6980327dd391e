"""The endless loop around the Persister: as fast as facts come, patient while Redis or the database is away."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import structlog

from cti_server.errors import CtiError
from cti_server.features.ledger.service import Entry, Persister

log = structlog.get_logger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 10.0


class Backoff:
    """Waits that double from FIRST_WAIT_S to LONGEST_WAIT_S, each shortened at random by up to half."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._next_s = FIRST_WAIT_S

    def next_s(self) -> float:
        wait_s = self._next_s * self._rng.uniform(0.5, 1.0)
        self._next_s = min(self._next_s * 2, LONGEST_WAIT_S)
        return wait_s

    def reset(self) -> None:
        self._next_s = FIRST_WAIT_S


class PersistLoop:
    """``wait(seconds)`` pauses; ``run`` goes on until ``stop`` and then finishes the batch at hand."""

    def __init__(self, persister: Persister, wait: Callable[[float], object], rng: random.Random) -> None:
        self._persister = persister
        self._wait = wait
        self._backoff = Backoff(rng)
        self._stopped = threading.Event()
        self.trouble = ""

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._persister.step()
            except CtiError as error:
                self._failed(error)
                self._wait(self._backoff.next_s())
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
        self._backoff.reset()


def log_rejected(entry: Entry, why: str) -> None:
    log.error("a fact cannot be stored and is set aside", entry=entry.id, why=why)
