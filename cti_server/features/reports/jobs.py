"""What the worker does for reports: it rolls up the ledger, and gives a daemon without a mirror its figures of today."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import orjson
import redis
import structlog

from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.keys import Keys
from cti_server.domain.config import CentreConfig
from cti_server.events.commands import RestoreFigures
from cti_server.features.reports import live_figures
from cti_server.features.reports.rollup import Roller
from cti_server.features.reports.service import LedgerReader

log = structlog.get_logger(__name__)

AS_OF_MS = 5_000
"""The ledger's clock is Redis's, the daemon's start is by its own."""
ROUNDS_A_CHECK = 12


class LiveFigures:
    """Gives a daemon that started without its mirror today's figures from before its start, once the ledger has all of them."""

    name, every_s = "figures", 5.0

    def __init__(
        self,
        reader: LedgerReader,
        client: redis.Redis,
        keys: Keys,
        config: Callable[[], CentreConfig | None],
        commands: CommandClient,
    ) -> None:
        self._reader = reader
        self._redis = client
        self._heartbeat = keys.heartbeat("daemon")
        self._config = config
        self._commands = commands

    def run(self) -> None:
        beat = orjson.loads(cast(bytes | None, self._redis.get(self._heartbeat)) or b"{}")
        before_ms, config = beat.get("figures_before_ms"), self._config()
        if not isinstance(before_ms, int) or not before_ms or config is None or self._reader.as_of_ms() <= before_ms + AS_OF_MS:
            return
        today = live_figures.closed_before(self._reader, config, before_ms)
        for data in today.slices():
            self._commands.send(RestoreFigures(data=data), "system:worker")
        log.info("today's figures are restored from the ledger", queues=len(today.queues), agents=len(today.agents))


class ReportRows:
    """Rolls up the ledger into the rows of reports, and compares one quarter of an hour after the other with it."""

    name, every_s = "reports", 5.0

    def __init__(self, roller: Roller, config: Callable[[], CentreConfig | None]) -> None:
        self.roller = roller
        self._config = config
        self._rounds = 0

    def run(self) -> None:
        config = self._config()
        if config is None:
            return
        self._rounds += 1
        self.roller.round(config)
        if self._rounds % ROUNDS_A_CHECK == 0:
            self.roller.check(config)


def wrong_rows(quarter_ms: int) -> None:
    log.error("rolled-up rows were not what the ledger says; they are made again", quarter_ms=quarter_ms)
