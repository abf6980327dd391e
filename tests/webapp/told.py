"""A client that compares every answer with the application's own OpenAPI document: status, type of content, every field."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_smorest.spec.plugins import FlaskPlugin
from jsonschema import Draft202012Validator
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.test import TestResponse

SCIM = "/scim/"
NOT_TOLD = ("/", "/<page:path>")
"""The page's own."""


class ToldClient(FlaskClient):
    """AssertionError for what the document does not tell."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        answer = super().open(*args, **options)
        check(self.application, answer)
        return answer


def document_of(app: Flask) -> dict[str, Any]:
    (api,) = app.extensions["flask-smorest"]["apis"].values()
    found: dict[str, Any] = api["ext_obj"].spec.to_dict()
    return found


def check(app: Flask, answer: TestResponse) -> None:
    """The whole answer, which is read for that."""
    method, path = answer.request.method, answer.request.path
    where = f"{method} {path}: {answer.status_code} {answer.data[:300]!r}"
    rule, status = _rule(app, path, method)
    if rule is None:
        if status and answer.status_code != 421 and not path.startswith(SCIM):
            told = None if method == "HEAD" else answer.get_json()["error_id"]
            assert (answer.status_code, told) in ((status, None), (404, "no-such-page"), (405, "wrong-method")), where
        return
    if rule.rule in NOT_TOLD or rule.rule.startswith(("/socket.io", SCIM)) or method == "OPTIONS":
        return
    told = FlaskPlugin.flaskpath2openapi(rule.rule)
    faults = wrong(_told(app), told, "get" if method == "HEAD" else method.lower(), answer)
    assert not faults, f"{where}\n{faults}"


def _rule(app: Flask, path: str, method: str) -> tuple[Rule | None, int]:
    """What serves this, or the status of there being nothing; 0: it is somewhere else."""
    try:
        return app.url_map.bind("").match(path, method, return_rule=True)[0], 0
    except RequestRedirect:
        return None, 0
    except (MethodNotAllowed, NotFound) as error:
        return None, error.code or 0


def wrong(document: dict[str, Any], path: str, method: str, answer: TestResponse) -> str:
    """What an answer has that the document does not tell; '' nothing."""
    response = document["paths"][path][method]["responses"].get(str(answer.status_code), {})
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if not response:
        return "this status is not documented"
    content = response.get("content", {})
    if answer.request.method == "HEAD" or not (content or answer.data):
        return ""
    if answer.content_type not in content:
        return "" if "*/*" in content else f"{answer.content_type} is not documented"
    if answer.mimetype != "application/json":
        return ""
    validator = _validator(json.dumps(content["application/json"]["schema"]), document)
    return "\n".join(f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(answer.get_json()))


_kept: dict[str, Any] = {}
"""Every application of this process tells the same."""


def _told(app: Flask) -> dict[str, Any]:
    if "document" not in _kept:
        _kept["document"] = json.loads(json.dumps(document_of(app)))
    return _kept["document"]


def _validator(schema: str, document: dict[str, Any]) -> Draft202012Validator:
    if schema not in _kept:
        _kept[schema] = Draft202012Validator({**json.loads(schema), "components": document["components"]})
    return _kept[schema]
