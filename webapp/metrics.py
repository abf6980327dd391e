"""Prometheus figures of one web process; a registry per process object, so that tests do not share one."""

from __future__ import annotations

from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

ENGINE_FIGURES = {
    # of the daemon's heartbeat, since its start
    "inputs": "inputs that the engine handled",
    "errors": "inputs on which the engine failed",
    "fenced": "commands to a switch that were refused because another daemon leads there",
    "held": "commands to a switch that waited for its epoch to be read anew",
}


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "cti_web_request_seconds", "HTTP requests by route", ("method", "route", "status"), registry=self.registry
        )
        self.commands = Counter("cti_web_commands", "commands by name and outcome", ("name", "outcome"), registry=self.registry)
        self.logins = Counter("cti_web_logins", "logins by outcome", ("outcome",), registry=self.registry)
        self.sockets = Gauge("cti_web_sockets", "open Socket.IO connections", registry=self.registry)
        self.events = Gauge("cti_web_events_total", "events taken from the stream", registry=self.registry)
        self.rebuilds = Gauge("cti_web_projection_rebuilds_total", "projections built from the mirror", registry=self.registry)
        self.behind = Gauge("cti_web_behind_seconds", "age of the newest event when it was taken", registry=self.registry)
        self.views = Gauge("cti_web_views", "views in the projection", ("kind",), registry=self.registry)
        self.clocks = Gauge(
            "cti_clocks_differ_seconds", "largest difference of our, Redis's and the engine's clock", registry=self.registry
        )
        self.engine = {
            name: Gauge(f"cti_engine_{name}_total", what, registry=self.registry) for name, what in ENGINE_FIGURES.items()
        }
        self.up = Gauge("cti_web_up", "what this process can reach", ("what",), registry=self.registry)

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
