"""The worker ``cti-worker``: migrates the database, then stores facts and runs its jobs until SIGTERM.

A defect that ends the persister ends the process with its reason: whoever supervises it starts it again, and facts wait in
Redis meanwhile.
"""

from gevent import monkey

monkey.patch_all()

import logging  # noqa: E402
import os  # noqa: E402
import random  # noqa: E402
import signal  # noqa: E402
from dataclasses import fields  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402
import structlog  # noqa: E402
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent  # noqa: E402
from apscheduler.schedulers.gevent import GeventScheduler  # noqa: E402
from gevent.event import Event  # noqa: E402

from cti_server import entry, temporary  # noqa: E402
from cti_server.adapters import logs  # noqa: E402
from cti_server.adapters.centre_time import engine_now_ms  # noqa: E402
from cti_server.adapters.clock import SystemClock  # noqa: E402
from cti_server.adapters.command_client import CommandClient, process_name  # noqa: E402
from cti_server.adapters.keys import Keys  # noqa: E402
from cti_server.adapters.redis_store import connect  # noqa: E402
from cti_server.adapters.sql.database import make_engine, migrate  # noqa: E402
from cti_server.features.centre import jobs as centre_jobs  # noqa: E402
from cti_server.features.centre.flow_files import read_flows  # noqa: E402
from cti_server.features.centre.sql import SqlConfigurations  # noqa: E402
from cti_server.features.ledger import jobs as ledger_jobs  # noqa: E402
from cti_server.features.ledger.fallback_sql import SqlFallback  # noqa: E402
from cti_server.features.ledger.retention import Keep, Retention  # noqa: E402
from cti_server.features.ledger.retention_sql import SqlOldRows  # noqa: E402
from cti_server.features.ledger.service import Persister  # noqa: E402
from cti_server.features.ledger.sql import SqlLedger  # noqa: E402
from cti_server.features.ledger.stream import FactsStream  # noqa: E402
from cti_server.features.recordings import jobs as recordings_jobs  # noqa: E402
from cti_server.features.recordings.files import look  # noqa: E402
from cti_server.features.recordings.service import FileSeen  # noqa: E402
from cti_server.features.recordings.sql import SqlRecordings  # noqa: E402
from cti_server.features.reports import jobs as reports_jobs  # noqa: E402
from cti_server.features.reports.rollup import Roller  # noqa: E402
from cti_server.features.reports.sql import SqlLedgerReader, SqlRolledRows  # noqa: E402
from cti_server.settings import Settings, load  # noqa: E402
from cti_server.worker import jobs  # noqa: E402
from cti_server.worker.persisting import PersistLoop, log_rejected  # noqa: E402

log = structlog.get_logger(__name__)

LAST_BATCH_S = 5.0
CLAIM_AFTER_MS = 5_000


