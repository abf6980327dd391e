"""Is this process fit (for balancers), and its figures (for Prometheus, with the token).

Strangers hear whether it is fit and no more, and their asking asks nobody: what is told is as of the last look.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, jsonify, request

from webapp.auth.guard import public, same_secret
from webapp.auth.network import Surroundings
from webapp.blueprint import Blueprint, answers
from webapp.errors import NotAllowed
from webapp.features.health.schemas import HealthSchema
from webapp.realtime.health import Database, HealthWatch

Figures = Callable[[], bytes]
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def routes(watch: HealthWatch, database: Database, around: Surroundings, figures: Figures, token: str) -> Blueprint:
    """``figures``: as Prometheus reads them."""
    blueprint = Blueprint("health", "", "For balancers and Prometheus")

    @blueprint.get("/healthz")
    @blueprint.doc(security=[{}, {"token": []}])
    @blueprint.response(200, HealthSchema)
    @blueprint.alt_response(503, schema=HealthSchema, description="Something is away.", example={"status": "degraded"})
    @public
    def healthz() -> Response:
        """Whether this process is fit.

        503 when Redis, the engine or the database is away; which of them is told to this machine and to who has the
        token. As of the last 2 s.
        """
        now, alive = watch.recent(), database.alive()
        fit = now.redis and now.engine and alive
        told: dict[str, object] = {"status": "ok" if fit else "degraded"}
        if around.is_local(request.environ) or _has(token):
            told |= {"redis": now.redis, "engine": now.engine, "database": alive}
            told["clocks_differ_ms"] = watch.clocks_differ_ms()
        response = jsonify(told)
        response.status_code = 200 if fit else 503
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.get("/metrics")
    @blueprint.doc(security=[{"token": []}])
    @blueprint.response(200, {"type": "string"}, content_type=TEXT, example="cti_web_sockets 12.0\n")
    @answers(NotAllowed)
    @public
    def metrics() -> Response:
        """Figures of this process for Prometheus."""
        if not _has(token):
            raise NotAllowed("figures are for who sends 'Authorization: Bearer' and the token CTI_METRICS_TOKEN")
        return Response(figures(), content_type=TEXT)

    return blueprint


def _has(token: str) -> bool:
    return bool(token) and same_secret(token, request.headers.get("Authorization", "").removeprefix("Bearer "))
