"""What the worker does for reports: it rolls up the ledger, and gives a daemon without a mirror its figures of today."""

from __future__ import annotations

from typing import cast

import gevent
import orjson
import structlog

from cti_server.events.commands import RestoreFigures
from cti_server.features.job import Around, Job
from cti_server.features.ledger.sql import SqlLedger
from cti_server.features.reports import live_figures
from cti_server.features.reports.rollup import Roller
from cti_server.features.reports.sql import SqlLedgerReader, SqlRolledRows

log = structlog.get_logger(__name__)

AS_OF_MS = 5_000
"""The ledger's clock is Redis's, the daemon's start is by its own."""
ROUNDS_A_CHECK = 12


class LiveFigures(Job):
    """Gives a daemon that started without its mirror today's figures from before its start, once the ledger has all of them."""

    name, every_s = "figures", 5.0

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._reader = SqlLedgerReader(around.engine, lambda: gevent.sleep(0))

    def run(self) -> None:
        around = self._around
        beat = orjson.loads(cast(bytes | None, around.redis.get(around.keys.heartbeat("daemon"))) or b"{}")
        before_ms, config = beat.get("figures_before_ms"), around.config
        if not isinstance(before_ms, int) or not before_ms or config is None or self._reader.as_of_ms() <= before_ms + AS_OF_MS:
            return
        today = live_figures.closed_before(self._reader, config, before_ms)
        for data in today.slices():
            around.commands.send(RestoreFigures(data=data), "system:worker")
        log.info("today's figures are restored from the ledger", queues=len(today.queues), agents=len(today.agents))


class ReportRows(Job):
    """Rolls up the ledger into the rows of reports, and compares one quarter of an hour after the other with it."""

    name, every_s = "reports", 5.0

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        rows, reader = SqlRolledRows(around.engine), SqlLedgerReader(around.engine, gevent.sleep)
        self._roller = Roller(rows, reader, around.clock.now_ms, _wrong_rows, SqlLedger(around.engine).kept_ms)
        self._rounds = 0

    def run(self) -> None:
        config = self._around.config
        if config is None:
            return
        self._rounds += 1
        self._roller.round(config)
        if self._rounds % ROUNDS_A_CHECK == 0:
            self._roller.check(config)

    def counts(self) -> dict[str, object]:
        roller = self._roller
        return {
            "report_quarters_rolled": roller.rolled,
            "report_quarters_stale": roller.stale,
            "report_quarters_wrong": roller.wrong,
        }


def _wrong_rows(quarter_ms: int) -> None:
    log.error("rolled-up rows were not what the ledger says; they are made again", quarter_ms=quarter_ms)
