"""CtiError -> {error_id, message, details} with its HTTP status, by table. Nothing of an unexpected error reaches the reader."""

from __future__ import annotations

from typing import Any

import redis
import structlog
from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from cti_server.errors import CtiError

log = structlog.get_logger(__name__)

STATUS: dict[str, int] = {
    "bad-credentials": 401,
    "not-logged-in": 401,
    "too-many-logins": 429,
    "not-allowed": 403,
    "bad-csrf": 403,
    "bad-origin": 403,
    "bad-host": 421,
    "bad-arguments": 422,
    "bad-day": 422,
    "bad-page": 422,
    "bad-interval": 422,
    "search-too-long": 422,
    "data-too-large": 422,
    "wrong-state": 409,
    "phone-in-use": 409,
    "already-logged-in": 409,
    "note-changed": 409,
    "not-your-phone": 409,
    "phone-not-registered": 409,
    "too-late": 504,
    "outcome-unknown": 504,
    "switch-refused": 502,
    "no-switch": 503,
    "engine-away": 503,
    "redis-away": 503,
    "database-away": 503,
    "no-configuration": 503,
    "no-recording-file": 404,
}
# words that mean something else when they answer a command: here the *agent* is not logged in, the user is
COMMAND_STATUS: dict[str, int] = {**STATUS, "not-logged-in": 409}
HTTP_ERROR_IDS: dict[int, str] = {
    400: "bad-request",
    401: "not-logged-in",
    403: "not-allowed",
    404: "no-such-page",
    405: "wrong-method",
    406: "not-acceptable",
    413: "too-large",
    415: "wrong-content-type",
    416: "bad-range",
    422: "bad-arguments",
    429: "too-many-requests",
    500: "internal-error",
}


class CommandError(CtiError):
    """A refusal by the engine: its words are looked up in COMMAND_STATUS."""


def status_of(error: CtiError) -> int:
    table = COMMAND_STATUS if isinstance(error, CommandError) else STATUS
    if error.error_id.startswith("no-such-"):
        return table.get(error.error_id, 404)
    return table.get(error.error_id, 400)


def error_response(error_id: str, message: str, details: dict[str, Any], status: int) -> Response:
    response = jsonify({"error_id": error_id, "message": message, "details": details})
    response.status_code = status
    return response


def on_cti_error(error: CtiError) -> Response:
    status = status_of(error)
    response = error_response(error.error_id, error.message, error.details, status)
    retry_after_s = error.details.get("retry_after_s")
    if status == 429 and isinstance(retry_after_s, int):
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def on_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    data: dict[str, Any] = getattr(error, "data", None) or {}
    details = data.get("messages") or data.get("errors") or {}
    message = "the request does not fit: see details" if details else (error.description or error.name)
    response = error_response(HTTP_ERROR_IDS.get(status, "http-error"), message, dict(details), status)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def on_redis_error(error: redis.RedisError) -> Response:
    log.warning("redis is away", error=str(error))
    return error_response("redis-away", "Redis cannot be reached; try again in a moment", {}, 503)


def register(app: Flask) -> None:
    app.register_error_handler(CtiError, on_cti_error)
    app.register_error_handler(redis.RedisError, on_redis_error)
    app.register_error_handler(HTTPException, on_http_error)
