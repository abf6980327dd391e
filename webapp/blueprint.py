"""The blueprint of every feature: what all routes share is checked, and told in the OpenAPI document, in one place.

A route's query holds what its schema knows and nothing else; a body that cannot be read as JSON is told so, however it fails.
What the guard and HTTP itself may answer follows from a route's right, method and arguments; it adds its own by ``@answers``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import flask_smorest
from apispec import APISpec
from flask import Request
from marshmallow import RAISE
from webargs.flaskparser import FlaskParser

from cti_server.errors import BadArguments, CtiError, DatabaseAway, RedisAway
from webapp.auth.guard import ANYBODY, ATTRIBUTE, PAGE_ONLY, PROGRAM_ONLY, PUBLIC, SAFE_METHODS, BadCsrf, BadHost, BadOrigin
from webapp.auth.tokens import BadToken, TooManyRequests
from webapp.errors import BadRange, BadRequest, InternalError, NoSuchPage, NotAllowed, NotLoggedIn, TooLarge, WrongContentType
from webapp.schemas import QuerySchema

View = TypeVar("View", bound=Callable[..., Any])

NO_BODY: dict[str, Any] = {"description": "As the browser has it: nothing is sent."}
PART: dict[str, Any] = {"type": "string", "format": "binary"}


def answers(*errors: type[CtiError]) -> Callable[[View], View]:
    """Documents the errors of a route's own."""

    def mark(view: View) -> View:
        view.__dict__["cti_errors"] = errors
        return view

    return mark


class Parser(FlaskParser):
    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}

    def _raw_load_json(self, req: Request) -> Any:
        """Raises WrongContentType, json.JSONDecodeError, which the parser answers with 400."""
        if not req.is_json and (req.mimetype or req.get_data()):
            raise WrongContentType("the body must be JSON: send it as Content-Type: application/json")
        try:
            return super()._raw_load_json(req)
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise
        except (RecursionError, ValueError) as error:  # nested too deeply, a number of thousands of digits
            raise json.JSONDecodeError(str(error), "unread", 0) from error  # with "" the parser takes it for no body at all


class Blueprint(flask_smorest.Blueprint):
    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, url_prefix: str, description: str) -> None:
        super().__init__(name, __name__, url_prefix=url_prefix, description=description)
        self._prepare_doc_cbks.append(_tell)

    def file(self, *content_types: str, parts: bool = False, schema: Mapping[str, Any] = PART) -> Callable[[View], View]:
        """Documents an answer that is a file in one of these types; ``parts``: byte ranges of it may be asked for;
        ``schema``: what a program that reads this type finds in it."""

        def mark(view: View) -> View:
            for content_type in content_types:
                view = self.alt_response(200, schema={**schema}, content_type=content_type, success=True)(view)
                if parts:
                    view = self.alt_response(206, schema=PART, content_type=content_type, success=True)(view)
            if parts:
                view.__dict__["cti_errors"] = (*view.__dict__.get("cti_errors", ()), BadRange)
                view = self.alt_response(304, description=NO_BODY["description"])(view)
            return view

        return mark

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **options: Any) -> None:
        given = view_func.__dict__.get("_apidoc", {}).get("arguments", {}).get("parameters", ())
        if all(argument["in"] != "query" for argument in given):
            view_func = self.arguments(QuerySchema, location="query", as_kwargs=True)(view_func)
        view_func.cti_in_path = "<" in rule
        super().add_url_rule(rule, endpoint, view_func, *args, **options)

    def _store_endpoint_docs(self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags, **options)
        told = {"name": obj.__name__, "needs": getattr(obj, ATTRIBUTE), "errors": getattr(obj, "cti_errors", ())}
        told |= {"in_path": obj.cti_in_path, "page_only": hasattr(obj, PAGE_ONLY), "program_only": hasattr(obj, PROGRAM_ONLY)}
        for method in self._docs[endpoint].keys() - {"parameters"}:
            self._docs[endpoint][method]["cti"] = told


def _tell(doc: dict[str, Any], info: dict[str, Any], *, spec: APISpec, method: str, **_: Any) -> dict[str, Any]:
    """Operation id, who may, and every error that may come."""
    told, unsafe = info["cti"], method.upper() not in SAFE_METHODS
    errors = {*told["errors"], BadHost, BadArguments, InternalError}
    if unsafe:
        errors.add(BadOrigin)
    needed = [] if told["needs"] in (ANYBODY, PUBLIC) else [told["needs"]]
    if told["needs"] != PUBLIC:
        errors |= {NotLoggedIn, RedisAway, BadToken, TooManyRequests, DatabaseAway, *([BadCsrf] if unsafe else ())}
        if told["page_only"] or unsafe or needed:
            errors.add(NotAllowed)
    if "application/json" in doc.get("requestBody", {}).get("content", {}):
        errors |= {BadRequest, TooLarge, WrongContentType}
    if told["in_path"]:
        errors.add(NoSuchPage)  # a value that none of its kind can have
    doc["operationId"] = told["name"]
    ways: list[dict[str, list[str]]] = [{"session": needed, **({"csrf": []} if unsafe else {})}]
    if not told["page_only"]:
        ways.append({"api_token": needed})
    doc["security"] = ways[told["program_only"] :] if told["needs"] != PUBLIC else []
    by_status: defaultdict[int, list[type[CtiError]]] = defaultdict(list)
    for error in sorted(errors, key=lambda error: error.error_id):
        by_status[error.status or 500].append(error)
    responses = doc.get("responses", {}) | {status: _refusals(spec, kinds) for status, kinds in by_status.items()}
    doc["responses"] = dict(sorted(responses.items()))
    return doc


def _refusals(spec: APISpec, kinds: list[type[CtiError]]) -> str:
    """The name of the response for errors of one status."""
    name = "-".join(kind.__name__ for kind in kinds)
    if name not in spec.components.responses:
        ids = [kind.error_id for kind in kinds]
        content = {
            "schema": {"allOf": [{"$ref": "#/components/schemas/Error"}, {"properties": {"error_id": {"enum": ids}}}]},
            "examples": {kind.error_id: {"value": _example(kind)} for kind in kinds},
        }
        text = "\n".join(f"- `{kind.error_id}`: {kind.__doc__}" for kind in kinds)
        headers = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}} if kinds[0].status == 429 else {}
        spec.components.response(name, {"description": text, "content": {"application/json": content}, "headers": headers})
    return name


def _example(kind: type[CtiError]) -> dict[str, Any]:
    return {"error_id": kind.error_id, "message": kind.words.en if kind.words else "", "details": {}}
