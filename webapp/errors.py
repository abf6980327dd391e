"""Errors as answers {error_id, message, details}, and those of HTTP itself. Nothing of an unexpected one reaches the reader."""

from __future__ import annotations

from typing import Any

import redis
import structlog
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from cti_server.errors import BadArguments, CtiError, RedisAway
from cti_server.features.entities.contract import BadEntry, EntryExists

log = structlog.get_logger(__name__)


class NotLoggedIn(CtiError, id="not-logged-in", status=401, en="You are not logged in.", zh="尚未登录。"):
    """Nobody is logged in with this session."""


class NotAllowed(CtiError, id="not-allowed", status=403, en="You may not do this.", zh="没有权限执行此操作。"):
    """The user may not do this."""


class BadRequest(
    CtiError,
    id="bad-request",
    status=400,
    en="The server could not read the request. Reload the page.",
    zh="服务器无法读取请求，请刷新页面。",
):
    """HTTP's own."""


class NoSuchPage(CtiError, id="no-such-page", status=404, en="Not found.", zh="未找到。"):
    """Nothing is served at this path."""


class WrongMethod(
    CtiError,
    id="wrong-method",
    status=405,
    en="The server does not take this request. Reload the page.",
    zh="服务器不接受该请求，请刷新页面。",
):
    """The path takes other methods."""


class TooLarge(CtiError, id="too-large", status=413, en="The input is too large.", zh="输入内容过大。"):
    """The request's body is too large."""


class WrongContentType(
    CtiError,
    id="wrong-content-type",
    status=415,
    en="The server does not take this request. Reload the page.",
    zh="服务器不接受该请求，请刷新页面。",
):
    """The body is not JSON."""


class BadRange(CtiError, id="bad-range", status=416, en="This part of the recording does not exist.", zh="录音没有这一部分。"):
    """The file has no such range."""


class InternalError(CtiError, id="server-error", status=500, en="The server had an error.", zh="服务器内部错误。"):
    """A defect; the log has it."""


class HttpError(CtiError, id="http-error", status=500, en="The server had an error.", zh="服务器内部错误。"):
    """Another one of HTTP's own, with its own status."""


_HTTP: dict[int | None, type[CtiError]] = {
    kind.status: kind
    for kind in (
        BadRequest, NotLoggedIn, NotAllowed, NoSuchPage, WrongMethod, TooLarge, WrongContentType, BadRange, BadArguments,
        InternalError,
    )
}  # fmt: skip
"""What HTTP's own errors are called, by status."""


SCIM, SCIM_TYPE = "/scim/", "application/scim+json"
_SCIM_TYPES = {BadEntry: "invalidValue", BadArguments: "invalidValue", EntryExists: "uniqueness"}


def _scim_response(error: CtiError, status: int) -> Response:
    """As RFC 7644 has it."""
    status = 400 if status == 422 else status
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": str(status), "detail": error.message}
    taken = any(one["problem"] == "taken" for one in error.details.get("problems", ()))
    kind = "uniqueness" if taken else _SCIM_TYPES.get(type(error))
    response = jsonify({**body, **({"scimType": kind} if kind else {})})
    response.status_code, response.content_type = 409 if taken else status, SCIM_TYPE
    return response


def _response(error: CtiError, status: int) -> Response:
    if request.path.startswith(SCIM):
        return _scim_response(error, status)
    response = jsonify({"error_id": error.error_id, "message": error.message, "details": error.details})
    response.status_code = status
    return response


def on_cti_error(error: CtiError) -> Response:
    if error.status is None:
        log.error("a page cannot be told of this error", exc_info=error)
        return on_cti_error(InternalError("the server had an error; its log has it"))
    response = _response(error, error.status)
    retry_after_s = error.details.get("retry_after_s")
    if error.status == 429 and isinstance(retry_after_s, int):
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def on_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    data: dict[str, Any] = getattr(error, "data", None) or {}
    details = data.get("messages") or data.get("errors") or {}
    message = "the request does not fit: see details" if details else _said(error)
    details = details or _told(error)
    response = _response(_HTTP.get(status, HttpError)(message, details), status)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _told(error: HTTPException) -> dict[str, Any]:
    """What a program can do about it."""
    if isinstance(error, MethodNotAllowed):
        return {"methods": sorted(error.valid_methods or ())}
    if isinstance(error, RequestEntityTooLarge):
        return {"limit": request.max_content_length}
    return {}


def _said(error: HTTPException) -> str:
    told = _told(error)
    if isinstance(error, MethodNotAllowed):
        return f"this address takes {', '.join(told['methods'])}"
    if isinstance(error, RequestEntityTooLarge):
        return f"a request's body has at most {told['limit']} bytes"
    if isinstance(error, NotFound):
        return "nothing is served at this address"
    return error.description or error.name


def on_redis_error(error: redis.RedisError) -> Response:
    log.warning("redis is away", error=str(error))
    return on_cti_error(RedisAway("Redis cannot be reached; try again in a moment"))


def register(app: Flask) -> None:
    app.register_error_handler(CtiError, on_cti_error)
    app.register_error_handler(redis.RedisError, on_redis_error)
    app.register_error_handler(HTTPException, on_http_error)
