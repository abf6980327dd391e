"""The OpenAPI document: valid, whole, and true of paths, methods and values.

Whether answers are as told, every test of the web looks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask_smorest.spec.plugins import FlaskPlugin
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from cti_server.errors import ERRORS, BadArguments, RedisAway
from cti_server.events.commands import COMMANDS
from tests.webapp.conftest import Web
from tests.webapp.told import NOT_TOLD, SCIM, document_of
from webapp.auth.guard import ANYBODY, ATTRIBUTE, PUBLIC, BadCsrf, BadHost, BadOrigin
from webapp.auth.tokens import BadToken, TooManyRequests
from webapp.errors import BadRequest, InternalError, NotAllowed, NotLoggedIn, TooLarge

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
VALUES = {"call_id": "call-1001", "recording_id": "rec-1001", "ending": "csv", "name": "start.js"}
VALUES |= {"entity": "teams", "key": "a", "customer_id": "k1", "notice_id": "outage", "folder": "zh", "rate": "8000"}
VALUES |= {"picture": "icon"}
VALUES |= {"webhook": "crm", "row": "7", "login": "nobody", "session_id": "0" * 16, "passkey_id": "99"}
VALUES |= {"version": "1", "plan": "1", "provider": "sso", "message_id": "7"}
PROGRAMS_ONLY = "/api/stream"


@pytest.fixture
def document(web: Web) -> dict[str, Any]:
    return document_of(web.app)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of all."""
    found = [(path, item) for path, item in document["paths"].items()]
    return [(path, method.upper(), item[method]) for path, item in found for method in item if method.upper() in METHODS]


