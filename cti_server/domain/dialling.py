"""Numbers that people dial: what one leads to, who may call it, and how a trunk is sent it.

A number is first written in one form, so that no way to dial it goes around a rule: ``+8675512345678``, however it was given
(``0755-1234 5678``, ``0086755...``, ``12345678`` at the place itself); a short number (``110``, ``95598``) as it is, one of the
centre's own as the number that it stands for. Then the number plan says its kind: the rule of the longest prefix, a table of
``CentreConfig`` or the country's of here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from cti_server.domain.config import CentreConfig, ClassOfService, NumberKind, NumberRule, TrunkConfig
from cti_server.domain.numbers import bare, service_number
from cti_server.errors import CtiError
from cti_server.reasons import reason
from cti_server.words import family

Act = Literal["dial", "transfer"]
"""What an agent does with a number: calls it for oneself; brings a customer to it (also asks or adds somebody there)."""
DIGITS = re.compile(r"\+?[0-9]{1,20}")
NOTHING: Final = ClassOfService("", "")
"""Of agents without one."""
KINDS = family(
    "numberKind",
    {
        "emergency": ("Emergency", "紧急号码"),
        "internal": ("Internal", "内线"),
        "local": ("Local", "本地"),
        "national": ("National", "国内长途"),
        "international": ("International", "国际"),
        "premium": ("Premium rate", "高额收费"),
    },
    NumberKind,
)


class NotDialable(CtiError, id="not-dialable", status=422, en="This number cannot be dialled.", zh="该号码无法拨打。"):
    """The number plan knows no such number, or it has too few or too many digits; details: number."""


class NumberNotAllowed(
    CtiError, id="number-not-allowed", status=403, en="You may not call this number.", zh="您无权拨打该号码。"
):
    """The agent's class of service does not grant it, or nobody may call it; details: number, kind."""


class OwnNumber(
    CtiError,
    id="own-number",
    status=409,
    en="This number is inside: choose the colleague or the queue.",
    zh="该号码为内部号码，请直接选择同事或队列。",
):
    """A colleague's extension or a line of the centre; details: number, agent_id ('' for a line)."""


class EmergencyNumber(
    CtiError,
    id="emergency-number",
    status=409,
    en="Emergency calls are not passed on: call or consult, and stay on the line.",
    zh="紧急电话不能直接转接，请拨打或咨询并保持在线。",
):
    """A customer is passed on to an emergency number without a word."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """``number``: +8675512345678, a short number, or an extension."""

    number: str
    kind: NumberKind


def dialled(config: CentreConfig, text: str) -> Dialled:
    """What a number leads to that a person has written in any form. Raises NotDialable."""
    plan = Plan(config)
    found = plan.read(text)
    if found is not None and found.kind == "emergency":
        return found
    number = bare(text)
    if number in config.short_numbers:
        return dialled(config, config.short_numbers[number].number)
    if any(number == agent.extension for agent in config.agents.values()) or number in config.free_seating:
        return Dialled(number, "internal")
    known = found.number if found is not None else number
    if service_number(config.service_numbers, known, config.country_code) is not None:
        return Dialled(known, "internal")
    if found is None:
        raise NotDialable(f"{number[:64]!r} is no number of the number plan; write it with its area code", {"number": number})
    return found


def permitted(config: CentreConfig, agent_id: str, act: Act, target: Dialled) -> None:
    """Raises NumberNotAllowed for what the agent's class of service does not grant and for what is forbidden, OwnNumber for what
    is inside."""
    if target.kind == "emergency":
        return
    facts = {"number": target.number, "kind": target.kind}
    if target.kind == "internal":
        owner = next((agent.id for agent in config.agents.values() if agent.extension == target.number), "")
        whose = f"the phone of agent {owner}" if owner else "a phone or a line of the centre"
        raise OwnNumber(f"{target.number} is {whose}", {**facts, "agent_id": owner})
    if target.kind not in getattr(class_of(config, agent_id), act):
        raise NumberNotAllowed(f"the class of service of agent {agent_id} does not let it {act} {target.kind} numbers", facts)
    if any(target.number.startswith(forbidden) for forbidden in Plan(config).forbidden()):
        raise NumberNotAllowed(f"{target.number} is one of the forbidden numbers", facts)


EVERY_NUMBER = reason(
    "forbids-every-number",
    "{number} alone is every number of the country: what kinds may be called say the classes of service",
    "仅 {number} 等于国内全部号码：可拨打的种类由呼叫权限决定",
)
ALWAYS_FREE = reason(
    "emergency-always-free", "{number} is an emergency number: it is always free", "{number} 是紧急号码，始终可以拨打"
)
NOTHING_FORBIDDEN = reason(
    "forbids-nothing",
    "{number} has more digits than any such number of the number plan: it would forbid nothing",
    "{number} 的位数多于号码规则中的任何此类号码：不会禁止任何号码",
)


def pointless(config: CentreConfig) -> Iterator[tuple[str, str]]:
    """Forbidden numbers that forbid nothing that could be dialled, or everything, and why."""
    plan = Plan(config)
    for number in config.forbidden_numbers:
        if bare(number) in (config.national_prefix, config.international_prefix):
            yield number, EVERY_NUMBER(number=number)
        elif plan.is_emergency(number):
            yield number, ALWAYS_FREE(number=number)
        elif plan.is_too_long(number):
            yield number, NOTHING_FORBIDDEN(number=number)


def class_of(config: CentreConfig, agent_id: str) -> ClassOfService:
    agent = config.agents.get(agent_id)
    return config.classes_of_service.get(agent.class_of_service, NOTHING) if agent else NOTHING


def trunk_groups(config: CentreConfig, target: Dialled, agent_id: str, line: str) -> list[str]:
    """The group by which the call goes out, that of the number before that of the customer's ``line`` ('' none) before that of
    the agent's class of service, and those that take it after that one; [] is every trunk."""
    rule, service = Plan(config).rule(target.number), config.service_numbers.get(line)
    named = (rule.trunk_group if rule else "", service.trunk_group if service else "", class_of(config, agent_id).trunk_group)
    return after(config, next(filter(None, named), ""))


