"""The event stream for programs, and the AsyncAPI document that tells what comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from flask import Flask, Response, jsonify, request

from cti_server.errors import CtiError
from webapp.auth.guard import anybody, current_session, program_only
from webapp.auth.tokens import TokenSession
from webapp.blueprint import Blueprint, answers
from webapp.features.stream.document import document
from webapp.features.stream.schemas import StreamQuery, topics_of
from webapp.realtime.streams import Streams, TooManyStreams
from webapp.realtime.wire import why_no_handshake


class UpgradeNeeded(
    CtiError,
    id="upgrade-needed",
    status=426,
    en="This address is for programs that open a websocket.",
    zh="该地址仅供程序建立 WebSocket 连接。",
):
    """The request is no handshake of a websocket."""


class Upgraded(Response):
    """Ends the request as a websocket: the HTTP server writes nothing behind it."""

    def __init__(self, serve: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(status=101)
        self._serve = serve

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self._serve(environ)
        return []


def take_sockets(app: Flask) -> None:
    """Werkzeug gives requests that would become websockets to rules of their own."""
    view = app.view_functions["stream.open_stream"]
    app.add_url_rule("/api/stream", "stream.open_socket", view, methods=["GET"], websocket=True)


def routes(streams: Streams) -> Blueprint:
    blueprint = Blueprint("stream", "/api", "Events for programs")

    @blueprint.get("/stream")
    @blueprint.arguments(StreamQuery, location="query")
    @blueprint.response(101, description="A websocket. Its messages: GET /api/asyncapi.json.")
    @answers(UpgradeNeeded, TooManyStreams)
    @program_only
    @anybody
    def open_stream(query: dict[str, Any]) -> Response:
        """Opens the event stream: a websocket, with an API token.

        With `epoch` and `seq` it goes on behind that place, if that is not too long ago; else it begins with a snapshot.
        """
        session = cast(TokenSession, current_session())
        if why := why_no_handshake(request.environ):
            raise UpgradeNeeded(f"open it as a websocket: {why}")
        streams.check_room(session)
        at = (query["epoch"], query["seq"]) if "seq" in query else None
        return Upgraded(lambda environ: streams.serve(environ, session, topics_of(query["topics"]), at))

    @blueprint.get("/asyncapi.json")
    @blueprint.response(200, {"type": "object"}, example={"asyncapi": "3.0.0"})
    @anybody
    def asyncapi() -> Response:
        """What comes on the event stream and to webhooks, as an AsyncAPI document."""
        return jsonify(document())

    return blueprint
