"""What the worker gives to the jobs of the features, and what it asks of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

import redis
from sqlalchemy import Engine

from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.domain.config import CentreConfig
from cti_server.features.entities.contract import Entity
from cti_server.settings import Settings


@dataclass(slots=True)
class Around:
    """``process``: the worker's name on streams. ``entities``: all that people set up. ``config``: the document in force; None
    until the job of the configuration found one."""

    settings: Settings
    engine: Engine
    redis: redis.Redis
    keys: Keys
    commands: CommandClient
    clock: Clock
    process: str
    entities: Mapping[str, Entity] = field(default_factory=dict)
    config: CentreConfig | None = None

    @property
    def recordings_dir(self) -> str:
        """The folder of recordings on the switch; '' while it is not known."""
        return self.config.recordings_dir if self.config else ""


class Job(ABC):
    """``run`` does one round and returns; trouble outside is raised, and the next round tries again."""

    name: str
    every_s: float

    def __init__(self, around: Around) -> None:
        self._around = around

    @abstractmethod
    def run(self) -> None: ...

    def counts(self) -> Mapping[str, object]:
        """What it has done since it started, for the heartbeat."""
        return {}
