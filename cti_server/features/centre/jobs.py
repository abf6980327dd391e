"""What the worker does for the centre: it publishes the configuration."""

from __future__ import annotations

import structlog

from cti_server.events.commands import ReloadConfig
from cti_server.features.centre.flow_files import read_flows
from cti_server.features.centre.publisher import put_config, put_problems
from cti_server.features.centre.service import publish
from cti_server.features.centre.sql import SqlConfigurations
from cti_server.features.job import Around, Job

log = structlog.get_logger(__name__)


class Publication(Job):
    """Tables and flow files -> the document in force -> Redis; the daemon is told when it changed."""

    name, every_s = "configuration", 5.0

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._store = SqlConfigurations(around.engine)
        self._problems: tuple[str, ...] = ()
        self._put = 0

    def run(self) -> None:
        around, now_ms = self._around, self._around.clock.now_ms()
        flows = read_flows(around.settings.flows_path)
        found = publish(self._store, flows, around.settings.tenant, now_ms, "system:worker")
        if found.problems != self._problems:
            for problem in found.problems:
                log.error("configuration refused", problem=problem)
            self._problems = found.problems
        put_problems(around.redis, around.keys, found.problems, now_ms)
        if found.config is None:
            return
        around.config = found.config
        if found.config.version == self._put and around.redis.exists(around.keys.config):
            return
        if put_config(around.redis, around.keys, found.config):
            log.info("configuration published", version=found.config.version)
            around.commands.post(ReloadConfig(), "system:worker")
        self._put = found.config.version
