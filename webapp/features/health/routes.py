"""Is this process fit (for balancers), and its figures (for Prometheus, with the token).

Strangers hear whether it is fit and no more, and their asking asks nobody: what is told is as of the last look.
"""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, jsonify, request

from webapp.auth.guard import public
from webapp.context import parts
from webapp.errors import NotAllowed
from webapp.realtime.projection import KINDS

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """503 when Redis, the engine or the database is away; which of them is told to this machine and to who has the token."""
    p = parts()
    now, database = p.health.recent(), p.database.alive()
    fit = now.redis and now.engine and database
    told: dict[str, object] = {"status": "ok" if fit else "degraded"}
    if p.around.is_local(request.environ) or _has_token(p.settings.metrics_token):
        told |= {"redis": now.redis, "engine": now.engine, "database": database}
        told["clocks_differ_ms"] = p.health.clocks_differ_ms()
    response = jsonify(told)
    response.status_code = 200 if fit else 503
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    p = parts()
    if not _has_token(p.settings.metrics_token):
        raise NotAllowed("figures are for who sends 'Authorization: Bearer' and the token CTI_METRICS_TOKEN")
    p.metrics.sockets.set(p.sockets.count)
    p.metrics.events.set(p.pump.events)
    p.metrics.rebuilds.set(p.pump.rebuilds)
    p.metrics.behind.set(p.pump.behind_ms / 1000)
    for kind in KINDS:
        p.metrics.views.labels(kind).set(p.projection.count(kind))
    p.metrics.up.labels("redis").set(p.health.now.redis)
    p.metrics.up.labels("engine").set(p.health.now.engine)
    p.metrics.clocks.set(p.health.clocks_differ_ms() / 1000)
    for name, gauge in p.metrics.engine.items():
        gauge.set(_number(p.health.engine.get(name)))
    return Response(p.metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _has_token(token: str) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())
