"""What runs in one web process; it starts and ends with it."""

from __future__ import annotations

from collections.abc import Callable

import redis
from flask import Flask

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.events.envelope import Envelope
from cti_server.features.roles.service import Scopes
from cti_server.features.tokens.service import Tokens
from cti_server.features.users.service import Accounts
from cti_server.settings import Settings
from webapp.auth.network import Surroundings
from webapp.auth.sessions import Sessions
from webapp.auth.tokens import TokenDoor
from webapp.limits import Limits
from webapp.metrics import Metrics
from webapp.ports import Config
from webapp.realtime.health import Health, HealthWatch
from webapp.realtime.pages import Pages
from webapp.realtime.projection import Projection
from webapp.realtime.pump import Audience, Pump
from webapp.realtime.sockets import Sockets
from webapp.realtime.streams import Streams

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
        tokens: Tokens,
        around: Surroundings,
        limits: Limits,
        config: Config,
    ) -> None:
        self.redis, self.clock, self.limits, self.process = client, clock, limits, process_name("web")
        self.keys = keys = Keys(settings.tenant)
        self.commands = CommandClient(client, keys, self.process)
        self.sessions = Sessions(client, keys, accounts)
        self.tokens = TokenDoor(client, keys, tokens, accounts, clock)
        self.scopes = Scopes(config)
        self.projection = Projection()
        self.health = HealthWatch(client, keys, clock, lambda: self.pump.behind_ms)
        self.pump = Pump(client, keys, clock, self.projection, self.health.redis_changed, self.process)
        self.pump.redis_ahead_ms = lambda: self.health.redis_ahead_ms
        pages = Pages(client, keys, self.process, self.commands.post)
        self.sockets = Sockets(app, self.sessions, self.projection, self.health, pages, clock, around.served, limits)
        self.streams = Streams(self.tokens, self.projection, self.health, self.health.engine_now_ms, limits)
        self.sockets.user_ended = self.streams.end_user
        self.health.tell = self._tell_health
        self.metrics = Metrics(self.sockets, self.streams, self.pump, self.projection, self.health)
        self.on_defect: Callable[[str], None] = lambda why: None

    def start(self) -> None:
        """Start the greenlets: pump, health, sockets' housekeeping."""
        self.pump.start(Both(self.streams, self.sockets))
        self.health.start()
        self.sockets.start()
        self.streams.start()
        parts = [("pump", self.pump.greenlet), ("health", self.health.greenlet)]
        parts += [("sockets", greenlet) for greenlet in self.sockets.greenlets]
        parts += [("streams", greenlet) for greenlet in self.streams.greenlets]
        for name, greenlet in parts:
            if greenlet is not None:
                greenlet.link_exception(lambda dead, name=name: self.on_defect(f"{name} ended with {dead.exception!r}"))

    def stop(self) -> None:
        self.streams.stop()
        self.sockets.stop()
        self.health.stop()
        self.pump.stop()
        self.commands.close()

    def _tell_health(self, health: Health) -> None:
        self.sockets.push_health(health)
        self.streams.push_health(health)


class Both(Audience):
    """Who gets what the pump reads. The streams of programs are the first: nothing waits between what the projection knows and
    what they are told."""

    def __init__(self, *audiences: Audience) -> None:
        self._audiences = audiences

    def push_event(self, event: Envelope, rooms: frozenset[str]) -> None:
        for one in self._audiences:
            one.push_event(event, rooms)

    def push_snapshots(self) -> None:
        for one in self._audiences:
            one.push_snapshots()

    def agents_moved(self, agents: tuple[str, ...]) -> None:
        for one in self._audiences:
            one.agents_moved(agents)
