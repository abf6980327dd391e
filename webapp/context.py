"""The parts of one running web process, and how request handlers reach them: ``parts()``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import redis
from flask import current_app

from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.settings import Settings
from webapp.auth.limits import LoginLimits
from webapp.auth.network import Surroundings
from webapp.auth.passwords import Passwords
from webapp.auth.sessions import Sessions
from webapp.ports import Ports

if TYPE_CHECKING:
    from webapp.metrics import Metrics
    from webapp.realtime.health import HealthWatch, SeenDatabase
    from webapp.realtime.projection import Projection
    from webapp.realtime.pump import Pump
    from webapp.realtime.sockets import Sockets

EXTENSION = "cti"


@dataclass(slots=True)
class Parts:
    """Made once by ``create_app``. ``dist``: the built page."""

    settings: Settings
    ports: Ports
    redis: redis.Redis
    keys: Keys
    clock: Clock
    process: str
    around: Surroundings
    dist: Path
    commands: CommandClient
    sessions: Sessions
    passwords: Passwords
    limits: LoginLimits
    projection: Projection
    pump: Pump
    sockets: Sockets
    health: HealthWatch
    metrics: Metrics
    database: SeenDatabase
    on_defect: Callable[[str], None] = lambda why: None  # a part has died: the process must end

    def start(self) -> None:
        """Start the greenlets: pump, health, sockets' housekeeping."""
        self.pump.start()
        self.health.start()
        self.sockets.start()
        parts = [("pump", self.pump.greenlet), ("health", self.health.greenlet)]
        parts += [("sockets", greenlet) for greenlet in self.sockets.greenlets]
        for name, greenlet in parts:
            if greenlet is not None:
                greenlet.link_exception(lambda dead, name=name: self.on_defect(f"{name} ended with {dead.exception!r}"))

    def stop(self) -> None:
        self.sockets.stop()
        self.health.stop()
        self.pump.stop()
        self.commands.close()


def parts() -> Parts:
    return cast(Parts, current_app.extensions[EXTENSION])
