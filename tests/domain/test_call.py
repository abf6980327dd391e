"""Leg states and derived phases."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from cti_server.domain import call

LEG_STATES = get_args(call.LegState)
ACTIVITIES = get_args(call.Activity)


@pytest.mark.parametrize(("activity", "leg"), list(itertools.product(ACTIVITIES, ("", *LEG_STATES))))
def test_every_phase_has_a_word_for_the_channel(activity: str, leg: str) -> None:
    if activity == "talk" and leg in ("alerting", "queued"):
        return  # cannot be: an agent's leg talks only after the bridge
    phase = call.derive_phase(activity, leg)
    if activity == "queue" and leg in ("connected", "held", "queued"):
        return  # cannot be: connected means talk
    assert phase in call.PHASES
    assert phase in call.CHANNEL_WORDS


def test_the_words_that_the_watchdog_reads() -> None:
    assert call.CHANNEL_WORDS[call.derive_phase("queue", "")] == "waiting"
    assert call.CHANNEL_WORDS[call.derive_phase("queue", "alerting")] == "waiting"
    assert call.CHANNEL_WORDS[call.derive_phase("talk", "held")] == "held"
