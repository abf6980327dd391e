"""Each number is one thing only, and whoever is told so is told of both places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain.config import AgentConfig, CentreConfig, ServiceNumberConfig, ShortNumber
from cti_server.domain.dialling import seed_rules
from cti_server.domain.taken import problems

CENTRE = CentreConfig(
    version=1,
    tenant="main",
    agents={"7": AgentConfig("7", "A", "1001", "day")},
    free_seating=("1101",),
    service_numbers={"95598": ServiceNumberConfig("95598", "x", queue="q"), "4001": ServiceNumberConfig("4001", "x", queue="q")},
    short_numbers={"81": ShortNumber("81", "x", "13800138000")},
    number_rules={rule.prefix: rule for rule in seed_rules("86", "755")},
)


def lines(*numbers: str) -> dict[str, Any]:
    return {"service_numbers": {number: ServiceNumberConfig(number, "x", queue="q") for number in numbers}}


def agent(extension: str) -> dict[str, Any]:
    return {"agents": {"7": AgentConfig("7", "A", "1001", "day"), "8": AgentConfig("8", "B", extension, "day")}}


def short(code: str) -> dict[str, Any]:
    return {"short_numbers": {code: ShortNumber(code, "x", "13800138000")}}


def test_a_centre_whose_numbers_are_all_different() -> None:
    assert [*problems(CENTRE)] == []


@pytest.mark.parametrize("number", ["110", "119", "120", "122"])
def test_an_emergency_number_is_nothing_else(number: str) -> None:
    for more in (lines(number), agent(number), short(number), {"free_seating": (number,)}):
        (text,) = problems(replace(CENTRE, **more))
        assert f"{number} is an emergency number" in text
    own = {prefix: rule for prefix, rule in CENTRE.number_rules.items() if prefix != number}
    assert [*problems(replace(CENTRE, number_rules=own, **lines(number)))] == [], "of a centre that is the emergency service"


@pytest.mark.parametrize(
    ("more", "place", "other"),
    [
        (agent("1001"), "agents.8.extension", "agents.7.extension"),
        (agent("1101"), "free_seats.1101.extension", "agents.8.extension"),
        (agent("4001"), "service_numbers.4001.number", "agents.8.extension"),
        (agent("81"), "short_numbers.81.code", "agents.8.extension"),
        ({"free_seating": ("4001",)}, "service_numbers.4001.number", "free_seats.4001.extension"),
        ({"free_seating": ("1001",)}, "free_seats.1001.extension", "agents.7.extension"),
        ({"free_seating": ("81",)}, "short_numbers.81.code", "free_seats.81.extension"),
        (lines("1001"), "service_numbers.1001.number", "agents.7.extension"),
        (lines("81"), "short_numbers.81.code", "service_numbers.81.number"),
        (lines("*10"), "service_numbers.*10.number", "code_ready"),
        (lines("*43"), "service_numbers.*43.number", "a code of the switch itself"),
        (short("95598"), "short_numbers.95598.code", "service_numbers.95598.number"),
        (lines("+8642") | short("8642"), "short_numbers.8642.code", "service_numbers.+8642.number"),
        ({"code_consult": "*10"}, "code_consult", "code_ready"),
        ({"code_return": "*44"}, "code_return", "a code of the switch itself"),
    ],
)
def test_two_that_are_alike_are_told_with_both_places(more: dict[str, Any], place: str, other: str) -> None:
    (text,) = problems(replace(CENTRE, **more))
    assert text.startswith(f"{place}: ")
    assert f" is also {other}: take another one" in text
