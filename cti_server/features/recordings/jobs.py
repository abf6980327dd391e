"""What the worker does for recordings: it looks at the new files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from cti_server.adapters.command_client import CommandClient
from cti_server.domain.recording import Problem
from cti_server.errors import CtiError
from cti_server.events.commands import ReportRecording
from cti_server.features.recordings.service import FileSeen, RecordingStore, check_new

log = structlog.get_logger(__name__)


class RecordingCheck:
    """Checksums of new recordings, and an alarm for a file that is not there. Without the folder here nothing is judged.

    ``now_ms``: by the engine's clock, which says when a recording ended.
    """

    name, every_s = "recordings", 5.0

    def __init__(
        self,
        store: RecordingStore,
        look: Callable[[Path], FileSeen | None],
        switch_dir: Callable[[], str],
        local_dir: Path,
        commands: CommandClient,
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._look = look
        self._switch_dir = switch_dir
        self._local_dir = local_dir
        self._commands = commands
        self._now_ms = now_ms
        self.checked = 0
        self.problems = 0

    def run(self) -> None:
        switch_dir = self._switch_dir()
        if switch_dir and self._local_dir.is_dir():
            now_ms = self._now_ms()
            self.checked += check_new(self._store, self._look, switch_dir, self._local_dir, now_ms, self._problem)

    def _problem(self, row: dict[str, Any], problem: Problem) -> bool:
        try:
            self._commands.send(ReportRecording(call_id=row["call_id"], problem=problem), "system:worker")
        except CtiError as error:
            why = error.error_id
            log.warning("nobody can be told of a recording's problem yet", call=row["call_id"], problem=problem, why=why)
            return False
        self.problems += 1
        log.error("recording", problem=problem, recording=row["id"], call=row["call_id"], path=row["path"])
        return True
