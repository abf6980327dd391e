"""Is this process fit (for balancers), and its figures (for Prometheus, from this machine or with the token)."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, jsonify, request

from cti_server.errors import CtiError
from webapp.auth.guard import client_address, is_loopback, public
from webapp.context import parts
from webapp.realtime.projection import KINDS

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """503 when Redis, the engine or the database is away."""
    now = parts().health.look()
    database = parts().ports.database.alive()
    fit = now.redis and now.engine and database
    response = jsonify({"status": "ok" if fit else "degraded", "redis": now.redis, "engine": now.engine, "database": database})
    response.status_code = 200 if fit else 503
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    p = parts()
    if not is_loopback(client_address()) and not _has_token(p.settings.metrics_token):
        raise CtiError("not-allowed", "figures are for this machine, or for who sends the token CTI_METRICS_TOKEN")
    p.metrics.sockets.set(p.sockets.count)
    p.metrics.events.set(p.pump.events)
    p.metrics.rebuilds.set(p.pump.rebuilds)
    p.metrics.behind.set(p.pump.behind_ms / 1000)
    for kind in KINDS:
        p.metrics.views.labels(kind).set(p.projection.count(kind))
    p.metrics.up.labels("redis").set(p.health.now.redis)
    p.metrics.up.labels("engine").set(p.health.now.engine)
    return Response(p.metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _has_token(token: str) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())
