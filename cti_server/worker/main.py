"""The worker ``cti-worker``: migrates the database, then stores facts and runs its jobs until SIGTERM.

A defect that ends the persister ends the process with its reason: whoever supervises it starts it again, and facts wait in
Redis meanwhile.
"""

from gevent import monkey

monkey.patch_all()

import logging  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402

import gevent  # noqa: E402
import structlog  # noqa: E402
from apscheduler.schedulers.gevent import GeventScheduler  # noqa: E402
from gevent.event import Event  # noqa: E402

from cti_server import entry, temporary  # noqa: E402
from cti_server.adapters import logs  # noqa: E402
from cti_server.adapters.clock import SystemClock  # noqa: E402
from cti_server.adapters.command_client import CommandClient, process_name  # noqa: E402
from cti_server.adapters.keys import Keys  # noqa: E402
from cti_server.adapters.redis_store import connect  # noqa: E402
from cti_server.adapters.sql.database import make_engine, migrate  # noqa: E402
from cti_server.features.job import Around, Job  # noqa: E402
from cti_server.features.ledger.service import Persister  # noqa: E402
from cti_server.features.ledger.sql import SqlLedger  # noqa: E402
from cti_server.features.ledger.stream import FactsStream  # noqa: E402
from cti_server.features.registry import ENTITIES, FEATURES  # noqa: E402
from cti_server.features.webhooks.intake import Intake  # noqa: E402
from cti_server.features.webhooks.sql import SqlWebhooks  # noqa: E402
from cti_server.settings import Settings, load  # noqa: E402
from cti_server.worker.jobs import Guarded, Heartbeat  # noqa: E402
from cti_server.worker.persisting import PersistLoop, log_rejected  # noqa: E402

log = structlog.get_logger(__name__)

LAST_BATCH_S = 5.0
CLAIM_AFTER_MS = 5_000


class Worker:
    """Owns every part; ``run`` blocks until ``stop``. Raises BadDatabase, BadSetting at start."""

    def __init__(self, settings: Settings) -> None:
        revision = migrate(settings.database_url)
        clock, keys, client = SystemClock(), Keys(settings.tenant), connect(settings.redis_url)
        process = process_name("worker")
        commands = CommandClient(client, keys, process)
        engine = make_engine(settings.database_url, settings.tenant)
        self.around = Around(settings, engine, client, keys, commands, clock, process, ENTITIES)
        stream = FactsStream(client, keys, process, gevent.sleep, claim_after_ms=CLAIM_AFTER_MS)
        webhooks = Intake(SqlWebhooks(self.around.engine), client, keys, clock.now_ms)
        self.persister = Persister(stream, SqlLedger(self.around.engine), stream.now_ms, log_rejected, webhooks.facts)
        self.loop = PersistLoop(self.persister, gevent.sleep)
        self.failure = ""
        self._errors = 0
        self._ended = Event()
        self.heartbeat = Heartbeat(self.around, self._status)
        self.jobs: list[Job] = [self.heartbeat, *(job(self.around) for feature in FEATURES.values() for job in feature.jobs)]
        log.info("worker", process=process, schema=revision)

    def run(self) -> None:
        scheduler = GeventScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        for job in self.jobs:
            guarded = Guarded(job, self._count_defect)
            guarded()
            scheduler.add_job(guarded, "interval", seconds=job.every_s, id=job.name, name=job.name)
        scheduler.start()
        persisting = gevent.spawn(self.loop.run)
        persisting.link_exception(self._persister_died)
        self._ended.wait()
        self.loop.stop()
        scheduler.shutdown(wait=False)
        persisting.join(LAST_BATCH_S)
        self.heartbeat.clear()
        self.around.commands.close()
        self.around.redis.close()
        self.around.engine.dispose()

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
            **{name: count for job in self.jobs for name, count in job.counts().items()},
        }

    def _count_defect(self) -> None:
        self._errors += 1

    def _persister_died(self, greenlet: gevent.Greenlet) -> None:
        self.failure = f"the persister ended: {greenlet.exception!r}"
        self.stop()


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
