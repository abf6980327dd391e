"""Causes of the recorded traffic and what they mean for an offer."""

from __future__ import annotations

import pytest

from cti_server.domain import outcomes


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        ("NO_ANSWER", "no-answer"),
        ("ALLOTTED_TIMEOUT", "no-answer"),
        ("USER_BUSY", "busy"),
        ("CALL_REJECTED", "rejected"),
        ("NO_USER_RESPONSE", "unreachable"),
        ("USER_NOT_REGISTERED", "unreachable"),
        ("SOMETHING_NEW", "unreachable"),
        ("LOSE_RACE", "withdrawn"),
        ("ORIGINATOR_CANCEL", "withdrawn"),
    ],
)
def test_offer_failures(cause: str, why: str) -> None:
    assert outcomes.offer_failure(cause) == why


def test_rules() -> None:
    assert outcomes.failure_rule("no-answer", {}) == "not-ready"
    assert outcomes.failure_rule("no-answer", {"no-answer": "next"}) == "next"
    assert outcomes.failure_rule("busy", {}) == "next"
    assert outcomes.failure_rule("withdrawn", {}) == "keep"
    assert outcomes.failure_rule("caller-left", {}) == "keep"


def test_the_switchs_word() -> None:
    assert outcomes.cause_of_text("-ERR NO_ANSWER\n") == "NO_ANSWER"
    assert outcomes.cause_of_text("") == ""
