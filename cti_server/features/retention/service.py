"""What is deleted when it is old enough: nothing, unless a setting says after how many days. In small steps, the oldest first.

Facts go only when the rows of reports are made of them, and those rows stay unless a setting says otherwise: last year's
reports need no calls of that year. A recording goes with its file, never one without the other, and at the latest with its call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cti_server.errors import CtiError
from cti_server.events.facts import FACTS
from cti_server.features.ledger.quarters import quarter
from cti_server.features.recordings.service import local_path

DAY_MS = 24 * 3_600_000
ROWS_A_STEP = 1000
FILES_A_STEP = 100
ROLLED = ("calls", "agents")
"""Facts that the rows of reports are made of."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Days; 0: for ever."""

    calls: int = 0
    agents: int = 0
    recordings: int = 0
    audit: int = 0
    reports: int = 0
    configurations: int = 0
    history: int = 0


class OldRows(Protocol):
    """The port. Every method raises DatabaseAway."""

    def delete(self, table: str, before_ms: int, count: int) -> int:
        """The oldest rows of a table of TABLES from before that moment, about ``count`` at most; how many went."""
        ...

    def recordings(self, before_ms: int, after: tuple[int, int], count: int) -> list[Mapping[str, Any]]:
        """{row_id, path, ended_ms} of recordings that ended before, in order of (ended_ms, row_id), from behind ``after``."""
        ...

    def delete_recordings(self, row_ids: list[int]) -> None: ...

    def oldest_stale_ms(self) -> int:
        """The oldest quarter whose rows are not made of its facts yet; 0: there is none."""
        ...

    def kept_ms(self, kind: str) -> int:
        """The moment before which facts of ``kind``, one of ROLLED, may be gone; 0: none are."""
        ...

    def set_kept(self, kind: str, at_ms: int) -> None: ...

    def expire_audit(self, before_ms: int, now_ms: int) -> None:
        """Writes it into the audit, once: rows from before are deleted by their age from now on."""
        ...


TABLES: Mapping[str, tuple[str, ...]] = {
    **{kind: tuple(fact.table for fact in reversed(FACTS) if fact.kept == kind) for kind in ("calls", "agents", "audit")},
    "configurations": ("config_versions",),
    "history": ("entity_versions",),
    "reports": ("report_queues", "report_agents"),
}
"""Setting -> the tables that it is about, in the order in which they are emptied."""


@dataclass(eq=False)
class Retention:
    """``step`` deletes a little of everything that is too old. ``deleted`` counts rows by table, files as 'recordings'."""

    _rows: OldRows
    _keep: Keep
    _now_ms: Callable[[], int]
    _after: tuple[int, int] = (0, 0)  # the recording looked at last
    deleted: Counter[str] = field(default_factory=Counter)
    files_left: int = 0

    def step(self, switch_dir: str, local_dir: Path) -> None:
        """Raises DatabaseAway. Without the folder of recordings here, none is touched."""
        for kind in ROLLED:
            before = self._before(getattr(self._keep, kind))
            if before:
                self._delete_facts(kind, before)
        self._delete_audit(self._before(self._keep.audit) // DAY_MS * DAY_MS)
        self._delete("configurations", self._before(self._keep.configurations))
        self._delete("history", self._before(self._keep.history))
        reports = self._before(self._keep.reports)
        if reports:
            self._delete("reports", min(reports, *map(self._rows.kept_ms, ROLLED)))
        days = min((days for days in (self._keep.recordings, self._keep.calls) if days), default=0)
        if days and switch_dir and local_dir.is_dir():
            self._delete_recordings(self._before(days), switch_dir, local_dir)

    def _before(self, days: int) -> int:
        return quarter(self._now_ms() - days * DAY_MS) if days else 0

    def _delete_facts(self, kind: str, before: int) -> None:
        """Not before their rows are made; and first it is written down that they may be gone."""
        kept, stale = self._rows.kept_ms(kind), self._rows.oldest_stale_ms()
        before = max(kept, min(before, stale) if stale else before)
        if before > kept:
            self._rows.set_kept(kind, before)
        self._delete(kind, before)

    def _delete_audit(self, before: int) -> None:
        """By whole days, each of which the audit itself tells: else its chain would take them for removed."""
        if before > self._rows.kept_ms("audit"):
            self._rows.expire_audit(before, self._now_ms())
        self._delete("audit", before)

    def _delete(self, kind: str, before: int) -> None:
        for table in TABLES[kind] if before else ():
            self.deleted += Counter({table: self._rows.delete(table, before, ROWS_A_STEP)})

    def _delete_recordings(self, before: int, switch_dir: str, local_dir: Path) -> None:
        found = self._rows.recordings(before, self._after, FILES_A_STEP)
        gone = [int(row["row_id"]) for row in found if delete_file(str(row["path"]), switch_dir, local_dir)]
        if gone:
            self._rows.delete_recordings(gone)
        self.deleted += Counter(recordings=len(gone))
        self.files_left = (self.files_left if self._after != (0, 0) else 0) + len(found) - len(gone)
        self._after = (int(found[-1]["ended_ms"]), int(found[-1]["row_id"])) if found else (0, 0)


def delete_file(on_switch: str, switch_dir: str, local_dir: Path) -> bool:
    """True when the file is gone. One that is not in the folder of recordings is nobody's to delete."""
    try:
        path = local_path(on_switch, switch_dir, local_dir)
        if path is None:
            return False
        path.unlink(missing_ok=True)
    except (OSError, CtiError):
        return False
    return True