def at(path: str, **values: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: {**VALUES, **values}[found[1]], path)


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, content) of every request and answer."""
    for path, method, operation in operations(document):
        told = {"asked": operation.get("requestBody", {}), **operation["responses"]}
        for status, one in told.items():
            if "$ref" in one:
                one = document["components"]["responses"][one["$ref"].rpartition("/")[2]]
            yield from ((f"{method} {path} {status} {kind}", content) for kind, content in one.get("content", {}).items())


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_route_is_told_with_a_summary_and_who_may(web: Web, document: dict[str, Any]) -> None:
    told = {(path, method): operation for path, method, operation in operations(document)}
    served = {}
    for rule in web.app.url_map.iter_rules():
        if rule.rule not in NOT_TOLD and not rule.rule.startswith(("/socket.io", SCIM)):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                needed = getattr(web.app.view_functions[rule.endpoint], ATTRIBUTE)
                served[FlaskPlugin.flaskpath2openapi(rule.rule), method] = needed
    assert told.keys() == served.keys()
    for where, operation in told.items():
        assert operation["summary"].endswith("."), where
        assert operation["tags"], where
        if served[where] != PUBLIC:
            needed = [] if served[where] == ANYBODY else [served[where]]
            if where[0] == PROGRAMS_ONLY:
                assert [one["api_token"] for one in operation["security"]] == [needed]
                continue
            one, *token = operation["security"]
            assert (one["session"], "csrf" in one) == (needed, where[1] != "GET"), where
            page_only = where[0] == "/api/ticket" or (where[0].startswith("/api/session") and where[1] != "GET")
            assert token == ([] if page_only else [{"api_token": needed}]), where
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
        if path == PROGRAMS_ONLY:
            continue
        desk = web.login("admin")
        answer = desk.call(method, f"{at(path)}?nonsense=1", json={} if "requestBody" in operation else None)
        assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-arguments"), (method, path)
        assert answer.get_json()["details"] == {"query": {"nonsense": ["Unknown field."]}} or operation.get("parameters"), path
        assert "nonsense" in answer.get_json()["details"]["query"], path


def test_a_path_value_that_none_can_have_is_told(web: Web, document: dict[str, Any]) -> None:
    answer = web.login("admin").call("DELETE", f"/api/users/{'9' * 65}/sessions")
    assert (answer.status_code, answer.get_json()["error_id"]) == (404, "no-such-page")
    told = document["paths"]["/api/users/{login}/sessions"]["delete"]["responses"]["404"]
    assert "NoSuchPage" in told["$ref"]


def test_every_request_and_answer_has_an_example_and_all_are_valid(document: dict[str, Any]) -> None:
    document = json.loads(json.dumps(document))
    seen = 0
    for where, content in contents(document):
        examples = [one["value"] for one in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        assert examples or content["schema"].get("format") == "binary", where
        validator = Draft202012Validator({**content["schema"], "components": document["components"]})
        for example in examples:
            assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(example)] == [], where
            seen += 1
    assert seen > 100


def test_every_operation_tells_the_errors_that_can_happen(document: dict[str, Any]) -> None:
    """By who may, method, path and body; of each id its own status. What else a route may answer, its tests see."""
    for path, method, operation in operations(document):
        where, told = (path, method), {}
        for status, one in operation["responses"].items():
            if "$ref" in one:
                content = document["components"]["responses"][one["$ref"].rpartition("/")[2]]["content"]["application/json"]
                told |= {error: int(status) for error in content["schema"]["allOf"][1]["properties"]["error_id"]["enum"]}
        assert told == {one: ERRORS[one].status for one in told}, where
        unsafe = method != "GET"
        needed = next((one["session"] for one in operation["security"] if "session" in one), None)
        programs = any("api_token" in one for one in operation["security"])
        body = operation.get("requestBody", {}).get("content", {})
        for error, can_happen in (
            (BadHost, True),
            (BadArguments, True),
            (InternalError, True),
            (NotLoggedIn, needed is not None),
            (RedisAway, needed is not None),
            (NotAllowed, needed is not None and (unsafe or bool(needed))),
            (BadToken, programs),
            (TooManyRequests, programs),
            (BadOrigin, unsafe),
            (BadCsrf, unsafe and needed is not None),
            (TooLarge, bool(body)),
            (BadRequest, "application/json" in body),
        ):
            assert error.error_id in told or not can_happen, (where, error)
        names = [one for one in document["paths"][path].get("parameters", ()) if one["schema"]["type"] == "string"]
        assert any(status == 404 for status in told.values()) >= bool(names), where
    assert {"429"} <= document["paths"]["/api/session"]["post"]["responses"].keys()
    assert {"404", "409", "503", "504"} <= document["paths"]["/api/commands"]["post"]["responses"].keys()


def test_no_component_is_told_for_nothing(document: dict[str, Any]) -> None:
    used = set(re.findall(r"#/components/(\w+/[^\"]+)", json.dumps(document)))
    used |= {f"securitySchemes/{name}" for *_, one in operations(document) for way in one["security"] for name in way}
    assert used == {f"{kind}/{name}" for kind, named in document["components"].items() for name in named}


def test_every_operation_refuses_a_value_that_it_does_not_know(web: Web, document: dict[str, Any]) -> None:
    """In a path another word is another address."""
    desk, seen = web.login("admin"), set()
    for path, method, operation in operations(document):
        for one in (*operation.get("parameters", ()), *document["paths"][path].get("parameters", ())):
            known = one["schema"].get("enum") or one["schema"].get("items", {}).get("enum")
            if known is None:
                continue
            wrong = 7 if one["schema"]["type"] == "integer" else "nonsense"
            assert wrong not in known
            if one["in"] == "path":
                answer = desk.call(method, at(path, **{one["name"]: wrong}))
                assert answer.status_code == 404, (method, path)
            else:
                answer = desk.call(method, f"{at(path)}?{one['name']}={wrong}")
                assert answer.status_code == 422, (method, path, one["name"])
                assert one["name"] in answer.get_json()["details"]["query"], (method, path)
            seen.add(one["name"])
    assert seen == {"outcome", "lang", "ending", "interval", "formula", "figure", "name", "entity", "folder", "rate", "state",
                    "of", "picture"}  # fmt: skip


def test_every_body_refuses_a_value_that_it_does_not_know(web: Web, document: dict[str, Any]) -> None:
    desk, schemas, seen = web.login("admin"), document["components"]["schemas"], set()
    for path, method, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for example in [one["value"] for one in content.get("examples", {}).values()] or [content.get("example")]:
            for name, where, known in enumerated(content["schema"], schemas, example) if content else ():
                where[name], right = "nonsense", where.get(name)
                answer = desk.call(method, at(path), json=example)
                assert answer.status_code == (404 if right in COMMANDS else 422), (method, path, example)
                seen.add(name)
                where[name] = right or known[0]
    assert seen == {"locale", "mode", "name", "why", "problem"}


def enumerated(
    schema: dict[str, Any], schemas: dict[str, Any], example: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """(field, object that has it, its words) of what an example may say in words of a closed set."""
    if "oneOf" in schema:
        (schema,) = (one for one in schema["oneOf"] if one["$ref"].endswith("/" + example["name"]))
    for name, one in schemas[schema["$ref"].rpartition("/")[2]]["properties"].items():
        if "$ref" in one:
            yield from enumerated(one, schemas, example[name]) if name in example else ()
        elif "enum" in one:
            yield name, example, one["enum"]
