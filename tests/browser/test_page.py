"""The built page in Chromium, against the fake server of the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import run_scenario

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = (
    "call_of_an_agent",
    "consult_and_transfer",
    "conference_flow_and_slot",
    "own_call_and_dialogs",
    "asked_by_a_colleague",
    "result_of_an_earlier_call",
    "reload_in_a_call",
    "two_windows_one_note",
    "order_of_events",
    "frozen_server",
    "logout_asks",
    "health_is_told",
    "leader_sees_and_acts",
    "messages_are_heard_and_done",
    "reports_open_their_calls",
    "audit_tells_who_did_what",
    "admin_sets_up",
    "wrong_password",
)


@pytest.mark.browser
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_page(scenario: str, server: str) -> None:
    run_scenario("page.mjs", scenario, server)
