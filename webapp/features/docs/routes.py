"""The OpenAPI document and its page, for any session. The page's parts are of an installed package: no internet is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_swagger_ui
from flask import Response, jsonify, send_from_directory
from werkzeug.exceptions import NotFound

from webapp.auth.guard import anybody
from webapp.blueprint import Blueprint, answers
from webapp.errors import NoSuchPage

ASSETS = Path(flask_swagger_ui.__file__).parent / "dist"
START_NAME = "start.js"
SHIPPED = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>CTI middleware: API</title>
<link rel="icon" href="docs/favicon-32x32.png"><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="docs"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body></html>
"""
START = """fetch("/api/session").then((answer) => answer.json()).then((session) => {
  SwaggerUIBundle({
    url: "/api/openapi.json", dom_id: "#docs", validatorUrl: null,
    requestInterceptor: (request) => {
      request.headers["X-CSRF-Token"] = session.csrf;
      return request;
    },
  });
});
"""
NAME: dict[str, Any] = {"in": "path", "name": "name", "schema": {"type": "string", "enum": [START_NAME, *SHIPPED]}}
Document = Callable[[], dict[str, Any]]


def routes(document: Document) -> Blueprint:
    blueprint = Blueprint("docs", "/api", "This document")

    @blueprint.get("/openapi.json")
    @blueprint.response(200, {"type": "object"}, example={"openapi": "3.1.0"})
    @anybody
    def openapi() -> Response:
        """This document."""
        return jsonify(document())

    @blueprint.get("/docs")
    @blueprint.response(200, {"type": "string"}, content_type="text/html; charset=utf-8", example=PAGE)
    @anybody
    def docs_page() -> Response:
        """A page to read it and try it out."""
        return Response(PAGE, content_type="text/html; charset=utf-8")

    @blueprint.get("/docs/<string:name>", parameters=[NAME])
    @blueprint.file("*/*", parts=True)
    @answers(NoSuchPage)
    @anybody
    def docs_asset(name: str) -> Response:
        """The page's parts."""
        if name == START_NAME:
            return Response(START, content_type="text/javascript; charset=utf-8")
        if name not in SHIPPED:
            raise NotFound("there is nothing at this address")
        return send_from_directory(ASSETS, name)

    return blueprint
