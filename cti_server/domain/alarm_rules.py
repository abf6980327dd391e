"""Alarm rules: which live figures they can be about, when their limits make sense, and how a condition is said to people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from cti_server.domain.config import AlarmAbout, AlarmBound, AlarmFigure, AlarmMatch, AlarmRule, CentreConfig, Severity
from cti_server.domain.wrong import NOT_EMPTY_FOR, none
from cti_server.reasons import at, reason
from cti_server.words import family

SEVERITIES = family(
    "severity", {"critical": ("Critical", "严重"), "major": ("Major", "重要"), "minor": ("Minor", "一般")}, Severity
)
ABOUT = family(
    "alarm_about",
    {"queue": ("Queues", "队列"), "team": ("Agents of teams", "班组的坐席"), "trunk": ("Trunks", "中继")},
    AlarmAbout,
)
BOUNDS = family("alarm_bound", {"at_least": ("at least", "不低于"), "below": ("below", "低于")}, AlarmBound)
MATCHES = family("alarm_match", {"all": ("All hold", "全部满足"), "any": ("Any holds", "任一满足")}, AlarmMatch)
FIGURE_WORDS = family(
    "alarm_figure",
    {
        "waiting": ("Waiting calls", "排队数"),
        "oldest_s": ("Longest wait (s)", "最长等待（秒）"),
        "agents_logged_in": ("Agents on shift", "签入坐席数"),
        "agents_ready": ("Agents ready", "空闲坐席数"),
        "agents_busy": ("Agents busy", "忙碌坐席数"),
        "agents_not_ready": ("Agents not ready", "示忙坐席数"),
        "service_level": ("Service level today (%)", "今日服务水平（%）"),
        "abandoned": ("Abandoned today", "今日放弃数"),
        "abandon_rate": ("Abandon rate today (%)", "今日放弃率（%）"),
        "asa_s": ("Average wait today (s)", "今日平均等待（秒）"),
        "trunk_down": ("Is down (1: yes)", "中断（1 为是）"),
        "trunk_calls": ("Calls on the trunk", "中继通话数"),
        "trunk_load": ("Used of its most calls (%)", "并发占用率（%）"),
        "trunk_failed": ("Calls out failed in a row", "连续失败的外呼数"),
        "trunk_ping_ms": ("Answer time (ms)", "响应时间（毫秒）"),
    },
    AlarmFigure,
)
CONDITIONS = (1, 2, 3)
_MANY, _SHARE, _DAY_S = 1_000_000, 100, 86_400


@dataclass(frozen=True, slots=True)
class LiveFigure:
    """``largest``: it is never more."""

    about: tuple[AlarmAbout, ...]
    largest: int


FIGURES: Mapping[AlarmFigure, LiveFigure] = {
    "waiting": LiveFigure(("queue",), _MANY),
    "oldest_s": LiveFigure(("queue",), _DAY_S),
    "agents_logged_in": LiveFigure(("queue", "team"), _MANY),
    "agents_ready": LiveFigure(("queue", "team"), _MANY),
    "agents_busy": LiveFigure(("queue", "team"), _MANY),
    "agents_not_ready": LiveFigure(("queue", "team"), _MANY),
    "service_level": LiveFigure(("queue",), _SHARE),
    "abandoned": LiveFigure(("queue",), _MANY),
    "abandon_rate": LiveFigure(("queue",), _SHARE),
    "asa_s": LiveFigure(("queue",), _DAY_S),
    "trunk_down": LiveFigure(("trunk",), 1),
    "trunk_calls": LiveFigure(("trunk",), _MANY),
    "trunk_load": LiveFigure(("trunk",), _SHARE),
    "trunk_failed": LiveFigure(("trunk",), _MANY),
    "trunk_ping_ms": LiveFigure(("trunk",), _MANY),
}


WHOLE: Mapping[AlarmFigure, AlarmFigure] = {
    "agents_ready": "agents_logged_in",
    "agents_busy": "agents_logged_in",
    "agents_not_ready": "agents_logged_in",
}
"""Figures that are never more than another one."""


class Condition(NamedTuple):
    figure: AlarmFigure
    bound: AlarmBound
    limit: int

    def holds(self, value: float | None) -> bool:
        """Not of a figure that is not known (no call has come yet, the trunk has no limit)."""
        return value is not None and (value >= self.limit if self.bound == "at_least" else value < self.limit)


class MetCondition(TypedDict):
    """A condition that held when the alarm was raised."""

    figure: AlarmFigure
    bound: AlarmBound
    limit: int
    value: float


def conditions(rule: AlarmRule) -> list[Condition]:
    every = [(getattr(rule, f"figure_{no}"), getattr(rule, f"is_{no}"), getattr(rule, f"limit_{no}")) for no in CONDITIONS]
    return [Condition(*one) for one in every if one[0]]


def key(rule: AlarmRule) -> str:
    """The one that it is about; '': each."""
    found: str = getattr(rule, rule.about)
    return found


def said(met: Iterable[MetCondition], language: str) -> str:
    """Figure, value and limit."""
    parts = (
        f"{FIGURE_WORDS[one['figure']].said(language)} {one['value']:g} ({BOUNDS[one['bound']].said(language)} {one['limit']})"
        for one in met
    )
    return ("; " if language == "en" else "；").join(parts)


NEVER = reason(
    "limits-never",
    "{figure} at least {low} and {other} below {high}: that can never be",
    "{figure} 不低于 {low} 且 {other} 低于 {high}：永远不会成立",
)
ALWAYS = reason(
    "limits-always", "{figure} at least {low} or below {high}: that is always so", "{figure} 不低于 {low} 或低于 {high}：始终成立"
)
NO_FIGURE = reason("no-figure", "{figure} is no figure of {about}; known: {known}", "{about} 没有指标 {figure}，可用：{known}")
NO_LIMIT = reason(
    "no-limit",
    "must be from 1 to {largest} for {figure}: else it holds always, or never",
    "{figure} 的界限应为 1 到 {largest}，否则始终成立或永不成立",
)


def problems(rule: AlarmRule) -> Iterator[tuple[str, str]]:
    """What is wrong with it by itself, as (field, text)."""
    for other in ("queue", "team", "trunk"):
        if other != rule.about and getattr(rule, other):
            yield other, NOT_EMPTY_FOR(about=rule.about)
    for no in CONDITIONS:
        figure, limit = getattr(rule, f"figure_{no}"), getattr(rule, f"limit_{no}")
        if not figure:
            continue
        known = FIGURES[figure]
        if rule.about not in known.about:
            yield f"figure_{no}", NO_FIGURE(figure=figure, about=rule.about, known=", ".join(of(rule.about)))
        elif not 1 <= limit <= known.largest:
            yield f"limit_{no}", NO_LIMIT(largest=known.largest, figure=figure)


def contradictions(rule: AlarmRule) -> Iterator[tuple[str, str]]:
    """Limits that no value keeps, or that every value does, as (field, text)."""
    every = [(no, *(getattr(rule, f"{name}_{no}") for name in ("figure", "is", "limit"))) for no in CONDITIONS]
    lows = [one for one in every if one[1] and one[2] == "at_least"]
    highs = [one for one in every if one[1] and one[2] == "below"]
    for low_no, figure, _, low in lows:
        for high_no, other, _, high in highs:
            last = max(low_no, high_no)
            if rule.match == "all" and low >= high and other in (figure, WHOLE.get(figure)):
                yield f"limit_{last}", NEVER(figure=figure, low=low, other=other, high=high)
            elif rule.match == "any" and low <= high and figure == other:
                yield f"limit_{last}", ALWAYS(figure=figure, low=low, high=high)


def of(about: AlarmAbout) -> list[AlarmFigure]:
    """Its figures."""
    return [name for name, figure in FIGURES.items() if about in figure.about]


def misplaced(config: CentreConfig) -> Iterator[str]:
    """What is wrong with the rules of a configuration, as texts that begin with their place."""
    for rule in config.alarm_rules.values():
        place = f"alarm_rules.{rule.id}"
        yield from (at(f"{place}.{name}", text) for name, text in problems(rule))
        for name, there in (("queue", config.queues), ("team", config.teams), ("trunk", config.trunks)):
            if (one := getattr(rule, name)) and one not in there:
                yield none(f"{place}.{name}", name, one)
