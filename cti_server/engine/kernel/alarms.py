"""What somebody has to look at. An alarm is declared beside the code that raises it::

LONG_HOLD = Alarm("long-hold", "major", "agent", AgentId, lasting=True, en="Agent {subject} has had ...", zh="...")

core.alarm(LONG_HOLD, agent.id, "in technicians' words")
core.clear(LONG_HOLD, agent.id)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, TypeVar

from cti_server.domain.alarm_rules import Condition, MetCondition
from cti_server.domain.config import AlarmAbout, AlarmRule, Severity
from cti_server.engine.kernel.state import AgentId, AlarmId, CallId, Node, QueueId, TeamId, TrunkId
from cti_server.events.views import AlarmView, Subject
from cti_server.words import FAMILIES, Words, family

S = TypeVar("S", bound=str)
Kind = Literal["engine", "agent", "queue", "team", "adoption", "configuration", "recording", "switch", "trunk", "daemon"]

KINDS = family(
    "alarmKind",
    {
        "engine": ("Call control: {subject}", "呼叫控制：{subject}"),
        "agent": ("Agent: {subject}", "坐席：{subject}"),
        "queue": ("Queue: {subject}", "队列：{subject}"),
        "team": ("Team: {subject}", "班组：{subject}"),
        "adoption": ("Taking over after a restart: {subject}", "重启后接管：{subject}"),
        "configuration": ("Configuration: {subject}", "配置：{subject}"),
        "recording": ("Recording: {subject}", "录音：{subject}"),
        "switch": ("Switch: {subject}", "交换机：{subject}"),
        "trunk": ("Trunk: {subject}", "中继：{subject}"),
        "daemon": ("System: {subject}", "系统：{subject}"),
    },
    Kind,
)
_ABOUT: dict[Any, Subject] = {
    AgentId: "agent",
    QueueId: "queue",
    CallId: "call",
    Node: "switch",
    TrunkId: "trunk",
    TeamId: "team",
    str: "text",
}
_WORDS: dict[str, Words] = {}
FAMILIES["alarm"] = _WORDS


class Alarm(Generic[S]):
    """``subject``: the type of what it is about. ``lasting``: it stands until it is cleared, others for an hour. ``single``: it
    stands once for all subjects. ``detail``: people need its text, too. ``en``, ``zh``: what people are told, with {subject}.
    ``severity`` None: that of the centre's rule that raises it, whose name is {rule} in its words.

    Raises TypeError for an id that is declared already.
    """

    declared: ClassVar[dict[str, Alarm[Any]]] = {}
    """All, by id."""

    def __init__(
        self,
        id: str,
        severity: Severity | None,
        kind: Kind,
        subject: Callable[[str], S],
        *,
        lasting: bool = False,
        single: bool = False,
        detail: bool = False,
        en: str,
        zh: str,
    ) -> None:
        if id in self.declared:
            raise TypeError(f"the alarm {id!r} is declared already")
        self.id, self.severity, self.kind, self.about = id, severity, kind, _ABOUT[subject]
        self.lasting, self.single, self.detail = lasting, single, detail
        self.declared[id] = self
        _WORDS[id] = Words(en, zh)

    def of(self, subject: S) -> AlarmId:
        """The id of the one that stands."""
        return AlarmId(self.id if self.single else f"{self.id}:{subject}")


@dataclass(slots=True)
class Raised:
    """An alarm that stands. ``until_ms``: when it is cleared by itself, 0: by the end of its cause. ``rule``: as it was when it
    raised it, because of what was ``met``."""

    id: AlarmId
    alarm: str
    subject: str
    text: str
    raised_ms: int
    until_ms: int = 0
    rule: AlarmRule | None = None
    met: list[MetCondition] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raises ValueError for an alarm that is not declared."""
        if self.alarm not in Alarm.declared:
            raise ValueError(f"{self.alarm!r} is no alarm")

    @property
    def what(self) -> Alarm[Any]:
        return Alarm.declared[self.alarm]

    def view(self) -> AlarmView:
        what = self.what
        return {
            "id": self.id,
            "alarm": self.alarm,
            "severity": self.rule.severity if self.rule else what.severity or "major",
            "kind": what.kind,
            "about": what.about,
            "subject": self.subject,
            "text": self.text,
            "detail": what.detail,
            "rule": self.rule.name if self.rule else "",
            "met": self.met,
        }


@dataclass(frozen=True, slots=True)
class Watch:
    """An alarm rule: how the ids of its alarms begin, and its conditions, each with what gives its figure (core, thing)."""

    rule: AlarmRule
    begin: str
    conditions: tuple[tuple[Callable[[Any, Any], float | None], Condition], ...]


@dataclass(slots=True)
class Watched:
    """The rules by id, those about each of a kind, those about one. Where some are about teams (``counts``): how many agents of
    each category a team has, and as what each agent is counted (team, category). All of it follows from the rest of the state."""

    rules: dict[str, Watch] = field(default_factory=dict)
    each: dict[AlarmAbout, list[Watch]] = field(default_factory=dict)
    one: dict[tuple[AlarmAbout, str], list[Watch]] = field(default_factory=dict)
    counts: bool = False
    teams: dict[str, dict[str, int]] = field(default_factory=dict)
    counted: dict[str, tuple[str, str]] = field(default_factory=dict)

    def about(self, about: AlarmAbout, key: str) -> list[Watch]:
        """All rules about one thing."""
        return [*self.each.get(about, ()), *self.one.get((about, key), ())]
