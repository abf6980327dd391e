"""What the worker does for the centre: it publishes the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import redis
import structlog

from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.domain.config import CentreConfig
from cti_server.events.commands import ReloadConfig
from cti_server.features.centre.publisher import put_config, put_problems
from cti_server.features.centre.service import Configurations, publish

log = structlog.get_logger(__name__)


class Publication:
    """Tables and flow files -> the document in force -> Redis; the daemon is told when it changed."""

    name, every_s = "configuration", 5.0

    def __init__(
        self,
        store: Configurations,
        read_flows: Callable[[], Mapping[str, str]],
        client: redis.Redis,
        keys: Keys,
        commands: CommandClient,
        domain: str,
        clock: Clock,
    ) -> None:
        self._store = store
        self._read_flows = read_flows
        self._redis = client
        self._keys = keys
        self._commands = commands
        self._domain = domain
        self._clock = clock
        self._problems: tuple[str, ...] = ()
        self._put = 0
        self.config: CentreConfig | None = None

    @property
    def recordings_dir(self) -> str:
        return self.config.recordings_dir if self.config else ""

    def run(self) -> None:
        now_ms = self._clock.now_ms()
        found = publish(self._store, self._read_flows(), self._domain, now_ms, "system:worker")
        if found.problems != self._problems:
            for problem in found.problems:
                log.error("configuration refused", problem=problem)
            self._problems = found.problems
        put_problems(self._redis, self._keys, found.problems, now_ms)
        if found.config is None:
            return
        self.config = found.config
        if found.config.version == self._put and self._redis.exists(self._keys.config):
            return
        if put_config(self._redis, self._keys, found.config):
            log.info("configuration published", version=found.config.version)
            self._commands.post(ReloadConfig(), "system:worker")
        self._put = found.config.version
