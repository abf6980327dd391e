"""What runs in one web process; it starts and ends with it."""

from __future__ import annotations

from collections.abc import Callable

import redis
from flask import Flask

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.features.users.service import Accounts
from cti_server.settings import Settings
from webapp.auth.network import Surroundings
from webapp.auth.sessions import Sessions
from webapp.limits import Limits
from webapp.metrics import Metrics
from webapp.realtime.health import HealthWatch
from webapp.realtime.pages import Pages
from webapp.realtime.projection import Projection
from webapp.realtime.pump import Pump
from webapp.realtime.sockets import Sockets

EXTENSION = "cti"
"""Under which an application has its parts."""


class Parts:
    """Nothing connects until ``start``. ``on_defect`` is told why when one has died: the process must end."""

    def __init__(
        self,
        app: Flask,
        settings: Settings,
        client: redis.Redis,
        clock: Clock,
        accounts: Accounts,
        around: Surroundings,
        limits: Limits,
    ) -> None:
        self.redis, self.clock, self.limits, self.process = client, clock, limits, process_name("web")
        self.keys = keys = Keys(settings.tenant)
        self.commands = CommandClient(client, keys, self.process)
        self.sessions = Sessions(client, keys, accounts)
        self.projection = Projection()
        self.health = HealthWatch(client, keys, clock, lambda: self.pump.behind_ms)
        self.pump = Pump(client, keys, clock, self.projection, self.health.redis_changed, self.process)
        self.pump.redis_ahead_ms = lambda: self.health.redis_ahead_ms
        pages = Pages(client, keys, self.process, self.commands.post)
        self.sockets = Sockets(app, self.sessions, self.projection, self.health, pages, clock, around.served, limits)
        self.metrics = Metrics(self.sockets, self.pump, self.projection, self.health)
        self.on_defect: Callable[[str], None] = lambda why: None

    def start(self) -> None:
        """Start the greenlets: pump, health, sockets' housekeeping."""
        self.pump.start(self.sockets)
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
