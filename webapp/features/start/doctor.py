"""`cti doctor` for the page: a process of its own, one at a time, ended when it takes too long; what it said counts a moment."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from time import monotonic
from typing import Any

from gevent.lock import BoundedSemaphore

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
            process = subprocess.Popen(  # noqa: S603 - its own command
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise DoctorFailed(f"cti doctor cannot be started: {error.strerror}") from error
        try:
            said, _ = process.communicate(timeout=self._limit_s)
            found = json.loads(said[:LARGEST])["findings"]
            return [_told(one) for one in found]
        except subprocess.TimeoutExpired as error:
            raise DoctorFailed(f"cti doctor took longer than {self._limit_s:g} s") from error
        except (ValueError, LookupError, TypeError) as error:
            raise DoctorFailed(f"cti doctor ended with code {process.returncode} and said nothing that can be read") from error
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()


def _told(one: dict[str, Any]) -> dict[str, Any]:
    """Raises LookupError, TypeError."""
    texts = {
        name: {language: str(said) for language, said in dict(one[name]).items()} for name in ("components", "texts", "hints")
    }
    return {"component": str(one["component"]), "severity": str(one["severity"]), **texts}
