"""OpenAPI 3 and its page, for any session. The page's parts come from an installed package: it works without the internet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flask_swagger_ui
from flask import Blueprint, Flask, Response, current_app, jsonify, send_from_directory
from werkzeug.exceptions import NotFound

from webapp.auth.guard import roles

blueprint = Blueprint("docs", __name__, url_prefix="/api")

ASSETS = Path(flask_swagger_ui.__file__).parent / "dist"
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


def document_of(app: Flask) -> dict[str, Any]:
    (api,) = (entry["ext_obj"] for entry in app.extensions["flask-smorest"]["apis"].values())
    return dict(api.spec.to_dict())


@blueprint.get("/openapi.json")
@roles()
def openapi() -> Response:
    return jsonify(document_of(current_app))


@blueprint.get("/docs")
@roles()
def page() -> Response:
    return Response(PAGE, content_type="text/html; charset=utf-8")


@blueprint.get("/docs/<string:name>")
@roles()
def asset(name: str) -> Response:
    if name == "start.js":
        return Response(START, content_type="text/javascript; charset=utf-8")
    if name not in SHIPPED:
        raise NotFound("there is nothing at this address")
    return send_from_directory(ASSETS, name)
