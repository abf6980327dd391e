"""What people may do, declared once beside each feature's contract. A role gives rights, each with a scope: of whose things.

own     their own agent's
team    their team's
group   those of the group that they lead, and of all below it
tenant  all of the centre's
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from cti_server.words import FAMILIES, Words, family

Scope = Literal["own", "team", "group", "tenant"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Each is wider than those before it."""
Rights = Mapping[str, Scope]
"""Right -> how far it goes; what is not there is not given."""
SCOPE_WORDS = family(
    "scope",
    {
        "own": ("Own", "本人"),
        "team": ("Own team", "本班组"),
        "group": ("Own group and all below", "本组及下级"),
        "tenant": ("Whole centre", "全中心"),
    },
    Scope,
)
GROUPS = family(
    "right_group",
    {
        "commands": ("Desk and calls", "坐席与通话操作"),
        "panel": ("Live panel", "实时监控"),
        "calls": ("Past calls", "历史通话"),
        "recordings": ("Recordings", "录音"),
        "messages": ("Messages", "语音留言"),
        "reports": ("Reports", "报表"),
        "notices": ("Notices", "公告"),
        "users": ("People", "人员"),
        "audit": ("Audit", "审计"),
        "setup": ("Setup", "配置"),
    },
)
"""What a right's name begins with, in the order in which people read them."""
_WORDS: dict[str, Words] = {}
FAMILIES["right"] = _WORDS
RIGHTS: dict[str, Right] = {}
"""Every declared one that was imported, by name; all are when the features' registry is."""


@dataclass(frozen=True, slots=True)
class Right:
    """``name``: GROUP.WHAT. ``scopes``: how far it can go. ``to``: which shipped roles have it, and how far."""

    name: str
    words: Words
    scopes: tuple[Scope, ...]
    to: Mapping[str, Scope]


def right(name: str, en: str, zh: str, scopes: tuple[Scope, ...] = ("tenant",), **to: Scope) -> Right:
    """Declares one. Raises TypeError for a name that is declared already or of no group, and for a scope that it cannot have."""
    made = Right(name, Words(en, zh), scopes, to)
    if name in RIGHTS:
        raise TypeError(f"the right {name!r} is declared already")
    if name.partition(".")[0] not in GROUPS:
        raise TypeError(f"the right {name!r} begins with none of {', '.join(GROUPS)}")
    if odd := set(to.values()) - set(scopes):
        raise TypeError(f"the right {name!r} has no scope {', '.join(odd)}")
    RIGHTS[name], _WORDS[name] = made, made.words
    return made


Kind = Literal["agent", "team", "group", "queue"]
"""What a field may say whose something is."""


class Reach:
    """Whose things somebody reaches with a right: all (``whole``), or the own agent's, and those of these teams, groups and
    queues."""

    def __init__(
        self,
        whole: bool = False,
        own: Mapping[Kind, str] | None = None,
        teams: frozenset[str] = frozenset(),
        groups: frozenset[str] = frozenset(),
        queues: Callable[[], frozenset[str]] = frozenset,
        team_of: Callable[[str], str] = lambda agent: "",
    ) -> None:
        self.whole, self.own, self.teams, self.groups = whole, own or {}, teams, groups
        self._queues, self._team_of = queues, team_of

    @cached_property
    def queues(self) -> frozenset[str]:
        """Those that agents within reach serve."""
        return self._queues()

    @property
    def agent(self) -> str:
        return self.own.get("agent", "")

    def has_agent(self, agent: str) -> bool:
        """By the team of now."""
        return self.whole or (agent != "" and (agent == self.agent or self._team_of(agent) in self.teams))

    def of(self, kind: Kind) -> frozenset[str]:
        """Which teams, groups or queues."""
        return {"team": self.teams, "group": self.groups, "queue": self.queues}[kind] if kind != "agent" else frozenset()


WHOLE, NOTHING = Reach(whole=True), Reach()


def everything() -> Rights:
    """What an administrator has."""
    return {one.name: one.scopes[-1] for one in RIGHTS.values()}


def both(one: Rights, other: Rights) -> Rights:
    """What both have, as far as the nearer goes."""
    return {name: min(scope, other[name], key=SCOPES.index) for name, scope in one.items() if name in other}


def wider(rights: Rights, than: Rights) -> list[str]:
    """Those of ``rights`` that ``than`` has not, or not so far."""
    reach = {name: SCOPES.index(scope) for name, scope in than.items()}
    return sorted(name for name, scope in rights.items() if SCOPES.index(scope) > reach.get(name, -1))
