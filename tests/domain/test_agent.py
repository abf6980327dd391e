"""Every state × trigger and status × trigger: either the table's step, or a refusal that changes nothing."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from cti_server.domain import agent
from cti_server.domain.agent import STATES
from cti_server.errors import CtiError

STATUSES = get_args(agent.AgentStatus)
STATUS_TRIGGERS = ("login", "ready", "pause", "logout")
STATE_TRIGGERS = (
    "reserve", "ring", "connect", "hold", "consult", "resume",
    "lose", "finish", "release", "dial", "wrapped", "phone_lost", "phone_back", "phone_used",
    "phone_free", "talk_inside",
)  # fmt: skip


@pytest.mark.parametrize(("state", "trigger"), list(itertools.product(STATES, STATE_TRIGGERS)))
def test_states(state: str, trigger: str) -> None:
    if (state, trigger) in agent.STATE_TABLE:
        assert agent.next_state(state, trigger) in STATES
    else:
        with pytest.raises(CtiError) as refused:
            agent.next_state(state, trigger)
        assert refused.value.error_id == "wrong-state"
        assert refused.value.details == {"state": state, "trigger": trigger}


@pytest.mark.parametrize(("status", "trigger"), list(itertools.product(STATUSES, STATUS_TRIGGERS)))
def test_statuses(status: str, trigger: str) -> None:
    if (status, trigger) in agent.STATUS_TABLE:
        assert agent.next_status(status, trigger) in STATUSES
    else:
        with pytest.raises(CtiError) as refused:
            agent.next_status(status, trigger)
        assert refused.value.error_id in ("agent-not-logged-in", "already-logged-in", "wrong-state")


def test_the_tables_name_only_what_exists() -> None:
    assert {s for s, _ in agent.STATE_TABLE} | set(agent.STATE_TABLE.values()) == set(STATES)
    assert {t for _, t in agent.STATE_TABLE} == set(STATE_TRIGGERS)
    assert {t for _, t in agent.STATUS_TABLE} == set(STATUS_TRIGGERS)


def test_every_state_can_get_back_to_idle() -> None:
    reach = {"idle"}
    while True:
        more = {before for (before, _), after in agent.STATE_TABLE.items() if after in reach} - reach
        if not more:
            break
        reach |= more
    assert reach == set(STATES)


@pytest.mark.parametrize(
    ("status", "state", "resting", "counted"),
    [
        ("logged_out", "idle", False, "logged_out"),
        ("ready", "unreachable", False, "unreachable"),
        ("ready", "talking", False, "busy"),
        ("ready", "own_call", False, "busy"),
        ("not_ready", "wrap_up", False, "busy"),
        ("not_ready", "idle", False, "not_ready"),
        ("ready", "idle", True, "resting"),
        ("ready", "idle", False, "ready"),
    ],
)
def test_categories(status: str, state: str, resting: bool, counted: str) -> None:
    assert agent.category(status, state, resting) == counted
