"""The application factory: settings and ports in, a Flask application with its parts out. Nothing connects here."""

from __future__ import annotations

from pathlib import Path

import redis
from flask import Flask, request

from cti_server.domain.clock import Clock
from cti_server.settings import Settings
from webapp import errors, headers, samples, static_page
from webapp.auth import guard
from webapp.auth.network import Surroundings
from webapp.auth.passwords import Passwords
from webapp.blueprint import Blueprint
from webapp.document import Api
from webapp.features.registry import features
from webapp.features.stream import routes as stream
from webapp.limits import Limits
from webapp.parts import EXTENSION, Parts
from webapp.ports import Ports
from webapp.schemas import IdConverter, PageConverter
from webapp.threads import FileReads

DIST = Path(__file__).parent / "frontend" / "dist"
LARGEST_BODY = 1_000_000


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
    app.url_map.converters.update(id=IdConverter, page=PageConverter)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, PROPAGATE_EXCEPTIONS=False)
    around = Surroundings(settings)
    parts = Parts(app, settings, client, clock, ports.accounts, ports.tokens, around, limits or Limits.here(), ports.config)
    app.extensions[EXTENSION] = parts
    app.before_request(_read_files_apart)
    guard.register(app, around, parts.sessions, parts.tokens, parts.scopes)
    headers.register(app, settings.phone_ws_url)
    parts.metrics.register(app)
    api = Api(app)
    for blueprint in features(parts, ports, settings, around, passwords or Passwords(), api.spec.to_dict):
        (api if isinstance(blueprint, Blueprint) else app).register_blueprint(blueprint)
    stream.take_sockets(app)
    samples.fill(api.spec.to_dict())
    errors.register(app)
    app.register_blueprint(static_page.routes(dist))
    guard.check_rights_declared(app)
    return app


def _read_files_apart() -> None:
    request.environ["wsgi.file_wrapper"] = FileReads
