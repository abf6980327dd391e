"""Reasons: an English text that knows what it is made of, and its words in both languages."""

from __future__ import annotations

import re

import pytest

import scripts.contracts.words  # noqa: F401 - with what it imports, all reasons are declared
from cti_server.domain import record
from cti_server.domain.config import QueueConfig
from cti_server.reasons import Told, at, facts_of, placed, reason, said, told_of
from cti_server.words import FAMILIES

REASONS = FAMILIES["reason"]


def _holes(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_every_reason_has_both_languages_with_the_same_holes() -> None:
    assert len(REASONS) > 100
    for one, words in REASONS.items():
        assert words.en.strip(), one
        assert re.search("[\u4e00-\u9fff]", words.zh), one
        assert _holes(words.en) == _holes(words.zh), one
        values = dict.fromkeys(_holes(words.en), "7")
        assert not {"{", "}"} & set(words.en.format(**values) + words.zh.format(**values)), one


@pytest.mark.parametrize(
    ("id", "en", "zh", "why"),
    [
        ("whole-number-between", "x", "x", "declared already"),
        ("new-one", "from {lowest}", "至 {largest}", "holes differ"),
        ("new-one", "mail@centre", "邮箱", "without @"),
        ("new-one", "x", " ", "both languages"),
    ],
)
def test_a_faulty_declaration(id: str, en: str, zh: str, why: str) -> None:
    with pytest.raises(TypeError, match=why):
        reason(id, en, zh)
    assert "new-one" not in REASONS


def test_a_record_tells_why_in_both_languages() -> None:
    with pytest.raises(record.Misfit) as refused:
        record.read(QueueConfig, {"id": "q", "name": "Q", "wrap_up_s": -5}, "queues.q")
    ((place, text),) = refused.value.problems
    assert (place, text) == ("queues.q.wrap_up_s", "must be a whole number from 0 to 2147483647, is -5")
    assert said(facts_of(text), "zh-CN") == "应为 0 到 2147483647 之间的整数，当前为 -5"
    assert said(facts_of(text), "en") == text


def test_a_place_stands_before_it_and_comes_off_again() -> None:
    (text,) = [one for _, one in [("x", record.IS_MISSING)]]
    there = at("queues.a.b.name", text)
    assert there == "queues.a.b.name: is missing"
    place, bare = placed(there)
    assert (place, bare, facts_of(bare)) == ("queues.a.b.name", "is missing", {"reason": "is-missing", "given": {}})
    assert said(facts_of(there), "zh-CN") == "queues.a.b.name: 此项必填"
    assert placed("teams.x: odd") == ("teams.x", "odd")
    assert placed("nothing of the kind") == ("", "nothing of the kind")
    assert facts_of("plain") == facts_of(at("x", "plain")) == {}


def test_an_entity_is_called_by_its_label_and_an_error_keeps_its_reason() -> None:
    text = Told("queues has no x", "entry-is-not-there", {"entity": "queues", "key": "x"})
    assert said(facts_of(text), "zh-CN", {"queues": "队列"}.__getitem__) == "队列中没有 x"
    assert facts_of(told_of(ValueError(text))) == facts_of(text)
    assert record.plain({"text": text}) == {"text": "queues has no x"}
    assert type(record.plain({"text": text})["text"]) is str