def after(config: CentreConfig, group: str) -> list[str]:
    """The trunk group and those that take its calls after it."""
    found: list[str] = []
    while group in config.trunk_groups and group not in found:
        found.append(group)
        group = config.trunk_groups[group].next_group
    return found


def sent(config: CentreConfig, trunk: TrunkConfig, target: Dialled) -> str:
    """The number as this trunk is to get it."""
    return trunk.prefix + (_FORMS[trunk.number_form](Plan(config), target.number) if "+" in target.number else target.number)


class Plan:
    """The number plan of a configuration."""

    def __init__(self, config: CentreConfig) -> None:
        self._config = config
        self._country = f"+{config.country_code}"
        own = seed_rules(config.country_code, config.area_code)
        self._rules = config.number_rules or {rule.prefix: rule for rule in own}
        self._emergency = max((rule.longest for rule in self._rules.values() if rule.kind == "emergency"), default=0)
        self._begins = tuple(filter(None, (config.national_prefix, config.international_prefix)))

    def read(self, text: str) -> Dialled | None:
        """None for what the plan does not know."""
        number = bare(text)
        if not DIGITS.fullmatch(number):
            return None
        number = self._in_full(number)
        rule = self.rule(number)
        if rule is not None and rule.full:
            number = rule.full + number
            rule = self.rule(number)
        no_number = number.startswith(("+0", self._country + (self._config.national_prefix or "+")))
        return Dialled(number, rule.kind) if rule is not None and not no_number else None

    def is_emergency(self, text: str) -> bool:
        """At once for a number in full that is too long for one."""
        if len(text) > self._emergency and text.isascii() and text.isdigit() and not text.startswith(self._begins):
            return False
        meant = self.read(text)
        return meant is not None and meant.kind == "emergency"

    def forbidden(self) -> Iterable[str]:
        """How numbers begin that nobody may call, in every form that they can have."""
        for text in self._config.forbidden_numbers:
            yield from self.beginnings(text)

    def beginnings(self, text: str) -> list[str]:
        """How numbers in their one form begin that begin with ``text`` as somebody dials it."""
        start = self._in_full(bare(text))
        rule = self._longest(start)
        longer = (one for prefix, one in self._rules.items() if prefix.startswith(start) and prefix != start)
        full = [rule.full + start] if rule is not None and rule.full else []
        return [start, *full, *(one.full + one.prefix for one in longer if one.full)]

    def is_too_long(self, text: str) -> bool:
        """With more digits than every number of the plan that begins so."""
        found = [(rule.longest, start) for start in self.beginnings(text) if (rule := self._longest(start)) and not rule.full]
        return bool(found) and all(len(start.removeprefix("+")) > longest for longest, start in found)

    def national(self, number: str) -> str:
        """As it is dialled in this country."""
        rest = number.removeprefix(self._country)
        if rest == number:
            return self._config.international_prefix + number[1:]
        rule = self.rule(rest)
        plain = rule is not None and rule.full == self._country
        return rest if plain else self._config.national_prefix + rest

    def _in_full(self, number: str) -> str:
        """With + instead of what is dialled before foreign and national numbers."""
        config = self._config
        if number.startswith(config.international_prefix) and config.international_prefix:
            number = "+" + number.removeprefix(config.international_prefix)
        prefix = config.national_prefix
        if prefix and number.startswith(prefix):
            return self._country + number.removeprefix(prefix)
        if prefix and number.startswith(self._country + prefix):  # +86 (0)755
            return self._country + number.removeprefix(self._country + prefix)
        return number

    def rule(self, number: str) -> NumberRule | None:
        """Of a number as it is dialled without prefixes, or in full."""
        found = self._longest(number)
        digits = len(number.removeprefix("+"))
        return found if found is not None and found.shortest <= digits <= found.longest else None

    def _longest(self, number: str) -> NumberRule | None:
        starts = (number[:length] for length in range(len(number), 0, -1))
        return next((self._rules[start] for start in starts if start in self._rules), None)


