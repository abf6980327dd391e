"""The application factory: settings and ports in, a Flask application with its parts out. Nothing connects here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask_smorest
import redis
import structlog
from flask import Flask, request

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.settings import Settings
from webapp import errors, headers, static_page
from webapp.auth import guard
from webapp.auth.limits import LoginLimits
from webapp.auth.network import Surroundings
from webapp.auth.passwords import Passwords
from webapp.auth.sessions import Sessions
from webapp.context import EXTENSION, Parts
from webapp.features.calls import routes as calls
from webapp.features.centre import routes as centre
from webapp.features.commands import routes as commands
from webapp.features.directory import routes as directory
from webapp.features.docs import routes as docs
from webapp.features.health import routes as health
from webapp.features.recordings import routes as recordings
from webapp.features.reports import routes as reports
from webapp.features.session import routes as session
from webapp.features.users import routes as users
from webapp.limits import Limits
from webapp.metrics import Metrics
from webapp.ports import Ports
from webapp.realtime.health import HealthWatch, SeenDatabase
from webapp.realtime.pages import Pages
from webapp.realtime.projection import Projection
from webapp.realtime.pump import Pump
from webapp.realtime.sockets import Sockets
from webapp.schemas import IdConverter
from webapp.threads import FileReads

log = structlog.get_logger(__name__)

DIST = Path(__file__).parent / "frontend" / "dist"
LARGEST_BODY = 1_000_000
API_FEATURES = (session, centre, commands, calls, recordings, reports, users)
PLAIN_FEATURES = (directory, health, docs)


class Api(flask_smorest.Api):
    """Errors in the product's own shape."""

    ERROR_SCHEMA = session.ErrorSchema

    def handle_http_exception(self, error):  # type: ignore[no-untyped-def]
        return errors.on_http_error(error)


def create_app(
    settings: Settings,
    ports: Ports,
    client: redis.Redis,
    clock: Clock,
    *,
    dist: Path = DIST,
    passwords: Passwords | None = None,
    limits: Limits | None = None,
) -> Flask:
    """``client``: from adapters.redis_store.connect. ``parts`` of the app start and stop its greenlets (``Parts.start``)."""
    app = Flask("webapp", static_folder=None)
    app.url_map.converters["id"] = IdConverter
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        API_TITLE="CTI middleware",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions[EXTENSION] = _parts(
        app, settings, ports, client, clock, dist, passwords or Passwords(), limits or Limits.here()
    )
    app.before_request(_read_files_apart)
    app.before_request(guard.guard)
    headers.register(app, settings.phone_ws_url)
    app.extensions[EXTENSION].metrics.register(app)
    api = Api(app)
    for feature in API_FEATURES:
        api.register_blueprint(feature.blueprint)
    errors.register(app)
    for plain in PLAIN_FEATURES:
        app.register_blueprint(plain.blueprint)
    app.register_blueprint(static_page.blueprint)
    guard.check_roles_declared(app)
    return app


def _read_files_apart() -> None:
    request.environ["wsgi.file_wrapper"] = FileReads


def _parts(
    app: Flask,
    settings: Settings,
    ports: Ports,
    client: redis.Redis,
    clock: Clock,
    dist: Path,
    passwords: Passwords,
    limits: Limits,
) -> Parts:
    around = Surroundings(settings)

    def address(environ: Mapping[str, Any]) -> str | None:
        return around.client(environ) if around.serves(environ.get("HTTP_HOST", "")) else None

    keys = Keys(settings.domain)
    process = process_name("web")
    commands_client = CommandClient(client, keys, process, clock)
    sessions = Sessions(client, keys, ports.accounts)
    projection = Projection()
    watch = HealthWatch(client, keys, clock, lambda: pump.behind_ms)
    pump = Pump(client, keys, clock, projection, watch.redis_changed, process)
    pump.redis_ahead_ms = lambda: watch.redis_ahead_ms
    pages = Pages(client, keys, process, commands_client.post)
    sockets = Sockets(app, sessions, projection, watch, pages, clock, address, limits)
    pump.attach(sockets)
    return Parts(
        settings=settings,
        ports=ports,
        redis=client,
        keys=keys,
        clock=clock,
        process=process,
        around=around,
        dist=dist,
        commands=commands_client,
        sessions=sessions,
        passwords=passwords,
        limits=LoginLimits(client, keys),
        projection=projection,
        pump=pump,
        sockets=sockets,
        health=watch,
        metrics=Metrics(),
        database=SeenDatabase(ports.database),
    )
