"""What the worker deletes."""

from __future__ import annotations

from dataclasses import fields

import structlog

from cti_server.features.job import Around, Job
from cti_server.features.retention.service import Keep, Retention
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
