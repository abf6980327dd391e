"""What the worker does for recordings: it looks at the new files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gevent
import structlog

from cti_server.adapters.centre_time import engine_now_ms
from cti_server.domain.recording import Problem
from cti_server.errors import CtiError
from cti_server.events.commands import ReportRecording
from cti_server.features.job import Around, Job
from cti_server.features.recordings.files import look
from cti_server.features.recordings.service import FileSeen, check_new
from cti_server.features.recordings.sql import SqlRecordings

log = structlog.get_logger(__name__)


class RecordingCheck(Job):
    """Checksums of new recordings, and an alarm for a file that is not there. Without the folder here nothing is judged."""

    name, every_s = "recordings", 5.0

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._store = SqlRecordings(around.engine)
        self._checked = 0
        self._problems = 0

    def run(self) -> None:
        around, local_dir = self._around, self._around.settings.recordings_path
        if around.recordings_dir and local_dir.is_dir():
            now_ms = engine_now_ms(around.redis, around.keys, around.clock.now_ms())  # the clock that says when one ended
            self._checked += check_new(self._store, _look_aside, around.recordings_dir, local_dir, now_ms, self._problem)

    def counts(self) -> dict[str, object]:
        return {"recordings_checked": self._checked, "recording_problems": self._problems}

    def _problem(self, row: dict[str, Any], problem: Problem) -> bool:
        try:
            self._around.commands.send(ReportRecording(call_id=row["call_id"], problem=problem), "system:worker")
        except CtiError as error:
            why = error.error_id
            log.warning("nobody can be told of a recording's problem yet", call=row["call_id"], problem=problem, why=why)
            return False
        self._problems += 1
        log.error("recording", problem=problem, recording=row["id"], call=row["call_id"], path=row["path"])
        return True


def _look_aside(path: Path) -> FileSeen | None:
    """Hashing takes CPU: it runs in a real thread and the heart beats on."""
    seen: FileSeen | None = gevent.get_hub().threadpool.apply(look, (path,))
    return seen
