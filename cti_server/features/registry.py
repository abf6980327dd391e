"""The features, a line for each, wherever it has a folder: here, in ``webapp/features``, in the page's ``src/features``.

The line says its tables, and the jobs that the worker runs; importing this declares everything of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from cti_server.features.centre import jobs as centre
from cti_server.features.centre import model as centre_model
from cti_server.features.job import Job
from cti_server.features.ledger import jobs as ledger
from cti_server.features.ledger import model as ledger_model
from cti_server.features.recordings import jobs as recordings
from cti_server.features.reports import jobs as reports
from cti_server.features.reports import model as reports_model
from cti_server.features.retention import jobs as retention
from cti_server.features.users import model as users_model


@dataclass(frozen=True, slots=True)
class Feature:
    model: ModuleType | None = None
    jobs: tuple[type[Job], ...] = ()


FEATURES: Mapping[str, Feature] = {
    "centre": Feature(centre_model, (centre.Publication,)),  # first: the others wait for its document
    "calls": Feature(),
    "recordings": Feature(jobs=(recordings.RecordingCheck,)),
    "ledger": Feature(ledger_model, (ledger.FallbackCalls, ledger.FactsRetention)),
    "reports": Feature(reports_model, (reports.ReportRows, reports.LiveFigures)),
    "retention": Feature(jobs=(retention.OldRowsGo,)),
    "users": Feature(users_model),
    "commands": Feature(),
    "desk": Feature(),
    "directory": Feature(),
    "docs": Feature(),
    "health": Feature(),
    "panel": Feature(),
    "phone": Feature(),
    "session": Feature(),
    "wallboard": Feature(),
}
