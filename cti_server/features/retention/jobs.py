"""What the worker deletes."""

from __future__ import annotations

from dataclasses import fields

import structlog

from cti_server.features.job import Around, Job
from cti_server.features.retention.service import FILES_A_STEP, Keep, Retention, delete_file
from cti_server.features.retention.sql import SqlOldRows

log = structlog.get_logger(__name__)


class OldRowsGo(Job):
    """Deletes what is older than the settings say, a little in each round."""

    name, every_s = "retention", 10.0

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        keep = Keep(**{f.name: getattr(around.settings, f"keep_{f.name}_days") for f in fields(Keep)})
        self._retention = Retention(SqlOldRows(around.engine), keep, around.clock.now_ms)
        self._left = 0

    def run(self) -> None:
        self._retention.step(self._around.recordings_dir, self._around.settings.recordings_path)
        if self._retention.files_left != self._left:
            self._left = self._retention.files_left
            log.warning("recordings that are too old cannot be deleted: see the rights of their files", files=self._left)

    def counts(self) -> dict[str, object]:
        return {"deleted": dict(self._retention.deleted), "recordings_left": self._retention.files_left}


class GoneFilesGo(Job):
    """Deletes files whose recordings are gone from the tables, a little in each round; what cannot be deleted is tried again."""

    name, every_s = "gone_files", 10.0

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._rows = SqlOldRows(around.engine)
        self._after, self._deleted, self._left = 0, 0, 0

    def run(self) -> None:
        switch_dir, local_dir = self._around.recordings_dir, self._around.settings.recordings_path
        if not switch_dir or not local_dir.is_dir():
            return
        found = self._rows.gone_files(self._after, FILES_A_STEP)
        gone = [row for row, path in found if delete_file(path, switch_dir, local_dir)]
        if gone:
            self._rows.files_deleted(gone)
        self._deleted += len(gone)
        left = (self._left if self._after else 0) + len(found) - len(gone)
        if left > self._left:
            log.warning("files of recordings that are gone cannot be deleted: see their rights", files=left)
        self._left, self._after = left, found[-1][0] if found else 0

    def counts(self) -> dict[str, object]:
        return {"files_deleted": self._deleted, "files_left": self._left}
