"""What the declarations of facts give: a check of the stream, and rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import orjson
import pytest

from cti_server import words
from cti_server.domain.border import BadInput
from cti_server.events import facts as declarations
from cti_server.events.fact import Fact, fact
from cti_server.events.facts import (
    FACTS,
    FORMAT,
    AuditFact,
    CallFact,
    RecordingFact,
    SegmentFact,
    decode_fact,
    encode_fact,
    encode_line,
)
from tests.features.ledger import ledger_facts as facts

SAMPLES: dict[str, dict[str, Any]] = {
    "call": facts.call(),
    "segment": facts.segment("queue", 1, 2, "answered"),
    "agent_interval": facts.interval("1001", "ready", "idle", 1, 2),
    "recording": facts.recording(),
    "disposition": facts.disposition("resolved", 1),
    "audit": facts.audit(),
}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.kind)
def test_a_fact_comes_back_as_it_was(fact: type[Fact]) -> None:
    made = fact(**SAMPLES[fact.kind])
    assert decode_fact(encode_fact("f1", made)) == ("f1", made)
    assert set(made.row()) == {*fact.declared, *fact.added}


@pytest.mark.parametrize("hint", [str, Literal["left", "right"]])
def test_a_text_of_a_fact_has_a_limit(hint: Any) -> None:
    declare = fact("wave", "waves", kept="calls", aged="at_ms", indexes=())
    with pytest.raises(TypeError, match=r"WaveFact\.hand is a text without a limit"):
        declare(type("WaveFact", (Fact,), {"__annotations__": {"hand": hint}}))
    seen = property(lambda self: "")
    seen.fget.__annotations__ = {"return": hint}  # type: ignore[union-attr]
    with pytest.raises(TypeError, match=r"WaveFact\.hand is a text without a limit"):
        declare(type("WaveFact", (Fact,), {"hand": seen}))


def test_there_is_one_fact_of_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "FAMILIES", {})
    source = Path(declarations.__file__).read_text("utf-8").replace('@fact("audit", "audit"', '@fact("call", "audit"')
    with pytest.raises(TypeError, match=r"the id 'call' is declared already: .*CallFact'>, .*AuditFact'>"):
        exec(source, {"__name__": declarations.__name__})


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.kind)
def test_each_field_must_be_there_and_of_its_type(fact: type[Fact]) -> None:
    for name in fact.declared:
        sample = dict(SAMPLES[fact.kind])
        without = {key: value for key, value in sample.items() if key != name}
        for wrong in ({**sample, name: object}, *([without] if fact.declared[name].required else [])):
            raw = orjson.dumps({"format": FORMAT, "id": "f1", "kind": fact.kind, "data": wrong}, default=lambda value: None)
            with pytest.raises(BadInput, match=f"{fact.kind} f1: {name}: (must be .*, is null|is missing)"):
                decode_fact(raw)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"call_id": "x" * 65}, "call_id: must have 0 to 64 characters, has 65"),
        ({"outcome": "eaten"}, "outcome: must be answered or abandoned or"),
        ({"segment": "song"}, "segment: must be ivr or queue or"),
        ({"started_ms": -1}, "started_ms: must be a whole number from 0 to "),
        ({"detail": {"queued_ms": 2**60}}, "detail.queued_ms: must be a whole number from 0 to "),
    ],
)
def test_what_no_column_and_no_word_has_room_for_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        decode_fact(encode_line("f1", "segment", {**SAMPLES["segment"], **changes}))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"format": FORMAT + 1}, "format 2, known"),
        ({"kind": "poem"}, "unknown kind of fact 'poem'"),
        ({"id": ""}, "id: must have 1 to 96 characters, has 0"),
        ({"id": "x" * 97}, "id: must have 1 to 96 characters, has 97"),
    ],
)
def test_another_format_or_kind_is_not_read(changes: dict[str, Any], why: str) -> None:
    document = {"format": FORMAT, "id": "f1", "kind": "audit", "data": SAMPLES["audit"]} | changes
    with pytest.raises(BadInput, match=why):
        decode_fact(orjson.dumps(document))


def test_lines_from_before_a_field_came_are_read() -> None:
    later = ("first_agent", "first_team", "last_team", "recorded")
    for kind, of in (("call", CallFact), ("recording", RecordingFact)):
        before = {name: value for name, value in SAMPLES[kind].items() if name not in later}
        _, found = decode_fact(encode_line("f1", kind, before))
        assert isinstance(found, of)
        row = found.row()
        assert {name: row[name] for name in later if name in row} == (
            dict.fromkeys(later[:3], "") if of is CallFact else {"recorded": "call"}
        )


def test_texts_from_outside_are_cut_and_unknown_fields_left_out() -> None:
    _, call = decode_fact(encode_line("f1", "call", {**SAMPLES["call"], "name": "名" * 5000, "new": 1}))
    assert isinstance(call, CallFact)
    assert (len(call.name), "new" in call.row()) == (255, False)
    _, audit = decode_fact(encode_line("f1", "audit", {**SAMPLES["audit"], "subject": "s" * 500}))
    assert isinstance(audit, AuditFact)
    assert len(audit.subject) == 128


def test_the_ledger_adds_when_a_segment_counts() -> None:
    talk = SegmentFact(**facts.segment("talk", 5_000, 6_000, detail={"queued_ms": 1_000}))
    assert (talk.counted_ms, talk.row()["counted_ms"]) == (1_000, 1_000)
