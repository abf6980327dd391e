"""What runs in one web process; it starts and ends with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import redis
from flask import Flask

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from webapp.auth.network import Surroundings
from webapp.auth.sessions import Sessions
from webapp.limits import Limits
from webapp.metrics import Metrics
from webapp.ports import Accounts
from webapp.realtime.health import HealthWatch
from webapp.realtime.pages import Pages
from webapp.realtime.projection import Projection
from webapp.realtime.pump import Pump
from webapp.realtime.sockets import Sockets

EXTENSION = "cti"
"""Under which an application has its parts."""


@dataclass(slots=True)
class Parts:
    redis: redis.Redis
    keys: Keys
    clock: Clock
    process: str
    commands: CommandClient
    sessions: Sessions
    projection: Projection
    pump: Pump
    sockets: Sockets
    health: HealthWatch
    metrics: Metrics
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


def make_parts(
    app: Flask,
    client: redis.Redis,
    keys: Keys,
    clock: Clock,
    accounts: Accounts,
    around: Surroundings,
    limits: Limits,
) -> Parts:
    """Nothing connects here."""

    def address(environ: Mapping[str, Any]) -> str | None:
        return around.client(environ) if around.serves(environ.get("HTTP_HOST", "")) else None

    process = process_name("web")
    commands = CommandClient(client, keys, process, clock)
    sessions = Sessions(client, keys, accounts)
    projection = Projection()
    watch = HealthWatch(client, keys, clock, lambda: pump.behind_ms)
    pump = Pump(client, keys, clock, projection, watch.redis_changed, process)
    pump.redis_ahead_ms = lambda: watch.redis_ahead_ms
    sockets = Sockets(app, sessions, projection, watch, Pages(client, keys, process, commands.post), clock, address, limits)
    pump.attach(sockets)
    metrics = Metrics(sockets, pump, projection, watch)
    return Parts(client, keys, clock, process, commands, sessions, projection, pump, sockets, watch, metrics)
