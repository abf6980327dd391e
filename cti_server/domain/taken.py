"""Numbers by which something in the centre is reached: each is one thing only. Pure.

Emergency numbers, codes at phones, extensions of agents and of free seats, service numbers and short numbers are dialled in one
space: of two that are alike the one hides the other, and an emergency number is never anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cti_server.domain import feature_codes
from cti_server.domain.config import CentreConfig
from cti_server.domain.dialling import Plan
from cti_server.domain.numbers import service_number
from cti_server.reasons import at, reason

NOTHING_ELSE = reason(
    "emergency-and-nothing-else",
    "{number} is an emergency number of the number plan, and nothing else",
    "{number} 是号码规则中的紧急号码，不能另作他用",
)
IS_ALSO = reason("number-is-also", "{number} is also {other}: take another one", "{number} 与 {other} 重复：请换一个号码")
OF_THE_PLAN = reason(
    "number-of-the-plan",
    "{number} is a number of the number plan itself ({kind}): take another one",
    "{number} 本身就是号码规则中的号码（{kind}）：请换一个号码",
)
LIKE_OUTSIDE = "short_numbers"
"""Dialled as numbers outside are: such a code must be no number of the plan, and no service number in any form."""


class Taker(NamedTuple):
    """``place``: of its number in the configuration, as problems name it."""

    number: str
    place: str


def takers(config: CentreConfig) -> Iterator[Taker]:
    """All that have a number, those first whose number people know best."""
    for feature in feature_codes.FEATURES:
        if code := feature_codes.code_of(config, feature):
            yield Taker(code, f"code_{feature}")
    yield from phones(config)
    yield from (Taker(number, f"service_numbers.{number}.number") for number in config.service_numbers)
    yield from (Taker(code, f"short_numbers.{code}.code") for code in config.short_numbers)


def phones(config: CentreConfig) -> Iterator[Taker]:
    yield from (Taker(agent.extension, f"agents.{agent.id}.extension") for agent in config.agents.values())
    yield from (Taker(seat, f"free_seats.{seat}.extension") for seat in config.free_seating)


def problems(config: CentreConfig) -> Iterator[str]:
    """What is two things at once; each text begins with its place and names the other one."""
    plan = Plan(config)
    first = dict.fromkeys(feature_codes.OF_THE_SWITCH, "a code of the switch itself")
    lines = {number: f"service_numbers.{number}.number" for number in config.service_numbers}
    for number, place in takers(config):
        other = first.setdefault(number, place)
        if other == place and place.startswith(LIKE_OUTSIDE):
            other = service_number(lines, number, config.country_code) or place
        if plan.is_emergency(number):
            yield at(place, NOTHING_ELSE(number=number))
        elif other != place:
            yield at(place, IS_ALSO(number=number, other=other))
        elif place.startswith(LIKE_OUTSIDE) and (meant := plan.read(number)):
            yield at(place, OF_THE_PLAN(number=number, kind=meant.kind))