_FORMS: Final[Mapping[str, Callable[[Plan, str], str]]] = {
    "plus": lambda plan, number: number,
    "digits": lambda plan, number: number[1:],
    "national": Plan.national,
}

# ---------------------------------------------------------------- number plans


def seed_rules(country_code: str, area_code: str) -> list[NumberRule]:
    """The number plan of a centre that has none of its own: that of its country where it stands here, else what most have."""
    country = f"+{country_code}"
    place = country + area_code if area_code else ""
    plan, firsts, shortest, longest = _COUNTRIES.get(country_code) or (_usual(country), "23456789", 5, 12)
    here = [NumberRule(first, "local", shortest, longest, place) for first in firsts]
    if place:
        code = len(place) - 1
        here.append(NumberRule(place, "local", code + shortest, code + longest))
    return [*_WORLD, *plan, *here]


def _usual(country: str) -> list[NumberRule]:
    return [
        *(NumberRule(number, "emergency", 3, 3) for number in ("112", "911", "999")),
        NumberRule(country, "national", 7, 15),
        NumberRule(f"{country}900", "premium", 7, 15),
    ]


_WORLD: Final = [
    NumberRule("+", "international", 8, 15),
    *(NumberRule(prefix, "premium", 8, 15) for prefix in ("+878", "+881", "+882", "+883", "+979")),  # satellites and the like
]
_CHINA: Final = [
    *(NumberRule(number, "emergency", 3, 3) for number in ("110", "119", "120", "122")),
    NumberRule("10", "local", 5, 8),  # 10000, 10086, 1010xxxx
    NumberRule("11", "local", 3, 6),  # 114, 11185, 116114
    NumberRule("12", "local", 5, 5),  # 12345, 12306
    NumberRule("95", "local", 5, 8),
    NumberRule("96", "local", 5, 8),
    *(NumberRule(prefix, "national", 11, 11, "+86") for prefix in ("13", "14", "15", "16", "17", "18", "19")),
    *(NumberRule(prefix, "national", 10, 10, "+86") for prefix in ("400", "800")),
    *(NumberRule(prefix, "premium", 5, 20) for prefix in ("1259", "160", "168")),
    NumberRule("+86", "national", 11, 13),
    *(NumberRule(f"+86{prefix}", "premium", 7, 15) for prefix in ("1259", "160", "168")),
]
_COUNTRIES: Final = {"86": (_CHINA, "2345678", 7, 8)}
"""Country code -> its numbers, how local ones begin, and of how many digits they are."""
