"""A program that takes webhooks: it keeps what came, and answers as it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from gevent.pywsgi import WSGIServer

from cti_server.adapters.outside import networks

HERE = networks("127.0.0.0/8")


@dataclass
class Receiver:
    """``answers``: statuses, the first for the first request; then 204."""

    answers: list[int] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self._server = WSGIServer(("127.0.0.1", 0), self._serve, log=None)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?x=1"

    def stop(self) -> None:
        self._server.stop()

    @property
    def told(self) -> list[dict[str, Any]]:
        return [orjson.loads(body) for body in self.bodies]

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        assert environ["REQUEST_METHOD"] == "POST"
        body = environ["wsgi.input"].read()
        self.before()
        self.headers.append({name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name[:5] == "HTTP_"})
        self.bodies.append(body)
        status = self.answers.pop(0) if self.answers else 204
        more = [("Location", self.url)] if status == 302 else []
        start_response(f"{status} As told", more)
        return [] if status == 204 else [b"<h1>broken\r\n</h1>" * 1000]
