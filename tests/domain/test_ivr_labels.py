"""What people read for the words of a flow: checked with the flow, put together over all flows."""

from __future__ import annotations

import pytest

from cti_server.domain.ivr_labels import merged
from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import FlowError, parse_flow, parse_text

FLOW = """
name: f
version: 1
start: a
labels: {LABELS}
nodes:
  a: {type: collect, prompt: p, store: account, min_digits: 1, max_digits: 4, ok: b, none: b}
  b: {type: set, data: {topic: repair}, next: c}
  c: {type: menu, prompt: p, choices: {1: {next: d, label: 热线}}, timeout: d}
  d: {type: queue, queue: q}
"""


def read(labels: str):  # type: ignore[no-untyped-def]
    return parse_flow(parse_text(FLOW.replace("{LABELS}", labels), "f.yaml"), "f.yaml", Known(queues={"q"}))


def test_keys_values_and_choices_have_names() -> None:
    flow = read("{account: {zh: 户号, en: Account}, topic: 业务, repair: {en: Repair}, 热线: {en: Hotline}}")
    assert flow.warnings == ()
    assert merged({"f": flow.document}) == {
        "account": {"zh": "户号", "en": "Account"},
        "topic": {"zh": "业务", "en": "业务"},
        "repair": {"en": "Repair"},
        "热线": {"en": "Hotline"},
    }


def test_a_word_that_the_flow_does_not_use_is_a_warning() -> None:
    (warning,) = read("{acount: 户号}").warnings
    assert str(warning) == "f.yaml: warning: labels: nothing in this flow is called 'acount'; did you mean 'account'?"


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ("[account]", "labels: must map words to texts"),
        ("{account: {}}", "labels: account: has no text"),
        ("{account: {de: Konto}}", "labels: account: language 'de' is not one of zh, en"),
        ("{account: [x]}", "labels: account: ['x'] is not a text of 1 to 64 characters"),
        ("{account: ' '}", "labels: account: ' ' is not a text of 1 to 64 characters"),
        ("{account: {en: " + 65 * "x" + "}}", "is not a text of 1 to 64 characters"),
    ],
)
def test_a_bad_label_refuses_the_flow(labels: str, why: str) -> None:
    with pytest.raises(FlowError) as caught:
        read(labels)
    assert why in str(caught.value)


def test_the_first_flow_by_its_name_wins_and_one_without_labels_is_fine() -> None:
    flows = {"b": {"labels": {"x": "B"}}, "a": {"labels": {"x": {"en": "A"}}}, "c": {}}
    assert merged(flows) == {"x": {"en": "A"}}
