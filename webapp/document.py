"""The OpenAPI document: made from the routes, their schemas and errors (``webapp.blueprint``)."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Flask
from werkzeug.exceptions import HTTPException

from webapp import errors
from webapp.schemas import ErrorSchema

TITLE = "CTI middleware"
DESCRIPTION = """REST of the web processes. Times are UTC ms, `_s` seconds, 0 not yet; ids are text, '' none.

An error is `{error_id, message, details}`. Every path answers another method with 405 `wrong-method` and `Allow`, HEAD as GET
without a body, OPTIONS with `Allow`; nothing is at other paths below /api and /switch: 404 `no-such-page`. What a query or a body
holds that is not told here is refused with 422, which names it.

Not told here: every other path, which is the page's own, Socket.IO at /socket.io, and SCIM 2.0 at /scim/v2, which tells of itself
(/scim/v2/Schemas)."""
SECURITY: dict[str, dict[str, str]] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "cti_session",
        "description": "Set by POST /api/session; __Host-cti_session under TLS. Beside it stand the roles that may, any of them.",
    },
    "api_token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "cti_ID_SECRET",
        "description": "An API token, made under Setup. Never in an address. It needs no X-CSRF-Token.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "`csrf` of GET /api/session, with every method but GET, HEAD and OPTIONS.",
    },
    "switch": {"type": "http", "scheme": "basic", "description": "User cti, password CTI_XML_CURL_SECRET."},
    "token": {"type": "http", "scheme": "bearer", "description": "CTI_METRICS_TOKEN."},
}


class Api(flask_smorest.Api):
    ERROR_SCHEMA = ErrorSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        options = {"title": TITLE, "version": "1", "openapi_version": "3.1.0", "info": {"description": DESCRIPTION}}
        super().__init__(app, spec_kwargs=options)
        for name, scheme in SECURITY.items():
            self.spec.components.security_scheme(name, scheme)

    def _register_pagination_header(self) -> None:
        """No list has one."""

    def handle_http_exception(self, error: HTTPException) -> Any:
        return errors.on_http_error(error)
