"""`cti doctor` for the page: a process of its own, one at a time, ended when it takes too long; what it said counts a moment."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from time import monotonic
from typing import Any

from gevent.lock import BoundedSemaphore

from cti_server import programs
from cti_server.features.start.contract import DoctorFailed

LIMIT_S = 30.0
GOOD_FOR_S = 5.0
LARGEST = 1 << 20
COMMAND = (sys.executable, "-m", "scripts.cti.main", "doctor", "--json")


class Doctor:
    def __init__(self, command: Sequence[str] = COMMAND, limit_s: float = LIMIT_S) -> None:
        self._command, self._limit_s = command, limit_s
        self._turn = BoundedSemaphore(1)
        self._said: list[dict[str, Any]] = []
        self._at_s = -GOOD_FOR_S

    def findings(self) -> list[dict[str, Any]]:
        """As `Finding` of each; who asks while it looks gets what it finds. Raises DoctorFailed."""
        with self._turn:
            if monotonic() - self._at_s >= GOOD_FOR_S:
                self._said = self._look()
                self._at_s = monotonic()
            return self._said

    def _look(self) -> list[dict[str, Any]]:
        try:
            done = programs.run(self._command, limit_s=self._limit_s)
        except TimeoutError as error:
            raise DoctorFailed(f"cti doctor took longer than {self._limit_s:g} s") from error
        except OSError as error:
            raise DoctorFailed(f"cti doctor cannot be started: {error.strerror}") from error
        try:
            found = json.loads(done.said[:LARGEST])["findings"]
            return [_told(one) for one in found]
        except (ValueError, LookupError, TypeError) as error:
            raise DoctorFailed(f"cti doctor ended with code {done.code} and said nothing that can be read") from error


def _told(one: dict[str, Any]) -> dict[str, Any]:
    """Raises LookupError, TypeError."""
    texts = {
        name: {language: str(said) for language, said in dict(one[name]).items()} for name in ("components", "texts", "hints")
    }
    return {"component": str(one["component"]), "severity": str(one["severity"]), **texts}
