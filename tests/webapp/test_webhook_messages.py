"""What webhooks are sent is as the AsyncAPI document tells, headers and bodies."""

from __future__ import annotations

import json
import re
from typing import Any

from jsonschema import Draft202012Validator

from cti_server.events.facts import FACTS, AuditFact
from cti_server.features.ledger.service import read_fact
from cti_server.features.webhooks.contract import MISSED, TEST, TOPICS
from cti_server.features.webhooks.service import trial
from tests.features.ledger import ledger_facts as facts
from tests.features.webhooks.test_webhooks import World, w
from tests.webapp.live import agent_view, call_view
from webapp.features.stream.document import document

_w = w  # the fixture
EXAMPLES: dict[str, dict[str, Any]] = {
    "call": facts.call(),
    "segment": facts.segment("talk", 1000, 2000, detail={"queued_ms": 5}),
    "agent_interval": facts.interval("1001", "ready", "idle", 1000, 2000),
    "recording": facts.recording(),
    "disposition": facts.disposition("resolved", 1000),
}


def told(kind: str) -> dict[str, Any]:
    return document()["components"]["messages"][f"webhook.{kind}"]  # type: ignore[no-any-return]


def problems(schema: dict[str, Any], value: object, lenient: bool = False) -> list[str]:
    """``lenient``: views of tests need not be whole."""
    schemas = document()["components"]["schemas"]
    if lenient:
        schemas = json.loads(json.dumps({name: {**one, "required": []} for name, one in schemas.items()}))
    return [error.message for error in Draft202012Validator({**schema, "components": {"schemas": schemas}}).iter_errors(value)]


def refs(value: object) -> list[str]:
    if isinstance(value, dict):
        return [one for key, inner in value.items() for one in ([inner] if key == "$ref" else refs(inner))]
    return [one for inner in value for one in refs(inner)] if isinstance(value, list) else []


def test_every_kind_that_can_be_sent_is_told_and_nothing_else() -> None:
    made = document()
    assert set(made["channels"]["webhook"]["messages"]) == {f"webhook.{kind}" for kind in TOPICS}
    assert "fact.audit" not in made["channels"]["webhook"]["messages"]
    for kind, topic in TOPICS.items():
        message = told(kind)
        assert (message["name"], message["payload"]["properties"]["kind"]) == (kind, {"type": "string", "const": kind})
        assert [tag["name"] for tag in message.get("tags", ())] == [topic] * bool(topic)
    assert not set(made["channels"]["stream"]["messages"]) & set(made["channels"]["webhook"]["messages"])


def test_whatever_it_refers_to_is_there() -> None:
    made = json.loads(json.dumps(document()))
    for ref in set(refs(made)):
        found: Any = made
        for name in ref.removeprefix("#/").split("/"):
            found = found[name]
        assert found, ref
    for part in made["components"].values():
        assert all(re.fullmatch(r"[\w.-]+", name) for name in part)


def test_deliveries_are_as_they_are_told(w: World) -> None:
    w.hook()
    w.happen("call.arrived", {"call": call_view("c1")})
    w.happen("agent.state_changed", {"agent": agent_view("1001")})
    w.seq += 5
    w.happen("call.ended", {"call": call_view("c1")})
    assert set(EXAMPLES) == {fact.kind for fact in FACTS if fact is not AuditFact}
    rows = [read_fact(facts.raw(f"f-{kind}", kind, data)) for kind, data in EXAMPLES.items()]
    w.intake.facts(rows)
    w.store.add([trial("crm", w.now)], w.now)
    for _ in range(10):
        w.send()
    kinds = {one["kind"] for one in w.receiver.told}
    assert kinds == {"call.arrived", "agent.state_changed", "call.ended", MISSED, TEST, *(f"fact.{kind}" for kind in EXAMPLES)}
    trait = document()["components"]["messageTraits"]["delivery"]
    for body, headers in zip(w.receiver.told, w.receiver.headers, strict=True):
        assert problems(told(body["kind"])["payload"], body, lenient="epoch" in body) == [], body["kind"]
        assert problems(trait["headers"], headers) == []
        assert headers["webhook-id"] == body["id"]
    assert problems(told("fact.call")["payload"], {"id": "x", "kind": "fact.call", "at_ms": 1, "data": {}})
