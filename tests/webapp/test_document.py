"""The OpenAPI document: valid, whole, and true of paths and methods. Whether answers are as told, every test of the web looks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask_smorest.spec.plugins import FlaskPlugin
from openapi_spec_validator import OpenAPIV31SpecValidator

from cti_server.events.commands import COMMANDS
from tests.webapp.conftest import Web
from tests.webapp.told import NOT_TOLD, document_of
from webapp.auth.guard import ATTRIBUTE

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
VALUES = {"call_id": "call-1001", "recording_id": "rec-1001", "user_id": "99", "ending": "csv", "name": "start.js"}


@pytest.fixture
def document(web: Web) -> dict[str, Any]:
    return document_of(web.app)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of all."""
    found = [(path, item) for path, item in document["paths"].items()]
    return [(path, method.upper(), item[method]) for path, item in found for method in item if method.upper() in METHODS]


def at(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: VALUES[found[1]], path)


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_route_is_told_with_a_summary_and_who_may(web: Web, document: dict[str, Any]) -> None:
    told = {(path, method): operation for path, method, operation in operations(document)}
    served = {}
    for rule in web.app.url_map.iter_rules():
        if rule.rule not in NOT_TOLD and not rule.rule.startswith("/socket.io"):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                roles = getattr(web.app.view_functions[rule.endpoint], ATTRIBUTE)
                served[FlaskPlugin.flaskpath2openapi(rule.rule), method] = roles
    assert told.keys() == served.keys()
    for where, operation in told.items():
        assert operation["summary"].endswith("."), where
        assert operation["tags"], where
        if served[where]:
            (one,) = operation["security"]
            assert (set(one["session"]), "csrf" in one) == (set(served[where]), where[1] != "GET"), where
        else:
            assert all("session" not in one for one in operation["security"]), where
    ids = [operation["operationId"] for operation in told.values()]
    assert len(set(ids)) == len(ids)


def test_names_are_plain_and_objects_are_closed(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert [name for name in schemas if not re.fullmatch("[A-Z][A-Za-z]+", name)] == []
    open_ones = [name for name, schema in schemas.items() if schema.get("additionalProperties") is not False]
    assert open_ones == ["Lookup"], "the switch sends more"


def test_every_command_is_told(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/commands"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert [one["$ref"].rpartition("/")[2] for one in body["oneOf"]] == list(COMMANDS)
    for name, kind in COMMANDS.items():
        told = document["components"]["schemas"][f"{name}Arguments"]
        assert set(told["properties"]) == set(kind.declared), name
        assert told.get("required", []) == sorted(key for key, one in kind.declared.items() if one.required), name


def test_every_path_refuses_other_methods(web: Web, document: dict[str, Any]) -> None:
    desk = web.login("admin")
    for path, item in document["paths"].items():
        served = {method.upper() for method in item} & set(METHODS)
        allowed = served | {"OPTIONS"} | ({"HEAD"} if "GET" in served else set())
        for method in set(METHODS) - served:
            answer = desk.call(method, at(path))
            assert (answer.status_code, answer.get_json()["error_id"]) == (405, "wrong-method"), (method, path)
            assert set(answer.headers["Allow"].split(", ")) >= allowed, (method, path)
            assert path == "/healthz" or path == "/metrics" or set(answer.headers["Allow"].split(", ")) == allowed, (method, path)
    for method in METHODS:
        for path in ("/api/nowhere", "/api", "/switch/nowhere", "/api/calls/a/b"):
            answer = desk.call(method, path)
            assert (answer.status_code, answer.get_json()["error_id"]) == (404, "no-such-page"), (method, path)


def test_every_operation_refuses_a_query_that_it_does_not_know(web: Web, document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        desk = web.login("admin")
        answer = desk.call(method, f"{at(path)}?nonsense=1", json={} if "requestBody" in operation else None)
        assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-arguments"), (method, path)
        assert answer.get_json()["details"] == {"query": {"nonsense": ["Unknown field."]}} or operation.get("parameters"), path
        assert "nonsense" in answer.get_json()["details"]["query"], path
