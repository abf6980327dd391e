"""Prometheus figures of one web process; a registry per process object, so that tests do not share one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from cti_server.events.views import KINDS
from webapp.realtime.health import HealthWatch
from webapp.realtime.projection import Projection
from webapp.realtime.pump import Pump
from webapp.realtime.sockets import Sockets
from webapp.realtime.streams import Streams

ENGINE_FIGURES = {
    # of the daemon's heartbeat, since its start
    "inputs": "inputs that the engine handled",
    "errors": "inputs on which the engine failed",
    "fenced": "commands to a switch that were refused because another daemon leads there",
    "held": "commands to a switch that waited for its epoch to be read anew",
}


class Metrics:
    def __init__(self, sockets: Sockets, streams: Streams, pump: Pump, projection: Projection, watch: HealthWatch) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Histogram(
            "cti_web_request_seconds", "HTTP requests by route", ("method", "route", "status"), registry=registry
        )
        self.commands = Counter("cti_web_commands", "commands by name and outcome", ("name", "outcome"), registry=registry)
        self.logins = Counter("cti_web_logins", "logins by outcome", ("outcome",), registry=registry)
        plain: dict[tuple[str, str], Callable[[], float]] = {
            ("cti_web_sockets", "open Socket.IO connections"): lambda: sockets.count,
            ("cti_web_streams", "open event streams of programs"): lambda: streams.count,
            ("cti_web_events_total", "events taken from the stream"): lambda: pump.events,
            ("cti_web_projection_rebuilds_total", "projections built from the mirror"): lambda: pump.rebuilds,
            ("cti_web_behind_seconds", "age of the newest event when it was taken"): lambda: pump.behind_ms / 1000,
            ("cti_clocks_differ_seconds", "largest difference of our, Redis's and the engine's clock"): lambda: (
                watch.clocks_differ_ms() / 1000
            ),
            **{(f"cti_engine_{name}_total", what): partial(_said, watch, name) for name, what in ENGINE_FIGURES.items()},
        }
        for (name, what), value in plain.items():
            Gauge(name, what, registry=registry).set_function(value)
        views = Gauge("cti_web_views", "views in the projection", ("kind",), registry=registry)
        for kind in KINDS.values():
            views.labels(kind.table).set_function(partial(projection.count, kind))
        up = Gauge("cti_web_up", "what this process can reach", ("what",), registry=registry)
        up.labels("redis").set_function(lambda: watch.now.redis)
        up.labels("engine").set_function(lambda: watch.now.engine)

    def text(self) -> bytes:
        return generate_latest(self.registry)

    def register(self, app: Flask) -> None:
        def begin() -> None:
            g.cti_started_s = perf_counter()

        def end(response: Response) -> Response:
            route = request.url_rule.rule if request.url_rule else "none"
            started_s = g.get("cti_started_s")
            if started_s is not None:
                self.requests.labels(request.method, route, str(response.status_code)).observe(perf_counter() - started_s)
            return response

        app.before_request(begin)
        app.after_request(end)


def _said(watch: HealthWatch, name: str) -> float:
    """What the engine last said of itself."""
    value = watch.engine.get(name)
    return float(value) if isinstance(value, int | float) else 0.0