class Worker:
    """Owns every part; ``run`` blocks until ``stop``. Raises BadDatabase, BadSetting at start."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        revision = migrate(settings.database_url)
        clock, keys = SystemClock(), Keys(settings.domain)
        process = process_name("worker")
        self.engine = make_engine(settings.database_url)
        self.redis = connect(settings.redis_url)
        self.commands = CommandClient(self.redis, keys, process, clock)
        stream = FactsStream(self.redis, keys, process, gevent.sleep, claim_after_ms=CLAIM_AFTER_MS)
        self.persister = Persister(stream, SqlLedger(self.engine), stream.now_ms, log_rejected)
        self.loop = PersistLoop(self.persister, gevent.sleep, random.Random())  # noqa: S311 - spreads waits
        self.failure = ""
        self._errors = 0
        self._ended = Event()
        publication = centre_jobs.Publication(
            SqlConfigurations(self.engine),
            lambda: read_flows(settings.flows_path),
            self.redis,
            keys,
            self.commands,
            settings.domain,
            clock,
        )
        self.recordings = recordings_jobs.RecordingCheck(
            SqlRecordings(self.engine),
            _look_aside,
            lambda: publication.recordings_dir,
            settings.recordings_path,
            self.commands,
            lambda: engine_now_ms(self.redis, keys, clock.now_ms()),
        )
        self.fallback = ledger_jobs.FallbackCalls(
            SqlFallback(self.engine),
            self.redis,
            keys,
            lambda: publication.config,
            settings.recordings_path / "fallback",
            _first_switch(settings.switches),
        )
        retained = Retention(SqlOldRows(self.engine), keep_of(settings), clock.now_ms)
        self.old = ledger_jobs.OldRowsGo(retained, lambda: publication.recordings_dir, settings.recordings_path)
        reader = SqlLedgerReader(self.engine, gevent.sleep)
        self.reports = reports_jobs.ReportRows(
            Roller(SqlRolledRows(self.engine), reader, clock.now_ms, reports_jobs.wrong_rows, retained.kept_ms),
            lambda: publication.config,
        )
        self.heartbeat = jobs.Heartbeat(self.redis, keys, process, clock, self._status)
        figures = reports_jobs.LiveFigures(
            SqlLedgerReader(self.engine, lambda: gevent.sleep(0)), self.redis, keys, lambda: publication.config, self.commands
        )
        retention = ledger_jobs.FactsRetention(stream)
        checks: list[jobs.Job] = [self.recordings, self.fallback, self.reports, self.old]
        self.jobs: list[jobs.Job] = [self.heartbeat, publication, *checks, figures, retention]
        log.info("worker", process=process, schema=revision)

    def run(self) -> None:
        scheduler = GeventScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        scheduler.add_listener(self._job_error, EVENT_JOB_ERROR)
        for job in self.jobs:
            guarded = jobs.Guarded(job, self._count_defect)
            guarded()
            scheduler.add_job(guarded, "interval", seconds=job.every_s, id=job.name, name=job.name)
        scheduler.start()
        persisting = gevent.spawn(self.loop.run)
        persisting.link_exception(self._persister_died)
        self._ended.wait()
        self.loop.stop()
        scheduler.shutdown(wait=False)
        persisting.join(LAST_BATCH_S)
        jobs.Guarded(_Last(self.heartbeat))()
        self.commands.close()
        self.redis.close()
        self.engine.dispose()

    def stop(self) -> None:
        self._ended.set()

    def _status(self) -> dict[str, object]:
        counts = self.persister.counts
        return {
            "errors": self._errors,
            "stored": counts.stored,
            "doubles": counts.doubles,
            "rejected": counts.rejected,
            "trouble": self.loop.trouble,
            "recordings_checked": self.recordings.checked,
            "recording_problems": self.recordings.problems,
            "report_quarters_rolled": self.reports.roller.rolled,
            "report_quarters_stale": self.reports.roller.stale,
            "report_quarters_wrong": self.reports.roller.wrong,
            "deleted": dict(self.old.retention.deleted),
            "recordings_left": self.old.retention.files_left,
            "fallback_booked": self.fallback.booking.booked,
            "fallback_waiting": self.fallback.booking.waiting,
            "fallback_broken": self.fallback.booking.broken,
        }

    def _count_defect(self) -> None:
        self._errors += 1

    def _job_error(self, event: JobExecutionEvent) -> None:
        self._errors += 1
        log.error("a job has a defect", job=event.job_id, error=repr(event.exception))

    def _persister_died(self, greenlet: gevent.Greenlet) -> None:
        self.failure = f"the persister ended: {greenlet.exception!r}"
        self.stop()


def keep_of(settings: Settings) -> Keep:
    return Keep(**{f.name: getattr(settings, f"keep_{f.name}_days") for f in fields(Keep)})


class _Last:
    """The heartbeat is taken away when the worker ends on purpose."""

    name, every_s = "heartbeat", 0.0

    def __init__(self, heartbeat: jobs.Heartbeat) -> None:
        self.run = heartbeat.clear


def _first_switch(switches: str) -> str:
    """The name of the switch whose recordings this machine sees: the first of CTI_SWITCHES."""
    return switches.split(",")[0].rpartition("=")[0].strip() or "main"


def _look_aside(path: Path) -> FileSeen | None:
    """Hashing takes CPU: it runs in a real thread and the heart beats on."""
    seen: FileSeen | None = gevent.get_hub().threadpool.apply(look, (path,))
    return seen


def main() -> None:
    os.umask(0o077)  # what this process writes is about callers
    entry.run("cti-worker", _run)


def _run() -> str:
    settings = load()
    temporary.ensure(settings.data_dir)
    logs.set_up(settings.log_level)
    for library in ("apscheduler", "alembic"):
        logging.getLogger(library).setLevel(logging.ERROR)
    worker = Worker(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, worker.stop)
    worker.run()
    return worker.failure


if __name__ == "__main__":
    main()
